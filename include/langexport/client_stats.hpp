#ifndef LANGEXPORT_CLIENT_STATS_HPP
#define LANGEXPORT_CLIENT_STATS_HPP

#include <langexport/detail/base/name_table.hpp>
#include <langexport/export_job.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {

/// The remaining quota of one class of requests.
class budget_stats {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    /// Nothing left, no limit.
    budget_stats() noexcept {}

    std::optional<std::size_t>
        left;             ///< May be sent now, if the class is not throttled; none: no limit.
    std::size_t rate = 0; ///< May be sent in a window: the quota, or less after a 429. 0: no limit.
    duration throttled_for{}; ///< Until throttling ends; 0: the class is not throttled.
    /// Until the next one may be sent. 0: now, or unknown before a request in progress has its response.
    duration next_in{};
};

/// Queues, connections and counts of a client; see `client::stats`. Counts begin with the client.
///
/// A plain value. Thread safety: as the standard library's types.
class client_stats {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    /// All zero.
    client_stats() noexcept {}

    std::size_t pending = 0; ///< Operations in progress. A drain is not counted among operations.
    std::size_t queued_submissions = 0; ///< Submissions that are due and wait to be sent.
    std::size_t queued_listings =
        0;                        ///< Requests for pages of lists that are due and wait to be sent.
    std::size_t queued_polls = 0; ///< Status requests that are due and wait to be sent.
    std::size_t queued_results = 0; ///< Requests for results that are due and wait to be sent.
    std::size_t in_flight = 0;      ///< Requests that were sent and have no response yet.
    std::size_t waiting = 0; ///< Operations whose next request is not due yet: most wait for a job.

    budget_stats submissions; ///< The quota for POSTs, shared with all clients of the resource.
    budget_stats reads;       ///< The quota for GETs.

    /// Operations that began: the id of the last one. Each is counted once more below when it ends, so that
    /// `started` is the sum of `finished`, `failed` and `pending`.
    std::uint64_t started = 0;
    std::uint64_t finished = 0; ///< Operations that succeeded.
    std::uint64_t failed = 0;   ///< Operations that failed or were cancelled.

    std::uint64_t submissions_sent = 0; ///< POSTs that were sent.
    std::uint64_t listings_sent = 0;    ///< Requests for pages of lists that were sent.
    std::uint64_t polls_sent = 0;       ///< Status requests that were sent.
    std::uint64_t results_sent = 0;     ///< Requests for results that were sent.
    std::uint64_t bytes_sent = 0;       ///< Bytes of requests, with headers, without TLS.
    std::uint64_t bytes_received = 0;   ///< Bytes of finished responses, with headers, without TLS.
    std::uint64_t throttled = 0;        ///< Responses with 429.
    std::uint64_t unavailable = 0;      ///< Responses with 503.
    std::uint64_t retries = 0;          ///< Requests that failed and were sent again.

    /// How late the last status request was sent, compared with the time at which it was due: because of the
    /// quota, because no connection was free, or because the program was busy.
    duration poll_lag_last{};
    duration poll_lag_mean{}; ///< The same on average.
    duration poll_lag_max{};  ///< The same at most.

    std::size_t connections_open = 0;      ///< Open connections, idle ones included.
    std::uint64_t connections_opened = 0;  ///< Connections that were opened.
    std::uint64_t connections_resumed = 0; ///< … with the TLS session of an earlier one.
    std::uint64_t connections_failed = 0;  ///< Attempts to open a connection that failed.
    std::uint64_t wake_ups = 0;            ///< How often the client's one timer fired.
};

/// What an operation is doing.
enum class operation_state : unsigned char {
    /// Its first request, or its submission, waits for a connection and the quota; or its document is being checked.
    queued,
    submitting,  ///< Its submission is being sent, or was sent, and no response has been received.
    storing,     ///< The service has confirmed its job, and `export_request::on_submitted` runs.
    running,     ///< It polls its job.
    downloading, ///< Its result is being received, or waits for a connection and the quota.
    listing      ///< It is a list of projects.
};

namespace detail {
inline constexpr named_value<operation_state> operation_state_names[] = {
    {operation_state::queued, "queued"},           {operation_state::submitting, "submitting"},
    {operation_state::storing, "storing"},         {operation_state::running, "running"},
    {operation_state::downloading, "downloading"}, {operation_state::listing, "listing"}};
} // namespace detail

/// The enumerator's name.
constexpr std::string_view to_string(operation_state state) noexcept {
    return detail::name_in(detail::operation_state_names, state);
}

/// One operation of a client, as list_operations found it. A plain value.
class operation_info {
public:
    /// Of no operation.
    operation_info() = default;

    std::uint64_t id = 0; ///< As in the events of `observer`: a later operation has a larger one.
    std::string tag;      ///< Its `export_request::tag`; may be empty.
    std::string project_name;                        ///< The project; empty for a list of projects.
    operation_state state = operation_state::queued; ///< What it is doing.
    job_kind kind = job_kind::exporting;             ///< Whether it exports or imports.
    export_job job; ///< Its job; empty until the service has confirmed one.
    std::chrono::steady_clock::duration age{}; ///< Since it began.
};

/// A part of the operations of a client. A plain value.
class operation_page {
public:
    /// No operations.
    operation_page() = default;

    std::vector<operation_info> operations; ///< In the order in which they began.
    /// Whether there are more. The id of the last one is `after` of the next page.
    bool has_more = false;
};

/// How the operations ended that were in progress when a client was drained; see `client::drain`.
///
/// A plain value. Thread safety: as the standard library's types.
class drain_summary {
public:
    /// All zero.
    drain_summary() noexcept {}

    std::uint64_t finished = 0; ///< Operations that succeeded within the time.
    std::uint64_t failed = 0; ///< Operations that failed within the time, each for its own reason.
    std::uint64_t not_sent =
        0; ///< Submissions that were not sent: it is safe to submit them again.
    /// Submissions without a response at the end: a job may exist. The observer receives a late
    /// `submitted_event` for each job that is confirmed afterwards.
    std::uint64_t unconfirmed = 0;
    /// Jobs that operations still waited for or fetched at the end: resume them with their tokens. Imports are
    /// among them: see `export_job::kind`.
    std::vector<export_job> unfinished;
};

} // namespace v0
} // namespace langexport

#endif
