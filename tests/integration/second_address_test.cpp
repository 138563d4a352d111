// A name with two addresses, at the first of which TLS fails in one way or another.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/fake_names.hpp"
#include "support/tls_server.hpp"

#include <openssl/ssl.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/socket.h>

namespace second_address_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client_params;
using langexport::errc;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::fake_name;
using langexport_tests::quick_project;
using langexport_tests::read_to_end;
using langexport_tests::running_emulator;
using langexport_tests::temporary_path;
using langexport_tests::tls_server;

constexpr const char* host = "two.example";

enum class manner { resets, closes, stalls, talks_http, has_bad_certificate, wants_certificate };

testing::server_certificate certificate_for(const std::string& name) {
    testing::certificate_options wish;
    wish.host_names = {name};
    return testing::make_certificate(wish);
}

void drain(SSL* tls) {
    char bytes[512];
    while (recv(SSL_get_fd(tls), bytes, sizeof(bytes), 0) > 0) {
    }
}

void talk(manner how, SSL* tls) {
    const int socket = SSL_get_fd(tls);
    const linger at_once{1, 0};
    const std::string_view response = "HTTP/1.1 400 No\r\n\r\n";
    switch (how) {
    case manner::resets:
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        return;
    case manner::closes:
        return;
    case manner::talks_http:
        if (send(socket, response.data(), response.size(), MSG_NOSIGNAL) < 0)
            return;
        return drain(tls);
    case manner::stalls:
        return drain(tls);
    case manner::has_bad_certificate:
    case manner::wants_certificate:
        SSL_accept(tls);
        return read_to_end(tls);
    }
}

// The bad server at 127.0.0.1, and an emulator at 127.0.0.2.
class two_addresses {
public:
    two_addresses(manner how, const std::string& name_of_second)
        : first_identity_(
              certificate_for(how == manner::has_bad_certificate ? "other.example" : host)),
          second_identity_(certificate_for(name_of_second)),
          first(
              first_identity_, [how](SSL* tls) { talk(how, tls); },
              [how](SSL_CTX* context) {
                  if (how == manner::wants_certificate)
                      SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                                         nullptr);
              }),
          second_(second_options()), ca_file_(temporary_path(".pem")) {
        for (const char* project : {"A", "B", "C"})
            second().add_project(quick_project(project));
        std::ofstream(ca_file_) << first_identity_.authority_pem << second_identity_.authority_pem;
    }
    ~two_addresses() { std::remove(ca_file_.c_str()); }
    two_addresses(const two_addresses&) = delete;
    two_addresses& operator=(const two_addresses&) = delete;

    testing::emulator& second() { return *second_; }
    client_params params(client_params params) {
        params.endpoint = "https://" + std::string(host) + ":" + std::to_string(first.port());
        params.credential = langexport::subscription_key(second().key());
        params.ca_file = ca_file_;
        params.handshake_timeout = 200ms;
        return params;
    }

private:
    testing::emulator_options second_options() const {
        testing::emulator_options options;
        options.tls = true;
        options.identity = second_identity_;
        options.address = "127.0.0.2";
        options.port = first.port();
        return options;
    }

    testing::server_certificate first_identity_;
    testing::server_certificate second_identity_;

public:
    tls_server first;

private:
    running_emulator second_;
    std::string ca_file_;
    fake_name name_{host, {"127.0.0.1", "127.0.0.2"}};
};

} // namespace

TEST_CASE("if TLS fails at one address, waiting exports use another one", "[client][tls][names]") {
    const manner how = GENERATE(manner::resets, manner::closes, manner::stalls, manner::talks_http,
                                manner::has_bad_certificate, manner::wants_certificate);
    CAPTURE(static_cast<int>(how));
    client_bench b(false);
    two_addresses at(how, host);
    const auto c = b.make_client(at.params(b.params()));
    std::vector<std::shared_ptr<langexport_tests::outcome<langexport::exported_project>>> all;
    for (const char* project : {"A", "B"})
        all.push_back(b.begin<langexport::exported_project>([&](auto token) {
            export_project(c, langexport::export_request(project), std::move(token));
        }));
    REQUIRE(b.run_dry());
    for (const auto& done : all) {
        INFO(langexport::message_of(done->error));
        CHECK(done->is_good());
    }
    // A connection may be opened before the one before it is rejected.
    const int accepted = at.first.accepted();
    CHECK(accepted <= (how == manner::wants_certificate ? 2 : 1));
    CHECK(b.export_project(c, langexport::export_request("C")).is_good());
    CHECK(at.first.accepted() == accepted);
    CHECK(at.second().counters().jobs_created == 3);
}

TEST_CASE("if TLS fails at each address, each is tried once", "[client][tls][names]") {
    const manner how =
        GENERATE(manner::talks_http, manner::has_bad_certificate, manner::wants_certificate);
    CAPTURE(static_cast<int>(how));
    client_bench b(false);
    two_addresses at(how, "third.example");
    const auto c = b.make_client(at.params(b.params()));
    const auto done = b.export_project(c, langexport::export_request("A"));
    REQUIRE(done.error);
    CHECK(done.code() == errc::tls_failed);
    CHECK(done.known().submission == langexport::submission_state::not_sent);
    CHECK_THAT(done.what(), contains_text("127.0.0.2"));
    CHECK(at.first.accepted() == 1);
    CHECK(at.second().counters().connections == 1);
    // Both are known to fail now: one more attempt is enough to say so.
    CHECK(b.export_project(c, langexport::export_request("A")).code() == errc::tls_failed);
    CHECK(at.first.accepted() + static_cast<int>(at.second().counters().connections) == 3);
}

} // namespace second_address_test
