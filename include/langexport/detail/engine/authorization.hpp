#ifndef LANGEXPORT_DETAIL_ENGINE_AUTHORIZATION_HPP
#define LANGEXPORT_DETAIL_ENGINE_AUTHORIZATION_HPP

#include <langexport/credential.hpp>
#include <langexport/detail/base/secret.hpp>
#include <langexport/detail/base/secret_matcher.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// Which secret the next request shows, and what a 401 changes about that. Touched on the strand only.
class authorization {
public:
    using time_point = std::chrono::system_clock::time_point;

    LANGEXPORT_DECL explicit authorization(credential proof);

    // From now on another one. Requests under way were sent with the old one.
    LANGEXPORT_DECL void replace(credential proof);

    // Whether there is something to show.
    bool is_ready(time_point now) const noexcept {
        return !header_line_.empty() && (!is_bearer() || now < token_.expires());
    }
    // Whether a token should be asked for: there is none, or it expires soon.
    bool wants_token(time_point now) const noexcept {
        return is_bearer() && !is_asking_ && (header_line_.empty() || now >= refresh_at_);
    }
    // The line of the header, with its end.
    const secret_bytes& header_line() const noexcept { return header_line_; }
    // Which secret that is: 401s are about secrets, and may come after a change.
    std::uint32_t generation() const noexcept { return generation_; }
    // Whether a secret of that generation is of a credential that was replaced.
    bool was_replaced(std::uint32_t shown) const noexcept { return shown < first_generation_; }
    // Whether a source was asked that has not answered yet.
    bool is_asking() const noexcept { return is_asking_; }

    // Asks the source. `done` is called on whatever thread that ends; it passes on to `received`, on the
    // strand, what it was given, with the generation at the time of asking.
    LANGEXPORT_DECL void ask(const boost::asio::any_io_executor& executor,
                             bearer_token_source::receiver done);
    // What the source was asked last is answered in another process: it can be asked again.
    void forget_question() noexcept { is_asking_ = false; }
    // The source has answered; an empty or expired token is a failure, seen by `is_ready`. False if
    // nobody waits for it any more.
    LANGEXPORT_DECL bool received(std::uint32_t asked_as, const access_token& token,
                                  time_point now);

    // A 401 came to a request that showed the secret of that generation. True if there is, or will be,
    // another one to try.
    LANGEXPORT_DECL bool rejected(std::uint32_t shown);

    // Replaces what a text has of the secrets known here by `[redacted]`, of the last ones that were replaced,
    // too: a response may echo the one that its request sent a while ago.
    LANGEXPORT_DECL void redact(std::string& text) const;
    // Whether a text that goes into a request or is kept has a whole secret in it.
    LANGEXPORT_DECL bool is_secret_in(std::string_view text) const;

private:
    bool is_bearer() const noexcept { return proof_.source().has_value(); }
    void show(const secret_bytes& line);
    void show_key();
    void remember(secret_bytes line);
    const secret_matcher& matcher() const;

    credential proof_;
    access_token token_;
    secret_bytes header_line_;
    time_point refresh_at_{};
    std::uint32_t generation_ = 0;
    std::uint32_t first_generation_ = 0; // of the present credential
    std::size_t key_in_use_ = 0;
    bool is_asking_ = false;
    std::vector<secret_bytes> known_; // the header lines of the last secrets, the oldest first
    mutable secret_matcher matcher_;  // of what is secret in them, made when it is needed
    mutable bool is_matcher_due_ = true;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/authorization.ipp>
#endif

#endif
