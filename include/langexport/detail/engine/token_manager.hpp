#ifndef LANGEXPORT_DETAIL_ENGINE_TOKEN_MANAGER_HPP
#define LANGEXPORT_DETAIL_ENGINE_TOKEN_MANAGER_HPP

#include <langexport/credential.hpp>
#include <langexport/detail/base/known_secrets.hpp>
#include <langexport/detail/base/secret.hpp>
#include <langexport/detail/policy/backoff.hpp>
#include <langexport/detail/transport/exchange.hpp>
#include <langexport/proxy.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// The result of a request for a token.
struct token_outcome {
    bool is_current = false; // false if the credential was replaced since the request
    std::optional<exchange_failure> failure; // why there is no new token; empty if there is one
    steady_time not_before{}; // after a failure, the earliest time of the next request
};

// Chooses the key or token of the next request. Decides when a new token is requested from the token source, and
// which credential to use after a 401. It reads no clock: the time is an argument.
class token_manager {
public:
    using time_point = std::chrono::system_clock::time_point;

    // Requests do not use the proxy's password here, but texts must not show it either.
    LANGEXPORT_DECL token_manager(credential new_credential, const retry_params& retry,
                                  const proxy_url& proxy = {});

    // Uses another credential for all further requests. The new source is not delayed by failures of the old one.
    LANGEXPORT_DECL void replace(credential new_credential);

    // Whether the credential is a source of tokens, not a key.
    bool is_bearer() const noexcept { return credential_.source().has_value(); }
    // Whether there is a key, or a token that has not expired.
    bool is_ready(time_point now) const noexcept {
        return !header_line_.empty() && (!is_bearer() || now < token_.expires());
    }
    // Returns when to request a token for a request that is due: at `steady_now` if there is no token or it expires
    // soon, later after a failure, and max() if no token is needed.
    steady_time request_due_at(time_point now, steady_time steady_now) const noexcept {
        const bool needs_token =
            is_bearer() && !is_requesting_ && (header_line_.empty() || now >= refresh_at_);
        return needs_token ? (std::max)(steady_now, not_before_) : (steady_time::max)();
    }
    // How many consecutive requests for a token have failed.
    std::uint32_t failures() const noexcept { return failures_; }
    // The header line with the credential, with its line end. Empty if there is no credential.
    const secret_bytes& header_line() const noexcept { return header_line_; }
    // Identifies the present secret. A 401 is about the secret of its request, which may have been replaced since.
    std::uint32_t generation() const noexcept { return generation_; }
    // Whether a secret of that generation belongs to a credential that was replaced.
    bool was_replaced(std::uint32_t generation) const noexcept {
        return generation < first_generation_;
    }
    // Whether a request for a token is in progress.
    bool is_requesting() const noexcept { return is_requesting_; }

    // Requests a token from the source, which calls `done` once, on any thread. `done` must pass its arguments to
    // `on_token` on the strand, with the generation at the time of this call.
    LANGEXPORT_DECL void request(const boost::asio::any_io_executor& executor,
                                 bearer_token_source::receiver done);
    // Discards the request in progress after a fork, because the source responds in the parent.
    void abandon_request() noexcept { is_requesting_ = false; }
    // Called when the source has responded with a token or an exception. An empty or expired token is a failure. Each
    // further failure delays the next request longer; `random`, between 0 and 1, spreads the delays.
    LANGEXPORT_DECL token_outcome on_token(std::uint32_t requested_in,
                                           const std::exception_ptr& error,
                                           const access_token& token, time_point now,
                                           steady_time steady_now, double random);

    // Called when the service has accepted a request with the secret of that generation.
    void accepted(std::uint32_t generation) noexcept {
        last_accepted_ = (std::max)(last_accepted_, generation);
    }
    // Whether the secret of that generation is a token, and the service has accepted it or a later one. Then a 401
    // means that the token has expired, and not that the identity lacks a role.
    bool was_accepted(std::uint32_t generation) const noexcept {
        return is_bearer() && generation >= first_generation_ && generation <= last_accepted_;
    }

    // Called when the service has responded with 401 to a request with the secret of that generation. Returns true if
    // another secret is available or was requested.
    LANGEXPORT_DECL bool rejected(std::uint32_t generation);

    // Returns the text with `[redacted]` in place of the present and earlier secrets, and of parts of them.
    std::string redacted(std::string text) const {
        known_.redact(text);
        return text;
    }
    // Whether a text contains a whole secret. Such a text is not sent, except as the credential, and not stored.
    bool is_secret_in(std::string_view text) const { return known_.is_in(text); }

private:
    void use(const secret_bytes& line);
    void use_key();

    credential credential_;
    access_token token_;
    secret_bytes header_line_;
    time_point refresh_at_{};
    std::uint32_t generation_ = 0;
    std::uint32_t first_generation_ = 0; // the first generation of the present credential
    std::uint32_t last_accepted_ = 0; // the last generation that the service accepted; 0 for none
    std::size_t key_in_use_ = 0;
    bool is_requesting_ = false;
    const retry_params retry_;
    std::uint32_t failures_ = 0; // consecutive failures of the source
    steady_time not_before_{};
    known_secrets known_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/token_manager.ipp>
#endif

#endif
