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

using boost::system::error_code;

/// What went wrong. Each operation documents which of these it reports, and when.
enum class errc {
    invalid_request = 1,     ///< A request, job or token was refused before sending, or by a 400.
    invalid_configuration,   ///< A field of `client_params` or a credential cannot be used.
    credential_unavailable,  ///< The token source gave no access token.
    unauthorized,            ///< 401: the key or token was not accepted.
    forbidden,               ///< 403: accepted, but not allowed to do this (or a quota is used up).
    project_not_found,       ///< 404 to a submission: no such project in the resource.
    job_not_found,           ///< 404 to a status or result before then: it is not at this address.
    job_expired,             ///< 410, or 404 after the job's `expires`: the service deleted it.
    conflict,                ///< 409: the project is busy with something that excludes an export.
    throttled,               ///< 429, more often than `retry.max_throttled` allows.
    service_unavailable,     ///< The service kept answering 408 or 5xx (501 apart).
    unexpected_response,     ///< An HTTP answer that has no place here: a status, a redirect, …
    malformed_response,      ///< Not HTTP, not JSON, too deep, or a field of the wrong type.
    response_too_large,      ///< An answer exceeds a limit of `client_params`.
    response_truncated,      ///< The connection ended inside an answer.
    foreign_origin,          ///< A link leads away from the configured origin; not followed.
    submit_unconfirmed,      ///< The submission left, its answer did not come: a job may exist.
    job_failed,              ///< The job ended as `failed`; the service says why.
    job_cancelled,           ///< The job was cancelled at the service, not by this program.
    job_partially_completed, ///< The job ended as `partiallyCompleted` and that was not accepted.
    deadline_exceeded,       ///< The operation's `deadline` passed. Ours, not the job's.
    job_timed_out,           ///< `job_timeout` passed since the 202. Ours, not the job's.
    resolve_failed,          ///< The host name could not be resolved.
    resolve_timeout,         ///< … or not within `resolve_timeout`.
    connect_timeout,         ///< No address answered within `connect_timeout`.
    handshake_timeout,       ///< TLS was not ready within `handshake_timeout`.
    response_timeout,        ///< No byte of the answer came within `response_timeout`.
    read_timeout,            ///< The answer stood still, or a result came too slowly.
    attempt_timeout,         ///< One request and its answer took longer than allowed for both.
    connection_failed,       ///< The connection could not be made, or broke.
    tls_failed,              ///< TLS failed: certificate, host name, protocol, no trust anchors.
    sink_failed,             ///< The sink threw; the cause is kept.
    client_closed, ///< The client's last handle is gone, it was drained, or its process was forked.
    queue_full,    ///< `max_pending` operations are under way already.
    malformed_document, ///< A document at hand (a project, JSON) is not what it should be.
    callback_failed,    ///< A range or function of the caller's threw; the cause is kept.
    /// The operation was cancelled by its caller. Its code is `asio::error::operation_aborted`.
    cancelled
};

/// Kinds of failure, to be compared with an error code: `if (ec == condition::transient) …`
enum class condition {
    transient = 1, ///< May be gone later: trying again makes sense.
    permanent, ///< Will not change by trying again: the service, the job or the project says no.
    caller     ///< The program asked for something impossible, or stopped it.
};

/// The category of `errc`: its messages say what happened.
LANGEXPORT_DECL const boost::system::error_category& error_category() noexcept;
/// The category of `condition`.
LANGEXPORT_DECL const boost::system::error_category& condition_category() noexcept;

/// `errc::cancelled` becomes `asio::error::operation_aborted`, everything else a code of ours.
LANGEXPORT_DECL error_code make_error_code(errc code) noexcept;
LANGEXPORT_DECL boost::system::error_condition make_error_condition(condition kind) noexcept;

/// The enumerator's name, e.g. "project_not_found": stable, for logs and reports.
LANGEXPORT_DECL std::string_view to_string(errc code) noexcept;
/// The same for a code: "cancelled" for `operation_aborted`, the category's text if not ours.
LANGEXPORT_DECL std::string name_of(const error_code& code);

/// What is known of the submission when an operation fails.
enum class submission_state {
    not_sent,    ///< The service has no job of ours: submitting again is safe.
    unconfirmed, ///< The request left, no answer came: there may be a job that nobody knows.
    confirmed    ///< There is a job.
};
LANGEXPORT_DECL std::string_view to_string(submission_state state) noexcept;

/// All that is known about a failure. Nothing in it is secret.
class diagnostics {
public:
    using duration = std::chrono::steady_clock::duration;

    std::string project_name;      ///< The project that was to be exported.
    std::string doing;             ///< What was being done: "submitting the export of", …
    std::string detail;            ///< What was wrong and where, in our words; may be empty.
    unsigned http_status = 0;      ///< Status of the HTTP answer that decided; 0 = there was none.
    service_error service;         ///< The service's own words; empty if it had none.
    std::string request_id;        ///< The service's id of that request: quote it in support cases.
    std::string client_request_id; ///< Our id of that request (x-ms-client-request-id).
    /// Whether there may be, or is, a job. Say `not_sent` and a new submission is safe.
    submission_state submission = submission_state::not_sent;
    /// The job, if there is one: see its to_token(). Where one has failed and is submitted anew
    /// (`retry.max_resubmissions`) that one, with another `submission` than `confirmed`.
    std::shared_ptr<const export_job> job;
    std::shared_ptr<const export_status> status; ///< The job's last known status, if any.
    std::uint32_t submits = 0;                   ///< Submissions that left (retries included).
    std::uint32_t polls = 0;                     ///< Status requests that were answered.
    std::uint32_t pages = 0;                     ///< Pages of a list that were read.
    std::uint32_t failures = 0;                  ///< Attempts that failed, whatever the reason.
    duration queue_time{};    ///< From the start until the first request left, or the failure.
    duration run_time{};      ///< From there until the failure.
    error_code cause_code;    ///< The lower layer's error (system, TLS, HTTP), if any.
    std::exception_ptr cause; ///< What a callback or sink of the user threw, if it did.
};

/// The exception of every failed operation.
///
/// `what()` tells in one line what failed, for which project, what the service said, and what to
/// do. Copies share their diagnostics; copying does not throw.
class export_error : public boost::system::system_error {
public:
    LANGEXPORT_DECL export_error(error_code code, langexport::diagnostics what_is_known);
    // Copies alone: one that was moved from would have nothing to tell.
    export_error(const export_error&) noexcept = default;
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

/// The `export_error` in an exception pointer; the caller needs no `try` for it.
///
/// @return  The error, which lives as long as `error` does; null if there is none in it.
LANGEXPORT_DECL const export_error* get_export_error(const std::exception_ptr& error) noexcept;

/// The error code in an exception pointer: that of a `system_error` (ours or Boost's).
///
/// @return  An empty code for a null pointer; `boost::system::errc::state_not_recoverable` for an
///          exception that has no code.
LANGEXPORT_DECL error_code code_of(const std::exception_ptr& error) noexcept;

/// What the exception in a pointer says: its `what()`; of one that has none "an unknown exception".
LANGEXPORT_DECL std::string what_of(const std::exception_ptr& error);

namespace detail {
/// Throws an `export_error` that has nothing but a code and a detail: for bad input.
[[noreturn]] LANGEXPORT_DECL void throw_error(errc code, std::string detail);

// The detail of errc::tls_failed where plain HTTP met a server that expects TLS.
inline constexpr const char* expects_tls_detail =
    "the endpoint is http, but its server expects TLS: use https";
// The same where the handshake of TLS met a server that speaks something else.
inline constexpr const char* speaks_no_tls_detail =
    "the endpoint is https, but its server does not speak TLS: check scheme and port";

// Appends what a lower layer says in brackets, unless `detail`, which stands in `text` already, says it.
LANGEXPORT_DECL void append_cause(std::string& text, std::string_view detail, error_code cause);
} // namespace detail

} // namespace v0
} // namespace langexport

template <>
struct boost::system::is_error_code_enum<langexport::errc> : std::true_type {};
template <>
struct boost::system::is_error_condition_enum<langexport::condition> : std::true_type {};

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/error.ipp>
#endif

#endif
