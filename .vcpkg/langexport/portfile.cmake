# An overlay port that installs the checkout it lies in: vcpkg install langexport --overlay-ports=CHECKOUT/.vcpkg
set(VCPKG_BUILD_TYPE release) # headers only
vcpkg_cmake_configure(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../..")
vcpkg_cmake_install()
vcpkg_cmake_config_fixup()
vcpkg_fixup_pkgconfig()
# No license has been chosen yet.
set(VCPKG_POLICY_SKIP_COPYRIGHT_CHECK enabled)
