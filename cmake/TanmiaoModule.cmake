# tanmiao_module(NAME PUBLIC libs... PRIVATE libs...): the static library of one folder, from every .cc file in it.
# A folder without sources yet is an interface library, so that the arrows exist before the code does.
# HOT: its tests reckon for long. The others are not optimised under sanitizers: they wait more than they reckon, and
# instrumented code compiles in less than half the time without.
function(tanmiao_module name)
  cmake_parse_arguments(arg "HOT" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  if(sources)
    add_library(tanmiao_${name} STATIC ${sources})
    if(TANMIAO_SANITIZE AND NOT arg_HOT)
      target_compile_options(tanmiao_${name} PRIVATE -O0)
    endif()
    target_link_libraries(tanmiao_${name} PUBLIC tanmiao_options ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  else()
    add_library(tanmiao_${name} INTERFACE)
    target_link_libraries(tanmiao_${name} INTERFACE tanmiao_options ${arg_PUBLIC})
  endif()
endfunction()

# tanmiao_test(FOLDER libs... [ONE_THREAD names...]): one GoogleTest program from tests/FOLDER/*_test.cc. Tests run from
# the project root; those that use the real data look for ../shared/data there and say so when they skip. Files are
# joined like those of a module: tests name their helpers alike, so each file has a namespace of its own, named after it.
# ONE_THREAD: files NAME_test.cc whose subject knows no threads; under the thread sanitizer they are left out.
function(tanmiao_test folder)
  cmake_parse_arguments(arg "" "" "ONE_THREAD" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*_test.cc")
  foreach(name ${arg_ONE_THREAD})
    set(file "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/${name}_test.cc")
    if(NOT file IN_LIST sources)
      message(FATAL_ERROR "there is no ${file}")
    endif()
    if(TANMIAO_SANITIZE STREQUAL "thread")
      list(REMOVE_ITEM sources "${file}")
    endif()
  endforeach()
  if(NOT sources)
    return()
  endif()
  add_executable(${folder}_test ${sources})
  set_target_properties(${folder}_test PROPERTIES TANMIAO_TEST ON)
  # The tests' own code need not be fast; compiling it takes a third less, under sanitizers half.
  target_compile_options(${folder}_test PRIVATE $<$<CONFIG:Release>:-O1>)
  if(TANMIAO_SANITIZE)
    target_compile_options(${folder}_test PRIVATE -O0)
  endif()
  target_link_libraries(${folder}_test PRIVATE tanmiao_options ${arg_UNPARSED_ARGUMENTS} rapidcheck::gtest GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${folder}_test WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}" DISCOVERY_MODE PRE_TEST
                       TEST_PREFIX "${folder}." PROPERTIES TIMEOUT 600 LABELS "unit;${folder}")
endfunction()
