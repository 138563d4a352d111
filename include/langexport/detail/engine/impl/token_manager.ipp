#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_TOKEN_MANAGER_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_TOKEN_MANAGER_IPP

#include <langexport/detail/engine/token_manager.hpp>
#include <langexport/impl/proxy_secrets.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// A token is refreshed this long before it expires, or a tenth of its lifetime before if that is less. This leaves time
// for a slow source and for requests in progress.
inline constexpr std::chrono::minutes longest_refresh_margin{5};

LANGEXPORT_DECL token_manager::token_manager(credential new_credential, const retry_params& retry,
                                             const proxy_url& proxy)
    : credential_(std::move(new_credential)), retry_(retry) {
    for_each_secret_of(proxy, [this](std::string_view secret) { known_.keep(secret); });
    replace(credential_);
}

LANGEXPORT_DECL void token_manager::replace(credential new_credential) {
    credential_ = std::move(new_credential); // the constructor passes a copy of this member
    key_in_use_ = 0;
    is_requesting_ = false;
    token_ = access_token();
    failures_ = 0;
    not_before_ = {};
    for (const subscription_key& key : credential_.keys())
        known_.add(header_line_of(key));
    use_key();
    first_generation_ = generation_;
}

LANGEXPORT_DECL void token_manager::use_key() {
    use(is_bearer() ? secret_bytes() : header_line_of(credential_.keys()[key_in_use_]));
}

LANGEXPORT_DECL void token_manager::use(const secret_bytes& line) {
    // The new line gets memory of its own, so that the memory of the old secret is wiped completely.
    secret_bytes(line).swap(header_line_);
    ++generation_;
}

LANGEXPORT_DECL void token_manager::request(const boost::asio::any_io_executor& executor,
                                            bearer_token_source::receiver done) {
    is_requesting_ = true;
    credential_.source()->ask(executor, std::move(done));
}

// Returns how long the source demands to wait before the next request; 0 if it demands nothing.
inline steady_duration requested_wait(const std::exception_ptr& error, const retry_params& retry) {
    const export_error* const known = get_export_error(error);
    if (!known || !retry.honor_retry_after)
        return {};
    return (std::min)(known->diagnostics().retry_after, retry.max_retry_after);
}

// Describes the failure of a source. If the exception is an error of this library, its detail says what failed.
inline exchange_failure failure_of(const char* problem, const std::exception_ptr& error) {
    exchange_failure failure{errc::credential_unavailable, problem, code_of(error), error};
    const export_error* const known = get_export_error(error);
    if (!known || known->diagnostics().detail.empty())
        return failure;
    failure.detail = known->diagnostics().detail;
    if (known->code() == errc::credential_unavailable)
        failure.cause = known->diagnostics().cause_code;
    return failure;
}

inline token_manager::time_point refresh_time(const access_token& token,
                                              token_manager::time_point now) {
    using duration = token_manager::time_point::duration;
    const auto life = (std::max)(token.expires() - now, duration::zero());
    return token.expires() - std::min<duration>(life / 10, longest_refresh_margin);
}

LANGEXPORT_DECL token_outcome token_manager::on_token(std::uint32_t requested_in,
                                                      const std::exception_ptr& error,
                                                      const access_token& token, time_point now,
                                                      steady_time steady_now, double random) {
    if (requested_in != generation_)
        return {};
    is_requesting_ = false;
    const char* problem = error           ? "the token source threw"
                          : token.empty() ? "the token source gave no token"
                          : token.expires() <= now
                              ? "the token source gave a token that has expired"
                              : nullptr;
    if (problem) {
        const steady_duration wait = backoff(retry_, ++failures_, random);
        not_before_ = round_up(steady_now + (std::max)(wait, requested_wait(error, retry_)));
        return {true, failure_of(problem, error), not_before_};
    }
    failures_ = 0;
    token_ = token;
    refresh_at_ = refresh_time(token, now);
    known_.add(header_line_of(token));
    use(header_line_of(token));
    return {true, std::nullopt, {}};
}

LANGEXPORT_DECL bool token_manager::rejected(std::uint32_t generation) {
    if (generation != generation_)
        return true; // another secret is already in use
    if (is_bearer()) {
        header_line_.clear(); // causes a request for a new token, which gets the next generation
        return true;
    }
    if (credential_.keys().size() < 2)
        return false;
    key_in_use_ = 1 - key_in_use_;
    use_key();
    return true;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
