// How late the end of a job is noticed, with the default settings, in virtual time.

#include "export_schedule.hpp"

#include <langexport/detail/policy/poll_schedule.hpp>

namespace poll_lag_test {

using namespace langexport_tests;

namespace {

constexpr steady_duration fast_round_trip = 20ms;

// Jobs that are alone, with about this run time.
struct lone_jobs {
    std::vector<steady_duration> lags;
    std::vector<steady_duration> parts; // lags against the goal; 1 s means that they are equal

    explicit lone_jobs(steady_duration run_time) {
        for (unsigned seed = 1; seed <= 200; ++seed) {
            const steady_duration own = scaled(run_time, 0.7 + 0.003 * seed);
            schedule one(seed, quota_params(), 1);
            one.set_round_trip(fast_round_trip);
            one.set_run_time(own);
            one.run();
            CHECK(one.throttled == 0);
            const auto goal = std::max<steady_duration>(300ms, scaled(own, 0.03));
            lags.push_back(one.lags.front());
            parts.push_back(scaled(1s, static_cast<double>(lags.back().count()) /
                                           static_cast<double>(goal.count())));
        }
    }
};

steady_duration seconds(double number) {
    return std::chrono::duration_cast<steady_duration>(std::chrono::duration<double>(number));
}

} // namespace

TEST_CASE("the end of one job alone is noticed soon, whatever its run time",
          "[poll_lag][property]") {
    const steady_duration run_time =
        GENERATE(as<steady_duration>{}, 1s, 2s, 5s, 10s, 30s, 1min, 5min, 15min, 30min, 1h);
    const lone_jobs all(run_time);
    CAPTURE(run_time.count());
    CHECK(median(all.parts) <= 1s);
    CHECK(at_part(all.lags, 1) <= 1500ms);
}

TEST_CASE("many jobs are noticed within a small part of their run time", "[poll_lag][property]") {
    struct {
        std::size_t jobs;
        double run_time, median, worst; // seconds
    } const cases[] = {
        {10, 1, 1.2, 1.5},   {10, 30, 12, 20},    {10, 300, 12, 16},   {10, 3600, 14, 17},
        {100, 1, 0.5, 1.5},  {100, 30, 2.4, 20},  {100, 300, 15, 40},  {100, 3600, 30, 95},
        {1000, 1, 0.5, 1.5}, {1000, 30, 1.5, 20}, {1000, 300, 15, 40}, {1000, 3600, 180, 500},
    };
    for (const auto& each : cases) {
        schedule all(5, quota_params(), each.jobs);
        all.set_round_trip(fast_round_trip);
        all.set_run_time(seconds(each.run_time));
        all.run();
        INFO(each.jobs << " jobs of " << each.run_time << " s: median "
                       << std::chrono::duration<double>(median(all.lags)).count() << " s, worst "
                       << std::chrono::duration<double>(at_part(all.lags, 1)).count() << " s");
        CHECK(median(all.lags) <= seconds(each.median));
        CHECK(at_part(all.lags, 1) <= seconds(each.worst));
        CHECK(all.throttled == 0);
        // Polls never delay a result.
        CHECK(at_part(all.result_waits, 1) == 0s);
    }
}

TEST_CASE("at full quota, the end of a job is noticed within a twentieth of its run time",
          "[poll_lag][property]") {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        schedule all(seed, quota_params(), 300);
        all.set_round_trip(fast_round_trip);
        all.set_run_time(30s);
        all.run();
        CAPTURE(seed, median(all.lags).count());
        CHECK(median(all.lags) <= 1500ms);
        CHECK(all.throttled == 0);
    }
}

TEST_CASE("without a share of the quota, only the age of a job sets the interval of polls",
          "[poll_lag]") {
    poll_params polling;
    polling.quota_share = 0;
    schedule one(1, quota_params(), 1);
    one.set_polling(polling);
    one.set_round_trip(fast_round_trip);
    one.set_run_time(1h);
    one.run();
    CHECK(one.polls.size() < 250); // most of them 30 s apart
}

TEST_CASE("after a 429, polls are half as frequent for one window", "[poll_lag]") {
    schedule one(1, quota_params(), 1);
    one.set_round_trip(fast_round_trip);
    one.set_run_time(30min);
    const steady_time rejected = schedule_start + 10min;
    one.reject_poll_at(rejected);
    one.run();
    REQUIRE(one.throttled == 1);
    const auto number_of_polls = [&](steady_time from, steady_duration length) {
        return std::count_if(one.polls.begin(), one.polls.end(),
                             [&](steady_time at) { return at >= from && at < from + length; });
    };
    const auto before = number_of_polls(rejected - 60s, 60s);
    const auto after = number_of_polls(rejected + 5s, 54s);
    CHECK(before >= 44);
    // The client also assumes that the others use half of the quota, and polls may use half of the rest.
    CHECK(after >= 10);
    CHECK(after <= 15);
    CHECK(number_of_polls(rejected + 65s, 60s) >= 23);
    CHECK(number_of_polls(rejected + 20min - 60s, 60s) >= before - 2);
}

TEST_CASE("with another client that uses half of the quota, results come soon",
          "[poll_lag][property]") {
    const steady_duration run_time = GENERATE(1s, 30s);
    const bool insist = GENERATE(false, true);
    CAPTURE(run_time.count(), insist);
    schedule all(3, quota_params(), 300, run_time);
    all.add_others(request_kind::submission, 5, 5, insist);
    all.add_others(request_kind::status, 50, 25, insist);
    all.run();
    CHECK(median(all.lags) <= seconds(5));
    CHECK(all.throttled < 60);
}

} // namespace poll_lag_test
