# Compiling for several instruction sets.
#
#   weft_add_ops(target my_ops.h ...)   compiles headers of elementwise ops once per instruction set and links them into target;
#                                       the best set that the processor has is picked at run time
#   weft_add_kernels(target file ...)   the same for kernel sources (weft's own)

set(WEFT_AVX2_FLAGS -mavx2 -mfma)
set(WEFT_AVX512_FLAGS -mavx512f -mavx512cd -mavx512bw -mavx512dq -mavx512vl -mavx2 -mfma)

# The instruction sets that are compiled in addition to the baseline.
function(weft_instruction_sets result)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    set(${result} AVX2 AVX512 PARENT_SCOPE)
  else()
    set(${result} "" PARENT_SCOPE)
  endif()
endfunction()

function(_weft_kernel_library library target set)
  target_include_directories(${library} PRIVATE $<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>)
  # Always optimised: inlined functions leave no copy, compiled for one set, that the linker could pick for all. With
  # sanitizers -O3 takes minutes per file.
  set(optimise -O3)
  if(WEFT_SANITIZE)
    set(optimise -O1)
  endif()
  target_compile_options(${library} PRIVATE $<TARGET_PROPERTY:${target},COMPILE_OPTIONS> -ffp-contract=off ${optimise})
  target_compile_features(${library} PRIVATE cxx_std_20)
  if(NOT set STREQUAL "BASELINE")
    target_compile_options(${library} PRIVATE ${WEFT_${set}_FLAGS})
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC's AVX-512 intrinsics start from undefined registers, about which it then warns (GCC bug 105593).
    target_compile_options(${library} PRIVATE -Wno-uninitialized -Wno-maybe-uninitialized)
  endif()
  set_target_properties(${library} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${library}>)
  set_property(GLOBAL APPEND PROPERTY WEFT_KERNEL_LIBRARIES ${library})
endfunction()

function(weft_add_kernels target)
  weft_instruction_sets(sets)
  foreach(set BASELINE ${sets})
    string(TOLOWER ${target}_kernels_${set} library)
    add_library(${library} OBJECT ${ARGN})
    _weft_kernel_library(${library} ${target} ${set})
  endforeach()
endfunction()

function(weft_add_ops target)
  weft_instruction_sets(sets)
  get_target_property(type ${target} TYPE)
  foreach(header ${ARGN})
    get_filename_component(path ${header} ABSOLUTE)
    get_filename_component(name ${header} NAME_WE)
    foreach(set ${sets})
      string(TOLOWER ${target}_${name}_${set} library)
      string(MAKE_C_IDENTIFIER "weft_ops_${library}" anchor)
      set(source ${CMAKE_CURRENT_BINARY_DIR}/${library}.cpp)
      file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${path}\"\nextern \"C\" void ${anchor}();\nvoid ${anchor}() {}\n")
      add_library(${library} OBJECT ${source})
      _weft_kernel_library(${library} ${target} ${set})
      target_include_directories(${library} PRIVATE $<TARGET_PROPERTY:weft::weft,INTERFACE_INCLUDE_DIRECTORIES>)
      if(type STREQUAL "STATIC_LIBRARY")
        # Kernels are weak references, for which the linker extracts nothing from an archive, so they are named here.
        target_link_options(${target} INTERFACE LINKER:--undefined=${anchor})
      endif()
    endforeach()
  endforeach()
endfunction()
