#include <langexport/detail/transport/exchange.hpp>

#include "support/catch.hpp"
#include "support/exchange_bench.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace exchange_time_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::contains_text;
using langexport_tests::script_of;
using langexport_tests::test_consumer;
using bench = langexport_tests::exchange_bench;

namespace {

const std::string short_response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

} // namespace

TEST_CASE("each phase has its time limit", "[exchange][watchdog]") {
    bench b; // 30 s for the first byte, 20 s between two, 60 s in all
    SECTION("no byte arrives") {
        b.begin(script_of(""));
        b.pass(29s);
        CHECK(b.calls == 0);
        b.pass(2s);
        REQUIRE(b.has_failed(errc::response_timeout));
        // The cause is the time limit, not our own cancellation.
        CHECK(b.x.failure->cause == errc::response_timeout);
        CHECK(b.x.was_written);
        CHECK_FALSE(b.x.response_began);
    }
    SECTION("it stops inside the header") {
        b.begin(script_of("HTTP/1.1 200"));
        b.pass(19s);
        CHECK(b.calls == 0);
        b.pass(2s);
        REQUIRE(b.has_failed(errc::read_timeout));
        CHECK(b.x.response_began);
        CHECK_THAT(b.x.failure->detail, contains_text("inside its header"));
    }
    SECTION("it stops inside the body") {
        b.begin(script_of("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"));
        b.pass(21s);
        REQUIRE(b.has_failed(errc::read_timeout));
        CHECK_THAT(b.x.failure->detail, contains_text("after 3 bytes of its body"));
    }
    SECTION("a body without length does not end") {
        b.begin(script_of("HTTP/1.1 200 OK\r\n\r\nabc"));
        b.pass(21s);
        CHECK(b.has_failed(errc::read_timeout));
    }
    SECTION("attempt_timeout is shorter than the phase") {
        b.attempt = 10s;
        b.begin(script_of("HTTP/1.1 200"));
        b.pass(11s);
        CHECK(b.has_failed(errc::attempt_timeout));
        CHECK(b.x.failure->cause == errc::attempt_timeout);
    }
    SECTION("a complete response stops the timer") {
        b.begin(script_of(short_response));
        REQUIRE(b.is_good());
        CHECK_FALSE(b.watch.expired());
    }
}

TEST_CASE("a download that is too slow for a minute fails with its rate", "[exchange][watchdog]") {
    bench b;
    b.attempt = 1h;
    b.limits.read_timeout = 10min;
    b.limits.min_download_rate = 1024;
    b.limits.max_body_size = 1'000'000;
    const std::string begin = "HTTP/1.1 200 OK\r\nContent-Length: 600000\r\n\r\n";
    SECTION("a body that arrives slowly") {
        b.begin(script_of(begin + "abc"));
        b.pass(59s);
        CHECK(b.calls == 0);
        b.pass(2s);
        REQUIRE(b.has_failed(errc::read_timeout));
        CHECK_THAT(b.x.failure->detail,
                   contains_text("after 3 bytes of its body") &&
                       contains_text("slower than 1024 bytes a second for a minute"));
    }
    SECTION("a body that stops for less than a minute fails with the read timeout") {
        b.limits.read_timeout = 20s;
        b.begin(script_of(begin + "abc"));
        b.pass(21s);
        REQUIRE(b.has_failed(errc::read_timeout));
        CHECK_THAT(b.x.failure->detail, !contains_text("slower"));
    }
    SECTION("time in the sink does not count") {
        const auto consumer = std::make_shared<test_consumer>();
        consumer->is_slow = true;
        b.consumer = consumer;
        b.begin(script_of(begin + std::string(300'000, 'x')));
        REQUIRE(consumer->waiting);
        b.pass(30min);
        CHECK(b.calls == 0);
        consumer->go_on({});
        b.go_on();
        CHECK(b.calls == 0);
    }
    SECTION("time in the sink extends the minute") {
        const auto consumer = std::make_shared<test_consumer>();
        consumer->is_slow = true;
        b.consumer = consumer;
        b.begin(script_of(begin + std::string(300'000, 'x')));
        REQUIRE(consumer->waiting);
        b.pass(30s);
        consumer->go_on({});
        b.go_on();
        // The received bytes are enough for a minute and the step in which they arrived.
        b.pass(65s - 1ms);
        CHECK(b.calls == 0);
        b.pass(1ms);
        CHECK(b.has_failed(errc::read_timeout));
    }
    SECTION("the minute starts with the first byte") {
        b.begin(script_of(""));
        b.pass(20s);
        b.stream->add(begin + "abc");
        b.go_on();
        b.pass(60s - 1ms);
        CHECK(b.calls == 0);
        b.pass(1ms);
        CHECK(b.has_failed(errc::read_timeout));
    }
    SECTION("without a minimum rate only the other limits apply") {
        b.limits.min_download_rate = 0;
        b.begin(script_of(begin + "abc"));
        b.pass(9min);
        CHECK(b.calls == 0);
    }
}

} // namespace exchange_time_test
