#ifndef LANGEXPORT_OBSERVER_HPP
#define LANGEXPORT_OBSERVER_HPP

#include <langexport/error.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_status.hpp>
#include <langexport/request_kind.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace langexport {
inline namespace v0 {

/// An operation was admitted. Its first request is sent as soon as a connection and the quota allow it.
struct queued_event {
    std::string_view project_name;       ///< The project.
    request_kind request;                ///< The kind of its first request.
    std::size_t queue_position;          ///< Requests of that kind that are due and wait already.
    std::uint64_t operation_id = 0;      ///< The operation.
    std::string_view tag = {};           ///< Its `export_request::tag`.
    job_kind kind = job_kind::exporting; ///< Whether it exports or imports.
};

/// A submission is about to be sent. Until its response is known, a job may exist whose token is unknown. A
/// program that must not submit twice after a crash stores this event, as `examples/export_service.cpp` does.
struct submitting_event {
    std::string_view project_name;       ///< The project.
    std::uint64_t operation_id = 0;      ///< The operation.
    std::string_view tag = {};           ///< Its `export_request::tag`.
    job_kind kind = job_kind::exporting; ///< Whether it exports or imports.
};

/// The service confirmed a submission with a 202: there is a job now. To store its token durably before the
/// first poll, use `export_request::on_submitted`.
struct submitted_event {
    const export_job& job;       ///< The job.
    std::string_view request_id; ///< The service's id of the submission.
    /// Whether the operation that submitted it has already ended (cancelled, timed out). If so, this event is
    /// the only report of the job.
    bool is_late;
    std::uint64_t operation_id = 0; ///< The operation.
    std::string_view tag = {};      ///< Its `export_request::tag`.
};

/// A status request received a response.
struct polled_event {
    const export_status& status;                   ///< What the service said.
    std::uint32_t polls;                           ///< Responses so far, this one included.
    std::chrono::steady_clock::duration next_poll; ///< Until the next poll; 0 after the last.
    std::uint64_t operation_id = 0;                ///< The operation.
    std::string_view tag = {};                     ///< Its `export_request::tag`.
};

/// The service throttled this resource. No request of this class is sent until `throttled_for` has passed.
struct throttled_event {
    std::string_view project_name; ///< The project whose request was throttled.
    request_kind request;          ///< Submissions are one class, all others the other.
    unsigned http_status;          ///< 429, or 503.
    std::chrono::steady_clock::duration
        throttled_for;                   ///< Until requests of the class are sent again.
    std::size_t rate;                    ///< Requests in a window from now on; 0: no limit.
    std::uint64_t operation_id = 0;      ///< The operation.
    std::string_view tag = {};           ///< Its `export_request::tag`.
    job_kind kind = job_kind::exporting; ///< Whether it exports or imports.
};

/// A request failed, and the client will send it again.
struct retried_event {
    std::string_view project_name; ///< The project.
    request_kind request;          ///< The kind of the request.
    std::uint32_t failures;        ///< Failed attempts of the operation so far.
    errc why;                      ///< The error without a retry.
    unsigned http_status;          ///< Status of the response; 0: there was none.
    std::string_view detail;       ///< What was wrong, in the library's words; may be empty.
    std::chrono::steady_clock::duration wait; ///< Until it is due again.
    std::uint64_t operation_id = 0;           ///< The operation.
    std::string_view tag = {};                ///< Its `export_request::tag`.
    job_kind kind = job_kind::exporting;      ///< Whether it exports or imports.
};

/// Something is odd, but the operation continues.
struct warning_event {
    std::string_view project_name; ///< The project.
    /// `UnknownStatus`: the job has a status that this version does not know (once for each job).
    /// `ProjectNameDiffers`: the result names another project.
    /// `UpdateFailed`: `export_request::on_update` threw.
    std::string_view code;
    std::string_view message;            ///< The warning in words.
    bool is_in_status;                   ///< Whether `export_status::warnings` has it, too.
    std::uint64_t operation_id = 0;      ///< The operation.
    std::string_view tag = {};           ///< Its `export_request::tag`.
    job_kind kind = job_kind::exporting; ///< Whether it exports or imports.
};

/// An operation succeeded.
struct finished_event {
    std::string_view project_name; ///< The project.
    const export_job& job;         ///< Its job.
    std::uint64_t
        bytes; ///< Size of the result, or of the imported document, in bytes; 0 if there was none.
    std::chrono::steady_clock::duration elapsed; ///< From the operation's start.
    /// The part of `elapsed` until the first request was sent: in the queue for a connection and for the
    /// quota.
    std::chrono::steady_clock::duration queue_time;
    std::uint32_t submits;               ///< Submissions that were sent (retries included).
    std::uint32_t polls;                 ///< Status requests that received a response.
    std::uint32_t failures;              ///< Attempts that failed, whatever the reason.
    std::uint64_t operation_id = 0;      ///< The operation.
    std::string_view tag = {};           ///< Its `export_request::tag`.
    job_kind kind = job_kind::exporting; ///< Whether it exports or imports.
};

/// An operation failed, or was cancelled.
struct failed_event {
    const export_error& error;           ///< The error that its caller receives.
    std::uint64_t operation_id = 0;      ///< The operation.
    std::string_view tag = {};           ///< Its `export_request::tag`.
    job_kind kind = job_kind::exporting; ///< Whether it exports or imports.
};

/// A connection is ready for requests.
struct connection_opened_event {
    std::uint64_t number;                     ///< Of the connection, in this client, from 1.
    std::string_view peer;                    ///< Address and port.
    bool is_secure;                           ///< Whether it uses TLS.
    bool is_resumed;                          ///< Whether it resumed an earlier TLS session.
    std::chrono::steady_clock::duration took; ///< Resolving, connecting and the TLS handshake.
};

/// No connection could be opened. All requests that are due wait until the next attempt.
struct connection_failed_event {
    errc why;                                 ///< Which step failed, or took too long.
    std::string_view detail;                  ///< The peer and what happened.
    error_code cause;                         ///< The lower layer's error, if any.
    std::uint32_t failures;                   ///< Consecutive failures, this one included.
    std::chrono::steady_clock::duration wait; ///< Until the next attempt; 0 if there is none.
    bool will_retry = true;                   ///< Whether an operation will try again.
};

/// The token source failed. While there is a valid token, requests use it; otherwise all requests that
/// are due wait until the next attempt.
struct token_failed_event {
    std::string_view detail; ///< What happened, in the words of the source if it has any.
    error_code cause;        ///< The error of the source, if another library reported it.
    std::uint32_t failures;  ///< Consecutive failures, this one included.
    std::chrono::steady_clock::duration wait; ///< Until the next attempt; 0 if there is none.
    bool will_retry; ///< Whether the client asks the source again, if a request needs a token.
    bool has_token;  ///< Whether the previous token is still valid.
};

/// The quota source of a `request_quota` gave no permits, or could not reach the state that processes share. Requests
/// that have no permit wait.
struct quota_failed_event {
    std::string_view detail;                  ///< What happened, in the words of the source.
    std::uint32_t failures;                   ///< Consecutive failures, this one included.
    std::chrono::steady_clock::duration wait; ///< Until the client asks the source again.
};

/// Why a connection was closed.
enum class close_reason : unsigned char {
    aged,           ///< It was idle, or open, for longer than `client_params` allows.
    by_peer,        ///< The server closed it while it was idle.
    after_response, ///< The response announced the end, or left the connection unusable.
    after_failure,  ///< Its last exchange broke off, or the received data made no sense.
    client_closed   ///< The client needs no connection any more, or this is a forked child.
};
/// The words of a log for a reason.
LANGEXPORT_DECL std::string_view to_string(close_reason reason) noexcept;

/// A connection was closed.
struct connection_closed_event {
    std::uint64_t number;                     ///< As in `connection_opened_event`.
    close_reason why;                         ///< Why.
    std::uint64_t exchanges;                  ///< Requests that it carried.
    std::chrono::steady_clock::duration life; ///< Since it was opened.
};

/// A request was sent, and its response was received or not: the finest trace of the wire. It holds no
/// headers, bodies or secrets.
struct exchange_event {
    std::uint64_t connection;      ///< The number of the connection.
    std::string_view project_name; ///< The project; empty if no operation waits for the response.
    request_kind request;          ///< The kind of the request.
    std::string_view method;       ///< POST or GET.
    std::string_view target;       ///< Path and query, as they were sent.
    unsigned http_status;          ///< Of the response; 0: none could be read.
    std::optional<errc> failure;   ///< Why there is no whole response.
    std::string_view detail;       ///< The failure in the library's words; may be empty.
    std::string_view request_id;   ///< The service's id; empty if it sent none.
    std::string_view client_request_id; ///< The client's id (x-ms-client-request-id).
    std::uint64_t bytes_sent;           ///< With headers, without TLS.
    std::uint64_t bytes_received;       ///< Of the response, with headers, without TLS.
    std::chrono::steady_clock::duration
        duration;                        ///< From the first byte sent to the last received.
    std::uint64_t operation_id = 0;      ///< The operation that sent it.
    std::string_view tag = {};           ///< Its `export_request::tag`.
    job_kind kind = job_kind::exporting; ///< Whether it exports or imports.
};

/// Receives the events of a client's operations: for logs, metrics, progress, tokens.
///
/// Events of an operation name it: `operation_id` counts the operations of a client from 1, and `tag` is the
/// caller's own name for it (`export_request::tag`), empty if there is none.
///
/// Imports cause the same events as exports, with `job_kind::importing`: in the member `kind` of an event, or
/// in `export_job::kind()` of its job.
///
/// A list of projects is not an export: its requests cause events like all others, with an empty project
/// name, but its start and end do not.
///
/// Derive from it and override the functions of interest; the others cost next to nothing. The client calls
/// them one at a time, on its strand, between two steps of its work: be brief, do not block,
/// do not throw. Arguments live as long as the call. The observer may start and cancel operations, and
/// replace itself.
class observer {
public:
    /// For derived classes.
    observer() = default;
    /// Not copyable: derived classes are used by pointer.
    observer(const observer&) = delete;
    /// Not copyable.
    observer& operator=(const observer&) = delete;
    /// Destroys the derived class.
    virtual ~observer() = default;

    virtual void on_queued(const queued_event&) noexcept {} ///< An operation was admitted.
    /// A submission is about to be sent; once more for each repetition.
    virtual void on_submitting(const submitting_event&) noexcept {}
    virtual void on_submitted(const submitted_event&) noexcept {} ///< There is a job.
    virtual void on_polled(const polled_event&) noexcept {} ///< The status of a job was received.
    virtual void on_throttled(const throttled_event&) noexcept {} ///< Requests must wait.
    /// A request will be sent again. (Not called if the operation's time ends before then.)
    virtual void on_retried(const retried_event&) noexcept {}
    virtual void on_warning(const warning_event&) noexcept {}   ///< Something is odd.
    virtual void on_finished(const finished_event&) noexcept {} ///< An operation succeeded.
    virtual void on_failed(const failed_event&) noexcept {}     ///< An operation failed.

    /// The token source failed.
    virtual void on_token_failed(const token_failed_event&) noexcept {}
    /// The source of permits failed.
    virtual void on_quota_failed(const quota_failed_event&) noexcept {}

    /// A connection was opened.
    virtual void on_connection_opened(const connection_opened_event&) noexcept {}
    /// No connection could be opened.
    virtual void on_connection_failed(const connection_failed_event&) noexcept {}
    /// A connection was closed.
    virtual void on_connection_closed(const connection_closed_event&) noexcept {}
    /// A request and its response have ended.
    virtual void on_exchange(const exchange_event&) noexcept {}
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/observer.ipp>
#endif

#endif
