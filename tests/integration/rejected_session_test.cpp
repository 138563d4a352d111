// Servers that fail a handshake in which the client offers a session, instead of making it a full one.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/relay_proxy.hpp"
#include "support/tls_server.hpp"

#include <langexport/list_projects.hpp>

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdio>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/socket.h>

namespace rejected_session_test {

namespace testing = langexport::testing;
using langexport::client;
using langexport::client_params;
using langexport_tests::client_bench;
using langexport_tests::read_request;
using langexport_tests::read_to_end;
using langexport_tests::relay_proxy;
using langexport_tests::temporary_path;
using langexport_tests::tls_server;
using langexport_tests::write_all;

namespace {

// It verifies client certificates and has no session context: OpenSSL fails each resumption with an alert.
void require_certificate(SSL_CTX* context, const std::string& authority_file) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    REQUIRE(SSL_CTX_load_verify_locations(context, authority_file.c_str(), nullptr) == 1);
}

// It closes the connection as soon as the client offers a session.
void close_on_session(SSL_CTX* context) {
    const auto look = [](SSL* tls, int*, void*) {
        const unsigned char* data = nullptr;
        std::size_t size = 0;
        const bool has_psk =
            SSL_client_hello_get0_ext(tls, TLSEXT_TYPE_psk, &data, &size) == 1 && size > 0;
        const bool has_ticket =
            SSL_client_hello_get0_ext(tls, TLSEXT_TYPE_session_ticket, &data, &size) == 1 &&
            size > 0;
        if (!has_psk && !has_ticket)
            return SSL_CLIENT_HELLO_SUCCESS;
        shutdown(SSL_get_fd(tls), SHUT_RDWR);
        return SSL_CLIENT_HELLO_ERROR;
    };
    SSL_CTX_set_client_hello_cb(context, look, nullptr);
}

// One response for each connection.
void serve_list(SSL* tls) {
    if (SSL_accept(tls) != 1 || read_request(tls).empty())
        return;
    write_all(tls, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                   "Content-Length: 12\r\n\r\n{\"value\":[]}");
    SSL_shutdown(tls);
    read_to_end(tls);
}

struct row {
    const char* name;
    int version;
    bool has_alert; // else it closes the connection
    bool has_proxy;
};

} // namespace

TEST_CASE("a client makes a full handshake if a server rejects sessions, and no export fails",
          "[client][sessions]") {
    const row rows[] = {
        {"an alert, TLS 1.3", TLS1_3_VERSION, true, false},
        {"an alert, TLS 1.2", TLS1_2_VERSION, true, false},
        {"a closed connection, TLS 1.3", TLS1_3_VERSION, false, false},
        {"a closed connection, TLS 1.2", TLS1_2_VERSION, false, false},
        {"an alert through a proxy, TLS 1.3", TLS1_3_VERSION, true, true},
        {"an alert through a proxy, TLS 1.2", TLS1_2_VERSION, true, true},
    };
    client_bench b(false);
    const auto identity = testing::make_certificate({});
    const std::string file = temporary_path(".pem");
    std::ofstream(file) << identity.authority_pem;
    for (const row& each : rows) {
        CAPTURE(each.name);
        tls_server server(identity, serve_list, [&](SSL_CTX* context) {
            SSL_CTX_set_max_proto_version(context, each.version);
            if (each.has_alert)
                require_certificate(context, file);
            else
                close_on_session(context);
        });
        std::optional<relay_proxy> proxy;
        client_params params = b.params();
        params.endpoint = "https://localhost:" + std::to_string(server.port());
        params.ca_file = file;
        params.tls.certificate_pem = identity.certificate_pem;
        params.tls.key_pem = identity.private_key_pem;
        params.retry.max_attempts = 1;
        if (each.has_proxy)
            params.proxy = proxy.emplace().url();
        const client c = b.make_client(params);
        std::vector<int> connections;
        for (int i = 0; i < 6; ++i) {
            const int before = server.accepted();
            const auto listed = b.run<std::vector<langexport::project_info>>([&](auto callback) {
                langexport::list_projects(c, langexport::project_surface::analyze_text,
                                          std::move(callback));
            });
            INFO((listed.error ? listed.what() : std::string()));
            CHECK(listed.is_good());
            connections.push_back(server.accepted() - before);
        }
        // A full one first; then rejected ones, until the client offers sessions no more.
        CHECK(connections == std::vector<int>{1, 2, 2, 2, 1, 1});
        CHECK(c.stats().retries == 0);
    }
    std::remove(file.c_str());
}

} // namespace rejected_session_test
