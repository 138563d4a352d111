#include <langexport/detail/transport/watchdog.hpp>

#include "support/catch.hpp"
#include "support/manual_time.hpp"

#include <chrono>
#include <functional>

namespace watchdog_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;

namespace {

constexpr steady_time start_time{std::chrono::hours(1000)};

} // namespace

namespace {

class noted_watchdog final : public watchdog {
public:
    using watchdog::watchdog;
    int barks = 0;

private:
    void time_is_up() override { ++barks; }
};

} // namespace

TEST_CASE("a watchdog reports which limit passed first: that of the phase or of the attempt",
          "[watchdog]") {
    langexport_tests::manual_time time;
    timer_queue set(time, [] {});
    noted_watchdog watch(set);
    watch.begin_attempt(start_time + 10s, errc::attempt_timeout);
    SECTION("the phase") {
        watch.expect_by(start_time + 2s, errc::response_timeout);
        set.fire_due(start_time + 1999ms);
        CHECK(watch.barks == 0);
        CHECK_FALSE(watch.expired());
        set.fire_due(start_time + 2s);
        CHECK(watch.barks == 1);
        CHECK(watch.expired() == errc::response_timeout);
        set.fire_due(start_time + 20s);
        CHECK(watch.barks == 1);
    }
    SECTION("a later phase") {
        watch.expect_by(start_time + 2s, errc::response_timeout);
        watch.expect_by(start_time + 4s, errc::read_timeout);
        set.fire_due(start_time + 2s);
        CHECK(watch.barks == 0);
        set.fire_due(start_time + 4s);
        CHECK(watch.expired() == errc::read_timeout);
    }
    SECTION("the attempt") {
        watch.expect_by(start_time + 11s, errc::read_timeout);
        set.fire_due(start_time + 10s);
        CHECK(watch.barks == 1);
        CHECK(watch.expired() == errc::attempt_timeout);
    }
    SECTION("both at the same time count as the attempt") {
        watch.expect_by(start_time + 10s, errc::read_timeout);
        set.fire_due(start_time + 10s);
        CHECK(watch.expired() == errc::attempt_timeout);
    }
}

TEST_CASE("extending a watchdog's limit does not move its timer entry", "[watchdog]") {
    int calls = 0;
    langexport_tests::manual_time time;
    timer_queue set(time, [&] { ++calls; });
    noted_watchdog watch(set);
    watch.begin_attempt(start_time + 1h, errc::attempt_timeout);
    watch.expect_by(start_time + 1s, errc::response_timeout);
    CHECK(calls == 2);
    for (int i = 2; i < 1000; ++i)
        watch.expect_by(start_time + i * 1s, errc::read_timeout);
    CHECK(calls == 2);
    CHECK(set.next() == start_time + 1s);
    set.fire_due(start_time + 1s);
    CHECK(watch.barks == 0);
    CHECK(set.next() == start_time + 999s);
}

TEST_CASE("a watchdog restarts with each attempt, and is idle between attempts", "[watchdog]") {
    langexport_tests::manual_time time;
    timer_queue set(time, [] {});
    noted_watchdog watch(set);
    watch.begin_attempt(start_time + 1s, errc::attempt_timeout);
    set.fire_due(start_time + 1s);
    CHECK(watch.expired());
    watch.begin_attempt(start_time + 5s, errc::handshake_timeout);
    CHECK_FALSE(watch.expired());
    watch.disarm();
    CHECK(set.next() == steady_time::max());
    set.fire_due(start_time + 1h);
    CHECK(watch.barks == 1);
}

TEST_CASE("a watchdog without an attempt limit does not fire before its phase limit",
          "[watchdog]") {
    langexport_tests::manual_time time;
    timer_queue set(time, [] {});
    noted_watchdog watch(set);
    watch.begin_attempt(steady_time::max(), errc::connect_timeout);
    CHECK(set.next() == steady_time::max());
    watch.expect_by(start_time + 3s, errc::resolve_timeout);
    CHECK(set.next() == start_time + 3s);
    set.fire_due(start_time + 3s);
    CHECK(watch.expired() == errc::resolve_timeout);
}

} // namespace watchdog_test
