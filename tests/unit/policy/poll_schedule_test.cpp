#include <langexport/detail/policy/poll_schedule.hpp>

#include "support/catch.hpp"

#include <chrono>

namespace poll_schedule_test {

using namespace std::chrono_literals;
using langexport::poll_params;
using langexport::detail::poll_pace;
using langexport::detail::poll_supply;
using langexport::detail::recent_run_times;
using langexport::detail::share_interval;
using langexport::detail::steady_duration;
using langexport::detail::wait_before_poll;

namespace {

poll_params without_jitter() {
    poll_params polling;
    polling.jitter = 0;
    return polling;
}

// The quota of the service, unused.
poll_supply supply_of(std::size_t jobs, std::size_t gets = 100) {
    poll_supply supply;
    supply.jobs = jobs;
    supply.gets = supply.left = gets;
    supply.posts = 10;
    supply.window = 60s;
    return supply;
}

// The same with so many GETs used, of which none is free again soon.
poll_supply used_supply(std::size_t jobs, std::size_t used) {
    poll_supply supply = supply_of(jobs);
    supply.left -= used;
    return supply;
}

// The wait of a job that old, without a random part.
steady_duration wait_of(const poll_supply& supply, steady_duration age,
                        const poll_params& polling = without_jitter()) {
    return wait_before_poll(polling, age, supply, 0s, 0.5);
}

} // namespace

TEST_CASE("polls share the GETs that remain after results", "[poll_schedule]") {
    CHECK(poll_pace(1, 0, 10, 60s) == 0s);
    CHECK(poll_pace(0, 100, 10, 60s) == 0s);
    CHECK(poll_pace(9, 100, 10, 60s) == 6s);
    CHECK(poll_pace(900, 100, 10, 60s) == 600s);
    CHECK(poll_pace(2, 2, 10, 60s) == 120s); // one is kept back for results
    CHECK(poll_pace(1'000'000, 1, 0, 24h) > 24h);
}

TEST_CASE("the interval of polls grows with the age of the job, between two limits",
          "[poll_schedule]") {
    poll_params polling = without_jitter();
    polling.min_interval = 1s;
    polling.max_interval = 30s;
    polling.growth = 0.1;
    polling.quota_share = 0;

    CHECK(wait_of(supply_of(1), 0s, polling) == 1s);
    CHECK(wait_of(supply_of(1), 100s, polling) == 10s);
    CHECK(wait_of(supply_of(1), 1h, polling) == 30s);
}

TEST_CASE("with quota to spare, the interval of polls stops growing at the share of the quota",
          "[poll_schedule]") {
    CHECK(wait_of(supply_of(1), 5s) == 500ms);
    CHECK(wait_of(supply_of(1), 20s) == 1s);
    CHECK(wait_of(supply_of(1), 30s) == 1350ms);
    CHECK(wait_of(supply_of(1), 24h) == 1350ms);
    CHECK(wait_of(supply_of(4), 24h) == 5400ms);
    CHECK(wait_of(supply_of(100), 24h) == 30s);
    CHECK(wait_of(poll_supply(), 24h) == 1350ms); // the quota has no limit
}

TEST_CASE(
    "the share of polls is a part of the quota or a fixed rate, and at most half of the quota",
    "[poll_schedule]") {
    poll_params polling;
    CHECK(share_interval(polling, supply_of(1, 1000)) == 240ms);
    CHECK(share_interval(polling, supply_of(10, 1000)) == 2400ms);
    CHECK(share_interval(polling, supply_of(1, 100)) == 1350ms);
    CHECK(share_interval(polling, supply_of(1, 60)) == 2s);
    CHECK(share_interval(polling, supply_of(1, 1)) == 120s);
    CHECK(share_interval(polling, supply_of(0, 60)) == 2s);
    CHECK(share_interval(polling, supply_of(1'000'000'000, 1)) > 24h);
    polling.quota_share = 0.5;
    CHECK(share_interval(polling, supply_of(1, 100)) == 1200ms);
    polling.quota_share = 0;
    CHECK(share_interval(polling, supply_of(1)) == steady_duration::max());
}

TEST_CASE("a 429 halves the share of polls", "[poll_schedule]") {
    for (poll_supply supply : {supply_of(1), supply_of(1, 60), supply_of(1, 1000), poll_supply()}) {
        const steady_duration usual = share_interval(poll_params(), supply);
        supply.was_throttled = true;
        CHECK((share_interval(poll_params(), supply) - 2 * usual).count() == 0);
    }
}

TEST_CASE("the quota and the service can lengthen the interval of polls", "[poll_schedule]") {
    poll_params polling;
    polling.min_interval = 1s;
    polling.max_interval = 30s;
    polling.jitter = 0.5;

    CHECK(wait_before_poll(polling, 0s, used_supply(9, 100), 0s, 0) == 6s);
    CHECK(wait_before_poll(polling, 0s, used_supply(9, 100), 0s, 0.5) == 4500ms);
    CHECK(wait_before_poll(polling, 0s, used_supply(9, 50), 0s, 0) == 1500ms);
    CHECK(wait_before_poll(polling, 0s, used_supply(900, 100), 0s, 0) == 30s);
    // The wait that a response demands is a lower limit, after the random part.
    CHECK(wait_before_poll(polling, 0s, used_supply(9, 100), 90s, 0.5) == 90s);
}

TEST_CASE("polls leave GETs for the rest of the window", "[poll_schedule]") {
    // 30 are left, and 10 of them are kept for results: 20 in a third of the window for ten jobs.
    poll_supply supply = used_supply(10, 70);
    CHECK(wait_of(supply, 24h) > 9s);
    CHECK(wait_of(supply, 5s) == 5s); // at most the age of the job
    supply.soon = 80;
    CHECK(wait_of(supply, 5s) < 4s);
}

TEST_CASE("if GETs are scarce, polls are saved until a job is nearly as old as those that ended",
          "[poll_schedule]") {
    poll_supply supply = used_supply(10, 80);
    supply.shortest_run_time = 30s;
    CHECK(wait_of(supply, 2s) == 25s);
    CHECK(wait_of(supply, 20s) == 20s); // as long as the end is not near, GETs are left for later
    CHECK(wait_of(supply, 27s) < 5s);
    supply.shortest_run_time = 1h;
    CHECK(wait_of(supply, 2s) == 30s); // max_interval limits this wait, too
    supply = supply_of(1);
    supply.shortest_run_time = 30s;
    CHECK(wait_of(supply, 2s) == 500ms);
}

TEST_CASE("the shortest of the last run times is known after some jobs", "[poll_schedule]") {
    recent_run_times times;
    for (int i = 0; i < 7; ++i)
        times.add(10s);
    CHECK(times.shortest() == 0s);
    times.add(5s);
    CHECK(times.shortest() == 5s);
    for (int i = 0; i < 15; ++i)
        times.add(20s);
    CHECK(times.shortest() == 5s);
    times.add(20s);
    CHECK(times.shortest() == 20s);
}

} // namespace poll_schedule_test
