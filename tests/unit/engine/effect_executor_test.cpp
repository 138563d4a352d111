#include <langexport/detail/engine/effect_executor.hpp>

#include "support/catch.hpp"
#include "unit/engine/ending.hpp"

#include <langexport/export_project.hpp>

#include <chrono>
#include <cstddef>
#include <vector>

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::bench_response;
using langexport_tests::bench_service;
using langexport_tests::ending;
using langexport_tests::engine_bench;
using langexport_tests::into;
using langexport_tests::manual_time;
using langexport_tests::seen_request;

TEST_CASE("after a 429 no request of its class is sent until the throttle ends",
          "[engine][quota]") {
    engine_bench bench(engine_bench::default_params());
    const auto usual = bench.service->respond;
    std::size_t posts = 0;
    bench.service->respond = [&](const seen_request& request) -> bench_response {
        if (request.method == "POST" && ++posts == 1)
            return bench_service::response("429 Too Many Requests", "{}", "Retry-After: 120\r\n");
        return usual(request);
    };
    std::vector<ending> ends(5);
    for (ending& each : ends)
        export_project(bench.client(), export_request("Claims"), into(bench, each));
    bench.run();
    std::vector<manual_time::time_point> times;
    for (const seen_request& each : bench.service->requests)
        if (each.method == "POST")
            times.push_back(each.at);
    for (const ending& each : ends)
        CHECK_FALSE(each.error);
    // Those that were sent with the first one were on their way.
    for (const auto time : times)
        CHECK((time == manual_time::start || time >= manual_time::start + 120s));
    CHECK(bench.client().stats().throttled == 1);
}
