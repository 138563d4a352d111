#ifndef LANGEXPORT_DETAIL_POLICY_IMPL_EXPORT_STATE_IPP
#define LANGEXPORT_DETAIL_POLICY_IMPL_EXPORT_STATE_IPP

#include <langexport/detail/policy/export_state.hpp>

#include <algorithm>

namespace langexport {
inline namespace v0 {
namespace detail {

// One step of the state machine with all its inputs.
class machine_step {
public:
    machine_step(export_progress& progress, steady_time now, double random,
                 const poll_params& polling, const retry_params& retry) noexcept
        : progress_(progress), now_(now), random_(random), polling_(polling), retry_(retry) {}

    decision apply(const response_event& event) noexcept {
        const bool submits = progress_.next == request_kind::submission;
        if (submits)
            ++progress_.submits;
        if (progress_.next == request_kind::status)
            ++progress_.polls;
        // The operation is exactly one GET with a response of any kind.
        const bool any_response_ends = progress_.plan.kind == operation_kind::one_status;
        const steady_duration floor = event.retry_after.value_or(steady_duration::zero());
        switch (event.outcome.category) {
        case status_class::accepted:
            return accepted(event, floor);
        case status_class::redirected:
            if (++progress_.redirects <= most_redirects)
                return send_at(now_);
            return fail(event.outcome.code);
        case status_class::throttled:
            if (any_response_ends || ++progress_.throttled >= retry_.max_throttled)
                return fail(event.outcome.code);
            return wait(progress_.throttled, floor);
        case status_class::unavailable:
            return any_response_ends ? fail(event.outcome.code) : again(event.outcome.code, floor);
        case status_class::unconfirmed:
            // If the request was not sent to its end, the service cannot have executed it.
            if (submits && event.request_was_whole)
                return lost_submission(event.outcome.code, floor);
            return any_response_ends ? fail(event.outcome.code) : again(event.outcome.code, floor);
        case status_class::not_found:
            return not_found(event, floor);
        case status_class::rejected:
            break;
        }
        return fail(event.outcome.code);
    }

    decision apply(const failed_attempt& event) noexcept {
        if (progress_.next == request_kind::submission && event.may_have_arrived) {
            ++progress_.submits;
            // An unreadable response reports as little about the job as a missing one, but its error is more
            // specific.
            if (!is_worth_another_try(event.code)) {
                progress_.submission = submission_state::unconfirmed;
                return fail(event.code);
            }
            return lost_submission(event.code, steady_duration::zero());
        }
        if (event.connection_was_stale)
            return send_at(now_);
        if (event.is_permanent || (!is_worth_another_try(event.code) && !event.can_pass))
            return fail(event.code);
        return again(event.code, steady_duration::zero());
    }

private:
    decision send_at(steady_time due) const noexcept {
        return decision{action::send, due, errc::cancelled};
    }
    decision succeed() const noexcept { return decision{action::succeed, now_, errc::cancelled}; }
    decision fail(errc code) noexcept {
        ++progress_.failures;
        return decision{action::fail, now_, code};
    }

    decision wait(std::uint32_t times, steady_duration floor) noexcept {
        ++progress_.failures;
        progress_.redirects = 0; // the next attempt is a request of its own
        const steady_duration pause = backoff(retry_, times, random_);
        // A minimum that is equal for all clients needs a random part of its own.
        return send_at(round_up(now_ + floor + (floor > pause ? scaled(pause, 0.5) : pause)));
    }

    decision again(errc code, steady_duration floor) noexcept {
        if (++progress_.attempts >= retry_.max_attempts)
            return fail(code);
        return wait(progress_.attempts, floor);
    }

    // A submission was sent, and it is unknown whether the service received it.
    decision lost_submission(errc code, steady_duration floor) noexcept {
        progress_.submission = submission_state::unconfirmed;
        return progress_.plan.allow_duplicates ? again(code, floor)
                                               : fail(errc::submit_unconfirmed);
    }

    decision accepted(const response_event& event, steady_duration floor) noexcept {
        if (progress_.next == request_kind::result)
            return succeed(); // unless the sink fails, which counts as one more failure in a row
        progress_.attempts = 0;
        progress_.throttled = 0;
        progress_.redirects = 0;
        switch (progress_.next) {
        case request_kind::submission:
            progress_.submission = submission_state::confirmed;
            progress_.confirmed = now_;
            progress_.job_deadline = now_ + progress_.plan.job_timeout;
            if (progress_.plan.kind == operation_kind::job)
                return succeed();
            progress_.next = request_kind::status;
            return send_at(round_up(now_ + (std::max)(polling_.first, floor)));
        case request_kind::status:
            return on_status(event, floor);
        case request_kind::listing:
            return event.is_last ? succeed() : send_at(round_up(now_ + floor));
        case request_kind::result:
            break;
        }
        return succeed();
    }

    decision on_status(const response_event& event, steady_duration floor) noexcept {
        const job_status status = event.status;
        if (progress_.plan.kind == operation_kind::one_status)
            return succeed();
        if (!is_terminal(status))
            return poll_again(event, floor);
        progress_.job_deadline = (steady_time::max)();
        if (status == job_status::failed)
            return event.failed_in_passing ? submit_anew(floor) : fail(errc::job_failed);
        if (status == job_status::cancelled)
            return fail(errc::job_cancelled);
        if (status == job_status::partially_completed && !progress_.plan.accept_partial)
            return fail(errc::job_partially_completed);
        if (progress_.plan.kind == operation_kind::end_status)
            return succeed();
        if (event.no_result)
            return fail(*event.no_result);
        progress_.next = request_kind::result;
        return send_at(now_);
    }

    // The job and all that is known about it are discarded: a new one may succeed.
    decision submit_anew(steady_duration floor) noexcept {
        if (!progress_.plan.can_resubmit || progress_.resubmissions >= retry_.max_resubmissions)
            return fail(errc::job_failed);
        ++progress_.resubmissions;
        progress_.next = request_kind::submission;
        progress_.submission = submission_state::not_sent;
        return wait(progress_.resubmissions, floor);
    }

    decision poll_again(const response_event& event, steady_duration floor) noexcept {
        // The poll may have waited for the quota longer than the job was allowed to take: the job was polled at least
        // once.
        if (now_ >= progress_.job_deadline)
            return fail(errc::job_timed_out);
        const steady_duration wait =
            wait_before_poll(polling_, now_ - progress_.confirmed, event.supply, floor, random_);
        return send_at(round_up(now_ + wait, wait));
    }

    decision not_found(const response_event& event, steady_duration floor) noexcept {
        const bool polls = progress_.next == request_kind::status;
        if (polls && progress_.plan.kind != operation_kind::one_status && !event.job_has_expired &&
            now_ < progress_.confirmed + retry_.not_found_grace)
            return poll_again(event, floor);
        return fail(event.job_has_expired ? errc::job_expired : event.outcome.code);
    }

    export_progress& progress_;
    steady_time now_;
    double random_;
    const poll_params& polling_;
    const retry_params& retry_;
};

LANGEXPORT_DECL void export_state::admit(steady_time now, steady_duration time_limit,
                                         std::optional<steady_duration> job_age) noexcept {
    if (time_limit < (steady_time::max)() - now)
        progress_.deadline = now + time_limit;
    if (!job_age)
        return;
    progress_.submission = submission_state::confirmed;
    progress_.confirmed = now - (std::max)(*job_age, steady_duration::zero());
    // The time limit starts here, not at the 202: a job may be resumed days later.
    if (progress_.next == request_kind::status)
        progress_.job_deadline = now + progress_.plan.job_timeout;
}

LANGEXPORT_DECL decision export_state::on(const export_event& event, steady_time now, double random,
                                          const poll_params& polling,
                                          const retry_params& retry) noexcept {
    machine_step step(progress_, now, random, polling, retry);
    return std::visit([&](const auto& happened) { return step.apply(happened); }, event);
}

LANGEXPORT_DECL void export_state::on_credential_rejected(request_kind kind) noexcept {
    ++progress_.failures;
    if (kind == request_kind::submission)
        ++progress_.submits;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
