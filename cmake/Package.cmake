# `cpack` in the build folder makes a Debian package.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tidewaiter)
set(CPACK_PACKAGE_VENDOR "The Tidewaiter authors")
set(CPACK_PACKAGE_CONTACT "The Tidewaiter authors <tidewaiter@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
  "Tidewaiter reads a WebAssembly component and says which environment variables, configuration keys, secrets, hosts and
 buckets it needs, each with evidence. With the component model as a C library.")
set(CPACK_PACKAGE_INSTALL_DIRECTORY tidewaiter)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)

install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/tidewaiter
  RENAME copyright COMPONENT program)
