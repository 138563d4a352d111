#ifndef LANGEXPORT_TESTS_HEADERS_SOURCE_TEXT_HPP
#define LANGEXPORT_TESTS_HEADERS_SOURCE_TEXT_HPP

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

// Reading sources as text: files, lines, code without comments and literals.

namespace langexport_tests {

struct source_file {
    // Relative to the checkout, with forward slashes.
    std::string path;
    std::string text;
};

/// The checkout that the tests were configured in.
const std::filesystem::path& source_root();

/// The text of a file below the checkout. Throws if it cannot be read.
source_file read_source(const std::string& path);

/// Every file in a folder of the checkout, its folders included, that has one of the extensions.
std::vector<source_file> read_sources(const std::string& folder,
                                      const std::vector<std::string>& extensions);

std::vector<std::string> lines_of(std::string_view text);

std::size_t line_number(std::string_view text, std::size_t offset);

/// The text with comments and the contents of string and character literals replaced by blanks.
/// Line breaks stay, so that offsets and line numbers do.
std::string without_comments_and_literals(std::string_view text);

struct include_line {
    std::size_t line;
    // The text between the brackets or quotes.
    std::string target;
    bool is_quoted;
};

std::vector<include_line> includes_of(std::string_view text);

} // namespace langexport_tests

#endif
