#ifndef LANGEXPORT_RESUME_EXPORT_HPP
#define LANGEXPORT_RESUME_EXPORT_HPP

#include <langexport/client.hpp>
#include <langexport/detail/operation/initiate.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_project.hpp>
#include <langexport/export_request.hpp>
#include <langexport/export_status.hpp>
#include <langexport/exported_project.hpp>
#include <langexport/result_sink.hpp>
#include <langexport/version.hpp>

#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>

namespace langexport {
inline namespace v0 {

namespace detail {

// A job that exists, and the settings of its operation.
struct known_job {
    export_request request;
    export_job job;
};
LANGEXPORT_DECL void start_with_job_and_request(const std::shared_ptr<engine>& owner,
                                                operation_handler handler, bound_target target,
                                                const known_job& known);

#if !defined(LANGEXPORT_HEADER_ONLY)
extern template class awaited_start<exported_project, &start_with_job, export_job>;
extern template class awaited_start<exported_project, &start_with_job_and_request, known_job>;
extern template class awaited_start<export_status, &start_with_job_and_request, known_job>;
#endif

} // namespace detail

/// Resumes a job that was submitted before, here or elsewhere: waits for it and fetches its result.
///
/// @ingroup operations
/// @param client  The client that sends the requests. The job's link must lead to its origin.
/// @param job     The job, e.g. `export_job::from_token(token)`; not empty.
/// @param token   Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, exported_project)`
/// @par Completion
/// When the client has read the result, the job has ended otherwise, or a time limit has passed.
/// `job_timeout` counts from the start of this operation.
/// @par Errors
/// Those of all @ref operations (`invalid_request` with nothing sent if the job is empty), and
///   - `foreign_origin`: the link of the job or of its result leads to another origin; it was not followed;
///   - `job_failed`, `job_cancelled`: the job ended so at the service;
///   - `job_partially_completed`: the job ended so, and the client does not accept that;
///   - `job_not_found`: 404 to a status or result; `job_expired`: 410, or 404 after the job's `expires`;
///   - `job_timed_out`: `job_timeout` passed;
///   - `unexpected_response`: also for a content encoding of the result;
///   - `malformed_response`: also for an empty result, a page of HTML, JSON without its end, and another structure
///     than the documented one: see `client_params::check_result_structure`;
///   - `response_too_large`: the result exceeds `client_params::max_result_size`.
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
auto resume_export(const client& client, export_job job,
                   CompletionToken&& token = CompletionToken()) {
    return detail::initiate<exported_project, &detail::start_with_job>(
        client, std::forward<CompletionToken>(token), detail::operation_kind::document,
        std::move(job));
}

/// Resumes a job that was submitted before: waits for it and fetches its result into a sink.
///
/// @ingroup operations
/// @param client  The client that sends the requests. The job's link must lead to its origin.
/// @param job     The job, e.g. `export_job::from_token(token)`; not empty.
/// @param sink    Receives the bytes, see result_sink; not null. Only this operation may use it until it
///                completes.
/// @param token   Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, export_status)`
/// @par Completion
/// When the sink's `commit` has returned, the job has ended otherwise, or a time limit has passed.
/// `job_timeout` counts from the start of this operation.
/// @par Errors
/// Those of all @ref operations (`invalid_request` with nothing sent if the job is empty or the sink is null), and
///   - `foreign_origin`: the link of the job or of its result leads to another origin; it was not followed;
///   - `job_failed`, `job_cancelled`: the job ended so at the service;
///   - `job_partially_completed`: the job ended so, and the client does not accept that;
///   - `job_not_found`: 404 to a status or result; `job_expired`: 410, or 404 after the job's `expires`;
///   - `job_timed_out`: `job_timeout` passed;
///   - `unexpected_response`: also for a content encoding of the result;
///   - `malformed_response`: also for an empty result, a page of HTML, JSON without its end, and another structure
///     than the documented one: see `client_params::check_result_structure`;
///   - `response_too_large`: the result exceeds `client_params::max_streamed_size`;
///   - `sink_failed`: the sink threw; `diagnostics::cause` holds the exception.
///
/// If the operation fails, the sink's `discard` has been called.
/// @par Cancellation
/// terminal, partial, total: completes at once, or when the running call to the sink has returned. After `commit` was
/// called, only its outcome counts. The job continues.
/// @par Executor
/// Completes on the associated executor of the token, else on that of the client; never inside the call. The sink is
/// called there, too, never on the client's strand.
/// @par Lifetime
/// Arguments are moved or copied. The sink is released before the handler is invoked. If the context is destroyed, the
/// sink is released without a further call. The client may be destroyed right after the call: see @ref operations.
/// @par Source
/// The product's "get export job status" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto resume_export_to(const client& client, export_job job, std::shared_ptr<result_sink> sink,
                      CompletionToken&& token = CompletionToken()) {
    return detail::initiate<export_status, &detail::start_with_job>(
        client, std::forward<CompletionToken>(token), detail::operation_target(std::move(sink)),
        std::move(job));
}

/// Resumes a job with the settings of a request: `deadline`, `job_timeout`, `priority`, `accept_partial`, `tag` and
/// `on_update`. Its `surface` and `format` say which structure the result must have.
///
/// @ingroup operations
/// @param client  The client that sends the requests. The job's link must lead to its origin.
/// @param request  The request that the job was submitted for, or one with other settings. Fields that only a
///                 submission has are not used, and `on_submitted` is not called.
/// @param job     The job, e.g. `export_job::from_token(token)`; not empty.
/// @param token   Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, exported_project)`
/// @par Completion
/// When the client has read the result, the job has ended otherwise, or a time limit has passed.
/// `job_timeout` counts from the start of this operation.
/// @par Errors
/// Those of all @ref operations (`invalid_request` with nothing sent if the job is empty or a setting is not
/// valid), and
///   - `foreign_origin`: the link of the job or of its result leads to another origin; it was not followed;
///   - `job_failed`, `job_cancelled`: the job ended so at the service;
///   - `job_partially_completed`: the job ended so, and `accept_partial` of the request, else of the client,
///     does not accept that;
///   - `job_not_found`: 404 to a status or result; `job_expired`: 410, or 404 after the job's `expires`;
///   - `job_timed_out`: `job_timeout` passed;
///   - `unexpected_response`: also for a content encoding of the result;
///   - `malformed_response`: also for an empty result, a page of HTML, JSON without its end, and another structure
///     than the documented one: see `client_params::check_result_structure`;
///   - `response_too_large`: the result exceeds `client_params::max_result_size`.
/// @par Cancellation
/// terminal, partial, total: completes at once, or when the running call of `on_update` has returned. The client may
/// close the connection in use. The job continues.
/// @par Executor
/// Completes on the associated executor of the token, else on that of the client; never inside the call.
/// `on_update` runs there, too.
/// @par Lifetime
/// Arguments are moved or copied. The client may be destroyed right after the call: see @ref operations.
/// @par Source
/// The product's "get export job status" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto resume_export(const client& client, export_request request, export_job job,
                   CompletionToken&& token = CompletionToken()) {
    return detail::initiate<exported_project, &detail::start_with_job_and_request>(
        client, std::forward<CompletionToken>(token), detail::operation_kind::document,
        detail::known_job{std::move(request), std::move(job)});
}

/// Resumes a job into a sink with the settings of a request: `deadline`, `job_timeout`, `priority`,
/// `accept_partial`, `tag` and `on_update`. Its `surface` and `format` say which structure the result must have.
///
/// @ingroup operations
/// @param client  The client that sends the requests. The job's link must lead to its origin.
/// @param request  The request that the job was submitted for, or one with other settings. Fields that only a
///                 submission has are not used, and `on_submitted` is not called.
/// @param job     The job, e.g. `export_job::from_token(token)`; not empty.
/// @param sink    Receives the bytes, see result_sink; not null. Only this operation may use it until it
///                completes.
/// @param token   Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, export_status)`
/// @par Completion
/// When the sink's `commit` has returned, the job has ended otherwise, or a time limit has passed.
/// `job_timeout` counts from the start of this operation.
/// @par Errors
/// Those of all @ref operations (`invalid_request` with nothing sent if the job is empty, the sink is null or a setting
/// is not valid), and
///   - `foreign_origin`: the link of the job or of its result leads to another origin; it was not followed;
///   - `job_failed`, `job_cancelled`: the job ended so at the service;
///   - `job_partially_completed`: the job ended so, and `accept_partial` of the request, else of the client,
///     does not accept that;
///   - `job_not_found`: 404 to a status or result; `job_expired`: 410, or 404 after the job's `expires`;
///   - `job_timed_out`: `job_timeout` passed;
///   - `unexpected_response`: also for a content encoding of the result;
///   - `malformed_response`: also for an empty result, a page of HTML, JSON without its end, and another structure
///     than the documented one: see `client_params::check_result_structure`;
///   - `response_too_large`: the result exceeds `client_params::max_streamed_size`;
///   - `sink_failed`: the sink threw; `diagnostics::cause` holds the exception.
///
/// If the operation fails, the sink's `discard` has been called.
/// @par Cancellation
/// terminal, partial, total: completes at once, or when the running call to the sink or of `on_update` has returned.
/// After `commit` was called, only its outcome counts. The job continues.
/// @par Executor
/// Completes on the associated executor of the token, else on that of the client; never inside the call. The sink and
/// `on_update` are called there, too, never on the client's strand.
/// @par Lifetime
/// Arguments are moved or copied. The sink is released before the handler is invoked. If the context is destroyed, the
/// sink is released without a further call. The client may be destroyed right after the call: see @ref operations.
/// @par Source
/// The product's "get export job status" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto resume_export_to(const client& client, export_request request, export_job job,
                      std::shared_ptr<result_sink> sink,
                      CompletionToken&& token = CompletionToken()) {
    return detail::initiate<export_status, &detail::start_with_job_and_request>(
        client, std::forward<CompletionToken>(token), detail::operation_target(std::move(sink)),
        detail::known_job{std::move(request), std::move(job)});
}

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/resume_export.ipp>
#endif

#endif
