#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_QUOTA_CLIENT_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_QUOTA_CLIENT_IPP

#include <langexport/detail/engine/quota_client.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL std::optional<quota_permit> quota_client::acquire(request_kind kind,
                                                                  steady_time now) {
    if (refiller()) {
        const std::optional<permit_id> id = refiller()->acquire(kind, now);
        if (!id)
            return std::nullopt;
        return quota_permit(budget_, kind, now, *id);
    }
    if (!budget_->acquire(kind, now, &client_))
        return std::nullopt;
    return quota_permit(budget_, kind, now);
}

// Permits become free in bursts. During a burst some are free, but not enough for all requests that are due, so the
// requests at the end of the queue wait for the quota as well.
LANGEXPORT_DECL bool quota_client::holds_back(const export_operation& operation,
                                              const request_scheduler& scheduler,
                                              steady_time now) const {
    const request_kind kind = operation.progress().next;
    return operation.is_waiting() && budget_->free(kind, now) < scheduler.size(kind);
}

LANGEXPORT_DECL void
quota_client::wait_for_permits(const request_scheduler& scheduler,
                               const std::shared_ptr<budget_listener>& listener,
                               timer_entry& wake_up, steady_time now) {
    steady_time next = (steady_time::max)();
    queues needed{};
    for (const request_kind kind : every_request_kind) {
        if (scheduler.size(kind) == 0 || budget_->free(kind, now) > 0)
            continue;
        const steady_time free = budget_->wait(kind, now, listener);
        const bool is_post = kind == request_kind::submission;
        is_queued_[is_post] = needed[is_post] = true;
        if (kind == request_kind::status && free != (steady_time::max)())
            timers_.fire_early(now, free);
        next = (std::min)(next, free);
    }
    leave_queues_except(needed, wake_up);
    timers_.set(wake_up, next == (steady_time::max)() ? next : round_up(next));
}

LANGEXPORT_DECL bool quota_client::wait_for_refill(const request_scheduler& scheduler,
                                                   const std::shared_ptr<budget_listener>& listener,
                                                   timer_entry& wake_up, steady_time now) {
    due_requests due{};
    for (const request_kind kind : every_request_kind)
        due[static_cast<std::size_t>(kind)] = scheduler.sizes(kind);
    const refill_step step = refiller()->update(listener, due, now);
    const steady_time next = step.call_again;
    const bool is_far = next == (steady_time::max)();
    if (!is_far && scheduler.size(request_kind::status) > budget_->free(request_kind::status, now))
        timers_.fire_early(now, next);
    timers_.set(wake_up, is_far ? next : round_up(next));
    return step.must_start;
}

LANGEXPORT_DECL std::optional<refill_problem> quota_client::next_problem() {
    const std::optional<refill_problem> found = refiller()->problem();
    if (!found || found->number == std::exchange(last_problem_, found->number))
        return std::nullopt;
    return found;
}

LANGEXPORT_DECL void quota_client::leave_queues(timer_entry& wake_up) {
    leave_queues_except({}, wake_up);
    if (refiller())
        refiller()->leave(&client_);
}

LANGEXPORT_DECL void quota_client::leave_queues_except(const queues& kept, timer_entry& wake_up) {
    wake_up.clear();
    for (const auto kind : {request_kind::status, request_kind::submission}) {
        const std::size_t queue = kind == request_kind::submission;
        if (!kept[queue] && std::exchange(is_queued_[queue], false))
            budget_->leave(kind, &client_);
    }
}

LANGEXPORT_DECL void quota_client::track_polling(export_operation& operation, bool is_polling) {
    if (operation.is_polling != is_polling)
        budget_->add_waiting(is_polling ? 1 : -1);
    operation.is_polling = is_polling;
}

LANGEXPORT_DECL std::optional<steady_duration>
quota_client::apply_throttling(request_kind kind, steady_time sent_at, const response_event& event,
                               steady_time now, double random) {
    const auto pause = throttling_.pause_after(event, random);
    if (pause && event.outcome.category == status_class::throttled)
        budget_->throttled(kind, sent_at, now, round_up(now + *pause));
    else if (pause)
        budget_->throttle_until(kind, round_up(now + *pause));
    return pause;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
