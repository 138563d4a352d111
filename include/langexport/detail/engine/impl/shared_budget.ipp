#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_SHARED_BUDGET_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_SHARED_BUDGET_IPP

#include <langexport/detail/engine/shared_budget.hpp>

#include <algorithm>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL shared_budget::shared_budget(const quota_params& params)
    : posts_(params.submissions, params.window), gets_(params.reads, params.window) {}

// Each job that is waited for needs one GET for its result, at the pace at which jobs can be started.
LANGEXPORT_DECL std::size_t shared_budget::kept_for_results(steady_time now) {
    const std::size_t gets = gets_.rate(now);
    const std::size_t posts = posts_.rate(now);
    const std::size_t most = posts == 0 ? gets / 2 : std::min(posts, gets / 2);
    return std::min(waiting_, most);
}

LANGEXPORT_DECL std::size_t shared_budget::free(request_kind kind, steady_time now) {
    const std::lock_guard lock(mutex_);
    const std::size_t all = window_of(kind).free(now);
    if (kind != request_kind::status)
        return all;
    return all - std::min(all, kept_for_results(now));
}

LANGEXPORT_DECL steady_time shared_budget::next_free(request_kind kind, steady_time now) {
    const std::lock_guard lock(mutex_);
    const std::size_t needed = 1 + (kind == request_kind::status ? kept_for_results(now) : 0);
    return window_of(kind).next_free(now, needed);
}

LANGEXPORT_DECL budget_stats shared_budget::look_at(request_kind kind, steady_time now) {
    const std::lock_guard lock(mutex_);
    request_window& window = window_of(kind);
    budget_stats result;
    result.rate = window.rate(now);
    if (result.rate > 0)
        result.left = window.left(now);
    result.closed_for = std::max(window.closed_until() - now, steady_duration::zero());
    return result;
}

LANGEXPORT_DECL bool shared_budget::take(request_kind kind, steady_time now) {
    const std::lock_guard lock(mutex_);
    request_window& window = window_of(kind);
    const std::size_t kept = kind == request_kind::status ? kept_for_results(now) : 0;
    if (window.free(now) <= kept)
        return false;
    window.sent();
    return true;
}

LANGEXPORT_DECL void shared_budget::give_back(request_kind kind, steady_time now) {
    {
        const std::lock_guard lock(mutex_);
        window_of(kind).ended(now);
    }
    tell_listeners();
}

LANGEXPORT_DECL void shared_budget::throttled(request_kind kind, steady_time sent_at,
                                              steady_time now, steady_time until) {
    const std::lock_guard lock(mutex_);
    window_of(kind).throttled(sent_at, now, until);
}

LANGEXPORT_DECL void shared_budget::close(request_kind kind, steady_time until) {
    const std::lock_guard lock(mutex_);
    window_of(kind).close(until);
}

LANGEXPORT_DECL void shared_budget::remember_submission(steady_time ended_at) {
    const std::lock_guard lock(mutex_);
    posts_.remember(ended_at);
}

LANGEXPORT_DECL void shared_budget::add_waiting(int number) {
    const std::lock_guard lock(mutex_);
    waiting_ += static_cast<std::size_t>(number);
}

LANGEXPORT_DECL steady_duration shared_budget::pace(steady_time now) {
    const std::lock_guard lock(mutex_);
    return poll_pace(waiting_, gets_.rate(now), posts_.rate(now), gets_.window());
}

LANGEXPORT_DECL void shared_budget::subscribe(std::weak_ptr<budget_listener> listener) {
    const std::lock_guard lock(mutex_);
    std::erase_if(listeners_, [](const auto& known) { return known.expired(); });
    listeners_.push_back(std::move(listener));
}

// One client sees to itself; others may wait for what it gave back.
LANGEXPORT_DECL void shared_budget::tell_listeners() {
    std::vector<std::weak_ptr<budget_listener>> all;
    {
        const std::lock_guard lock(mutex_);
        if (listeners_.size() < 2)
            return;
        all = listeners_;
    }
    for (const auto& listener : all)
        if (const auto alive = listener.lock())
            alive->budget_has_changed();
}

LANGEXPORT_DECL std::shared_ptr<shared_budget>
budget_registry::find_or_make(const std::string& origin, const quota_params& params) {
    const std::lock_guard lock(mutex_);
    std::weak_ptr<shared_budget>& place = budgets_[origin];
    std::shared_ptr<shared_budget> found = place.lock();
    if (!found)
        place = found = std::make_shared<shared_budget>(params);
    return found;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
