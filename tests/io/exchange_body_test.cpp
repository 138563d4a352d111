// The body of a request from a source, over a scripted stream.

#include <langexport/detail/transport/exchange.hpp>

#include "support/catch.hpp"
#include "support/exchange_bench.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

namespace exchange_body_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport_tests;

namespace {

const std::string accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
const std::string too_large = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\n{}";

// A request with a body of 10,000 bytes in pieces of 1,000.
struct body_bench : exchange_bench {
    body_bench() {
        source = std::make_shared<test_source>(std::string(10'000, 'b'));
        limits.min_upload_rate = 100; // 6,000 bytes a minute
        attempt = std::chrono::hours(10);
    }
    // The stream takes only so many bytes of the body.
    void begin_with_room(std::size_t room, const std::string& response = "") {
        stream_script script = script_of(response);
        script.room = exchange_request.size() + room;
        begin(script);
    }
    std::size_t sent() const { return stream->written.size() - exchange_request.size(); }
};

} // namespace

TEST_CASE("a body is sent piece by piece behind its header", "[exchange][body]") {
    body_bench b;
    b.begin(script_of(""));
    CHECK(b.calls == 0);
    CHECK(b.stream->written == exchange_request + b.source->body);
    CHECK(b.x.was_written);
    CHECK_FALSE(b.x.is_uploading());
    b.stream->add(accepted);
    b.go_on();
    REQUIRE(b.is_good());
    CHECK(b.x.response.status == 202);
    CHECK(b.x.can_continue);
    CHECK(b.x.bytes_sent == exchange_request.size() + 10'000);
}

TEST_CASE("a body survives writes of any size", "[exchange][body]") {
    body_bench b;
    stream_script script;
    script.write_limit = GENERATE(std::size_t(1), std::size_t(7), std::size_t(999));
    b.begin(script);
    CHECK(b.stream->written == exchange_request + b.source->body);
    b.stream->add(accepted);
    b.go_on();
    CHECK(b.is_good());
}

TEST_CASE("without its last byte a request counts as not sent", "[exchange][body]") {
    body_bench b;
    b.begin_with_room(9'999);
    CHECK(b.sent() == 9'999);
    CHECK_FALSE(b.x.was_written);
    CHECK(b.x.is_uploading());
    SECTION("the connection breaks") {
        b.stream->end(asio::error::connection_reset);
        b.go_on();
        REQUIRE(b.has_failed(errc::connection_failed));
        CHECK_FALSE(b.x.was_written);
    }
    SECTION("the peer closes the connection") {
        b.stream->end(asio::error::eof);
        b.go_on();
        REQUIRE(b.has_failed(errc::connection_failed));
        CHECK_FALSE(b.x.was_written);
    }
    SECTION("it is sent") {
        b.stream->make_room(1);
        b.go_on();
        CHECK(b.x.was_written);
        b.stream->end(asio::error::connection_reset);
        b.go_on();
        REQUIRE(b.has_failed(errc::connection_failed));
        CHECK(b.x.was_written);
    }
}

TEST_CASE("a final response ends the sending", "[exchange][body]") {
    body_bench b;
    SECTION("while the stream is full") {
        b.begin_with_room(2'500);
        CHECK(b.calls == 0);
        b.stream->add(too_large);
        b.go_on();
        CHECK(b.sent() == 2'500);
    }
    SECTION("between two pieces") {
        b.source->is_slow = true;
        b.begin(script_of(""));
        b.source->go_on({});
        b.go_on();
        b.stream->add(too_large);
        b.go_on();
        CHECK(b.calls == 0); // the source is being asked
        b.source->go_on({});
        b.go_on();
        CHECK(b.sent() == 1'000);
    }
    SECTION("in pieces") {
        b.begin_with_room(2'500);
        b.stream->add(too_large.substr(0, 20));
        b.go_on();
        CHECK(b.calls == 0);
        b.stream->add(too_large.substr(20));
        b.go_on();
    }
    REQUIRE(b.is_good());
    CHECK(b.x.response.status == 413);
    CHECK(b.x.response.body == "{}");
    CHECK(b.x.is_uploading());
    CHECK_FALSE(b.x.can_continue);
}

TEST_CASE("the rest of an early response is awaited", "[exchange][body]") {
    body_bench b;
    b.begin_with_room(2'500);
    b.stream->add(too_large.substr(0, too_large.size() - 1));
    b.go_on();
    CHECK(b.calls == 0);
    SECTION("it arrives") {
        b.stream->add("}");
        b.go_on();
        REQUIRE(b.is_good());
        CHECK(b.x.response.body == "{}");
    }
    SECTION("it does not arrive") {
        b.pass(21s);
        REQUIRE(b.has_failed(errc::read_timeout));
        CHECK(b.x.has_header);
    }
}

TEST_CASE("after a provisional response the body is sent on", "[exchange][body]") {
    body_bench b;
    b.begin_with_room(2'500);
    b.stream->add("HTTP/1.1 100 Continue\r\n\r\n");
    b.go_on();
    CHECK(b.calls == 0);
    b.stream->make_room(10'000);
    b.go_on();
    CHECK(b.stream->written == exchange_request + b.source->body);
    b.stream->add(accepted);
    b.go_on();
    REQUIRE(b.is_good());
    CHECK(b.x.response.status == 202);
}

TEST_CASE("bytes that are no response end the sending", "[exchange][body]") {
    body_bench b;
    b.begin_with_room(2'500);
    b.stream->add("220 smtp\r\n");
    b.go_on();
    CHECK(b.has_failed(errc::malformed_response));
    CHECK(b.sent() == 2'500);
}

TEST_CASE("an upload has a minimum rate", "[exchange][body][watchdog]") {
    body_bench b;
    b.begin_with_room(0);
    SECTION("nothing is taken for a minute") {
        b.pass(58s);
        CHECK(b.calls == 0);
        b.pass(10s);
        REQUIRE(b.has_failed(errc::write_timeout));
        CHECK(b.x.failure->cause == errc::write_timeout);
        CHECK_THAT(b.x.failure->detail,
                   contains_text("it was slower than 100 bytes a second for a minute"));
    }
    SECTION("enough is taken") {
        for (int minute = 0; minute < 6; ++minute) {
            b.stream->make_room(1'600);
            b.go_on();
            b.pass(14s);
            CHECK(b.calls == 0);
        }
        b.stream->make_room(10'000);
        b.go_on();
        CHECK(b.sent() == 10'000);
    }
    CHECK_FALSE((b.calls == 1 && b.x.was_written));
}

TEST_CASE("after the body the response has its own time limit", "[exchange][body][watchdog]") {
    body_bench b;
    b.begin(script_of(""));
    b.pass(29s);
    CHECK(b.calls == 0);
    b.pass(2s);
    CHECK(b.has_failed(errc::response_timeout));
    CHECK(b.x.was_written);
}

TEST_CASE("time of the source does not count", "[exchange][body][watchdog]") {
    body_bench b;
    b.attempt = 60s;
    b.source->is_slow = true;
    b.begin(script_of(""));
    b.pass(std::chrono::hours(1));
    CHECK(b.calls == 0);
    b.source->go_on({});
    b.go_on();
    b.pass(std::chrono::hours(1));
    CHECK(b.calls == 0);
    CHECK(b.sent() == 1'000);
}

TEST_CASE("a source that fails ends the exchange before the end of the body", "[exchange][body]") {
    body_bench b;
    b.source->is_slow = true;
    b.begin(script_of(""));
    SECTION("it throws") {
        b.source->fail(std::make_exception_ptr(std::runtime_error("no document")));
        b.go_on();
        REQUIRE(b.has_failed(errc::source_failed));
        CHECK(b.x.failure->detail == "no document");
        CHECK(b.x.failure->thrown);
    }
    SECTION("no operation needs it") {
        b.source->go_on(asio::error::operation_aborted);
        b.go_on();
        CHECK(b.has_failed(errc::cancelled));
    }
    CHECK_FALSE(b.x.was_written);
    CHECK(b.sent() == 0);
}

TEST_CASE("a response that is there before the body ends the sending at once", "[exchange][body]") {
    body_bench b;
    b.begin(script_of(too_large));
    REQUIRE(b.is_good());
    CHECK(b.x.response.status == 413);
    CHECK(b.sent() == 0);
    CHECK_FALSE(b.x.can_continue);
}

} // namespace exchange_body_test
