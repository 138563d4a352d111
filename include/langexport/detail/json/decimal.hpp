#ifndef LANGEXPORT_DETAIL_JSON_DECIMAL_HPP
#define LANGEXPORT_DETAIL_JSON_DECIMAL_HPP

#include <langexport/version.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// A number with the exact value of its text: 1, 1.0 and 1e0 are equal, and so are 0 and -0. An exponent
// of nineteen or more digits counts as the largest one of eighteen digits.
class decimal {
public:
    // The text is a number of JSON.
    LANGEXPORT_DECL explicit decimal(std::string_view json);
    // The shortest number that reads back as this double; it is finite.
    LANGEXPORT_DECL explicit decimal(double number);

    // Equal numbers have the same text, such as "-25e-1"; "0" for zero.
    LANGEXPORT_DECL std::string text() const;

    // Its absolute value, if that is an integer that 64 bits hold.
    LANGEXPORT_DECL std::optional<std::uint64_t> whole() const noexcept;

    // Digits without the zeros at either end.
    std::size_t precision() const noexcept { return digits_.size(); }

    friend bool operator==(const decimal&, const decimal&) = default;
    LANGEXPORT_DECL friend std::strong_ordering operator<=>(const decimal& a,
                                                            const decimal& b) noexcept;

private:
    bool is_negative_ = false;
    std::string digits_; // without zeros at either end; empty: zero
    std::int64_t exponent_ = 0;
};

// The double that is nearest to a JSON number; nothing beyond the range of doubles. Independent of the locale.
LANGEXPORT_DECL std::optional<double> nearest_double(std::string_view json);

// The shortest text that reads back as this finite double.
LANGEXPORT_DECL std::string shortest_text(double number);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/json/impl/decimal.ipp>
#endif

#endif
