#ifndef LANGEXPORT_EXAMPLES_TOOL_GLOB_HPP
#define LANGEXPORT_EXAMPLES_TOOL_GLOB_HPP

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tool {

// The first character of a text in UTF-8: a byte with the continuation bytes after it.
inline std::string_view first_character(std::string_view text) {
    std::size_t size = (std::min)(text.size(), std::size_t(1));
    while (size < text.size() && size < 4 &&
           (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
        ++size;
    return text.substr(0, size);
}

// The size of the set, such as `[a-z]`, that a pattern begins with. 0: the bracket has no end, and is an ordinary
// character.
inline std::size_t size_of_set(std::string_view pattern) {
    std::size_t begin = 1;
    if (begin < pattern.size() && (pattern[begin] == '!' || pattern[begin] == '^'))
        ++begin;
    // A bracket that comes first is a member of the set.
    const std::size_t end = pattern.find(']', begin + 1);
    return end == std::string_view::npos ? 0 : end + 1;
}

// Whether a character is in a set; `set` is the text between the brackets.
inline bool is_in_set(std::string_view set, std::string_view character) {
    const bool is_negated = set.starts_with('!') || set.starts_with('^');
    set.remove_prefix(is_negated ? 1 : 0);
    bool is_found = false;
    while (!set.empty()) {
        const std::string_view low = first_character(set);
        std::string_view high = low;
        set.remove_prefix(low.size());
        if (set.size() > 1 && set.front() == '-') {
            high = first_character(set.substr(1));
            set.remove_prefix(1 + high.size());
        }
        is_found = is_found || (low <= character && character <= high);
    }
    return is_found != is_negated;
}

// Returns the size of the pattern's first element if that matches the character; otherwise 0.
inline std::size_t matched_size(std::string_view pattern, std::string_view character) {
    if (pattern.empty())
        return 0;
    if (pattern.front() == '?')
        return 1;
    if (const std::size_t size = pattern.front() == '[' ? size_of_set(pattern) : 0)
        return is_in_set(pattern.substr(1, size - 2), character) ? size : 0;
    const std::size_t escape = pattern.front() == '\\' && pattern.size() > 1 ? 1 : 0;
    const std::string_view own = first_character(pattern.substr(escape));
    return own == character ? escape + own.size() : 0;
}

/// Whether a pattern of a shell matches a whole text: `*` stands for any text, `?` for one character, `[a-z]` for one
/// of them, `[!a-z]` for any other one, and `\` makes the next character an ordinary one. Upper and lower case differ.
inline bool matches_glob(std::string_view pattern, std::string_view text) {
    bool has_star = false;
    std::string_view behind_star, rest; // what follows the last star, and the text that it may skip
    while (!text.empty()) {
        if (pattern.starts_with('*')) {
            pattern.remove_prefix(1);
            has_star = true;
            behind_star = pattern;
            rest = text;
            continue;
        }
        const std::string_view character = first_character(text);
        if (const std::size_t size = matched_size(pattern, character)) {
            pattern.remove_prefix(size);
            text.remove_prefix(character.size());
            continue;
        }
        if (!has_star)
            return false;
        rest.remove_prefix(first_character(rest).size());
        text = rest;
        pattern = behind_star;
    }
    return pattern.find_first_not_of('*') == std::string_view::npos;
}

/// Chooses projects by their names.
class name_filter {
public:
    name_filter() = default;

    std::vector<std::string> include; ///< One of these patterns must match; empty: every name does.
    std::vector<std::string> exclude; ///< None of these patterns may match.

    /// Whether it chooses all names.
    bool is_open() const { return include.empty() && exclude.empty(); }
    bool chooses(std::string_view name) const {
        const auto matches = [name](const std::string& pattern) {
            return matches_glob(pattern, name);
        };
        return (include.empty() || std::any_of(include.begin(), include.end(), matches)) &&
               std::none_of(exclude.begin(), exclude.end(), matches);
    }
};

} // namespace tool

#endif
