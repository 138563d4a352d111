#include <langexport/detail/transport/exchange.hpp>

#include "support/catch.hpp"
#include "support/exchange_bench.hpp"

#include <boost/asio/error.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace exchange_limits_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::contains_text;
using langexport_tests::script_of;
using langexport_tests::stream_script;
using bench = langexport_tests::exchange_bench;

namespace {

const error_code eof = boost::asio::error::eof;
const std::string short_response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

} // namespace

TEST_CASE("limits are exact to the byte", "[exchange]") {
    bench b;
    SECTION("an announced body") {
        b.limits.max_body_size = 1000;
        const auto response_of = [](std::size_t size) {
            return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
                   std::string(size, 'x');
        };
        b.begin(script_of(response_of(1000)));
        REQUIRE(b.is_good());
        CHECK(b.x.response.body.size() == 1000);
        b.begin(script_of(response_of(1001)));
        REQUIRE(b.has_failed(errc::response_too_large));
        CHECK(b.x.response.status == 200);
        CHECK(b.x.response.body.empty());
        CHECK_THAT(b.x.failure->detail,
                   contains_text("client_params::max_message_size (1000 bytes)"));
    }
    SECTION("a chunked body") {
        b.limits.max_body_size = 1000;
        std::string chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (int i = 0; i < 10; ++i)
            chunks += "64\r\n" + std::string(100, 'x') + "\r\n";
        b.begin(script_of(chunks + "0\r\n\r\n"));
        REQUIRE(b.is_good());
        b.begin(script_of(chunks + "1\r\nx\r\n0\r\n\r\n"));
        CHECK(b.has_failed(errc::response_too_large));
        b.begin(script_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "FFFFFFFFFFFFFFFF\r\nx"));
        CHECK(b.has_failed(errc::response_too_large));
    }
    SECTION("a body that ends with the connection") {
        b.limits.max_body_size = 1000;
        const std::string header = "HTTP/1.1 200 OK\r\n\r\n";
        b.begin(script_of(header + std::string(1000, 'x'), eof));
        REQUIRE(b.is_good());
        b.begin(script_of(header + std::string(1001, 'x'), eof));
        CHECK(b.has_failed(errc::response_too_large));
        stream_script endless;
        endless.pieces.push_back(header);
        for (int i = 0; i < 100; ++i)
            endless.pieces.push_back(std::string(100, 'x'));
        b.begin(endless);
        CHECK(b.has_failed(errc::response_too_large));
        CHECK(b.x.response.body.size() <= 1000);
    }
    SECTION("a header") {
        for (const std::size_t limit : {1024UL, 8192UL, 60'000UL}) {
            b.limits.max_header_size = limit;
            const std::string begin = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ";
            // (The parser counts the line ends as it likes.)
            const auto response_of = [&](std::size_t size) {
                return begin + std::string(size - begin.size() - 4, 'x') + "\r\n\r\n";
            };
            for (const std::size_t piece : {1UL, 1000UL, 1'000'000UL}) {
                CAPTURE(limit, piece);
                stream_script script;
                script.cut_into(response_of(limit), piece);
                b.begin(script);
                CHECK(b.is_good());
                script.cut_into(response_of(limit + 50), piece);
                b.begin(script);
                REQUIRE(b.has_failed(errc::response_too_large));
                CHECK_THAT(b.x.failure->detail, contains_text("client_params::max_header_size"));
                script.cut_into(std::string(begin).append(3 * limit, 'x'), piece);
                b.begin(script);
                CHECK(b.has_failed(errc::response_too_large));
            }
        }
    }
    SECTION("a single header field has no other limit") {
        b.limits.max_header_size = 200'000;
        b.begin(script_of("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: " + std::string(70'000, 'x') +
                          "\r\n\r\n"));
        CHECK(b.is_good());
    }
    SECTION("a chunk extension") {
        stream_script script;
        script.cut_into("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                            std::string(1'000'000, 'x'),
                        5000);
        b.begin(script);
        REQUIRE(b.is_done());
        CHECK(b.x.failure.has_value());
        CHECK(b.x.received.size() < 200'000);
    }
    SECTION("trailers") {
        std::string bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
        for (int i = 0; i < 100'000; ++i)
            bytes += "A: b\r\n";
        stream_script script;
        script.cut_into(bytes, 5000);
        b.begin(script);
        REQUIRE(b.is_done());
        CHECK(b.x.failure.has_value());
        CHECK(b.x.received.size() < 200'000);
    }
    SECTION("provisional responses") {
        std::string bytes;
        for (int i = 0; i < 16; ++i)
            bytes += "HTTP/1.1 100 Continue\r\n\r\n";
        b.begin(script_of(bytes + short_response));
        CHECK(b.is_good());
        b.begin(script_of(bytes + "HTTP/1.1 100 Continue\r\n\r\n" + short_response));
        CHECK(b.has_failed(errc::unexpected_response));
    }
}

TEST_CASE("an unknown transfer coding is rejected by name", "[exchange]") {
    bench b;
    struct row {
        const char* fields;
        const char* words; // null: it is read
    };
    const row table[] = {
        {"Transfer-Encoding: chunked", nullptr},
        {"Transfer-Encoding: CHUNKED", nullptr},
        {"transfer-encoding:  chunked ,", nullptr},
        {"Transfer-Encoding: gzip", "the transfer coding 'gzip'; only 'chunked' is supported"},
        {"Transfer-Encoding: gzip, chunked", "the transfer coding 'gzip, chunked'"},
        {"Transfer-Encoding: chunked, gzip", "the transfer coding 'chunked, gzip'"},
        {"Transfer-Encoding: chunked, chunked", "the transfer coding 'chunked, chunked'"},
        {"Transfer-Encoding: chunked;q=1", "the transfer coding 'chunked;q=1'"},
        {"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", "coding 'gzip, chunked'"},
        {"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip", "coding 'chunked, gzip'"},
        {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
         "the transfer coding 'chunked, chunked'"},
        {"Content-Length: 5\r\nTransfer-Encoding: chunked", "a Content-Length beside it"},
        {"Transfer-Encoding: gzip\r\nContent-Length: 5", "the transfer coding 'gzip'"},
        {"Content-Length: 5\r\ntransfer-encoding:\tgzip", "the transfer coding 'gzip'"},
        {"Content-Length: 5\r\nX: y\r\nTransfer-Encoding: gzip, chunked",
         "the transfer coding 'gzip, chunked'"},
    };
    for (const row& r : table) {
        CAPTURE(r.fields);
        b.begin(script_of("HTTP/1.1 200 OK\r\n" + std::string(r.fields) +
                              "\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                          eof));
        if (!r.words) {
            REQUIRE(b.is_good());
            CHECK(b.x.response.body == "hello");
            continue;
        }
        REQUIRE(b.has_failed(errc::malformed_response));
        CHECK_THAT(b.x.failure->detail, contains_text(r.words));
    }
    // Before any byte of its body, and regardless of its content.
    b.begin(script_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: deflate\r\n\r\n"));
    CHECK(b.has_failed(errc::malformed_response));
    b.begin(
        script_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: " + std::string(100, 'x') + "\r\n\r\n"));
    REQUIRE(b.has_failed(errc::malformed_response));
    CHECK_THAT(b.x.failure->detail, contains_text("of 100 characters"));
    // A response without a body has nothing to decode.
    b.begin(script_of("HTTP/1.1 204 No Content\r\nTransfer-Encoding: gzip\r\n\r\n"));
    CHECK(b.is_good());
}

TEST_CASE("an error response keeps its status even if its header is invalid", "[exchange]") {
    bench b;
    const char* const wrong = GENERATE(
        "Content-Length: 5\r\nTransfer-Encoding: gzip",
        "Transfer-Encoding: chunked\r\nContent-Length: 5", "Content-Length: many",
        "Content-Length: 99999999999999999999999", "Content-Length: 1\r\nContent-Length: 2",
        "Connection: @", "no colon", "Bad name: x");
    CAPTURE(wrong);
    for (const unsigned status : {404u, 429u, 500u, 503u}) {
        b.begin(script_of("HTTP/1.1 " + std::to_string(status) + " No\r\nRetry-After: 7\r\n" +
                          wrong + "\r\n\r\nhello"));
        REQUIRE(b.has_failed(errc::malformed_response));
        CHECK(b.x.has_header);
        CHECK(b.x.response.status == status);
        CHECK(b.x.response.retry_after == "7");
        CHECK_FALSE(b.x.can_continue);
    }
    b.begin(script_of("HTTP/1.1 202 Accepted\r\n" + std::string(wrong) + "\r\n\r\nhello"));
    REQUIRE(b.has_failed(errc::malformed_response));
    CHECK_FALSE(b.x.has_header);
    CHECK(b.x.response.status == 0);
}

TEST_CASE("an error response with a header that is too large keeps its status and Retry-After",
          "[exchange]") {
    bench b;
    b.limits.max_header_size = 1024;
    const std::string rest = "Retry-After: 7\r\nX: " + std::string(2000, 'x') + "\r\n\r\n";
    b.begin(script_of("HTTP/1.1 503 No\r\n" + rest));
    REQUIRE(b.has_failed(errc::response_too_large));
    CHECK(b.x.has_header);
    CHECK(b.x.response.status == 503);
    CHECK(b.x.response.retry_after == "7");
    b.begin(script_of("HTTP/1.1 200 OK\r\n" + rest));
    REQUIRE(b.has_failed(errc::response_too_large));
    CHECK_FALSE(b.x.has_header);
    CHECK(b.x.response.status == 0);
}

TEST_CASE("the response of an abandoned request is read completely if it is short", "[exchange]") {
    bench b;
    b.limits.max_body_size = 1'000'000;
    SECTION("an incomplete response fails at its time limit") {
        b.begin(script_of("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"));
        b.x.is_abandoned = true;
        b.pass(21s);
        CHECK(b.has_failed(errc::read_timeout));
    }
    SECTION("a short response") {
        stream_script script;
        script.cut_into(
            "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + std::string(60'000, 'x'), 1000);
        b.is_abandoned = true;
        b.begin(script);
        REQUIRE(b.is_good());
        CHECK(b.x.can_continue);
    }
    SECTION("a long response") {
        stream_script script;
        script.cut_into(
            "HTTP/1.1 200 OK\r\nContent-Length: 600000\r\n\r\n" + std::string(600'000, 'x'), 1000);
        b.is_abandoned = true;
        b.begin(script);
        REQUIRE(b.has_failed(errc::cancelled));
        CHECK(b.x.response.body.size() < 70'000);
    }
}

} // namespace exchange_limits_test
