#ifndef LANGEXPORT_TESTS_EXAMPLES_TOOL_OWN_PROCESS_HPP
#define LANGEXPORT_TESTS_EXAMPLES_TOOL_OWN_PROCESS_HPP

// Tests that run another test of this program in a child process. The child has a folder for its results.

#include "support/catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

namespace langexport_tests {

/// The path of this program.
inline std::string own_path() {
    return std::filesystem::read_symlink("/proc/self/exe").string();
}

/// The folder that the parent process has set in the environment.
inline std::filesystem::path folder_of_child() {
    const char* const folder = std::getenv("LANGEXPORT_TEST_FOLDER");
    REQUIRE(folder);
    return folder;
}

} // namespace langexport_tests

#endif
