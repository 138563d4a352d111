# Runs the overlay port as vcpkg does, on top of CMake: cmake -DSOURCE=... -DSCRATCH=... -DGENERATOR=... -P vcpkg_port.cmake
# The package is then in SCRATCH/package.
set(PORT langexport)
set(CURRENT_PACKAGES_DIR "${SCRATCH}/package")

function(vcpkg_cmake_configure)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "SOURCE_PATH" "OPTIONS")
    execute_process(COMMAND "${CMAKE_COMMAND}" -S "${arg_SOURCE_PATH}" -B "${SCRATCH}/build" -G "${GENERATOR}"
        "-DCMAKE_INSTALL_PREFIX=${CURRENT_PACKAGES_DIR}" ${arg_OPTIONS} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(vcpkg_cmake_install)
    execute_process(COMMAND "${CMAKE_COMMAND}" --build "${SCRATCH}/build" --target install
        COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(vcpkg_cmake_config_fixup)
    if(NOT EXISTS "${CURRENT_PACKAGES_DIR}/share/${PORT}/${PORT}-config.cmake")
        message(FATAL_ERROR "the port installs no ${PORT}-config.cmake where vcpkg searches for it")
    endif()
endfunction()

function(vcpkg_fixup_pkgconfig)
    if(NOT EXISTS "${CURRENT_PACKAGES_DIR}/share/pkgconfig/${PORT}.pc")
        message(FATAL_ERROR "the port installs no ${PORT}.pc")
    endif()
endfunction()

include("${SOURCE}/.vcpkg/langexport/portfile.cmake")

# The manifest of the checkout and that of the port say the same.
file(READ "${SOURCE}/vcpkg.json" ours)
file(READ "${SOURCE}/.vcpkg/langexport/vcpkg.json" port)
foreach(key name version-semver description)
    string(JSON our_value GET "${ours}" ${key})
    string(JSON port_value GET "${port}" ${key})
    if(NOT our_value STREQUAL port_value)
        message(FATAL_ERROR "${key} is '${our_value}' in vcpkg.json and '${port_value}' in the port")
    endif()
endforeach()
string(JSON version GET "${ours}" version-semver)
if(NOT version STREQUAL VERSION)
    message(FATAL_ERROR "vcpkg.json says ${version}, version.hpp ${VERSION}")
endif()
string(JSON last LENGTH "${ours}" dependencies)
math(EXPR last "${last} - 1")
foreach(index RANGE ${last})
    string(JSON name GET "${ours}" dependencies ${index})
    string(FIND "${port}" "\"${name}\"" at)
    if(at EQUAL -1)
        message(FATAL_ERROR "the port does not depend on ${name}")
    endif()
endforeach()
