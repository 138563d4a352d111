#ifndef LANGEXPORT_ERROR_HPP
#define LANGEXPORT_ERROR_HPP

#include <langexport/service_error.hpp>
#include <langexport/version.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace langexport {
inline namespace v0 {

class export_job;
class export_status;
enum class job_kind : unsigned char;

/// The type of all error codes.
using boost::system::error_code;

/// What went wrong. Each operation documents which of these it reports, and when.
enum class errc {
    invalid_request = 1,    ///< A request, job or token was rejected before sending, or by a 400.
    invalid_configuration,  ///< A field of `client_params` or a credential cannot be used.
    credential_unavailable, ///< The token source gave no access token.
    unauthorized,           ///< 401: the service did not accept the key or token.
    forbidden,              ///< 403: accepted, but not allowed to do this (or a quota is used up).
    project_not_found,      ///< 404 to a submission: no such project in the resource.
    job_not_found,          ///< 404 to a status or result request: no such job at this address.
    job_expired,            ///< 410, or 404 after the job's `expires`: the service deleted it.
    conflict,               ///< 409: the project is busy with something that excludes an export.
    throttled,              ///< 429, more often than `retry_params::max_throttled` allows.
    service_unavailable,    ///< The service kept responding with 408 or 5xx (except 501).
    unexpected_response, ///< An HTTP response that is not expected here: a status, a redirect, …
    malformed_response,  ///< Not HTTP, not JSON, too deep, or a field of the wrong type.
    response_too_large,  ///< A response exceeds a limit of `client_params`.
    response_truncated,  ///< The connection ended inside a response.
    foreign_origin,      ///< A link leads to another origin than the configured one; not followed.
    submit_unconfirmed, ///< The submission was sent, but no response was received: a job may exist.
    job_failed,         ///< The job ended as `failed`; the service says why.
    job_cancelled,      ///< The job was cancelled at the service, not by this program.
    job_partially_completed, ///< The job ended as `partiallyCompleted` and that was not accepted.
    deadline_exceeded,       ///< The operation's `deadline` passed; the job may continue.
    job_timed_out,           ///< `job_timeout` passed since the 202; the job may continue.
    resolve_failed,          ///< The host name could not be resolved.
    resolve_timeout,         ///< The host name was not resolved within `resolve_timeout`.
    connect_timeout,         ///< No address accepted a connection within `connect_timeout`.
    handshake_timeout,       ///< The TLS handshake did not finish within `handshake_timeout`.
    response_timeout,        ///< No byte of the response was received within `response_timeout`.
    read_timeout,            ///< The response stopped, or a result was received too slowly.
    write_timeout,           ///< The body of a request was sent too slowly.
    attempt_timeout,         ///< One request and its response took longer than allowed for both.
    connection_failed,       ///< The connection could not be opened, or broke.
    tls_failed,              ///< TLS failed: certificate, host name, protocol, no trust anchors.
    sink_failed,             ///< The sink threw; `diagnostics::cause` holds the exception.
    source_failed, ///< The source of an import threw (see `diagnostics::cause`), or its bytes changed.
    client_closed, ///< The client's last handle was destroyed, it was drained, or its process was forked.
    queue_full,         ///< `client_params::max_pending` operations are in progress.
    malformed_document, ///< A document (a project, JSON) does not have the expected form.
    callback_failed, ///< A range or function of the caller threw; `diagnostics::cause` holds the exception.
    proxy_failed, ///< The proxy rejected the connection, or the user and password.
    /// The operation was cancelled by its caller. Its code is `asio::error::operation_aborted`.
    cancelled
};

/// Kinds of failure, to compare with an error code: `if (ec == condition::transient) …`
enum class condition {
    transient = 1, ///< Temporary: another attempt may succeed.
    permanent, ///< Another attempt fails in the same way: the service rejects it, or the job has failed.
    caller ///< The program requested something impossible, or stopped it.
};

/// The category of `errc`: its messages say what happened.
LANGEXPORT_DECL const boost::system::error_category& error_category() noexcept;
/// The category of `condition`.
LANGEXPORT_DECL const boost::system::error_category& condition_category() noexcept;

/// The error code of an enumerator: `asio::error::operation_aborted` for `errc::cancelled`, else one of
/// `error_category`.
LANGEXPORT_DECL error_code make_error_code(errc code) noexcept;
/// The error condition of an enumerator.
LANGEXPORT_DECL boost::system::error_condition make_error_condition(condition kind) noexcept;

/// The enumerator's name, e.g. "project_not_found": stable, for logs and reports.
LANGEXPORT_DECL std::string_view to_string(errc code) noexcept;
/// The name of a code: the enumerator's name, "cancelled" for `operation_aborted`, the category's message for
/// the code of another category.
LANGEXPORT_DECL std::string error_name(const error_code& code);

/// What is known of the submission when an operation fails.
enum class submission_state : unsigned char {
    not_sent,    ///< The service has no job of this operation: it is safe to submit again.
    unconfirmed, ///< The request was sent, no response was received: an unknown job may exist.
    confirmed    ///< There is a job.
};
/// The enumerator's name.
LANGEXPORT_DECL std::string_view to_string(submission_state state) noexcept;

/// All that is known about a failure. It holds no secret.
class diagnostics {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    std::string project_name; ///< The project that was to be exported or imported.
    job_kind kind{};          ///< Whether the operation exports or imports.
    /// The operation, as in the events of `observer`; 0: the error belongs to none.
    std::uint64_t operation_id = 0;
    std::string tag;          ///< The `export_request::tag` of the operation; may be empty.
    std::string doing;        ///< What the client was doing: "submitting the export of", …
    std::string detail;       ///< What was wrong and where, in the library's words; may be empty.
    unsigned http_status = 0; ///< Status of the decisive HTTP response; 0: there was none.
    service_error service;    ///< The service's own words; empty if it had none.
    std::string request_id;   ///< The service's id of that request: quote it in support cases.
    std::string client_request_id; ///< The client's id of that request (x-ms-client-request-id).
    /// Whether there may be, or is, a job. `not_sent` means that it is safe to submit again.
    submission_state submission = submission_state::not_sent;
    /// The job, if there is one: see `export_job::to_token`. Of an import, see `import_job`. After a failed job was
    /// submitted again (`retry_params::max_resubmissions`), this is the failed one as long as `submission` is not
    /// `confirmed`.
    std::shared_ptr<const export_job> job;
    std::shared_ptr<const export_status> status; ///< The job's last known status, if any.
    std::uint32_t submits = 0;                   ///< Submissions that were sent (retries included).
    std::uint32_t polls = 0;                     ///< Status requests that received a response.
    std::uint32_t pages = 0;                     ///< Pages of a list that were read.
    std::uint32_t failures = 0;                  ///< Attempts that failed, whatever the reason.
    duration queue_time{};    ///< From the start until the first request was sent, or the failure.
    duration run_time{};      ///< From then until the failure.
    error_code cause_code;    ///< The lower layer's error (system, TLS, HTTP), if any.
    std::exception_ptr cause; ///< The exception that a callback or sink of the user threw, if any.
    std::string advice;       ///< What to do, if more is known than the code says; usually empty.
    /// Whether another attempt fails in the same way, although the code does not say so. If a
    /// `bearer_token_source` throws an error of errc::credential_unavailable with this flag, the client does
    /// not retry.
    bool is_permanent = false;
    /// How long the sender of a response asked to wait before the next attempt; usually zero. A
    /// `bearer_token_source` may set it: the client waits at least that long, at most
    /// `retry_params::max_retry_after`.
    duration retry_after{};
};

/// The exception of every failed operation.
///
/// `what()` says in one line what failed, for which project, what the service said, and what to
/// do. Copies share their diagnostics; copying does not throw.
class export_error : public boost::system::system_error {
public:
    /// @param code           What went wrong.
    /// @param what_is_known  The diagnostics.
    LANGEXPORT_DECL export_error(error_code code, langexport::diagnostics what_is_known);
    // No move: a moved-from error would have no contents.
    /// Copies share their contents.
    export_error(const export_error&) noexcept = default;
    /// Copies share their contents.
    export_error& operator=(const export_error&) noexcept = default;

    /// One line: what failed, for which project, the service's words, ids, what to do next.
    LANGEXPORT_DECL const char* what() const noexcept override;
    /// All that is known.
    LANGEXPORT_DECL const langexport::diagnostics& diagnostics() const noexcept;
    /// The last job that was confirmed; null before. `job()->to_token()` resumes it.
    LANGEXPORT_DECL const export_job* job() const noexcept;

private:
    struct shared;
    std::shared_ptr<const shared> shared_;
};

/// The `export_error` in an exception pointer, without a `try`.
///
/// @param error  The pointer; may be null.
/// @return       The error, which lives as long as `error` does; null if `error` holds none.
LANGEXPORT_DECL const export_error* get_export_error(const std::exception_ptr& error) noexcept;

/// The error code in an exception pointer: that of a `system_error` (of this library or Boost).
///
/// @param error  The pointer; may be null.
/// @return  An empty code for a null pointer; `boost::system::errc::state_not_recoverable` for an
///          exception that has no code.
LANGEXPORT_DECL error_code code_of(const std::exception_ptr& error) noexcept;

/// The message of the exception in a pointer: its `what()`, or "an unknown exception" if it has none.
LANGEXPORT_DECL std::string message_of(const std::exception_ptr& error);

namespace detail {
/// Throws an `export_error` that has nothing but a code and a detail: for bad input.
[[noreturn]] LANGEXPORT_DECL void throw_error(errc code, std::string detail);

// The detail of errc::tls_failed if the client sent plain HTTP to a server that expects TLS.
inline constexpr const char* expects_tls_detail =
    "the endpoint is http, but its server expects TLS: use https";
// The detail if the client began a TLS handshake with a server that uses another protocol.
inline constexpr const char* speaks_no_tls_detail =
    "the endpoint is https, but its server does not speak TLS: check scheme and port";

// Appends the lower layer's message in brackets, unless `detail`, which is already in `text`, contains
// it.
LANGEXPORT_DECL void append_cause(std::string& text, std::string_view detail, error_code cause);
} // namespace detail

} // namespace v0
} // namespace langexport

/// @cond
template <>
struct boost::system::is_error_code_enum<langexport::errc> : std::true_type {};
template <>
struct boost::system::is_error_condition_enum<langexport::condition> : std::true_type {};
/// @endcond

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/error.ipp>
#endif

#endif
