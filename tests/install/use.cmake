# Uses langexport in one of the ways that a user does: cmake -DWAY=... -P use.cmake
#
# find_package     a default configuration, installed, and an example in an empty folder with the README's CMakeLists.txt
# compiler         no CMake: one line, linked to nothing but OpenSSL
# compiled         find_package, and the library compiled once in the program's own build
# add_subdirectory
# FetchContent     from a repository, by the tag that the page names
# targets          a project that has the targets of Boost and OpenSSL already
# parent           a library that builds langexport with itself, and is installed
# pkg_config, vcpkg, conan
# cpack            the archive and the Debian package, unpacked
#
# SOURCE is the checkout and VERSION its version, SCRATCH a folder for this test, GENERATOR and COMPILER those of the
# build. The example is built and run without settings: it must report that.

function(run)
    execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(configure source binary)
    run("${CMAKE_COMMAND}" -S "${source}" -B "${binary}" -G "${GENERATOR}"
        "-DCMAKE_CXX_COMPILER=${COMPILER}" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0
        ${ARGN})
endfunction()

function(build source)
    configure("${source}" "${SCRATCH}/build" ${ARGN})
    run("${CMAKE_COMMAND}" --build "${SCRATCH}/build")
endfunction()

# A program of a few lines with an installed package.
function(build_with package target)
    build("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/program" "-DPACKAGE=${package}" "-DTARGET=${target}"
        "-DMAIN=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/subproject/main.cpp" ${ARGN})
    run("${SCRATCH}/build/my_program")
endfunction()

function(install_default prefix)
    configure("${SOURCE}" "${SCRATCH}/library")
    run("${CMAKE_COMMAND}" --install "${SCRATCH}/library" --prefix "${prefix}")
endfunction()

function(expect_missing_settings program)
    execute_process(
        COMMAND "${CMAKE_COMMAND}" -E env
            --unset=AZURE_LANGUAGE_ENDPOINT --unset=AZURE_LANGUAGE_KEY "${program}"
        COMMAND_ECHO STDOUT
        RESULT_VARIABLE result
        OUTPUT_VARIABLE output
        ERROR_VARIABLE output)
    message(STATUS "exit ${result}: ${output}")
    if(NOT result MATCHES "^[1-9][0-9]?$" OR NOT output MATCHES "AZURE_LANGUAGE_ENDPOINT")
        message(FATAL_ERROR "without settings the example has to fail and name them")
    endif()
endfunction()

file(REMOVE_RECURSE "${SCRATCH}")
file(MAKE_DIRECTORY "${SCRATCH}/project")

if(WAY STREQUAL "find_package")
    install_default("${SCRATCH}/prefix")
    file(COPY "${SOURCE}/tests/install/consumer/CMakeLists.txt" "${SOURCE}/examples/export_one.cpp"
        DESTINATION "${SCRATCH}/project")
    build("${SCRATCH}/project" "-DCMAKE_PREFIX_PATH=${SCRATCH}/prefix")
    expect_missing_settings("${SCRATCH}/build/export_one")
elseif(WAY STREQUAL "compiler")
    file(WRITE "${SCRATCH}/project/json.cpp" "#include <boost/json/src.hpp>\n")
    file(COPY "${SOURCE}/examples/export_one.cpp" DESTINATION "${SCRATCH}/project")
    run("${COMPILER}" -std=c++20 -I "${SOURCE}/include"
        "${SCRATCH}/project/export_one.cpp" "${SCRATCH}/project/json.cpp"
        -lssl -lcrypto -o "${SCRATCH}/project/export_one")
    expect_missing_settings("${SCRATCH}/project/export_one")
elseif(WAY STREQUAL "compiled")
    install_default("${SCRATCH}/prefix")
    build_with(langexport langexport::compiled "-DCMAKE_PREFIX_PATH=${SCRATCH}/prefix")
elseif(WAY STREQUAL "pkg_config")
    find_program(pkg_config NAMES pkg-config pkgconf REQUIRED)
    install_default("${SCRATCH}/prefix")
    # The folder can be moved.
    file(RENAME "${SCRATCH}/prefix" "${SCRATCH}/moved")
    execute_process(
        COMMAND "${CMAKE_COMMAND}" -E env "PKG_CONFIG_PATH=${SCRATCH}/moved/share/pkgconfig"
            "${pkg_config}" --cflags --libs "langexport >= ${VERSION}"
        OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE
        COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
    separate_arguments(flags UNIX_COMMAND "${flags}")
    run("${COMPILER}" -std=c++20 "${SOURCE}/tests/install/subproject/main.cpp" ${flags}
        -o "${SCRATCH}/project/my_program")
    run("${SCRATCH}/project/my_program")
elseif(WAY STREQUAL "parent")
    configure("${SOURCE}/tests/install/parent" "${SCRATCH}/library" "-DLANGEXPORT_SOURCE=${SOURCE}")
    run("${CMAKE_COMMAND}" --install "${SCRATCH}/library" --prefix "${SCRATCH}/prefix")
    build_with(parent parent::parent "-DCMAKE_PREFIX_PATH=${SCRATCH}/prefix")
elseif(WAY STREQUAL "vcpkg")
    run("${CMAKE_COMMAND}" "-DSOURCE=${SOURCE}" "-DSCRATCH=${SCRATCH}" "-DGENERATOR=${GENERATOR}"
        "-DVERSION=${VERSION}" -P "${CMAKE_CURRENT_LIST_DIR}/vcpkg_port.cmake")
    file(REMOVE_RECURSE "${SCRATCH}/build")
    build_with(langexport langexport::langexport "-DCMAKE_PREFIX_PATH=${SCRATCH}/package")
elseif(WAY STREQUAL "conan")
    find_program(python python3 REQUIRED)
    run("${python}" "${CMAKE_CURRENT_LIST_DIR}/run_recipe.py" "${SOURCE}" "${SCRATCH}" "${GENERATOR}" "${VERSION}")
    file(REMOVE_RECURSE "${SCRATCH}/build")
    build_with(langexport langexport::langexport "-DCMAKE_PREFIX_PATH=${SCRATCH}/package")
elseif(WAY STREQUAL "cpack")
    configure("${SOURCE}" "${SCRATCH}/library" -DCMAKE_INSTALL_PREFIX=/usr)
    set(generators TGZ)
    find_program(dpkg_deb dpkg-deb)
    if(dpkg_deb)
        list(APPEND generators DEB)
    endif()
    foreach(generator IN LISTS generators)
        run(cpack -G ${generator} --config "${SCRATCH}/library/CPackConfig.cmake" -B "${SCRATCH}/packages")
    endforeach()
    file(ARCHIVE_EXTRACT INPUT "${SCRATCH}/packages/langexport-${VERSION}.tar.gz" DESTINATION "${SCRATCH}/unpacked")
    set(prefix "${SCRATCH}/unpacked/langexport-${VERSION}")
    if(dpkg_deb)
        # On Debian, the version says for which release it was built.
        file(GLOB package "${SCRATCH}/packages/liblangexport-dev_${VERSION}*_all.deb")
        run("${dpkg_deb}" --extract ${package} "${SCRATCH}/deb")
        # It keeps an installed Boost of each of these versions: the packages of two versions exclude each other.
        execute_process(COMMAND "${dpkg_deb}" --field ${package} Depends
            OUTPUT_VARIABLE depends COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
        file(STRINGS "${SOURCE}/.ci/packages" versions REGEX "^boost ")
        string(REGEX MATCHALL "[0-9]+[.][0-9]+" versions "${versions}")
        foreach(boost IN LISTS versions)
            if(NOT depends MATCHES "libboost${boost}-dev.*libboost-json${boost}-dev")
                message(FATAL_ERROR "the package does not name Boost ${boost}: ${depends}")
            endif()
        endforeach()
        set(prefix "${SCRATCH}/deb/usr")
    endif()
    build_with(langexport langexport::langexport "-DCMAKE_PREFIX_PATH=${prefix}")
elseif(WAY STREQUAL "FetchContent")
    find_program(git git REQUIRED)
    set(repository "${SCRATCH}/repository")
    file(COPY "${SOURCE}/CMakeLists.txt" "${SOURCE}/.cmake" "${SOURCE}/include" DESTINATION "${repository}")
    run("${git}" -C "${repository}" init --quiet)
    run("${git}" -C "${repository}" add .)
    run("${git}" -C "${repository}" -c user.name=test -c user.email=test@example.com commit --quiet -m "Version")
    run("${git}" -C "${repository}" tag "v${VERSION}")
    build("${SOURCE}/tests/install/subproject" "-DLANGEXPORT_FROM=${WAY}" "-DLANGEXPORT_REPOSITORY=${repository}")
    run("${SCRATCH}/build/my_program")
else()
    build("${SOURCE}/tests/install/subproject" "-DLANGEXPORT_FROM=${WAY}" "-DLANGEXPORT_SOURCE=${SOURCE}")
    run("${SCRATCH}/build/my_program")
endif()
