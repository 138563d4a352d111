#ifndef LANGEXPORT_DETAIL_ENGINE_FUNCTION_RUNNER_HPP
#define LANGEXPORT_DETAIL_ENGINE_FUNCTION_RUNNER_HPP

#include <langexport/detail/transport/byte_stream.hpp>
#include <langexport/export_job.hpp>
#include <langexport/submitted_function.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace langexport {
inline namespace v0 {
namespace detail {

// The functions of a request, and where they are called.
struct request_functions {
    submitted_function on_submitted;
    asio::any_io_executor executor; // of the operation
};

// Calls the functions of one request: one call at a time, on the operation's executor. Used on the strand, unless a
// member says otherwise.
class function_runner
    : public boost::intrusive_ref_counter<function_runner, boost::thread_safe_counter> {
public:
    using on_stored = std::function<void(std::exception_ptr)>;

    LANGEXPORT_DECL virtual ~function_runner();

    // Before the operation starts. `home` is the executor of the client, `strand` its strand.
    LANGEXPORT_DECL void set_functions(request_functions functions, asio::any_io_executor home,
                                       strand_type strand);
    bool has_functions() const noexcept { return static_cast<bool>(functions_.executor); }
    bool has_on_submitted() const noexcept { return static_cast<bool>(functions_.on_submitted); }
    const asio::any_io_executor& executor() const noexcept { return functions_.executor; }
    bool is_busy() const noexcept { return is_busy_; }

    // Calls `on_submitted`, which is not empty. Calls `then` on the strand with the exception of the function, if any.
    LANGEXPORT_DECL void store(const export_job& job, on_stored then);
    // The operation has ended. A running call is cancelled, and what it returns has no effect.
    LANGEXPORT_DECL void end();
    // On the strand, when the call that is running has returned.
    LANGEXPORT_DECL void when_free(task_function then);
    // Destroys the functions, on their executor, after the last call.
    LANGEXPORT_DECL void release() noexcept;

    // This is the child of a fork: the functions belong to the parent and are not called any more.
    LANGEXPORT_DECL void disown() noexcept;
    // Calls nothing any more, and uses nothing of the client: its context may be destroyed.
    LANGEXPORT_DECL void abandon() noexcept;

private:
    struct submitted_call;
    using call_ptr = std::shared_ptr<submitted_call>;

    boost::intrusive_ptr<function_runner> keep_alive() { return this; }
    void begin_call();
    void run(const call_ptr& call);          // on the operation's executor
    void returned(std::exception_ptr error); // on the operation's executor
    void on_returned(const std::exception_ptr& error);

    request_functions functions_; // called on their executor only

    // A call may return on another context while the client's context is destroyed.
    std::mutex mutex_;
    bool is_abandoned_ = false;

    std::optional<strand_type> strand_;
    asio::any_io_executor home_;
    asio::any_io_executor work_; // outstanding work of the client's context during a call

    bool is_disowned_ = false; // set while nothing runs
    bool is_busy_ = false;
    std::weak_ptr<submitted_call> call_;
    on_stored stored_;
    task_function free_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/function_runner.ipp>
#endif

#endif
