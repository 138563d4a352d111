#ifndef LANGEXPORT_DETAIL_ENGINE_USER_CALLS_HPP
#define LANGEXPORT_DETAIL_ENGINE_USER_CALLS_HPP

#include <langexport/detail/transport/byte_stream.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <mutex>
#include <optional>

namespace langexport {
inline namespace v0 {
namespace detail {

// The calls of a sink, or of the functions of a request: one at a time, outside the strand. Posts the end of a call to
// the strand. Used on the strand, except `post`.
class user_calls {
public:
    // Before the first call. `home` is the executor of the client, `strand` its strand.
    LANGEXPORT_DECL void open(asio::any_io_executor home, strand_type strand);

    bool is_busy() const noexcept { return is_busy_; }
    // A call starts. The client's context has outstanding work until the call has returned.
    LANGEXPORT_DECL void begin();
    // Posts to the strand, from any thread. Does nothing after `close`.
    LANGEXPORT_DECL void post(task_function function);
    // The call has returned.
    LANGEXPORT_DECL void end() noexcept;

    // Calls `then` when the call that is running has returned and `run_waiting` is called; at once if none is running.
    LANGEXPORT_DECL void when_free(task_function then);
    // Calls the waiting function. Returns whether there was one.
    LANGEXPORT_DECL bool run_waiting();

    // In the child of a fork, the running call never returns.
    void forget_call() noexcept { is_busy_ = false; }
    // Posts nothing any more, and uses nothing of the client: its context may be destroyed. Destroys the waiting
    // function, which may own this, without calling it.
    LANGEXPORT_DECL void close() noexcept;

private:
    // A call may return on another context while the client's context is destroyed.
    std::mutex mutex_;
    bool is_closed_ = false;
    std::optional<strand_type> strand_;

    asio::any_io_executor home_;
    asio::any_io_executor work_; // during a call
    bool is_busy_ = false;
    task_function waiting_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/user_calls.ipp>
#endif

#endif
