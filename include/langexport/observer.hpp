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

/// An operation was admitted; its first request leaves as soon as a connection and the quota allow it.
struct queued_event {
    std::string_view project_name; ///< The project.
    request_kind request;          ///< What it begins with.
    std::size_t ahead;             ///< Requests of that kind that are due and wait already.
};

/// A submission was confirmed by a 202: there is a job now. Store its token here and nothing is lost.
struct submitted_event {
    const export_job& job;       ///< The job.
    std::string_view request_id; ///< The service's id of the submission.
    /// Whether the operation that asked for it has ended meanwhile (cancelled, timed out): nobody
    /// else will hear of this job.
    bool is_late;
};

/// A status request was answered.
struct polled_event {
    const export_status& status;                   ///< What the service said.
    std::uint32_t polls;                           ///< Answers so far, this one included.
    std::chrono::steady_clock::duration next_poll; ///< Until the next question; 0 after the last.
};

/// The service asked for patience: no request of this class leaves for a while, whose ever it is.
struct throttled_event {
    std::string_view project_name; ///< Whose request it was that heard of it.
    request_kind request;          ///< Submissions are one class, all others the other.
    unsigned http_status;          ///< 429, or 503.
    std::chrono::steady_clock::duration closed_for; ///< Until the class is open again.
    std::size_t rate;                               ///< Requests a window from now on; 0: no limit.
};

/// A request came to nothing and will be made again.
struct retried_event {
    std::string_view project_name;            ///< The project.
    request_kind request;                     ///< What will be asked for again.
    std::uint32_t failures;                   ///< Failed attempts of the operation so far.
    errc why;                                 ///< What it would have failed with.
    unsigned http_status;                     ///< Status of the answer; 0 = there was none.
    std::string_view detail;                  ///< What was wrong, in our words; may be empty.
    std::chrono::steady_clock::duration wait; ///< Until it is due again.
};

/// Something is odd, but the operation continues.
struct warning_event {
    std::string_view project_name; ///< The project.
    /// `UnknownStatus`: the job has a status that this version does not know (once for each job).
    /// `ProjectNameDiffers`: the result names another project.
    std::string_view code;
    std::string_view message; ///< The same in words.
    bool is_in_status;        ///< Whether `export_status::warnings` has it, too.
};

/// An operation has ended well.
struct finished_event {
    std::string_view project_name;               ///< The project.
    const export_job& job;                       ///< Its job.
    std::uint64_t bytes;                         ///< Size of the result; 0 if none was fetched.
    std::chrono::steady_clock::duration elapsed; ///< From the operation's start.
    /// The part of it until the first request left: in the queue for a connection and for the quota.
    std::chrono::steady_clock::duration queue_time;
    std::uint32_t submits;  ///< Submissions that left (repeated ones included).
    std::uint32_t polls;    ///< Status requests that were answered.
    std::uint32_t failures; ///< Attempts that failed, whatever the reason.
};

/// An operation has failed, or was cancelled.
struct failed_event {
    const export_error& error; ///< What its caller gets.
};

/// A connection is ready for requests.
struct connection_opened_event {
    std::uint64_t number;                     ///< Of the connection, in this client, from 1.
    std::string_view peer;                    ///< Address and port.
    bool is_secure;                           ///< Whether it speaks TLS.
    bool is_resumed;                          ///< … and went on with an earlier session.
    std::chrono::steady_clock::duration took; ///< Looking up, connecting, shaking hands.
};

/// No connection could be opened; all requests that are due wait before the next try.
struct connection_failed_event {
    errc why;                                 ///< Which step failed, or took too long.
    std::string_view detail;                  ///< With whom, and how.
    error_code cause;                         ///< The lower layer's error, if any.
    std::uint32_t failures;                   ///< So many in a row, this one included.
    std::chrono::steady_clock::duration wait; ///< Until the next try; 0 if nothing will try again.
    bool will_retry = true;                   ///< Whether an operation is going to try again.
};

/// Why a connection was closed.
enum class close_reason : unsigned char {
    aged,          ///< It lay idle, or was open, for longer than `client_params` allows.
    by_peer,       ///< The server closed it while it lay idle.
    after_answer,  ///< The answer said that it is the last, or left it in no state to go on.
    after_failure, ///< Its last exchange broke off, or what came made no sense.
    client_closed  ///< The client needs none any more, or this is a forked child.
};
/// What a line of a log says of it.
LANGEXPORT_DECL std::string_view to_string(close_reason reason) noexcept;

/// A connection is closed.
struct connection_closed_event {
    std::uint64_t number;                     ///< As it was opened.
    close_reason why;                         ///< Why.
    std::uint64_t exchanges;                  ///< Requests that it carried.
    std::chrono::steady_clock::duration life; ///< Since it was opened.
};

/// A request left, and its answer came or did not: the finest trace of what goes over the wire. Headers
/// and bodies are not in it, nor anything that is secret.
struct exchange_event {
    std::uint64_t connection;      ///< The number of the connection.
    std::string_view project_name; ///< The project; empty if nobody waits for the answer any more.
    request_kind request;          ///< What it was for.
    std::string_view method;       ///< POST or GET.
    std::string_view target;       ///< Path and query, as they were sent.
    unsigned http_status;          ///< Of the answer; 0 = none could be read.
    std::optional<errc> failure;   ///< Why there is no whole answer.
    std::string_view detail;       ///< … in our words; may be empty.
    std::string_view request_id;   ///< The service's id; empty if it named none.
    std::string_view client_request_id; ///< Our id (x-ms-client-request-id).
    std::uint64_t bytes_sent;           ///< With headers, without TLS.
    std::uint64_t bytes_received;       ///< The same of the answer.
    std::chrono::steady_clock::duration
        duration; ///< From the first byte sent to the last received.
};

/// Is told what happens to the operations of a client: for logs, metrics, progress, tokens.
///
/// Lists of projects are no exports: their requests are told like all others, with an empty project
/// name, but not that they begin and end.
///
/// Derive from it and override what is of interest; what is not costs next to nothing. All calls are
/// made one at a time, on the client's strand, between two steps of its work: be brief, do not block,
/// do not throw. Arguments live as long as the call. The observer may start and cancel operations, and
/// replace itself.
class observer {
public:
    observer() = default;
    observer(const observer&) = delete;
    observer& operator=(const observer&) = delete;
    virtual ~observer() = default;

    virtual void on_queued(const queued_event&) noexcept {}       ///< An operation was admitted.
    virtual void on_submitted(const submitted_event&) noexcept {} ///< There is a job.
    virtual void on_polled(const polled_event&) noexcept {}       ///< A job's status came.
    virtual void on_throttled(const throttled_event&) noexcept {} ///< The quota is used up.
    /// A request will be sent again. (Not called if the operation's time ends before then.)
    virtual void on_retried(const retried_event&) noexcept {}
    virtual void on_warning(const warning_event&) noexcept {}   ///< Something is odd.
    virtual void on_finished(const finished_event&) noexcept {} ///< An operation ended well.
    virtual void on_failed(const failed_event&) noexcept {}     ///< An operation failed.

    /// A connection was opened.
    virtual void on_connection_opened(const connection_opened_event&) noexcept {}
    /// None could be opened.
    virtual void on_connection_failed(const connection_failed_event&) noexcept {}
    /// A connection was closed.
    virtual void on_connection_closed(const connection_closed_event&) noexcept {}
    /// A request and its answer are over.
    virtual void on_exchange(const exchange_event&) noexcept {}
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/observer.ipp>
#endif

#endif
