#ifndef LANGEXPORT_DETAIL_BASE_TIMESTAMP_HPP
#define LANGEXPORT_DETAIL_BASE_TIMESTAMP_HPP

#include <langexport/version.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// ISO 8601 as the service writes it: whole or fractional seconds, `Z` or an offset. Fractions beyond the clock's
// resolution are cut. Nothing for any other text, for impossible dates and times, and beyond the clock's range.
LANGEXPORT_DECL std::optional<std::chrono::system_clock::time_point>
parse_timestamp(std::string_view text) noexcept;

// An HTTP date in its three forms (RFC 9110, 5.6.7). Years of two digits are 1970 to 2069. The day of the week is not
// compared with the date.
LANGEXPORT_DECL std::optional<std::chrono::system_clock::time_point>
parse_http_date(std::string_view text) noexcept;

// Sun, 06 Nov 1994 08:49:37 GMT, for the years 0 to 9999; parts of a second are cut.
LANGEXPORT_DECL std::string format_http_date(std::chrono::system_clock::time_point time);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/base/impl/timestamp.ipp>
#endif

#endif
