#ifndef LANGEXPORT_DETAIL_POLICY_RATE_WINDOW_HPP
#define LANGEXPORT_DETAIL_POLICY_RATE_WINDOW_HPP

#include <langexport/detail/policy/backoff.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <deque>

namespace langexport {
inline namespace v0 {
namespace detail {

// The budget of one class of requests: a limit that holds in any window, regardless of when the service's window
// begins.
//
// A request holds its permit from the moment it is sent until one window after its response. The service counts it at
// some time between the two, so no window of the service exceeds the limit, fixed or sliding. This costs one round
// trip a window.
//
// Other clients may use the same quota. A 429 shows that they do: the class is throttled for a while and its rate is
// halved. After some quiet windows the rate is raised by a tenth of the limit as a trial, and again after each
// further quiet window. A 429 to a trial only reverts it, and delays the next one.
class rate_window {
public:
    // A `limit` of 0 means no limit. Throttling works without a limit, too.
    LANGEXPORT_DECL rate_window(std::size_t limit, steady_duration window) noexcept;

    // How many requests fit into the window if throttling is ignored, and how many may be sent now.
    LANGEXPORT_DECL std::size_t left(steady_time now);
    LANGEXPORT_DECL std::size_t free(steady_time now);
    // How many more requests fit into the window by then, because others leave it.
    LANGEXPORT_DECL std::size_t freed_by(steady_time when, steady_time now);
    // Returns when `needed` permits are free: now, later, or max() if that depends on the response to a request in
    // progress.
    LANGEXPORT_DECL steady_time next_free(steady_time now, std::size_t needed = 1);

    // Called when a request is sent; there must be a free permit.
    LANGEXPORT_DECL void sent();
    // Called when its response was received, or its attempt ended without one.
    LANGEXPORT_DECL void ended(steady_time now);
    // Counts a request that an earlier process sent.
    LANGEXPORT_DECL void remember(steady_time ended_at);
    // Whether it is in the same state as a new window.
    LANGEXPORT_DECL bool is_unspent(steady_time now);

    // Called when the response to a request that was sent at `sent_at` was 429. No request is sent before `until`.
    LANGEXPORT_DECL void throttled(steady_time sent_at, steady_time now, steady_time until);
    // Whether a request received a 429 within the last window, or throttling that a 429 began ended within it.
    bool was_throttled(steady_time now) const noexcept { return now < throttled_lately_until_; }
    // No request is sent before `until`.
    LANGEXPORT_DECL void throttle_until(steady_time until) noexcept;

    // How many requests a window allows at present: the limit, unless other clients use a part of it. 0: no limit.
    LANGEXPORT_DECL std::size_t rate(steady_time now) noexcept;
    steady_duration window() const noexcept { return window_; }
    steady_time throttled_until() const noexcept { return throttled_until_; }

private:
    void forget_old(steady_time now);

    std::size_t limit_;
    steady_duration window_;
    std::size_t rate_;
    std::size_t in_progress_ = 0;
    std::deque<steady_time>
        free_again_; // ascending: when the permits of ended requests are free again
    steady_time throttled_until_{};
    steady_time throttled_lately_until_{};
    std::size_t kept_rate_;    // the rate that succeeded so far; a higher rate is a trial
    steady_time lowered_at_{}; // requests sent before it give no new information
    steady_time raise_at_{};   // while the rate is below the limit
    int quiet_windows_ = 0;    // before the next trial
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/policy/impl/rate_window.ipp>
#endif

#endif
