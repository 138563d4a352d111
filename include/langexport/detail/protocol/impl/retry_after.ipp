#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_RETRY_AFTER_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_RETRY_AFTER_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/timestamp.hpp>
#include <langexport/detail/protocol/retry_after.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Parses digits, perhaps with a point and more digits, in units of that many nanoseconds. The result is
// at most a century, regardless of the number of digits.
inline std::optional<std::chrono::nanoseconds> read_delay(std::string_view text,
                                                          std::int64_t unit) noexcept {
    constexpr std::int64_t century = 3'155'760'000;
    std::size_t at = 0;
    std::int64_t whole = 0;
    for (; at < text.size() && is_digit(text[at]); ++at)
        whole = (std::min)(whole * 10 + (text[at] - '0'), century);
    if (at == 0)
        return std::nullopt;
    std::int64_t part = 0;
    if (at < text.size() && text[at] == '.') {
        const std::size_t point = at++;
        for (std::int64_t worth = unit / 10; at < text.size() && is_digit(text[at]); ++at) {
            part += (text[at] - '0') * worth;
            worth /= 10;
        }
        if (at == point + 1)
            return std::nullopt;
    }
    if (at != text.size())
        return std::nullopt;
    return std::chrono::nanoseconds(whole * unit + part);
}

// The time until a date, at most `most`. (The difference of two times may overflow.)
inline std::chrono::steady_clock::duration
time_until(std::chrono::system_clock::time_point then, std::chrono::system_clock::time_point now,
           std::chrono::steady_clock::duration most) noexcept {
    using std::chrono::seconds;
    if (then <= now)
        return {};
    const auto whole = std::chrono::floor<seconds>(then) - std::chrono::floor<seconds>(now);
    if (whole > std::chrono::floor<seconds>(most))
        return most;
    return std::chrono::duration_cast<std::chrono::steady_clock::duration>(then - now);
}

LANGEXPORT_DECL std::chrono::system_clock::time_point
date_of(const response_message& from, std::chrono::system_clock::time_point now) noexcept {
    return parse_http_date(trim(from.date)).value_or(now);
}

LANGEXPORT_DECL std::optional<std::chrono::steady_clock::duration>
read_retry_after(const response_message& from, std::chrono::system_clock::time_point now,
                 std::chrono::steady_clock::duration most) {
    using duration = std::chrono::steady_clock::duration;
    constexpr std::int64_t millisecond = 1'000'000, second = 1'000'000'000;
    std::optional<duration> wait;
    const auto add = [&wait](std::string_view field, std::int64_t unit) {
        if (wait)
            return;
        if (const auto delay = read_delay(trim(field), unit))
            wait = std::chrono::duration_cast<duration>(*delay);
    };
    add(from.retry_after_ms, millisecond);
    add(from.x_ms_retry_after_ms, millisecond);
    add(from.retry_after, second);
    if (!wait && !from.retry_after.empty()) {
        // Both dates are from the service's clock, which may differ from the local clock.
        if (const auto date = parse_http_date(trim(from.retry_after)))
            wait = time_until(*date, date_of(from, now), most);
    }
    if (wait)
        wait = std::clamp(*wait, duration::zero(), (std::max)(most, duration::zero()));
    return wait;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
