#include <langexport/testing/emulator.hpp>

#include "integration/emulator_bench.hpp"
#include "integration/emulator_peer.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>

namespace emulator_responses_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport_tests::emulator_bench;
using langexport_tests::http_response;
using langexport_tests::quick_project;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;
using testing::project;

} // namespace

TEST_CASE("a result can be framed in three ways", "[emulator]") {
    using testing::body_framing;
    const bool tls = GENERATE(false, true);
    const auto framing =
        GENERATE(body_framing::content_length, body_framing::chunked, body_framing::until_close);
    const auto size = GENERATE(1000U, 65536U, 65537U, 3000000U);
    emulator_bench b(tls);
    project p = quick_project();
    p.result_size = size;
    p.framing = framing;
    b.service->add_project(p);
    const auto peer = b.connect();
    const http_response result = peer->exchange(b.get(b.new_result(*peer)));
    CHECK(result.status == 200);
    CHECK(result.is_whole);
    CHECK(result.body.size() == size);
    CHECK(result.body.substr(result.body.size() - 4) == "}]}}");
    CHECK(result.header("Content-Length").empty() == (framing != body_framing::content_length));
    CHECK(result.header("Transfer-Encoding") ==
          (framing == body_framing::chunked ? "chunked" : ""));
}

TEST_CASE("a result can be bytes or a file", "[emulator]") {
    emulator_bench b(false);
    const std::string path = "emulator_test_result.bin";
    std::string bytes = "\xFF\x01 not JSON at all";
    bytes += '\0';
    std::ofstream(path, std::ios::binary) << bytes;
    project p = project::with_document("Demo", bytes);
    p.job_duration = 0s;
    p.content_type = "text/tab-separated-values";
    if (GENERATE(false, true)) {
        p.document.reset();
        p.document_file = path;
    }
    b.service->add_project(p);
    const auto peer = b.connect();
    const http_response result = peer->exchange(b.get(b.new_result(*peer)));
    CHECK(result.body == bytes);
    CHECK(result.header("Content-Type") == "text/tab-separated-values");
    std::remove(path.c_str());
}

TEST_CASE("a response can be cut at any byte", "[emulator]") {
    const bool tls = GENERATE(false, true);
    const auto ending = GENERATE(early_end::close, early_end::reset);
    const auto bytes = GENERATE(0U, 1U, 12U, 100U, 600U, 100000U);
    emulator_bench b(tls);
    project p = quick_project();
    p.result_size = 200000;
    b.service->add_project(p);
    const auto peer = b.connect();
    b.service->on(call_kind::result, 1, canned_response::cut_after(bytes, ending));
    peer->send(b.get(b.new_result(*peer)));
    const std::string received = peer->receive_all();

    if (ending == early_end::close) {
        CHECK(received.size() == bytes);
        CHECK_FALSE(peer->was_reset());
        CHECK(peer->was_truncated() == tls);
    } else {
        CHECK(received.size() <= bytes);
        CHECK(peer->was_reset());
    }
}

TEST_CASE("a stalled response leaves the connection open", "[emulator]") {
    emulator_bench b(GENERATE(false, true));
    {
        const auto peer = b.connect();
        b.service->on(call_kind::submission, 1, canned_response::cut_after(5, early_end::stall));
        peer->send(b.submission());
        std::string received;
        while (received.size() < 5)
            received += peer->receive();
        CHECK(received == "HTTP/");
        std::this_thread::sleep_for(20ms);
        CHECK(b.service->counters().open_connections == 1);
        CHECK(b.service->counters().jobs_created == 1);
    }
    while (b.service->counters().open_connections != 0)
        std::this_thread::sleep_for(1ms);
}

TEST_CASE("without a response the connection closes, with the job started or not", "[emulator]") {
    emulator_bench b(GENERATE(false, true));
    const bool processed = GENERATE(false, true);
    b.service->on(call_kind::submission, 1, canned_response::no_response(processed));
    const auto peer = b.connect();
    peer->send(b.submission());
    CHECK(peer->receive_all().empty());
    CHECK(b.service->counters().jobs_created == (processed ? 1U : 0U));
    CHECK(b.connect()->exchange(b.submission()).status == 202);
}

TEST_CASE("an idle connection can be closed although the response promised keep-alive",
          "[emulator]") {
    emulator_bench b(GENERATE(false, true));
    const auto peer = b.connect();
    b.service->on(call_kind::submission, 2, canned_response::then_close());
    CHECK(peer->exchange(b.submission()).status == 202);
    const http_response last = peer->exchange(b.submission());
    CHECK(last.status == 202);
    CHECK(last.header("Connection").empty());
    CHECK(peer->receive().empty());
    CHECK_FALSE(peer->was_truncated());
    CHECK(b.connect()->exchange(b.submission()).status == 202);
}

TEST_CASE("any bytes can be a response", "[emulator]") {
    emulator_bench b(false);
    const auto peer = b.connect();
    canned_response trailers(200);
    trailers.raw =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: y\r\n\r\n";
    b.service->on(call_kind::other, 1, trailers);
    canned_response early(204);
    early.prefix = "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n";
    b.service->on(call_kind::other, 2, early);
    canned_response old(503, "busy");
    old.http_version = "HTTP/1.0";
    b.service->on(call_kind::other, 4, old);
    b.service->on(call_kind::other, 5, canned_response::raw_bytes("SSH-2.0-OpenSSH_9.2\r\n"));

    peer->send(b.get("/"));
    std::string received;
    while (received.size() < trailers.raw->size())
        received += peer->receive();
    CHECK(received == *trailers.raw);
    CHECK(peer->exchange(b.get("/")).status == 103);
    CHECK(peer->response().status == 204);
    CHECK(peer->exchange(b.get("/")).status == 404);
    const http_response busy = peer->exchange(b.get("/"));
    CHECK(busy.version == "HTTP/1.0");
    CHECK(busy.body == "busy");
    CHECK(peer->receive().empty());
    const auto second = b.connect();
    second->send(b.get("/"));
    CHECK(second->receive_all() == "SSH-2.0-OpenSSH_9.2\r\n");
}

TEST_CASE("headers of a canned response may contradict its body", "[emulator]") {
    emulator_bench b(false);
    b.service->on(call_kind::other, 1, canned_response(200, "{}").header("Content-Length", "10"));
    b.service->on(call_kind::other, 2, canned_response(200, "{}").header("Content-Length", ""));
    const auto peer = b.connect();
    peer->send(b.get("/", "Connection: close\r\n"));
    const http_response shorter = peer->response();
    CHECK(shorter.header("Content-Length") == "10");
    CHECK(shorter.body == "{}");
    CHECK_FALSE(shorter.is_whole);
    const http_response until_close = b.connect()->exchange(b.get("/"));
    CHECK(until_close.header("Content-Length").empty());
    CHECK(until_close.body == "{}");
}

TEST_CASE("a response can be delayed and can be sent slowly", "[emulator]") {
    emulator_bench b(GENERATE(false, true));
    canned_response slow = canned_response::after(30ms);
    slow.drip_bytes = 100;
    slow.drip_pause = 2ms;
    b.service->on(call_kind::submission, 1, slow);
    const auto peer = b.connect();
    const auto begin = std::chrono::steady_clock::now();
    CHECK(peer->exchange(b.submission()).status == 202);
    CHECK(std::chrono::steady_clock::now() - begin >= 38ms);
}

} // namespace emulator_responses_test
