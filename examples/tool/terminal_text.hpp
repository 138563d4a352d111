#ifndef LANGEXPORT_EXAMPLES_TOOL_TERMINAL_TEXT_HPP
#define LANGEXPORT_EXAMPLES_TOOL_TERMINAL_TEXT_HPP

#include <langexport/detail/base/code_points.hpp>
#include <langexport/detail/base/text.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace tool {

// Texts in terminal columns: UTF-8 without control characters.

/// The number of columns of a text. A character takes one. Chinese, Japanese and Korean characters and
/// emoji take two. Combining characters take none.
inline std::size_t columns_of(std::string_view text) noexcept;

/// The longest beginning of a text with at most this many columns.
inline std::string_view cut_columns(std::string_view text, std::size_t columns) noexcept;

/// A text, cut to at most this many columns. Dots at its end show that it was cut.
inline std::string fit_columns(std::string_view text, std::size_t columns);

/// The same, padded with spaces to exactly this many columns.
inline std::string pad_columns(std::string_view text, std::size_t columns);

// Sorted: the wide characters of Unicode, and whole blocks of emoji.
inline constexpr langexport::detail::code_point_range wide_characters[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x23F0, 0x23F0},   {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x26CE, 0x26CE},
    {0x26D4, 0x26D4},   {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},
    {0x26FA, 0x26FA},   {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27B0, 0x27B0},   {0x27BF, 0x27BF},
    {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x303E},
    {0x3041, 0x3247},   {0x3250, 0x4DBF},   {0x4E00, 0xA4C6},   {0xA960, 0xA97C},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAD9},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6B},
    {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x1B2FB}, {0x1F004, 0x1F004},
    {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A}, {0x1F200, 0x1F64F},
    {0x1F680, 0x1F6FF}, {0x1F7E0, 0x1F7F0}, {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF},
    {0x20000, 0x3FFFD},
};

// Sorted: combining marks, joiners and variation selectors of the most common scripts.
inline constexpr langexport::detail::code_point_range drawn_over[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489},   {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},   {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2069},
    {0x20D0, 0x20FF}, {0x302A, 0x302D},   {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
    {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
};

// The start of the next character, and the columns of this one.
inline std::size_t next_character(std::string_view text, std::size_t offset,
                                  std::size_t& columns) noexcept {
    const auto lead = static_cast<unsigned char>(text[offset++]);
    char32_t character = lead < 0xC0   ? lead
                         : lead < 0xE0 ? lead & 0x1F
                         : lead < 0xF0 ? lead & 0x0F
                                       : lead & 0x07;
    for (; offset < text.size() && (text[offset] & 0xC0) == 0x80; ++offset)
        character = character << 6 | (static_cast<unsigned char>(text[offset]) & 0x3Fu);
    columns = character < 0x300                                       ? 1
              : langexport::detail::is_in(drawn_over, character)      ? 0
              : langexport::detail::is_in(wide_characters, character) ? 2
                                                                      : 1;
    return offset;
}

inline std::size_t columns_of(std::string_view text) noexcept {
    std::size_t columns = 0;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t width = 0;
        at = next_character(text, at, width);
        columns += width;
    }
    return columns;
}

inline std::string_view cut_columns(std::string_view text, std::size_t columns) noexcept {
    std::size_t at = 0, used = 0;
    while (at < text.size()) {
        std::size_t width = 0;
        const std::size_t next = next_character(text, at, width);
        used += width;
        if (used > columns)
            break;
        at = next;
    }
    return text.substr(0, at);
}

inline std::string fit_columns(std::string_view text, std::size_t columns) {
    if (columns_of(text) <= columns)
        return std::string(text);
    const std::string_view dots = columns > 6 ? "..." : "";
    return std::string(cut_columns(text, columns - dots.size())).append(dots);
}

inline std::string pad_columns(std::string_view text, std::size_t columns) {
    std::string result = fit_columns(text, columns);
    return result.append(columns - columns_of(result), ' ');
}

} // namespace tool

#endif
