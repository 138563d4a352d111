#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_TLS_CONTEXT_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_TLS_CONTEXT_IPP

#include <langexport/detail/transport/openssl_error.hpp>
#include <langexport/detail/transport/tls_context.hpp>

#include <boost/asio/ip/address.hpp>

#include <openssl/err.h>
#include <openssl/store.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <mutex>
#include <new>

namespace langexport {
inline namespace v0 {
namespace detail {

struct free_store {
    void operator()(X509_STORE* store) const noexcept { X509_STORE_free(store); }
};
using store_ptr = std::unique_ptr<X509_STORE, free_store>;

inline std::string value_or(const char* variable, const char* otherwise) {
    const char* value = std::getenv(variable);
    return value && *value ? value : otherwise;
}

// OpenSSL reads a directory of certificates on demand only, so this function checks whether it has any.
inline bool has_entries(const std::string& directory) {
    OSSL_STORE_CTX* listing =
        OSSL_STORE_open(directory.c_str(), nullptr, nullptr, nullptr, nullptr);
    OSSL_STORE_INFO* first = listing ? OSSL_STORE_load(listing) : nullptr;
    const bool found = first != nullptr;
    OSSL_STORE_INFO_free(first);
    OSSL_STORE_close(listing);
    return found;
}

inline bool has_certificates(X509_STORE* store) {
    return sk_X509_OBJECT_num(X509_STORE_get0_objects(store)) > 0;
}

// The certificates that the system trusts, or null and the searched places. A failure is not cached: after a repair
// of the system, the program needs no restart.
inline X509_STORE* system_store(std::string& why, error_code& shortage) {
    static std::mutex mutex;
    static store_ptr loaded;
    const std::lock_guard lock(mutex);
    if (loaded)
        return loaded.get();
    const std::string file =
        value_or(X509_get_default_cert_file_env(), X509_get_default_cert_file());
    const std::string directory =
        value_or(X509_get_default_cert_dir_env(), X509_get_default_cert_dir());
    store_ptr store(X509_STORE_new());
    const bool is_loaded = store && X509_STORE_set_default_paths(store.get()) == 1 &&
                           (has_certificates(store.get()) || has_entries(directory));
    const error_code failure = take_openssl_error();
    if (!is_loaded && is_shortage(failure)) {
        why = "the trusted certificates of the system cannot be read: " + failure.message();
        shortage = failure;
        return nullptr;
    }
    if (!is_loaded) {
        why = "no trust anchors: there are no certificates in the file " + file +
              " nor in the directory " + directory +
              "; install them (Debian: apt-get install ca-certificates), set SSL_CERT_FILE or "
              "SSL_CERT_DIR, or set client_params::ca_file";
        return nullptr;
    }
    loaded = std::move(store);
    return loaded.get();
}

// Suites of TLS 1.2 with forward secrecy: a key that leaks later does not decrypt recorded traffic.
inline constexpr const char* tls12_suites =
    "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:!aNULL:!aDSS";

// A certificate with its host in the common name only gets an error of its own.
inline int verify_peer(int is_good, X509_STORE_CTX* context) {
    const int verdict = X509_STORE_CTX_get_error(context);
    const bool is_of_another =
        verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH;
    const X509* const certificate = X509_STORE_CTX_get0_cert(context);
    if (!is_good && is_of_another && certificate &&
        X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1) < 0)
        X509_STORE_CTX_set_error(context, X509_V_ERR_APPLICATION_VERIFICATION);
    return is_good;
}

// The rules for every connection. False: this OpenSSL has no suite that satisfies them.
inline bool set_rules(SSL_CTX* native) noexcept {
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_verify(native, SSL_VERIFY_PEER, verify_peer);
    return SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(native, tls12_suites) == 1;
}

LANGEXPORT_DECL std::shared_ptr<tls_context>
make_tls_context(const std::string& ca_file, std::string& why, error_code& shortage) {
    ERR_clear_error();
    auto context = std::make_shared<tls_context>();
    context->native.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX* const native = context->native.get();
    if (!native)
        throw std::bad_alloc();
    context->sessions.serve(native);
    if (!set_rules(native)) {
        why = "OpenSSL has no forward-secret cipher suites for TLS 1.2: " +
              take_openssl_error().message();
        return nullptr;
    }
    // A request is sent record by record; an idle connection releases its memory.
    SSL_CTX_set_mode(native, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                 SSL_MODE_RELEASE_BUFFERS);
    // A record is read as a whole, not its header first.
    SSL_CTX_set_read_ahead(native, 1);
    if (ca_file.empty()) {
        X509_STORE* store = system_store(why, shortage);
        if (!store)
            return nullptr;
        SSL_CTX_set1_cert_store(native, store);
    } else if (SSL_CTX_load_verify_locations(native, ca_file.c_str(), nullptr) != 1) {
        // The first error has the reason, the last one only the place.
        const error_code failure = take_openssl_error();
        if (is_shortage(failure))
            shortage = failure;
        why = "no certificates can be read from the file '" + ca_file + "': " + failure.message();
        return nullptr;
    }
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
        // The server receives the name, too: it may have certificates for several.
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
    if (verdict == X509_V_ERR_APPLICATION_VERIFICATION)
        return "it has no subject alternative name, and a common name does not count";
    return verdict == X509_V_OK ? std::string() : X509_verify_cert_error_string(verdict);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
