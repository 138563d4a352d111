#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_EFFECT_EXECUTOR_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_EFFECT_EXECUTOR_IPP

#include <langexport/detail/base/shortage.hpp>
#include <langexport/detail/engine/effect_executor.hpp>
#include <langexport/detail/engine/engine_parts.hpp>
#include <langexport/detail/protocol/response_truncation.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The time limit for the rest of a response that no operation needs. If it passes, the connection is closed.
inline constexpr std::chrono::seconds longest_unwanted_rest{1};

inline sent_request request_on(connection& c) noexcept {
    return sent_request{c.kind, c.client_request_id, c.exchange};
}

inline void fail_if_truncated(exchange& x, request_kind kind) {
    if (x.failure)
        return;
    if (const auto where = describe_truncation(x.response, kind, x.is_secure))
        x.failure = exchange_failure{errc::response_truncated, *where, {}};
}

LANGEXPORT_DECL void effect_executor::on_exchange_done(connection& c) {
    const steady_time now = parts_.timers.now();
    c.last_used = now;
    const bool was_idle = std::exchange(c.was_used, true) || c.has_been_idle;
    c.has_been_idle = false;
    c.permit.release(now);
    fail_if_truncated(c.exchange, c.kind);
    ++c.exchanges;
    parts_.notify.exchanged(c, now);
    const bool was_last = !c.exchange.failure && !c.exchange.can_continue;
    disregard_failure(c.exchange, c.kind);
    if (const operation_ptr operation = std::move(c.active_operation)) {
        c.active_operation.reset();
        operation->active_connection = nullptr;
        if (c.kind == request_kind::result)
            parts_.assigner.download_ended();
        if (c.exchange.failure)
            on_attempt_failed(c, operation, was_idle, now);
        else if (retry_with_other_credential(c, *operation))
            execute(operation, decision{action::send, now, errc::unauthorized});
        else
            on_response(c, operation, now);
    } else if (c.kind == request_kind::submission)
        notify_late_submission(c);
    c.exchange.consumer.reset();
    c.exchange.source.reset();
    if (!c.exchange.can_continue)
        parts_.pool.close(c, was_last ? close_reason::after_response : close_reason::after_failure,
                          now);
}

LANGEXPORT_DECL void effect_executor::on_attempt_failed(connection& c,
                                                        const operation_ptr& operation,
                                                        bool was_idle, steady_time now) {
    const exchange_failure& why = *c.exchange.failure;
    const decision_moment at = parts_.moment(now);
    const bool connection_was_stale =
        was_idle && !c.exchange.response_began && why.code == errc::connection_failed;
    const bool was_rejected = why.code == errc::tls_failed;
    if (was_rejected)
        parts_.opener->rejected(c.open_result, why, at.now);
    const bool lacks_descriptor =
        (why.code == errc::sink_failed || why.code == errc::source_failed) &&
        is_shortage(why.cause);
    const bool can_pass = lacks_descriptor || (was_rejected && c.open_result.has_other_address);
    response_effects effects =
        parts_.responses.on_failure(*operation, request_on(c), connection_was_stale, can_pass, at);
    if (lacks_descriptor)
        parts_.pool_cleaner.make_room_for_file();
    if (effects.retry)
        schedule_retry(*operation, effects.next, c.kind, *effects.retry);
    execute(operation, effects.next);
}

LANGEXPORT_DECL void effect_executor::on_response(connection& c, const operation_ptr& operation,
                                                  steady_time now) {
    const decision_moment at = parts_.moment(now);
    response_effects effects =
        parts_.responses.on_response(*operation, request_on(c), parts_.quota.supply(at.now), at);
    const status_class category = effects.event.outcome.category;
    if (category == status_class::throttled)
        ++parts_.counts.throttled;
    if (category == status_class::unavailable)
        ++parts_.counts.unavailable;
    const auto pause = parts_.quota.apply_throttling(c.kind, c.permit.sent_at(), effects.event,
                                                     at.now, parts_.random.fraction());
    if (pause)
        parts_.notify.throttled(*operation, c.kind, c.exchange.response.status, *pause,
                                parts_.quota.usage(c.kind, at.now).rate);
    if (effects.has_new_job)
        notify_job(*operation, c.exchange.response.request_id);
    if (effects.must_close)
        c.exchange.can_continue = false;
    const decision& next = effects.next;
    const bool polls_again =
        next.what == action::send && happens_at(operation->progress(), next.at);
    if (effects.was_polled) {
        const export_progress& progress = operation->progress();
        if (is_terminal(effects.event.status) && progress.plan.kind != operation_kind::one_status)
            parts_.quota.job_ended(at.now - progress.confirmed);
        parts_.notify.polled(*operation, polls_again ? next.at - at.now : steady_duration::zero());
    }
    if (effects.warning)
        parts_.notify.warned(*operation, c.kind, *effects.warning);
    if (effects.has_succeeded) {
        parts_.retries.succeeded();
        parts_.tokens.accepted(c.secret_shown);
    }
    if (effects.retry)
        schedule_retry(*operation, effects.next, c.kind, *effects.retry);
    if (effects.is_resubmitted)
        schedule_retry(*operation, effects.next, request_kind::submission, errc::job_failed);
    function_runner* const functions = operation->functions();
    const bool stores = effects.has_new_job && functions && functions->given().on_submitted &&
                        next.what != action::fail &&
                        operation->progress().submission == submission_state::confirmed;
    if (stores)
        return store_job(operation, next);
    if (effects.has_new_job)
        parts_.notify.stored(*operation);
    execute(operation, next);
}

// Calls `on_submitted` and lets the operation wait for it. Meanwhile, only the operation's deadline can end it.
LANGEXPORT_DECL void effect_executor::store_job(const operation_ptr& operation,
                                                const decision& next) {
    const steady_time deadline = operation->progress().deadline;
    operation->due = (steady_time::max)();
    parts_.timers.set(*operation, deadline == (steady_time::max)() ? deadline : round_up(deadline));
    auto then = [this, keep = parts_.keep_alive(), operation, next,
                 began = parts_.timers.now()](const std::exception_ptr& thrown) {
        on_job_stored(operation, next, began, thrown);
    };
    operation->functions()->store(std::move(then));
}

LANGEXPORT_DECL void effect_executor::on_job_stored(const operation_ptr& operation, decision next,
                                                    steady_time began,
                                                    const std::exception_ptr& thrown) {
    const steady_time now = parts_.timers.now();
    if (thrown) {
        parts_.responses.note_failure(
            *operation,
            exchange_failure{
                errc::callback_failed, "on_submitted: " + message_of(thrown), {}, thrown});
        parts_.completion.fail(operation, errc::callback_failed);
    } else {
        parts_.notify.stored(*operation);
        operation->state.on_pause(now - began);
        next.at = (std::max)(next.at, now);
        execute(operation, next);
    }
    // The connection is already idle, so it does not find the next request itself.
    parts_.assigner.assign_requests();
}

LANGEXPORT_DECL void effect_executor::execute(const operation_ptr& operation,
                                              const decision& next) {
    switch (next.what) {
    case action::send:
        if (parts_.shutdown.is_draining() && operation->progress().next == request_kind::submission)
            return parts_.shutdown.end_by_drain(operation);
        return parts_.operations.schedule(*operation, next.at);
    case action::succeed:
        return parts_.completion.succeed(operation);
    case action::fail:
        return parts_.completion.fail(operation, next.code);
    }
}

LANGEXPORT_DECL void effect_executor::schedule_retry(const export_operation& operation,
                                                     decision& next, request_kind kind, errc why) {
    const steady_time now = parts_.timers.now();
    if (why != errc::throttled)
        next.at = parts_.retries.admit(now, next.at);
    parts_.notify.retried(operation, kind, why, next.at, now);
}

// How many tokens may expire before one request succeeds. Several tokens may expire while a request waits for the
// quota, and the service rejects each of them with 401.
inline constexpr unsigned most_expired_tokens = 6;

// After a 401, the request is sent once more with another credential, because a regenerated key or an expired token
// may be the reason. A service that responds with 401 has not processed the request, so this is safe for submissions.
LANGEXPORT_DECL bool effect_executor::retry_with_other_credential(const connection& c,
                                                                  export_operation& operation) {
    if (c.exchange.response.status != 401)
        return false;
    // If the credential was replaced while the request was in progress, the 401 does not concern the new credential.
    const bool was_replaced = parts_.tokens.was_replaced(c.secret_shown);
    const unsigned tried = operation.secrets_tried;
    const unsigned most = parts_.tokens.was_accepted(c.secret_shown) ? most_expired_tokens : 1;
    if (!was_replaced && (tried >= most || !parts_.tokens.rejected(c.secret_shown)))
        return false;
    static_assert(most_expired_tokens <= 7, "the counter has three bits");
    operation.secrets_tried = was_replaced ? 0 : (std::min)(tried + 1, most_expired_tokens) & 7;
    operation.state.on_credential_rejected(c.kind);
    return true;
}

LANGEXPORT_DECL void effect_executor::notify_job(const export_operation& operation,
                                                 const std::string& request_id) {
    parts_.notify.submitted(operation, request_id);
    if (operation.group())
        operation.group()->submitted(operation.job());
}

LANGEXPORT_DECL void effect_executor::adopt_early_job(export_operation& operation) {
    connection* const c = operation.active_connection;
    if (c &&
        parts_.responses.adopt_early_job(operation, request_on(*c), parts_.timers.system_now()))
        notify_job(operation, c->exchange.response.request_id);
}

// Reports the job of a submission whose operation ended before the response, to the observer and to the group.
LANGEXPORT_DECL void effect_executor::notify_late_submission(connection& c) {
    const late_submission late = std::exchange(c.late, late_submission());
    const auto job = parts_.responses.late_job(late.project_name, c.exchange,
                                               parts_.timers.system_now(), late.kind);
    if (!job)
        return;
    parts_.notify.submitted_late(late, *job, c.exchange.response.request_id);
    if (late.group)
        late.group->submitted(*job);
}

LANGEXPORT_DECL void effect_executor::release_connection(export_operation& operation) {
    adopt_early_job(operation);
    connection* const c = std::exchange(operation.active_connection, nullptr);
    if (!c)
        return;
    if (c->kind == request_kind::result)
        parts_.assigner.download_ended();
    c->exchange.is_abandoned = true;
    if (operation.sink())
        operation.sink()->detach_sink();
    if (operation.source())
        operation.source()->detach_source();
    if (c->exchange.is_uploading()) {
        // Without its end, the service does not execute the request.
        c->active_operation.reset();
        return c->cancel_work();
    }
    if (c->kind == request_kind::submission) {
        // The submission stays in progress, because its response may report a job.
        c->late = late_submission{operation.project_name(), operation.parts().group, operation.id,
                                  std::string(operation.tag()), operation.progress().plan.job};
        operation.state.leave_submission();
    }
    if (c->kind != request_kind::submission ||
        operation.progress().submission == submission_state::confirmed)
        c->begin_attempt(parts_.timers.now() + longest_unwanted_rest, errc::attempt_timeout);
    c->active_operation.reset();
}

LANGEXPORT_DECL void effect_executor::on_opening_failed(connection& c) {
    c.doing = connection::activity::starting;
    const exchange_failure& why = *c.open_result.failure;
    const steady_time now = parts_.timers.now();
    const std::size_t others = parts_.pool.number_open();
    if (is_shortage(why.cause) && others > 0) {
        // The requests can use the connections that are open, so this does not count as a failed attempt.
        parts_.planner.lacked_descriptor(others, true, now);
        ++parts_.counts.connections_failed;
        return;
    }
    parts_.planner.opening_failed(now, parts_.random.fraction());
    const steady_time not_before = parts_.planner.not_before();
    const bool holds_all_back = others == 0;
    const std::vector<unsent_operation> unsent = decide_unsent(
        holds_all_back ? take_due(due_set::as_quota_allows) : std::vector<operation_ptr>(), why,
        c.open_result.has_other_address, not_before);
    std::optional<steady_time> next;
    if (!holds_all_back && parts_.assigner.number_sendable() > 0)
        next = not_before;
    parts_.notify.opening_failed(why, parts_.planner.failures(), next_try(unsent, next), now);
    execute(unsent, why.code);
}

LANGEXPORT_DECL void effect_executor::on_token_failed(const exchange_failure& why,
                                                      steady_time not_before) {
    if (parts_.token_requester.has_credential())
        return on_token_failed(std::vector<operation_ptr>(), why, not_before);
    // A permanent failure also affects requests that wait for the quota: they would never receive a token.
    const export_error* const error = get_export_error(why.thrown);
    const bool is_permanent = error && error->diagnostics().is_permanent;
    on_token_failed(take_due(is_permanent ? due_set::all : due_set::as_quota_allows), why,
                    not_before);
}

LANGEXPORT_DECL void effect_executor::on_token_failed(std::vector<operation_ptr> operations,
                                                      const exchange_failure& why,
                                                      steady_time not_before) {
    const std::vector<unsent_operation> unsent =
        decide_unsent(std::move(operations), why, false, not_before);
    const bool has_token = parts_.token_requester.has_credential();
    std::optional<steady_time> next;
    if (has_token || !parts_.scheduler.empty()) // then further requests need a new token
        next = not_before;
    parts_.notify.token_failed(why, parts_.tokens.failures(), next_try(unsent, next), has_token,
                               parts_.timers.now());
    execute(unsent, why.code);
}

LANGEXPORT_DECL std::optional<steady_time>
effect_executor::next_try(const std::vector<unsent_operation>& all,
                          std::optional<steady_time> first) {
    for (const unsent_operation& one : all)
        if (one.will_be_sent())
            first = (std::min)(first.value_or(one.next.at), one.next.at);
    return first;
}

// Removes from the scheduler the operations that a failure of all requests affects: those whose requests the quota
// allows now. The others have not lost an attempt, because the quota holds them back.
LANGEXPORT_DECL std::vector<effect_executor::operation_ptr>
effect_executor::take_due(due_set wanted) {
    const steady_time now = parts_.timers.now();
    std::vector<operation_ptr> due;
    for (const request_kind kind : every_request_kind) {
        std::size_t most =
            wanted == due_set::all ? parts_.scheduler.size(kind) : parts_.quota.free(kind, now);
        for (; most > 0 && parts_.scheduler.size(kind) > 0; --most) {
            due.push_back(operation_of(*parts_.scheduler.first(kind)).self);
            parts_.operations.unschedule(*due.back());
        }
    }
    return due;
}

LANGEXPORT_DECL std::vector<effect_executor::unsent_operation>
effect_executor::decide_unsent(std::vector<operation_ptr> operations, const exchange_failure& why,
                               bool can_pass, steady_time not_before) {
    const steady_time now = parts_.timers.now();
    std::vector<unsent_operation> result;
    for (operation_ptr& operation : operations) {
        decision next = parts_.responses.on_unsent(*operation, why, can_pass, parts_.moment(now));
        next.at = (std::max)(next.at, not_before);
        operation->lacked_secret = why.code == errc::credential_unavailable;
        result.push_back({std::move(operation), next});
    }
    return result;
}

LANGEXPORT_DECL void effect_executor::execute(const std::vector<unsent_operation>& all, errc why) {
    const steady_time now = parts_.timers.now();
    for (const unsent_operation& one : all) {
        if (!one.operation->self)
            continue; // the completion of another operation has cancelled this one
        if (one.next.what == action::send)
            parts_.notify.retried(*one.operation, one.operation->progress().next, why, one.next.at,
                                  now);
        execute(one.operation, one.next);
    }
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
