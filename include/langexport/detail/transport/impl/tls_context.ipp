#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_TLS_CONTEXT_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_TLS_CONTEXT_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/transport/client_certificate.hpp>
#include <langexport/detail/transport/openssl_error.hpp>
#include <langexport/detail/transport/pem_reader.hpp>
#include <langexport/detail/transport/tls_context.hpp>
#include <langexport/detail/transport/trust_store.hpp>

#include <boost/asio/ip/address.hpp>

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <new>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// Suites of TLS 1.2 with forward secrecy: a key that leaks later does not decrypt recorded traffic.
inline constexpr const char* tls12_suites =
    "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:!aNULL:!aDSS";

// A name or a date of a certificate as text.
inline std::string name_text(const X509_NAME* name) {
    char text[256] = "";
    X509_NAME_oneline(name, text, sizeof(text));
    return one_printable_line(text, 200);
}
inline std::string date_text(const ASN1_TIME* time) {
    const bio_ptr written(BIO_new(BIO_s_mem()));
    char* text = nullptr;
    if (!written || ASN1_TIME_print_ex(written.get(), time, ASN1_DTFLGS_ISO8601) != 1)
        return "an unreadable date";
    const long size = BIO_get_mem_data(written.get(), &text);
    return std::string(text, static_cast<std::size_t>(size));
}
inline std::string certificate_words(const X509* certificate) {
    return "subject '" + name_text(X509_get_subject_name(certificate)) + "', issuer '" +
           name_text(X509_get_issuer_name(certificate)) + "', valid from " +
           date_text(X509_get0_notBefore(certificate)) + " to " +
           date_text(X509_get0_notAfter(certificate));
}

// Where a connection keeps the description of the certificate that was rejected.
inline int rejected_certificate_index() {
    static const int index = SSL_get_ex_new_index(
        0, nullptr, nullptr, nullptr, [](void*, void* kept, CRYPTO_EX_DATA*, int, long, void*) {
            delete static_cast<std::string*>(kept);
        });
    return index;
}

inline void keep_rejected(SSL* tls, const X509* certificate) noexcept {
    if (!tls || !certificate || SSL_get_ex_data(tls, rejected_certificate_index()))
        return;
    try {
        auto words = std::make_unique<std::string>(certificate_words(certificate));
        if (SSL_set_ex_data(tls, rejected_certificate_index(), words.get()) == 1)
            static_cast<void>(words.release());
    } catch (const std::bad_alloc&) { // the message has no description then
    }
}

// Reports a separate error for a certificate that has its host only in the common name.
inline int verify_peer(int is_good, X509_STORE_CTX* context) {
    const int verdict = X509_STORE_CTX_get_error(context);
    const bool is_of_another =
        verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH;
    const X509* const certificate = X509_STORE_CTX_get0_cert(context);
    if (!is_good && is_of_another && certificate &&
        X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1) < 0)
        X509_STORE_CTX_set_error(context, X509_V_ERR_APPLICATION_VERIFICATION);
    if (!is_good)
        keep_rejected(static_cast<SSL*>(X509_STORE_CTX_get_ex_data(
                          context, SSL_get_ex_data_X509_STORE_CTX_idx())),
                      X509_STORE_CTX_get_current_cert(context));
    return is_good;
}

// How strict OpenSSL is about keys, signatures and suites.
struct strictness {
    int level;
    int (*decide)(const SSL*, const SSL_CTX*, int, int, int, void*, void*);
};
inline strictness strictness_of(const SSL_CTX* native) noexcept {
    return {SSL_CTX_get_security_level(native), SSL_CTX_get_security_callback(native)};
}

// Restores settings that a program's own preparation of the context may have weakened.
inline void restore_verification(SSL_CTX* native, const strictness& least) noexcept {
    SSL_CTX_set_cert_verify_callback(native, nullptr, nullptr);
    SSL_CTX_set_purpose(native, X509_PURPOSE_SSL_SERVER);
    SSL_CTX_set_trust(native, X509_TRUST_SSL_SERVER);
    X509_VERIFY_PARAM_clear_flags(SSL_CTX_get0_param(native),
                                  X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_USE_CHECK_TIME);
    if (SSL_CTX_get_security_level(native) < least.level)
        SSL_CTX_set_security_level(native, least.level);
    SSL_CTX_set_security_callback(native, least.decide);
}

// Applies the rules for every connection. Returns false if this OpenSSL has no suite that satisfies
// them.
inline bool set_rules(SSL_CTX* native, tls_version least) noexcept {
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_verify(native, SSL_VERIFY_PEER, verify_peer);
    return SSL_CTX_set_min_proto_version(
               native, least == tls_version::v1_3 ? TLS1_3_VERSION : TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(native, 0) == 1 &&
           SSL_CTX_set_cipher_list(native, tls12_suites) == 1;
}

LANGEXPORT_DECL std::shared_ptr<tls_context> make_tls_context(const tls_settings& settings,
                                                              tls_problem& problem) {
    ERR_clear_error();
    auto context = std::make_shared<tls_context>();
    context->native.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX* const native = context->native.get();
    if (!native)
        throw std::bad_alloc();
    const strictness least = strictness_of(native);
    SSL_CTX_set_default_passwd_cb(native, no_passphrase);
    if (settings.more.prepare_context)
        settings.more.prepare_context(native);
    ERR_clear_error();
    restore_verification(native, least);
    context->sessions.attach_to(native);
    if (!set_rules(native, settings.more.min_version)) {
        problem.field = "tls";
        problem.why = "OpenSSL has no forward-secret cipher suites for TLS 1.2: " +
                      take_openssl_error().message();
        return nullptr;
    }
    // A request is sent record by record; an idle connection releases its memory.
    SSL_CTX_set_mode(native, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                 SSL_MODE_RELEASE_BUFFERS);
    // A record is read as a whole, not its header first.
    SSL_CTX_set_read_ahead(native, 1);
    const store_ptr store = trusted_certificates(settings, problem);
    if (!store || !use_client_certificate(native, settings, problem))
        return nullptr;
    SSL_CTX_set1_cert_store(native, store.get());
    ERR_clear_error();
    return context;
}

LANGEXPORT_DECL error_code expect_host(SSL* tls, const std::string& host) {
    error_code not_numeric;
    const auto address = boost::asio::ip::make_address(host, not_numeric);
    X509_VERIFY_PARAM* wanted = SSL_get0_param(tls);
    bool is_set = false;
    if (not_numeric) {
        X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                                    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
        // The server receives the name as well, because it may have certificates for several names.
        is_set = X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size()) == 1 &&
                 SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                          const_cast<char*>(host.c_str())) == 1;
    } else {
        is_set = X509_VERIFY_PARAM_set1_ip_asc(wanted, address.to_string().c_str()) == 1;
    }
    return is_set ? error_code() : make_error_code(errc::tls_failed);
}

LANGEXPORT_DECL std::string certificate_problem(SSL* tls) {
    const long verdict = SSL_get_verify_result(tls);
    if (verdict == X509_V_OK)
        return {};
    std::string why = verdict == X509_V_ERR_APPLICATION_VERIFICATION
                          ? "it has no subject alternative name, and a common name is not accepted"
                          : X509_verify_cert_error_string(verdict);
    const void* const kept = SSL_get_ex_data(tls, rejected_certificate_index());
    return kept ? why + " (" + *static_cast<const std::string*>(kept) + ")" : why;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
