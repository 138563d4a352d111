#ifndef LANGEXPORT_DETAIL_JSON_JSON_ORDER_HPP
#define LANGEXPORT_DETAIL_JSON_JSON_ORDER_HPP

#include <langexport/version.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Whether a text of compact JSON comes before another one. At the first difference, numbers are compared by value and
// texts by their bytes without escapes; a prefix comes before a longer text. A total order.
LANGEXPORT_DECL bool is_before_in_order(std::string_view a, std::string_view b);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/json/impl/json_order.ipp>
#endif

#endif
