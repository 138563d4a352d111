#ifndef LANGEXPORT_DETAIL_JSON_IMPL_JSON_ORDER_IPP
#define LANGEXPORT_DETAIL_JSON_IMPL_JSON_ORDER_IPP

#include <langexport/detail/json/decimal.hpp>
#include <langexport/detail/json/json_order.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace detail {

class json_position {
public:
    // The first difference of two texts; in an escape sequence, its backslash.
    json_position(std::string_view a, std::string_view b) noexcept {
        const auto [first, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
        const auto end = static_cast<std::size_t>(first - a.begin());
        while (at < end) {
            const char c = a[at];
            std::size_t size = 1;
            if (is_in_text && c == '\\')
                size = at + 1 < a.size() && a[at + 1] == 'u' ? 6 : 2;
            else if (c == '"')
                is_in_text = !is_in_text;
            if (at + size > end)
                return;
            at += size;
        }
    }

    std::size_t at = 0;
    bool is_in_text = false;
};

// A character of a JSON text by its first byte; less than all characters at the end of the text.
inline int first_byte(std::string_view text) noexcept {
    if (text.empty() || text.front() == '"')
        return -1;
    if (text.front() != '\\' || text.size() < 2)
        return static_cast<unsigned char>(text.front());
    switch (text[1]) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'u':
        break;
    default:
        return text[1];
    }
    unsigned value = 0;
    const std::string_view digits = text.substr(2, 4);
    std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return value < 0x80 ? static_cast<int>(value) : 0xED; // a lone surrogate
}

// The number around a position; empty if there is none.
inline std::string_view number_at(std::string_view text, std::size_t offset) noexcept {
    constexpr std::string_view characters = "0123456789+-.eE";
    std::size_t first = (std::min)(offset, text.size()), last = first;
    while (first > 0 && characters.find(text[first - 1]) != std::string_view::npos)
        --first;
    while (last < text.size() && characters.find(text[last]) != std::string_view::npos)
        ++last;
    const std::string_view found = text.substr(first, last - first);
    const bool is_number =
        !found.empty() && (found[0] == '-' || (found[0] >= '0' && found[0] <= '9'));
    return is_number ? found : std::string_view();
}

LANGEXPORT_DECL bool is_before_in_order(std::string_view a, std::string_view b) {
    const json_position differ(a, b);
    const std::string_view rest_a = a.substr(differ.at), rest_b = b.substr(differ.at);
    if (differ.is_in_text) {
        const int byte_a = first_byte(rest_a), byte_b = first_byte(rest_b);
        return byte_a != byte_b ? byte_a < byte_b : rest_a < rest_b;
    }
    const std::string_view number_a = number_at(a, differ.at), number_b = number_at(b, differ.at);
    if (!number_a.empty() && !number_b.empty()) {
        const auto order = decimal(number_a) <=> decimal(number_b);
        if (order != 0)
            return order < 0;
    }
    return rest_a < rest_b;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
