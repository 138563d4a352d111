#include <langexport/detail/engine/pool_cleaner.hpp>

#include "support/catch.hpp"
#include "unit/engine/ending.hpp"
#include "unit/engine/parts_bench.hpp"

#include <langexport/export_project.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace pool_cleaner_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::ending;
using langexport_tests::engine_bench;
using langexport_tests::into;
using langexport_tests::manual_time;
using langexport_tests::part_operation;
using langexport_tests::parts_bench;
using lines = std::vector<std::string>;

namespace {

client_params with_idle_time(client_params::duration time) {
    client_params params = parts_bench::default_params();
    params.max_idle_time = time;
    return params;
}

// An operation that sends nothing: connections are watched as long as it is pending.
part_operation begin_waiting(parts_bench& b) {
    part_operation made = b.admit("Claims", request_kind::status);
    b.parts.operations.unschedule(*made);
    b.parts.timers.set(*made, (manual_time::time_point::max)());
    b.run_ready();
    b.events->lines.clear();
    return made;
}

} // namespace

TEST_CASE("a sweep closes the connections that are stale, and the next one follows in time",
          "[pool_cleaner]") {
    parts_bench b(with_idle_time(60s));
    const part_operation waiting = begin_waiting(b);
    b.parts.pool.close_idle(close_reason::aged, b.time().now());
    b.events->lines.clear();
    const auto first = b.add_idle_connection();
    const auto second = b.add_idle_connection();
    second->last_used += 30s;
    b.parts.pool_cleaner.sweep(b.time().now());
    b.pass(59s);
    CHECK(b.parts.pool.all().size() == 2);
    b.pass(1s);
    CHECK(b.parts.pool.all() == std::vector{second});
    b.pass(30s);
    CHECK(b.parts.pool.all().empty());
    CHECK(b.events->lines == lines(2, "closed: " + std::string(to_string(close_reason::aged))));
}

TEST_CASE("a sweep that is scheduled twice happens at the earlier time", "[pool_cleaner]") {
    parts_bench b(with_idle_time(10s));
    const part_operation waiting = begin_waiting(b);
    b.add_idle_connection();
    b.parts.pool_cleaner.schedule_sweep(b.time().now() + 30s);
    b.parts.pool_cleaner.schedule_sweep(b.time().now() + 12s);
    b.parts.pool_cleaner.schedule_sweep(b.time().now() + 20s);
    b.pass(11s);
    CHECK(b.parts.pool.number_open() >= 1);
    b.pass(1s);
    CHECK(b.parts.pool.number_open() == 0);
}

TEST_CASE("without operations connections are swept only if the client watches idle ones",
          "[pool_cleaner]") {
    client_params params = with_idle_time(60s);
    params.watch_idle_connections = GENERATE(false, true);
    parts_bench b(params);
    b.add_idle_connection();
    b.parts.pool_cleaner.schedule_sweep(b.time().now() + 60s);
    CHECK((b.parts.timers.next() != (manual_time::time_point::max)()) ==
          params.watch_idle_connections);
    b.parts.pool_cleaner.stop_timer_if_idle();
    b.pass(60s);
    CHECK(b.parts.pool.all().empty() == params.watch_idle_connections);
}

TEST_CASE("the timer of sweeps rests with the last operation", "[pool_cleaner]") {
    parts_bench b(with_idle_time(60s));
    const part_operation waiting = begin_waiting(b);
    b.add_idle_connection();
    b.parts.pool_cleaner.schedule_sweep(b.time().now() + 60s);
    b.parts.pool_cleaner.stop_timer_if_idle();
    CHECK(b.parts.timers.next() == b.time().now() + 60s);
    b.parts.operations.remove(waiting);
    b.parts.pool_cleaner.stop_timer_if_idle();
    CHECK(b.parts.timers.next() == (manual_time::time_point::max)());
}

TEST_CASE("a closed client closes its idle connections, and no other", "[pool_cleaner]") {
    parts_bench b;
    b.parts.shutdown.close();
    b.add_idle_connection();
    const auto busy = b.add_idle_connection();
    busy->doing = detail::connection::activity::busy;
    b.parts.pool_cleaner.sweep(b.time().now());
    CHECK(b.parts.pool.all() == std::vector{busy});
    CHECK(b.events->lines ==
          lines{"closed: " + std::string(to_string(close_reason::client_closed))});
    b.parts.pool_cleaner.schedule_sweep(b.time().now() + 1s);
    CHECK(b.parts.timers.next() == (manual_time::time_point::max)());
}

TEST_CASE("a sink that lacks a descriptor gets that of an idle connection", "[pool_cleaner]") {
    client_params params = parts_bench::default_params();
    params.max_connections = 4;
    parts_bench b(params);
    b.add_idle_connection();
    const auto busy = b.add_idle_connection();
    busy->doing = detail::connection::activity::busy;
    CHECK(b.parts.planner.most(b.time().now()) == 4);
    b.parts.pool_cleaner.make_room_for_file();
    CHECK(b.parts.pool.all() == std::vector{busy});
    CHECK(b.parts.planner.most(b.time().now()) == 1); // one less than were open
}

TEST_CASE("an idle client closes stale connections and leaves no work", "[engine][connections]") {
    client_params params = engine_bench::default_params();
    params.watch_idle_connections = GENERATE(false, true);
    engine_bench bench(params);
    ending end;
    export_project(bench.client(), export_request("Claims"), into(bench, end));
    bench.run(manual_time::start + 10s);
    CHECK(end.calls == 1);
    CHECK(bench.service->streams_open == 1);
    bench.run();
    CHECK(bench.service->streams_open == (params.watch_idle_connections ? 0 : 1));
    CHECK(bench.context().stopped());
    bench.drop_client();
    bench.run();
    CHECK(bench.service->streams_open == 0);
}

} // namespace pool_cleaner_test
