#include <langexport/detail/engine/connection.hpp>

#include "support/catch.hpp"
#include "support/manual_time.hpp"

#include <boost/asio/error.hpp>

#include <chrono>
#include <memory>

namespace connection_test {

using namespace langexport;
using namespace langexport::detail;
using namespace std::chrono_literals;
using langexport_tests::manual_time;
using activity = connection::activity;

namespace {

// What happened to a stream.
struct stream_events {
    int closes = 0;
    bool is_destroyed = false;
};

class noting_stream final : public byte_stream {
public:
    explicit noting_stream(stream_events& events) : events_(events) {}
    ~noting_stream() override { events_.is_destroyed = true; }

    std::size_t read_now(asio::mutable_buffer, error_code& ec) noexcept override {
        ec = asio::error::would_block;
        return 0;
    }
    std::size_t write_now(asio::const_buffer, error_code& ec) noexcept override {
        ec = asio::error::would_block;
        return 0;
    }
    void wait(io_handler) override {}
    bool is_idle() noexcept override { return true; }
    void close() noexcept override { ++events_.closes; }

private:
    stream_events& events_;
};

class noting_opener final : public stream_opener {
public:
    int interrupts = 0;

    task<void> open(watchdog&, opening&) override { co_return; }
    void interrupt() override { ++interrupts; }
    void rejected(opening&, const exchange_failure&, steady_time) override {}
    void destroy_waiters() noexcept override {}
    void forked(bool) override {}
};

struct fixture {
    manual_time time;
    timer_queue timers{time, [] {}};
    noting_opener opener;
    stream_events stream;
    connection c{timers, opener};

    void begin(activity kind, bool has_stream) {
        c.doing = kind;
        if (has_stream)
            c.open_result.stream = std::make_unique<noting_stream>(stream);
        c.begin_attempt(time.now() + 10s, errc::attempt_timeout);
    }
    void pass(steady_duration duration) {
        time.pass(duration);
        timers.fire_due(time.now());
    }
};

} // namespace

TEST_CASE("when its time is up, a connection ends what it waits for", "[connection]") {
    fixture f;
    SECTION("an exchange: its stream is closed") {
        f.begin(activity::busy, true);
        f.pass(10s);
        CHECK(f.stream.closes == 1);
        CHECK(f.opener.interrupts == 0);
    }
    SECTION("an opening without a stream: the opener is interrupted") {
        f.begin(activity::opening, false);
        f.pass(10s);
        CHECK(f.opener.interrupts == 1);
    }
    SECTION("an opening with a stream: that is closed") {
        f.begin(activity::opening, true);
        f.pass(10s);
        CHECK(f.stream.closes == 1);
        CHECK(f.opener.interrupts == 0);
    }
    CHECK(f.c.expired() == errc::attempt_timeout);
    CHECK_FALSE(f.c.open_result.is_cancelled); // the opener may try the next address
    CHECK_FALSE(f.stream.is_destroyed);
}

TEST_CASE("a connection does not interrupt the opening of another one", "[connection]") {
    fixture f;
    f.begin(GENERATE(activity::idle, activity::starting, activity::busy), false);
    f.pass(10s);
    f.c.cancel_work();
    CHECK(f.opener.interrupts == 0);
}

TEST_CASE("cancelled work ends without an expired limit", "[connection]") {
    fixture f;
    SECTION("an exchange") {
        f.begin(activity::busy, true);
        f.c.cancel_work();
        CHECK(f.stream.closes == 1);
    }
    SECTION("an opening, which then tries no further address") {
        f.begin(activity::opening, false);
        f.c.cancel_work();
        CHECK(f.opener.interrupts == 1);
    }
    CHECK(f.c.open_result.is_cancelled);
    CHECK_FALSE(f.c.expired());
}

TEST_CASE("a connection without its stream is as one that never had one", "[connection]") {
    fixture f;
    f.begin(activity::busy, true);
    f.c.was_used = f.c.has_been_idle = true;
    f.c.drop_stream();
    CHECK(f.stream.is_destroyed);
    CHECK_FALSE(f.c.was_used);
    CHECK_FALSE(f.c.has_been_idle);
    f.c.drop_stream();
    f.pass(10s); // there is nothing to close
    CHECK(f.stream.closes == 0);
}

} // namespace connection_test
