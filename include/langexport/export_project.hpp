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

// Common to all operations of this header:
//
// - The default token is `asio::use_awaitable`: `co_await` them in any `asio::awaitable<T>`, also with
//   `||` and `&&`. Callbacks, `use_future`, `deferred`, `detached`, `as_tuple(...)` and (where Boost has
//   it, from 1.86 on) `cancel_after(...)` fit; `redirect_error` does not, because failures come as an
//   exception_ptr (read it with `get_export_error`, `code_of`).
// - Every failure is an `export_error`: see error.hpp for all codes. Beside those named below, each
//   operation reports the network's (resolve_failed … tls_failed, connection_failed), `unauthorized`,
//   `forbidden`, `throttled`, `service_unavailable` (after retries, see `retry_params`),
//   `unexpected_response`, `malformed_response`, `response_too_large`, `deadline_exceeded`,
//   `client_closed` and `queue_full`. Once there is a job, the error carries it.
// - Completion: on the token's associated executor, else on the client's; never inside the call.
// - Cancellation: terminal and partial end it at once, whatever it waits for. In a coroutine that was
//   cancelled the next `co_await` throws a plain system_error (a rule of Asio): call
//   `asio::this_coro::reset_cancellation_state` first if there is more to do. The answer to a
//   submission in the air is read even then, so the context has work for up to `attempt_timeout`.
// - Lifetime: arguments are copied. The client may be destroyed at once after the call; the
//   end of its last handle ends the operation with errc::client_closed.

namespace langexport {
inline namespace v0 {

namespace detail {

class record_group;

// Where operations begin; the arguments are checked, and bad ones reported, through the handler.
LANGEXPORT_DECL void start(const std::shared_ptr<engine>& on, operation_handler handler,
                           placed_aim aim, const export_request& request);
LANGEXPORT_DECL void start(const std::shared_ptr<engine>& on, operation_handler handler,
                           placed_aim aim, const export_job& job);
LANGEXPORT_DECL void start(const std::shared_ptr<engine>& on, operation_handler handler,
                           placed_aim aim, const export_status& status);

// One of a group: goes on with its job, if there is one, or submits its request; on the request's terms.
LANGEXPORT_DECL void start(const std::shared_ptr<engine>& on, operation_handler handler,
                           placed_aim aim, const export_request& request, const export_job& job,
                           std::shared_ptr<record_group> group);

template <class Result, class Token, class Argument>
auto initiate(const client& on, Token&& token, operation_aim aim, Argument argument) {
    return initiate<Result>(client_state::engine_of(on), std::forward<Token>(token), std::move(aim),
                            std::move(argument));
}

} // namespace detail

/// Exports a project: submits the job, waits until it has ended, and returns its result.
///
/// Waiting follows `client_params::polling`. A submission is repeated only when it provably did nothing.
///
/// @param client   Where to ask.
/// @param request  What to export. Checked before anything is sent.
/// @param token    Completion token (default: asio::use_awaitable).
/// @par Signature      void(std::exception_ptr, exported_project)
/// @par Completion     When the result was read, the job ended otherwise, or a time limit passed.
/// @par Errors         invalid_request (nothing was sent, or a 400), project_not_found (404), conflict
///                     (409), submit_unconfirmed (sent, but no answer: a job may exist), job_failed,
///                     job_cancelled (at the service), job_partially_completed (unless accepted),
///                     job_not_found, job_expired, job_timed_out, foreign_origin (a link leads
///                     elsewhere), response_truncated; and those common to all operations.
/// @par Cancellation   terminal, partial: at once. total: until the submission begins to leave; then ignored.
///                     The job itself is not cancelled (the service has no such call): the error has its
///                     token, or says that the submission is unconfirmed; then the observer is told of
///                     a job that turns up late.
/// @par Executor, Lifetime  See the head of this file.
/// @par Source         The product's "export project" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto export_project(const client& client, const export_request& request,
                    CompletionToken&& token = CompletionToken()) {
    return detail::initiate<exported_project>(client, std::forward<CompletionToken>(token),
                                              detail::goal::document, request);
}

/// Exports a project into a sink: as export_project, but the result is never in memory as a whole.
///
/// @param client   Where to ask.
/// @param request  What to export. Checked before anything is sent.
/// @param sink     Where the bytes go, see result_sink.hpp. Used by this operation alone until it completes.
/// @param token    Completion token (default: asio::use_awaitable).
/// @par Signature      void(std::exception_ptr, export_status)
/// @par Completion     When the sink's `commit` has returned, the job ended otherwise, or a time limit
///                     passed; never while a call to the sink is running.
/// @par Errors         As export_project, but response_too_large is about max_streamed_size; and
///                     sink_failed (what the sink threw is in `diagnostics::cause`), invalid_request also
///                     for a null sink. The sink's `discard` was called then.
/// @par Cancellation   As export_project; a call to the sink that is running is waited for. Once `commit`
///                     was called its outcome counts alone.
/// @par Executor       The sink is called on the token's associated executor, else on the client's, never
///                     on its strand. See the head of this file for all else.
/// @par Lifetime       The sink is released before the token is called. If the context is destroyed, it
///                     is released without a further call.
/// @par Source         The product's "export project" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto export_project_to(const client& client, const export_request& request,
                       std::shared_ptr<result_sink> sink,
                       CompletionToken&& token = CompletionToken()) {
    return detail::initiate<export_status>(client, std::forward<CompletionToken>(token),
                                           detail::operation_aim(std::move(sink)), request);
}

/// Submits an export job and leaves it to itself.
///
/// The job and its token are all that is needed to wait for it and fetch its result: later, elsewhere.
///
/// @param client   Where to submit.
/// @param request  What to export. Checked before anything is sent.
/// @param token    Completion token (default: asio::use_awaitable).
/// @par Signature      void(std::exception_ptr, export_job)
/// @par Completion     When the service accepted the job (202) or will not.
/// @par Errors         invalid_request, project_not_found, conflict, submit_unconfirmed, foreign_origin;
///                     and those common to all operations.
/// @par Cancellation   As for export_project.
/// @par Executor, Lifetime  See the head of this file.
/// @par Source         The product's "export project" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto submit_export(const client& client, const export_request& request,
                   CompletionToken&& token = CompletionToken()) {
    return detail::initiate<export_job>(client, std::forward<CompletionToken>(token),
                                        detail::goal::job, request);
}

/// Asks once how a job is doing.
///
/// Exactly one GET is answered: a request that got no answer is repeated (see `retry_params`), one that
/// was answered, be it with 429 or 503, is not.
///
/// @param client  Where to ask; the job's link must lead to its origin.
/// @param job     The job. Empty jobs are refused.
/// @param token   Completion token (default: asio::use_awaitable).
/// @par Signature      void(std::exception_ptr, export_status)
/// @par Completion     When the answer was read. A failed job is a good answer, no error.
/// @par Errors         invalid_request (empty job), foreign_origin (nothing was sent), job_not_found,
///                     job_expired; and those common to all operations.
/// @par Cancellation   terminal, partial, total: at once; the connection in use may be closed.
/// @par Executor, Lifetime  See the head of this file.
/// @par Source         The product's "get export job status" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto get_export_status(const client& client, export_job job,
                       CompletionToken&& token = CompletionToken()) {
    return detail::initiate<export_status>(client, std::forward<CompletionToken>(token),
                                           detail::goal::one_status, std::move(job));
}

/// Waits until a job has ended.
///
/// @param client  Where to ask; the job's link must lead to its origin.
/// @param job     The job. Empty jobs are refused.
/// @param token   Completion token (default: asio::use_awaitable).
/// @par Signature      void(std::exception_ptr, export_status)
/// @par Completion     When the job has succeeded (or partially, if accepted), ended otherwise, or a time
///                     limit passed. `job_timeout` counts from the start of this operation.
/// @par Errors         invalid_request (empty job), foreign_origin (the job's link; that of its result
///                     is looked at by whoever fetches it), job_failed, job_cancelled,
///                     job_partially_completed (its error's diagnostics have the status, from which the
///                     result can be fetched), job_not_found, job_expired, job_timed_out; and those
///                     common to all operations.
/// @par Cancellation   terminal, partial, total: at once; the connection in use may be closed. The job
///                     lives on.
/// @par Executor, Lifetime  See the head of this file.
/// @par Source         The product's "get export job status" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto wait_for_export(const client& client, export_job job,
                     CompletionToken&& token = CompletionToken()) {
    return detail::initiate<export_status>(client, std::forward<CompletionToken>(token),
                                           detail::goal::end_status, std::move(job));
}

/// Fetches the result of a job that has ended.
///
/// @param client  Where to ask; the result's link must lead to its origin.
/// @param status  A status that has a `result_url`.
/// @param token   Completion token (default: asio::use_awaitable).
/// @par Signature      void(std::exception_ptr, exported_project)
/// @par Completion     When the whole result was read. One that breaks off is fetched again.
/// @par Errors         invalid_request (no result_url), foreign_origin, job_not_found, job_expired,
///                     response_truncated, response_too_large (see max_result_size),
///                     unexpected_response (a content encoding), malformed_response (nothing, a page
///                     of HTML, JSON without its end, or another structure than is documented: see
///                     `client_params::check_result_structure`; if only the link is known, any form of
///                     the surface that its path names will do); and those common to all operations.
/// @par Cancellation   terminal, partial, total: at once; the connection in use may be closed.
/// @par Executor, Lifetime  See the head of this file.
/// @par Source         The specification calls the link `resultUrl` and says no more.
template <class CompletionToken = asio::use_awaitable_t<>>
auto fetch_result(const client& client, export_status status,
                  CompletionToken&& token = CompletionToken()) {
    return detail::initiate<exported_project>(client, std::forward<CompletionToken>(token),
                                              detail::goal::document, std::move(status));
}

/// Fetches the result of a job that has ended, into a sink.
///
/// @param client  Where to ask; the result's link must lead to its origin.
/// @param status  A status that has a `result_url`.
/// @param sink    Where the bytes go, see result_sink.hpp. Used by this operation alone until it completes.
/// @param token   Completion token (default: asio::use_awaitable).
/// @par Signature      void(std::exception_ptr, std::uint64_t): how many bytes there are.
/// @par Completion     When the sink's `commit` has returned. A result that breaks off is fetched again from
///                     its start, after `discard`.
/// @par Errors         As fetch_result, but response_too_large is about max_streamed_size; and sink_failed,
///                     invalid_request also for a null sink. The sink's `discard` was called then.
/// @par Cancellation   terminal, partial, total: at once, or when the call to the sink that is running has
///                     returned. Once `commit` was called its outcome counts alone.
/// @par Executor, Lifetime  As export_project_to.
/// @par Source         The specification calls the link `resultUrl` and says no more.
template <class CompletionToken = asio::use_awaitable_t<>>
auto fetch_result_to(const client& client, export_status status, std::shared_ptr<result_sink> sink,
                     CompletionToken&& token = CompletionToken()) {
    return detail::initiate<std::uint64_t>(client, std::forward<CompletionToken>(token),
                                           detail::operation_aim(std::move(sink)),
                                           std::move(status));
}

/// Goes on with a job that was submitted before, here or elsewhere: waits for it and fetches its result.
///
/// @param client  Where to ask; the job's link must lead to its origin.
/// @param job     The job, e.g. `export_job::from_token(token)`. Empty jobs are refused.
/// @param token   Completion token (default: asio::use_awaitable).
/// @par Signature      void(std::exception_ptr, exported_project)
/// @par Completion     When the result was read, the job ended otherwise, or a time limit passed.
///                     `job_timeout` counts from the start of this operation.
/// @par Errors         As wait_for_export and fetch_result.
/// @par Cancellation   terminal, partial, total: at once; the connection in use may be closed. The job
///                     lives on.
/// @par Executor, Lifetime  See the head of this file.
/// @par Source         The product's "get export job status" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto resume_export(const client& client, export_job job,
                   CompletionToken&& token = CompletionToken()) {
    return detail::initiate<exported_project>(client, std::forward<CompletionToken>(token),
                                              detail::goal::document, std::move(job));
}

/// Goes on with a job that was submitted before: waits for it and fetches its result into a sink.
///
/// @param client  Where to ask; the job's link must lead to its origin.
/// @param job     The job, e.g. `export_job::from_token(token)`. Empty jobs are refused.
/// @param sink    Where the bytes go, see result_sink.hpp. Used by this operation alone until it completes.
/// @param token   Completion token (default: asio::use_awaitable).
/// @par Signature      void(std::exception_ptr, export_status)
/// @par Completion     When the sink's `commit` has returned, the job ended otherwise, or a time limit
///                     passed. `job_timeout` counts from the start of this operation.
/// @par Errors         As wait_for_export and fetch_result_to.
/// @par Cancellation   As fetch_result_to. The job lives on.
/// @par Executor, Lifetime  As export_project_to.
/// @par Source         The product's "get export job status" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto resume_export_to(const client& client, export_job job, std::shared_ptr<result_sink> sink,
                      CompletionToken&& token = CompletionToken()) {
    return detail::initiate<export_status>(client, std::forward<CompletionToken>(token),
                                           detail::operation_aim(std::move(sink)), std::move(job));
}

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/export_project.ipp>
#endif

#endif
