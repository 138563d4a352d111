#include <langexport/detail/policy/timer_service.hpp>

#include "support/catch.hpp"
#include "support/manual_time.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace timer_service_test {

using namespace std::chrono_literals;
using namespace langexport::detail;
using langexport_tests::manual_time;

namespace {

class noting_entry final : public timer_entry {
public:
    std::vector<steady_time> fired;
    void fire(steady_time now) override { fired.push_back(now); }
};

class listener final : public timer_listener {
public:
    explicit listener(timer_service& timers) : timers_(timers) {}
    std::size_t calls = 0;
    void on_timer() override {
        ++calls;
        timers_.on_timer();
        timers_.arm();
    }

private:
    timer_service& timers_;
};

struct fixture {
    manual_time* time = new manual_time; // the service owns it
    timer_service timers{std::unique_ptr<time_source>(time)};
    std::shared_ptr<listener> events = std::make_shared<listener>(timers);

    fixture() { timers.set_listener(events); }
};

} // namespace

TEST_CASE("one timer serves all entries, the earliest first", "[timer_service]") {
    fixture f;
    noting_entry early, late;
    f.timers.set(late, manual_time::start + 20s);
    CHECK(f.time->armed_for() == manual_time::start + 20s);
    f.timers.set(early, manual_time::start + 10s);
    CHECK(f.time->armed_for() == manual_time::start + 10s);
    f.time->advance(manual_time::start + 10s);
    CHECK(early.fired.size() == 1);
    CHECK(late.fired.empty());
    CHECK(f.time->armed_for() == manual_time::start + 20s);
    f.time->advance(manual_time::start + 20s);
    CHECK(late.fired.size() == 1);
    CHECK(f.time->armed_for() == steady_time::max());
    CHECK(f.events->calls == 2);
}

TEST_CASE("a timer that fires too early is armed again", "[timer_service]") {
    fixture f;
    noting_entry entry;
    f.timers.set(entry, manual_time::start + 10s);
    f.timers.set(entry, manual_time::start + 30s);
    CHECK(f.time->armed_for() == manual_time::start + 10s); // to move it would cost more
    f.time->advance(manual_time::start + 10s);
    CHECK(entry.fired.empty());
    CHECK(f.time->armed_for() == manual_time::start + 30s);
}

TEST_CASE("a timer that no entry needs is disarmed on request", "[timer_service]") {
    fixture f;
    noting_entry entry;
    f.timers.set(entry, manual_time::start + 10s);
    f.timers.disarm_if_unused();
    CHECK(f.time->armed_for() == manual_time::start + 10s);
    entry.clear();
    f.timers.disarm_if_unused();
    CHECK(f.time->armed_for() == steady_time::max());
    f.timers.set(entry, manual_time::start + 20s);
    CHECK(f.time->armed_for() == manual_time::start + 20s);
}

TEST_CASE("an event for a destroyed listener has no effect", "[timer_service]") {
    fixture f;
    noting_entry entry;
    f.timers.set(entry, manual_time::start + 10s);
    f.events.reset();
    f.time->advance(manual_time::start + 10s);
    CHECK(entry.fired.empty());
}

} // namespace timer_service_test
