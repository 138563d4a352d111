#ifndef LANGEXPORT_CREDENTIAL_HPP
#define LANGEXPORT_CREDENTIAL_HPP

#include <langexport/detail/secret.hpp>
#include <langexport/version.hpp>

#include <memory>
#include <string>

namespace langexport {
inline namespace v0 {

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

private:
    friend class credential;
    std::shared_ptr<const detail::secret_bytes> bytes_;
};

/// What the client proves itself with. Made from a `subscription_key`, implicitly.
///
/// Copies share their secret, which is wiped when the last copy is gone. Nothing prints it.
class credential {
public:
    credential(const subscription_key& key) noexcept : key_(key.bytes_) {}
    // Copies alone, so that there is always a secret in here.
    credential(const credential&) noexcept = default;
    credential& operator=(const credential&) noexcept = default;

    /// The header line that carries the secret, `Ocp-Apim-Subscription-Key: …` with its line end.
    LANGEXPORT_DECL detail::secret_bytes header_line() const;
    /// Replaces the secret by `[redacted]` wherever `text` has it.
    LANGEXPORT_DECL void redact(std::string& text) const;

private:
    std::shared_ptr<const detail::secret_bytes> key_;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/credential.ipp>
#endif

#endif
