#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_TOKENS_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_TOKENS_IPP

#include <langexport/detail/engine/engine.hpp>

#include <algorithm>
#include <chrono>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL bool engine::has_secret() const {
    return authorization_.is_ready(std::chrono::system_clock::now());
}

// Asks for a token if requests need one now or will soon, and nobody was asked yet.
LANGEXPORT_DECL void engine::see_to_token() {
    if (!authorization_.wants_token(std::chrono::system_clock::now()))
        return;
    const bool is_wanted_now = std::any_of(ready_.begin(), ready_.end(),
                                           [](const ready_queue& kind) { return !kind.empty(); });
    if (!is_wanted_now)
        return;
    if (steady_now() < no_asking_before_) {
        alarms_.set(asking_again_, no_asking_before_);
        return;
    }
    authorization_.ask(base_, [self = shared_from_this(), as = authorization_.generation()](
                                  std::exception_ptr error, access_token token) {
        self->on_strand([self, as, error, token] { self->token_came(as, error, token); });
    });
}

LANGEXPORT_DECL void engine::token_came(std::uint32_t asked_as, const std::exception_ptr& error,
                                        const access_token& token) {
    const auto now = std::chrono::system_clock::now();
    const access_token given = error ? access_token() : token;
    if (!authorization_.received(asked_as, given, now))
        return pump(); // the credential was replaced: whoever it is asked for is seen to there
    if (error || given.empty() || given.expires() <= now) {
        no_asking_before_ =
            round_up(steady_now() + backoff(params_.retry, ++tokens_failed_, random_.fraction()));
        // With a token that still holds for a while nothing has happened yet.
        if (!authorization_.is_ready(now)) {
            const char* why = error           ? "the token source threw"
                              : given.empty() ? "the token source gave no token"
                                              : "the token source gave a token that has expired";
            charge_due(exchange_failure{errc::credential_unavailable, why, code_of(error), error},
                       no_asking_before_);
        }
    } else
        tokens_failed_ = 0;
    pump();
    rest_if_idle();
}

// A 401 may be the secret's fault alone: with another one the same request is tried once more. The service
// did nothing for the first, so that holds for submissions, too.
LANGEXPORT_DECL bool engine::try_other_secret(const connection& c, record& r) {
    if (c.x.reply.status != 401 || r.tried_other_secret || !authorization_.rejected(c.secret_shown))
        return false;
    r.tried_other_secret = true;
    ++r.progress.failures;
    if (c.kind == request_kind::submission)
        ++r.progress.submits;
    return true;
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
