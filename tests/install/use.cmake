# Uses langexport in one of the ways that a user does: cmake -DWAY=... -P use.cmake
#
# find_package      installed, and an example in an empty folder with the README's CMakeLists.txt
# add_subdirectory, FetchContent
# compiler          no CMake: one line, linked to nothing but OpenSSL
#
# SOURCE is the checkout, BINARY its build, SCRATCH a folder for this test, GENERATOR and COMPILER
# those of the build. The example is built and run without settings: it must report that.
# Projects that build the library with themselves have a program of a few lines.

function(run)
    execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(configure source)
    run("${CMAKE_COMMAND}" -S "${source}" -B "${SCRATCH}/build" -G "${GENERATOR}"
        "-DCMAKE_CXX_COMPILER=${COMPILER}" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0
        ${ARGN})
    run("${CMAKE_COMMAND}" --build "${SCRATCH}/build")
endfunction()

file(REMOVE_RECURSE "${SCRATCH}")
file(MAKE_DIRECTORY "${SCRATCH}/project")
set(program "${SCRATCH}/build/export_one")

if(WAY STREQUAL "find_package")
    run("${CMAKE_COMMAND}" --install "${BINARY}" --prefix "${SCRATCH}/prefix")
    file(COPY "${SOURCE}/tests/install/consumer/CMakeLists.txt" "${SOURCE}/examples/export_one.cpp"
        DESTINATION "${SCRATCH}/project")
    configure("${SCRATCH}/project" "-DCMAKE_PREFIX_PATH=${SCRATCH}/prefix")
elseif(WAY STREQUAL "compiler")
    file(WRITE "${SCRATCH}/project/json.cpp" "#include <boost/json/src.hpp>\n")
    file(COPY "${SOURCE}/examples/export_one.cpp" DESTINATION "${SCRATCH}/project")
    set(program "${SCRATCH}/project/export_one")
    run("${COMPILER}" -std=c++20 -I "${SOURCE}/include"
        "${SCRATCH}/project/export_one.cpp" "${SCRATCH}/project/json.cpp"
        -lssl -lcrypto -o "${program}")
else()
    configure("${SOURCE}/tests/install/subproject"
        "-DLANGEXPORT_FROM=${WAY}" "-DLANGEXPORT_SOURCE=${SOURCE}")
    run("${SCRATCH}/build/my_program")
    return()
endif()

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
