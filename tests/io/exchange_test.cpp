#include <langexport/detail/transport/exchange.hpp>

#include "support/catch.hpp"
#include "support/exchange_bench.hpp"
#include "support/scripted_stream.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::contains_text;
using langexport_tests::script_of;
using langexport_tests::stream_script;
using langexport_tests::test_taker;
using bench = langexport_tests::exchange_bench;

namespace {

const std::string request_bytes = langexport_tests::exchange_request;
const error_code eof = asio::error::eof;
const error_code reset = asio::error::connection_reset;
const error_code aborted = asio::error::operation_aborted;
const error_code broken = asio::error::broken_pipe;
const error_code no_goodbye = asio::ssl::error::stream_truncated;

// The same answer in each framing.
struct framed {
    const char* name;
    std::string bytes;
    bool needs_end;
};

const std::string common_fields = "Content-Type: application/json\r\n"
                                  "operation-location: https://h/job\r\n"
                                  "apim-request-id: 4711\r\nrequest-id: 4712\r\n"
                                  "Retry-After: 5\r\nretry-after-ms: 6\r\n"
                                  "x-ms-retry-after-ms: 7\r\nLocation: /there\r\n"
                                  "Content-Encoding: identity\r\nX-Other: a\r\n";
const std::string common_body = "{\"status\":\"running\"}";

const std::vector<framed> framings{
    {"Content-Length",
     "HTTP/1.1 200 OK\r\n" + common_fields + "Content-Length: 20\r\n\r\n" + common_body, false},
    {"chunked",
     "HTTP/1.1 200 OK\r\n" + common_fields + "Transfer-Encoding: chunked\r\n\r\n" +
         "7;ext=\"1\"\r\n" + common_body.substr(0, 7) + "\r\nD\r\n" + common_body.substr(7) +
         "\r\n0\r\nTrailer: x\r\nRetry-After: 99\r\n\r\n",
     false},
    {"until close", "HTTP/1.1 200 OK\r\n" + common_fields + "\r\n" + common_body, true},
    {"HTTP/1.0", "HTTP/1.0 200 OK\r\n" + common_fields + "\r\n" + common_body, true},
    {"behind provisional answers",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX: y\r\n\r\n"
     "HTTP/1.1 200 OK\r\n" +
         common_fields + "Content-Length: 20\r\n\r\n" + common_body,
     false},
};

void check_answer(const answer& reply) {
    CHECK(reply.status == 200);
    CHECK(reply.content_type == "application/json");
    CHECK(reply.operation_location == "https://h/job");
    CHECK(reply.request_id == "4711");
    CHECK(reply.retry_after == "5");
    CHECK(reply.retry_after_ms == "6");
    CHECK(reply.x_ms_retry_after_ms == "7");
    CHECK(reply.location == "/there");
    CHECK(reply.content_encoding == "identity");
    CHECK(reply.body == common_body);
}

} // namespace

TEST_CASE("an answer is read in whatever pieces it comes", "[exchange]") {
    const framed& f = GENERATE(from_range(framings.begin(), framings.end()));
    CAPTURE(f.name);
    bench b;
    const std::optional<error_code> end = f.needs_end ? std::optional(eof) : std::nullopt;
    for (std::size_t size = 1; size <= f.bytes.size(); ++size) {
        CAPTURE(size);
        stream_script script;
        script.cut_into(f.bytes, size);
        script.end = end;
        b.begin(script);
        REQUIRE(b.is_good());
        check_answer(b.x.reply);
        CHECK(b.x.can_continue == !f.needs_end);
        CHECK(b.stream->written == request_bytes);
    }
    for (std::size_t cut = 1; cut < f.bytes.size(); ++cut) {
        CAPTURE(cut);
        stream_script script;
        script.pieces = {f.bytes.substr(0, cut), f.bytes.substr(cut)};
        script.end = end;
        script.ends_with_last_piece = f.needs_end;
        b.begin(script);
        REQUIRE(b.is_good());
        check_answer(b.x.reply);
    }
}

TEST_CASE("a request is written in whatever pieces the stream takes", "[exchange]") {
    bench b;
    for (std::size_t size = 1; size <= request_bytes.size(); ++size) {
        stream_script script = script_of(framings[0].bytes);
        script.write_limit = size;
        b.begin(script);
        REQUIRE(b.is_good());
        CHECK(b.stream->written == request_bytes);
    }
}

TEST_CASE("an answer that is cut at any byte is a failure that says where", "[exchange]") {
    const framed& f = GENERATE(from_range(framings.begin(), framings.end()));
    const error_code how = GENERATE(eof, reset, no_goodbye);
    const bool is_secure = GENERATE(false, true);
    CAPTURE(f.name, how.message(), is_secure);
    bench b;
    b.is_secure = is_secure;
    const std::size_t header_end = f.bytes.rfind("\r\n\r\n", f.bytes.size() - 5) + 4;
    for (std::size_t cut = 0; cut < f.bytes.size(); ++cut) {
        CAPTURE(cut);
        stream_script script = script_of(f.bytes.substr(0, cut), how);
        script.ends_with_last_piece = cut % 2 == 0;
        b.begin(script);
        REQUIRE(b.is_done());
        CHECK(b.x.was_written);
        CHECK(b.x.was_answered == (cut > 0));
        CHECK_FALSE(b.x.can_continue);
        if (f.needs_end && cut >= header_end && how != reset) {
            // Nobody can know; the doubt is told.
            CHECK(b.is_good());
            CHECK(b.x.reply.body == common_body.substr(0, cut - header_end));
            CHECK(b.x.reply.may_be_cut == !(is_secure && how == eof));
        } else if (cut == 0) {
            CHECK(b.has_failed(errc::connection_failed));
            CHECK(b.x.failure->cause == how);
        } else {
            CHECK(b.has_failed(errc::response_truncated));
            CHECK(b.x.failure->cause == how);
            CHECK_THAT(b.x.failure->detail,
                       contains_text("inside its header") || contains_text("bytes of its body"));
        }
    }
}

TEST_CASE("an end that TLS confirms is no cut", "[exchange]") {
    bench b;
    struct row {
        bool is_secure;
        error_code end;
        bool may_be_cut;
    };
    const row table[] = {{true, eof, false},
                         {true, no_goodbye, true},
                         {false, eof, true},
                         {false, no_goodbye, true}};
    for (const row& r : table) {
        CAPTURE(r.is_secure, r.end.message());
        b.is_secure = r.is_secure;
        b.begin(script_of(framings[2].bytes, r.end));
        REQUIRE(b.is_good());
        CHECK(b.x.reply.may_be_cut == r.may_be_cut);
    }
    b.is_secure = false;
    b.begin(script_of(framings[0].bytes, eof));
    CHECK_FALSE(b.x.reply.may_be_cut);
}

TEST_CASE("whichever operation fails, the exchange ends once and says so", "[exchange][fail]") {
    const framed& f = GENERATE(from_range(framings.begin(), framings.end()));
    const error_code how = GENERATE(eof, reset, no_goodbye, aborted, broken);
    CAPTURE(f.name, how.message());
    bench b;
    stream_script script;
    script.cut_into(f.bytes, 7);
    script.write_limit = 5;
    if (f.needs_end)
        script.end = eof;
    b.begin(script);
    REQUIRE(b.is_good());
    const std::size_t operations = b.stream->operations;
    const std::size_t writes = (request_bytes.size() + 4) / 5;
    CHECK(operations > writes + 10);
    for (std::size_t n = 1; n <= operations; ++n) {
        CAPTURE(n);
        script.fail_at = n;
        script.failure = how;
        b.begin(script);
        REQUIRE(b.is_done());
        CHECK_FALSE(b.x.can_continue);
        if (n == 1) {
            CHECK(b.has_failed(errc::connection_failed));
            CHECK_FALSE(b.x.was_written);
            CHECK_THAT(b.x.failure->detail, contains_text("while the request was sent"));
            CHECK(b.stream->operations == 1);
        } else if (n <= writes) {
            // It may have been answered before the whole request was there.
            CHECK(b.x.was_written);
            CHECK(b.x.reply.status == 200);
        } else if (n == writes + 1) {
            CHECK(b.has_failed(errc::connection_failed));
            CHECK(b.x.was_written);
            CHECK_FALSE(b.x.was_answered);
        } else if (b.x.failure) {
            CHECK(b.has_failed(errc::response_truncated));
            CHECK(b.x.failure->cause == how);
        } else {
            CHECK(f.needs_end);
            CHECK(b.x.reply.may_be_cut);
        }
    }
}

TEST_CASE("a failed write is told if no answer explains it", "[exchange][fail]") {
    bench b;
    stream_script script = script_of("", reset);
    script.write_limit = 5;
    script.fail_at = 3;
    script.failure = asio::error::broken_pipe;
    b.begin(script);
    REQUIRE(b.has_failed(errc::connection_failed));
    CHECK(b.x.failure->cause == asio::error::broken_pipe);
    CHECK(b.x.was_written);
}

TEST_CASE("what is no answer of HTTP is malformed", "[exchange]") {
    const char* const table[] = {
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\x16\x03\x01\x02",
        "\r\n\r\n\r\n",
        "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/x.1 200 OK\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA b: space in name\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\nabc",
    };
    bench b;
    for (const char* bytes : table) {
        CAPTURE(bytes);
        b.begin(script_of(bytes));
        REQUIRE(b.is_done());
        CHECK(b.has_failed(errc::malformed_response));
        CHECK(b.x.was_answered);
        stream_script slow;
        slow.cut_into(bytes, 1);
        b.begin(slow);
        REQUIRE(b.is_done());
        CHECK(b.has_failed(errc::malformed_response));
    }
}

TEST_CASE("a connection goes on only after an answer that allows it", "[exchange]") {
    struct row {
        const char* bytes;
        bool can_continue;
    };
    const row table[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true},
        {"HTTP/1.1 204 No Content\r\n\r\n", true},
        {"HTTP/1.1 304 Not Modified\r\n\r\n", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", false},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Upgrade, Close\r\n\r\n", false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n", false},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n\n", false},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nx", false},
    };
    bench b;
    for (const row& r : table) {
        CAPTURE(r.bytes);
        b.begin(script_of(r.bytes));
        REQUIRE(b.is_good());
        CHECK(b.x.can_continue == r.can_continue);
    }
}

TEST_CASE("limits hold to the byte", "[exchange]") {
    bench b;
    SECTION("an announced body") {
        b.limits.max_body_size = 1000;
        const auto answer_of = [](std::size_t size) {
            return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
                   std::string(size, 'x');
        };
        b.begin(script_of(answer_of(1000)));
        REQUIRE(b.is_good());
        CHECK(b.x.reply.body.size() == 1000);
        b.begin(script_of(answer_of(1001)));
        REQUIRE(b.has_failed(errc::response_too_large));
        CHECK(b.x.reply.status == 200);
        CHECK(b.x.reply.body.empty());
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
    SECTION("a body until the end") {
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
        CHECK(b.x.reply.body.size() <= 1000);
    }
    SECTION("a header") {
        for (const std::size_t limit : {1024UL, 8192UL, 60'000UL}) {
            b.limits.max_header_size = limit;
            const std::string begin = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ";
            // (The parser counts the line ends as it likes.)
            const auto answer_of = [&](std::size_t size) {
                return begin + std::string(size - begin.size() - 4, 'x') + "\r\n\r\n";
            };
            for (const std::size_t piece : {1UL, 1000UL, 1'000'000UL}) {
                CAPTURE(limit, piece);
                stream_script script;
                script.cut_into(answer_of(limit), piece);
                b.begin(script);
                CHECK(b.is_good());
                script.cut_into(answer_of(limit + 50), piece);
                b.begin(script);
                REQUIRE(b.has_failed(errc::response_too_large));
                CHECK_THAT(b.x.failure->detail, contains_text("client_params::max_header_size"));
                script.cut_into(std::string(begin).append(3 * limit, 'x'), piece);
                b.begin(script);
                CHECK(b.has_failed(errc::response_too_large));
            }
        }
    }
    SECTION("a field alone has no other limit") {
        b.limits.max_header_size = 200'000;
        b.begin(script_of("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: " + std::string(70'000, 'x') +
                          "\r\n\r\n"));
        CHECK(b.is_good());
    }
    SECTION("an extension of a chunk") {
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
    SECTION("provisional answers") {
        std::string bytes;
        for (int i = 0; i < 16; ++i)
            bytes += "HTTP/1.1 100 Continue\r\n\r\n";
        b.begin(script_of(bytes + framings[0].bytes));
        CHECK(b.is_good());
        b.begin(script_of(bytes + "HTTP/1.1 100 Continue\r\n\r\n" + framings[0].bytes));
        CHECK(b.has_failed(errc::unexpected_response));
    }
}

TEST_CASE("nobody switches protocols here", "[exchange]") {
    bench b;
    b.begin(script_of("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"));
    REQUIRE(b.has_failed(errc::unexpected_response));
    CHECK_THAT(b.x.failure->detail, contains_text("101"));
}

TEST_CASE("an exchange leaves nothing to the next one on the same connection", "[exchange]") {
    bench b;
    b.begin(script_of("HTTP/1.1 500 Oops\r\nX: y\r\nRetry-After: 1\r\nLocation: /a\r\n"
                      "Content-Length: 3\r\n\r\nabcd"));
    REQUIRE(b.is_good());
    CHECK(b.x.reply.status == 500);
    b.begin(script_of("HTTP/1.1 204 OK\r\n\r\n"));
    REQUIRE(b.is_good());
    CHECK(b.x.can_continue);
    CHECK(b.x.reply.retry_after.empty());
    CHECK(b.x.reply.location.empty());
    CHECK(b.x.reply.body.empty());
    b.begin(script_of("garbage\r\n"));
    CHECK(b.has_failed(errc::malformed_response));
    b.begin(script_of(framings[1].bytes));
    REQUIRE(b.is_good());
    check_answer(b.x.reply);
}

TEST_CASE("the first field of a name counts", "[exchange]") {
    bench b;
    b.begin(script_of("HTTP/1.1 200 OK\r\nRETRY-after: 1\r\nRetry-After: 2\r\n"
                      "Request-ID: a\r\nContent-Length: 0\r\n\r\n"));
    REQUIRE(b.is_good());
    CHECK(b.x.reply.retry_after == "1");
    CHECK(b.x.reply.request_id == "a");
}

TEST_CASE("an answer that nobody waits for is read if it is short", "[exchange]") {
    bench b;
    b.limits.max_body_size = 1'000'000;
    SECTION("it waits for the rest, until its time is up") {
        b.begin(script_of("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"));
        b.x.is_abandoned = true;
        b.pass(21s);
        CHECK(b.has_failed(errc::read_timeout));
    }
    SECTION("short") {
        stream_script script;
        script.cut_into(
            "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + std::string(60'000, 'x'), 1000);
        b.is_abandoned = true;
        b.begin(script);
        REQUIRE(b.is_good());
        CHECK(b.x.can_continue);
    }
    SECTION("long") {
        stream_script script;
        script.cut_into(
            "HTTP/1.1 200 OK\r\nContent-Length: 600000\r\n\r\n" + std::string(600'000, 'x'), 1000);
        b.is_abandoned = true;
        b.begin(script);
        REQUIRE(b.has_failed(errc::cancelled));
        CHECK(b.x.reply.body.size() < 70'000);
    }
}

namespace {

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

TEST_CASE("a body that is taken comes in few large pieces, in whatever it was sent",
          "[exchange][taker]") {
    std::mt19937 random(11);
    const std::size_t size = GENERATE(1u, 16'384u, 262'144u, 1'000'000u);
    const int framing = GENERATE(0, 1, 2, 3);
    const std::size_t cut = GENERATE(97u, 16'384u, 70'000u, 5'000'000u);
    std::string body = "[";
    while (body.size() + 1 < size)
        body += std::to_string(random() % 10);
    body = size == 1 ? "1" : body + "]";
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
    const auto taker = std::make_shared<test_taker>();
    b.taker = taker;
    stream_script script;
    script.cut_into(bytes, cut);
    if (framing == 1)
        script.end = eof;
    b.begin(script);
    REQUIRE(b.is_good());
    CHECK(taker->body == body);
    CHECK(b.x.reply.body.empty());
    CHECK(b.x.reply.body_size == size);
    CHECK(b.x.can_continue == (framing != 1));
    CHECK(taker->pieces.size() <= 2 + size / 200'000);
    for (const std::size_t piece : taker->pieces)
        CHECK(piece <= 256 * 1024);

    // One byte less is allowed, and nothing that exceeds it is taken.
    b.limits.max_body_size = size - 1;
    b.begin(script);
    REQUIRE(b.has_failed(errc::response_too_large));
}

TEST_CASE("nothing is read while a piece is being taken, and no time limit passes",
          "[exchange][taker]") {
    bench b;
    b.limits.max_body_size = 1'000'000;
    const auto taker = std::make_shared<test_taker>();
    taker->is_slow = true;
    b.taker = taker;
    stream_script script;
    script.cut_into("HTTP/1.1 200 OK\r\nContent-Length: 600000\r\n\r\n" + std::string(600'000, 'x'),
                    10'000);
    b.begin(script);
    REQUIRE(taker->waiting);
    const std::size_t operations = b.stream->operations;
    b.pass(3600s);
    CHECK(b.stream->operations == operations);
    CHECK(b.calls == 0);
    while (taker->waiting) {
        taker->go_on({});
        b.go_on();
    }
    REQUIRE(b.is_good());
    CHECK(taker->body.size() == 600'000);
}

TEST_CASE("time limits hold again once a piece was taken", "[exchange][taker]") {
    bench b;
    b.limits.max_body_size = 1'000'000;
    const auto taker = std::make_shared<test_taker>();
    taker->is_slow = true;
    b.taker = taker;
    b.begin(
        script_of("HTTP/1.1 200 OK\r\nContent-Length: 600000\r\n\r\n" + std::string(500'000, 'x')));
    REQUIRE(taker->waiting);
    b.pass(3600s);
    taker->go_on({});
    b.go_on();
    b.pass(19s);
    CHECK(b.calls == 0);
    b.pass(21s);
    CHECK(b.has_failed(errc::read_timeout));
}

TEST_CASE("a piece that is not taken ends the exchange", "[exchange][taker]") {
    bench b;
    b.limits.max_body_size = 1'000'000;
    const auto taker = std::make_shared<test_taker>();
    taker->is_slow = true;
    b.taker = taker;
    const bool is_last = GENERATE(false, true);
    const std::string size = is_last ? "100" : "600000";
    b.begin(script_of("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n" +
                      std::string(is_last ? 100 : 500'000, 'x')));
    REQUIRE(taker->waiting);
    taker->go_on(aborted);
    b.go_on();
    // Nobody waits for it. The connection is as good as new if nothing more is to come.
    if (is_last) {
        CHECK(b.is_good());
        CHECK(b.x.can_continue);
    } else
        CHECK(b.has_failed(errc::cancelled));
}

TEST_CASE("what is not asked for is kept, not taken", "[exchange][taker]") {
    bench b;
    const auto taker = std::make_shared<test_taker>();
    b.taker = taker;
    b.limits.max_message_size = 10;
    b.begin(script_of("HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\n0123456789"));
    REQUIRE(b.is_good());
    CHECK(b.x.reply.body == "0123456789");
    b.begin(script_of("HTTP/1.1 404 Not Found\r\nContent-Length: 11\r\n\r\n0123456789A"));
    REQUIRE(b.has_failed(errc::response_too_large));
    CHECK_THAT(b.x.failure->detail, contains_text("max_message_size (10 bytes)"));
    CHECK(taker->pieces.empty());
}

TEST_CASE("time runs out by phase", "[exchange][watchdog]") {
    bench b; // 30 s for the first byte, 20 s between two, 60 s in all
    SECTION("no byte comes") {
        b.begin(script_of(""));
        b.pass(29s);
        CHECK(b.calls == 0);
        b.pass(31s);
        REQUIRE(b.has_failed(errc::response_timeout));
        // The cause is the time, not that the wait was ended by us.
        CHECK(b.x.failure->cause == errc::response_timeout);
        CHECK(b.x.was_written);
        CHECK_FALSE(b.x.was_answered);
    }
    SECTION("it stops inside the header") {
        b.begin(script_of("HTTP/1.1 200"));
        b.pass(19s);
        CHECK(b.calls == 0);
        b.pass(21s);
        REQUIRE(b.has_failed(errc::read_timeout));
        CHECK(b.x.was_answered);
        CHECK_THAT(b.x.failure->detail, contains_text("inside its header"));
    }
    SECTION("it stops inside the body") {
        b.begin(script_of("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"));
        b.pass(21s);
        REQUIRE(b.has_failed(errc::read_timeout));
        CHECK_THAT(b.x.failure->detail, contains_text("after 3 bytes of its body"));
    }
    SECTION("a body until the end does not end") {
        b.begin(script_of("HTTP/1.1 200 OK\r\n\r\nabc"));
        b.pass(21s);
        CHECK(b.has_failed(errc::read_timeout));
    }
    SECTION("the attempt ends before the phase") {
        b.attempt = 10s;
        b.begin(script_of("HTTP/1.1 200"));
        b.pass(11s);
        CHECK(b.has_failed(errc::attempt_timeout));
        CHECK(b.x.failure->cause == errc::attempt_timeout);
    }
    SECTION("a good answer stops the clock") {
        b.begin(script_of(framings[0].bytes));
        REQUIRE(b.is_good());
        CHECK_FALSE(b.dog.expired());
    }
}

TEST_CASE("broken answers neither hang nor are taken for good ones", "[exchange][property]") {
    bench b;
    for (unsigned seed = 1; seed <= 3'000; ++seed) {
        std::mt19937 random(seed);
        std::string bytes = framings[random() % framings.size()].bytes;
        for (unsigned n = random() % 4; n > 0; --n) {
            const std::size_t at = random() % bytes.size();
            switch (random() % 3) {
            case 0:
                bytes[at] = static_cast<char>(random());
                break;
            case 1:
                bytes.erase(at, 1 + random() % 20);
                break;
            default:
                bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 40));
                break;
            }
            if (bytes.empty())
                bytes = "x";
        }
        stream_script script;
        script.cut_into(bytes, 1 + random() % 200);
        script.end = random() % 2 == 0 ? eof : reset;
        b.begin(script);
        if (!b.is_done() || (b.x.failure && b.x.can_continue)) {
            CAPTURE(seed, bytes);
            FAIL("seed " << seed);
        }
    }
}

TEST_CASE("a transfer coding that is not known is refused by its name", "[exchange]") {
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
        {"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip",
         "more than one Transfer-Encoding"},
        {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
         "more than one Transfer-Encoding"},
        {"Content-Length: 5\r\nTransfer-Encoding: chunked", "a Content-Length beside it"},
        {"Transfer-Encoding: gzip\r\nContent-Length: 5", "the transfer coding 'gzip'"},
    };
    for (const row& r : table) {
        CAPTURE(r.fields);
        b.begin(script_of("HTTP/1.1 200 OK\r\n" + std::string(r.fields) +
                              "\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                          eof));
        if (!r.words) {
            REQUIRE(b.is_good());
            CHECK(b.x.reply.body == "hello");
            continue;
        }
        REQUIRE(b.has_failed(errc::malformed_response));
        CHECK_THAT(b.x.failure->detail, contains_text(r.words));
    }
    // Before anything of its body came, and whatever is in it.
    b.begin(script_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: deflate\r\n\r\n"));
    CHECK(b.has_failed(errc::malformed_response));
    b.begin(
        script_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: " + std::string(100, 'x') + "\r\n\r\n"));
    REQUIRE(b.has_failed(errc::malformed_response));
    CHECK_THAT(b.x.failure->detail, contains_text("of 100 characters"));
    // Where there is no body, nothing was done to it.
    b.begin(script_of("HTTP/1.1 204 No Content\r\nTransfer-Encoding: gzip\r\n\r\n"));
    CHECK(b.is_good());
}

TEST_CASE("an error whose header is too large keeps its status and its wait", "[exchange]") {
    bench b;
    b.limits.max_header_size = 1024;
    const std::string rest = "Retry-After: 7\r\nX: " + std::string(2000, 'x') + "\r\n\r\n";
    b.begin(script_of("HTTP/1.1 503 No\r\n" + rest));
    REQUIRE(b.has_failed(errc::response_too_large));
    CHECK(b.x.has_header);
    CHECK(b.x.reply.status == 503);
    CHECK(b.x.reply.retry_after == "7");
    b.begin(script_of("HTTP/1.1 200 OK\r\n" + rest));
    REQUIRE(b.has_failed(errc::response_too_large));
    CHECK_FALSE(b.x.has_header);
    CHECK(b.x.reply.status == 0);
}

TEST_CASE("an end of TLS without close_notify is named", "[exchange]") {
    bench b;
    b.is_secure = true;
    for (const char* begin : {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"}) {
        CAPTURE(begin);
        b.begin(script_of(begin, no_goodbye));
        REQUIRE(b.x.failure);
        CHECK_THAT(b.x.failure->detail, contains_text("TLS ended without close_notify"));
        b.begin(script_of(begin, eof));
        REQUIRE(b.x.failure);
        CHECK_THAT(b.x.failure->detail, !contains_text("close_notify"));
    }
}

TEST_CASE("a download that is too slow for a minute fails with its rate", "[exchange][watchdog]") {
    bench b;
    b.attempt = 1h;
    b.limits.read_timeout = 10min;
    b.limits.min_download_rate = 1024;
    b.limits.max_body_size = 1'000'000;
    const std::string begin = "HTTP/1.1 200 OK\r\nContent-Length: 600000\r\n\r\n";
    SECTION("a body that drips") {
        b.begin(script_of(begin + "abc"));
        b.pass(59s);
        CHECK(b.calls == 0);
        b.pass(61s);
        REQUIRE(b.has_failed(errc::read_timeout));
        CHECK_THAT(b.x.failure->detail,
                   contains_text("after 3 bytes of its body") &&
                       contains_text("slower than 1024 bytes a second for a minute"));
    }
    SECTION("one that stands still for less than that is named as ever") {
        b.limits.read_timeout = 20s;
        b.begin(script_of(begin + "abc"));
        b.pass(21s);
        REQUIRE(b.has_failed(errc::read_timeout));
        CHECK_THAT(b.x.failure->detail, !contains_text("slower"));
    }
    SECTION("time in the sink is left out") {
        const auto taker = std::make_shared<test_taker>();
        taker->is_slow = true;
        b.taker = taker;
        b.begin(script_of(begin + std::string(300'000, 'x')));
        REQUIRE(taker->waiting);
        b.pass(30min);
        CHECK(b.calls == 0);
        taker->go_on({});
        b.go_on();
        CHECK(b.calls == 0);
    }
    SECTION("without a least rate, only the other limits hold") {
        b.limits.min_download_rate = 0;
        b.begin(script_of(begin + "abc"));
        b.pass(9min);
        CHECK(b.calls == 0);
    }
}
