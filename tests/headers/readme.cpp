#include "headers/readme.hpp"

#include "headers/source_text.hpp"

#include <algorithm>
#include <regex>

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

} // namespace

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
