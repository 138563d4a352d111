#include "headers/pages.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <iterator>
#include <regex>
#include <utility>

namespace langexport_tests {
namespace {

std::string without_common_indentation(const std::vector<std::string>& lines) {
    std::size_t indentation = std::string::npos;
    for (const auto& line : lines)
        indentation = std::min(indentation, line.find_first_not_of(' '));

    std::string text;
    for (const auto& line : lines) {
        text += line.substr(std::min(indentation, line.size()));
        text += '\n';
    }
    return text;
}

bool is_fence(const std::string& line) {
    return line.starts_with("```");
}

// As GitHub makes it: letters in lower case, spaces as hyphens, no punctuation.
std::string anchor_of(const std::string& heading) {
    std::string anchor;
    for (const char c : heading) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == ' ')
            anchor += '-';
        else if (std::isalnum(byte) || byte >= 0x80 || c == '-' || c == '_')
            anchor += static_cast<char>(std::tolower(byte));
    }
    return anchor;
}

} // namespace

std::vector<source_file> read_pages() {
    std::vector<source_file> pages{read_source("README.md")};
    for (const char* folder : {".github", "benchmarks", "examples", "include", "tests"}) {
        auto more = read_sources(folder, {".md"});
        std::copy_if(std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()),
                     std::back_inserter(pages), [](const source_file& page) {
                         return page.path.find("node_modules") == std::string::npos;
                     });
    }
    return pages;
}

std::vector<std::string> prose_of(std::string_view markdown) {
    std::vector<std::string> prose;
    bool is_inside = false;
    for (auto& line : lines_of(markdown)) {
        if (is_fence(line))
            is_inside = !is_inside;
        else if (!is_inside)
            prose.push_back(std::move(line));
    }
    return prose;
}

std::vector<std::string> anchors_of(std::string_view markdown) {
    std::vector<std::string> anchors;
    for (const auto& line : prose_of(markdown)) {
        const std::size_t first = line.find_first_not_of('#');
        if (first != 0 && first != std::string::npos && line[first] == ' ')
            anchors.push_back(anchor_of(line.substr(first + 1)));
    }
    return anchors;
}

std::vector<std::string> links_of(std::string_view markdown) {
    static const std::regex link(R"(\]\(([^)\s]+)\))");

    std::vector<std::string> links;
    for (const auto& line : prose_of(markdown)) {
        for (std::sregex_iterator i(line.begin(), line.end(), link), end; i != end; ++i)
            links.push_back((*i)[1].str());
    }
    return links;
}

std::vector<code_block> code_blocks_of(std::string_view markdown) {
    static const std::regex comment(R"(^<!--\s*(\S+)\s*-->\s*$)");
    static const std::regex fence(R"(^```\s*(\S*)\s*$)");

    std::vector<code_block> blocks;
    std::string origin;
    bool is_inside = false;
    std::size_t number = 0;
    for (const auto& line : lines_of(markdown)) {
        ++number;
        std::smatch match;
        if (std::regex_match(line, match, fence)) {
            is_inside = !is_inside;
            if (is_inside)
                blocks.push_back({number, match[1].str(), "", origin});
            origin.clear();
        } else if (is_inside) {
            blocks.back().text += line + '\n';
        } else if (std::regex_match(line, match, comment)) {
            origin = match[1].str();
        } else if (!line.empty()) {
            origin.clear();
        }
    }
    return blocks;
}

std::optional<std::string> region_of(std::string_view source, std::string_view name) {
    std::vector<std::string> inside;
    bool is_inside = false;
    for (const auto& line : lines_of(source)) {
        const std::size_t first = line.find_first_not_of(" /#");
        const std::string_view mark =
            first == std::string::npos ? std::string_view() : std::string_view(line).substr(first);
        if (mark == "[region " + std::string(name) + "]")
            is_inside = true;
        else if (is_inside && mark == "[end " + std::string(name) + "]")
            return without_common_indentation(inside);
        else if (is_inside)
            inside.push_back(line);
    }
    return std::nullopt;
}

} // namespace langexport_tests
