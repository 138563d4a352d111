#ifndef LANGEXPORT_EXAMPLES_TOOL_PERMANENT_LINES_HPP
#define LANGEXPORT_EXAMPLES_TOOL_PERMANENT_LINES_HPP

#include "system.hpp"
#include "terminal_text.hpp"
#include "text_style.hpp"

#include <langexport/detail/base/text.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

// The last column stays empty, because terminals behave differently after it.
inline std::size_t drawn_columns(const terminal_size& terminal) noexcept {
    return std::max<std::size_t>(terminal.columns, 20) - 1;
}

// Breaks a text at spaces. Lines after the first are indented. A word that is longer than a line is not
// broken.
inline std::string wrap(std::string_view text, std::size_t columns, std::size_t indent) {
    std::string result;
    std::size_t room = columns;
    indent = indent + 24 <= columns ? indent : 2;
    while (columns_of(text) > room) {
        const std::size_t space = text.substr(0, cut_columns(text, room).size() + 1).rfind(' ');
        const std::size_t last = text.find_last_not_of(' ', space);
        if (space == std::string_view::npos || last == std::string_view::npos)
            break;
        result.append(text.substr(0, last + 1)).append("\x1b[K\n").append(indent, ' ');
        text.remove_prefix(space + 1);
        room = columns - indent;
    }
    return result.append(text);
}

/// Lines of a log that are not written yet. A plain value.
class permanent_lines {
public:
    permanent_lines() = default;

    /// Each further line begins with the text that this function returns, such as the time of day.
    void begin_with(std::function<std::string()> prefix) { prefix_ = std::move(prefix); }
    /// Adds a line.
    ///
    /// @param text     The line. Control characters, also line feeds, become spaces.
    /// @param style    Its style.
    /// @param colored  How many bytes of the text are in the color of the style.
    void add(std::string_view text, text_style style, std::size_t colored);
    bool empty() const noexcept { return lines_.empty(); }
    /// Returns and removes the lines, for logs and pipes.
    std::string take();
    /// Returns and removes the lines, broken for the columns of a terminal.
    ///
    /// @param indent  How far the second and all further parts of a line are indented.
    std::string take(const terminal_size& terminal, std::size_t indent);

private:
    // The `colored` bytes from `begin` on have the color of the style.
    class line {
    public:
        std::string in_color(const std::string& shown) const;

        std::string text;
        text_style style = text_style::plain;
        std::size_t begin = 0, colored = 0;
    };

    std::vector<line> lines_;
    std::function<std::string()> prefix_;
};

inline std::string permanent_lines::line::in_color(const std::string& shown) const {
    // Line breaks may be in it.
    const std::size_t size = begin + colored < text.size() ? colored : shown.size() - begin;
    return shown.substr(0, begin) + tool::in_color(shown.substr(begin, size), style) +
           shown.substr(begin + size);
}

inline void permanent_lines::add(std::string_view text, text_style style, std::size_t colored) {
    const std::string prefix = prefix_ ? prefix_() : std::string();
    line& one = lines_.emplace_back();
    one.text = prefix +
               langexport::detail::one_printable_line(text, std::max<std::size_t>(text.size(), 16));
    one.style = style;
    one.begin = prefix.size();
    one.colored = (std::min)(colored, one.text.size() - one.begin);
}

inline std::string permanent_lines::take() {
    std::string text;
    for (const line& one : std::exchange(lines_, {}))
        text.append(one.text).append("\n");
    return text;
}

inline std::string permanent_lines::take(const terminal_size& terminal, std::size_t indent) {
    std::string text;
    for (const line& one : std::exchange(lines_, {})) {
        const std::string shown = wrap(one.text, drawn_columns(terminal), one.begin + indent);
        text.append(terminal.has_color ? one.in_color(shown) : shown).append("\x1b[K\n");
    }
    return text;
}

} // namespace tool

#endif
