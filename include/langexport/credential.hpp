#ifndef LANGEXPORT_CREDENTIAL_HPP
#define LANGEXPORT_CREDENTIAL_HPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>

#include <chrono>
#include <cstddef>
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
class bearer_token_source;
enum class errc;

namespace detail {
// Takes a secret of at most `longest` visible ASCII characters out of a string, and wipes the string.
// Throws `code`; the message describes the error and never contains the secret.
LANGEXPORT_DECL std::shared_ptr<const secret_bytes>
take_secret(std::string& text, const char* description, std::size_t longest, errc code);

// The interface of a source. `start` calls its last argument once, on the executor, never inside the
// call.
using token_start = std::function<void(const boost::asio::any_io_executor&,
                                       std::function<void(std::exception_ptr, access_token)>)>;
LANGEXPORT_DECL bearer_token_source make_token_source(token_start start);

// The header line that carries a secret, with its line end: `Ocp-Apim-Subscription-Key: …` or
// `Authorization: Bearer …`. Nothing for an empty token.
LANGEXPORT_DECL secret_bytes header_line_of(const subscription_key& key);
LANGEXPORT_DECL secret_bytes header_line_of(const access_token& token);
} // namespace detail

/// The value of an environment variable without white space at its end. Tools that read a value from a file
/// or a command often leave the line break there.
///
/// @param name  The variable.
/// @return      Its value; empty if there is no such variable.
LANGEXPORT_DECL std::string environment_text(const std::string& name);

/// One of the two keys of a Language resource ("KEY 1", "KEY 2" in the portal).
///
/// Copies share one piece of memory, which is wiped with the last copy. Nothing prints it. The caller wipes
/// other copies of its own string.
class subscription_key {
public:
    /// Takes a key.
    ///
    /// @param key  1 to 512 visible ASCII characters; the string is wiped before the constructor returns.
    /// @throws     export_error (errc::invalid_configuration) if it is empty, too long, or has white
    ///             space or other characters that no key has (often the line break of the file that it was
    ///             read from). The message names the position, never the key.
    LANGEXPORT_DECL explicit subscription_key(std::string key);
    // No move: a moved-from key would be empty.
    /// Copies share the key.
    subscription_key(const subscription_key&) noexcept = default;
    /// Copies share the key.
    subscription_key& operator=(const subscription_key&) noexcept = default;

    /// Replaces the parts of `text` that show the key by `[redacted]`: every run of eight or more of its
    /// consecutive characters, in any case, percent-encoded, in base64, with the escapes of JSON or HTML, or
    /// with white space or control characters in between. A key of fewer than eight characters is replaced
    /// where the text has all of it.
    LANGEXPORT_DECL void redact(std::string& text) const;
    /// Whether `text` has the whole key, in any of the forms that `redact` finds. A key of fewer than eight
    /// characters must be all of the text, because a few characters may be in a text by chance.
    LANGEXPORT_DECL bool is_in(std::string_view text) const;

private:
    friend detail::secret_bytes detail::header_line_of(const subscription_key& key);

    std::shared_ptr<const detail::secret_bytes> bytes_;
};

/// An access token and its expiry, as a `bearer_token_source` returns them.
///
/// Copies share one piece of memory, which is wiped with the last copy. Nothing prints it.
class access_token {
public:
    /// The clock of the expiry.
    using time_point = std::chrono::system_clock::time_point;

    /// No token. A source must not return it.
    access_token() noexcept {}

    /// @param token    1 to 64 Ki visible ASCII characters; the string is wiped before the constructor
    ///                 returns.
    /// @param expires  When the service stops accepting it. The client requests a new one shortly before.
    /// @throws         export_error (errc::credential_unavailable) if it is empty, too long, or has a
    ///                 character that no token has. The message names the position, never the token.
    LANGEXPORT_DECL access_token(std::string token, time_point expires);

    /// When the service stops accepting it.
    time_point expires() const noexcept { return expires_; }
    /// Whether there is no token in here.
    bool empty() const noexcept { return !bytes_; }
    /// Replaces the parts of `text` that show the token by `[redacted]`: every run of eight or more of its
    /// consecutive characters, in any case, percent-encoded, in base64, with the escapes of JSON or HTML, or
    /// with white space or control characters in between. A token of fewer than eight characters is replaced
    /// where the text has all of it.
    LANGEXPORT_DECL void redact(std::string& text) const;

private:
    friend detail::secret_bytes detail::header_line_of(const access_token& token);

    std::shared_ptr<const detail::secret_bytes> bytes_;
    time_point expires_{};
};

/// A source of access tokens (Microsoft Entra ID): a coroutine of the program.
///
/// The client calls it when the first request needs a token, shortly before a token expires, and when the
/// service responds with 401; never twice at a time. (It calls a source that `client::update_credential` sets
/// without waiting for the previous one.) Requests wait for the token. If the source throws, the exception is
/// the cause of `errc::credential_unavailable`, which the client retries like a failed connection. A request
/// that has waited for `client_params::attempt_timeout` fails with the same error, and the source continues:
/// its coroutine keeps the execution context at work until it ends, even if the client was destroyed.
///
/// The source runs on the client's executor, outside of the client's strand. The scope to request is
/// `https://cognitiveservices.azure.com/.default`; the endpoint must be the resource's own name.
class bearer_token_source {
public:
    /// Receives the token or the exception.
    using receiver = std::function<void(std::exception_ptr, access_token)>;

    /// @param source  A copyable function object without arguments that returns
    ///                `asio::awaitable<access_token>`. A copy lives as long as its coroutine.
    template <class Source>
    requires std::is_invocable_r_v<boost::asio::awaitable<access_token>,
                                   Source&> explicit bearer_token_source(Source source)
        : start_([source](const boost::asio::any_io_executor& executor, receiver done) {
              boost::asio::co_spawn(executor, source, std::move(done));
          }) {}

    /// Requests a token.
    ///
    /// @param executor  Runs the source's coroutine.
    /// @param done      Called once, on `executor` or where the source's coroutine ends.
    void ask(const boost::asio::any_io_executor& executor, receiver done) const {
        start_(executor, std::move(done));
    }

private:
    friend bearer_token_source detail::make_token_source(detail::token_start start);
    bearer_token_source(std::nullptr_t, detail::token_start start) : start_(std::move(start)) {}

    detail::token_start start_;
};

/// The client's credentials. Converts implicitly from a `subscription_key` and a `bearer_token_source`.
///
/// Copies share their secret. It is wiped with the last copy, and so is every request that carried
/// it. Buffers of the kernel are not wiped, nor is a response in which a server returns it. Nothing prints
/// it: to recognize secrets that a server echoes late, a client keeps its last 32 secrets until it is
/// destroyed.
class credential {
public:
    /// One key.
    LANGEXPORT_DECL credential(const subscription_key& key);
    /// Both keys of a resource. If the service does not accept the first one, the client tries the second one
    /// and keeps using it if that succeeds. So keys can be regenerated one after the other while the program
    /// runs.
    LANGEXPORT_DECL credential(const subscription_key& key, const subscription_key& other);
    /// Access tokens.
    LANGEXPORT_DECL credential(bearer_token_source source);
    // No move: a moved-from credential would have neither a secret nor a source.
    /// Copies share their secret.
    LANGEXPORT_DECL credential(const credential&);
    /// Copies share their secret.
    LANGEXPORT_DECL credential& operator=(const credential&);
    LANGEXPORT_DECL ~credential();

    /// The keys, one or two; none if access tokens are used.
    const std::vector<subscription_key>& keys() const noexcept { return keys_; }
    /// The source of access tokens; none if keys are used.
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
