// Whole exports through proxies that are not ours: tinyproxy and squid.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/fake_names.hpp"
#include "support/proxy_server.hpp"
#include "support/relay_proxy.hpp"
#include "support/silent_listener.hpp"

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace proxy_test {

namespace {

using namespace std::chrono_literals;
using langexport::client_params;
using langexport::errc;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::make_squid;
using langexport_tests::make_tinyproxy;
using langexport_tests::proxy_server;

constexpr const char* kinds[] = {"tinyproxy", "squid"};

std::unique_ptr<proxy_server> make_proxy(const std::string& kind) {
    auto made = kind == "squid" ? make_squid() : make_tinyproxy();
    if (made->is_installed())
        return made;
    WARN("skipped: " + kind + " is not installed");
    return nullptr;
}

} // namespace

TEST_CASE("exports go through a proxy, with and without a password", "[proxy]") {
    for (const char* const kind : kinds)
        for (const bool is_secure : {true, false})
            for (const bool has_password : {true, false}) {
                const auto proxy = make_proxy(kind);
                if (!proxy)
                    continue;
                CAPTURE(kind, is_secure, has_password);
                proxy->start(has_password ? "ada" : "", has_password ? "s3cret-words" : "");
                client_bench b(is_secure);
                client_params params = b.params();
                params.proxy = proxy->url(has_password ? "ada:s3cret%2Dwords" : "");
                params.max_connections = 2;
                const auto client = b.make_client(params);
                for (int i = 0; i < 3; ++i) {
                    const auto done = b.export_project(client);
                    INFO((done.error ? done.what() : std::string()));
                    REQUIRE(done.is_good());
                    CHECK_THAT(done.result.document, contains_text(R"("projectName":"Demo")"));
                }
                CHECK(b.number_seen() >= 9);
                for (const auto& request : b->requests()) {
                    CHECK_FALSE(request.has_header("Proxy-Authorization"));
                    CHECK(request.has_header("Ocp-Apim-Subscription-Key"));
                }
                proxy->stop();
                const std::string port = ":" + std::to_string(b->port());
                CHECK_THAT(proxy->log(), contains_text(port));
                if (is_secure) { // the proxy saw the host and the port, and nothing of the requests
                    CHECK_THAT(proxy->log(), contains_text("CONNECT"));
                    CHECK(proxy->log().find("/language/") == std::string::npos);
                }
            }
}

TEST_CASE("a proxy that rejects the password is named without the password", "[proxy]") {
    for (const char* const kind : kinds)
        for (const bool is_secure : {true, false})
            for (const char* const user : {"", "ada:wrong-words"}) {
                const auto proxy = make_proxy(kind);
                if (!proxy)
                    continue;
                CAPTURE(kind, is_secure, user);
                proxy->start("ada", "s3cret-words");
                client_bench b(is_secure);
                client_params params = b.params();
                params.proxy = proxy->url(user);
                const auto done = b.export_project(b.make_client(params));
                // tinyproxy responds 401, as a service would, and resets the connection.
                const bool looks_like_service = !is_secure && std::string_view(kind) == "tinyproxy";
                CHECK(done.code() ==
                      (looks_like_service && *user ? errc::unauthorized : errc::proxy_failed));
                CHECK_THAT(done.what(), contains_text("407") || contains_text("401"));
                if (!looks_like_service) {
                    CHECK_THAT(done.what(), contains_text("user and"));
                    CHECK_THAT(done.what(), contains_text(params.proxy.to_string()));
                    CHECK_THAT(done.what(), !contains_text("the service says"));
                }
                CHECK(done.what().find("wrong-words") == std::string::npos);
                CHECK(done.known().submission == langexport::submission_state::not_sent);
                CHECK(b.number_seen() == 0);
            }
}

TEST_CASE("a proxy that cannot reach the service is a transient failure", "[proxy]") {
    for (const char* const kind : kinds) {
        const auto proxy = make_proxy(kind);
        if (!proxy)
            continue;
        CAPTURE(kind);
        proxy->start();
        client_bench b(true);
        client_params params = b.params();
        const std::string port = std::to_string(langexport_tests::closed_port());
        params.endpoint = "https://127.0.0.1:" + port;
        params.proxy = proxy->url();
        params.retry.max_attempts = 2;
        const auto done = b.export_project(b.make_client(params));
        CHECK(done.code() == errc::connection_failed);
        CHECK_THAT(done.what(),
                   contains_text("the proxy " + params.proxy.to_string() +
                                 " rejected the connection to 127.0.0.1:" + port + " with 50"));
        CHECK(done.known().submission == langexport::submission_state::not_sent);
    }
}

TEST_CASE("a program uses the proxy of its environment", "[proxy]") {
    const auto proxy = make_proxy("tinyproxy");
    if (!proxy)
        return;
    proxy->start("ada", "s3cret-words");
    client_bench b(true);
    client_params params = b.params();
    setenv("HTTPS_PROXY", proxy->url("ada:s3cret-words").c_str(), 1);
    // [region proxy]
    params.proxy = langexport::proxy_from_environment(params.endpoint);
    // [end proxy]
    unsetenv("HTTPS_PROXY");
    CHECK(b.export_project(b.make_client(params)).is_good());
    proxy->stop();
    CHECK_THAT(proxy->log(), contains_text("CONNECT"));
}

TEST_CASE("a proxy that is not there is named", "[proxy]") {
    client_bench b(true);
    client_params params = b.params();
    params.proxy = "http://127.0.0.1:" + std::to_string(langexport_tests::closed_port());
    params.retry.max_attempts = 1;
    const auto done = b.export_project(b.make_client(params));
    CHECK(done.code() == errc::connection_failed);
    CHECK_THAT(done.what(), contains_text("to the proxy " + params.proxy.to_string()));

    const langexport_tests::fake_name unknown("no-such-proxy.test", {});
    params.proxy = "http://no-such-proxy.test:3128";
    const auto unresolved = b.export_project(b.make_client(params));
    CHECK(unresolved.code() == errc::resolve_failed);
    CHECK_THAT(unresolved.what(), contains_text("the proxy's host 'no-such-proxy.test'"));
    CHECK(b.number_seen() == 0);
}

TEST_CASE("the proxy resolves the name of the service, and the client does not", "[proxy]") {
    const langexport_tests::fake_name unknown("service.test", {});
    langexport::testing::emulator_options options;
    options.certificate.host_names = {"service.test"};
    client_bench b(true, options);
    const langexport_tests::relay_proxy proxy; // it passes everything on to this machine
    client_params params = b.params();
    params.endpoint = "https://service.test:" + std::to_string(b->port());
    params.retry.max_attempts = 1;
    CHECK(b.export_project(b.make_client(params)).code() == errc::resolve_failed);
    params.proxy = proxy.url();
    const auto done = b.export_project(b.make_client(params));
    INFO((done.error ? done.what() : std::string()));
    CHECK(done.is_good());
}

TEST_CASE("a proxy that does not respond in time is named", "[proxy]") {
    client_bench b(true);
    const langexport_tests::silent_listener silent(
        langexport_tests::silent_listener::manner::accepting);
    client_params params = b.params();
    params.proxy = "http://ada:s3cret-words@127.0.0.1:" + std::to_string(silent.port());
    params.proxy_timeout = 20ms;
    params.retry.max_attempts = 2;
    const auto done = b.export_project(b.make_client(params));
    CHECK(done.code() == errc::connect_timeout);
    CHECK_THAT(done.what(), contains_text("the proxy " + params.proxy.to_string() +
                                          " did not open a connection to localhost:"));
    CHECK(done.what().find("s3cret") == std::string::npos);
    CHECK(done.known().submission == langexport::submission_state::not_sent);
    CHECK(b.number_seen() == 0);
}

} // namespace proxy_test
