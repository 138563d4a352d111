#ifndef LANGEXPORT_TESTS_HEADERS_README_HPP
#define LANGEXPORT_TESTS_HEADERS_README_HPP

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The code of the README, and the files that it must be a copy of.
//
//     <!-- examples/export_one.cpp -->            the whole file
//     <!-- examples/export_one.cpp#errors -->     its lines between `// [region errors]` and
//     ```cpp                                      `// [end errors]`, without their common indentation
//
// In a CMakeLists.txt a region begins with `# [region name]`.

namespace langexport_tests {

struct code_block {
    std::size_t line;
    std::string language;
    std::string text;
    // What the comment before the block names: a file, and a `#region` of it; empty without one.
    std::string origin;
};

std::vector<code_block> code_blocks_of(std::string_view markdown);

/// The text between the marks of a region, without its common indentation; nothing if the file has
/// no such region, or one that does not end.
std::optional<std::string> region_of(std::string_view source, std::string_view name);

} // namespace langexport_tests

#endif
