#ifndef LANGEXPORT_IMPL_CREDENTIAL_IPP
#define LANGEXPORT_IMPL_CREDENTIAL_IPP

#include <langexport/credential.hpp>
#include <langexport/detail/text.hpp>
#include <langexport/error.hpp>

#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL subscription_key::subscription_key(std::string key) {
    constexpr std::size_t longest = 512;
    const std::size_t bad = detail::find_invisible(key);
    const std::size_t size = key.size();
    if (bad == std::string::npos && size > 0 && size <= longest)
        bytes_ = std::make_shared<const detail::secret_bytes>(key.begin(), key.end());
    OPENSSL_cleanse(key.data(), key.size());
    if (size == 0)
        detail::throw_error(errc::invalid_configuration, "the subscription key is empty");
    if (size > longest)
        detail::throw_error(errc::invalid_configuration,
                            "the subscription key has " + std::to_string(size) +
                                " characters; at most 512 are possible");
    if (bad != std::string::npos)
        detail::throw_error(errc::invalid_configuration,
                            "the subscription key has a character that no key has (a space, a line "
                            "break, …) at byte " +
                                std::to_string(bad) + " of " + std::to_string(size));
}

LANGEXPORT_DECL detail::secret_bytes credential::header_line() const {
    constexpr std::string_view name = "Ocp-Apim-Subscription-Key: ";
    constexpr std::string_view line_end = "\r\n";
    detail::secret_bytes line;
    line.reserve(name.size() + key_->size() + line_end.size());
    detail::append(line, name);
    detail::append(line, detail::view(*key_));
    detail::append(line, line_end);
    return line;
}

LANGEXPORT_DECL void credential::redact(std::string& text) const {
    const std::string_view key = detail::view(*key_);
    constexpr std::string_view substitute = "[redacted]";
    for (std::size_t at = text.find(key); at != std::string::npos;
         at = text.find(key, at + substitute.size()))
        text.replace(at, key.size(), substitute);
}

} // namespace v0
} // namespace langexport

#endif
