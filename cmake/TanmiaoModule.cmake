# tanmiao_module(NAME PUBLIC libs... PRIVATE libs...): the static library of one folder, from every .cc file in it.
# A folder without sources yet is an interface library, so that the arrows exist before the code does.
function(tanmiao_module name)
  cmake_parse_arguments(arg "" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  if(sources)
    add_library(tanmiao_${name} STATIC ${sources})
    target_link_libraries(tanmiao_${name} PUBLIC tanmiao_options ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  else()
    add_library(tanmiao_${name} INTERFACE)
    target_link_libraries(tanmiao_${name} INTERFACE tanmiao_options ${arg_PUBLIC})
  endif()
endfunction()

# tanmiao_test(FOLDER libs...): one GoogleTest program from tests/FOLDER/*_test.cc. Tests run from the project root;
# those that use the real data look for ../shared/data there and say so when they skip.
function(tanmiao_test folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*_test.cc")
  if(NOT sources)
    return()
  endif()
  add_executable(${folder}_test ${sources})
  # Each by itself: tests of one folder name their helpers alike.
  set_target_properties(${folder}_test PROPERTIES UNITY_BUILD OFF)
  # The tests' own code need not be fast; compiling it takes a third less, under sanitizers half.
  target_compile_options(${folder}_test PRIVATE $<$<CONFIG:Release>:-O1>)
  if(TANMIAO_SANITIZE)
    target_compile_options(${folder}_test PRIVATE -O0)
  endif()
  target_link_libraries(${folder}_test PRIVATE tanmiao_options ${ARGN} rapidcheck::gtest GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${folder}_test WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}" DISCOVERY_MODE PRE_TEST
                       TEST_PREFIX "${folder}." PROPERTIES TIMEOUT 600 LABELS "unit;${folder}")
endfunction()
