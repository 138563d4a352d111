#include <langexport/detail/engine/pool_cleaner.hpp>

#include "support/catch.hpp"
#include "unit/engine/ending.hpp"

#include <langexport/export_project.hpp>

#include <chrono>

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::ending;
using langexport_tests::engine_bench;
using langexport_tests::into;
using langexport_tests::manual_time;

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
