#ifndef LANGEXPORT_CLIENT_HPP
#define LANGEXPORT_CLIENT_HPP

#include <langexport/client_params.hpp>
#include <langexport/client_stats.hpp>
#include <langexport/detail/operation/initiate.hpp>
#include <langexport/drain_summary.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <memory>
#include <utility>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

namespace detail {
class client_state;
class engine;
} // namespace detail

/// A client of one Language resource: a handle to connections, schedule and settings.
///
/// All operations are free functions that take a client (see export_project.hpp). Copies are cheap and
/// share everything; when the last one is gone, what still runs ends with errc::client_closed (jobs that
/// were submitted live on at the service). An idle client holds no work: `io_context::run()` returns.
///
/// No thread is started here. Host names are looked up on a thread of Asio's own, which is the one thing
/// that can neither be cancelled nor timed out for good: the end of the program may wait for it.
///
/// After a fork, call `notify_fork` of the execution context in both processes, as Asio asks for. The parent
/// continues undisturbed. In the child, every operation that had started ends with errc::client_closed as soon as
/// the context runs (its job, if any, is the parent's), and its sink is not called any more, not even to discard. A batch takes
/// nothing more there, and its checkpoint is not called either. All
/// connections are closed there, and nothing is sent on them. The client can then be used in both processes; they
/// share no connection, TLS session or request id, and each counts its own request quota.
///
/// Thread safety: a client can be shared and used by several threads at the same time, and the execution
/// context can be run by several. Distinct handles can be destroyed and assigned in different threads.
/// A client must not outlive the execution context of its executor.
class client {
public:
    /// @param executor  Where all of the client's work runs, on a strand of its own. Completion
    ///                  handlers that have no executor of their own run there, too.
    /// @param params    Copied. Later changes have no effect.
    /// @throws export_error (errc::invalid_configuration) if a field is out of its range or the file of
    ///         trusted certificates cannot be used; the message names the field.
    LANGEXPORT_DECL client(asio::any_io_executor executor, client_params params);

    // Moving copies: a handle without state would be one more way to fail.
    client(const client&) = default;
    client& operator=(const client&) = default;

    /// Uses another credential from now on; what is under way goes on. A request that was sent with the old
    /// one and met a 401 is sent again with the new one. Returns at once.
    LANGEXPORT_DECL void update_credential(credential proof);

    /// Has another observer told from now on, or none (null). Returns at once; the old one may still be
    /// told of what happens meanwhile.
    LANGEXPORT_DECL void set_observer(std::shared_ptr<observer> who);

    /// How it is doing: queues, budget, counts. A snapshot, cheap, from any thread at any time.
    LANGEXPORT_DECL client_stats stats() const;

    /// Brings everything to an end, and tells what is left: for a program that is to stop.
    ///
    /// Nothing is started any more: operations that begin from now on, and submissions that have not been
    /// sent, fail at once with errc::client_closed. What was submitted has `within` to end; what then
    /// still runs fails with errc::client_closed, its job in its error and in the summary. Afterwards
    /// the client is of no more use. It must not be given up while it is drained: that would cut it short.
    ///
    /// @param within  How long to wait for what runs; 0 or less: not at all. At most 366 days count.
    /// @param token   Completion token (default: asio::use_awaitable).
    /// @par Signature      void(std::exception_ptr, drain_summary)
    /// @par Completion     When nothing is under way any more: all operations have completed, or will as
    ///                     soon as their executors let them.
    /// @par Errors         None: the exception is null.
    /// @par Cancellation   terminal, partial, total: cuts the time short; the summary comes nevertheless.
    /// @par Executor       Completes on the token's associated executor, else the client's; never inside
    ///                     the call.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto drain(std::chrono::steady_clock::duration within,
               CompletionToken&& token = CompletionToken()) const;

    /// The executor that it was made with.
    LANGEXPORT_DECL asio::any_io_executor get_executor() const noexcept;

private:
    friend class detail::client_state;
    std::shared_ptr<const detail::client_state> state_;
};

namespace detail {

// Seen by every handle and by nothing else: when the last handle is gone, so is this, and the engine
// hears of it. Operations own the engine alone.
class client_state {
public:
    explicit client_state(std::shared_ptr<engine> owned) noexcept : engine_(std::move(owned)) {}
    client_state(const client_state&) = delete;
    client_state& operator=(const client_state&) = delete;
    LANGEXPORT_DECL ~client_state();

    static const std::shared_ptr<engine>& engine_of(const client& handle) noexcept {
        return handle.state_->engine_;
    }

private:
    std::shared_ptr<engine> engine_;
};

LANGEXPORT_DECL void start(const std::shared_ptr<engine>& on, operation_handler handler,
                           placed_aim aim, std::chrono::steady_clock::duration within);

} // namespace detail

template <class CompletionToken>
auto client::drain(std::chrono::steady_clock::duration within, CompletionToken&& token) const {
    return detail::initiate<drain_summary>(detail::client_state::engine_of(*this),
                                           std::forward<CompletionToken>(token),
                                           detail::goal::drained, within);
}

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/client.ipp>
#endif

#endif
