// TLS settings against nginx: client certificates, other trusted certificates, versions, preparation.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/certificate_gateway.hpp"
#include "support/nginx.hpp"
#include "support/temporary_folder.hpp"
#include "unit/rejection.hpp"

#include <langexport/testing/certificate.hpp>

#include <openssl/ssl.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

namespace client_certificate_test {

namespace testing = langexport::testing;
using langexport::client_params;
using langexport::errc;
using langexport_tests::certificate_gateway;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::nginx;
using langexport_tests::rejection_of;
using langexport_tests::temporary_folder;

namespace {

bool is_skipped() {
    if (nginx::is_installed())
        return false;
    WARN("skipped: nginx is not installed");
    return true;
}

// A client, the gateway, and the emulator behind it.
class gateway {
public:
    explicit gateway(const std::string& more = "ssl_verify_client on;\n")
        : front_(service->port(), more) {}

    client_params params() {
        client_params result = service.params();
        result.endpoint = front_.url();
        result.ca_file = server.path("ca.pem");
        result.retry.max_attempts = 2;
        return result;
    }
    auto run(const client_params& with) {
        return service.export_project(service.make_client(with));
    }

    client_bench service{false};

private:
    certificate_gateway front_;

public:
    const nginx& server = front_.server;
    const testing::server_certificate& server_identity = front_.server_identity;
    const testing::server_certificate& client_identity = front_.client_identity;
};

// A key that is encrypted with this passphrase.
void encrypt_key(const nginx& server, const std::string& passphrase) {
    const std::string command = "openssl pkey -in '" + server.path("client.key") +
                                "' -aes-256-cbc -passout 'pass:" + passphrase + "' -out '" +
                                server.path("encrypted.key") + "' 2>/dev/null";
    if (std::system(command.c_str()) != 0)
        throw std::runtime_error("openssl cannot encrypt a key");
}

std::string rejection(gateway& g, const client_params& params) {
    const auto rejected = rejection_of([&] { g.service.make_client(params); });
    CHECK(rejected.code == errc::invalid_configuration);
    return rejected.detail;
}

} // namespace

TEST_CASE("a client certificate is presented, from files or memory", "[client][tls]") {
    if (is_skipped())
        return;
    gateway g;
    encrypt_key(g.server, "open sesame");
    struct row {
        const char* name;
        void (*set)(langexport::tls_params&, const gateway&);
    };
    const row rows[] = {
        {"one file",
         [](langexport::tls_params& tls, const gateway& server) {
             tls.certificate_file = server.server.path("both.pem");
         }},
        {"memory",
         [](langexport::tls_params& tls, const gateway& server) {
             tls.certificate_pem = server.client_identity.certificate_pem;
             tls.key_pem = server.client_identity.private_key_pem;
         }},
        {"an encrypted key",
         [](langexport::tls_params& tls, const gateway& server) {
             tls.certificate_file = server.server.path("client.pem");
             tls.key_file = server.server.path("encrypted.key");
             tls.passphrase = [] { return std::string("open sesame"); };
         }},
        {"the program's own preparation",
         [](langexport::tls_params& tls, const gateway& server) {
             tls.prepare_context = [&server](ssl_ctx_st* context) {
                 SSL_CTX_use_certificate_file(context, server.server.path("client.pem").c_str(),
                                              SSL_FILETYPE_PEM);
                 SSL_CTX_use_PrivateKey_file(context, server.server.path("client.key").c_str(),
                                             SSL_FILETYPE_PEM);
             };
         }},
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        client_params params = g.params();
        each.set(params.tls, g);
        const auto done = g.run(params);
        INFO((done.error ? done.what() : std::string()));
        CHECK(done.is_good());
    }
}

TEST_CASE("a client certificate is presented from two files", "[client][tls]") {
    if (is_skipped())
        return;
    gateway g;
    client_params params = g.params();
    const std::string folder = g.server.path("");
    // [region certificate]
    // The file has the certificates up to the authority as well.
    params.tls.certificate_file = folder + "/client.pem";
    params.tls.key_file = folder + "/client.key";
    // [end certificate]
    const auto done = g.run(params);
    INFO((done.error ? done.what() : std::string()));
    CHECK(done.is_good());
}

TEST_CASE("an unusable client certificate is reported with its setting", "[client][tls]") {
    if (is_skipped())
        return;
    gateway g;
    encrypt_key(g.server, "open sesame");
    const std::string garbage = g.server.path("garbage");
    std::ofstream(garbage) << "no PEM at all";
    client_params params = g.params();
    params.tls.certificate_file = "/nowhere/client.pem";
    CHECK_THAT(rejection(g, params), contains_text("client_params::tls.certificate_file: ") &&
                                         contains_text("'/nowhere/client.pem'"));
    params.tls.certificate_file = garbage;
    CHECK_THAT(rejection(g, params), contains_text("no certificate can be read"));
    params.tls.certificate_file = g.server.path("client.pem");
    CHECK_THAT(rejection(g, params), contains_text("no private key can be read from the file"));
    params.tls.key_file = g.server.path("server.key");
    CHECK_THAT(rejection(g, params),
               contains_text("client_params::tls.key_file: ") &&
                   contains_text("does not belong to the client certificate"));
    params.tls.key_file = g.server.path("encrypted.key");
    CHECK_THAT(rejection(g, params), contains_text("is encrypted, and there is no passphrase"));
    params.tls.passphrase = [] { return std::string("open barley"); };
    const std::string wrong = rejection(g, params);
    CHECK_THAT(wrong, contains_text("cannot be decrypted with this passphrase"));
    CHECK(wrong.find("barley") == std::string::npos);
    params.tls.passphrase = []() -> std::string { throw std::runtime_error("the safe is closed"); };
    CHECK_THROWS_AS(g.service.make_client(params), std::runtime_error);
    params.tls = {};
    params.tls.key_pem = g.client_identity.private_key_pem;
    CHECK_THAT(rejection(g, params), contains_text("without a client certificate"));
    params.tls.certificate_pem = g.client_identity.certificate_pem;
    params.tls.certificate_file = "x";
    CHECK_THAT(rejection(g, params), contains_text("set one of them"));
    CHECK(g.service.number_seen() == 0);
}

TEST_CASE("PEM text is read completely, and an unreadable part is reported", "[client][tls]") {
    client_bench b(false);
    const auto one = testing::make_certificate({}), other = testing::make_certificate({});
    const std::string broken = other.authority_pem.substr(0, other.authority_pem.size() / 2);
    const std::string garbled = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
    client_params params = b.params();
    params.endpoint = "https://localhost:1";
    const auto why_not = [&] { return rejection_of([&] { b.make_client(params); }).detail; };
    const auto with_crlf = [](const std::string& pem) {
        std::string text;
        for (const char c : pem)
            text += c == '\n' ? std::string("\r\n") : std::string(1, c);
        return text;
    };
    const std::string good[] = {one.authority_pem, one.authority_pem + other.authority_pem,
                                "a comment\n" + one.authority_pem + "\n\nanother\n",
                                one.authority_pem + one.authority_pem,
                                with_crlf(one.authority_pem + other.authority_pem)};
    for (const std::string& pem : good) {
        params.tls = {};
        params.tls.ca_pem = pem;
        params.tls.certificate_pem = one.certificate_pem + pem;
        params.tls.key_pem = with_crlf(one.private_key_pem);
        CHECK(why_not().empty());
        // The key may stand before the certificate, in the same text.
        params.tls.key_pem = {};
        params.tls.certificate_pem = one.private_key_pem + one.certificate_pem + pem;
        CHECK(why_not().empty());
    }
    for (const std::string& end : {broken, garbled}) {
        params.tls = {};
        params.tls.ca_pem = one.authority_pem + end;
        CHECK_THAT(
            why_not(),
            contains_text("client_params::tls.ca_pem: the text has a certificate that cannot "
                          "be read, after 1 certificate"));
        params.tls.ca_pem = end;
        CHECK_THAT(why_not(), contains_text("no certificates can be read from the text"));
        params.tls = {};
        params.tls.certificate_pem = one.certificate_pem + end;
        params.tls.key_pem = one.private_key_pem;
        CHECK_THAT(why_not(), contains_text("client_params::tls.certificate_pem: a certificate "
                                            "after the first one cannot be read"));
    }
}

TEST_CASE("without the client certificate that a server requires, nothing is submitted",
          "[client][tls]") {
    if (is_skipped())
        return;
    // nginx serves an error page over the connection; another server rejects it in TLS.
    gateway g;
    const auto done = g.run(g.params());
    REQUIRE(done.error);
    CHECK_THAT(done.what(), contains_text("No required SSL certificate was sent"));
    CHECK(done.known().submission == langexport::submission_state::not_sent);
    CHECK(g.service.number_seen() == 0);
}

TEST_CASE("trusted certificates are read from a folder or from memory", "[client][tls]") {
    if (is_skipped())
        return;
    gateway g("");
    const temporary_folder folder;
    std::filesystem::copy_file(g.server.path("ca.pem"), folder / "ca.pem");
    REQUIRE(std::system(("openssl rehash '" + folder.path().string() + "'").c_str()) == 0);
    client_params params = g.params();
    params.ca_file.clear();
    params.tls.ca_folder = folder.path().string();
    CHECK(g.run(params).is_good());
    params.tls.ca_folder.clear();
    params.tls.ca_pem = g.client_identity.authority_pem + g.server_identity.authority_pem;
    CHECK(g.run(params).is_good());
    params.tls.min_version = langexport::tls_version::v1_3;
    CHECK(g.run(params).is_good());

    params.tls.ca_pem = g.client_identity.authority_pem; // another authority
    const auto done = g.run(params);
    CHECK(done.code() == errc::tls_failed);
    CHECK_THAT(done.what(), contains_text("the certificate of 'localhost' was not accepted"));
    params.tls.ca_pem = "no PEM";
    CHECK_THAT(rejection(g, params), contains_text("client_params::tls.ca_pem: "));
    params.tls.ca_pem.clear();
    params.tls.ca_folder = "/nowhere";
    CHECK_THAT(rejection(g, params),
               contains_text("client_params::tls.ca_folder: ") && contains_text("'/nowhere'"));
}

TEST_CASE("a program's prepare function cannot weaken the verification", "[client][tls]") {
    if (is_skipped())
        return;
    gateway g("ssl_protocols TLSv1.2;\n");
    client_params params = g.params();
    params.ca_file.clear();
    params.tls.ca_pem = g.client_identity.authority_pem; // not the server's
    bool was_called = false;
    params.tls.prepare_context = [&](ssl_ctx_st* context) {
        was_called = true;
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
        SSL_CTX_set_cert_verify_callback(
            context, [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
        SSL_CTX_set_security_level(context, 0);
        SSL_CTX_load_verify_locations(context, g.server.path("ca.pem").c_str(), nullptr);
    };
    auto done = g.run(params);
    CHECK(was_called);
    CHECK(done.code() == errc::tls_failed);
    CHECK_THAT(done.what(), contains_text("was not accepted"));

    params = g.params();
    params.tls.min_version = langexport::tls_version::v1_3; // the server has 1.2 only
    params.tls.prepare_context = [](ssl_ctx_st* context) {
        SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    };
    CHECK(g.run(params).code() == errc::tls_failed);
    params.tls.min_version = langexport::tls_version::v1_2;
    CHECK(g.run(params).is_good());

    params.tls.prepare_context = [](ssl_ctx_st*) { throw std::logic_error("no module"); };
    CHECK_THROWS_AS(g.service.make_client(params), std::logic_error);
    CHECK(g.service.number_seen() == 3);
}

TEST_CASE("a rejected certificate is described", "[client][tls]") {
    client_bench b(false);
    testing::certificate_options old;
    old.remaining = std::chrono::hours(-1);
    if (is_skipped())
        return;
    const auto identity = testing::make_certificate(old);
    nginx server;
    server.write("server.pem", identity.certificate_pem);
    server.write("server.key", identity.private_key_pem);
    server.write("ca.pem", identity.authority_pem);
    server.start("server {\nlisten 127.0.0.1:$PORT ssl;\nssl_certificate server.pem;\n"
                 "ssl_certificate_key server.key;\n}\n");
    client_params params = b.params();
    params.endpoint = "https://localhost:" + std::to_string(server.port());
    params.ca_file = server.path("ca.pem");
    const auto done = b.export_project(b.make_client(params));
    CHECK(done.code() == errc::tls_failed);
    CHECK_THAT(done.what(),
               contains_text("the certificate of 'localhost' was not accepted: "
                             "certificate has expired (subject '/CN=langexport emulator', "
                             "issuer '/CN=langexport emulator authority', valid from "
                             "20"));
}

} // namespace client_certificate_test
