#include <langexport/detail/policy/pool_planner.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>

namespace pool_planner_test {

using namespace std::chrono_literals;
using langexport::retry_params;
using langexport::detail::connection_limit;
using langexport::detail::pool_plan;
using langexport::detail::pool_planner;
using langexport::detail::pool_state;
using langexport::detail::steady_time;

namespace {

const steady_time now{24h};
constexpr steady_time never = (steady_time::max)();

struct example {
    const char* name;
    pool_state pool; // connections, idle, starting, is_opening
    std::size_t requests;
    std::size_t start;
    bool opens;
};

const example examples[] = {
    {"no request needs no connection", {0, 0, 0, false}, 0, 0, false},
    {"the first request opens a connection", {0, 0, 0, false}, 1, 0, true},
    {"many requests open one connection at a time", {0, 0, 0, false}, 9, 0, true},
    {"while one is opened, no other one is", {1, 0, 1, true}, 9, 0, false},
    {"an idle connection is used first", {1, 1, 0, false}, 1, 1, false},
    {"no more idle connections start than are needed", {3, 3, 0, false}, 2, 2, false},
    {"a connection that starts counts for one request", {2, 1, 1, false}, 1, 0, false},
    {"idle ones start, and one more is opened", {2, 2, 0, false}, 3, 2, true},
    {"busy connections cannot help", {2, 0, 0, false}, 1, 0, true},
    {"with all connections busy, requests wait", {4, 0, 0, false}, 5, 0, false},
    {"with all connections idle, no other one is opened", {4, 4, 0, false}, 9, 4, false},
};

} // namespace

TEST_CASE("as many connections are started as there are requests", "[pool_planner]") {
    const pool_planner planner(4, retry_params());
    for (const example& one : examples) {
        INFO(one.name);
        const pool_plan plan = planner.plan(one.pool, one.requests, now);
        CHECK(plan.start == one.start);
        CHECK(plan.opens == one.opens);
        CHECK(plan.plan_again == never);
    }
}

TEST_CASE("after a failed opening the next one waits, longer each time", "[pool_planner]") {
    const retry_params retry;
    pool_planner planner(4, retry);
    planner.opening_failed(now, 1);
    CHECK(planner.failures() == 1);
    CHECK(planner.not_before() - now == retry.first_backoff);
    pool_plan plan = planner.plan({0, 0, 0, false}, 1, now);
    CHECK_FALSE(plan.opens);
    CHECK(plan.plan_again == planner.not_before());
    CHECK(planner.plan({0, 0, 0, false}, 1, planner.not_before()).opens);

    planner.opening_failed(now, 1);
    CHECK(planner.not_before() - now == 2 * retry.first_backoff);

    planner.opened();
    CHECK(planner.failures() == 0);
    planner.opening_failed(now, 1);
    CHECK(planner.not_before() - now == retry.first_backoff);
}

TEST_CASE("idle connections are used while no other one may be opened", "[pool_planner]") {
    pool_planner planner(4, retry_params());
    planner.opening_failed(now, 1);
    const pool_plan plan = planner.plan({1, 1, 0, false}, 2, now);
    CHECK(plan.start == 1);
    CHECK_FALSE(plan.opens);
}

TEST_CASE("without descriptors fewer connections are opened until some are free again",
          "[pool_planner]") {
    pool_planner planner(4, retry_params());
    planner.lacked_descriptor(2, true, now);
    CHECK(planner.most(now) == 2);
    const pool_plan plan = planner.plan({2, 0, 0, false}, 1, now);
    CHECK_FALSE(plan.opens);
    CHECK(plan.plan_again == now + connection_limit::recovery);
    CHECK(planner.plan({2, 0, 0, false}, 1, now + connection_limit::recovery).opens);
}

TEST_CASE("downloads leave one connection for polls and submissions", "[pool_planner]") {
    CHECK(pool_planner(4, retry_params()).most_downloads(now) == 3);
    CHECK(pool_planner(2, retry_params()).most_downloads(now) == 1);
    CHECK(pool_planner(1, retry_params()).most_downloads(now) == 1);
}

} // namespace pool_planner_test
