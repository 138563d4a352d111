#include <langexport/detail/transport/exchange.hpp>

#include "support/catch.hpp"
#include "support/exchange_bench.hpp"
#include "support/scripted_stream.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <chrono>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace exchange_test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::contains_text;
using langexport_tests::script_of;
using langexport_tests::stream_script;
using bench = langexport_tests::exchange_bench;

namespace {

const std::string request_bytes = langexport_tests::exchange_request;
const error_code eof = asio::error::eof;
const error_code reset = asio::error::connection_reset;
const error_code aborted = asio::error::operation_aborted;
const error_code broken = asio::error::broken_pipe;
const error_code no_goodbye = asio::ssl::error::stream_truncated;

// The same response in each framing.
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
    {"behind provisional responses",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX: y\r\n\r\n"
     "HTTP/1.1 200 OK\r\n" +
         common_fields + "Content-Length: 20\r\n\r\n" + common_body,
     false},
};

void check_response(const response_message& response) {
    CHECK(response.status == 200);
    CHECK(response.content_type == "application/json");
    CHECK(response.operation_location == "https://h/job");
    CHECK(response.request_id == "4711");
    CHECK(response.retry_after == "5");
    CHECK(response.retry_after_ms == "6");
    CHECK(response.x_ms_retry_after_ms == "7");
    CHECK(response.location == "/there");
    CHECK(response.content_encoding == "identity");
    CHECK(response.body == common_body);
}

} // namespace

TEST_CASE("a response is read in pieces of any size", "[exchange]") {
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
        check_response(b.x.response);
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
        check_response(b.x.response);
    }
}

TEST_CASE("a request is written in pieces of any size", "[exchange]") {
    bench b;
    for (std::size_t size = 1; size <= request_bytes.size(); ++size) {
        stream_script script = script_of(framings[0].bytes);
        script.write_limit = size;
        b.begin(script);
        REQUIRE(b.is_good());
        CHECK(b.stream->written == request_bytes);
    }
}

TEST_CASE("a truncated response is an error that names the position", "[exchange]") {
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
        CHECK(b.x.response_began == (cut > 0));
        CHECK_FALSE(b.x.can_continue);
        if (f.needs_end && cut >= header_end && how != reset) {
            // The end of the body is not known, so the response counts as complete.
            CHECK(b.is_good());
            CHECK(b.x.response.body == common_body.substr(0, cut - header_end));
            CHECK(b.x.response.may_be_cut == !(is_secure && how == eof));
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

TEST_CASE("a close_notify confirms the end of a response", "[exchange]") {
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
        CHECK(b.x.response.may_be_cut == r.may_be_cut);
    }
    b.is_secure = false;
    b.begin(script_of(framings[0].bytes, eof));
    CHECK_FALSE(b.x.response.may_be_cut);
}

TEST_CASE("if any stream operation fails, the exchange ends once and reports it",
          "[exchange][fail]") {
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
            // The response may have been sent before the whole request was received.
            CHECK(b.x.was_written);
            CHECK(b.x.response.status == 200);
        } else if (n == writes + 1) {
            CHECK(b.has_failed(errc::connection_failed));
            CHECK(b.x.was_written);
            CHECK_FALSE(b.x.response_began);
        } else if (b.x.failure) {
            CHECK(b.has_failed(errc::response_truncated));
            CHECK(b.x.failure->cause == how);
        } else {
            CHECK(f.needs_end);
            CHECK(b.x.response.may_be_cut);
        }
    }
}

TEST_CASE("a failed write is reported if no response explains it", "[exchange][fail]") {
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

TEST_CASE("bytes that are not an HTTP response are malformed", "[exchange]") {
    const char* const table[] = {
        "SSH-2.0-OpenSSH_9.2\r\n",
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
        CHECK(b.x.response_began);
        stream_script slow;
        slow.cut_into(bytes, 1);
        b.begin(slow);
        REQUIRE(b.is_done());
        CHECK(b.has_failed(errc::malformed_response));
    }
}

TEST_CASE("a server that expects TLS is recognized, and has not read the request", "[exchange]") {
    for (const std::string& bytes : {std::string("\x15\x03\x01\x00\x02\x02\x46", 7),
                                     std::string("\x15"), std::string("\x16\x03\x03")})
        for (const bool is_secure : {false, true}) {
            bench b;
            b.is_secure = is_secure;
            stream_script slow;
            slow.cut_into(bytes, 1);
            slow.end = eof;
            for (const stream_script& script : {script_of(bytes, eof), slow}) {
                b.begin(script);
                REQUIRE(b.is_done());
                REQUIRE(b.x.failure);
                CHECK(b.x.failure->code ==
                      (is_secure ? errc::malformed_response : errc::tls_failed));
                CHECK(b.x.was_written == is_secure);
                if (!is_secure)
                    CHECK_THAT(b.x.failure->detail, contains_text("use https"));
            }
        }
}

TEST_CASE("a plain connection that closes before the response suggests https", "[exchange]") {
    for (const bool is_secure : {false, true})
        for (const error_code end : {eof, reset}) {
            CAPTURE(is_secure, end.message());
            bench b;
            b.is_secure = is_secure;
            b.begin(script_of("", end));
            REQUIRE(b.has_failed(errc::connection_failed));
            const bool is_suggested =
                b.x.failure->detail.find("if the server expects TLS, use https") !=
                std::string::npos;
            CHECK(is_suggested == !is_secure);
        }
}

TEST_CASE("a connection is reused only after a response that allows it", "[exchange]") {
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

TEST_CASE("a protocol upgrade is rejected", "[exchange]") {
    bench b;
    b.begin(script_of("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"));
    REQUIRE(b.has_failed(errc::unexpected_response));
    CHECK_THAT(b.x.failure->detail, contains_text("101"));
}

TEST_CASE("an exchange leaves no state for the next one on the same connection", "[exchange]") {
    bench b;
    b.begin(script_of("HTTP/1.1 500 Oops\r\nX: y\r\nRetry-After: 1\r\nLocation: /a\r\n"
                      "Content-Length: 3\r\n\r\nabcd"));
    REQUIRE(b.is_good());
    CHECK(b.x.response.status == 500);
    b.begin(script_of("HTTP/1.1 204 OK\r\n\r\n"));
    REQUIRE(b.is_good());
    CHECK(b.x.can_continue);
    CHECK(b.x.response.retry_after.empty());
    CHECK(b.x.response.location.empty());
    CHECK(b.x.response.body.empty());
    b.begin(script_of("garbage\r\n"));
    CHECK(b.has_failed(errc::malformed_response));
    b.begin(script_of(framings[1].bytes));
    REQUIRE(b.is_good());
    check_response(b.x.response);
}

TEST_CASE("the first header field of a name is used", "[exchange]") {
    bench b;
    b.begin(script_of("HTTP/1.1 200 OK\r\nRETRY-after: 1\r\nRetry-After: 2\r\n"
                      "Request-ID: a\r\nContent-Length: 0\r\n\r\n"));
    REQUIRE(b.is_good());
    CHECK(b.x.response.retry_after == "1");
    CHECK(b.x.response.request_id == "a");
}

TEST_CASE("malformed responses neither hang nor succeed", "[exchange][property]") {
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

TEST_CASE("the error names an end of TLS without close_notify", "[exchange]") {
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

} // namespace exchange_test
