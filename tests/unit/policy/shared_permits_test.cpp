#include <langexport/detail/policy/shared_permits.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <limits>

namespace shared_permits_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;

namespace {

constexpr steady_time start{1000h};
constexpr steady_time never = (steady_time::max)();

quota_params usual() {
    quota_params quota;
    quota.submissions = 10;
    quota.reads = 100;
    quota.window = 60s;
    return quota;
}

due_requests due_of(request_kind kind, std::size_t number) {
    due_requests made{};
    made[static_cast<std::size_t>(kind)][1] = number;
    return made;
}

quota_grant reads_of(std::uint64_t id, std::size_t number) {
    quota_grant made;
    made.id = id;
    made.reads.permits = number;
    made.valid_for = 30s;
    return made;
}

} // namespace

TEST_CASE("polls leave the permits that results will need", "[shared_permits]") {
    shared_permits permits(usual());
    permits.add_waiting(3);
    permits.demand(due_of(request_kind::status, 3), start);
    permits.apply(reads_of(1, 4));
    CHECK(permits.free(request_kind::result, start) == 4);
    CHECK(permits.free(request_kind::listing, start) == 4);
    CHECK(permits.free(request_kind::status, start) == 1);
    CHECK(permits.acquire(request_kind::status, start));
    CHECK_FALSE(permits.acquire(request_kind::status, start));
    CHECK(permits.acquire(request_kind::result, start));
    permits.add_waiting(-3);
    CHECK(permits.free(request_kind::status, start) == 2);
}

TEST_CASE("a process keeps permits for its part of the results of half a window",
          "[shared_permits]") {
    shared_permits permits(usual());
    permits.add_waiting(40);
    permits.demand(due_of(request_kind::status, 1), start);
    quota_grant granted = reads_of(1, 20);
    granted.waiting_jobs = 160; // of four such processes
    permits.apply(granted);
    // Ten jobs end in a window at most, a quarter of them here.
    CHECK(permits.free(request_kind::status, start) == 18);
    granted.id = 2;
    granted.reads.permits = 0;
    granted.waiting_jobs = 40; // of this process alone
    permits.demand(due_of(request_kind::status, 1), start);
    permits.apply(granted);
    CHECK(permits.free(request_kind::status, start) == 15);
}

TEST_CASE("a demand has the results that will be due soon", "[shared_permits]") {
    shared_permits permits(usual());
    permits.add_waiting(3);
    const auto results = [&](std::size_t due) {
        return permits.demand(due_of(request_kind::result, due), start)
            .due_of(request_kind::result);
    };
    CHECK(results(0) == 3);
    CHECK(results(2) == 3);
    CHECK(results(7) == 7);
    quota_params unlimited = usual();
    unlimited.reads = 0;
    shared_permits without_limit(unlimited);
    without_limit.add_waiting(3);
    CHECK(without_limit.demand({}, start).due_of(request_kind::result) == 0);
    CHECK(without_limit.free(request_kind::status, start) > 1000);
}

TEST_CASE("requests that wait use a permit for later when its time has come", "[shared_permits]") {
    shared_permits permits(usual());
    const due_requests due = due_of(request_kind::submission, 2);
    CHECK(permits.refill_at(due, start) == start);
    permits.demand(due, start);
    quota_grant granted;
    granted.id = 1;
    granted.valid_for = 30s;
    granted.submissions.later = {4s, 9s};
    permits.apply(granted);
    CHECK(permits.refill_at(due, start) > start + 25s);
    CHECK(permits.next_at(due, start) == start + 4s);
    CHECK(permits.usage(request_kind::submission, start).left == 0);
    CHECK(permits.usage(request_kind::submission, start).next_in == 4s);
    CHECK(permits.next_at(due_of(request_kind::status, 1), start) == never);
    CHECK(permits.acquire(request_kind::submission, start + 4s));
    // Throttling delays it.
    permits.throttle_until(request_kind::submission, start + 20s);
    CHECK(permits.next_at(due, start + 4s) == start + 20s);
    CHECK_FALSE(permits.acquire(request_kind::submission, start + 9s));
    CHECK(permits.acquire(request_kind::submission, start + 20s));
}

TEST_CASE("permits for later count as held in the next demand", "[shared_permits]") {
    shared_permits permits(usual());
    permits.demand(due_of(request_kind::submission, 9), start);
    quota_grant granted;
    granted.id = 1;
    granted.valid_for = 30s;
    granted.submissions.permits = 2;
    granted.submissions.later = {4s, 9s};
    permits.apply(granted);
    CHECK(permits.demand(due_of(request_kind::submission, 9), start + 1s).held[0] == 4);
}

TEST_CASE("what was given up or has ended goes back once", "[shared_permits]") {
    shared_permits permits(usual());
    permits.demand(due_of(request_kind::result, 2), start);
    permits.apply(reads_of(1, 2));
    const auto used = permits.acquire(request_kind::result, start);
    REQUIRE(used);
    permits.give_back(request_kind::result, *used, start + 1s);
    const auto returned = permits.give_up(start + 3s);
    REQUIRE(returned.size() == 2);
    CHECK(returned[0].ended == 2s);
    CHECK_FALSE(returned[1].ended);
    CHECK(permits.give_up(start + 4s).empty());
    permits.demand_arrived();
    permits.take_back();
    CHECK(permits.give_up(start + 5s).empty());
}

TEST_CASE("a source may say any number of jobs", "[shared_permits]") {
    shared_permits permits(usual());
    permits.add_waiting(1);
    permits.demand(due_of(request_kind::status, 1), start);
    quota_grant granted = reads_of(1, 2);
    granted.waiting_jobs = (std::numeric_limits<std::size_t>::max)() / 2;
    permits.apply(granted);
    CHECK(permits.free(request_kind::status, start) == 1);
    CHECK(permits.supply(start).jobs > 1'000'000);
}

TEST_CASE("the source learns at once that a class is throttled, and again after a failure",
          "[shared_permits]") {
    shared_permits permits(usual());
    CHECK(permits.refill_at({}, start) == never);
    permits.throttle_until(request_kind::status, start + 10s);
    CHECK(permits.refill_at({}, start) == start);
    CHECK(permits.demand({}, start).throttled_for[1] == 10s);
    CHECK(permits.refill_at({}, start) == never);
    permits.take_back();
    CHECK(permits.refill_at({}, start + 1s) == start + 1s);
}

} // namespace shared_permits_test
