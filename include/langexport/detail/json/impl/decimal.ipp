#ifndef LANGEXPORT_DETAIL_JSON_IMPL_DECIMAL_IPP
#define LANGEXPORT_DETAIL_JSON_IMPL_DECIMAL_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/json/decimal.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace langexport {
inline namespace v0 {
namespace detail {

// At most eighteen digits, so that exponents can be added.
inline std::int64_t read_exponent(std::string_view text) noexcept {
    constexpr std::int64_t most = 999'999'999'999'999'999;
    const bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+'))
        text.remove_prefix(1);
    std::int64_t value = 0;
    for (const char digit : text)
        value = value > most / 10 ? most : value * 10 + (digit - '0');
    return is_negative ? -value : value;
}

LANGEXPORT_DECL decimal::decimal(std::string_view json) : is_negative_(json.starts_with('-')) {
    json.remove_prefix(is_negative_ ? 1 : 0);
    const std::size_t mark = json.find_first_of("eE");
    if (mark != std::string_view::npos)
        exponent_ = read_exponent(json.substr(mark + 1));
    const std::string_view number = json.substr(0, mark);
    const std::size_t point = number.find('.');
    digits_ = number.substr(0, point);
    if (point != std::string_view::npos) {
        digits_ += number.substr(point + 1);
        exponent_ -= static_cast<std::int64_t>(number.size() - point - 1);
    }
    digits_.erase(0, (std::min)(digits_.find_first_not_of('0'), digits_.size()));
    const std::size_t size = digits_.find_last_not_of('0') + 1; // 0 if there is no other digit
    exponent_ += static_cast<std::int64_t>(digits_.size() - size);
    digits_.resize(size);
    if (digits_.empty()) {
        is_negative_ = false;
        exponent_ = 0;
    }
}

LANGEXPORT_DECL decimal::decimal(double number) : decimal(shortest_text(number)) {}

LANGEXPORT_DECL std::string decimal::text() const {
    if (digits_.empty())
        return "0";
    return (is_negative_ ? "-" : "") + digits_ + 'e' + std::to_string(exponent_);
}

LANGEXPORT_DECL std::optional<std::uint64_t> decimal::whole() const noexcept {
    constexpr std::uint64_t most = (std::numeric_limits<std::uint64_t>::max)();
    constexpr std::int64_t most_zeros = 19;
    if (exponent_ < 0 || exponent_ > most_zeros)
        return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < digits_.size() + static_cast<std::size_t>(exponent_); ++i) {
        const auto digit = static_cast<std::uint64_t>(i < digits_.size() ? digits_[i] - '0' : 0);
        if (value > (most - digit) / 10)
            return std::nullopt;
        value = value * 10 + digit;
    }
    return value;
}

LANGEXPORT_DECL std::strong_ordering operator<=>(const decimal& a, const decimal& b) noexcept {
    const auto sign = [](const decimal& number) {
        return number.digits_.empty() ? 0 : number.is_negative_ ? -1 : 1;
    };
    if (sign(a) != sign(b) || sign(a) == 0)
        return sign(a) <=> sign(b);
    const decimal& low = a.is_negative_ ? b : a; // the order of negative numbers is reversed
    const decimal& high = a.is_negative_ ? a : b;
    const auto size = [](const decimal& number) {
        return number.exponent_ + static_cast<std::int64_t>(number.digits_.size());
    };
    if (size(low) != size(high))
        return size(low) <=> size(high);
    return low.digits_.compare(high.digits_) <=> 0;
}

// Not std::from_chars, which some standard libraries lack for double. std::strtod reads the decimal point of
// the locale, which the program may have set.
LANGEXPORT_DECL std::optional<double> nearest_double(std::string_view json) {
    std::string text(json);
    char* end = nullptr;
    double number = std::strtod(text.c_str(), &end);
    const std::size_t point = text.find('.');
    if (*end != '\0' && point != std::string::npos) {
        char half[32];
        const int size = std::snprintf(half, sizeof(half), "%.1f", 0.5); // 0, the point, 5
        text.replace(point, 1, half + 1, size > 2 ? static_cast<std::size_t>(size) - 2 : 0);
        number = std::strtod(text.c_str(), &end);
    }
    if (!std::isfinite(number))
        return std::nullopt;
    return number;
}

LANGEXPORT_DECL std::string shortest_text(double number) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
    return std::string(digits, end);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
