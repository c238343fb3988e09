# make install and find_package(weft): the library, its headers, and the functions that users' builds call.
include(CMakePackageConfigHelpers)
set(WEFT_PACKAGE ${CMAKE_INSTALL_LIBDIR}/cmake/weft)

set(targets weft)
if(WEFT_PROGRAMS)
  list(APPEND targets weft_models)
endif()
install(TARGETS ${targets} EXPORT weftTargets)
install(EXPORT weftTargets NAMESPACE weft:: DESTINATION ${WEFT_PACKAGE})
foreach(folder tensor autograd nn optim models)
  install(DIRECTORY ${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/weft FILES_MATCHING PATTERN "*.h" PATTERN "docs" EXCLUDE)
endforeach()
install(FILES nn/weft.h models/models.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/weft)
configure_package_config_file(.cmake/weftConfig.cmake.in weftConfig.cmake INSTALL_DESTINATION ${WEFT_PACKAGE})
write_basic_package_version_file(weftConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/weftConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/weftConfigVersion.cmake .cmake/WeftOps.cmake
              .cmake/FindWeftDependencies.cmake DESTINATION ${WEFT_PACKAGE})
