#ifndef LANGEXPORT_IMPL_CREDENTIAL_IPP
#define LANGEXPORT_IMPL_CREDENTIAL_IPP

#include <langexport/credential.hpp>
#include <langexport/detail/base/secret_redactor.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>

#include <cstdlib>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL std::string environment_text(const std::string& name) {
    const char* const value = std::getenv(name.c_str());
    const std::string_view text = value ? value : "";
    return std::string(text.substr(0, text.find_last_not_of(" \t\r\n") + 1));
}

namespace detail {

LANGEXPORT_DECL std::shared_ptr<const secret_bytes>
take_secret(std::string& text, const char* description, std::size_t longest, errc code) {
    const std::size_t bad = find_invisible(text);
    const std::size_t size = text.size();
    std::shared_ptr<const secret_bytes> taken;
    if (bad == std::string::npos && size > 0 && size <= longest)
        taken = std::make_shared<const secret_bytes>(text.begin(), text.end());
    OPENSSL_cleanse(text.data(), text.size());
    if (taken)
        return taken;
    std::string why = std::string("the ") + description;
    if (size == 0)
        why += " is empty";
    else if (size > longest)
        why += " has " + std::to_string(size) + " characters; at most " + std::to_string(longest) +
               " are possible";
    else
        why += std::string(
                   " has a character that is not allowed (a space, a line break, …) at byte ") +
               std::to_string(bad) + " of " + std::to_string(size);
    throw_error(code, std::move(why));
}

inline secret_bytes secret_line(std::string_view name, const secret_bytes& secret) {
    constexpr std::string_view line_end = "\r\n";
    secret_bytes line;
    line.reserve(name.size() + secret.size() + line_end.size());
    append(line, name);
    append(line, view(secret));
    append(line, line_end);
    return line;
}

inline secret_redactor redactor_of(const secret_bytes& secret) {
    secret_redactor redactor;
    redactor.add(view(secret));
    return redactor;
}

LANGEXPORT_DECL bearer_token_source make_token_source(token_start start) {
    return bearer_token_source(nullptr, std::move(start));
}

} // namespace detail

LANGEXPORT_DECL subscription_key::subscription_key(std::string key)
    : bytes_(detail::take_secret(key, "subscription key", 512, errc::invalid_configuration)) {}

LANGEXPORT_DECL access_token::access_token(std::string token, time_point expires)
    : bytes_(detail::take_secret(token, "access token", 64 * 1024, errc::credential_unavailable)),
      expires_(expires) {}

LANGEXPORT_DECL credential::credential(const subscription_key& key) : keys_{key} {}
LANGEXPORT_DECL credential::credential(const subscription_key& key, const subscription_key& other)
    : keys_{key, other} {}
LANGEXPORT_DECL credential::credential(bearer_token_source source) : source_(std::move(source)) {}
LANGEXPORT_DECL credential::credential(const credential&) = default;
LANGEXPORT_DECL credential& credential::operator=(const credential&) = default;
LANGEXPORT_DECL credential::~credential() = default;

LANGEXPORT_DECL detail::secret_bytes detail::header_line_of(const subscription_key& key) {
    return secret_line("Ocp-Apim-Subscription-Key: ", *key.bytes_);
}

LANGEXPORT_DECL void subscription_key::redact(std::string& text) const {
    detail::redactor_of(*bytes_).redact(text);
}

LANGEXPORT_DECL bool subscription_key::is_in(std::string_view text) const {
    return detail::redactor_of(*bytes_).is_in(text);
}

LANGEXPORT_DECL detail::secret_bytes detail::header_line_of(const access_token& token) {
    return token.bytes_ ? secret_line("Authorization: Bearer ", *token.bytes_) : secret_bytes();
}

LANGEXPORT_DECL void access_token::redact(std::string& text) const {
    if (bytes_)
        detail::redactor_of(*bytes_).redact(text);
}

} // namespace v0
} // namespace langexport

#endif
