#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_SHUTDOWN_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_SHUTDOWN_IPP

#include <langexport/detail/engine/engine_parts.hpp>
#include <langexport/detail/engine/shutdown.hpp>

#include <memory>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline bool is_drain(const export_operation& operation) noexcept {
    return operation.progress().plan.kind == operation_kind::drained;
}

inline void disown_calls(export_operation& operation) {
    if (operation.sink())
        operation.sink()->disown();
    if (source_runner* const source = operation.source())
        source->disown();
    if (function_runner* const functions = operation.functions())
        functions->disown();
}

LANGEXPORT_DECL void shutdown::begin_drain(const operation_ptr& drain, steady_duration time_limit) {
    is_draining_ = true;
    drain_waiters_.push_back(drain);
    ++parts_.counts.drains;
    parts_.timers.set(*drain, round_up(drain->started + time_limit));
    const auto unsent = parts_.operations.find([](const export_operation& o) {
        return !is_drain(o) && !o.active_connection &&
               o.progress().next == request_kind::submission &&
               o.progress().submission != submission_state::confirmed;
    });
    for (const operation_ptr& operation : unsent)
        end_by_drain(operation);
    end_drain_if_done();
}

LANGEXPORT_DECL void shutdown::end_by_drain(const operation_ptr& operation) {
    parts_.effects.adopt_early_job(*operation);
    const export_progress& progress = operation->progress();
    if (progress.submission == submission_state::confirmed)
        summary_.unfinished.push_back(operation->copy_of_job());
    else if (may_be_submitted(*operation))
        ++summary_.unconfirmed;
    else
        ++summary_.not_sent;
    parts_.completion.fail(operation, errc::client_closed);
}

LANGEXPORT_DECL void shutdown::end_all() {
    const auto all = parts_.operations.find([](const export_operation& o) { return !is_drain(o); });
    for (const operation_ptr& operation : all) {
        if (operation->is_committing)
            operation->must_not_retry = true;
        else
            end_by_drain(operation);
    }
    end_drain_if_done();
}

LANGEXPORT_DECL void shutdown::end_drain_if_done() {
    if (drain_waiters_.empty() || parts_.counts.pending.get() > drain_waiters_.size())
        return;
    is_closed_ = true;
    const drain_summary summary = std::exchange(summary_, drain_summary());
    for (const operation_ptr& drain : std::exchange(drain_waiters_, {})) {
        drain->result().drained = std::make_shared<drain_summary>(summary);
        --parts_.counts.drains;
        parts_.completion.complete(drain);
    }
    parts_.pool_cleaner.sweep(parts_.timers.now());
    release_if_idle();
}

LANGEXPORT_DECL void shutdown::close() {
    is_closed_ = true;
    end_all();
    // Only commits of sinks can be pending now, and they need no requests.
    parts_.assigner.leave_quota_queues();
    parts_.pool_cleaner.sweep(parts_.timers.now());
    release_if_idle();
}

LANGEXPORT_DECL void shutdown::on_context_destroyed() noexcept {
    is_shutting_down_ = is_closed_ = true;
    std::vector<operation_ptr> all = parts_.operations.take_awaiting_calls();
    for (const operation_ptr& pending :
         parts_.operations.find([](const export_operation&) { return true; })) {
        parts_.operations.remove(pending);
        all.push_back(pending);
    }
    drain_waiters_.clear();
    parts_.counts.drains.set(0);
    for (const auto& c : parts_.pool.all())
        c->late.group.reset();
    release_permits();
    // Clients on other execution contexts may wait behind this one.
    parts_.assigner.leave_quota_queues();
    // Destroying handlers may destroy their owners, and with them this client, which calls this class again. Therefore
    // it happens after everything else.
    for (const operation_ptr& operation : all) {
        if (operation->sink())
            operation->sink()->abandon();
        if (source_runner* const source = operation->source())
            source->abandon();
        if (function_runner* const functions = operation->functions())
            functions->abandon();
        operation->handler = nullptr;
        if (operation->group())
            operation->parts().group.reset();
    }
    parts_.opener->destroy_waiters();
    parts_.release_work();
}

// The quota may outlive this client, so the permits of requests in progress are released here.
LANGEXPORT_DECL void shutdown::release_permits() noexcept {
    const steady_time now = parts_.timers.now();
    for (const auto& c : parts_.pool.all())
        c->permit.release(now);
}

LANGEXPORT_DECL void shutdown::on_fork(bool is_child) {
    if (is_shutting_down_)
        return;
    parts_.opener->forked(is_child);
    if (is_child)
        leave_to_parent();
}

// Called within fork(), when no other code runs, so this needs no strand. Functions that were posted before the fork
// run later in both processes.
LANGEXPORT_DECL void shutdown::leave_to_parent() {
    ++forks_;
    parts_.random.draw_again();
    parts_.token_requester.on_fork();
    // The streams are dropped first, so that the following steps cannot send on the parent's connections.
    for (const auto& c : parts_.pool.all()) {
        c->late.group.reset();
        if (c->open_result.stream)
            c->open_result.stream->close();
    }
    const auto all = parts_.operations.find([](const export_operation& o) { return !is_drain(o); });
    for (const operation_ptr& operation : all)
        end_in_child(operation);
    // The running calls of these operations return in the parent only.
    for (const operation_ptr& operation : parts_.operations.take_awaiting_calls()) {
        disown_calls(*operation);
        parts_.completion.invoke_handler(operation);
    }
    for (const auto& c : parts_.pool.all()) {
        c->late.group.reset();
        if (c->doing != connection::activity::idle)
            c->cancel_work();
    }
    parts_.pool.close_idle(close_reason::client_closed, parts_.timers.now());
    end_drain_if_done();
    release_if_idle();
}

LANGEXPORT_DECL void shutdown::end_in_child(const operation_ptr& operation) {
    disown_calls(*operation);
    parts_.responses.note_failure(
        *operation, exchange_failure{errc::client_closed,
                                     "the process has forked; the operation continues in the "
                                     "parent process",
                                     {}});
    if (is_draining_)
        end_by_drain(operation);
    else
        parts_.completion.fail(operation, errc::client_closed);
}

LANGEXPORT_DECL void shutdown::release_if_idle() {
    if (parts_.operations.empty()) {
        parts_.release_work();
        for (const auto& c : parts_.pool.all()) {
            const bool is_unwanted = c->doing == connection::activity::busy &&
                                     c->exchange.is_abandoned &&
                                     c->kind != request_kind::submission;
            if (is_unwanted || c->doing == connection::activity::opening)
                c->cancel_work();
        }
        parts_.assigner.stop_timers();
        parts_.token_requester.stop_timers();
        parts_.pool_cleaner.stop_timer_if_idle();
    }
    parts_.timers.disarm_if_unused();
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
