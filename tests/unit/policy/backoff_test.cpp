#include <langexport/detail/policy/backoff.hpp>

#include "support/catch.hpp"

#include <chrono>

namespace backoff_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;

namespace {

constexpr steady_time start_time{std::chrono::hours(1000)};

} // namespace

TEST_CASE("a backoff is random, up to a bound that doubles", "[backoff]") {
    retry_params retry;
    retry.first_backoff = 100ms;
    retry.max_backoff = 1s;
    struct row {
        std::uint32_t failures;
        steady_duration bound;
    };
    const row table[] = {{1, 100ms}, {2, 200ms}, {3, 400ms},         {4, 800ms},
                         {5, 1s},    {6, 1s},    {4'000'000'000, 1s}};
    for (const row& r : table) {
        CAPTURE(r.failures);
        CHECK(backoff(retry, r.failures, 1.0) == r.bound);
        CHECK(backoff(retry, r.failures, 0.5) == r.bound / 2);
        CHECK(backoff(retry, r.failures, 0.0) == 0s);
    }
    retry.first_backoff = 1h;
    retry.max_backoff = 1h;
    CHECK(backoff(retry, 100, 1.0) == 1h);
}

TEST_CASE("durations are rounded up to whole milliseconds, including the maximum", "[backoff]") {
    CHECK(round_up(start_time) == start_time);
    CHECK(round_up(start_time + 1ns) == start_time + 1ms);
    CHECK(round_up(start_time + 999'999ns) == start_time + 1ms);
    CHECK(round_up(start_time + 1ms) == start_time + 1ms);
    CHECK(round_up(steady_time::max()) == steady_time::max());
    CHECK(round_up(steady_time::max() - 1ns) == steady_time::max());
    CHECK(round_up(steady_time::max() - 1s) < steady_time::max());
}

} // namespace backoff_test
