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

// A job that exists, with the terms of its operation.
struct known_job {
    export_request request;
    export_job job;
};
LANGEXPORT_DECL void start_with_terms(const std::shared_ptr<engine>& owner,
                                      operation_handler handler, bound_target target,
                                      const known_job& known);

#if !defined(LANGEXPORT_HEADER_ONLY)
extern template class awaited_start<exported_project, &start_with_job, export_job>;
extern template class awaited_start<exported_project, &start_with_terms, known_job>;
extern template class awaited_start<export_status, &start_with_terms, known_job>;
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
/// Those of wait_for_export and fetch_result.
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
/// Those of wait_for_export and fetch_result_to.
/// @par Cancellation
/// As for fetch_result_to. The job continues.
/// @par Executor
/// As for export_project_to.
/// @par Lifetime
/// As for export_project_to.
/// @par Source
/// The product's "get export job status" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto resume_export_to(const client& client, export_job job, std::shared_ptr<result_sink> sink,
                      CompletionToken&& token = CompletionToken()) {
    return detail::initiate<export_status, &detail::start_with_job>(
        client, std::forward<CompletionToken>(token), detail::operation_target(std::move(sink)),
        std::move(job));
}

/// Resumes a job like the other resume_export, on the terms of a request: its time limits, priority,
/// `accept_partial`, `tag` and `on_update`, and the form that it expects of the result.
///
/// @ingroup operations
/// @param client  The client that sends the requests. The job's link must lead to its origin.
/// @param terms   The request that the job was submitted for, or one with other terms. Fields that only a
///                submission has are not used, and `on_submitted` is not called.
/// @param job     The job, e.g. `export_job::from_token(token)`; not empty.
/// @param token   Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, exported_project)`
/// @par Completion
/// As for the other resume_export.
/// @par Errors
/// As for the other resume_export, and `invalid_request` if the terms are not valid.
/// @par Cancellation
/// As for the other resume_export.
/// @par Executor
/// Completes on the associated executor of the token, else on that of the client; never inside the call.
/// `on_update` runs there, too.
/// @par Lifetime
/// As for the other resume_export.
/// @par Source
/// The product's "get export job status" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto resume_export(const client& client, export_request terms, export_job job,
                   CompletionToken&& token = CompletionToken()) {
    return detail::initiate<exported_project, &detail::start_with_terms>(
        client, std::forward<CompletionToken>(token), detail::operation_kind::document,
        detail::known_job{std::move(terms), std::move(job)});
}

/// Resumes a job into a sink like the other resume_export_to, on the terms of a request.
///
/// @ingroup operations
/// @param client  The client that sends the requests. The job's link must lead to its origin.
/// @param terms   As for resume_export with terms.
/// @param job     The job, e.g. `export_job::from_token(token)`; not empty.
/// @param sink    Receives the bytes, see result_sink; not null. Only this operation may use it until it
///                completes.
/// @param token   Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, export_status)`
/// @par Completion
/// As for the other resume_export_to.
/// @par Errors
/// As for the other resume_export_to, and `invalid_request` if the terms are not valid.
/// @par Cancellation
/// As for the other resume_export_to.
/// @par Executor
/// As for export_project_to.
/// @par Lifetime
/// As for export_project_to.
/// @par Source
/// The product's "get export job status" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto resume_export_to(const client& client, export_request terms, export_job job,
                      std::shared_ptr<result_sink> sink,
                      CompletionToken&& token = CompletionToken()) {
    return detail::initiate<export_status, &detail::start_with_terms>(
        client, std::forward<CompletionToken>(token), detail::operation_target(std::move(sink)),
        detail::known_job{std::move(terms), std::move(job)});
}

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/resume_export.ipp>
#endif

#endif
