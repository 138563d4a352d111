#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_FUNCTION_RUNNER_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_FUNCTION_RUNNER_IPP

#include <langexport/detail/engine/engine_parts.hpp>
#include <langexport/detail/engine/function_runner.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// One call of `on_submitted`. It runs on a strand of its own, because the operation's executor may have several threads
// and the cancellation must not run beside the call. Only the call owns that strand, because a strand must not outlive
// its execution context.
struct function_runner::submitted_call {
    submitted_call(const asio::any_io_executor& operation_executor, const export_job& stored_job)
        : executor(asio::make_strand(operation_executor)), job(stored_job) {}

    strand_type executor;
    asio::cancellation_signal signal;
    const export_job job;
    std::atomic<bool> is_cancelled = false;
    bool has_returned = false; // used on `executor` only
};

LANGEXPORT_DECL function_runner::~function_runner() = default;

LANGEXPORT_DECL void function_runner::set_functions(request_functions functions,
                                                    asio::any_io_executor home,
                                                    strand_type strand) {
    functions_ = std::move(functions);
    calls_.open(std::move(home), std::move(strand));
}

LANGEXPORT_DECL void function_runner::begin(export_operation& operation, engine_parts& parts) {
    operation_ = &operation;
    parts_ = &parts;
    timers_ = &parts.timers;
    if (!functions_.on_update)
        return;
    export_update& known = news_.known();
    known.operation_id = operation.id;
    known.tag = operation.tag();
    known.project_name = operation.project_name();
    known.job = operation.job();
}

LANGEXPORT_DECL void function_runner::store(on_stored then) {
    stored_ = std::move(then);
    if (!is_busy())
        call_on_submitted();
}

LANGEXPORT_DECL void function_runner::begin_call() {
    calls_.begin();
    keep_ = parts_->keep_alive();
}

LANGEXPORT_DECL void function_runner::call_on_submitted() {
    begin_call();
    is_storing_ = true;
    const auto call = std::make_shared<submitted_call>(functions_.executor, operation_->job());
    call_ = call;
    task_function start = [self = boost::intrusive_ptr<function_runner>(this), call] {
        self->run_on_submitted(call);
    };
    asio::post(call->executor, std::move(start));
}

LANGEXPORT_DECL void function_runner::run_on_submitted(const call_ptr& call) {
    if (is_disowned_)
        return;
    if (call->is_cancelled)
        return returned(nullptr);
    auto done = [self = boost::intrusive_ptr<function_runner>(this),
                 call](std::exception_ptr error) {
        call->has_returned = true;
        self->returned(std::move(error));
        // Keeps the signal until the coroutine is destroyed, which may use the signal until then.
        asio::post(call->executor, task_function([call] {}));
    };
    try {
        functions_.on_submitted.start(call->executor, call->signal.slot(), call->job,
                                      std::move(done));
    } catch (...) { // a function that is not a coroutine throws here
        call->has_returned = true;
        returned(std::current_exception());
    }
}

LANGEXPORT_DECL void function_runner::call_on_update(steady_time now) {
    if (is_busy() || !operation_)
        return;
    if (now < news_.next())
        return timers_->set(update_timer_, news_.next());
    const connection* const c = operation_->active_connection;
    const bool is_downloading = c && c->kind == request_kind::result;
    if (is_downloading)
        news_.read_download(c->exchange.response);
    if (!news_.has_news()) {
        if (is_downloading)
            timers_->set(update_timer_, round_up(now + update_interval));
        return;
    }
    begin_call();
    task_function start = [self = boost::intrusive_ptr<function_runner>(this),
                           update = std::make_shared<const export_update>(news_.report())] {
        self->run_on_update(*update);
    };
    asio::post(functions_.executor, std::move(start));
}

LANGEXPORT_DECL void function_runner::run_on_update(const export_update& update) {
    if (is_disowned_)
        return;
    try {
        functions_.on_update(update);
    } catch (...) {
        return returned(std::current_exception());
    }
    returned(nullptr);
}

LANGEXPORT_DECL void function_runner::returned(std::exception_ptr error) {
    task_function back = [self = boost::intrusive_ptr<function_runner>(this),
                          error = std::move(error)] { self->on_returned(error); };
    calls_.post(std::move(back));
}

LANGEXPORT_DECL void function_runner::on_returned(const std::exception_ptr& error) {
    const auto keep = std::exchange(keep_, nullptr);
    if (!keep)
        return; // the process has forked since the call returned, and this is the child
    calls_.end();
    const bool has_stored = std::exchange(is_storing_, false);
    const steady_time now = timers_->now();
    if (!has_stored)
        news_.on_reported(now);
    if (!has_stored && error)
        parts_->notify.update_failed(news_.known(), error);
    if (calls_.run_waiting())
        return;
    if (has_stored && stored_)
        std::exchange(stored_, nullptr)(error);
    else if (stored_)
        call_on_submitted();
    else
        call_on_update(now);
}

LANGEXPORT_DECL void function_runner::end() {
    operation_ = nullptr;
    stored_ = nullptr;
    update_timer_.clear();
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

LANGEXPORT_DECL void function_runner::release() noexcept {
    // In the child of a fork, the copy of a running coroutine may still refer to the function.
    if (is_disowned_)
        return;
    functions_.on_submitted = submitted_function();
    functions_.on_update = nullptr;
}

LANGEXPORT_DECL void function_runner::disown() noexcept {
    is_disowned_ = true;
    calls_.forget_call();
    abandon();
}

LANGEXPORT_DECL void function_runner::abandon() noexcept {
    operation_ = nullptr;
    update_timer_.clear();
    // Each of these may own the engine or this object, so they are destroyed at the end.
    const std::shared_ptr<engine> keep = std::exchange(keep_, nullptr);
    const on_stored stored = std::exchange(stored_, nullptr);
    calls_.close();
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
