#include <langexport/detail/transport/exchange.hpp>

#include "support/catch.hpp"
#include "support/exchange_bench.hpp"

#include <boost/asio/error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <random>
#include <string>

namespace exchange_consumer_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::contains_text;
using langexport_tests::script_of;
using langexport_tests::stream_script;
using langexport_tests::test_consumer;
using bench = langexport_tests::exchange_bench;

namespace {

const error_code eof = boost::asio::error::eof;
const error_code aborted = boost::asio::error::operation_aborted;

std::string chunked(const std::string& body, std::mt19937& random, std::size_t most) {
    std::string bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t at = 0; at < body.size();) {
        const std::string piece = body.substr(at, 1 + random() % most);
        char size[32];
        std::snprintf(size, sizeof(size), "%zx\r\n", piece.size());
        bytes += size + piece + "\r\n";
        at += piece.size();
    }
    return bytes + "0\r\n\r\n";
}

} // namespace

TEST_CASE("a consumed body arrives in few large pieces, however it was sent", "[exchange][taker]") {
    std::mt19937 random(11);
    const std::size_t size = GENERATE(19u, 16'384u, 262'144u, 1'000'000u);
    const int framing = GENERATE(0, 1, 2, 3);
    const std::size_t cut = GENERATE(97u, 16'384u, 70'000u, 5'000'000u);
    std::string body = R"({"assets":{"a":")";
    while (body.size() + 3 < size)
        body += std::to_string(random() % 10);
    body += "\"}}";
    std::string bytes = "HTTP/1.1 200 OK\r\n";
    if (framing == 0)
        bytes += "Content-Length: " + std::to_string(size) + "\r\n\r\n" + body;
    else if (framing == 1)
        bytes += "\r\n" + body;
    else
        bytes = chunked(body, random, framing == 2 ? 50 : 100'000);
    CAPTURE(size, framing, cut);
    bench b;
    b.limits.max_body_size = size;
    const auto consumer = std::make_shared<test_consumer>();
    b.consumer = consumer;
    stream_script script;
    script.cut_into(bytes, cut);
    if (framing == 1)
        script.end = eof;
    b.begin(script);
    REQUIRE(b.is_good());
    CHECK(consumer->body == body);
    CHECK(b.x.response.body.empty());
    CHECK(b.x.response.body_size == size);
    CHECK(b.x.can_continue == (framing != 1));
    CHECK(consumer->pieces.size() <= 2 + size / 200'000);
    for (const std::size_t piece : consumer->pieces)
        CHECK(piece <= 256 * 1024);

    // One byte less is allowed, and the consumer gets nothing beyond that limit.
    b.limits.max_body_size = size - 1;
    b.begin(script);
    REQUIRE(b.has_failed(errc::response_too_large));
}

TEST_CASE("while the consumer handles a piece, nothing is read and no time limit passes",
          "[exchange][taker]") {
    bench b;
    b.limits.max_body_size = 1'000'000;
    const auto consumer = std::make_shared<test_consumer>();
    consumer->is_slow = true;
    b.consumer = consumer;
    stream_script script;
    script.cut_into("HTTP/1.1 200 OK\r\nContent-Length: 600000\r\n\r\n" + std::string(600'000, 'x'),
                    10'000);
    b.begin(script);
    REQUIRE(consumer->waiting);
    const std::size_t operations = b.stream->operations;
    b.pass(3600s);
    CHECK(b.stream->operations == operations);
    CHECK(b.calls == 0);
    while (consumer->waiting) {
        consumer->go_on({});
        b.go_on();
    }
    REQUIRE(b.is_good());
    CHECK(consumer->body.size() == 600'000);
}

TEST_CASE("time limits apply again when the consumer has handled a piece", "[exchange][taker]") {
    bench b;
    b.limits.max_body_size = 1'000'000;
    const auto consumer = std::make_shared<test_consumer>();
    consumer->is_slow = true;
    b.consumer = consumer;
    b.begin(
        script_of("HTTP/1.1 200 OK\r\nContent-Length: 600000\r\n\r\n" + std::string(500'000, 'x')));
    REQUIRE(consumer->waiting);
    b.pass(3600s);
    consumer->go_on({});
    b.go_on();
    b.pass(19s);
    CHECK(b.calls == 0);
    b.pass(2s);
    CHECK(b.has_failed(errc::read_timeout));
}

TEST_CASE("a piece that the consumer rejects ends the exchange", "[exchange][taker]") {
    bench b;
    b.limits.max_body_size = 1'000'000;
    const auto consumer = std::make_shared<test_consumer>();
    consumer->is_slow = true;
    b.consumer = consumer;
    const bool is_last = GENERATE(false, true);
    const std::string size = is_last ? "100" : "600000";
    b.begin(script_of("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n" +
                      std::string(is_last ? 100 : 500'000, 'x')));
    REQUIRE(consumer->waiting);
    consumer->go_on(aborted);
    b.go_on();
    // No operation waits for it. The connection stays usable if no further bytes follow.
    if (is_last) {
        CHECK(b.is_good());
        CHECK(b.x.can_continue);
    } else
        CHECK(b.has_failed(errc::cancelled));
}

TEST_CASE("a body that is not a result is kept, not passed to the consumer", "[exchange][taker]") {
    bench b;
    const auto consumer = std::make_shared<test_consumer>();
    b.consumer = consumer;
    b.limits.max_message_size = 10;
    b.begin(script_of("HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\n0123456789"));
    REQUIRE(b.is_good());
    CHECK(b.x.response.body == "0123456789");
    b.begin(script_of("HTTP/1.1 404 Not Found\r\nContent-Length: 11\r\n\r\n0123456789A"));
    REQUIRE(b.has_failed(errc::response_too_large));
    CHECK_THAT(b.x.failure->detail, contains_text("max_message_size (10 bytes)"));
    CHECK(consumer->pieces.empty());
}

} // namespace exchange_consumer_test
