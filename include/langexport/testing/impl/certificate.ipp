#ifndef LANGEXPORT_TESTING_IMPL_CERTIFICATE_IPP
#define LANGEXPORT_TESTING_IMPL_CERTIFICATE_IPP

#include <langexport/testing/certificate.hpp>

#include <boost/asio/ssl/error.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <string>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

template <auto Free>
class openssl_deleter {
public:
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using unique_key = std::unique_ptr<EVP_PKEY, openssl_deleter<EVP_PKEY_free>>;
using unique_certificate = std::unique_ptr<X509, openssl_deleter<X509_free>>;
using unique_bio = std::unique_ptr<BIO, openssl_deleter<BIO_free_all>>;
using unique_extension = std::unique_ptr<X509_EXTENSION, openssl_deleter<X509_EXTENSION_free>>;

LANGEXPORT_DECL void check_openssl(bool good, const char* call) {
    if (good)
        return;
    const boost::system::error_code ec(static_cast<int>(ERR_get_error()),
                                       boost::asio::error::get_ssl_category());
    ERR_clear_error();
    throw boost::system::system_error(ec, call);
}

LANGEXPORT_DECL void add_extension(X509* certificate, X509* issuer, int nid,
                                   const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const unique_extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    check_openssl(extension != nullptr, "certificate extension");
    check_openssl(X509_add_ext(certificate, extension.get(), -1) == 1, "certificate extension");
}

// A certificate without extensions and signature.
LANGEXPORT_DECL unique_certificate blank_certificate(EVP_PKEY* key, const std::string& name,
                                                     std::chrono::seconds from,
                                                     std::chrono::seconds until) {
    unique_certificate certificate(X509_new());
    check_openssl(certificate != nullptr, "certificate");
    X509* const x = certificate.get();
    std::uint64_t serial = 0;
    check_openssl(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1,
                  "certificate serial number");
    check_openssl(ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial >> 1U) == 1,
                  "certificate serial number");
    check_openssl(X509_set_version(x, 2) == 1, "certificate version");
    const auto first = from.count(), last = until.count();
    check_openssl(X509_gmtime_adj(X509_getm_notBefore(x), static_cast<long>(first)) &&
                      X509_gmtime_adj(X509_getm_notAfter(x), static_cast<long>(last)),
                  "certificate validity");
    X509_NAME* const subject = X509_get_subject_name(x);
    check_openssl(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                             reinterpret_cast<const unsigned char*>(name.data()),
                                             static_cast<int>(name.size()), -1, 0) == 1,
                  "certificate name");
    check_openssl(X509_set_pubkey(x, key) == 1, "certificate key");
    return certificate;
}

LANGEXPORT_DECL std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    return std::string(data, static_cast<std::size_t>(length));
}

LANGEXPORT_DECL std::string to_pem(X509* certificate) {
    const unique_bio bio(BIO_new(BIO_s_mem()));
    check_openssl(bio && PEM_write_bio_X509(bio.get(), certificate) == 1, "certificate as PEM");
    return text_of(bio.get());
}

LANGEXPORT_DECL std::string to_pem(EVP_PKEY* key) {
    const unique_bio bio(BIO_new(BIO_s_mem()));
    check_openssl(
        bio && PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
        "private key as PEM");
    return text_of(bio.get());
}

} // namespace detail

LANGEXPORT_DECL std::vector<std::string> certificate_options::loopback_addresses() {
    std::vector<std::string> addresses;
    addresses.emplace_back("127.0.0.1");
    addresses.emplace_back("::1");
    return addresses;
}

LANGEXPORT_DECL server_certificate make_certificate(const certificate_options& options) {
    using namespace std::chrono;
    const detail::unique_key authority_key(EVP_EC_gen("P-256"));
    const detail::unique_key server_key(EVP_EC_gen("P-256"));
    detail::check_openssl(authority_key && server_key, "EC key");

    const detail::unique_certificate authority = detail::blank_certificate(
        authority_key.get(), "langexport emulator authority", -hours(24 * 365), hours(24 * 365));
    detail::check_openssl(
        X509_set_issuer_name(authority.get(), X509_get_subject_name(authority.get())) == 1,
        "certificate issuer");
    detail::add_extension(authority.get(), authority.get(), NID_basic_constraints,
                          "critical,CA:TRUE");
    detail::add_extension(authority.get(), authority.get(), NID_key_usage,
                          "critical,keyCertSign,cRLSign");
    detail::add_extension(authority.get(), authority.get(), NID_subject_key_identifier, "hash");
    detail::check_openssl(X509_sign(authority.get(), authority_key.get(), EVP_sha256()) > 0,
                          "certificate signature");

    // An expired certificate must begin before it expired.
    const seconds from = (std::min)(-options.age, options.remaining - seconds(hours(1)));
    std::string names;
    for (const std::string& host : options.host_names)
        names += (names.empty() ? "DNS:" : ",DNS:") + host;
    for (const std::string& address : options.ip_addresses)
        names += (names.empty() ? "IP:" : ",IP:") + address;
    const detail::unique_certificate server =
        detail::blank_certificate(server_key.get(), "langexport emulator", from, options.remaining);
    detail::check_openssl(
        X509_set_issuer_name(server.get(), X509_get_subject_name(authority.get())) == 1,
        "certificate issuer");
    detail::add_extension(server.get(), authority.get(), NID_basic_constraints,
                          "critical,CA:FALSE");
    detail::add_extension(server.get(), authority.get(), NID_key_usage,
                          "critical,digitalSignature");
    detail::add_extension(server.get(), authority.get(), NID_ext_key_usage,
                          "serverAuth,clientAuth");
    detail::add_extension(server.get(), authority.get(), NID_subject_key_identifier, "hash");
    detail::add_extension(server.get(), authority.get(), NID_authority_key_identifier,
                          "keyid:always");
    if (!names.empty())
        detail::add_extension(server.get(), authority.get(), NID_subject_alt_name, names);
    detail::check_openssl(X509_sign(server.get(), authority_key.get(), EVP_sha256()) > 0,
                          "certificate signature");

    server_certificate result;
    result.authority_pem = detail::to_pem(authority.get());
    result.certificate_pem = detail::to_pem(server.get());
    result.private_key_pem = detail::to_pem(server_key.get());
    return result;
}

} // namespace testing
} // namespace v0
} // namespace langexport

#endif
