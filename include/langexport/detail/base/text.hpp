#ifndef LANGEXPORT_DETAIL_BASE_TEXT_HPP
#define LANGEXPORT_DETAIL_BASE_TEXT_HPP

#include <langexport/version.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
// Converts a size that fits into memory. The types differ on some systems only; elsewhere a plain cast is a warning
// (-Wuseless-cast).
constexpr std::size_t to_size(std::uint64_t size) noexcept {
    return size & SIZE_MAX;
}
constexpr bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
// The value of a hexadecimal digit; 16 for any other character.
constexpr unsigned hex_value(char c) noexcept {
    if (is_digit(c))
        return static_cast<unsigned>(c - '0');
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? static_cast<unsigned>(lower - 'a') + 10 : 16;
}
constexpr bool is_hex(char c) noexcept {
    return hex_value(c) < 16;
}
inline constexpr std::string_view hex_digits = "0123456789abcdef";
// Appends the last `digits` hexadecimal digits of a number, in lower case.
LANGEXPORT_DECL void append_hex(std::string& output, std::uint32_t value, unsigned digits);
// Visible ASCII without the space: the characters of a URL or of a word in a header field.
constexpr bool is_visible(char c) noexcept {
    return c > ' ' && c < '\x7f';
}
constexpr bool is_unreserved(char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}
// The same as a table, because every character of a name and of a parameter is looked up.
inline constexpr auto unreserved_characters = [] {
    std::array<bool, 256> is{};
    for (std::size_t i = 0; i < 128; ++i)
        is[i] = is_unreserved(static_cast<char>(i));
    return is;
}();

constexpr bool is_control(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
}

// Whether a text begins with a tag, a comment or a declaration of HTML or XML.
constexpr bool is_markup(std::string_view text) noexcept {
    return text.size() > 1 && text[0] == '<' &&
           (is_letter(text[1]) || text[1] == '/' || text[1] == '!' || text[1] == '?');
}

LANGEXPORT_DECL bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
LANGEXPORT_DECL std::string to_lower(std::string_view text);
LANGEXPORT_DECL std::string_view trim(std::string_view text) noexcept;

// The first byte that is not visible ASCII; npos if there is none.
LANGEXPORT_DECL std::size_t find_invisible(std::string_view text) noexcept;
// The first byte of `text` that is not UTF-8; npos if there is none.
LANGEXPORT_DECL std::size_t find_invalid_utf8(std::string_view text) noexcept;

// The first byte of an invisible character that controls the display: C0 and C1 controls, separators of lines and
// paragraphs, marks that change the direction of text, the byte order mark. npos if there is none.
LANGEXPORT_DECL std::size_t find_control(std::string_view text) noexcept;

// "1 character", "7 characters".
LANGEXPORT_DECL std::string count_of(std::size_t number, std::string_view noun);

// `%XX` of a byte.
constexpr std::array<char, 3> percent_escape(char c) noexcept {
    constexpr char hex[] = "0123456789ABCDEF";
    const auto value = static_cast<unsigned char>(c);
    return {'%', hex[value >> 4], hex[value & 15]};
}
// The length of `%XX`.
inline constexpr std::size_t percent_escape_size = 3;
// The byte that a `%XX` at the beginning of a text denotes; nothing if the text begins with anything else.
constexpr std::optional<char> percent_value(std::string_view text) noexcept {
    if (text.size() < percent_escape_size || text[0] != '%' || !is_hex(text[1]) || !is_hex(text[2]))
        return std::nullopt;
    return static_cast<char>(16 * hex_value(text[1]) + hex_value(text[2]));
}

// Appends a text to a string, or to memory that is wiped. %XX replaces all bytes except unreserved characters.
template <class Bytes>
void append_percent_encoded(Bytes& output, std::string_view text) {
    while (!text.empty()) {
        std::size_t plain = 0;
        while (plain < text.size() &&
               unreserved_characters[static_cast<unsigned char>(text[plain])])
            ++plain;
        output.insert(output.end(), text.begin(),
                      text.begin() + static_cast<std::ptrdiff_t>(plain));
        text.remove_prefix(plain);
        if (text.empty())
            return;
        const auto escape = percent_escape(text.front());
        output.insert(output.end(), escape.begin(), escape.end());
        text.remove_prefix(1);
    }
}

// Appends the bytes that %XX denotes, to a string or to memory that is wiped. An incomplete %XX stays
// unchanged.
template <class Bytes>
void append_percent_decoded(Bytes& output, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::optional<char> value = percent_value(text.substr(at));
        output.push_back(value.value_or(text[at]));
        at += value ? percent_escape_size : 1;
    }
}

// Encodes one segment of a path: %XX replaces everything except unreserved characters. A segment that consists of
// dots is encoded, too, because proxies would remove `.` and `..` segments.
LANGEXPORT_DECL std::string percent_encode(std::string_view segment);
// The bytes that %XX denotes. An incomplete %XX stays unchanged.
LANGEXPORT_DECL std::string percent_decode(std::string_view text);

// The longest prefix of at most `most` bytes that does not end inside a character.
LANGEXPORT_DECL std::string_view cut_utf8(std::string_view text, std::size_t most) noexcept;

// For messages: valid UTF-8 on one line. Characters that `find_control` finds become spaces. Bytes that are not UTF-8
// become '?'; half of a UTF-16 pair (see lone_surrogate.hpp) becomes U+FFFD. A text longer than `most` (at least 16)
// bytes is shortened in the middle.
LANGEXPORT_DECL std::string one_printable_line(std::string_view text, std::size_t most = 1200);

// Parses a number that consists of decimal digits only. Nothing for any other text, and on overflow.
LANGEXPORT_DECL std::optional<std::uint64_t> parse_decimal(std::string_view text) noexcept;

inline constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
inline constexpr std::string_view base64url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Appends base64 without padding, to a string or to memory that is wiped.
template <class Text>
void append_base64(Text& output, std::string_view bytes, std::string_view digits) {
    std::uint32_t pending = 0;
    unsigned bits = 0;
    for (const char c : bytes) {
        pending = (pending << 8) | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 6; bits -= 6)
            output.push_back(digits[(pending >> (bits - 6)) & 63]);
    }
    if (bits > 0)
        output.push_back(digits[(pending << (6 - bits)) & 63]);
}
LANGEXPORT_DECL std::string base64url_encode(std::string_view bytes);
LANGEXPORT_DECL std::optional<std::string> base64url_decode(std::string_view text);
LANGEXPORT_DECL std::uint32_t checksum(std::string_view bytes) noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/base/impl/text.ipp>
#endif

#endif
