#ifndef LANGEXPORT_TLS_PARAMS_HPP
#define LANGEXPORT_TLS_PARAMS_HPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/version.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;

namespace langexport {
inline namespace v0 {

/// A private key as PEM text, in memory that is wiped with the last copy. Nothing prints it.
class private_key_pem {
public:
    /// No key.
    private_key_pem() noexcept {}
    /// @param pem  The text; the string is wiped before the constructor returns. Empty: no key.
    LANGEXPORT_DECL private_key_pem(std::string pem);

    /// Whether there is no key.
    bool empty() const noexcept { return !bytes_; }
    /// The text. It must not be copied into memory that is not wiped.
    std::string_view view() const noexcept {
        return bytes_ ? detail::view(*bytes_) : std::string_view();
    }

private:
    std::shared_ptr<const detail::secret_bytes> bytes_;
};

/// Versions of TLS that can be required.
enum class tls_version {
    v1_2, ///< TLS 1.2 (with forward-secret AEAD suites only) or 1.3.
    v1_3  ///< TLS 1.3.
};
/// "1.2" or "1.3".
LANGEXPORT_DECL std::string_view to_string(tls_version version) noexcept;

/// What a client trusts and presents in TLS, in addition to `client_params::ca_file`.
///
/// There is no setting that switches the verification of the server's certificate off. Clients do not share
/// TLS sessions, so a session is used with the host, port, trusted certificates and client certificate that it
/// was made with.
class tls_params {
public:
    /// The defaults.
    tls_params() noexcept {}

    /// A folder of certificates to trust, named by their hashes (`openssl rehash`). If one of `ca_file`,
    /// `ca_folder` and `ca_pem` is set, the system's certificates are not trusted.
    std::string ca_folder;
    /// Certificates to trust, as PEM text.
    std::string ca_pem;

    /// The client certificate with the certificates that lead to its authority: a PEM file. Empty: none. Some
    /// gateways require one.
    std::string certificate_file;
    /// The same as PEM text; only one of both may be set.
    std::string certificate_pem;
    /// The private key of the client certificate: a PEM file. Empty: the key is in `key_pem`, or else behind
    /// the certificate in its PEM.
    std::string key_file;
    /// The same as PEM text; only one of both may be set.
    private_key_pem key_pem;
    /// Returns the passphrase of an encrypted key. Called while the client is constructed, on the same thread; the
    /// result is wiped. Null: an encrypted key cannot be read. OpenSSL never prompts for a passphrase.
    std::function<std::string()> passphrase;

    /// The lowest version of TLS that is accepted.
    tls_version min_version = tls_version::v1_2;
    /// Called once with OpenSSL's context while the client is constructed, for what these settings do not
    /// offer, such as a key in a hardware module. The client applies its own settings afterwards, and they
    /// win: verification, trusted certificates, versions and cipher suites of TLS 1.2. An exception leaves
    /// the constructor of the client. Null: none.
    std::function<void(ssl_ctx_st*)> prepare_context;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/tls_params.ipp>
#endif

#endif
