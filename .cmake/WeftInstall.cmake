# What `make install` installs and find_package(weft) finds: the library, its headers, and the functions for users' builds.
include(CMakePackageConfigHelpers)
set(WEFT_PACKAGE ${CMAKE_INSTALL_LIBDIR}/cmake/weft)

set(targets weft)
set(folders tensor autograd nn optim)
if(WEFT_PROGRAMS)
  list(APPEND targets weft_models)
  list(APPEND folders models)
  install(FILES models/models.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/weft)
endif()
set_target_properties(${targets} PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
install(TARGETS ${targets} EXPORT weftTargets)
install(EXPORT weftTargets NAMESPACE weft:: DESTINATION ${WEFT_PACKAGE})
install(FILES nn/weft.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/weft)
foreach(folder ${folders})
  install(DIRECTORY ${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/weft FILES_MATCHING PATTERN "*.h" PATTERN "docs" EXCLUDE
          PATTERN "detail" EXCLUDE PATTERN "kernels" EXCLUDE PATTERN "programs" EXCLUDE)
endforeach()
configure_package_config_file(.cmake/weftConfig.cmake.in weftConfig.cmake INSTALL_DESTINATION ${WEFT_PACKAGE})
write_basic_package_version_file(weftConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/weftConfig.cmake ${PROJECT_BINARY_DIR}/weftConfigVersion.cmake .cmake/WeftOps.cmake
              .cmake/FindWeftDependencies.cmake DESTINATION ${WEFT_PACKAGE})
