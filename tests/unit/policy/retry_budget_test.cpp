#include <langexport/detail/policy/retry_budget.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <random>
#include <vector>

namespace retry_budget_test {

using namespace std::chrono_literals;
using langexport::retry_params;
using langexport::detail::retry_budget;
using langexport::detail::steady_time;

namespace {

const steady_time start = steady_time(1000h);

retry_params limits(std::uint32_t burst, double rate) {
    retry_params params;
    params.burst = burst;
    params.rate = rate;
    return params;
}

} // namespace

TEST_CASE("a burst of requests is retried at once, the rest at a steady rate", "[retry]") {
    retry_budget budget(limits(3, 10));
    for (int i = 0; i < 3; ++i)
        CHECK((budget.admit(start, start + 5ms) == start + 5ms));
    CHECK((budget.admit(start, start + 5ms) == start + 100ms));
    CHECK((budget.admit(start, start + 5ms) == start + 200ms));
    // A job that waits longer for another reason is not delayed further.
    CHECK((budget.admit(start, start + 60s) == start + 60s));
    // Time refills the budget up to its limit.
    for (int i = 0; i < 3; ++i)
        CHECK((budget.admit(start + 1h, start + 1h) == start + 1h));
    CHECK((budget.admit(start + 1h, start + 1h) == start + 1h + 100ms));
}

TEST_CASE("ten successful requests allow one more retry", "[retry]") {
    retry_budget budget(limits(1, 1));
    CHECK((budget.admit(start, start) == start));
    for (int i = 0; i < 10; ++i)
        budget.succeeded();
    CHECK((budget.admit(start, start) == start));
    CHECK((budget.admit(start, start) == start + 1s));
}

TEST_CASE("without a rate limit nothing is delayed", "[retry]") {
    retry_budget budget(limits(1, 0));
    for (int i = 0; i < 1000; ++i)
        CHECK((budget.admit(start, start) == start));
}

TEST_CASE("the lowest rate is one retry a minute, for any number of jobs", "[retry]") {
    const double rate = GENERATE(1e-300, 1e-9, 1.0 / 60);
    const std::uint32_t burst = GENERATE(1u, 1'000'000u);
    CAPTURE(rate, burst);
    retry_budget budget(limits(burst, rate));
    for (std::uint32_t i = 0; i < burst; ++i)
        budget.admit(start, start);
    CHECK((budget.admit(start, start) - start) / 1s == 60);
    for (int i = 0; i < 1'000'000; ++i)
        budget.admit(start, start);
    CHECK((budget.admit(start, start) - start) / 1min == 1'000'002);
}

TEST_CASE("no second contains more retries than the burst and the rate allow",
          "[retry][property]") {
    std::mt19937 random(11);
    for (int round = 0; round < 50; ++round) {
        const auto burst = static_cast<std::uint32_t>(1 + random() % 20);
        const double rate = 1 + static_cast<double>(random() % 50);
        retry_budget budget(limits(burst, rate));
        std::vector<steady_time> left;
        steady_time now = start;
        for (int i = 0; i < 500; ++i) {
            now += std::chrono::milliseconds(random() % 40);
            left.push_back(budget.admit(now, now + std::chrono::milliseconds(random() % 100)));
            REQUIRE(left.back() >= now);
        }
        std::sort(left.begin(), left.end());
        // Backoffs of up to 100 ms may bring retries closer together than the budget admitted them.
        const auto most = static_cast<std::size_t>(burst + rate * 1.1) + 1;
        for (std::size_t i = most; i < left.size(); ++i)
            REQUIRE(left[i] - left[i - most] >= 1s);
    }
}

} // namespace retry_budget_test
