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

LANGEXPORT_DECL bool engine::has_secret() const {
    return authorization_.is_ready(std::chrono::system_clock::now());
}

// Asks for a token if requests need one now or will soon, and nobody was asked yet.
LANGEXPORT_DECL void engine::see_to_token() {
    const bool is_wanted_now = std::any_of(ready_.begin(), ready_.end(),
                                           [](const ready_queue& kind) { return !kind.empty(); });
    if (!is_wanted_now)
        return;
    const bool should_ask = authorization_.wants_token(std::chrono::system_clock::now());
    if (should_ask && steady_now() < no_asking_before_)
        alarms_.set(asking_again_, no_asking_before_);
    else if (should_ask)
        // A source may never answer: it keeps nothing of a client that is gone.
        authorization_.ask(base_, [to = weak_from_this(), as = authorization_.generation()](
                                      std::exception_ptr error, access_token token) {
            if (const auto self = to.lock())
                self->on_strand([self, as, error, token] { self->token_came(as, error, token); });
        });
    if (authorization_.is_asking() && !token_overdue_.is_set())
        alarms_.set(token_overdue_, round_up(steady_now() + params_.attempt_timeout));
}

LANGEXPORT_DECL void engine::token_came(std::uint32_t asked_as, const std::exception_ptr& error,
                                        const access_token& token) {
    const auto now = std::chrono::system_clock::now();
    const access_token given = error ? access_token() : token;
    if (!authorization_.received(asked_as, given, now))
        return pump(); // the credential was replaced: whoever it is asked for is seen to there
    token_overdue_.clear();
    if (error || given.empty() || given.expires() <= now) {
        no_asking_before_ =
            round_up(steady_now() + backoff(params_.retry, ++tokens_failed_, random_.fraction()));
        // With a token that still holds for a while nothing has happened yet.
        if (!authorization_.is_ready(now)) {
            const char* why = error           ? "the token source threw"
                              : given.empty() ? "the token source gave no token"
                                              : "the token source gave a token that has expired";
            carry_out(
                charge(take_due(),
                       exchange_failure{errc::credential_unavailable, why, code_of(error), error},
                       false, no_asking_before_),
                errc::credential_unavailable);
        }
    } else
        tokens_failed_ = 0;
    pump();
    rest_if_idle();
}

// The source is not asked twice at a time, but nobody waits for it without an end: a request that has done
// so for an attempt's time has failed, also where the quota would not let it go yet. What the source gives
// later is good for those that come after.
LANGEXPORT_DECL void engine::token_is_overdue(steady_time now) {
    if (!authorization_.is_asking() || has_secret())
        return;
    std::vector<record_ptr> overdue;
    steady_time next = (steady_time::max)();
    for (ready_queue& kind : ready_)
        while (record* oldest = kind.oldest()) {
            if (now - oldest->due < params_.attempt_timeout) {
                next = (std::min)(next, round_up(oldest->due + params_.attempt_timeout));
                break;
            }
            overdue.push_back(oldest->self);
            leave_ready(*oldest);
        }
    alarms_.set(token_overdue_, next);
    const exchange_failure why{errc::credential_unavailable,
                               "the token source has not answered within the attempt_timeout",
                               make_error_code(asio::error::timed_out), nullptr};
    carry_out(charge(std::move(overdue), why, false, now), why.code);
}

// A 401 may be the secret's fault alone: with another one the same request is tried once more. The service
// did nothing for the first, so that holds for submissions, too.
LANGEXPORT_DECL bool engine::try_other_secret(const connection& c, record& r) {
    if (c.x.reply.status != 401)
        return false;
    // What the caller has replaced meanwhile says nothing of the secrets that there are now.
    const bool was_replaced = authorization_.was_replaced(c.secret_shown);
    if (!was_replaced && (r.tried_other_secret || !authorization_.rejected(c.secret_shown)))
        return false;
    r.tried_other_secret = !was_replaced;
    ++r.progress.failures;
    if (c.kind == request_kind::submission)
        ++r.progress.submits;
    return true;
}

LANGEXPORT_DECL void engine::update_credential(credential proof) {
    on_strand([self = shared_from_this(), proof = std::move(proof)] {
        self->authorization_.replace(proof);
        // What the old source did is no reason to wait for the new one.
        self->tokens_failed_ = 0;
        self->no_asking_before_ = {};
        self->token_overdue_.clear();
        const steady_time now = steady_now();
        for (record& r : self->pending_)
            if (r.lacked_secret && !r.ready_hook.is_linked())
                self->queue(r, now);
        self->pump();
    });
}

// What a caller has mistaken for a name may be a secret: nothing of it is sent, told, or kept.
LANGEXPORT_DECL void engine::refuse_secrets(record& r) const {
    const auto is_secret = [&](std::string_view text) { return authorization_.is_secret_in(text); };
    const bool is_sent = is_secret(r.target()) || (r.submission && is_secret(r.submission->body));
    if (!is_sent && !is_secret(r.project_name()) && !is_secret(r.job.operation_location()))
        return;
    auto shown = std::make_unique<submission_parts>();
    shown->project_name = redacted(r.project_name());
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
