#ifndef LANGEXPORT_DETAIL_BASE_IMPL_TEXT_READING_HPP
#define LANGEXPORT_DETAIL_BASE_IMPL_TEXT_READING_HPP

#include <langexport/detail/base/code_points.hpp>
#include <langexport/detail/base/secret.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// A part of a text, in bytes.
struct byte_range {
    std::size_t begin = 0;
    std::size_t end = 0;
};

// Sorted: white space, control characters, and the characters that Unicode defines as invisible
// (Default_Ignorable_Code_Point). Surrogates are among them, because two escapes of JSON are one such character.
inline constexpr code_point_range blank_characters[] = {
    {0x00, 0x20},       {0x7F, 0xA0},       {0xAD, 0xAD},     {0x034F, 0x034F}, {0x061C, 0x061C},
    {0x115F, 0x1160},   {0x1680, 0x1680},   {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x2000, 0x200F},
    {0x2028, 0x202F},   {0x205F, 0x206F},   {0x3000, 0x3000}, {0x3164, 0x3164}, {0xD800, 0xDFFF},
    {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3},
    {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

// The length of the white space or invisible character at the beginning of `text`; 0 if there is none.
constexpr std::size_t blank_length(std::string_view text) noexcept {
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80)
        return first <= 0x20 || first == 0x7F ? 1 : 0;
    const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (length == 0 || text.size() < length)
        return 0;
    char32_t code_point = first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0) != 0x80)
            return 0;
        code_point = (code_point << 6) | (byte & 0x3FU);
    }
    return is_in(blank_characters, code_point) ? length : 0;
}

// A possible decoded form of a text, without blanks, and the position of each character in the text. It
// may contain a secret, so its memory is wiped.
class text_reading {
public:
    secret_bytes characters;
    std::vector<byte_range> spans; // one for each character

    text_reading() = default;
    explicit text_reading(std::string_view text) {
        reserve(text.size());
        for (std::size_t at = 0; at < text.size(); ++at)
            add(text[at], {at, at + 1});
        remove_blanks();
    }

    void reserve(std::size_t count) {
        characters.reserve(count);
        spans.reserve(count);
    }
    void add(char c, byte_range from) {
        characters.push_back(c);
        spans.push_back(from);
    }
    void remove_blanks() {
        std::size_t kept = 0;
        for (std::size_t at = 0; at < characters.size();) {
            const std::size_t blank = blank_length(view(characters).substr(at));
            if (blank == 0) {
                characters[kept] = characters[at];
                spans[kept++] = spans[at++];
            } else
                at += blank;
        }
        characters.resize(kept);
        spans.resize(kept);
    }
};

// The number that `text` writes in hexadecimal digits; nothing if it contains other characters.
constexpr std::optional<std::uint32_t> read_hex(std::string_view text) noexcept {
    std::uint32_t value = 0;
    for (const char c : text) {
        const unsigned digit = hex_value(c);
        if (digit > 15)
            return std::nullopt;
        value = value * 16 + digit;
    }
    return text.empty() ? std::nullopt : std::optional(value);
}

// The character that an escape at the beginning of a text denotes, and the escape's length; 0 if there
// is none.
struct escape {
    std::size_t length = 0;
    char character = '\0';
};

// Secrets are ASCII. Of the other characters only the blanks matter; they become spaces.
constexpr char to_ascii(std::uint32_t code_point) noexcept {
    if (code_point < 0x80)
        return static_cast<char>(code_point);
    return is_in(blank_characters, code_point) ? ' ' : '\xFF';
}

// %41
inline escape read_percent(std::string_view text) noexcept {
    const auto value = percent_value(text);
    return value ? escape{percent_escape_size, *value} : escape{};
}

// \u0041, \x41, \n, \/. Of a backslash before another escape, only the backslash is removed, so that the other escape
// is still decoded.
inline escape read_backslash(std::string_view text) noexcept {
    if (text.size() < 2)
        return {};
    const std::size_t digits = text[1] == 'u' ? 4 : text[1] == 'x' ? 2 : 0;
    if (digits != 0) {
        const auto value =
            text.size() < 2 + digits ? std::nullopt : read_hex(text.substr(2, digits));
        return value ? escape{2 + digits, to_ascii(*value)} : escape{};
    }
    if (std::string_view("abefnrtv0").find(text[1]) != std::string_view::npos)
        return {2, ' '};
    if (text[1] == '%' || text[1] == '&')
        return {1, ' '};
    return is_letter(text[1]) || is_digit(text[1]) ? escape{} : escape{2, text[1]};
}

// &#65; &#x41; &amp;
inline escape read_entity(std::string_view text) noexcept {
    constexpr std::size_t longest = 20;
    const std::size_t end = text.substr(0, longest).find(';');
    if (end == std::string_view::npos)
        return {};
    const std::string_view name = text.substr(1, end - 1);
    if (name.starts_with('#')) {
        const bool is_hex = name.size() > 1 && to_lower(name[1]) == 'x';
        const auto decimal = parse_decimal(name.substr(1));
        const auto value = is_hex ? read_hex(name.substr(2))
                           : decimal && *decimal <= 0x10FFFF
                               ? std::optional(static_cast<std::uint32_t>(*decimal))
                               : std::nullopt;
        return value ? escape{end + 1, to_ascii(*value)} : escape{};
    }
    constexpr std::pair<std::string_view, char> names[] = {
        {"amp", '&'},   {"apos", '\''},   {"quot", '"'},
        {"lt", '<'},    {"gt", '>'},      {"nbsp", ' '},
        {"tab", ' '},   {"newline", ' '}, {"shy", ' '},
        {"zwnj", ' '},  {"zwj", ' '},     {"lrm", ' '},
        {"rlm", ' '},   {"nobreak", ' '}, {"zerowidthspace", ' '},
        {"plus", '+'},  {"sol", '/'},     {"equals", '='},
        {"num", '#'},   {"percnt", '%'},  {"commat", '@'},
        {"colon", ':'}, {"period", '.'},  {"lowbar", '_'},
        {"hyphen", '-'}};
    for (const auto& [known, character] : names)
        if (equal_ignoring_case(name, known))
            return {end + 1, character};
    return {};
}

// Decodes the escapes of URLs, JSON and HTML. Returns whether there were any.
inline bool unescape(text_reading& text) {
    const std::string_view all = view(text.characters);
    if (all.find_first_of("%\\&") == std::string_view::npos)
        return false;
    text_reading result;
    result.reserve(all.size());
    bool has_escapes = false;
    for (std::size_t at = 0; at < all.size();) {
        const std::string_view rest = all.substr(at);
        const escape found = rest[0] == '%'    ? read_percent(rest)
                             : rest[0] == '\\' ? read_backslash(rest)
                             : rest[0] == '&'  ? read_entity(rest)
                                               : escape{};
        const std::size_t length = std::max<std::size_t>(found.length, 1);
        result.add(found.length == 0 ? rest[0] : found.character,
                   {text.spans[at].begin, text.spans[at + length - 1].end});
        has_escapes = has_escapes || found.length != 0;
        at += length;
    }
    result.remove_blanks();
    text = std::move(result);
    return has_escapes;
}

// The value of a digit of base64 or base64url; 64 for other characters.
inline constexpr auto base64_values = [] {
    std::array<unsigned char, 256> values{};
    values.fill(64);
    for (const std::string_view digits : {base64_digits, base64url_digits})
        for (std::size_t i = 0; i < digits.size(); ++i)
            values[static_cast<unsigned char>(digits[i])] = static_cast<unsigned char>(i);
    return values;
}();
constexpr unsigned base64_value(char c) noexcept {
    return base64_values[static_cast<unsigned char>(c)];
}

// Decodes runs of digits that may be base64 (both alphabets), if the first group of four begins `phase` characters
// after the beginning of its run. Skips runs that are too short for eight bytes. \xFF separates runs.
inline text_reading decode_base64(const text_reading& text, std::size_t phase) {
    constexpr std::size_t shortest_run = 11;
    text_reading result;
    const auto is_digit_at = [&](std::size_t index) {
        return base64_value(text.characters[index]) < 64;
    };
    for (std::size_t begin = 0; begin < text.characters.size();) {
        std::size_t end = begin;
        while (end < text.characters.size() && is_digit_at(end))
            ++end;
        if (end - begin >= shortest_run + phase) {
            result.reserve(text.characters.size()); // growth would wipe each former memory
            std::uint32_t bits = 0;
            for (std::size_t at = begin + phase; at < end; ++at) {
                bits = (bits << 6) | base64_value(text.characters[at]);
                const std::size_t place = (at - begin - phase) % 4;
                if (place != 0)
                    result.add(static_cast<char>((bits >> (6 - 2 * place)) & 0xFF),
                               {text.spans[at - 1].begin, text.spans[at].end});
            }
            result.add('\xFF', {text.spans[end - 1].end, text.spans[end - 1].end});
        }
        begin = end + 1;
    }
    result.remove_blanks();
    return result;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
