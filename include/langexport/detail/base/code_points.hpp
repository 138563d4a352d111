#ifndef LANGEXPORT_DETAIL_BASE_CODE_POINTS_HPP
#define LANGEXPORT_DETAIL_BASE_CODE_POINTS_HPP

#include <langexport/version.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace langexport {
inline namespace v0 {
namespace detail {

// A range of Unicode code points. Both ends belong to it.
class code_point_range {
public:
    char32_t first;
    char32_t last;
};

// Whether a character is in one of these ranges, which are sorted.
template <std::size_t Count>
constexpr bool is_in(const code_point_range (&ranges)[Count], char32_t character) noexcept {
    const auto found =
        std::lower_bound(std::begin(ranges), std::end(ranges), character,
                         [](const code_point_range& range, char32_t c) { return range.last < c; });
    return found != std::end(ranges) && found->first <= character;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
