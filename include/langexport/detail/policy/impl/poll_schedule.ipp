#ifndef LANGEXPORT_DETAIL_POLICY_IMPL_POLL_SCHEDULE_IPP
#define LANGEXPORT_DETAIL_POLICY_IMPL_POLL_SCHEDULE_IPP

#include <langexport/detail/policy/poll_schedule.hpp>

#include <algorithm>
#include <chrono>

namespace langexport {
inline namespace v0 {
namespace detail {

// The interval at which `jobs` are polled with that many polls in a window. It is bounded, because a million times a
// day would overflow.
inline steady_duration interval_of(std::size_t jobs, double polls,
                                   steady_duration window) noexcept {
    constexpr steady_duration longest = std::chrono::hours(24 * 366);
    const double windows = static_cast<double>(jobs) / polls;
    const double most = static_cast<double>(longest.count()) / static_cast<double>(window.count());
    return scaled(window, (std::min)(windows, most));
}

LANGEXPORT_DECL steady_duration poll_pace(std::size_t jobs, std::size_t gets_a_window,
                                          std::size_t posts_a_window,
                                          steady_duration window) noexcept {
    if (gets_a_window == 0)
        return steady_duration::zero();
    const std::size_t kept_back = (std::min)(posts_a_window, gets_a_window / 2);
    const std::size_t polls = std::max<std::size_t>(1, gets_a_window - kept_back);
    return interval_of(jobs, static_cast<double>(polls), window);
}

// One job alone must be noticed within three minimum intervals. Rounding, which delays a poll by up to a sixteenth,
// and the round trips of the poll and of the result need a part of them.
inline constexpr double min_intervals_of_share = 2.7;

LANGEXPORT_DECL steady_duration share_interval(const poll_params& polling,
                                               const poll_supply& supply) noexcept {
    if (polling.quota_share <= 0)
        return (steady_duration::max)();
    const std::size_t jobs = std::max<std::size_t>(1, supply.jobs);
    const double part = supply.was_throttled ? 0.5 : 1;
    const steady_duration alone = scaled(polling.min_interval, min_intervals_of_share);
    if (supply.gets == 0)
        return interval_of(jobs, part, alone);
    const auto gets = static_cast<double>(supply.gets);
    const double polls =
        (std::max)(polling.quota_share * gets,
                   static_cast<double>(supply.window.count()) / static_cast<double>(alone.count()));
    return interval_of(jobs, part * (std::min)(polls, gets / 2), supply.window);
}

// Jobs start in bursts, because the quota allows submissions in bursts. After a burst the window has unused GETs, so
// jobs are polled faster than on average: the interval grows with the used part of the window.
inline steady_duration pace_now(const poll_supply& supply) noexcept {
    const steady_duration pace = poll_pace(supply.jobs, supply.gets, supply.posts, supply.window);
    if (supply.gets == 0)
        return pace;
    const double used = 1 - static_cast<double>((std::min)(supply.gets, supply.left)) /
                                static_cast<double>(supply.gets);
    return scaled(pace, used * used);
}

// The interval at which the jobs use two thirds of the available GETs in a third of the window, so that some are always
// left: otherwise no job would be polled until the end of the window.
inline steady_duration saving_interval(const poll_supply& supply) noexcept {
    if (supply.gets == 0)
        return steady_duration::zero();
    const std::size_t half = supply.gets / 2;
    const std::size_t most = supply.posts == 0 ? half : (std::min)(supply.posts, half);
    const std::size_t kept = (std::min)(supply.jobs, most);
    const std::size_t left = supply.left - (std::min)(supply.left, kept);
    const double available = (std::max)(0.5, static_cast<double>(left + supply.soon));
    return interval_of(supply.jobs, 3 * available, supply.window);
}

// The interval that a scarce quota demands. If the last jobs were all longer than this one is yet, polls are saved for
// the time in which its end is probable.
inline steady_duration scarce_interval(const poll_supply& supply, steady_duration age,
                                       steady_duration wanted) noexcept {
    const steady_duration usual = supply.shortest_run_time;
    const bool ends_soon = age > scaled(usual, 0.85) && age < scaled(usual, 1.2);
    steady_duration interval = pace_now(supply);
    if (!ends_soon)
        interval = (std::max)(interval, (std::min)(saving_interval(supply), age));
    return interval <= wanted ? wanted : (std::max)(interval, scaled(usual, 0.9) - age);
}

LANGEXPORT_DECL steady_duration wait_before_poll(const poll_params& polling, steady_duration age,
                                                 const poll_supply& supply, steady_duration least,
                                                 double random) noexcept {
    const steady_duration by_age =
        (std::min)(scaled(age, polling.growth), share_interval(polling, supply));
    const steady_duration wanted = (std::max)(polling.min_interval, by_age);
    const steady_duration gap =
        (std::min)(scarce_interval(supply, age, wanted), polling.max_interval);
    return (std::max)(scaled(gap, 1 - polling.jitter * random), least);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
