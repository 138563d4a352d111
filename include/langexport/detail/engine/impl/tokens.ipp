#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_TOKENS_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_TOKENS_IPP

#include <langexport/detail/engine/engine.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL bool engine::has_credential() const {
    return tokens_.is_ready(std::chrono::system_clock::now());
}

// Asks for a token if requests that are due need one now or soon.
LANGEXPORT_DECL void engine::request_token_if_needed() {
    if (scheduler_.empty())
        return;
    const steady_time now = steady_now();
    const steady_time asks_at = tokens_.asks_at(std::chrono::system_clock::now(), now);
    if (asks_at <= now)
        // A source may never answer: it keeps nothing of a client that is gone.
        tokens_.ask(base_, [to = weak_from_this(), as = tokens_.generation()](
                               std::exception_ptr error, access_token token) {
            if (const auto self = to.lock())
                self->on_strand([self, as, error, token] { self->on_token(as, error, token); });
        });
    else if (asks_at != (steady_time::max)())
        alarms_.set(asking_again_, asks_at);
    if (tokens_.is_asking() && !token_overdue_.is_set())
        alarms_.set(token_overdue_, round_up(now + params_.attempt_timeout));
}

LANGEXPORT_DECL void engine::on_token(std::uint32_t asked_as, const std::exception_ptr& error,
                                      const access_token& token) {
    const token_outcome outcome = tokens_.on_token(
        asked_as, error, token, std::chrono::system_clock::now(), steady_now(), random_.fraction());
    if (!outcome.is_current)
        return pump(); // asks the source of the new credential
    token_overdue_.clear();
    // While the old token holds, a failure of the source has no effect.
    if (outcome.failure && !has_credential())
        carry_out(charge(take_due(), *outcome.failure, false, tokens_.not_before()),
                  outcome.failure->code);
    pump();
    rest_if_idle();
}

// The source is not asked twice at a time, but nobody waits for it without an end: a request that has done
// so for an attempt's time has failed, also where the quota would not let it go yet. What the source gives
// later is good for those that come after.
LANGEXPORT_DECL void engine::token_is_overdue(steady_time now) {
    if (!tokens_.is_asking() || has_credential())
        return;
    std::vector<record_ptr> overdue;
    steady_time next = (steady_time::max)();
    for (const request_kind kind : every_request_kind)
        while (scheduled_request* oldest = scheduler_.oldest(kind)) {
            if (now - oldest->due < params_.attempt_timeout) {
                next = (std::min)(next, round_up(oldest->due + params_.attempt_timeout));
                break;
            }
            overdue.push_back(record_of(*oldest).self);
            leave_ready(*overdue.back());
        }
    alarms_.set(token_overdue_, next);
    const exchange_failure why{errc::credential_unavailable,
                               "the token source has not answered within the attempt_timeout",
                               make_error_code(asio::error::timed_out), nullptr};
    carry_out(charge(std::move(overdue), why, false, now), why.code);
}

// A 401 may be the secret's fault alone: with another one the same request is tried once more. The service
// did nothing for the first, so that holds for submissions, too.
LANGEXPORT_DECL bool engine::retry_with_other_credential(const connection& c, record& r) {
    if (c.x.reply.status != 401)
        return false;
    // What the caller has replaced meanwhile says nothing of the secrets that there are now.
    const bool was_replaced = tokens_.was_replaced(c.secret_shown);
    if (!was_replaced && (r.tried_other_secret || !tokens_.rejected(c.secret_shown)))
        return false;
    r.tried_other_secret = !was_replaced;
    ++r.progress.failures;
    if (c.kind == request_kind::submission)
        ++r.progress.submits;
    return true;
}

LANGEXPORT_DECL void engine::update_credential(credential proof) {
    on_strand([self = shared_from_this(), proof = std::move(proof)] {
        self->tokens_.replace(proof);
        self->token_overdue_.clear();
        const steady_time now = steady_now();
        for (record& r : self->pending_)
            if (r.lacked_secret && !r.is_waiting())
                self->queue(r, now);
        self->pump();
    });
}

// What a caller has mistaken for a name may be a secret: nothing of it is sent, told, or kept.
LANGEXPORT_DECL void engine::reject_secrets_in_request(record& r) const {
    const auto is_secret = [&](std::string_view text) { return tokens_.is_secret_in(text); };
    const bool is_sent = is_secret(r.target()) || (r.submission && is_secret(r.submission->body));
    if (!is_sent && !is_secret(r.project_name()) && !is_secret(r.job.operation_location()))
        return;
    auto shown = std::make_unique<submission_parts>();
    shown->project_name = notify_.redacted(r.project_name());
    r.submission = std::move(shown);
    r.job = export_job();
    r.forget_status();
    r.last_trouble = std::make_unique<trouble>();
    r.last_trouble->refused = errc::invalid_request;
    r.last_trouble->detail =
        "the project's name, or another value of the request or job, has a key or token of this "
        "client in it";
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
