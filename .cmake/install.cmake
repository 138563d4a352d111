# The rules of `cmake --install` and `cpack`. Nothing that is installed depends on the architecture, hence share/ and
# not lib/.
include(CMakePackageConfigHelpers)

set(langexport_package_dir "${CMAKE_INSTALL_DATADIR}/langexport")
install(DIRECTORY include/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT langexport_dev
    FILES_MATCHING PATTERN "*.hpp" PATTERN "*.ipp")
install(TARGETS langexport EXPORT langexport-targets)
install(EXPORT langexport-targets
    NAMESPACE langexport::
    DESTINATION "${langexport_package_dir}"
    COMPONENT langexport_dev)

configure_file("${CMAKE_CURRENT_LIST_DIR}/langexport-config.cmake.in" langexport-config.cmake @ONLY)
# Before 1.0 a minor release may break its users, so that far the package is compatible.
write_basic_package_version_file(langexport-config-version.cmake
    COMPATIBILITY SameMinorVersion
    ARCH_INDEPENDENT)
install(FILES
    "${CMAKE_CURRENT_BINARY_DIR}/langexport-config.cmake"
    "${CMAKE_CURRENT_BINARY_DIR}/langexport-config-version.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/langexport-compiled.cmake"
    DESTINATION "${langexport_package_dir}"
    COMPONENT langexport_dev)

# For builds without CMake. The file finds its prefix by its own place, so the folder can be moved.
file(RELATIVE_PATH langexport_pc_to_prefix "/prefix/${CMAKE_INSTALL_DATADIR}/pkgconfig" "/prefix")
configure_file("${CMAKE_CURRENT_LIST_DIR}/langexport.pc.in" langexport.pc @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/langexport.pc"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/pkgconfig"
    COMPONENT langexport_dev)

if(PROJECT_IS_TOP_LEVEL)
    set(CPACK_PACKAGE_NAME langexport)
    set(CPACK_PACKAGE_VENDOR langexport)
    set(CPACK_PACKAGE_CONTACT "the owner of the project")
    set(CPACK_GENERATOR TGZ)
    set(CPACK_PACKAGE_FILE_NAME "langexport-${PROJECT_VERSION}")
    set(CPACK_VERBATIM_VARIABLES ON)
    set(CPACK_STRIP_FILES ON)

    # Debian packages: liblangexport-dev, and with the programs langexport-tools.
    set(CPACK_COMPONENTS_ALL langexport_dev)
    set(CPACK_DEB_COMPONENT_INSTALL ON)
    set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
    set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Exports and backs up projects of Azure AI Language")
    set(CPACK_COMPONENT_LANGEXPORT_DEV_DESCRIPTION "The library for C++20 programs, which consists of headers.")
    set(CPACK_DEBIAN_LANGEXPORT_DEV_PACKAGE_NAME liblangexport-dev)
    set(CPACK_DEBIAN_LANGEXPORT_DEV_PACKAGE_ARCHITECTURE all)
    set(CPACK_DEBIAN_LANGEXPORT_DEV_PACKAGE_SECTION libdevel)
    # An installed Boost is kept: the packages of two versions exclude each other.
    set(langexport_deb_depends)
    foreach(part IN ITEMS libboost libboost-json)
        list(APPEND langexport_deb_depends
            "${part}-dev (>= 1.81) | ${part}1.81-dev | ${part}1.83-dev | ${part}1.88-dev")
    endforeach()
    list(JOIN langexport_deb_depends ", " langexport_deb_depends)
    set(CPACK_DEBIAN_LANGEXPORT_DEV_PACKAGE_DEPENDS "${langexport_deb_depends}, libssl-dev (>= 3.0)")
    if(LANGEXPORT_INSTALL_TOOLS)
        list(APPEND CPACK_COMPONENTS_ALL langexport_tools)
        set(CPACK_COMPONENT_LANGEXPORT_TOOLS_DESCRIPTION
            "Programs that back up, restore, copy, show and compare projects, and a systemd timer.")
        set(CPACK_DEBIAN_LANGEXPORT_TOOLS_PACKAGE_NAME langexport-tools)
        set(CPACK_DEBIAN_LANGEXPORT_TOOLS_PACKAGE_SECTION utils)
        set(CPACK_DEBIAN_LANGEXPORT_TOOLS_PACKAGE_SHLIBDEPS ON)
        set(CPACK_DEBIAN_LANGEXPORT_TOOLS_PACKAGE_DEPENDS ca-certificates)
    endif()
    # The programs need the libraries of the release that they are built on.
    set(debian_release)
    if(EXISTS /etc/os-release)
        file(STRINGS /etc/os-release debian_release REGEX "^(ID|VERSION_ID)=")
    endif()
    if(debian_release MATCHES "ID=debian" AND debian_release MATCHES "VERSION_ID=\"?([0-9]+)")
        set(CPACK_DEBIAN_PACKAGE_RELEASE "1~deb${CMAKE_MATCH_1}")
    endif()
    include(CPack)
endif()
