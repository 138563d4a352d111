#include "export_schedule.hpp"

namespace schedule_test {

using namespace langexport_tests;

TEST_CASE("no window of the service ever contains more than the quota, and every export ends",
          "[schedule][property]") {
    for (unsigned seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        quota_params quota;
        quota.submissions = 1 + seed % 12;
        quota.reads = 2 + (seed * 7) % 100;
        schedule all(seed, quota, 60, std::chrono::seconds(1 + seed * seed));
        all.run();
        CHECK(all.throttled == 0);
        CHECK(all.sent[1] == 60); // not one submission too many
    }
}

TEST_CASE("a thousand exports take little longer than the quota requires", "[schedule][property]") {
    const steady_duration run_time = GENERATE(0s, 30s, 300s);
    quota_params quota;
    schedule all(3, quota, 1000, run_time);
    all.run();
    const steady_duration bound = 99 * (quota.window + 400ms) + run_time;
    CAPTURE(run_time.count(), (all.now - schedule_start).count());
    CHECK(all.now - schedule_start <= scaled(bound, 1.02));
    CHECK(all.throttled == 0);
    CHECK(all.wake_ups <= 2 * (all.sent[0] + all.sent[1]));
    if (run_time > quota.window)
        CHECK(median(all.lags) <= scaled(run_time / 2, 0.1));
}

TEST_CASE("if other clients use half of the quota, the other half is used, and no client starves",
          "[schedule][property]") {
    const std::size_t bursts = GENERATE(1u, 5u);
    const bool insist = GENERATE(false, true);
    const unsigned seed = GENERATE(1u, 2u, 3u, 4u);
    const steady_duration run_time = GENERATE(1s, 30s);
    CAPTURE(bursts, insist, seed, run_time.count());
    quota_params quota;
    schedule all(seed, quota, 1000, run_time);
    all.add_others(request_kind::submission, 5, bursts, insist);
    all.add_others(request_kind::status, 50, 5 * bursts, insist);
    all.run();
    const steady_duration bound = 199 * (quota.window + 400ms) + run_time;
    CHECK(all.now - schedule_start <= scaled(bound, 1.15));
    if (insist)
        CHECK(all.throttled > 0);
    // Each increase of the rate may cost one 429, and so may each shift towards the end of a window.
    CHECK(all.throttled < 100);
}

TEST_CASE("when the other clients have stopped, the whole quota is used again",
          "[schedule][property]") {
    const unsigned seed = GENERATE(1u, 2u, 3u, 4u);
    CAPTURE(seed);
    quota_params quota;
    schedule all(seed, quota, 1000, 1s);
    all.add_others(request_kind::submission, 5, 5, true);
    all.run(schedule_start + 60 * quota.window);
    CHECK(all.rate(request_kind::submission) < 10);
    all.remove_others();
    all.run(all.now + 30 * quota.window);
    CHECK(all.rate(request_kind::submission) == 10);
    const std::size_t throttled = all.throttled;
    all.run();
    CHECK(all.throttled == throttled);
}

} // namespace schedule_test
