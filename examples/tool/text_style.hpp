#ifndef LANGEXPORT_EXAMPLES_TOOL_TEXT_STYLE_HPP
#define LANGEXPORT_EXAMPLES_TOOL_TEXT_STYLE_HPP

#include <langexport/log/line_logger.hpp>

#include <string>
#include <string_view>

namespace tool {

/// What a text says, which decides its color on a terminal.
enum class text_style {
    plain,   ///< No color.
    good,    ///< A success: green.
    warning, ///< Yellow.
    bad,     ///< A failure: red.
};

/// The style of a log line.
inline text_style style_of(langexport::log_level level) noexcept {
    return level == langexport::log_level::error     ? text_style::bad
           : level == langexport::log_level::warning ? text_style::warning
                                                     : text_style::plain;
}

/// The style of the word for the result of an export, such as "failed".
inline text_style style_of_result(std::string_view word) noexcept {
    if (word == "exported" || word == "imported")
        return text_style::good;
    if (word == "unchanged" || word == "skipped")
        return text_style::plain;
    return word == "failed" ? text_style::bad : text_style::warning;
}

/// The text in its color, for a terminal.
inline std::string in_color(std::string_view text, text_style style) {
    const char* const start = style == text_style::good      ? "\x1b[32m"
                              : style == text_style::warning ? "\x1b[33m"
                              : style == text_style::bad     ? "\x1b[31m"
                                                             : "";
    return *start && !text.empty() ? start + std::string(text) + "\x1b[0m" : std::string(text);
}

} // namespace tool

#endif
