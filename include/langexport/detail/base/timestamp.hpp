#ifndef LANGEXPORT_DETAIL_BASE_TIMESTAMP_HPP
#define LANGEXPORT_DETAIL_BASE_TIMESTAMP_HPP

#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The fields of a date and a time of day, as written in a text. The date or the time may be impossible.
struct date_and_time {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    std::int64_t nanoseconds = 0;
    int offset_minutes = 0; // east of UTC
};

// The length of `2026-11-23T21:12:46`.
inline constexpr std::size_t date_and_time_size = 19;
// Parses the first `date_and_time_size` characters of a text: `2026-11-23T21:12:46`, with one of these separators in
// the middle.
LANGEXPORT_DECL std::optional<date_and_time>
parse_date_and_time(std::string_view text, std::string_view separators) noexcept;

// Parses ISO 8601 as the service writes it: whole or fractional seconds, `Z` or an offset. Digits beyond the clock's
// resolution are ignored. Nothing for any other text, for impossible dates and times, and beyond the clock's range.
LANGEXPORT_DECL std::optional<std::chrono::system_clock::time_point>
parse_timestamp(std::string_view text) noexcept;

// 2026-11-23T21:12:46.123Z, for the years 1970 to 9999.
LANGEXPORT_DECL std::string format_utc(std::chrono::system_clock::time_point time);
// 2026-11-23T21:12:46Z, for the same years, rounded down to a second.
LANGEXPORT_DECL std::string format_utc_seconds(std::chrono::system_clock::time_point time);
// Accepts only the form of format_utc, from 1970 on.
LANGEXPORT_DECL std::optional<std::chrono::system_clock::time_point>
parse_utc(std::string_view text);

// Parses an HTTP date in its three forms (RFC 9110, 5.6.7). Years of two digits are 1970 to 2069. The day of the week
// is not compared with the date.
LANGEXPORT_DECL std::optional<std::chrono::system_clock::time_point>
parse_http_date(std::string_view text) noexcept;

// Sun, 06 Nov 1994 08:49:37 GMT, for the years 0 to 9999, rounded down to a second.
LANGEXPORT_DECL std::string format_http_date(std::chrono::system_clock::time_point time);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/base/impl/timestamp.ipp>
#endif

#endif
