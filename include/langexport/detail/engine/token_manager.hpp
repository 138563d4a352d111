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

// What the outcome of a token request changes.
struct token_outcome {
    bool is_current =
        false; // the outcome belongs to the present credential; false: the credential was replaced meanwhile
    std::optional<exchange_failure> failure; // there is no new token, for this reason
    steady_time not_before{}; // after a failure: the source is asked again from then on
};

// Chooses the credential of the next request: which key, or which token. Decides when a token source is asked, and
// what a 401 changes. Reads no clock: the time is an argument.
class token_manager {
public:
    using time_point = std::chrono::system_clock::time_point;

    // The proxy's password is a secret as well, which is only hidden here.
    LANGEXPORT_DECL token_manager(credential new_credential, const retry_params& retry,
                                  const proxy_url& proxy = {});

    // Uses another credential for all further requests. The wait after failures of the old source ends.
    LANGEXPORT_DECL void replace(credential new_credential);

    // Whether there is a key, or a token that has not expired.
    bool is_ready(time_point now) const noexcept {
        return !header_line_.empty() && (!is_bearer() || now < token_.expires());
    }
    // When to ask the source if a request needs a token: at `steady_now` if there is no token or it expires soon,
    // later after a failure, max() if no token is needed.
    steady_time asks_at(time_point now, steady_time steady_now) const noexcept {
        const bool needs_token =
            is_bearer() && !is_asking_ && (header_line_.empty() || now >= refresh_at_);
        return needs_token ? (std::max)(steady_now, not_before_) : (steady_time::max)();
    }
    // Failures of the source in a row.
    std::uint32_t failures() const noexcept { return failures_; }
    // The line of the header, with its end.
    const secret_bytes& header_line() const noexcept { return header_line_; }
    // Identifies the secret: a 401 concerns one secret, and may arrive after a change.
    std::uint32_t generation() const noexcept { return generation_; }
    // Whether a secret of that generation belongs to a replaced credential.
    bool was_replaced(std::uint32_t shown) const noexcept { return shown < first_generation_; }
    // Whether the source has not yet responded to the last question.
    bool is_asking() const noexcept { return is_asking_; }

    // Asks the source. The source calls `done` once, on any thread. `done` passes its arguments to `on_token`, on
    // the strand, with the generation at the time of asking.
    LANGEXPORT_DECL void ask(const boost::asio::any_io_executor& executor,
                             bearer_token_source::receiver done);
    // The outcome of the last request arrives in another process: the source can be asked again.
    void abandon_question() noexcept { is_asking_ = false; }
    // The source has responded, with a token or an exception. An empty or expired token is a failure. After a
    // failure, the source is not asked again for a time that grows; `random` from 0 to 1 spreads it.
    LANGEXPORT_DECL token_outcome on_token(std::uint32_t asked_as, const std::exception_ptr& error,
                                           const access_token& token, time_point now,
                                           steady_time steady_now, double random);

    // The service accepted a request with the secret of that generation.
    void accepted(std::uint32_t shown) noexcept {
        last_accepted_ = (std::max)(last_accepted_, shown);
    }
    // Whether that secret is a token, and the service accepted it or a later one. Then the reason of a 401 is that the
    // token has expired.
    bool was_accepted(std::uint32_t shown) const noexcept {
        return is_bearer() && shown >= first_generation_ && shown <= last_accepted_;
    }

    // The service responded 401 to a request with the secret of that generation. True if another secret is or will be
    // available.
    LANGEXPORT_DECL bool rejected(std::uint32_t shown);

    // Replaces parts of the present and earlier secrets in a text by `[redacted]`.
    void redact(std::string& text) const { known_.redact(text); }
    // Whether a text that goes into a request or is kept has a whole secret in it.
    bool is_secret_in(std::string_view text) const { return known_.is_in(text); }

private:
    bool is_bearer() const noexcept { return credential_.source().has_value(); }
    void use(const access_token& token, time_point now);
    void show(const secret_bytes& line);
    void show_key();

    credential credential_;
    access_token token_;
    secret_bytes header_line_;
    time_point refresh_at_{};
    std::uint32_t generation_ = 0;
    std::uint32_t first_generation_ = 0; // of the present credential
    std::uint32_t last_accepted_ = 0;    // 0: none yet
    std::size_t key_in_use_ = 0;
    bool is_asking_ = false;
    const retry_params retry_;
    std::uint32_t failures_ = 0; // of the source, in a row
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
