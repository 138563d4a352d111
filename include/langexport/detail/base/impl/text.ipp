#ifndef LANGEXPORT_DETAIL_BASE_IMPL_TEXT_IPP
#define LANGEXPORT_DETAIL_BASE_IMPL_TEXT_IPP

#include <langexport/detail/base/lone_surrogate.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/utf8_check.hpp>

#include <algorithm>
#include <charconv>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return a == b || std::equal(a.begin(), a.end(), b.begin(), b.end(),
                                [](char x, char y) { return to_lower(x) == to_lower(y); });
}

LANGEXPORT_DECL std::string to_lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return to_lower(c); });
    return result;
}

LANGEXPORT_DECL std::string_view trim(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

LANGEXPORT_DECL std::size_t find_invisible(std::string_view text) noexcept {
    const auto at = std::find_if(text.begin(), text.end(), [](char c) { return !is_visible(c); });
    return at == text.end() ? std::string_view::npos : static_cast<std::size_t>(at - text.begin());
}

LANGEXPORT_DECL std::size_t find_invalid_utf8(std::string_view text) noexcept {
    const auto byte = [&](std::size_t offset) { return static_cast<unsigned char>(text[offset]); };
    std::size_t at = 0;
    while (at < text.size()) {
        if (is_ascii(text[at])) {
            at += ascii_size(text.substr(at));
            continue;
        }
        const utf8_lead lead(byte(at));
        if (!lead.is_valid || text.size() - at <= lead.more)
            return at;
        unsigned char low = lead.low, high = lead.high;
        for (std::size_t i = 1; i <= lead.more; ++i, low = 0x80, high = 0xBF)
            if (byte(at + i) < low || byte(at + i) > high)
                return at;
        at += lead.more + 1u;
    }
    return std::string_view::npos;
}

// The length of the character at the beginning of `text` if it is one that `find_control` looks for; else 0.
inline std::size_t control_length(std::string_view text) noexcept {
    const auto byte = [&](std::size_t offset) { return static_cast<unsigned char>(text[offset]); };
    if (is_control(text[0]))
        return 1;
    if (text.size() > 1 && byte(0) == 0xC2 && byte(1) < 0xA0)
        return 2; // U+0080 to U+009F
    if (text.starts_with("\xD8\x9C"))
        return 2; // U+061C
    if (text.size() > 2 && byte(0) == 0xE2 && byte(1) == 0x80) {
        const bool turns = byte(2) == 0x8E || byte(2) == 0x8F;        // U+200E, U+200F
        return turns || (byte(2) >= 0xA8 && byte(2) <= 0xAE) ? 3 : 0; // U+2028 to U+202E
    }
    if (text.size() > 2 && byte(0) == 0xE2 && byte(1) == 0x81)
        return byte(2) >= 0xA6 && byte(2) <= 0xA9 ? 3 : 0; // U+2066 to U+2069
    return text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

LANGEXPORT_DECL std::size_t find_control(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size(); ++at)
        if (control_length(text.substr(at)) != 0)
            return at;
    return std::string_view::npos;
}

LANGEXPORT_DECL std::string count_of(std::size_t number, std::string_view noun) {
    std::string text = std::to_string(number) + ' ';
    return text.append(noun).append(number == 1 ? "" : "s");
}

LANGEXPORT_DECL void append_hex(std::string& output, std::uint32_t value, unsigned digits) {
    for (unsigned i = digits; i > 0; --i)
        output += hex_digits[(value >> (4 * (i - 1))) & 15];
}

LANGEXPORT_DECL std::string percent_encode(std::string_view segment) {
    std::string result;
    result.reserve(segment.size());
    if (segment.find_first_not_of('.') != std::string_view::npos) {
        append_percent_encoded(result, segment);
        return result;
    }
    for (const char dot : segment) {
        const auto escape = percent_escape(dot);
        result.append(escape.data(), escape.size());
    }
    return result;
}

LANGEXPORT_DECL std::string percent_decode(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    append_percent_decoded(result, text);
    return result;
}

constexpr bool continues_character(char c) noexcept {
    return (c & 0xC0) == 0x80;
}

LANGEXPORT_DECL std::string_view cut_utf8(std::string_view text, std::size_t most) noexcept {
    if (text.size() <= most)
        return text;
    // A lead byte is at most three bytes before. Without one, the text is not UTF-8 and may be cut anywhere.
    for (std::size_t back = 0; back <= std::min<std::size_t>(most, 3); ++back) {
        if (!continues_character(text[most - back]))
            return text.substr(0, most - back);
    }
    return text.substr(0, most);
}

LANGEXPORT_DECL std::string one_printable_line(std::string_view text, std::size_t most) {
    constexpr std::string_view gap = " ... ";
    std::string result(text.substr(0, text.size() <= most ? most : 0));
    if (text.size() > most) {
        std::string_view end = text.substr(text.size() - (most - most / 2 - gap.size()));
        for (int i = 0; i < 3 && continues_character(end.front()); ++i)
            end.remove_prefix(1);
        result.append(cut_utf8(text, most / 2)).append(gap).append(end);
    }
    std::size_t checked = 0;
    for (;;) {
        const std::size_t bad = find_invalid_utf8(std::string_view(result).substr(checked));
        if (bad == std::string_view::npos)
            break;
        checked += bad;
        if (has_surrogate_at(result, checked)) {
            result.replace(checked, surrogate_bytes, "\xEF\xBF\xBD");
            checked += surrogate_bytes;
        } else
            result[checked++] = '?';
    }
    for (std::size_t i = 0; i < result.size(); ++i) {
        const std::size_t length = control_length(std::string_view(result).substr(i));
        std::fill_n(result.begin() + static_cast<std::ptrdiff_t>(i), length, ' ');
    }
    return result;
}

LANGEXPORT_DECL std::optional<std::uint64_t> parse_decimal(std::string_view text) noexcept {
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (text.empty() || read.ec != std::errc() || read.ptr != end)
        return std::nullopt;
    return value;
}

LANGEXPORT_DECL std::string base64url_encode(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() / 3 * 4 + 4);
    append_base64(text, bytes, base64url_digits);
    return text;
}

LANGEXPORT_DECL std::optional<std::string> base64url_decode(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t pending = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const std::size_t digit = base64url_digits.find(c);
        if (digit == std::string_view::npos)
            return std::nullopt;
        pending = (pending << 6) | static_cast<std::uint32_t>(digit);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>((pending >> bits) & 0xFF);
        }
    }
    // Six remaining bits are not a byte, and padding bits must be zero: each value has one text.
    if (bits >= 6 || (pending & ((1u << bits) - 1)) != 0)
        return std::nullopt;
    return bytes;
}

LANGEXPORT_DECL std::uint32_t checksum(std::string_view bytes) noexcept {
    // CRC-32, bit by bit: for a few hundred bytes a table is not worth its space.
    std::uint32_t crc = 0xFFFFFFFF;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320u : 0u);
    }
    return ~crc;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
