#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_FUNCTION_RUNNER_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_FUNCTION_RUNNER_IPP

#include <langexport/detail/engine/function_runner.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

#include <atomic>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// One call of `on_submitted`. The strand protects its cancellation: the operation's executor may have several threads.
// The call alone owns that strand, which must not outlive the execution context of the operation.
struct function_runner::submitted_call {
    submitted_call(const asio::any_io_executor& on, const export_job& of)
        : executor(asio::make_strand(on)), job(of) {}

    strand_type executor;
    asio::cancellation_signal signal;
    const export_job job;
    std::atomic<bool> is_cancelled = false;
    bool has_returned = false; // on `executor`
};

LANGEXPORT_DECL function_runner::~function_runner() = default;

LANGEXPORT_DECL void function_runner::set_functions(request_functions functions,
                                                    asio::any_io_executor home,
                                                    strand_type strand) {
    functions_ = std::move(functions);
    home_ = std::move(home);
    strand_.emplace(std::move(strand));
}

LANGEXPORT_DECL void function_runner::store(const export_job& job, on_stored then) {
    stored_ = std::move(then);
    begin_call();
    const auto call = std::make_shared<submitted_call>(functions_.executor, job);
    call_ = call;
    task_function start = [self = keep_alive(), call] { self->run(call); };
    asio::post(call->executor, std::move(start));
}

LANGEXPORT_DECL void function_runner::begin_call() {
    is_busy_ = true;
    work_ = asio::prefer(home_, asio::execution::outstanding_work.tracked);
}

LANGEXPORT_DECL void function_runner::run(const call_ptr& call) {
    if (is_disowned_)
        return;
    if (call->is_cancelled)
        return returned(nullptr);
    auto done = [self = keep_alive(), call](std::exception_ptr error) {
        call->has_returned = true;
        self->returned(std::move(error));
        // The coroutine, which may refer to the signal until it is destroyed, is destroyed first.
        asio::post(call->executor, task_function([call] {}));
    };
    try {
        functions_.on_submitted.start(call->executor, call->signal.slot(), call->job,
                                      std::move(done));
    } catch (...) { // by a function that is no coroutine
        call->has_returned = true;
        returned(std::current_exception());
    }
}

LANGEXPORT_DECL void function_runner::returned(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (is_abandoned_)
        return;
    task_function back = [self = keep_alive(), error = std::move(error)] {
        self->on_returned(error);
    };
    asio::post(*strand_, std::move(back));
}

LANGEXPORT_DECL void function_runner::on_returned(const std::exception_ptr& error) {
    is_busy_ = false;
    work_ = asio::any_io_executor();
    if (stored_)
        std::exchange(stored_, nullptr)(error);
    else if (free_)
        std::exchange(free_, nullptr)();
}

LANGEXPORT_DECL void function_runner::end() {
    stored_ = nullptr;
    const call_ptr call = call_.lock();
    if (!call || is_disowned_)
        return;
    call->is_cancelled = true;
    task_function cancel = [call] {
        if (!call->has_returned)
            call->signal.emit(asio::cancellation_type::terminal);
    };
    asio::post(call->executor, std::move(cancel));
}

LANGEXPORT_DECL void function_runner::when_free(task_function then) {
    if (is_busy_)
        free_ = std::move(then);
    else
        then();
}

LANGEXPORT_DECL void function_runner::release() noexcept {
    // In the child of a fork, a coroutine of the parent may still refer to its function.
    if (!is_disowned_)
        functions_.on_submitted = submitted_function();
}

LANGEXPORT_DECL void function_runner::disown() noexcept {
    is_disowned_ = true;
    is_busy_ = false;
    abandon();
}

LANGEXPORT_DECL void function_runner::abandon() noexcept {
    on_stored stored;
    task_function free;
    {
        const std::lock_guard lock(mutex_);
        is_abandoned_ = true;
        stored.swap(stored_);
        free.swap(free_);
        strand_.reset();
        home_ = work_ = asio::any_io_executor();
    }
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
