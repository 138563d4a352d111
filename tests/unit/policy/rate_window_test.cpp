#include <langexport/detail/policy/rate_window.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <random>
#include <vector>

namespace rate_window_test {

using namespace std::chrono_literals;
using langexport::detail::rate_window;
using langexport::detail::steady_time;

namespace {

const steady_time start = steady_time(1000h);

} // namespace

TEST_CASE("a permit is free again one window after the response", "[quota]") {
    rate_window budget(2, 60s);
    CHECK(budget.free(start) == 2);
    budget.sent();
    budget.sent();
    CHECK(budget.free(start) == 0);
    CHECK(budget.next_free(start) == steady_time::max());
    budget.ended(start + 3s);
    CHECK(budget.next_free(start + 3s) == start + 63s);
    budget.ended(start + 4s);
    CHECK(budget.free(start + 62s) == 0);
    CHECK(budget.free(start + 63s) == 1);
    CHECK(budget.free(start + 64s) == 2);
}

TEST_CASE("without a limit only throttling delays requests", "[quota]") {
    rate_window budget(0, 60s);
    for (int i = 0; i < 1000; ++i)
        budget.sent();
    CHECK(budget.free(start) > 1000);
    budget.throttle_until(start + 5s);
    CHECK(budget.free(start) == 0);
    CHECK(budget.next_free(start) == start + 5s);
    budget.ended(start + 1s);
    CHECK(budget.next_free(start + 5s) == start + 5s);
}

TEST_CASE("a 429 throttles its class, halves its rate once, and quiet windows restore it",
          "[quota]") {
    rate_window budget(10, 60s);
    for (int i = 0; i < 4; ++i)
        budget.sent();
    for (int i = 0; i < 4; ++i)
        budget.throttled(start, start + 1s + i * 1ms, start + 20s); // all left before the first
    CHECK(budget.rate(start + 1s) == 5);
    CHECK(budget.free(start + 19s) == 0);
    CHECK(budget.free(start + 20s) == 1);
    CHECK(budget.rate(start + 319s) == 5);
    CHECK(budget.rate(start + 320s) == 6); // five windows after the throttling has ended
    CHECK(budget.rate(start + 379s) == 6);
    CHECK(budget.rate(start + 380s) == 7); // then one more each
    CHECK(budget.rate(start + 560s) == 10);
    CHECK(budget.rate(start + 2000s) == 10);
}

TEST_CASE("a 429 after an increase undoes it, and the next increase comes later", "[quota]") {
    rate_window budget(10, 60s);
    steady_time now = start;
    const auto reject = [&] {
        budget.throttled(now, now, now);
        return budget.rate(now);
    };
    CHECK(reject() == 5);
    for (const auto wait :
         {300s, 600s, 1200s, 1200s}) { // twice as long each time, up to 20 windows
        CAPTURE(wait.count());
        CHECK(budget.rate(now + wait - 1s) == 5);
        now += wait;
        CHECK(budget.rate(now) == 6);
        CHECK(reject() == 5);
    }
    now += 1200s;
    CHECK(budget.rate(now) == 6);
    now += 60s; // it was let through, so the next trial is a new one
    CHECK(budget.rate(now) == 7);
    CHECK(reject() == 6);
    CHECK(budget.rate(now + 599s) == 6);
    CHECK(budget.rate(now + 600s) == 7);
}

TEST_CASE("a 429 without a recent increase halves the rate again", "[quota]") {
    rate_window budget(100, 60s);
    budget.throttled(start, start, start);
    CHECK(budget.rate(start) == 50);
    budget.throttled(start + 1s, start + 2s, start + 2s);
    CHECK(budget.rate(start + 2s) == 25);
    budget.throttled(start + 1s, start + 3s, start + 3s); // that left before it was halved
    CHECK(budget.rate(start + 3s) == 25);
    CHECK(budget.rate(start + 303s) == 35);
}

TEST_CASE("after the full rate is restored, a 429 halves it like the first one", "[quota]") {
    rate_window budget(10, 60s);
    budget.throttled(start, start, start);
    steady_time now = start + 300s + 4 * 60s; // five windows, then one for each further permit
    CHECK(budget.rate(now - 1s) == 9);
    CHECK(budget.rate(now) == 10);
    SECTION("but a 429 right after the last increase undoes only that increase") {
        now += 59s;
        budget.throttled(now, now, now);
        CHECK(budget.rate(now) == 9);
    }
    SECTION("and the rate increases no sooner than after the first 429") {
        now += GENERATE(60s, 24h);
        CHECK(budget.rate(now) == 10);
        budget.throttled(now, now, now);
        CHECK(budget.rate(now + 299s) == 5);
        CHECK(budget.rate(now + 300s) == 6);
    }
}

TEST_CASE("a window without history equals a new one", "[quota]") {
    const std::size_t limit = GENERATE(0u, 4u);
    rate_window budget(limit, 60s);
    CHECK(budget.is_unspent(start));
    budget.sent();
    CHECK_FALSE(budget.is_unspent(start));
    budget.ended(start + 1s);
    CHECK(budget.is_unspent(start + 60s) == (limit == 0));
    CHECK(budget.is_unspent(start + 61s));
    budget.throttle_until(start + 70s);
    CHECK_FALSE(budget.is_unspent(start + 69s));
    CHECK(budget.is_unspent(start + 70s));
    budget.throttled(start + 70s, start + 70s, start + 70s);
    CHECK(budget.is_unspent(start + 371s) == (limit == 0));
    CHECK(budget.is_unspent(start + 1000s));
}

TEST_CASE("the rate never falls to zero", "[quota]") {
    rate_window budget(3, 60s);
    for (int i = 0; i < 10; ++i) {
        const auto at = start + i * 1s;
        budget.throttled(at, at, at);
    }
    CHECK(budget.rate(start + 10s) == 1);
    CHECK(budget.free(start + 10s) == 1);
}

TEST_CASE("requests before the start count", "[quota]") {
    rate_window budget(2, 60s);
    budget.remember(start - 10s);
    budget.remember(start - 30s);
    CHECK(budget.free(start) == 0);
    CHECK(budget.next_free(start) == start + 30s);
    CHECK(budget.free(start + 50s) == 2);
}

TEST_CASE("no window at the service, fixed or sliding, ever contains more than the limit",
          "[quota]") {
    std::mt19937 random(7);
    for (int round = 0; round < 40; ++round) {
        const std::size_t limit = 1 + random() % 12;
        rate_window budget(limit, 1000ms);
        std::vector<std::pair<steady_time, steady_time>>
            in_progress; // response, counted at the service
        std::vector<steady_time> counted;
        steady_time now = start;
        while (counted.size() < 200) {
            std::erase_if(in_progress, [&](const auto& request) {
                if (request.first > now)
                    return false;
                budget.ended(request.first);
                return true;
            });
            if (budget.free(now) > 0 && random() % 4 != 0) {
                budget.sent();
                const auto trip = std::chrono::milliseconds(random() % 400);
                const auto at = now + trip * (random() % 101) / 100;
                in_progress.emplace_back(now + trip, at);
                counted.push_back(at);
                continue;
            }
            steady_time next = budget.next_free(now);
            REQUIRE((next > now || budget.free(now) > 0));
            for (const auto& request : in_progress)
                next = std::min(next, std::max(request.first, now + 1ms));
            REQUIRE(next != steady_time::max()); // it never starves
            now = std::max(next, now + 1ms);
        }
        std::sort(counted.begin(), counted.end());
        for (std::size_t i = limit; i < counted.size(); ++i)
            REQUIRE(counted[i] - counted[i - limit] >= 1000ms);
    }
}

} // namespace rate_window_test
