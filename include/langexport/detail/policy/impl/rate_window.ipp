#ifndef LANGEXPORT_DETAIL_POLICY_IMPL_RATE_WINDOW_IPP
#define LANGEXPORT_DETAIL_POLICY_IMPL_RATE_WINDOW_IPP

#include <langexport/detail/policy/rate_window.hpp>

#include <algorithm>
#include <limits>

namespace langexport {
inline namespace v0 {
namespace detail {

// The share of other clients seldom changes from one window to the next.
inline constexpr int fewest_quiet_windows = 5;
inline constexpr int most_quiet_windows = 20;

LANGEXPORT_DECL rate_window::rate_window(std::size_t limit, steady_duration window) noexcept
    : limit_(limit), window_(window), rate_(limit), kept_rate_(limit) {}

LANGEXPORT_DECL void rate_window::forget_old(steady_time now) {
    while (!free_again_.empty() && free_again_.front() <= now)
        free_again_.pop_front();
}

LANGEXPORT_DECL std::size_t rate_window::rate(steady_time now) noexcept {
    while (kept_rate_ < limit_ && raise_at_ <= now) {
        if (rate_ > kept_rate_)
            quiet_windows_ = fewest_quiet_windows; // the previous trial succeeded
        kept_rate_ = rate_;
        rate_ = (std::min)(limit_, rate_ + std::max<std::size_t>(1, limit_ / 10));
        raise_at_ += window_;
    }
    return rate_;
}

LANGEXPORT_DECL std::size_t rate_window::free(steady_time now) {
    return now < throttled_until_ ? 0 : left(now);
}

LANGEXPORT_DECL std::size_t rate_window::left(steady_time now) {
    if (limit_ == 0)
        return (std::numeric_limits<std::size_t>::max)();
    forget_old(now);
    const std::size_t used = in_progress_ + free_again_.size();
    const std::size_t allowed = rate(now);
    return allowed > used ? allowed - used : 0;
}

LANGEXPORT_DECL std::size_t rate_window::freed_by(steady_time when, steady_time now) {
    forget_old(now);
    const auto end = std::upper_bound(free_again_.begin(), free_again_.end(), when);
    return static_cast<std::size_t>(end - free_again_.begin());
}

LANGEXPORT_DECL steady_time rate_window::next_free(steady_time now, std::size_t needed) {
    const steady_time open = (std::max)(now, throttled_until_);
    if (limit_ == 0)
        return open;
    forget_old(now);
    const std::size_t used = in_progress_ + free_again_.size();
    const std::size_t allowed = rate(now);
    // At most `allowed` permits can become free.
    const std::size_t wanted = used + (std::min)(needed, allowed);
    if (wanted <= allowed)
        return open;
    // The number of permits that must become free, the oldest first; requests in progress have no time yet.
    const std::size_t last = wanted - allowed - 1;
    const steady_time freed = last < free_again_.size() ? free_again_[last] : (steady_time::max)();
    // A quiet window may add a permit before that.
    const steady_time raised = rate_ < limit_ ? raise_at_ : (steady_time::max)();
    return (std::max)(open, (std::min)(freed, raised));
}

LANGEXPORT_DECL void rate_window::sent() {
    ++in_progress_;
}

LANGEXPORT_DECL void rate_window::ended(steady_time now) {
    --in_progress_;
    if (limit_ > 0)
        remember(now);
}

LANGEXPORT_DECL void rate_window::remember(steady_time ended_at) {
    const steady_time at = ended_at + window_;
    free_again_.insert(std::upper_bound(free_again_.begin(), free_again_.end(), at), at);
}

LANGEXPORT_DECL bool rate_window::is_unspent(steady_time now) {
    forget_old(now);
    rate(now);
    return in_progress_ == 0 && free_again_.empty() && throttled_until_ <= now &&
           kept_rate_ == limit_;
}

LANGEXPORT_DECL void rate_window::throttled(steady_time sent_at, steady_time now,
                                            steady_time until) {
    throttle_until(until);
    throttled_lately_until_ = (std::max)(throttled_lately_until_, (std::max)(now, until) + window_);
    if (sent_at >= lowered_at_) {
        const bool is_trial = rate_ > kept_rate_;
        rate_ = is_trial ? kept_rate_
                         : std::max<std::size_t>(std::min<std::size_t>(1, limit_), rate_ / 2);
        kept_rate_ = rate_;
        quiet_windows_ =
            is_trial ? (std::min)(2 * quiet_windows_, most_quiet_windows) : fewest_quiet_windows;
        lowered_at_ = now;
    }
    raise_at_ = (std::max)(now, until) + quiet_windows_ * window_;
}

LANGEXPORT_DECL void rate_window::throttle_until(steady_time until) noexcept {
    throttled_until_ = (std::max)(throttled_until_, until);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
