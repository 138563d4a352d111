#include <langexport/detail/policy/timer_queue.hpp>

#include "support/catch.hpp"
#include "support/manual_time.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace timer_queue_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;

namespace {

constexpr steady_time start_time{std::chrono::hours(1000)};

} // namespace

namespace {

class noted_entry final : public timer_entry {
public:
    explicit noted_entry(std::vector<int>& rung, int number) : rung_(rung), number_(number) {}

    void fire(steady_time now) override {
        rung_.push_back(number_);
        if (and_then)
            and_then(now);
    }

    std::function<void(steady_time)> and_then;

private:
    std::vector<int>& rung_;
    int number_;
};

} // namespace

TEST_CASE("timer entries fire in the order of their times, each once", "[timer_queue]") {
    std::vector<int> rung;
    langexport_tests::manual_time time;
    timer_queue set(time, [] {});
    noted_entry one(rung, 1), two(rung, 2), three(rung, 3);
    CHECK(set.next() == steady_time::max());
    set.set(three, start_time + 3s);
    set.set(one, start_time + 1s);
    set.set(two, start_time + 2s);
    CHECK(set.next() == start_time + 1s);
    set.fire_due(start_time);
    CHECK(rung.empty());
    set.fire_due(start_time + 2s);
    CHECK(rung == std::vector<int>{1, 2});
    CHECK_FALSE(one.is_set());
    CHECK(three.is_set());
    set.fire_due(start_time + 10s);
    set.fire_due(start_time + 20s);
    CHECK(rung == std::vector<int>{1, 2, 3});
    CHECK(set.next() == steady_time::max());
}

TEST_CASE("the timer is rearmed only for an entry that is earlier than all others",
          "[timer_queue]") {
    std::vector<int> rung;
    int calls = 0;
    langexport_tests::manual_time time;
    timer_queue set(time, [&] { ++calls; });
    noted_entry one(rung, 1), two(rung, 2);
    set.set(one, start_time + 2s);
    CHECK(calls == 1);
    set.set(two, start_time + 3s);
    CHECK(calls == 1);
    set.set(two, start_time + 1s);
    CHECK(calls == 2);
    set.set(one, steady_time::max());
    CHECK(calls == 2);
    CHECK_FALSE(one.is_set());
    two.and_then = [&](steady_time now) { set.set(one, now + 1s); };
    set.fire_due(start_time + 1s);
    CHECK(calls == 2); // the owner looks at the queue again anyway
    CHECK(set.next() == start_time + 2s);
}

TEST_CASE("an entry may be set, moved, cleared and destroyed while others fire", "[timer_queue]") {
    std::vector<int> rung;
    langexport_tests::manual_time time;
    timer_queue set(time, [] {});
    auto streamed_check = std::make_unique<noted_entry>(rung, 9);
    noted_entry one(rung, 1), two(rung, 2), three(rung, 3), four(rung, 4);
    set.set(one, start_time);
    set.set(*streamed_check, start_time + 1ms);
    set.set(two, start_time + 2ms);
    set.set(three, start_time + 3ms);
    one.and_then = [&](steady_time now) {
        streamed_check.reset();
        two.clear();
        set.set(three, now + 1h);
        set.set(four, now - 1h);
    };
    set.fire_due(start_time + 1s);
    CHECK(rung == std::vector<int>{1, 4});
    CHECK(set.next() == start_time + 1s + 1h);
}

TEST_CASE("an entry leaves its queue when it is destroyed", "[timer_queue]") {
    std::vector<int> rung;
    langexport_tests::manual_time time;
    timer_queue set(time, [] {});
    {
        noted_entry one(rung, 1);
        set.set(one, start_time);
    }
    CHECK(set.next() == steady_time::max());
    set.fire_due(start_time);
    CHECK(rung.empty());
}

} // namespace timer_queue_test
