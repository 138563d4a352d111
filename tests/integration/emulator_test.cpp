#include <langexport/testing/emulator.hpp>

#include "integration/emulator_bench.hpp"
#include "integration/emulator_peer.hpp"
#include "support/catch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace emulator_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport_tests::emulator_bench;
using langexport_tests::http_response;
using langexport_tests::path_of;
using langexport_tests::quick_project;
using langexport_tests::raw_peer;
using langexport_tests::request_text;
using langexport_tests::submit_target;
using langexport_tests::with_tls;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;

std::string text_between(const std::string& text, const std::string& from,
                         const std::string& end_mark) {
    const std::size_t begin = text.find(from);
    REQUIRE(begin != std::string::npos);
    const std::size_t end = text.find(end_mark, begin + from.size());
    return text.substr(begin + from.size(), end - begin - from.size());
}

} // namespace

TEST_CASE("an export takes three requests on one connection", "[emulator]") {
    const bool tls = GENERATE(false, true);
    emulator_bench b(tls);
    const auto peer = b.connect();
    const std::string scheme = tls ? "https://" : "http://";

    const http_response accepted = peer->exchange(
        request_text("POST", submit_target, b.service->key(), "Content-Type: application/json\r\n",
                     R"({"assetsToExport":["*"]})"));
    CHECK(accepted.version == "HTTP/1.1");
    CHECK(accepted.status == 202);
    CHECK(accepted.names() ==
          std::vector<std::string>{"Access-Control-Expose-Headers", "Content-Length", "Date",
                                   "Strict-Transport-Security", "X-Content-Type-Options",
                                   "apim-request-id", "operation-location", "request-id",
                                   "x-envoy-upstream-service-time", "x-ms-region"});
    CHECK(accepted.header("Content-Length") == "0");
    const std::string location = accepted.header("operation-location");
    CHECK(location.substr(0, scheme.size() + 10) == scheme + "localhost/");

    const http_response status = peer->exchange(b.get(path_of(location)));
    CHECK(status.status == 200);
    CHECK(status.names() ==
          std::vector<std::string>{"Access-Control-Expose-Headers", "Content-Length",
                                   "Content-Type", "Date", "Strict-Transport-Security",
                                   "X-Content-Type-Options", "apim-request-id", "request-id",
                                   "x-envoy-upstream-service-time", "x-ms-region"});
    CHECK(status.header("Content-Type") == "application/json; charset=utf-8");

    const std::string url = text_between(status.body, "{\"resultUrl\":\"", "\"");
    const http_response result = peer->exchange(b.get(path_of(url)));
    CHECK(result.status == 200);
    CHECK(result.names() == status.names());
    CHECK(result.is_whole);
    CHECK_THAT(result.body, langexport_tests::contains_text("\"projectName\":\"Demo\""));

    const testing::emulator_counters c = b.service->counters();
    CHECK(c.connections == 1);
    CHECK(c.requests == 3);
    CHECK(c.jobs_created == 1);
    CHECK(c.handshakes_new == (tls ? 1U : 0U));
    const auto seen = b.service->requests();
    REQUIRE(seen.size() == 3);
    CHECK(seen[0].connection == 1);
    CHECK(seen[0].body == R"({"assetsToExport":["*"]})");
    CHECK(seen[2].kind == call_kind::result);
}

TEST_CASE("error responses have their two forms on the wire", "[emulator]") {
    emulator_bench b(GENERATE(false, true));
    const auto peer = b.connect();
    const http_response unauthorized = peer->exchange(request_text("POST", submit_target, "wrong"));
    CHECK(unauthorized.status == 401);
    CHECK(unauthorized.names() ==
          std::vector<std::string>{"Content-Length", "Content-Type", "Date", "apim-request-id"});
    CHECK(unauthorized.header("Content-Length") == "224");

    const http_response missing = peer->exchange(b.get(
        "/language/authoring/analyze-text/projects/Demo/export/jobs/x?api-version=2022-05-01"));
    CHECK(missing.status == 404);
    CHECK(missing.names() ==
          std::vector<std::string>{"Cache-Control", "Content-Type", "Date", "Pragma",
                                   "Strict-Transport-Security", "Transfer-Encoding",
                                   "X-Content-Type-Options", "apim-request-id", "request-id",
                                   "x-envoy-upstream-service-time", "x-ms-region"});
    CHECK(missing.header("Content-Type") == "application/json");
    CHECK(missing.is_whole);
    CHECK(missing.body.substr(0, 37) == R"({"error":{"code":"OperationNotFound",)");
}

TEST_CASE("a client can connect to the emulator's endpoint", "[emulator]") {
    asio::io_context context;
    testing::emulator_options options;
    testing::emulator plain(context.get_executor(), options);
    CHECK(plain.endpoint() == "http://127.0.0.1:" + std::to_string(plain.port()));
    CHECK(plain.certificate_pem().empty());
    options.tls = true;
    options.path_prefix = "/gate";
    testing::emulator tls(context.get_executor(), options);
    CHECK(tls.endpoint() == "https://localhost:" + std::to_string(tls.port()) + "/gate");
    options.address = "::1";
    options.tls = false;
    options.path_prefix.clear();
    std::optional<testing::emulator> six;
    try {
        six.emplace(context.get_executor(), options);
    } catch (const boost::system::system_error&) {
        return; // a machine without IPv6
    }
    CHECK(six->endpoint() == "http://[::1]:" + std::to_string(six->port()));
    std::thread thread([&] { context.run(); });
    raw_peer peer(six->port(), "", "", "::1");
    CHECK(peer.exchange(request_text("GET", "/", "x")).status == 401);
    context.stop();
    thread.join();
}

TEST_CASE("a connection stays open until one side closes it", "[emulator]") {
    emulator_bench b(GENERATE(false, true));
    const auto peer = b.connect();
    CHECK(peer->exchange(b.submission()).header("Connection").empty());
    CHECK(peer->exchange(b.submission("Connection: keep-alive\r\n")).status == 202);
    const http_response last = peer->exchange(b.submission("Connection: close\r\n"));
    CHECK(last.status == 202);
    CHECK(last.header("Connection") == "close");
    CHECK(peer->receive().empty());
    CHECK_FALSE(peer->was_reset());
    CHECK_FALSE(peer->was_truncated());
    CHECK(b.service->counters().connections == 1);
}

TEST_CASE("pipelined requests receive their responses in order", "[emulator]") {
    emulator_bench b(false);
    const auto peer = b.connect();
    peer->send(b.submission() + b.get("/x") + b.submission());
    CHECK(peer->response().status == 202);
    CHECK(peer->response().status == 404);
    CHECK(peer->response().status == 202);
}

TEST_CASE("a request may arrive byte by byte", "[emulator]") {
    emulator_bench b(GENERATE(false, true));
    const auto peer = b.connect();
    const std::string request =
        request_text("POST", submit_target, b.service->key(), "Content-Type: application/json\r\n",
                     R"({"assetsToExport":["*"]})");
    for (const char c : request)
        peer->send(std::string(1, c));
    CHECK(peer->response().status == 202);
    CHECK(b.service->requests().at(0).body == R"({"assetsToExport":["*"]})");
}

TEST_CASE("a chunked submission is accepted", "[emulator]") {
    emulator_bench b(false);
    const auto peer = b.connect();
    peer->send("POST " + submit_target +
               " HTTP/1.1\r\nHost: x\r\nOcp-Apim-Subscription-Key: " + b.service->key() +
               "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
               "3\r\n{\"a\r\n8\r\nssetsToE\r\nd\r\nxport\":[\"*\"]}\r\n0\r\n\r\n");
    CHECK(peer->response().status == 202);
    CHECK(b.service->requests().at(0).body == R"({"assetsToExport":["*"]})");
}

TEST_CASE("a client that waits for 100 Continue receives it", "[emulator]") {
    emulator_bench b(GENERATE(false, true));
    const auto peer = b.connect();
    const std::string request =
        request_text("POST", submit_target, b.service->key(),
                     "Expect: 100-continue\r\nContent-Type: application/json\r\n", "{}");
    peer->send(request.substr(0, request.size() - 2));
    CHECK(peer->receive() == "HTTP/1.1 100 Continue\r\n\r\n");
    peer->send("{}");
    CHECK(peer->response().status == 202);
    const std::string odd =
        request_text("POST", submit_target, b.service->key(), "Expect: x\r\n", "{}");
    peer->send(odd.substr(0, odd.size() - 2));
    CHECK(peer->response().status == 417);
}

TEST_CASE("an HTTP/1.0 client gets a response without chunks and a closed connection",
          "[emulator]") {
    emulator_bench b(false);
    const auto peer = b.connect();
    peer->send("POST /language/authoring/analyze-text/projects/Nope/:export"
               "?stringIndexType=Utf16CodeUnit&api-version=2022-05-01 HTTP/1.0"
               "\r\nContent-Length: 0\r\nOcp-Apim-Subscription-Key: " +
               b.service->key() + "\r\n\r\n");
    const http_response rejected = peer->response();
    CHECK(rejected.status == 404);
    CHECK(rejected.header("Transfer-Encoding").empty());
    CHECK(rejected.header("Connection") == "close");
    CHECK(rejected.body.substr(0, 27) == R"({"error":{"code":"ProjectNo)");
}

TEST_CASE("an invalid request is rejected, and the connection closes", "[emulator]") {
    struct row {
        std::string bytes;
        unsigned status;
    };
    const auto r = GENERATE(
        row{"\r\n\r\n", 400}, row{"hello\r\n\r\n", 400}, row{"GET / HTTP/2.0\r\n\r\n", 400},
        row{"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400},
        row{"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400},
        row{"POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n", 413},
        row{"GET / HTTP/1.1\r\nX: " + std::string(40000, 'x'), 431},
        row{std::string(100, '\0') + "\r\n\r\n", 400}, row{"\x16\x03\x01\x02\x00\r\n\r\n", 400});
    emulator_bench b(false);
    const auto peer = b.connect();
    peer->send(r.bytes);
    const http_response rejected = peer->response();
    CHECK(rejected.status == r.status);
    CHECK(rejected.header("Connection") == "close");
    CHECK(peer->receive().empty());
    CHECK(b.service->counters().malformed == 1);
    CHECK(b.service->counters().requests == 0);
    CHECK(b.connect()->exchange(b.submission()).status == 202);
}

TEST_CASE("random bytes and malformed requests do not harm the emulator", "[emulator]") {
    const bool tls = GENERATE(false, true);
    emulator_bench b(tls);
    std::mt19937 random(42);
    const std::string good = b.submission();
    for (int round = 0; round < 60; ++round) {
        // Into the middle of TLS too.
        const bool below_tls = tls && round % 3 == 0;
        raw_peer peer(b.service->port(), below_tls ? std::string() : b.service->certificate_pem());
        std::string bytes = good;
        if (below_tls || round % 2 == 0)
            bytes.resize(random() % 3000);
        for (int i = 0; i < (round % 2 == 0 ? 3000 : 3); ++i)
            if (!bytes.empty())
                bytes[random() % bytes.size()] = static_cast<char>(random());
        peer.send(bytes);
        if (round % 5 == 0)
            peer.send("\r\n\r\n");
    }
    CHECK(b.connect()->exchange(b.submission()).status == 202);
}

TEST_CASE("a certificate is verified by its name, its time and its authority", "[emulator]") {
    struct row {
        const char* what;
        bool good;
    };
    const auto r =
        GENERATE(row{"localhost", true}, row{"127.0.0.1", true}, row{"other", false},
                 row{"expired", false}, row{"authority", false}, row{"other-name.example", false});
    INFO(r.what);
    const std::string what = r.what;
    testing::emulator_options options;
    if (what == "other-name.example")
        options.certificate.host_names = {what};
    if (what == "expired")
        options.certificate.remaining = -1h;
    emulator_bench b(true, options);
    const std::string authority =
        what == "authority"
            ? testing::make_certificate(testing::certificate_options()).authority_pem
            : b.service->certificate_pem();
    bool good = true;
    try {
        raw_peer peer(b.service->port(), authority,
                      what == "127.0.0.1" || what == "other" ? what : "localhost");
    } catch (const boost::system::system_error&) {
        good = false;
    }
    CHECK(good == r.good);
    if (what == "other-name.example")
        CHECK_NOTHROW(raw_peer(b.service->port(), authority, what));
}

TEST_CASE("a TLS session can be resumed and is counted as resumed", "[emulator]") {
    emulator_bench b(true);
    const auto first = b.connect();
    CHECK(first->exchange(b.submission()).status == 202); // the ticket arrives with the response
    raw_peer second(b.service->port(), b.service->certificate_pem(), "localhost", "127.0.0.1",
                    first.get());
    CHECK(second.exchange(b.submission()).status == 202);
    CHECK(second.is_resumed());
    CHECK(b.service->counters().handshakes_new == 1);
    CHECK(b.service->counters().handshakes_resumed == 1);
}

TEST_CASE("the certificate can be written to a file", "[emulator]") {
    emulator_bench b(true);
    const std::string path = "emulator_test_certificate.pem";
    b.service->write_certificate(path);
    std::ifstream file(path, std::ios::binary);
    const std::string written((std::istreambuf_iterator<char>(file)),
                              std::istreambuf_iterator<char>());
    CHECK(written == b.service->certificate_pem());
    CHECK(written.substr(0, 27) == "-----BEGIN CERTIFICATE-----");
    std::remove(path.c_str());
    CHECK_THROWS_AS(b.service->write_certificate("/does/not/exist"), boost::system::system_error);
}

TEST_CASE("a stopped emulator leaves no work in its context", "[emulator]") {
    const bool tls = GENERATE(false, true);
    emulator_bench b(tls);
    const auto idle = b.connect();
    const auto stalled = b.connect();
    const auto delayed = b.connect();
    CHECK(idle->exchange(b.submission()).status == 202);
    b.service->on(call_kind::other, 1, canned_response::cut_after(0, early_end::stall));
    b.service->on(call_kind::other, 2, canned_response::after(1h));
    stalled->send(b.get("/"));
    while (b.service->counters().faults != 1)
        std::this_thread::sleep_for(1ms);
    delayed->send(b.get("/"));
    while (b.service->counters().faults != 2)
        std::this_thread::sleep_for(1ms);
    const auto half = b.connect();
    half->send("GET / HT");
    if (GENERATE(false, true))
        b.service->stop();
    // The bench waits for its context: the test ends only when run() has returned.
}

TEST_CASE("destroying the context also closes the emulator's connections", "[emulator]") {
    const bool tls = GENERATE(false, true);
    auto context = std::make_unique<asio::io_context>();
    testing::emulator service(context->get_executor(), with_tls(tls));
    service.add_project(quick_project());
    const bool ran = GENERATE(false, true);
    std::unique_ptr<raw_peer> peer;
    if (ran) {
        std::thread thread([&] { context->run(); });
        peer = std::make_unique<raw_peer>(service.port(), service.certificate_pem());
        CHECK(peer->exchange(request_text("POST", submit_target, service.key())).status == 202);
        peer->send("GET / HT");
        context->stop();
        thread.join();
    }
    context.reset();
    CHECK(service.counters().requests == (ran ? 1U : 0U));
    service.stop();
    if (peer)
        CHECK(peer->receive_all().empty());
}

TEST_CASE("the emulator runs on a thread pool, which ends when it is stopped", "[emulator]") {
    asio::thread_pool pool(2);
    {
        testing::emulator service(pool.get_executor(), with_tls(true));
        service.add_project(quick_project());
        raw_peer peer(service.port(), service.certificate_pem());
        CHECK(peer.exchange(request_text("POST", submit_target, service.key())).status == 202);
    }
    pool.join();
}

} // namespace emulator_test
