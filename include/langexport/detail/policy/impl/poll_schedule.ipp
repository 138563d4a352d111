#ifndef LANGEXPORT_DETAIL_POLICY_IMPL_POLL_SCHEDULE_IPP
#define LANGEXPORT_DETAIL_POLICY_IMPL_POLL_SCHEDULE_IPP

#include <langexport/detail/policy/poll_schedule.hpp>

#include <algorithm>
#include <chrono>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL steady_duration poll_pace(std::size_t waiting, std::size_t gets_a_window,
                                          std::size_t posts_a_window,
                                          steady_duration window) noexcept {
    if (gets_a_window == 0)
        return steady_duration::zero();
    const std::size_t kept_back = (std::min)(posts_a_window, gets_a_window / 2);
    const std::size_t polls = std::max<std::size_t>(1, gets_a_window - kept_back);
    // The result is bounded, because a million times a day would overflow.
    constexpr steady_duration longest = std::chrono::hours(24 * 366);
    const double windows = static_cast<double>(waiting) / static_cast<double>(polls);
    const double most = static_cast<double>(longest.count()) / static_cast<double>(window.count());
    return scaled(window, (std::min)(windows, most));
}

LANGEXPORT_DECL steady_duration wait_before_poll(const poll_params& polling, steady_duration age,
                                                 steady_duration pace, steady_duration least,
                                                 double random) noexcept {
    const steady_duration wanted =
        (std::max)({polling.min_interval, scaled(age, polling.growth), pace});
    const steady_duration gap = (std::min)(wanted, polling.max_interval);
    return (std::max)(scaled(gap, 1 - polling.jitter * random), least);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
