# Flags of weft's own targets.
if((CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
   OR (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14))
  message(FATAL_ERROR "weft needs g++ 12 or clang++ 14, or newer; ${CMAKE_CXX_COMPILER} is ${CMAKE_CXX_COMPILER_VERSION}. "
                      "Name another one, such as CXX=g++-12, and start with an empty build folder")
endif()

function(weft_flags target)
  # Results must not depend on whether the compiler contracts a product and a sum, so FMA is only used where it is written.
  target_compile_options(${target} PRIVATE -ffp-contract=off -fno-math-errno -Wall -Wextra -Wpedantic -Wconversion)
  if(WEFT_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(WEFT_SANITIZE)
    target_compile_options(${target} PUBLIC -fsanitize=${WEFT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${WEFT_SANITIZE})
  endif()
endfunction()

# For a target that only calls optimized code: compiling it takes longer than running it, with sanitizers much longer.
set(WEFT_QUICK_LEVEL $<$<NOT:$<CONFIG:Debug>>:-O1>)
if(WEFT_SANITIZE)
  set(WEFT_QUICK_LEVEL -O0)
endif()
function(weft_compile_quickly target)
  target_compile_options(${target} PRIVATE ${WEFT_QUICK_LEVEL})
endfunction()

# The same for source files of a target whose headers have ops, which need optimization.
function(weft_compile_files_quickly)
  set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS ${WEFT_QUICK_LEVEL})
endfunction()

# weft_join_sources(target [regex]) compiles the sources of a target, or those that match, in units of a few files of one folder,
# because the compiler spends most of its time reading headers. Names in unnamed namespaces must then differ within a folder.
# Sanitized builds compile each file separately, which proves that it includes what it needs.
function(weft_join_sources target)
  if(NOT WEFT_JOIN OR WEFT_SANITIZE)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "[.]cpp$")
  if(ARGC GREATER 1)
    list(FILTER sources INCLUDE REGEX ${ARGV1})
  endif()
  set(in_a_unit 6)
  set(last "")
  foreach(source ${sources})
    get_filename_component(folder ${source} DIRECTORY)
    if(NOT folder STREQUAL last)
      set(count 0)
      set(last ${folder})
    endif()
    math(EXPR unit "${count} / ${in_a_unit}")
    math(EXPR count "${count} + 1")
    string(MAKE_C_IDENTIFIER "${folder}_${unit}" group)
    set_property(SOURCE ${source} PROPERTY UNITY_GROUP ${group})
  endforeach()
endfunction()
