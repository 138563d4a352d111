// A server that rejects its client after the handshake, as TLS 1.3 lets it; certificates that cannot be read.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/few_descriptors.hpp"
#include "support/tls_server.hpp"

#include <openssl/ssl.h>

#include <cstdio>
#include <fstream>
#include <optional>
#include <string>

namespace tls_rejection_test {

namespace testing = langexport::testing;
using langexport::client_params;
using langexport::errc;
using langexport::submission_state;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::no_descriptors;
using langexport_tests::read_request;
using langexport_tests::read_to_end;
using langexport_tests::temporary_path;
using langexport_tests::tls_server;

namespace {

// Where the client finds the server, and trusts it.
class params_for {
public:
    params_for(client_bench& b, const tls_server& server,
               const testing::server_certificate& identity)
        : file_(temporary_path(".pem")), params_(b.params()) {
        std::ofstream(file_) << identity.authority_pem;
        params_.endpoint = "https://localhost:" + std::to_string(server.port());
        params_.ca_file = file_;
    }
    ~params_for() { std::remove(file_.c_str()); }
    params_for(const params_for&) = delete;
    params_for& operator=(const params_for&) = delete;

    const client_params& get() const { return params_; }

private:
    std::string file_;
    client_params params_;
};

} // namespace

TEST_CASE("a server that rejects the client's certificate has started no job", "[client][tls]") {
    client_bench b(false);
    const auto identity = testing::make_certificate({});
    tls_server server(
        identity,
        [](SSL* tls) {
            SSL_accept(tls);
            read_to_end(tls);
        },
        [](SSL_CTX* context) {
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        });
    const params_for params(b, server, identity);
    const auto done = b.export_project(b.make_client(params.get()));
    REQUIRE(done.error);
    CHECK(done.code() == errc::tls_failed);
    CHECK(done.known().submission == submission_state::not_sent);
    CHECK_THAT(done.what(),
               contains_text("client certificate") && contains_text("certificate required"));
    CHECK(server.accepted() == 1); // asking again changes nothing
}

TEST_CASE("any other end after the handshake leaves a submission unconfirmed", "[client][tls]") {
    client_bench b(false);
    const auto identity = testing::make_certificate({});
    tls_server server(identity, [](SSL* tls) {
        if (SSL_accept(tls) == 1)
            read_request(tls); // it may have acted on it
    });
    const params_for params(b, server, identity);
    const auto done = b.export_project(b.make_client(params.get()));
    REQUIRE(done.error);
    CHECK(done.code() == errc::submit_unconfirmed);
    CHECK(done.known().submission == submission_state::unconfirmed);
}

TEST_CASE("trusted certificates are read later if no descriptor is free at the start",
          "[client][tls]") {
    client_bench b(true);
    const langexport::client first = b.make_client(); // Asio has its descriptors for waiting
    client_params params = b.params();
    REQUIRE_FALSE(params.ca_file.empty());
    params.retry.max_attempts = 2;
    SECTION("the export succeeds") {
        std::optional<langexport::client> c;
        {
            const no_descriptors none;
            c.emplace(b.make_client(params));
        }
        CHECK(b.export_project(*c).is_good());
    }
    SECTION("invalid certificates are reported then") {
        const std::string other = temporary_path(".pem");
        params.ca_file = other;
        std::ofstream(other) << "no certificate";
        std::optional<langexport::client> c;
        {
            const no_descriptors none;
            c.emplace(b.make_client(params));
        }
        const auto done = b.export_project(*c);
        std::remove(other.c_str());
        CHECK(done.code() == errc::tls_failed);
        CHECK_THAT(done.what(), contains_text(other));
        CHECK(b->counters().requests == 0);
    }
}

} // namespace tls_rejection_test
