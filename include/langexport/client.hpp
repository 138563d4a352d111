#ifndef LANGEXPORT_CLIENT_HPP
#define LANGEXPORT_CLIENT_HPP

#include <langexport/client_params.hpp>
#include <langexport/client_stats.hpp>
#include <langexport/detail/operation/initiate.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <concepts>
#include <memory>
#include <utility>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

namespace detail {
class client_state;
class engine;
} // namespace detail

/// @defgroup operations Operations
/// The rules of all operations.
///
/// An operation is a function template whose last parameter is a completion token. The description of each
/// operation has its special rules. These rules hold for all of them:
///
/// @par Completion token
/// The default is `asio::use_awaitable`: `co_await` the operation in any `asio::awaitable<T>`, also with `||`
/// and `&&`. Callbacks, `use_future`, `deferred`, `detached`, `as_tuple(...)` and, from Boost 1.86 on,
/// `cancel_after(...)` fit, too. `redirect_error` does not compile, because a failure is an `exception_ptr`:
/// read it with `get_export_error` or `code_of`.
///
/// @par Signature
/// `void(std::exception_ptr, Result)`. The pointer is null if the operation succeeds.
///
/// @par Completion
/// The handler is invoked once, and never inside the call. If the execution context is destroyed first, the
/// handler is destroyed without being invoked.
///
/// @par Errors
/// Every failure is an `export_error`, and its `diagnostics` hold what is known about it. As soon as there is
/// a job, the error carries it. The client retries transient failures; see `retry_params`. An operation that sends
/// requests can fail with these codes:
///   - `invalid_request`: an argument cannot be used and nothing was sent, or the service rejected the
///     request (400, 411, 413, 414, 415, 422, 431);
///   - `credential_unavailable`: the token source gave no token;
///   - `unauthorized` (401), `forbidden` (403), `conflict` (409);
///   - `throttled`: 429 more often than `retry_params::max_throttled` allows;
///   - `service_unavailable`: 408 or 5xx (except 501);
///   - `unexpected_response`: a response with any other status, such as 501 or a redirect;
///   - `malformed_response`: the response is not HTTP, not JSON, or has a field of the wrong type;
///   - `response_too_large`: the response exceeds a limit of `client_params`;
///   - `response_truncated`: the connection ended inside the response;
///   - `resolve_failed`, `resolve_timeout`, `connect_timeout`, `handshake_timeout`, `response_timeout`,
///     `read_timeout`, `attempt_timeout`, `connection_failed`, `tls_failed`: the network failed;
///   - `proxy_failed`: the proxy rejected its user and password, or the connection to the service;
///   - `deadline_exceeded`: the operation's deadline passed, queueing included;
///   - `client_closed`: the last handle of the client was destroyed, the client was drained, or the process
///     was forked;
///   - `queue_full`: `client_params::max_pending` operations are in progress;
///   - `asio::error::operation_aborted`: the caller cancelled the operation.
///
/// @par Cancellation
/// A cancelled operation completes at once, whatever it waits for. The job continues at the service, which
/// has no call to cancel it. If a submission is in flight, the client still reads the response, so that the
/// context has work for up to `client_params::attempt_timeout`. In a coroutine that was cancelled, the next
/// `co_await` throws a plain `system_error` (a rule of Asio): call
/// `asio::this_coro::reset_cancellation_state` first if there is more to do.
///
/// @par Executor
/// An operation completes on the associated executor of the token, else on that of the client.
///
/// @par Lifetime
/// Arguments are copied or moved. The client may be destroyed right after the call; when its last handle is
/// destroyed, the operation fails with `client_closed`.
///
/// @par Thread safety
/// Several threads may start operations on one client at the same time.

/// A client of one Language resource: a handle to connections, schedule and settings.
///
/// All @ref operations are free functions that take a client. Copies are cheap and share everything. When the
/// last copy is destroyed, operations in progress fail with errc::client_closed; jobs that were submitted
/// continue at the service. An idle client holds no work: `io_context::run()` returns.
///
/// The client starts no thread. Asio resolves host names on a thread of its own, which nothing can cancel or
/// limit in time: the end of the program may wait for it.
///
/// After a fork, call `notify_fork` of the execution context in both processes, as Asio requires. The parent
/// continues undisturbed. In the child, every operation that had started fails with errc::client_closed as
/// soon as the context runs. Its job, if any, belongs to the parent, and its sink is not called any more, not
/// even to discard. A batch takes nothing more from its range there and does not call its checkpoint. The
/// child closes all connections without sending anything on them. Both processes can use the client from then
/// on: they share no connection, TLS session or request id, and each counts its own request quota.
///
/// Thread safety: several threads may use one client at the same time, and several may run the execution
/// context. Distinct handles can be destroyed and assigned in different threads. A client must not outlive
/// the execution context of its executor.
class client {
public:
    /// @param executor  Runs all of the client's work, on a strand of its own. Completion handlers without an
    ///                  associated executor run there, too.
    /// @param params    Copied. Later changes have no effect.
    /// @throws export_error (errc::invalid_configuration) if a field is out of its range or the file of
    ///         trusted certificates cannot be used; the message names the field.
    LANGEXPORT_TEMPLATE_DECL client(asio::any_io_executor executor, client_params params);

    /// A client that works in an execution context: `io_context`, `thread_pool` or any other whose executor is an
    /// I/O executor.
    ///
    /// @param context  Must outlive the client.
    /// @param params   As above.
    /// @throws export_error As above.
    template <class ExecutionContext>
    requires std::derived_from<ExecutionContext, asio::execution_context>
    client(ExecutionContext& context, client_params params)
        : client(asio::any_io_executor(context.get_executor()), std::move(params)) {}

    // No move: a moved-from handle would be invalid.
    /// Another handle to the same client.
    client(const client&) = default;
    /// Becomes another handle to the same client.
    client& operator=(const client&) = default;

    /// Uses another credential from now on, without interrupting operations in progress. A request that was
    /// sent with the old one and received a 401 is sent again with the new one. Returns at once.
    LANGEXPORT_DECL void update_credential(credential new_credential);

    /// Replaces the observer; null removes it. Returns at once. Meanwhile the old observer may still receive
    /// events.
    LANGEXPORT_DECL void set_observer(std::shared_ptr<observer> next_observer);

    /// Queues, remaining quota and counts. A snapshot, cheap, from any thread at any time.
    LANGEXPORT_DECL client_stats stats() const;

    /// Shuts down gracefully and returns what is unfinished: for a program that is about to stop.
    ///
    /// New operations, and submissions that were not sent yet, fail at once with errc::client_closed. Jobs
    /// that were submitted get `within` to finish. What is still in progress then fails with
    /// errc::client_closed, and its job is in its error and in the summary. The client cannot be used
    /// afterwards. Keep the client alive until the drain completes: if the last handle is destroyed, the drain
    /// ends at once.
    ///
    /// @ingroup operations
    /// @param within  How long to wait for operations in progress; 0 or less: not at all. Longer than 366
    ///                days counts as 366 days.
    /// @param token   Completion token; default: `asio::use_awaitable`.
    /// @par Signature
    /// `void(std::exception_ptr, drain_summary)`
    /// @par Completion
    /// When no operation is in progress any more: all have completed, or complete as soon as their executors
    /// run.
    /// @par Errors
    /// None: the pointer is null.
    /// @par Cancellation
    /// terminal, partial, total: ends the waiting, as if `within` had passed. The operation still completes
    /// with its summary.
    /// @par Executor
    /// Completes on the associated executor of the token, else on that of the client; never inside the call.
    /// @par Lifetime
    /// See the rules of all @ref operations, except that the client must live until the completion.
    /// @par Source
    /// None: a drain sends no requests of its own.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto drain(std::chrono::steady_clock::duration within,
               CompletionToken&& token = CompletionToken()) const;

    /// The executor that was passed to the constructor.
    LANGEXPORT_DECL asio::any_io_executor get_executor() const noexcept;

private:
    friend class detail::client_state;
    explicit client(std::shared_ptr<const detail::client_state> state) noexcept
        : state_(std::move(state)) {}

    std::shared_ptr<const detail::client_state> state_;
};

namespace detail {

// Every handle shares it, and nothing else does: when the last handle is destroyed, its destructor posts the
// shutdown of the engine. Operations own the engine alone.
class client_state {
public:
    explicit client_state(std::shared_ptr<engine> owned) noexcept : engine_(std::move(owned)) {}
    client_state(const client_state&) = delete;
    client_state& operator=(const client_state&) = delete;
    LANGEXPORT_DECL ~client_state();

    static const std::shared_ptr<engine>& engine_of(const client& handle) noexcept {
        return handle.state_->engine_;
    }
    // Returns a handle to an existing engine.
    static client make_client(std::shared_ptr<engine> owned) {
        return client(std::make_shared<const client_state>(std::move(owned)));
    }

private:
    std::shared_ptr<engine> engine_;
};

LANGEXPORT_DECL void start_drain(const std::shared_ptr<engine>& owner, operation_handler handler,
                                 bound_target target, std::chrono::steady_clock::duration within);

#if !defined(LANGEXPORT_HEADER_ONLY)
extern template class awaited_start<drain_summary, &start_drain,
                                    std::chrono::steady_clock::duration>;
#endif

} // namespace detail

template <class CompletionToken>
auto client::drain(std::chrono::steady_clock::duration within, CompletionToken&& token) const {
    return detail::initiate<drain_summary, &detail::start_drain>(
        detail::client_state::engine_of(*this), std::forward<CompletionToken>(token),
        detail::operation_kind::drained, within);
}

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/client.ipp>
#endif

#endif
