#ifndef LANGEXPORT_IMPORT_IMPORT_PROJECT_HPP
#define LANGEXPORT_IMPORT_IMPORT_PROJECT_HPP

#include <langexport/client.hpp>
#include <langexport/detail/operation/initiate.hpp>
#include <langexport/detail/operation/operation.hpp>
#include <langexport/import/import_job.hpp>
#include <langexport/import/import_request.hpp>
#include <langexport/import/import_status.hpp>
#include <langexport/version.hpp>

#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>

namespace langexport {
inline namespace v0 {

namespace detail {

class source_runner;

// Starts the coroutine of a call to the source of an import.
LANGEXPORT_TEMPLATE_DECL void start_source_call(const std::shared_ptr<source_runner>& runner);

// The argument of an operation that submits an import.
struct import_start {
    import_request request;
    void (*start_call)(
        const std::shared_ptr<source_runner>&); // compiled where an import is started
};

// Starts an operation. Bad arguments are reported through the handler, like every other error.
LANGEXPORT_DECL void start_import(const std::shared_ptr<engine>& owner, operation_handler handler,
                                  bound_target target, const import_start& start);
LANGEXPORT_DECL void start_with_import_job(const std::shared_ptr<engine>& owner,
                                           operation_handler handler, bound_target target,
                                           const import_job& job);

inline void pick(operation_result&& from, import_job& into) {
    into = import_job(from.job ? from.job->job : export_job());
}
inline void pick(operation_result&& from, import_status& into) {
    into = import_status(std::move(from.status));
}

} // namespace detail

/// Imports a project: checks its document, submits a job with it, and waits until the job has ended.
///
/// The project is created, or replaced if there is one of its name. The client reads the source once before it
/// sends anything: the document must be complete and have the structure that its surface and format document. JSON
/// must name the unit of its offsets (`stringIndexType`) and the same `projectKind` in `metadata` and `assets`. Then
/// the client sends the document piece by piece, so that its size does not matter for memory.
///
/// A submission counts in the quota as that of an export. The client repeats it only if the service provably did not
/// receive all of it, if it responded with 429 or 503, or if the request allows duplicates. A response that arrives
/// before the end of the document ends the sending.
///
/// An import does not contain the documents of custom text projects, trained models and deployments: see
/// `examples/guides.md`.
///
/// @ingroup operations
/// @param client   The client that sends the requests.
/// @param request  What to import; see import_request for the ranges. Validated before anything is sent.
/// @param token    Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, import_status)`
/// @par Completion
/// When the job has ended, or a time limit has passed; never while a call to the source is running.
/// @par Errors
/// Those of all @ref operations (`invalid_request` with nothing sent if the request is not valid), and
///   - `malformed_document`: the document has another form; nothing was sent;
///   - `source_failed`: the source threw (`diagnostics::cause` holds the exception), or its bytes have changed since
///     they were checked; the service has no job of this operation;
///   - `write_timeout`: the document was sent more slowly than `client_params::min_upload_rate` demands;
///   - `attempt_timeout`: also if `client_params::upload_timeout` passed;
///   - `submit_unconfirmed`: the whole submission was sent, but no response was received; a job may exist;
///   - `job_failed`, `job_cancelled`, `job_partially_completed`: the job ended so at the service.
///     `diagnostics::status` has its errors;
///   - `job_not_found`: 404 to a status; `job_expired`: 410, or 404 after the job's `expires`;
///   - `job_timed_out`: `job_timeout` passed since the 202;
///   - `foreign_origin`: the link to the job leads to another origin; it was not followed.
/// @par Cancellation
/// terminal, partial: stops at once, and completes after a running call to the source. total: the same until the
/// last byte of a submission is sent, ignored afterwards. If the end of the document was not sent, there is no job.
/// Else the job continues at the service. The error carries it, or says that the submission is unconfirmed; if the
/// job is confirmed later, the observer receives a `submitted_event` with `is_late`.
/// @par Executor
/// Completes on the associated executor of the token, else on that of the client; never inside the call. The source
/// is read there, too, never on the client's strand. Its time does not count for the limits of the network.
/// @par Lifetime
/// The request is copied. The source is released before the handler is invoked. The client may be destroyed right
/// after the call: see @ref operations.
/// @par Source
/// The product's "import project" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto import_project(const client& client, const import_request& request,
                    CompletionToken&& token = CompletionToken()) {
    return detail::initiate<import_status, &detail::start_import>(
        detail::client_state::engine_of(client), std::forward<CompletionToken>(token),
        detail::operation_kind::end_status,
        detail::import_start{request, &detail::start_source_call});
}

/// Checks a document, submits an import job with it, and does not wait for the job.
///
/// The job, or its token, is all that is needed to wait for it later or in another process.
///
/// @ingroup operations
/// @param client   The client that sends the request.
/// @param request  What to import; see import_request for the ranges. Validated before anything is sent.
/// @param token    Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, import_job)`
/// @par Completion
/// When the service has accepted (202) or rejected the job, or a time limit has passed; never while a call to the
/// source is running.
/// @par Errors
/// Those of all @ref operations (`invalid_request` with nothing sent if the request is not valid), and
///   - `malformed_document`: the document has another form; nothing was sent;
///   - `source_failed`: the source threw (`diagnostics::cause` holds the exception), or its bytes have changed since
///     they were checked; the service has no job of this operation;
///   - `write_timeout`: the document was sent more slowly than `client_params::min_upload_rate` demands;
///   - `attempt_timeout`: also if `client_params::upload_timeout` passed;
///   - `submit_unconfirmed`: the whole submission was sent, but no response was received; a job may exist;
///   - `foreign_origin`: the link to the job leads to another origin.
/// @par Cancellation
/// As for import_project.
/// @par Executor
/// As for import_project.
/// @par Lifetime
/// As for import_project.
/// @par Source
/// The product's "import project" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto submit_import(const client& client, const import_request& request,
                   CompletionToken&& token = CompletionToken()) {
    return detail::initiate<import_job, &detail::start_import>(
        detail::client_state::engine_of(client), std::forward<CompletionToken>(token),
        detail::operation_kind::job, detail::import_start{request, &detail::start_source_call});
}

/// Waits until an import job has ended: one that was submitted before, here or elsewhere.
///
/// @ingroup operations
/// @param client  The client that sends the requests. The job's link must lead to its origin.
/// @param job     The job, e.g. `import_job::from_token(token)`; not empty.
/// @param token   Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, import_status)`
/// @par Completion
/// When the job has succeeded or ended otherwise, or a time limit has passed. `job_timeout` counts from the start of
/// this operation.
/// @par Errors
/// Those of all @ref operations (`invalid_request` with nothing sent if the job is empty), and
///   - `foreign_origin`: the job's link leads to another origin; nothing was sent;
///   - `job_failed`, `job_cancelled`, `job_partially_completed`: the job ended so at the service.
///     `diagnostics::status` has its errors;
///   - `job_not_found`: 404; `job_expired`: 410, or 404 after the job's `expires`;
///   - `job_timed_out`: `job_timeout` passed.
/// @par Cancellation
/// terminal, partial, total: completes at once. The client may close the connection in use. The job continues.
/// @par Executor
/// Completes on the associated executor of the token, else on that of the client; never inside the call.
/// @par Lifetime
/// The job is moved or copied. The client may be destroyed right after the call: see @ref operations.
/// @par Source
/// The product's "get import status" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto wait_for_import(const client& client, import_job job,
                     CompletionToken&& token = CompletionToken()) {
    return detail::initiate<import_status, &detail::start_with_import_job>(
        detail::client_state::engine_of(client), std::forward<CompletionToken>(token),
        detail::operation_kind::end_status, std::move(job));
}

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/import/impl/import_project.ipp>
#endif

#endif
