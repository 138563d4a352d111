#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_TOKEN_REQUESTER_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_TOKEN_REQUESTER_IPP

#include <langexport/detail/engine/engine_parts.hpp>
#include <langexport/detail/engine/token_requester.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// With a key, the time does not matter.
inline bool has_key(const token_manager& tokens) noexcept {
    return !tokens.is_bearer() && !tokens.header_line().empty();
}

LANGEXPORT_DECL bool token_requester::has_credential() const {
    return has_key(parts_.tokens) || parts_.tokens.is_ready(parts_.timers.system_now());
}

LANGEXPORT_DECL void token_requester::request_token_if_needed() {
    if (parts_.scheduler.empty() || has_key(parts_.tokens))
        return;
    token_manager& tokens = parts_.tokens;
    const steady_time now = parts_.timers.now();
    const steady_time request_due_at = tokens.request_due_at(parts_.timers.system_now(), now);
    if (request_due_at <= now)
        // A source may never respond, so the function must not keep the client alive.
        tokens.request(
            parts_.settings.executor, [this, to = parts_.weak(), as = tokens.generation()](
                                          std::exception_ptr error, access_token token) {
                const auto keep = to.lock();
                if (!keep)
                    return;
                parts_.post([this, keep, as, error, token] { on_token(as, error, token); });
            });
    else if (request_due_at != (steady_time::max)())
        parts_.timers.set(retry_timer_, request_due_at);
    if (tokens.is_requesting() && !overdue_timer_.is_set())
        parts_.timers.set(overdue_timer_, round_up(now + parts_.settings.params.attempt_timeout));
}

LANGEXPORT_DECL void token_requester::request_again(steady_time) {
    parts_.assigner.assign_requests();
}

LANGEXPORT_DECL void token_requester::on_token(std::uint32_t requested_in,
                                               const std::exception_ptr& error,
                                               const access_token& token) {
    const token_outcome outcome =
        parts_.tokens.on_token(requested_in, error, token, parts_.timers.system_now(),
                               parts_.timers.now(), parts_.random.fraction());
    if (!outcome.is_current)
        return parts_.assigner.assign_requests(); // requests a token from the new source
    overdue_timer_.clear();
    if (outcome.failure)
        parts_.effects.on_token_failed(*outcome.failure, outcome.not_before);
    parts_.assigner.assign_requests();
    parts_.shutdown.release_if_idle();
}

// Only one request for a token is in progress at a time, and it has no time limit. A request to the service that has
// waited for a token for `attempt_timeout` fails, even if the quota does not allow it yet. Otherwise it might wait
// forever. A token that arrives afterwards is used for later requests.
LANGEXPORT_DECL void token_requester::on_overdue(steady_time now) {
    if (!parts_.tokens.is_requesting() || has_credential())
        return;
    const steady_duration token_timeout = parts_.settings.params.attempt_timeout;
    std::vector<std::shared_ptr<export_operation>> overdue;
    steady_time next = (steady_time::max)();
    for (const request_kind kind : every_request_kind)
        while (scheduled_request* oldest = parts_.scheduler.oldest(kind)) {
            if (now - oldest->due < token_timeout) {
                next = (std::min)(next, round_up(oldest->due + token_timeout));
                break;
            }
            overdue.push_back(operation_of(*oldest).self);
            parts_.operations.unschedule(*overdue.back());
        }
    parts_.timers.set(overdue_timer_, next);
    const exchange_failure why{errc::credential_unavailable,
                               "the token source has not responded within "
                               "client_params::attempt_timeout",
                               make_error_code(asio::error::timed_out), nullptr};
    if (!overdue.empty())
        parts_.effects.on_token_failed(std::move(overdue), why, now);
}

LANGEXPORT_DECL void token_requester::replace(const credential& next) {
    parts_.tokens.replace(next);
    overdue_timer_.clear();
    parts_.operations.schedule_those_without_token();
    parts_.assigner.assign_requests();
}

LANGEXPORT_DECL void token_requester::on_fork() {
    parts_.tokens.abandon_request();
    overdue_timer_.clear();
}

LANGEXPORT_DECL void token_requester::reject_secrets_in_request(export_operation& operation) const {
    const auto is_secret = [&](std::string_view text) { return parts_.tokens.is_secret_in(text); };
    const bool is_sent = is_secret(operation.target()) ||
                         (operation.submission() && is_secret(operation.submission()->body));
    if (!is_sent && !is_secret(operation.project_name()) &&
        !is_secret(operation.job().operation_location()) && !is_secret(operation.tag()))
        return;
    auto shown = std::make_unique<submission_parts>();
    shown->project_name = parts_.tokens.redacted(std::string(operation.project_name()));
    operation.parts().submission = std::move(shown);
    if (!operation.tag().empty())
        operation.extras().tag = parts_.tokens.redacted(std::string(operation.tag()));
    operation.set_job(export_job());
    operation.parts().failure = std::make_unique<last_failure>();
    operation.failure()->rejected = errc::invalid_request;
    operation.failure()->detail =
        "the project's name, or another value of the request or job, contains a key or token of "
        "this client";
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
