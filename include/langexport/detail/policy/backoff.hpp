#ifndef LANGEXPORT_DETAIL_POLICY_BACKOFF_HPP
#define LANGEXPORT_DETAIL_POLICY_BACKOFF_HPP

#include <langexport/client_params.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>

namespace langexport {
inline namespace v0 {
namespace detail {

using steady_duration = std::chrono::steady_clock::duration;
using steady_time = std::chrono::steady_clock::time_point;

inline steady_duration scaled(steady_duration value, double factor) noexcept {
    return steady_duration(
        static_cast<steady_duration::rep>(static_cast<double>(value.count()) * factor));
}

// Rounds a time up, so that events at nearly the same time share one wake-up.
inline steady_time round_up(steady_time due) noexcept {
    constexpr auto last = std::chrono::floor<std::chrono::milliseconds>((steady_time::max)());
    if (due > last)
        return (steady_time::max)();
    return std::chrono::ceil<std::chrono::milliseconds>(due);
}

// The same for less urgent events: the longer the wait, the more events share a wake-up. The delay is at most a
// sixteenth of the wait.
inline steady_time round_up(steady_time due, steady_duration wait) noexcept {
    const auto slack = std::chrono::floor<std::chrono::milliseconds>(wait / 16).count();
    if (slack < 2 || due > (steady_time::max)() - wait)
        return round_up(due);
    const auto grain = std::bit_floor(static_cast<std::uint64_t>(slack));
    const auto count = static_cast<std::uint64_t>(
        std::chrono::ceil<std::chrono::milliseconds>(due.time_since_epoch()).count());
    return steady_time(std::chrono::milliseconds((count + grain - 1) / grain * grain));
}

// The wait after the n-th failure in a row (n from 1): a random time up to a bound that doubles, so that clients that
// failed together do not retry together. `random` is from 0 to 1.
inline steady_duration backoff(const retry_params& retry, std::uint32_t failures,
                               double random) noexcept {
    steady_duration bound = retry.first_backoff;
    for (std::uint32_t i = 1; i < failures && bound < retry.max_backoff; ++i)
        bound *= 2;
    return scaled((std::min)(bound, retry.max_backoff), random);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
