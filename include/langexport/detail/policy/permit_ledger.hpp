#ifndef LANGEXPORT_DETAIL_POLICY_PERMIT_LEDGER_HPP
#define LANGEXPORT_DETAIL_POLICY_PERMIT_LEDGER_HPP

#include <langexport/detail/policy/backoff.hpp>
#include <langexport/quota_source.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// The durations of a source are bounded, because the clock would overflow.
inline steady_duration bounded(steady_duration duration) noexcept {
    return std::clamp(duration, steady_duration::zero(), steady_duration(std::chrono::hours(24)));
}

// The permits of one class of requests that a quota source has granted, and those that it gets back.
//
// A permit is free from its time on, until it is taken or is no longer valid. It goes back to the source with the time at which its
// request ended, or unused. Others can use it one window after that time, so it is reported then at the latest.
// Permits that end at nearly the same time are reported together, because each report is a message to the source.
class permit_ledger {
public:
    // `limit` is the quota of the class in a window; 0: no limit, and no permit is needed.
    permit_ledger(quota_class kind, std::size_t limit, steady_duration window) noexcept
        : class_(kind), limit_(limit), window_(window) {}

    // Adds what a source granted on a demand that was sent at `sent_at`.
    LANGEXPORT_DECL void add(std::uint64_t grant, const class_grant& granted,
                             steady_duration valid_for, steady_time sent_at);
    // Another refill makes no sense before this time, unless a permit goes back.
    void refill_not_before(steady_time when) noexcept { not_before_ = when; }

    // How many requests may be sent now, and the same without throttling.
    LANGEXPORT_DECL std::size_t free(steady_time now);
    LANGEXPORT_DECL std::size_t held(steady_time now);
    // How many more may be sent later, and when the first of them; max() if there is none.
    LANGEXPORT_DECL std::size_t coming(steady_time now);
    LANGEXPORT_DECL steady_time next_at(steady_time now);
    // Takes the permit that would expire first; null if none is free.
    LANGEXPORT_DECL std::optional<permit_id> take(steady_time now);
    // The request of a permit has ended.
    LANGEXPORT_DECL void ended(const permit_id& permit, steady_time now);
    // No request is sent before `until`.
    void throttle_until(steady_time until) noexcept {
        throttled_until_ = until > throttled_until_ ? until : throttled_until_;
    }
    steady_time throttled_until() const noexcept { return throttled_until_; }

    // When to demand a refill for so many requests that are due: now, later, or max() if none is needed.
    LANGEXPORT_DECL steady_time refill_at(std::size_t due, steady_time now);
    // When the first of the free permits expires; max() if there is none.
    LANGEXPORT_DECL steady_time expires_at(steady_time now);

    // Adds the permits that go back, with their times before `now`. They count as returned until `take_back`.
    // `report_arrived` ends that for all reports.
    LANGEXPORT_DECL void report(std::vector<returned_permit>& returned, steady_time now);
    void report_arrived() noexcept { reported_.clear(); }
    // The source may not have got the reports, so the next one has their permits again.
    LANGEXPORT_DECL void take_back();
    // Returns all free permits with the next report.
    LANGEXPORT_DECL void give_up_free(steady_time now);

    std::size_t limit() const noexcept { return limit_; }

private:
    // Consecutive permits of a grant.
    struct block {
        std::uint64_t grant;
        std::uint32_t next;
        std::uint32_t end;
        steady_time valid_until;
    };
    // A permit that may be used from a time on.
    struct later_permit {
        steady_time from;
        block permit;
    };
    // The same, before a call has said when the grant arrived.
    struct arrived_permit {
        steady_duration delay;
        block permit;
    };
    // A permit that goes back.
    struct old_permit {
        permit_id id;
        std::optional<steady_time> ended; // null: it was not used
    };

    void drop(block& unused, steady_time now);
    void add_block(const block& added);
    void advance(steady_time now);
    steady_time report_at() const noexcept;

    const quota_class class_;
    const std::size_t limit_;
    const steady_duration window_;
    std::deque<block> blocks_; // ascending by the time at which they expire
    std::vector<arrived_permit> arrived_;
    std::deque<later_permit> later_; // ascending by time
    std::vector<old_permit> ended_;  // ascending by time
    std::vector<old_permit> unused_;
    std::vector<old_permit> reported_; // since the last report that has arrived
    steady_time unused_since_{};       // of the oldest in `unused_`
    steady_time not_before_{};
    steady_time throttled_until_{};
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/policy/impl/permit_ledger.ipp>
#endif

#endif
