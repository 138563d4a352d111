#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/nginx.hpp"

#include <langexport/testing/certificate.hpp>

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nginx_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::errc;
using langexport::export_request;
using langexport::exported_project;
using langexport_tests::contains_text;
using langexport_tests::keep_in;
using langexport_tests::nginx;
using langexport_tests::outcome;

bool is_skipped() {
    if (nginx::is_installed())
        return false;
    WARN("skipped: nginx is not installed");
    return true;
}

// The service in static files.
class foreign_bench {
public:
    explicit foreign_bench(bool is_secure, const std::string& more = {}) : tls(is_secure) {
        const std::string base =
            (tls ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(server.port());
        server.write("root/jobs/1.json", "{\"status\": \"succeeded\",\n \"resultUrl\": \"" + base +
                                             "/results/1.json\"}\n");
        document = R"({"assets": {"a": ")";
        document.append(3'000'000, 'x').append(R"("}})");
        server.write("root/results/1.json", document);
        config = "server {\nroot root;\nlisten 127.0.0.1:$PORT";
        if (tls) {
            const auto certificate = testing::make_certificate({});
            server.write("server.pem", certificate.certificate_pem);
            server.write("server.key", certificate.private_key_pem);
            server.write("ca.pem", certificate.authority_pem);
            config += " ssl;\nssl_certificate " + server.path("server.pem") +
                      ";\nssl_certificate_key " + server.path("server.key");
        }
        config += ";\ngzip on;\ngzip_types application/json;\n" + more +
                  "location /language/authoring/analyze-text/projects/Demo/ {\n"
                  "  add_header operation-location " +
                  base +
                  "/jobs/1.json always;\n"
                  "  return 202;\n}\n"
                  "location /language/authoring/analyze-text/projects/Lost/ {\n"
                  "  add_header operation-location " +
                  base +
                  "/jobs/2.json always;\n"
                  "  return 202;\n}\n}\n";
        server.start(config);
        endpoint = base;
    }

    client make_client() {
        client_params params(endpoint, langexport::subscription_key("not-a-key"));
        if (tls)
            params.ca_file = server.path("ca.pem");
        params.polling.first = 1ms;
        params.retry.not_found_grace = 0ms;
        params.retry.max_attempts = 3;
        params.retry.first_backoff = params.retry.max_backoff = 1ms;
        params.quota.submissions = params.quota.reads = 0;
        return client(context.get_executor(), params);
    }

    outcome<exported_project> run(const client& with, const std::string& name) {
        auto where = std::make_shared<outcome<exported_project>>();
        export_project(with, export_request(name), keep_in<exported_project>(where));
        context.restart();
        context.run_for(30s);
        REQUIRE(where->calls == 1);
        return std::move(*where);
    }

    // The values in the n-th column of the log, each once.
    std::set<std::string> column(std::size_t n) {
        std::set<std::string> values;
        for (const std::string& line : server.log()) {
            std::size_t at = 0;
            for (std::size_t i = 0; i < n; ++i)
                at = line.find(' ', at) + 1;
            values.insert(line.substr(at, line.find(' ', at) - at));
        }
        return values;
    }

    bool tls;
    nginx server;
    std::string endpoint;
    std::string document;
    std::string config;
    asio::io_context context;
};

} // namespace

TEST_CASE("exports from nginx use one connection", "[nginx]") {
    if (is_skipped())
        return;
    foreign_bench b(GENERATE(false, true));
    const client c = b.make_client();
    for (int i = 0; i < 5; ++i) {
        const auto done = b.run(c, "Demo");
        if (done.error)
            FAIL(done.what());
        CHECK(done.result.document == b.document);
        CHECK(done.result.content_type == "application/json");
    }
    b.server.stop();
    CHECK(b.server.log().size() == 15);
    CHECK(b.column(0).size() == 1);
    CHECK(b.column(4) == std::set<std::string>{"identity"});
}

TEST_CASE("exports from nginx succeed although it closes connections early", "[nginx]") {
    if (is_skipped())
        return;
    const bool tls = GENERATE(false, true);
    const std::string manner = GENERATE("keepalive_requests 2;\n", "keepalive_timeout 0;\n",
                                        "chunked_transfer_encoding off;\n");
    CAPTURE(tls, manner);
    foreign_bench b(tls, manner);
    const client c = b.make_client();
    for (int i = 0; i < 4; ++i) {
        const auto done = b.run(c, "Demo");
        if (done.error)
            FAIL(done.what());
        CHECK(done.result.document == b.document);
    }
    b.server.stop();
    CHECK(b.server.log().size() == 12);
}

TEST_CASE("error pages of nginx are reported as errors", "[nginx]") {
    if (is_skipped())
        return;
    foreign_bench b(GENERATE(false, true));
    const client c = b.make_client();
    SECTION("of a missing project") {
        const auto done = b.run(c, "Nobody");
        CHECK(done.code() == errc::project_not_found);
        CHECK(done.known().http_status == 404);
        CHECK_THAT(done.what(), contains_text("Not Found"));
    }
    SECTION("of a missing job") {
        const auto done = b.run(c, "Lost");
        CHECK(done.code() == errc::job_not_found);
        CHECK(done.failure().job());
        CHECK_THAT(done.what(), contains_text("Not Found"));
    }
}

TEST_CASE("a restarted server is reached again", "[nginx]") {
    if (is_skipped())
        return;
    foreign_bench b(false);
    const client c = b.make_client();
    REQUIRE(b.run(c, "Demo").is_good());
    b.server.stop();
    const auto failed = b.run(c, "Demo");
    CHECK(failed.code() == errc::connection_failed);
    CHECK(failed.known().submission == langexport::submission_state::not_sent);
    b.server.start(b.config);
    CHECK(b.run(c, "Demo").is_good());
}

} // namespace nginx_test
