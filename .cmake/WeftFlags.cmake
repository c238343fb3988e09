# Flags of weft's own targets.
if((CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
   OR (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14))
  message(FATAL_ERROR "weft needs g++ 12 or clang++ 14, or newer; ${CMAKE_CXX_COMPILER} is ${CMAKE_CXX_COMPILER_VERSION}. "
                      "Name another one, such as CXX=g++-12, and start with an empty build folder")
endif()

function(weft_flags target)
  # Results must not depend on whether the compiler joins a product and a sum: FMA is written where it is meant.
  target_compile_options(${target} PRIVATE -ffp-contract=off -fno-math-errno -Wall -Wextra -Wpedantic -Wconversion)
  if(WEFT_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(WEFT_SANITIZE)
    target_compile_options(${target} PUBLIC -fsanitize=${WEFT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${WEFT_SANITIZE})
  endif()
endfunction()

# For source files that only call what is fast: compiling them costs more than running them, with sanitizers far more. The
# flag is set by file, because ops in headers are compiled with the flags of their target and need optimization.
function(weft_compile_quickly)
  set(level $<$<NOT:$<CONFIG:Debug>>:-O1>)
  if(WEFT_SANITIZE)
    set(level -O0)
  endif()
  set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS ${level})
endfunction()
