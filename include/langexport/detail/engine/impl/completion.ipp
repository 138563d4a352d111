#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_COMPLETION_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_COMPLETION_IPP

#include <langexport/detail/base/shortage.hpp>
#include <langexport/detail/engine/completion.hpp>
#include <langexport/detail/engine/engine_parts.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL void completion::succeed(const operation_ptr& operation) {
    export_operation& o = *operation;
    if (o.sink() && !o.is_committing)
        return commit(operation);
    const steady_time now = parts_.timers.now();
    parts_.shutdown.count_finished();
    parts_.notify.finished(o, now);
    operation_result& result = o.result();
    if (o.progress().plan.kind == operation_kind::projects)
        result.projects = std::move(o.listing()->projects);
    if (o.known_status())
        result.status = std::move(o.status());
    result.job = o.known_job();
    result.operation_id = o.id;
    result.submits = o.progress().submits;
    result.polls = o.progress().polls;
    result.queue_time = o.first_sent - o.started;
    result.run_time = now - o.first_sent;
    complete(operation);
}

LANGEXPORT_DECL void completion::fail(const operation_ptr& operation, errc code) {
    const operation_ptr keep = operation;
    parts_.effects.release_connection(*keep);
    const export_error error(make_error_code(code),
                             parts_.responses.describe(*keep, parts_.timers.now()));
    parts_.shutdown.count_failed(code);
    parts_.notify.failed(*keep, error);
    keep->result().error = std::make_exception_ptr(error);
    complete(keep);
}

LANGEXPORT_DECL void completion::complete(const operation_ptr& operation) {
    operation_ptr leaving = parts_.operations.remove(operation);
    if (function_runner* const functions = leaving->functions())
        functions->end();
    if (source_runner* const source = leaving->source())
        source->stop();
    if (!is_calling(*leaving))
        invoke_handler(std::move(leaving));
    else {
        parts_.operations.await_calls(leaving);
        await_calls(leaving);
    }
    parts_.shutdown.end_drain_if_done();
    parts_.shutdown.release_if_idle();
}

LANGEXPORT_DECL void completion::await_calls(const operation_ptr& leaving) {
    task_function then = [this, keep = parts_.keep_alive(), leaving] {
        if (is_calling(*leaving))
            return await_calls(leaving);
        parts_.operations.calls_have_returned(leaving);
        invoke_handler(leaving);
    };
    if (leaving->sink() && leaving->sink()->is_busy())
        leaving->sink()->when_free(std::move(then));
    else if (leaving->source() && leaving->source()->is_busy())
        leaving->source()->when_free(std::move(then));
    else
        leaving->functions()->when_free(std::move(then));
}

// If the commit succeeds, the result is stored, so the operation succeeds even if it was cancelled during the commit.
LANGEXPORT_DECL void completion::commit(const operation_ptr& operation) {
    operation->is_committing = true;
    operation->clear();
    operation->sink()->commit(
        [this, keep = parts_.keep_alive(), operation](const std::exception_ptr& thrown) {
            if (!thrown)
                return succeed(operation);
            on_commit_failed(operation, sink_failure(thrown));
        });
}

LANGEXPORT_DECL void completion::on_commit_failed(const operation_ptr& operation,
                                                  const exchange_failure& why) {
    operation->is_committing = false;
    const bool can_pass = is_shortage(why.cause) && !operation->must_not_retry;
    if (can_pass)
        parts_.pool_cleaner.make_room_for_file();
    decision next =
        parts_.responses.on_unsent(*operation, why, can_pass, parts_.moment(parts_.timers.now()));
    if (next.what == action::send)
        parts_.effects.schedule_retry(*operation, next, request_kind::result, errc::sink_failed);
    parts_.effects.execute(operation, next);
    // The connection is already idle, so it does not find the next request itself.
    parts_.assigner.assign_requests();
}

LANGEXPORT_DECL void completion::invoke_handler(operation_ptr operation) {
    // No call of the sink is running, and none may use the client from here on.
    if (operation->sink())
        operation->sink()->abandon();
    source_runner* const source = operation->source();
    if (source)
        source->abandon();
    function_runner* const functions = operation->functions();
    if (functions)
        functions->abandon();
    const asio::any_io_executor base = parts_.settings.executor;
    const asio::any_io_executor executor = operation->sink() ? operation->sink()->executor()
                                           : source          ? source->executor()
                                           : functions       ? functions->given().executor
                                                             : base;
    asio::post(executor, [leaving = std::move(operation), base]() mutable {
        if (leaving->sink())
            leaving->sink()->end(leaving->has_failed());
        if (source_runner* const read = leaving->source())
            read->end();
        if (function_runner* const called = leaving->functions())
            called->release();
        const auto work = std::move(leaving->parts().work);
        auto deliver = [leaving = std::move(leaving)] {
            auto handler = std::move(leaving->handler);
            // The handler may use the cancellation slot for its next operation, so the slot is cleared before.
            auto slot = asio::get_associated_cancellation_slot(handler);
            if (slot.is_connected())
                slot.clear();
            std::move(handler)(std::move(leaving->result()));
        };
        if (work)
            asio::dispatch(*work, std::move(deliver));
        else
            asio::dispatch(base, std::move(deliver));
    });
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
