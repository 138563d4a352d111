#ifndef LANGEXPORT_DETAIL_ENGINE_FUNCTION_RUNNER_HPP
#define LANGEXPORT_DETAIL_ENGINE_FUNCTION_RUNNER_HPP

#include <langexport/detail/engine/pending_update.hpp>
#include <langexport/detail/engine/user_calls.hpp>
#include <langexport/detail/policy/timer_queue.hpp>
#include <langexport/detail/policy/timer_service.hpp>
#include <langexport/detail/transport/byte_stream.hpp>
#include <langexport/export_job.hpp>
#include <langexport/request_functions.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

class engine;
class export_operation;
struct engine_parts;

// The functions of a request, and the executor that calls them.
struct request_functions {
    submitted_function on_submitted;
    update_function on_update;
    asio::any_io_executor executor; // the operation's executor; null if there are no functions

    bool empty() const noexcept { return !executor; }
};

// Calls the functions of one request on the operation's executor, one call at a time. Its members are used on the
// strand, unless their comments say otherwise.
class function_runner
    : public boost::intrusive_ref_counter<function_runner, boost::thread_safe_counter> {
public:
    using on_stored = std::function<void(std::exception_ptr)>;

    LANGEXPORT_DECL virtual ~function_runner();

    // Called before the operation starts. `home` is the executor of the client, `strand` its strand.
    LANGEXPORT_DECL void set_functions(request_functions functions, asio::any_io_executor home,
                                       strand_type strand);
    const request_functions& given() const noexcept { return functions_; }
    bool is_busy() const noexcept { return calls_.is_busy(); }
    // Whether `on_submitted` is running or waits for another call to return.
    bool is_storing() const noexcept { return static_cast<bool>(stored_); }

    // Called when the operation, which owns this object, is admitted to the engine with these parts.
    LANGEXPORT_DECL void begin(export_operation& operation, engine_parts& parts);

    // Calls `on_submitted`, which must not be empty, after the running call has returned. Then calls `then` on the
    // strand with the exception of the function; null if it threw none.
    LANGEXPORT_DECL void store(on_stored then);

    // Reports news of the operation. `fill` writes it into the update. `on_update` is called when the pause since its
    // last call is over.
    template <class Fill>
    void update(update_kind kind, Fill fill) {
        if (!operation_ || !functions_.on_update)
            return;
        fill(news_.add(kind));
        call_on_update(timers_->now());
    }

    // Called when the operation has ended. After this, no function is called. A running call of `on_submitted` is
    // cancelled, and its result has no effect.
    LANGEXPORT_DECL void end();
    // Calls `then` on the strand as soon as no call is running.
    void when_free(task_function then) { calls_.when_free(std::move(then)); }
    // Destroys the functions. Called on their executor, after the last call has returned.
    LANGEXPORT_DECL void release() noexcept;

    // Called in the child of a fork. The functions belong to the parent, so the child never calls them.
    LANGEXPORT_DECL void disown() noexcept;
    // After this, it calls no function and uses nothing of the client, whose execution context may be destroyed.
    LANGEXPORT_DECL void abandon() noexcept;

private:
    struct submitted_call;
    using call_ptr = std::shared_ptr<submitted_call>;

    void begin_call();
    void call_on_submitted();
    // Calls `on_update` if there is news and the pause is over. Otherwise, and during a download, sets the timer.
    void call_on_update(steady_time now);

    // These run on the operation's executor.
    void run_on_submitted(const call_ptr& call);
    void run_on_update(const export_update& update);
    void returned(std::exception_ptr error);

    void on_returned(const std::exception_ptr& error);

    request_functions functions_; // called and destroyed on their executor only

    user_calls calls_;

    bool is_disowned_ = false; // changes only in the child of a fork, which has one thread
    bool is_storing_ = false;  // the running call is one of `on_submitted`
    export_operation* operation_ = nullptr; // null before `begin` and after `end`
    engine_parts* parts_ = nullptr;
    timer_service* timers_ = nullptr;
    std::shared_ptr<engine> keep_; // keeps the engine alive during a call
    std::weak_ptr<submitted_call> call_;
    on_stored stored_;

    pending_update news_;
    member_timer<function_runner, &function_runner::call_on_update> update_timer_{*this};
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
