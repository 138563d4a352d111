#include <langexport/detail/engine/shutdown.hpp>

#include "support/catch.hpp"
#include "unit/engine/ending.hpp"

#include <langexport/export_project.hpp>

#include <chrono>
#include <exception>
#include <vector>

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::ending;
using langexport_tests::engine_bench;
using langexport_tests::into;
using langexport_tests::manual_time;

TEST_CASE("during a drain submitted jobs complete, and the others are reported",
          "[engine][drain]") {
    engine_bench bench(engine_bench::default_params());
    bench.service->run_time = 2min;
    std::vector<ending> ends(15); // ten are submitted, five wait for the quota
    for (ending& each : ends)
        export_project(bench.client(), export_request("Claims"), into(bench, each));
    drain_summary summary;
    int drained = 0;
    manual_time::duration within = 10min;
    SECTION("with enough time") {}
    SECTION("with too little time") {
        within = 30s;
    }
    bench.at(manual_time::start + 30s, [&] {
        bench.client().drain(within, [&](std::exception_ptr, drain_summary result) {
            ++drained;
            summary = result;
        });
    });
    bench.run();
    CHECK(drained == 1);
    CHECK(summary.not_sent == 5);
    CHECK(summary.finished == (within > 1min ? 10 : 0));
    CHECK(summary.unfinished.size() == (within > 1min ? 0 : 10));
    for (const ending& each : ends)
        CHECK(each.calls == 1);
    ending late;
    export_project(bench.client(), export_request("Late"), into(bench, late));
    bench.run();
    CHECK(late.code() == errc::client_closed);
}
