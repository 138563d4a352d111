#ifndef LANGEXPORT_EXPORT_PROJECT_HPP
#define LANGEXPORT_EXPORT_PROJECT_HPP

#include <langexport/client.hpp>
#include <langexport/detail/operation/initiate.hpp>
#include <langexport/detail/operation/operation.hpp>
#include <langexport/error.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_request.hpp>
#include <langexport/export_status.hpp>
#include <langexport/exported_project.hpp>
#include <langexport/result_sink.hpp>
#include <langexport/version.hpp>

#include <boost/asio/use_awaitable.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace langexport {
inline namespace v0 {

namespace detail {

class operation_group;

// Starts an operation. Bad arguments are reported through the handler, like every other error.
LANGEXPORT_DECL void start_export(const std::shared_ptr<engine>& owner, operation_handler handler,
                                  bound_target target, const export_request& request);
LANGEXPORT_DECL void start_with_job(const std::shared_ptr<engine>& owner, operation_handler handler,
                                    bound_target target, const export_job& job);
LANGEXPORT_DECL void start_with_status(const std::shared_ptr<engine>& owner,
                                       operation_handler handler, bound_target target,
                                       const export_status& status);

// Starts an operation of a group, which continues `job`, or submits `request` if the job is empty. The deadlines and
// the priority are those of the request.
LANGEXPORT_DECL void start_in_group(const std::shared_ptr<engine>& owner, operation_handler handler,
                                    bound_target target, const export_request& request,
                                    const export_job& job, std::shared_ptr<operation_group> group);

#if !defined(LANGEXPORT_HEADER_ONLY)
extern template class awaited_start<exported_project, &start_export, export_request>;
extern template class awaited_start<export_status, &start_export, export_request>;
extern template class awaited_start<export_job, &start_export, export_request>;
extern template class awaited_start<export_status, &start_with_job, export_job>;
extern template class awaited_start<exported_project, &start_with_status, export_status>;
extern template class awaited_start<std::uint64_t, &start_with_status, export_status>;
#endif

template <class Result, auto Start, class Token, class Argument>
auto initiate(const client& owner, Token&& token, operation_target target, Argument&& argument) {
    return initiate<Result, Start>(client_state::engine_of(owner), std::forward<Token>(token),
                                   std::move(target), std::forward<Argument>(argument));
}

} // namespace detail

/// Exports a project: submits a job, waits until it ends, and returns its result.
///
/// The client polls the job as `client_params::polling` says. It repeats a submission only if the previous
/// attempt provably had no effect, or if the request allows duplicates.
///
/// @ingroup operations
/// @param client   The client that sends the requests.
/// @param request  What to export; see export_request for the ranges. Validated before anything is sent.
/// @param token    Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, exported_project)`
/// @par Completion
/// When the client has read the result, the job has ended otherwise, or a time limit has passed.
/// @par Errors
/// Those of all @ref operations (`invalid_request` with nothing sent if the request is not valid), and
///   - `project_not_found`: 404 or 410 to the submission;
///   - `submit_unconfirmed`: the submission was sent, but no response was received; a job may exist;
///   - `job_failed`, `job_cancelled`: the job ended so at the service;
///   - `job_partially_completed`: the job ended so, and `accept_partial` of the request, else of the client,
///     does not accept that;
///   - `job_not_found`: 404 to a status or result; `job_expired`: 410, or 404 after the job's `expires`;
///   - `job_timed_out`: `job_timeout` passed since the 202;
///   - `callback_failed`: `export_request::on_submitted` threw; `diagnostics::cause` holds the exception;
///   - `foreign_origin`: a link of the service leads to another origin; it was not followed;
///   - `unexpected_response`: also for a content encoding of the result;
///   - `malformed_response`: also for an empty result, a page of HTML, JSON without its end, and another
///     structure than the documented one: see `client_params::check_result_structure`;
///   - `response_too_large`: the result exceeds `client_params::max_result_size`.
/// @par Cancellation
/// terminal, partial: completes at once. total: the same until the first byte of the submission is sent, ignored
/// afterwards. The job continues at the service. The error carries it, or says that the submission is
/// unconfirmed; if the job is confirmed later, the observer receives a `submitted_event` with `is_late`. If a
/// function of the request is running, the operation completes after it.
/// @par Executor
/// Completes on the associated executor of the token, else on that of the client; never inside the call. The
/// functions of the request run there, too, never on the client's strand.
/// @par Lifetime
/// The request is copied. The client may be destroyed right after the call: see @ref operations.
/// @par Source
/// The product's "export project" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto export_project(const client& client, const export_request& request,
                    CompletionToken&& token = CompletionToken()) {
    return detail::initiate<exported_project, &detail::start_export>(
        client, std::forward<CompletionToken>(token), detail::operation_kind::document, request);
}

/// Exports a project into a sink: like export_project, but never holds the whole result in memory.
///
/// @ingroup operations
/// @param client   The client that sends the requests.
/// @param request  What to export; see export_request for the ranges. Validated before anything is sent.
/// @param sink     Receives the bytes, see result_sink; not null. Only this operation may use it until it
///                 completes.
/// @param token    Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, export_status)`
/// @par Completion
/// When the sink's `commit` has returned, the job has ended otherwise, or a time limit has passed; never
/// while a call to the sink is running.
/// @par Errors
/// Those of export_project, and
///   - `sink_failed`: the sink threw; `diagnostics::cause` holds the exception;
///   - `invalid_request`: also for a null sink;
///   - `response_too_large`: the result exceeds `client_params::max_streamed_size`.
///
/// If the operation fails, the sink's `discard` has been called.
/// @par Cancellation
/// As for export_project. If a call to the sink is running, the operation completes after it. After `commit`
/// was called, only its outcome counts.
/// @par Executor
/// Completes on the associated executor of the token, else on that of the client; never inside the call. The
/// sink is called there, too, never on the client's strand.
/// @par Lifetime
/// The request is copied. The sink is released before the handler is invoked. If the context is destroyed,
/// the sink is released without a further call. The client may be destroyed right after the call: see @ref
/// operations.
/// @par Source
/// The product's "export project" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto export_project_to(const client& client, const export_request& request,
                       std::shared_ptr<result_sink> sink,
                       CompletionToken&& token = CompletionToken()) {
    return detail::initiate<export_status, &detail::start_export>(
        client, std::forward<CompletionToken>(token), detail::operation_target(std::move(sink)),
        request);
}

/// Submits an export job and does not wait for it.
///
/// The job, or its token, is all that is needed to wait for it and fetch its result later or in another
/// process.
///
/// @ingroup operations
/// @param client   The client that sends the request.
/// @param request  What to export; see export_request for the ranges. Validated before anything is sent.
/// @param token    Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, export_job)`
/// @par Completion
/// When the service has accepted (202) or rejected the job, or a time limit has passed.
/// @par Errors
/// Those of all @ref operations (`invalid_request` with nothing sent if the request is not valid), and
///   - `project_not_found`: 404 or 410;
///   - `submit_unconfirmed`: the submission was sent, but no response was received; a job may exist;
///   - `callback_failed`: `export_request::on_submitted` threw; `diagnostics::cause` holds the exception;
///   - `foreign_origin`: the link to the job leads to another origin.
/// @par Cancellation
/// As for export_project.
/// @par Executor
/// Completes on the associated executor of the token, else on that of the client; never inside the call.
/// @par Lifetime
/// The request is copied. The client may be destroyed right after the call: see @ref operations.
/// @par Source
/// The product's "export project" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto submit_export(const client& client, const export_request& request,
                   CompletionToken&& token = CompletionToken()) {
    return detail::initiate<export_job, &detail::start_export>(
        client, std::forward<CompletionToken>(token), detail::operation_kind::job, request);
}

/// Requests the status of a job once.
///
/// The client repeats the request until it receives one response (see `retry_params`). It does not repeat a
/// request that received a response, even if that is a 429 or 503.
///
/// The request waits for the quota like any other, at full quota up to a minute. A page that shows what this
/// process exports should send no requests: `list_operations`, `export_request::on_update` and the observer report
/// the last known state of each export at once.
///
/// @ingroup operations
/// @param client  The client that sends the request. The job's link must lead to its origin.
/// @param job     The job; not empty.
/// @param token   Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, export_status)`
/// @par Completion
/// When the client has read the response. The status of a failed job is a result, not an error.
/// @par Errors
/// Those of all @ref operations (`invalid_request` with nothing sent if the job is empty), and
///   - `foreign_origin`: the job's link leads to another origin; nothing was sent;
///   - `job_not_found`: 404; `job_expired`: 410, or 404 after the job's `expires`.
/// @par Cancellation
/// terminal, partial, total: completes at once. The client may close the connection in use.
/// @par Executor
/// Completes on the associated executor of the token, else on that of the client; never inside the call.
/// @par Lifetime
/// The job is moved or copied. The client may be destroyed right after the call: see @ref operations.
/// @par Source
/// The product's "get export job status" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto get_export_status(const client& client, export_job job,
                       CompletionToken&& token = CompletionToken()) {
    return detail::initiate<export_status, &detail::start_with_job>(
        client, std::forward<CompletionToken>(token), detail::operation_kind::one_status,
        std::move(job));
}

/// Waits until a job has ended.
///
/// @ingroup operations
/// @param client  The client that sends the requests. The job's link must lead to its origin.
/// @param job     The job; not empty.
/// @param token   Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, export_status)`
/// @par Completion
/// When the job has succeeded (or partially, if that is accepted), has ended otherwise, or a time limit has
/// passed. `job_timeout` counts from the start of this operation.
/// @par Errors
/// Those of all @ref operations (`invalid_request` with nothing sent if the job is empty), and
///   - `foreign_origin`: the job's link leads to another origin. (The operation that fetches the result
///     checks the link of the result.);
///   - `job_failed`, `job_cancelled`: the job ended so at the service;
///   - `job_partially_completed`: the job ended so, and the client does not accept that.
///     `diagnostics::status` is the status from which the result can be fetched;
///   - `job_not_found`: 404; `job_expired`: 410, or 404 after the job's `expires`;
///   - `job_timed_out`: `job_timeout` passed.
/// @par Cancellation
/// terminal, partial, total: completes at once. The client may close the connection in use. The job
/// continues.
/// @par Executor
/// Completes on the associated executor of the token, else on that of the client; never inside the call.
/// @par Lifetime
/// The job is moved or copied. The client may be destroyed right after the call: see @ref operations.
/// @par Source
/// The product's "get export job status" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto wait_for_export(const client& client, export_job job,
                     CompletionToken&& token = CompletionToken()) {
    return detail::initiate<export_status, &detail::start_with_job>(
        client, std::forward<CompletionToken>(token), detail::operation_kind::end_status,
        std::move(job));
}

/// Fetches the result of a job that has ended.
///
/// @ingroup operations
/// @param client  The client that sends the request. The result's link must lead to its origin.
/// @param status  A status that has a `result_url`.
/// @param token   Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, exported_project)`
/// @par Completion
/// When the client has read the whole result. If the connection breaks, it fetches the result again.
/// @par Errors
/// Those of all @ref operations (`invalid_request` with nothing sent if there is no `result_url`), and
///   - `foreign_origin`: the result's link leads to another origin; nothing was sent;
///   - `job_not_found`: 404; `job_expired`: 410, or 404 after the job's `expires`;
///   - `response_too_large`: the result exceeds `client_params::max_result_size`;
///   - `unexpected_response`: also for a content encoding;
///   - `malformed_response`: also for an empty result, a page of HTML, JSON without its end, and another
///     structure than the documented one: see `client_params::check_result_structure`. If only the link is
///     known, the client accepts every form of the surface that its path names.
/// @par Cancellation
/// terminal, partial, total: completes at once. The client may close the connection in use.
/// @par Executor
/// Completes on the associated executor of the token, else on that of the client; never inside the call.
/// @par Lifetime
/// The status is moved or copied. The client may be destroyed right after the call: see @ref operations.
/// @par Source
/// The specification calls the link `resultUrl` and says no more.
template <class CompletionToken = asio::use_awaitable_t<>>
auto fetch_result(const client& client, export_status status,
                  CompletionToken&& token = CompletionToken()) {
    return detail::initiate<exported_project, &detail::start_with_status>(
        client, std::forward<CompletionToken>(token), detail::operation_kind::document,
        std::move(status));
}

/// Fetches the result of a job that has ended, into a sink.
///
/// @ingroup operations
/// @param client  The client that sends the request. The result's link must lead to its origin.
/// @param status  A status that has a `result_url`.
/// @param sink    Receives the bytes, see result_sink; not null. Only this operation may use it until it
///                completes.
/// @param token   Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, std::uint64_t)`: the size of the result in bytes.
/// @par Completion
/// When the sink's `commit` has returned. If the connection breaks, the client calls `discard` and fetches
/// the result again from its start.
/// @par Errors
/// Those of fetch_result, except that `response_too_large` is about `client_params::max_streamed_size`; also
///   - `sink_failed`: the sink threw; `diagnostics::cause` holds the exception;
///   - `invalid_request`: also for a null sink.
///
/// If the operation fails, the sink's `discard` has been called.
/// @par Cancellation
/// terminal, partial, total: completes at once, or when the running call to the sink has returned. After
/// `commit` was called, only its outcome counts.
/// @par Executor
/// As for export_project_to.
/// @par Lifetime
/// The status is moved or copied. The sink is released before the handler is invoked. If the context is
/// destroyed, the sink is released without a further call. The client may be destroyed right after the call:
/// see @ref operations.
/// @par Source
/// The specification calls the link `resultUrl` and says no more.
template <class CompletionToken = asio::use_awaitable_t<>>
auto fetch_result_to(const client& client, export_status status, std::shared_ptr<result_sink> sink,
                     CompletionToken&& token = CompletionToken()) {
    return detail::initiate<std::uint64_t, &detail::start_with_status>(
        client, std::forward<CompletionToken>(token), detail::operation_target(std::move(sink)),
        std::move(status));
}

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/export_project.ipp>
#endif

#endif
