#ifndef LANGEXPORT_TESTS_UNIT_FILE_FILE_FAILURE_HPP
#define LANGEXPORT_TESTS_UNIT_FILE_FILE_FAILURE_HPP

#include <langexport/file/file_error.hpp>

#include "support/catch.hpp"

#include <filesystem>
#include <string>

namespace langexport_tests {

/// The permissions of a file or folder.
inline unsigned mode_of(const std::filesystem::path& path) {
    return static_cast<unsigned>(std::filesystem::status(path).permissions()) & 0777u;
}

/// The message of a `file_error` with this number; empty if none was thrown.
template <class Function>
std::string failure_of(Function&& call, int number) {
    try {
        call();
    } catch (const langexport::file_error& error) {
        CHECK(error.code().value() == number);
        return error.what();
    }
    return {};
}

} // namespace langexport_tests

#endif
