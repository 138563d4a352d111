#include <langexport/detail/transport/tls_context.hpp>
#include <langexport/testing/certificate.hpp>

#include "io/opener_bench.hpp"
#include "support/catch.hpp"
#include "support/memory_tls.hpp"
#include "support/tls_server.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace tls_context_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::bench;
using langexport_tests::certificate_without_names;
using langexport_tests::contains_text;
using langexport_tests::context_of;
using langexport_tests::memory_tls_server;
using langexport_tests::memory_transport;
using langexport_tests::openssl_ptr;
using langexport_tests::peer_of;
using langexport_tests::read_to_end;
using langexport_tests::tls_server;

namespace {

void only_tls12(SSL_CTX* context) {
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
}

void handshake_and_wait(SSL* tls) {
    SSL_accept(tls);
    read_to_end(tls); // also if it failed: a reset may discard the last bytes
}

// A client of a server in memory that has this certificate.
class connecting {
public:
    connecting(const testing::server_certificate& identity, SSL_CTX* server,
               std::shared_ptr<tls_context> context)
        : identity_(identity), server_(server), transport_(server_),
          channel_(std::move(context), transport_) {}
    connecting(const testing::server_certificate& identity, SSL_CTX* server)
        : connecting(identity, server, context_of(identity.authority_pem)) {}

    bool connect() {
        return langexport_tests::handshake(server_, [this] {
            if (!error || error == asio::error::would_block)
                channel_.handshake(error);
            return !error;
        });
    }
    SSL* tls() { return channel_.native(); }
    // The name that the client has sent; empty: none.
    std::string announced() const {
        const char* const name = SSL_get_servername(server_.native(), TLSEXT_NAMETYPE_host_name);
        return name ? name : "";
    }

    error_code error;

private:
    testing::server_certificate identity_;
    memory_tls_server server_;
    memory_transport transport_;
    tls_channel channel_;
};

} // namespace

TEST_CASE("a peer must have a certificate with the expected host", "[tls_context]") {
    testing::certificate_options options;
    options.host_names = {"service.example", "*.wild.example", "127.0.0.7", "part*.example"};
    options.ip_addresses = {"127.0.0.1", "::1"};
    const auto identity = testing::make_certificate(options);
    const auto server = langexport_tests::server_context(identity);
    struct row {
        std::string host;
        std::string announced;
        std::string problem; // empty: it is accepted
    };
    const std::string other_host = "ostname mismatch", other_address = "IP address mismatch";
    const row rows[] = {
        {"service.example", "service.example", ""},
        {"SERVICE.example", "SERVICE.example", ""},
        {"a.wild.example", "a.wild.example", ""},
        {"127.0.0.1", "", ""}, // an address is not announced (RFC 6066)
        {"::1", "", ""},
        {"other.example", "other.example", other_host},
        {"a.b.wild.example", "a.b.wild.example", other_host},
        {"partial.example", "partial.example", other_host},
        {"127.0.0.2", "", other_address},
        {"127.0.0.7", "", other_address}, // a name that looks like the address
    };
    for (const row& each : rows) {
        CAPTURE(each.host);
        connecting c(identity, server.get());
        REQUIRE_FALSE(expect_host(c.tls(), each.host));
        CHECK(c.connect() == each.problem.empty());
        CHECK(c.announced() == each.announced);
        const std::string why = certificate_problem(c.tls());
        if (each.problem.empty())
            CHECK(why == "");
        else
            CHECK_THAT(why, contains_text(each.problem) && contains_text("subject '") &&
                                contains_text("issuer '") && contains_text("valid from "));
    }
}

TEST_CASE("the problem of a certificate is described with its dates", "[tls_context]") {
    testing::certificate_options options;
    options.age = std::chrono::hours(48);
    options.remaining = -std::chrono::hours(1);
    const auto identity = testing::make_certificate(options);
    const auto server = langexport_tests::server_context(identity);
    connecting c(identity, server.get());
    REQUIRE_FALSE(expect_host(c.tls(), "localhost"));
    CHECK_FALSE(c.connect());
    CHECK(c.error.category() == asio::error::get_ssl_category());
    CHECK_THAT(certificate_problem(c.tls()),
               contains_text("expired") && contains_text("valid from 20"));
}

TEST_CASE("a handshake without a certificate has no problem of a certificate", "[tls_context]") {
    const auto identity = testing::make_certificate({});
    const auto server = langexport_tests::server_context(identity);
    SSL_CTX_set_max_proto_version(server.get(), TLS1_1_VERSION);
    connecting c(identity, server.get());
    CHECK_FALSE(c.connect());
    CHECK(certificate_problem(c.tls()) == "");
}

TEST_CASE("a connection has TLS 1.2 at least, or the version that the settings require",
          "[tls_context]") {
    const auto identity = testing::make_certificate({});
    for (const int most : {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION})
        for (const tls_version least : {tls_version::v1_2, tls_version::v1_3}) {
            CAPTURE(most, to_string(least));
            const auto server = langexport_tests::server_context(identity);
            SSL_CTX_set_security_level(server.get(), 0);
            SSL_CTX_set_min_proto_version(server.get(), TLS1_VERSION);
            SSL_CTX_set_max_proto_version(server.get(), most);
            tls_settings settings;
            settings.more.ca_pem = identity.authority_pem;
            settings.more.min_version = least;
            // A program's own preparation does not change that.
            settings.more.prepare_context = [](ssl_ctx_st* context) {
                SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
                SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
            };
            tls_problem problem;
            connecting c(identity, server.get(), make_tls_context(settings, problem));
            CHECK(c.connect() ==
                  (most >= (least == tls_version::v1_3 ? TLS1_3_VERSION : TLS1_2_VERSION)));
        }
}

TEST_CASE("a certificate with only a common name is rejected", "[tls_context]") {
    const std::string host = GENERATE("localhost", "127.0.0.1");
    const auto identity = certificate_without_names(host);
    tls_server server(identity, handshake_and_wait);
    bench b(peer_of(host, server.port(), true), context_of(identity.authority_pem));
    REQUIRE(b.open());
    b.check_failure(errc::tls_failed);
    CHECK_THAT(b.detail(), contains_text("the certificate of '" + host + "' was not accepted") &&
                               contains_text("subject alternative name"));
}

TEST_CASE("a certificate for another purpose is rejected, regardless of prepare_context",
          "[tls_context]") {
    for (const char* usage : {"clientAuth", "serverAuth"}) {
        CAPTURE(usage);
        const auto identity = langexport_tests::certificate_for_usage(usage);
        tls_server server(identity, handshake_and_wait);
        tls_settings settings;
        settings.more.ca_pem = identity.authority_pem;
        settings.more.prepare_context = [](ssl_ctx_st* context) {
            SSL_CTX_set_purpose(context, X509_PURPOSE_ANY);
            SSL_CTX_set_trust(context, X509_TRUST_OBJECT_SIGN);
        };
        tls_problem problem;
        bench b(peer_of("localhost", server.port(), true), make_tls_context(settings, problem));
        REQUIRE(b.open());
        if (std::string_view(usage) == "serverAuth") {
            INFO(b.detail());
            CHECK_FALSE(b.result.failure);
            continue;
        }
        b.check_failure(errc::tls_failed);
        CHECK_THAT(b.detail(), contains_text("purpose"));
    }
}

TEST_CASE("prepare_context does not change the strictness of OpenSSL", "[tls_context]") {
    tls_settings settings;
    settings.more.ca_pem = testing::make_certificate({}).authority_pem;
    tls_problem problem;
    const auto usual = make_tls_context(settings, problem);
    settings.more.prepare_context = [](ssl_ctx_st* context) {
        SSL_CTX_set_security_level(context, 0);
        SSL_CTX_set_security_callback(
            context, [](const SSL*, const SSL_CTX*, int, int, int, void*, void*) { return 1; });
    };
    const auto prepared = make_tls_context(settings, problem);
    REQUIRE((usual && prepared));
    CHECK(SSL_CTX_get_security_level(prepared->native.get()) ==
          SSL_CTX_get_security_level(usual->native.get()));
    CHECK(SSL_CTX_get_security_callback(prepared->native.get()) ==
          SSL_CTX_get_security_callback(usual->native.get()));
}

TEST_CASE("TLS 1.2 uses only suites with forward secrecy and authenticated encryption",
          "[tls_context]") {
    SECTION("no other suite is offered") {
        const auto context = context_of(testing::make_certificate({}).authority_pem);
        const std::unique_ptr<SSL, free_tls> tls(SSL_new(context->native.get()));
        STACK_OF(SSL_CIPHER)* const offered = SSL_get1_supported_ciphers(tls.get());
        REQUIRE(offered != nullptr);
        int old_ones = 0;
        for (int i = 0; i < sk_SSL_CIPHER_num(offered); ++i) {
            const SSL_CIPHER* const suite = sk_SSL_CIPHER_value(offered, i);
            INFO(SSL_CIPHER_get_name(suite));
            CHECK(SSL_CIPHER_is_aead(suite) == 1);
            const int exchange = SSL_CIPHER_get_kx_nid(suite);
            old_ones += exchange != NID_kx_any;
            CHECK((exchange == NID_kx_ecdhe || exchange == NID_kx_dhe || exchange == NID_kx_any));
            CHECK(SSL_CIPHER_get_auth_nid(suite) != NID_auth_null);
        }
        CHECK(old_ones > 2);
        sk_SSL_CIPHER_free(offered);
    }
    SECTION("a server with such a suite is reached, a server without one is not") {
        const bool is_good = GENERATE(false, true);
        const auto identity = testing::make_certificate({});
        tls_server server(identity, handshake_and_wait, [is_good](SSL_CTX* context) {
            only_tls12(context);
            SSL_CTX_set_cipher_list(context, is_good ? "ECDHE-ECDSA-AES128-GCM-SHA256"
                                                     : "ECDHE-ECDSA-AES128-SHA256");
        });
        bench b(peer_of("localhost", server.port(), true), context_of(identity.authority_pem));
        REQUIRE(b.open());
        if (is_good)
            CHECK(b.detail() == "");
        else
            b.check_failure(errc::tls_failed);
        b.result.stream.reset();
    }
}

} // namespace tls_context_test
