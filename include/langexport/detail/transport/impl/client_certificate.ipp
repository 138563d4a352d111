#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_CLIENT_CERTIFICATE_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_CLIENT_CERTIFICATE_IPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/detail/transport/client_certificate.hpp>
#include <langexport/detail/transport/openssl_error.hpp>
#include <langexport/detail/transport/pem_reader.hpp>

#include <openssl/err.h>
#include <openssl/pem.h>

#include <cstring>
#include <exception>

namespace langexport {
inline namespace v0 {
namespace detail {

// A text of PEM, in a file or in memory.
struct pem_source {
    const std::string& file;
    std::string_view text;
    const char* file_field;
    const char* text_field;

    const char* field() const noexcept { return file.empty() ? text_field : file_field; }
    std::string words() const { return file.empty() ? "the text" : "the file '" + file + "'"; }
    bio_ptr open() const { return file.empty() ? bio_of(text) : bio_of_file(file); }
};

inline bool use_chain(SSL_CTX* context, const pem_source& from, tls_problem& problem) {
    const bio_ptr bio = from.open();
    const certificate_ptr own(
        bio ? PEM_read_bio_X509_AUX(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
    if (!own || SSL_CTX_use_certificate(context, own.get()) != 1)
        return reject_pem(problem, from.field(), "no certificate can be read from " + from.words());
    SSL_CTX_clear_chain_certs(context);
    while (certificate_ptr next{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)})
        if (SSL_CTX_add0_chain_cert(context, next.get()) == 1)
            static_cast<void>(next.release());
    if (!is_end_of_pem())
        return reject_pem(problem, from.field(),
                          "a certificate after the first one cannot be read from " + from.words());
    ERR_clear_error();
    return true;
}

// The passphrase function of a key, and its outcome.
struct passphrase_request {
    const std::function<std::string()>& source;
    bool was_needed = false;
    std::exception_ptr thrown = {};
};

inline int give_passphrase(char* into, int size, int, void* data) noexcept {
    auto& request = *static_cast<passphrase_request*>(data);
    request.was_needed = true;
    if (!request.source)
        return -1;
    try {
        std::string text = request.source();
        const bool fits = !text.empty() && text.size() <= static_cast<std::size_t>(size);
        if (fits)
            std::memcpy(into, text.data(), text.size());
        const int count = fits ? static_cast<int>(text.size()) : -1;
        OPENSSL_cleanse(text.data(), text.size());
        return count;
    } catch (...) {
        request.thrown = std::current_exception();
        return -1;
    }
}

inline bool use_key(SSL_CTX* context, const pem_source& from,
                    const std::function<std::string()>& passphrase, tls_problem& problem) {
    const bio_ptr bio = from.open();
    passphrase_request request{passphrase};
    const key_ptr key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &request)
                          : nullptr);
    if (request.thrown)
        std::rethrow_exception(request.thrown);
    if (!key && request.was_needed) {
        ERR_clear_error();
        return reject_pem(
            problem, "tls.passphrase",
            passphrase
                ? "the key in " + from.words() + " cannot be decrypted with this passphrase"
                : "the key in " + from.words() + " is encrypted, and there is no passphrase");
    }
    if (!key)
        return reject_pem(problem, from.field(), "no private key can be read from " + from.words());
    if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
        ERR_clear_error();
        return reject_pem(problem, from.field(),
                          "the key in " + from.words() +
                              " does not belong to the client certificate");
    }
    return true;
}

LANGEXPORT_DECL bool use_client_certificate(SSL_CTX* context, const tls_settings& settings,
                                            tls_problem& problem) {
    const tls_params& more = settings.more;
    if (!settings.has_certificate())
        return true;
    const pem_source certificate{more.certificate_file, more.certificate_pem,
                                 "tls.certificate_file", "tls.certificate_pem"};
    const pem_source key{more.key_file, more.key_pem.view(), "tls.key_file", "tls.key_pem"};
    const bool has_own_key = !more.key_file.empty() || !more.key_pem.empty();
    return use_chain(context, certificate, problem) &&
           use_key(context, has_own_key ? key : certificate, more.passphrase, problem);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
