#ifndef LANGEXPORT_TESTING_IMPL_WIRE_FORMAT_HPP
#define LANGEXPORT_TESTING_IMPL_WIRE_FORMAT_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/timestamp.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

using langexport::detail::equal_ignoring_case;
using langexport::detail::format_http_date;
using langexport::detail::percent_encode;

using time_point = std::chrono::system_clock::time_point;
using header_list = std::vector<std::pair<std::string, std::string>>;

LANGEXPORT_DECL std::string_view find_header(const header_list& headers, std::string_view name);

// "2026-02-02T23:15:00Z"
LANGEXPORT_DECL std::string timestamp(time_point t);
// Rounded up, as in Retry-After and retry-after-ms.
LANGEXPORT_DECL std::string whole_seconds(std::chrono::nanoseconds d);
LANGEXPORT_DECL std::string whole_milliseconds(std::chrono::nanoseconds d);
LANGEXPORT_DECL time_point next_whole_second(time_point t);
LANGEXPORT_DECL time_point whole_second(time_point t);
// The beginning of the day in .NET ticks (100 ns since the year 1), as in job ids.
LANGEXPORT_DECL std::uint64_t ticks_of_day(time_point t);

// A text for a string of JSON. Bytes that are not UTF-8, which a request may have, become '?'.
LANGEXPORT_DECL std::string utf8_text(std::string text);
// Empty if an escape is invalid.
LANGEXPORT_DECL std::optional<std::string> percent_decode(std::string_view text);
// The decoded value of the first parameter of that name. An invalid escape stays as it is, so that the value is not
// taken for an absent one.
LANGEXPORT_DECL std::optional<std::string> query_value(std::string_view query,
                                                       std::string_view name);

// Applies a time scale to a duration. At most a hundred years, so that it can be added to a time.
inline std::chrono::nanoseconds scaled(std::chrono::nanoseconds d, double scale) {
    constexpr std::chrono::nanoseconds most = std::chrono::hours(24 * 365 * 100);
    const double count = static_cast<double>(d.count()) / scale;
    if (count >= static_cast<double>(most.count()))
        return most;
    return std::chrono::nanoseconds(count > 0 ? static_cast<std::int64_t>(count) : 0);
}

// One chunk of a chunked body; the piece must not be empty.
LANGEXPORT_DECL void append_chunk(std::string& out, std::string_view piece);
LANGEXPORT_DECL std::string_view reason_phrase(unsigned status) noexcept;

// Makes ids that look random. The same seed gives the same ids.
class id_source {
public:
    explicit id_source(std::uint64_t seed) : engine_(seed != 0 ? seed : fresh_seed()) {}

    LANGEXPORT_DECL std::string guid();
    LANGEXPORT_DECL unsigned between(unsigned low, unsigned high);

    // 32 hexadecimal digits. They differ in every run, even with the same seed.
    LANGEXPORT_DECL static std::string made_up_key();

private:
    LANGEXPORT_DECL static std::uint64_t fresh_seed();

    std::mt19937_64 engine_;
};

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/wire_format.ipp>
#endif

#endif
