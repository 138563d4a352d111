#include <langexport/detail/engine/assigner.hpp>

#include "support/catch.hpp"
#include "unit/engine/ending.hpp"

#include <langexport/export_project.hpp>

#include <chrono>
#include <vector>

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::ending;
using langexport_tests::engine_bench;
using langexport_tests::into;
using langexport_tests::manual_time;

TEST_CASE("a peer that refuses connections is tried at increasing intervals, one at a time",
          "[engine][connections]") {
    client_params params = engine_bench::default_params();
    params.deadline = 10min;
    params.retry.max_attempts = 1000;
    engine_bench bench(params);
    bench.service->refuses_connections = true;
    std::vector<ending> ends(20);
    for (ending& each : ends)
        export_project(bench.client(), export_request("Claims"), into(bench, each));
    bench.at(manual_time::start + 5min, [&] { bench.service->refuses_connections = false; });
    bench.run();
    for (const ending& each : ends)
        CHECK_FALSE(each.error);
    CHECK(bench.client().stats().connections_failed >= 5);
    CHECK(bench.client().stats().connections_failed <= 60);
}
