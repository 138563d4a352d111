#ifndef LANGEXPORT_CLIENT_STATS_HPP
#define LANGEXPORT_CLIENT_STATS_HPP

#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace langexport {
inline namespace v0 {

/// What is left of the quota for one class of requests.
class budget_stats {
public:
    using duration = std::chrono::steady_clock::duration;

    budget_stats() noexcept {}

    std::optional<std::size_t> left; ///< May leave now, without regard to gates; none: no limit.
    std::size_t rate = 0;  ///< May leave in a window: the quota, or less after a 429. 0: no limit.
    duration closed_for{}; ///< Until its gate opens again; 0: it is open.
};

/// How a client is doing; see `client::stats`. Counts are since the client was made.
///
/// A plain value. Thread safety: as the standard library's types.
class client_stats {
public:
    using duration = std::chrono::steady_clock::duration;

    client_stats() noexcept {}

    std::size_t pending = 0;            ///< Operations under way.
    std::size_t queued_submissions = 0; ///< Submissions that are due and wait to be sent.
    std::size_t queued_listings = 0;    ///< Pages of lists that are due and wait to be asked for.
    std::size_t queued_polls = 0;       ///< Status requests that are due and wait to be sent.
    std::size_t queued_results = 0;     ///< Results that could be fetched and wait for it.
    std::size_t in_flight = 0;          ///< Requests that were sent and have no answer yet.
    std::size_t waiting = 0; ///< Operations whose next request is not due yet: most wait for a job.

    budget_stats submissions; ///< The quota for POSTs, shared with all clients of the resource.
    budget_stats reads;       ///< The quota for GETs.

    std::uint64_t finished = 0; ///< Operations that ended well.
    std::uint64_t failed = 0;   ///< Operations that failed or were cancelled.

    std::uint64_t submissions_sent = 0; ///< POSTs that left.
    std::uint64_t listings_sent = 0;    ///< Requests for pages of lists that left.
    std::uint64_t polls_sent = 0;       ///< Status requests that left.
    std::uint64_t results_sent = 0;     ///< Requests for results that left.
    std::uint64_t bytes_sent = 0;       ///< With headers, without TLS.
    std::uint64_t bytes_received = 0;   ///< The same of answers, when they have ended.
    std::uint64_t throttled = 0;        ///< Answers of 429.
    std::uint64_t unavailable = 0;      ///< Answers of 503.
    std::uint64_t retries = 0;          ///< Requests that came to nothing and were made again.

    /// How late status requests left, against the time at which they were due: because of the quota, for
    /// want of a connection, or because the program was busy. Of the last one, on average, at most.
    duration poll_lag_last{};
    duration poll_lag_mean{}; ///< On average.
    duration poll_lag_max{};  ///< At most.

    std::size_t connections_open = 0;      ///< Now, idle ones included.
    std::uint64_t connections_opened = 0;  ///< In all.
    std::uint64_t connections_resumed = 0; ///< … with a TLS session of an earlier one.
    std::uint64_t connections_failed = 0;  ///< Openings that came to nothing.
    std::uint64_t wake_ups = 0;            ///< Times that the client's one timer rang.
};

} // namespace v0
} // namespace langexport

#endif
