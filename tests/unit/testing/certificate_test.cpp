// Certificates that are created at run time, checked with OpenSSL.

#include <langexport/testing/certificate.hpp>

#include "support/catch.hpp"

#include <boost/system/system_error.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <memory>
#include <string>

namespace certificate_test {

using namespace std::chrono_literals;
using langexport::testing::certificate_options;
using langexport::testing::make_certificate;
using langexport::testing::server_certificate;

namespace {

template <auto Free>
struct freed {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};
using certificate = std::unique_ptr<X509, freed<X509_free>>;
using key = std::unique_ptr<EVP_PKEY, freed<EVP_PKEY_free>>;
using bio = std::unique_ptr<BIO, freed<BIO_free_all>>;

bio memory_of(const std::string& pem) {
    return bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}
certificate parse(const std::string& pem) {
    certificate made(PEM_read_bio_X509(memory_of(pem).get(), nullptr, nullptr, nullptr));
    REQUIRE(made);
    return made;
}
key parse_key(const std::string& pem) {
    key made(PEM_read_bio_PrivateKey(memory_of(pem).get(), nullptr, nullptr, nullptr));
    REQUIRE(made);
    return made;
}

// X509_V_OK, or why a peer that trusts the authority rejects the certificate at that time.
int verify(const std::string& authority_pem, const std::string& pem, int purpose,
           std::chrono::seconds from_now = 0s) {
    const certificate authority = parse(authority_pem), server = parse(pem);
    const std::unique_ptr<X509_STORE, freed<X509_STORE_free>> store(X509_STORE_new());
    REQUIRE(X509_STORE_add_cert(store.get(), authority.get()) == 1);
    const std::unique_ptr<X509_STORE_CTX, freed<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
    REQUIRE(X509_STORE_CTX_init(context.get(), store.get(), server.get(), nullptr) == 1);
    X509_STORE_CTX_set_purpose(context.get(), purpose);
    X509_STORE_CTX_set_time(
        context.get(), 0,
        std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + from_now));
    return X509_verify_cert(context.get()) == 1 ? X509_V_OK
                                                : X509_STORE_CTX_get_error(context.get());
}
int verify(const server_certificate& made, std::chrono::seconds from_now = 0s) {
    return verify(made.authority_pem, made.certificate_pem, X509_PURPOSE_SSL_SERVER, from_now);
}

bool is_for_host(const server_certificate& made, const char* name) {
    return X509_check_host(parse(made.certificate_pem).get(), name, 0, 0, nullptr) == 1;
}
bool is_for_address(const server_certificate& made, const char* address) {
    return X509_check_ip_asc(parse(made.certificate_pem).get(), address, 0) == 1;
}

} // namespace

TEST_CASE("a certificate is signed by its authority, and its key belongs to it",
          "[emulator][certificate]") {
    const server_certificate one = make_certificate(certificate_options()),
                             other = make_certificate(certificate_options());
    CHECK(verify(one) == X509_V_OK);
    CHECK(verify(one.authority_pem, one.certificate_pem, X509_PURPOSE_SSL_CLIENT) == X509_V_OK);
    CHECK(X509_check_private_key(parse(one.certificate_pem).get(),
                                 parse_key(one.private_key_pem).get()) == 1);
    CHECK(X509_check_ca(parse(one.authority_pem).get()) == 1);
    CHECK(X509_check_ca(parse(one.certificate_pem).get()) == 0);

    INFO("nothing is shared with another one");
    CHECK(verify(other.authority_pem, one.certificate_pem, X509_PURPOSE_SSL_SERVER) != X509_V_OK);
    CHECK(X509_check_private_key(parse(one.certificate_pem).get(),
                                 parse_key(other.private_key_pem).get()) == 0);
    ERR_clear_error();
}

TEST_CASE("a certificate is valid for the names and addresses of its options",
          "[emulator][certificate]") {
    certificate_options options;
    const server_certificate usual = make_certificate(options);
    CHECK(is_for_host(usual, "localhost"));
    CHECK(is_for_address(usual, "127.0.0.1"));
    CHECK(is_for_address(usual, "::1"));
    CHECK_FALSE(is_for_host(usual, "name.example"));
    CHECK_FALSE(is_for_address(usual, "127.0.0.2"));

    options.host_names = {"a.example", "*.b.example"};
    options.ip_addresses = {"192.0.2.7"};
    const server_certificate other = make_certificate(options);
    CHECK(is_for_host(other, "a.example"));
    CHECK(is_for_host(other, "x.b.example"));
    CHECK_FALSE(is_for_host(other, "localhost"));
    CHECK(is_for_address(other, "192.0.2.7"));
    CHECK_FALSE(is_for_address(other, "127.0.0.1"));

    options.host_names.clear();
    options.ip_addresses.clear();
    const server_certificate nameless = make_certificate(options);
    CHECK(verify(nameless) == X509_V_OK);
    CHECK_FALSE(is_for_host(nameless, "localhost"));
}

TEST_CASE("a certificate is valid from its age until the rest of its time has passed",
          "[emulator][certificate]") {
    certificate_options options;
    const server_certificate usual = make_certificate(options);
    CHECK(verify(usual, -61min) == X509_V_ERR_CERT_NOT_YET_VALID);
    CHECK(verify(usual, -59min) == X509_V_OK);
    CHECK(verify(usual, 24h * 30 - 1min) == X509_V_OK);
    CHECK(verify(usual, 24h * 30 + 1min) == X509_V_ERR_CERT_HAS_EXPIRED);

    options.age = -1h; // it begins in an hour
    CHECK(verify(make_certificate(options)) == X509_V_ERR_CERT_NOT_YET_VALID);
    options.age = 0s;
    options.remaining = -24h; // before the certificate would begin: it begins earlier
    const server_certificate expired = make_certificate(options);
    CHECK(verify(expired) == X509_V_ERR_CERT_HAS_EXPIRED);
    CHECK(verify(expired, -24h - 30min) == X509_V_OK);
    CHECK(verify(expired, -26h) == X509_V_ERR_CERT_NOT_YET_VALID);
}

TEST_CASE("an invalid address is an error", "[emulator][certificate]") {
    certificate_options options;
    options.ip_addresses = {"localhost"};
    CHECK_THROWS_AS(make_certificate(options), boost::system::system_error);
    options.ip_addresses = {"1.2.3.4.5"};
    CHECK_THROWS_AS(make_certificate(options), boost::system::system_error);
    CHECK_NOTHROW(make_certificate(certificate_options())); // no error is left behind
}

} // namespace certificate_test
