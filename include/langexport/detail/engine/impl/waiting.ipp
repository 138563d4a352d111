#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_WAITING_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_WAITING_IPP

#include <langexport/detail/engine/engine.hpp>

#include <algorithm>

namespace langexport {
inline namespace v0 {
namespace detail {

// Brings a record to where requests that are due wait, now or at its time.
LANGEXPORT_DECL void engine::queue(record& r, steady_time at) {
    const steady_time now = steady_now();
    const steady_time end = expiry(r.progress);
    count_waiting(r, r.progress.next == request_kind::status);
    r.due = at;
    if (at <= now) {
        make_ready(r);
        alarms_.set(r, end == (steady_time::max)() ? end : round_up(end));
    } else {
        r.fold_status();
        alarms_.set(r, (std::min)(at, end == (steady_time::max)() ? end : round_up(end)));
    }
}

LANGEXPORT_DECL void engine::queue_early(record& r, steady_time now) {
    const steady_time due = r.due;
    queue(r, now);
    r.due = due;
}

LANGEXPORT_DECL void engine::make_ready(record& r) {
    scheduler_.add(r, r.progress.next);
    count_queued();
}

LANGEXPORT_DECL void engine::leave_ready(record& r) noexcept {
    scheduler_.remove(r);
    count_queued();
}

LANGEXPORT_DECL void engine::count_queued() noexcept {
    for (const request_kind kind : every_request_kind)
        counters_.queued[static_cast<std::size_t>(kind)].set(scheduler_.size(kind));
}

LANGEXPORT_DECL void engine::rang(record& r, steady_time now) {
    if (r.progress.aim == goal::drained)
        return end_all();
    if (now >= r.progress.deadline)
        return fail(r.self, errc::deadline_exceeded);
    if (now >= r.progress.job_deadline) {
        // What waits for the quota is no fault of the job's: it is asked once more.
        if (!is_held_by_quota(r, now))
            return fail(r.self, errc::job_timed_out);
        return alarms_.set(r, round_up(r.progress.deadline));
    }
    if (!r.is_waiting())
        queue(r, r.due);
}

LANGEXPORT_DECL bool engine::is_held_by_quota(const record& r, steady_time now) const {
    // Slots come free in bursts: in the middle of one there are some, but not for all.
    return r.is_waiting() && budget_->free(r.progress.next, now) < scheduler_.size(r.progress.next);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
