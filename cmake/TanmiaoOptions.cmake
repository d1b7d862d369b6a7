# Language level, warnings, sanitizers, compiler cache, linker.
option(TANMIAO_TESTS "Build the tests" ON)
option(TANMIAO_BENCH "Build the benchmarks" OFF)
option(TANMIAO_FUZZ "Build the fuzz targets (clang only)" OFF)
set(TANMIAO_SANITIZE "" CACHE STRING "Sanitizers for everything, as in -fsanitize=: address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(TANMIAO_CCACHE ccache)
if(TANMIAO_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${TANMIAO_CCACHE}")
endif()

add_library(tanmiao_options INTERFACE)
target_compile_options(tanmiao_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  # GCC 12 sees overlaps in std::string that are not there (its bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # Contraction of a*b+c would make the last bit of a score depend on the processor.
  -ffp-contract=off)
target_include_directories(tanmiao_options INTERFACE "${CMAKE_SOURCE_DIR}")

# Several sources at once (CMAKE_UNITY_BUILD, in the presets but debug): headers are most of the work. Names in unnamed
# namespaces are therefore the module's. GCC takes the joined file for a header, in which such a namespace would be wrong.
if(CMAKE_UNITY_BUILD)
  target_compile_options(tanmiao_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()

find_program(TANMIAO_MOLD mold)
if(TANMIAO_MOLD)
  target_link_options(tanmiao_options INTERFACE -fuse-ld=mold)
endif()

if(TANMIAO_SANITIZE)
  target_compile_options(tanmiao_options INTERFACE -fsanitize=${TANMIAO_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(tanmiao_options INTERFACE -fsanitize=${TANMIAO_SANITIZE})
  # Two warnings of GCC about Boost.Asio that come up only here: instrumented, it no longer inlines both sides of the
  # allocation of a coroutine's frame and takes them for different ones; and it says that it does not follow the fences
  # of Asio's scheduler. Whether memory and threads are right is what the sanitizers themselves then look at.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(tanmiao_options INTERFACE -Wno-mismatched-new-delete)
    if(TANMIAO_SANITIZE STREQUAL "thread")
      target_compile_options(tanmiao_options INTERFACE -Wno-tsan)
    endif()
  endif()
endif()
