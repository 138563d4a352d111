#ifndef LANGEXPORT_DETAIL_JSON_LONG_EXPONENT_HPP
#define LANGEXPORT_DETAIL_JSON_LONG_EXPONENT_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Numbers in JSON may have exponents of any size, but Boost.JSON rejects those beyond 32 bits. Exponents with this
// number of digits are safe.
inline constexpr std::size_t safe_exponent_digits = 9;

constexpr std::string_view leading_digits(std::string_view text) noexcept {
    std::size_t size = 0;
    while (size < text.size() && is_digit(text[size]))
        ++size;
    return text.substr(0, size);
}

constexpr std::string_view trailing_digits(std::string_view text) noexcept {
    std::size_t size = 0;
    while (size < text.size() && is_digit(text[text.size() - size - 1]))
        ++size;
    return text.substr(text.size() - size);
}

// The size of an `e` at the end of a text, including a sign after it; 0 if there is none.
constexpr std::size_t exponent_mark_size(std::string_view text) noexcept {
    const std::size_t sign = text.ends_with('+') || text.ends_with('-') ? 1 : 0;
    text.remove_suffix(sign);
    return text.ends_with('e') || text.ends_with('E') ? sign + 1 : 0;
}

// The digits of the first exponent that has too many; empty if there is none. It may be inside a string.
constexpr std::string_view find_long_exponent(std::string_view json) noexcept {
    // Every sufficiently long run of digits contains one of these places.
    for (std::size_t at = safe_exponent_digits; at < json.size(); at += safe_exponent_digits + 1) {
        if (!is_digit(json[at]))
            continue;
        const std::size_t begin = at - trailing_digits(json.substr(0, at)).size();
        const std::string_view digits = leading_digits(json.substr(begin));
        if (digits.size() > safe_exponent_digits && exponent_mark_size(json.substr(0, begin)) > 0)
            return digits;
        at = begin + digits.size();
    }
    return {};
}

// The size of an exponent at the end of JSON that may continue, if it does not have too many digits yet.
constexpr std::size_t cut_exponent_size(std::string_view json) noexcept {
    const std::size_t digits = trailing_digits(json).size();
    const std::size_t mark = exponent_mark_size(json.substr(0, json.size() - digits));
    return mark == 0 ? 0 : mark + digits;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
