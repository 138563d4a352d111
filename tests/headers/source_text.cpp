#include "headers/source_text.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>

namespace langexport_tests {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

void blank(std::string& text, std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < std::min(last, text.size()); ++i) {
        if (text[i] != '\n')
            text[i] = ' ';
    }
}

// The end of a literal that began at `first`, after its closing quote; a literal ends with its line.
std::size_t end_of_literal(std::string_view text, std::size_t first) {
    const char quote = text[first];
    std::size_t i = first + 1;
    while (i < text.size() && text[i] != quote && text[i] != '\n')
        i += text[i] == '\\' ? 2 : 1;
    return std::min(i + 1, text.size());
}

// `first` is the quote of R"tag(
std::size_t end_of_raw_literal(std::string_view text, std::size_t first) {
    const std::size_t open = text.find('(', first);
    if (open == std::string_view::npos)
        return text.size();
    std::string closing = ")";
    closing.append(text.substr(first + 1, open - first - 1));
    closing += '"';
    const std::size_t end = text.find(closing, open);
    return end == std::string_view::npos ? text.size() : end + closing.size();
}

bool is_raw_prefix(std::string_view text, std::size_t quote) {
    if (quote == 0 || text[quote - 1] != 'R')
        return false;
    std::size_t first = quote - 1;
    while (first > 0 && is_word(text[first - 1]))
        --first;
    const std::string_view prefix = text.substr(first, quote - first);
    return prefix == "R" || prefix == "u8R" || prefix == "uR" || prefix == "UR" || prefix == "LR";
}

} // namespace

const std::filesystem::path& source_root() {
    static const std::filesystem::path root = LANGEXPORT_SOURCE_DIR;
    return root;
}

source_file read_source(const std::string& path) {
    std::ifstream file(source_root() / path, std::ios::binary);
    if (!file)
        throw std::runtime_error("cannot read " + path);
    return {path, {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}};
}

std::vector<source_file> read_sources(const std::string& folder,
                                      const std::vector<std::string>& extensions) {
    std::vector<std::string> paths;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(source_root() / folder)) {
        const auto extension = entry.path().extension().string();
        if (entry.is_regular_file() &&
            std::find(extensions.begin(), extensions.end(), extension) != extensions.end())
            paths.push_back(
                std::filesystem::relative(entry.path(), source_root()).generic_string());
    }
    std::sort(paths.begin(), paths.end());

    std::vector<source_file> files;
    files.reserve(paths.size());
    for (const auto& path : paths)
        files.push_back(read_source(path));
    return files;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::size_t line_number(std::string_view text, std::size_t offset) {
    const auto before = text.substr(0, offset);
    return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

std::string without_comments_and_literals(std::string_view text) {
    std::string code(text);
    std::size_t i = 0;
    while (i < text.size()) {
        const std::string_view rest = text.substr(i);
        std::size_t end = i + 1;
        if (rest.starts_with("//")) {
            end = std::min(text.find('\n', i), text.size());
            blank(code, i, end);
        } else if (rest.starts_with("/*")) {
            const std::size_t close = text.find("*/", i + 2);
            end = close == std::string_view::npos ? text.size() : close + 2;
            blank(code, i, end);
        } else if (text[i] == '"') {
            end = is_raw_prefix(text, i) ? end_of_raw_literal(text, i) : end_of_literal(text, i);
            blank(code, i + 1, end - 1);
        } else if (text[i] == '\'' && (i == 0 || !is_word(text[i - 1]))) {
            end = end_of_literal(text, i);
            blank(code, i + 1, end - 1);
        }
        i = end;
    }
    return code;
}

std::vector<include_line> includes_of(std::string_view text) {
    static const std::regex directive(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re");
    std::vector<include_line> includes;
    std::size_t number = 0;
    for (const auto& line : lines_of(text)) {
        ++number;
        std::smatch match;
        if (std::regex_search(line, match, directive))
            includes.push_back({number, match[2].str(), match[1].str() == "\""});
    }
    return includes;
}

} // namespace langexport_tests
