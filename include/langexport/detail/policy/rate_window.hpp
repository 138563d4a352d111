#ifndef LANGEXPORT_DETAIL_POLICY_RATE_WINDOW_HPP
#define LANGEXPORT_DETAIL_POLICY_RATE_WINDOW_HPP

#include <langexport/detail/policy/backoff.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <deque>

namespace langexport {
inline namespace v0 {
namespace detail {

// The budget of one class of requests: so many in any window, wherever the service lets it begin.
//
// A request holds its slot from the moment it leaves until one window after its response. The service
// counts it somewhere between the two, so no window of its can hold more than the limit, be it fixed or
// sliding; that costs one round trip a window.
//
// Others may spend the same quota. A 429 shows that they do: the class closes for a while and its rate is
// halved. Some quiet windows later a tenth of the limit is tried on top, and with each further quiet
// window another one. A 429 to such a trial takes it back, no more, and the next one comes later.
class rate_window {
public:
    // No limit: 0. Gates work without one, too.
    LANGEXPORT_DECL rate_window(std::size_t limit, steady_duration window) noexcept;

    // How many may leave, were no gate closed; and now.
    LANGEXPORT_DECL std::size_t left(steady_time now);
    LANGEXPORT_DECL std::size_t free(steady_time now);
    // When so many slots are free: `now`; later; or max(), if only the response of one under way can tell.
    LANGEXPORT_DECL steady_time next_free(steady_time now, std::size_t needed = 1);

    // One leaves; there has to be a free slot.
    LANGEXPORT_DECL void sent();
    // Its response came, or its attempt ended without one.
    LANGEXPORT_DECL void ended(steady_time now);
    // A request that was spent before this process was started.
    LANGEXPORT_DECL void remember(steady_time ended_at);
    // Whether it is as good as a new one.
    LANGEXPORT_DECL bool is_unspent(steady_time now);

    // The response to a request that left at `sent_at` was "too many": none leaves before `until`.
    LANGEXPORT_DECL void throttled(steady_time sent_at, steady_time now, steady_time until);
    // None leaves before `until`.
    LANGEXPORT_DECL void close(steady_time until) noexcept;

    // How many a window allows at present; the limit, unless others were seen to spend it. 0 = no limit.
    LANGEXPORT_DECL std::size_t rate(steady_time now) noexcept;
    steady_duration window() const noexcept { return window_; }
    steady_time closed_until() const noexcept { return closed_until_; }

private:
    void forget_old(steady_time now);

    std::size_t limit_;
    steady_duration window_;
    std::size_t rate_;
    std::size_t under_way_ = 0;
    std::deque<steady_time> free_again_; // ascending: when slots of ended requests are free again
    steady_time closed_until_{};
    std::size_t kept_rate_;    // what was let through so far; a rate above it is a trial
    steady_time lowered_at_{}; // requests that left before it tell nothing new
    steady_time raise_at_{};   // while the rate is below the limit
    int quiet_windows_ = 0;    // that come before the next trial
};

// The least time between two polls of one job, so that `waiting` jobs share the GETs that results leave:
// every job that a POST starts needs one GET for its result, so as many are kept back as there are POSTs.
LANGEXPORT_DECL steady_duration poll_pace(std::size_t waiting, std::size_t gets_a_window,
                                          std::size_t posts_a_window,
                                          steady_duration window) noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/policy/impl/rate_window.ipp>
#endif

#endif
