#ifndef LANGEXPORT_TESTS_HEADERS_PAGES_HPP
#define LANGEXPORT_TESTS_HEADERS_PAGES_HPP

#include "headers/source_text.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The pages of the project in Markdown. A comment before a block of code names the file that has the same text:
//
//     <!-- examples/backup.json -->               the whole file
//     <!-- examples/export_list.cpp#batch -->     its lines between `// [region batch]` and
//                                                 `// [end batch]`, without their common indentation
//     <!-- tests/examples/diff_projects.sh#* -->  some of its lines
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

/// Every page: README.md, and the files that end in .md in the folders of the project.
std::vector<source_file> read_pages();

std::vector<code_block> code_blocks_of(std::string_view markdown);

/// The lines outside of blocks of code.
std::vector<std::string> prose_of(std::string_view markdown);

/// The names under which links find the headings of a page: `#what-it-costs`, without the `#`.
std::vector<std::string> anchors_of(std::string_view markdown);

/// The targets of a page's links and pictures, in their order.
std::vector<std::string> links_of(std::string_view markdown);

/// The text between the marks of a region, without its common indentation; nothing if the file has
/// no such region, or one that does not end.
std::optional<std::string> region_of(std::string_view source, std::string_view name);

} // namespace langexport_tests

#endif
