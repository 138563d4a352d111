#include <langexport/detail/policy/poll_schedule.hpp>

#include "support/catch.hpp"

#include <chrono>

namespace poll_schedule_test {

using namespace std::chrono_literals;
using langexport::poll_params;
using langexport::detail::poll_pace;
using langexport::detail::wait_before_poll;

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
    poll_params polling;
    polling.min_interval = 1s;
    polling.max_interval = 30s;
    polling.growth = 0.1;
    polling.jitter = 0;

    CHECK(wait_before_poll(polling, 0s, 0s, 0s, 0.5) == 1s);
    CHECK(wait_before_poll(polling, 100s, 0s, 0s, 0.5) == 10s);
    CHECK(wait_before_poll(polling, 1h, 0s, 0s, 0.5) == 30s);
}

TEST_CASE("the quota and the service can lengthen the interval of polls", "[poll_schedule]") {
    poll_params polling;
    polling.min_interval = 1s;
    polling.max_interval = 30s;
    polling.jitter = 0.5;

    CHECK(wait_before_poll(polling, 0s, 6s, 0s, 0) == 6s);
    CHECK(wait_before_poll(polling, 0s, 6s, 0s, 0.5) == 4500ms);
    CHECK(wait_before_poll(polling, 0s, 600s, 0s, 0) == 30s);
    // The wait that a response demands is a lower limit, after the random part.
    CHECK(wait_before_poll(polling, 0s, 6s, 90s, 0.5) == 90s);
}

} // namespace poll_schedule_test
