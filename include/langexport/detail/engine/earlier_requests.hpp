#ifndef LANGEXPORT_DETAIL_ENGINE_EARLIER_REQUESTS_HPP
#define LANGEXPORT_DETAIL_ENGINE_EARLIER_REQUESTS_HPP

#include <langexport/detail/engine/request_budget.hpp>
#include <langexport/detail/policy/time_source.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <chrono>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// Both clocks at one moment. A budget uses steady time, but an earlier process can only store system times.
struct clock_reading {
    steady_time steady;
    system_time system;
};

// Converts a time of an earlier process. A time in the future counts as now, because the clock was corrected since.
inline steady_time steady_time_of(system_time when, const clock_reading& now) noexcept {
    const auto age = (std::max)(now.system - when, system_time::duration::zero());
    return now.steady - std::chrono::duration_cast<steady_duration>(age);
}

// Counts the requests of a journal. Returns the end of the last one: the journal has all requests up to this time.
inline system_time remember_journal(request_budget& budget, const quota_params& limits,
                                    const std::vector<request_journal::request>& requests,
                                    const clock_reading& now) {
    system_time journal_end{};
    for (const request_journal::request& one : requests) {
        journal_end = one.ended;
        // A request that was in progress may still reach the service.
        const auto late = one.was_in_progress ? limits.window / 20 : steady_duration::zero();
        if (one.is_post ? limits.submissions > 0 : limits.reads > 0)
            budget.remember(one.is_post ? request_kind::submission : request_kind::status,
                            steady_time_of(one.ended, now) + late);
    }
    return journal_end;
}

// Counts a submission of an earlier process, unless the journal has it or it is older than the longest window.
inline void remember_submission(request_budget& budget, system_time received,
                                system_time journal_end, const clock_reading& now) {
    constexpr std::chrono::hours longest_window(24);
    if (received > journal_end && received > now.system - longest_window)
        budget.remember(request_kind::submission, steady_time_of(received, now));
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
