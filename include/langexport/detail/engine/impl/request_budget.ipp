#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_REQUEST_BUDGET_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_REQUEST_BUDGET_IPP

#include <langexport/detail/engine/request_budget.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL request_budget::request_budget(const quota_params& params)
    : posts_(params.submissions, params.window), gets_(params.reads, params.window) {}

LANGEXPORT_DECL request_budget::request_budget(const quota_params& params,
                                               std::shared_ptr<quota_source> source)
    : refiller_(std::make_shared<quota_refiller>(params, std::move(source))),
      posts_(params.submissions, params.window), gets_(params.reads, params.window) {}

// Each job in progress will need one GET for its result. Jobs end at most as fast as they can start, so the permits
// kept are limited to the number of submissions in a window, and to half of the GETs.
LANGEXPORT_DECL std::size_t request_budget::kept_for_results(steady_time now) {
    const std::size_t gets = gets_.rate(now);
    const std::size_t posts = posts_.rate(now);
    const std::size_t most = posts == 0 ? gets / 2 : (std::min)(posts, gets / 2);
    return (std::min)(waiting_, most);
}

LANGEXPORT_DECL std::size_t request_budget::free(request_kind kind, steady_time now) {
    if (refiller_)
        return refiller_->free(kind, now);
    const std::lock_guard lock(mutex_);
    const std::size_t all = window_of(kind).free(now);
    if (kind != request_kind::status)
        return all;
    return all - (std::min)(all, kept_for_results(now));
}

LANGEXPORT_DECL budget_stats request_budget::usage(request_kind kind, steady_time now) {
    if (refiller_)
        return refiller_->usage(kind, now);
    const std::lock_guard lock(mutex_);
    rate_window& window = window_of(kind);
    budget_stats result;
    result.rate = window.rate(now);
    if (result.rate > 0)
        result.left = window.left(now);
    result.throttled_for = (std::max)(window.throttled_until() - now, steady_duration::zero());
    if (const steady_time next = window.next_free(now); next != (steady_time::max)())
        result.next_in = (std::max)(next - now, steady_duration::zero());
    return result;
}

LANGEXPORT_DECL request_budget::line::iterator
request_budget::find(line& in, const budget_listener* listener) noexcept {
    return std::find_if(in.begin(), in.end(),
                        [listener](const waiter& w) { return w.listener == listener; });
}

LANGEXPORT_DECL steady_time request_budget::wait(request_kind kind, steady_time now,
                                                 const std::shared_ptr<budget_listener>& listener) {
    const std::lock_guard lock(mutex_);
    line& waiting = line_of(kind);
    std::erase_if(waiting, [](const waiter& w) { return w.reach.expired(); });
    auto place = find(waiting, listener.get());
    if (place == waiting.end())
        place = waiting.insert(place, waiter{listener.get(), listener, false});
    rate_window& window = window_of(kind);
    const std::size_t position = static_cast<std::size_t>(place - waiting.begin());
    const std::size_t kept = kind == request_kind::status ? kept_for_results(now) : 0;
    const std::size_t rate = window.rate(now);
    // If more clients wait than a window has permits, the clients at the end wait for a later window.
    const std::size_t a_window = rate == 0 ? position + 1 : std::max<std::size_t>(1, rate - kept);
    const steady_time next = window.next_free(now, 1 + kept + position % a_window);
    place->has_time = next != (steady_time::max)();
    const auto windows = static_cast<steady_duration::rep>(position / a_window);
    // A client in front may have stopped without leaving the queue, so no client relies on notifications alone.
    return (place->has_time ? next : now + window.window()) + windows * window.window();
}

// The client behind this one moves up and may get a permit earlier, so it receives an event.
LANGEXPORT_DECL void request_budget::leave(request_kind kind, const budget_listener* listener) {
    std::shared_ptr<budget_listener> next;
    {
        const std::lock_guard lock(mutex_);
        line& waiting = line_of(kind);
        const auto place = find(waiting, listener);
        if (place == waiting.end())
            return;
        const auto behind = waiting.erase(place);
        if (behind != waiting.end())
            next = behind->reach.lock();
    }
    if (next)
        next->budget_has_changed();
}

LANGEXPORT_DECL bool request_budget::acquire(request_kind kind, steady_time now,
                                             const budget_listener* listener) {
    const std::lock_guard lock(mutex_);
    rate_window& window = window_of(kind);
    const std::size_t kept = kind == request_kind::status ? kept_for_results(now) : 0;
    if (window.free(now) <= kept)
        return false;
    window.sent();
    line& waiting = line_of(kind);
    const auto place = find(waiting, listener);
    if (place != waiting.end())
        waiting.erase(place);
    if (journal_)
        journal_->sent(kind == request_kind::submission);
    return true;
}

// Now it is known when the permit will be free, so the first client without such a time can wait for it.
LANGEXPORT_DECL void request_budget::give_back(request_kind kind, steady_time now,
                                               const permit_id& permit) {
    if (refiller_)
        return refiller_->give_back(kind, permit, now);
    std::shared_ptr<budget_listener> next;
    {
        const std::lock_guard lock(mutex_);
        window_of(kind).ended(now);
        for (waiter& w : line_of(kind))
            if (!w.has_time && !next) {
                w.has_time = true;
                next = w.reach.lock();
            }
        if (journal_)
            journal_->ended(kind == request_kind::submission);
    }
    if (next)
        next->budget_has_changed();
}

LANGEXPORT_DECL void request_budget::throttled(request_kind kind, steady_time sent_at,
                                               steady_time now, steady_time until) {
    if (refiller_)
        return refiller_->throttled(kind, until);
    const std::lock_guard lock(mutex_);
    window_of(kind).throttled(sent_at, now, until);
}

LANGEXPORT_DECL void request_budget::throttle_until(request_kind kind, steady_time until) {
    if (refiller_)
        return refiller_->throttle_until(kind, until);
    const std::lock_guard lock(mutex_);
    window_of(kind).throttle_until(until);
}

LANGEXPORT_DECL void request_budget::remember(request_kind kind, steady_time ended_at) {
    const std::lock_guard lock(mutex_);
    window_of(kind).remember(ended_at);
}

LANGEXPORT_DECL bool request_budget::is_unspent(steady_time now) {
    const std::lock_guard lock(mutex_);
    return posts_.is_unspent(now) && gets_.is_unspent(now);
}

LANGEXPORT_DECL void request_budget::keep_journal(std::unique_ptr<request_journal> journal) {
    const std::lock_guard lock(mutex_);
    journal_ = std::move(journal);
}

LANGEXPORT_DECL void request_budget::add_waiting(int number) {
    if (refiller_)
        return refiller_->add_waiting(number);
    const std::lock_guard lock(mutex_);
    waiting_ += static_cast<std::size_t>(number);
}

LANGEXPORT_DECL poll_supply request_budget::supply(steady_time now) {
    if (refiller_)
        return refiller_->supply(now);
    const std::lock_guard lock(mutex_);
    poll_supply result;
    result.jobs = waiting_;
    result.gets = gets_.rate(now);
    result.posts = posts_.rate(now);
    result.left = gets_.left(now);
    result.soon = gets_.freed_by(now + gets_.window() / 3, now);
    result.window = gets_.window();
    result.was_throttled = gets_.was_throttled(now);
    return result;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
