// The remaining time of a run, and the quota in words.

#include "examples/tool/run_estimate.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace run_estimate_test {

using namespace tool;
using namespace std::chrono_literals;

namespace {

// A resource that may submit ten projects a minute.
resource_work work_of(std::size_t queued, std::size_t left, resource_work::duration next_in = 0s) {
    resource_work work;
    work.queued = queued;
    work.window = 1min;
    work.submissions.rate = 10;
    work.submissions.left = left;
    work.submissions.next_in = next_in;
    return work;
}

run_progress far(std::size_t ended, std::size_t total, resource_work::duration elapsed) {
    run_progress result;
    result.ended = ended;
    result.total = total;
    result.elapsed = result.worked = elapsed;
    return result;
}

} // namespace

TEST_CASE("the quota is described in a few words", "[tool][run_estimate]") {
    CHECK(describe({}).empty());
    CHECK(describe({resource_work()}).empty());
    resource_work one = work_of(3, 7);
    CHECK(describe({one}) == "quota left: 7 POST");
    one.reads.left = 88;
    CHECK(describe({one}) == "quota left: 7 POST, 88 GET");
    CHECK(describe({one, work_of(1, 2)}) == "quota left: 9 POST, 88 GET");
    one.reads.throttled_for = 12s;
    CHECK(describe({one}) == "throttled for 12 s");
    resource_work gets;
    gets.reads.left = 5;
    CHECK(describe({gets}) == "quota left: 5 GET");
}

TEST_CASE("if the quota is used up, the time of the next submission is shown",
          "[tool][run_estimate]") {
    CHECK(describe({work_of(3, 0, 7100ms)}) == "next submission in 8 s");
    CHECK(describe({work_of(3, 0, 1min)}) == "next submission in 1 min");
    // The soonest one of several resources.
    CHECK(describe({work_of(3, 0, 30s), work_of(3, 0, 8s)}) == "next submission in 8 s");
    // Another resource may submit now.
    CHECK(describe({work_of(3, 0, 30s), work_of(3, 2)}) == "quota left: 2 POST");
    // Nothing waits for a submission, or the time is not known.
    CHECK(describe({work_of(0, 0, 30s)}) == "quota left: 0 POST");
    CHECK(describe({work_of(3, 0)}) == "quota left: 0 POST");
}

TEST_CASE("the remaining time follows from the exports that have ended", "[tool][run_estimate]") {
    CHECK(remaining_time({}, far(0, 10, 1min)) == std::nullopt); // nothing is known
    CHECK(remaining_time({}, far(10, 10, 1min)) == std::nullopt);
    CHECK(remaining_time({}, far(0, 0, 1min)) == std::nullopt);
    CHECK(remaining_time({}, far(2, 10, 1min)) == 4min);
    CHECK(remaining_time({work_of(0, 10)}, far(5, 10, 1min)) == 1min);
}

TEST_CASE("the quota delays the end of a run", "[tool][run_estimate]") {
    // The window begins now: ten now, ten in a minute, ...
    CHECK(time_of_quota(work_of(10, 10)) == 0s);
    CHECK(time_of_quota(work_of(11, 10)) == 1min);
    CHECK(time_of_quota(work_of(20, 10)) == 1min);
    CHECK(time_of_quota(work_of(21, 10)) == 2min);
    // It is used up: ten in eight seconds, ten a minute later, ...
    CHECK(time_of_quota(work_of(10, 0, 8s)) == 8s);
    CHECK(time_of_quota(work_of(11, 0, 8s)) == 68s);
    CHECK(time_of_quota(work_of(0, 0, 8s)) == 0s);
    resource_work throttled = work_of(0, 10);
    throttled.submissions.throttled_for = 20s;
    CHECK(time_of_quota(throttled) == 20s);
    resource_work unlimited;
    unlimited.queued = 1000;
    CHECK(time_of_quota(unlimited) == 0s);

    // Ten exports ended quickly, but 490 wait for the quota.
    CHECK(remaining_time({work_of(490, 0, 50s)}, far(10, 500, 10s)) == 48min + 50s);
    // The slowest resource counts.
    CHECK(remaining_time({work_of(20, 0, 8s), work_of(40, 0, 8s)}, far(0, 60, 10s)) == 188s);
}

TEST_CASE("the time of a run that waits for the quota is no work", "[tool][run_estimate]") {
    const work_clock::time_point start{};
    work_clock clock;
    clock.update(far(0, 0, 0s), 0, start + 5s); // the projects are not known yet
    clock.update(far(0, 6, 0s), 4, start + 10s);
    CHECK(clock.worked() == 0s);
    clock.update(far(0, 6, 0s), 4, start + 12s);
    CHECK(clock.worked() == 2s);
    clock.update(far(2, 6, 0s), 4, start + 13s); // all others wait
    clock.update(far(2, 6, 0s), 4, start + 69s);
    CHECK(clock.worked() == 3s);
    clock.update(far(2, 6, 0s), 2, start + 70s);
    clock.update(far(4, 6, 0s), 2, start + 73s);
    CHECK(clock.worked() == 6s);
}

TEST_CASE("the estimate falls while the run waits for the quota", "[tool][run_estimate]") {
    // Two exports a minute, each of which takes a second. Two of six are left.
    const work_clock::time_point start{};
    work_clock clock;
    for (const auto minute : {0min, 1min}) {
        const std::size_t ended = minute == 0min ? 0 : 2;
        clock.update(far(ended, 6, 0s), 4 - ended, start + minute);
        clock.update(far(ended + 2, 6, 0s), 4 - ended, start + minute + 1s);
    }
    resource_work work = work_of(2, 0);
    work.submissions.rate = 2;
    for (const auto passed : {78s, 100s, 114s, 119s}) {
        INFO(passed.count());
        run_progress now = far(4, 6, passed);
        clock.update(now, 2, start + passed);
        now.worked = clock.worked();
        work.submissions.next_in = 2min - passed;
        CHECK(remaining_time({work}, now) == 2min - passed);
    }
}

} // namespace run_estimate_test
