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

// The state of the calls of a sink, or of the functions of a request. User code runs outside the strand, one call at a
// time, and its end is posted to the strand. All members except `post` are used on the strand.
class user_calls {
public:
    // Called before the first call. `home` is the executor of the client, `strand` its strand.
    LANGEXPORT_DECL void open(asio::any_io_executor home, strand_type strand);

    bool is_busy() const noexcept { return is_busy_; }
    // Called before a call starts. The client's executor has outstanding work until `end`.
    LANGEXPORT_DECL void begin();
    // Posts a function to the strand. May be called from any thread. After `close`, it does nothing.
    LANGEXPORT_DECL void post(task_function function);
    // Called on the strand after the call has returned.
    LANGEXPORT_DECL void end() noexcept;

    // Calls `then` at once if no call is running. Otherwise keeps it for `run_waiting`.
    LANGEXPORT_DECL void when_free(task_function then);
    // Calls the function that waits for the end of a call. Returns whether there was one.
    LANGEXPORT_DECL bool run_waiting();

    // Called in the child of a fork, in which the running call never returns.
    void forget_call() noexcept { is_busy_ = false; }
    // After this, it posts nothing and uses nothing of the client, whose execution context may be destroyed. Destroys
    // the waiting function, which may own this object, without calling it.
    LANGEXPORT_DECL void close() noexcept;

private:
    // The mutex is needed because a call may return on another thread while the client's context is destroyed.
    std::mutex mutex_;
    bool is_closed_ = false;
    std::optional<strand_type> strand_;

    asio::any_io_executor home_;
    asio::any_io_executor work_; // holds outstanding work during a call
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
