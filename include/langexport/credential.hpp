#ifndef LANGEXPORT_CREDENTIAL_HPP
#define LANGEXPORT_CREDENTIAL_HPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

class subscription_key;
class access_token;

namespace detail {
// The header line that carries a secret, with its line end: `Ocp-Apim-Subscription-Key: …` or
// `Authorization: Bearer …`. Nothing for an empty token.
LANGEXPORT_DECL secret_bytes header_line_of(const subscription_key& key);
LANGEXPORT_DECL secret_bytes header_line_of(const access_token& token);
} // namespace detail

/// One of the two keys of a Language resource ("KEY 1", "KEY 2" in the portal).
///
/// Copies share one piece of memory, which is wiped when the last copy is gone. Nothing prints it.
/// What the caller's own string held before it was passed is the caller's to wipe.
class subscription_key {
public:
    /// Takes a key.
    ///
    /// @param key  1 to 512 visible ASCII characters; the string is wiped before this returns.
    /// @throws     export_error (errc::invalid_configuration) if it is empty, too long, or has white
    ///             space or other characters no key has (often the line break of the file it was
    ///             read from). The message names the position, never the key.
    LANGEXPORT_DECL explicit subscription_key(std::string key);
    // Copies alone, so that there is always a key in here.
    subscription_key(const subscription_key&) noexcept = default;
    subscription_key& operator=(const subscription_key&) noexcept = default;

    /// Replaces what `text` has of it by `[redacted]`: every run of eight or more of its consecutive
    /// characters, in any case, percent-encoded, in base64, with the escapes of JSON or HTML, or with white
    /// space or control characters in between. A key of fewer than eight characters is replaced where
    /// the text has all of it.
    LANGEXPORT_DECL void redact(std::string& text) const;
    /// Whether `text` has all of it, in any of the forms that `redact` finds. A key of fewer than eight
    /// characters has to be all of the text, because a few characters may stand in a text by chance.
    LANGEXPORT_DECL bool is_in(std::string_view text) const;

private:
    friend detail::secret_bytes detail::header_line_of(const subscription_key& key);

    std::shared_ptr<const detail::secret_bytes> bytes_;
};

/// An access token and its end, as a `bearer_token_source` gives them.
///
/// Copies share one piece of memory, which is wiped when the last copy is gone. Nothing prints it.
class access_token {
public:
    using time_point = std::chrono::system_clock::time_point;

    /// No token: what a source must not give.
    access_token() noexcept {}

    /// @param token    1 to 64 Ki visible ASCII characters; the string is wiped before this returns.
    /// @param expires  When the service stops accepting it. A new one is asked for shortly before.
    /// @throws         export_error (errc::credential_unavailable) if it is empty, too long, or has a
    ///                 character no token has. The message names the position, never the token.
    LANGEXPORT_DECL access_token(std::string token, time_point expires);

    /// When the service stops accepting it.
    time_point expires() const noexcept { return expires_; }
    /// Whether there is no token in here.
    bool empty() const noexcept { return !bytes_; }
    /// Replaces what `text` has of it by `[redacted]`: every run of eight or more of its consecutive
    /// characters, in any case, percent-encoded, in base64, with the escapes of JSON or HTML, or with white
    /// space or control characters in between. A token of fewer than eight characters is replaced where
    /// the text has all of it.
    LANGEXPORT_DECL void redact(std::string& text) const;

private:
    friend detail::secret_bytes detail::header_line_of(const access_token& token);

    std::shared_ptr<const detail::secret_bytes> bytes_;
    time_point expires_{};
};

/// Where access tokens (Microsoft Entra ID) come from: a coroutine of the program's own.
///
/// It is called when the first request needs a token, shortly before a token expires, and when the
/// service answered 401; never twice at a time. (One that `client::update_credential` brings is called
/// without waiting for the one before.) Requests wait for it. What it throws is kept as the cause of
/// `errc::credential_unavailable`, which is retried like a failed connection; so does a request fail that
/// has waited for `client_params::attempt_timeout`, while the source keeps its time to answer: its coroutine
/// keeps the executor's context at work until it ends, also when the client is gone.
/// It runs on the client's executor, outside of the client's strand. The scope to ask for is
/// `https://cognitiveservices.azure.com/.default`; the endpoint has to be the resource's own name.
class bearer_token_source {
public:
    /// What is called with the outcome.
    using receiver = std::function<void(std::exception_ptr, access_token)>;

    /// @param source  A copyable function object without arguments that returns
    ///                `asio::awaitable<access_token>`. A copy lives as long as its coroutine.
    template <class Source>
    requires std::is_invocable_r_v<boost::asio::awaitable<access_token>,
                                   Source&> explicit bearer_token_source(Source source)
        : start_([source](const boost::asio::any_io_executor& executor, receiver done) {
              boost::asio::co_spawn(executor, source, std::move(done));
          }) {}

    /// Asks for a token. `done` is called once, on `executor` or where the source's coroutine ends.
    void ask(const boost::asio::any_io_executor& executor, receiver done) const {
        start_(executor, std::move(done));
    }

private:
    std::function<void(const boost::asio::any_io_executor&, receiver)> start_;
};

/// What the client proves itself with. Made from a `subscription_key`, from two, or from a
/// `bearer_token_source`, implicitly.
///
/// Copies share their secret. It is wiped when the last copy is gone, and so is every request that carried
/// it; buffers of the kernel are not, nor is an answer in which a server sends it back. Nothing prints it:
/// to know them where a server echoes them late, a client keeps its last 32 secrets until it is gone.
class credential {
public:
    /// One key.
    credential(const subscription_key& key) : keys_{key} {}
    /// Both keys of a resource. The second one is tried when the service does not accept the first, and
    /// stays in use if that helps: keys can be regenerated one after the other while the program runs.
    credential(const subscription_key& key, const subscription_key& other) : keys_{key, other} {}
    /// Access tokens.
    credential(bearer_token_source source) : source_(std::move(source)) {}
    // Copies alone, so that there is always a secret, or a source of them, in here.
    credential(const credential&) = default;
    credential& operator=(const credential&) = default;

    /// The keys, one or two; none if access tokens are used.
    const std::vector<subscription_key>& keys() const noexcept { return keys_; }
    /// Where access tokens come from; none if keys are used.
    const std::optional<bearer_token_source>& source() const noexcept { return source_; }

private:
    std::vector<subscription_key> keys_;
    std::optional<bearer_token_source> source_;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/credential.ipp>
#endif

#endif
