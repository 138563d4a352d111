// Whole operations over scripted streams, with a clock that stands still between events.

#include <langexport/detail/engine/engine.hpp>

#include "support/catch.hpp"
#include "unit/engine/ending.hpp"

#include <langexport/export_project.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace engine_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::bench_service;
using langexport_tests::ending;
using langexport_tests::engine_bench;
using langexport_tests::into;
using langexport_tests::manual_time;
using langexport_tests::seen_request;

namespace {

// The largest number of these requests in any window of that length.
std::size_t most_in_window(const std::vector<seen_request>& all, std::string_view method,
                           manual_time::duration window) {
    std::vector<manual_time::time_point> times;
    for (const seen_request& each : all)
        if (each.method == method)
            times.push_back(each.at);
    std::size_t most = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        const auto end = std::lower_bound(times.begin(), times.end(), times[i] + window);
        most = std::max(most, static_cast<std::size_t>(end - times.begin()) - i);
    }
    return most;
}

} // namespace

TEST_CASE("an export is submitted, polled and fetched", "[engine]") {
    engine_bench bench(engine_bench::default_params());
    bench.service->run_time = 10s;
    ending end;
    export_project(bench.client(), export_request("Claims"), into(bench, end));
    bench.run();
    CHECK(end.calls == 1);
    CHECK_FALSE(end.error);
    CHECK(end.result.document == bench_service::document);
    CHECK(end.at - manual_time::start >= 10s);
    CHECK(end.at - manual_time::start <= 13s);
    CHECK(bench.service->number_of("POST") == 1);
    CHECK(bench.service->requests.front().target.starts_with(
        "/language/authoring/analyze-text/projects/Claims/:export?"));
    CHECK(bench.service->streams_opened <= 2);
}

TEST_CASE("1,000 exports keep within the quota and take only the time that it requires",
          "[engine][schedule]") {
    client_params params = engine_bench::default_params();
    params.max_pending = 1000;
    engine_bench bench(params);
    bench.service->run_time = 30s;
    std::vector<ending> ends(1000);
    for (std::size_t i = 0; i < ends.size(); ++i)
        export_project(bench.client(), export_request("Project" + std::to_string(i)),
                       into(bench, ends[i]));
    bench.run();

    auto last = manual_time::start;
    for (const ending& each : ends) {
        REQUIRE(each.calls == 1);
        REQUIRE_FALSE(each.error);
        last = std::max(last, each.at);
    }
    const auto& all = bench.service->requests;
    CHECK(bench.service->number_of("POST") == 1000);
    CHECK(most_in_window(all, "POST", 60s) == 10);
    CHECK(most_in_window(all, "GET", 60s) <= 100);
    // 10 submissions a minute: the last one is sent after 99 minutes. Its job takes 30 seconds.
    CHECK(last - manual_time::start == 99min + 31'712ms);
    // The run is the same each time. 1,000 of the GETs are for results; the quota allows 9,900 in 99 minutes. A change
    // of the poll schedule changes these numbers.
    CHECK(bench.service->number_of("GET") == 5439);
    const client_stats stats = bench.client().stats();
    CHECK(stats.finished == 1000);
    CHECK(stats.throttled == 0);
    CHECK(stats.wake_ups == 2604);
}

TEST_CASE("a day of polling takes as many polls as max_interval allows", "[engine]") {
    client_params params = engine_bench::default_params();
    params.job_timeout = 48h;
    params.polling.quota_share = 0;
    engine_bench bench(params);
    bench.service->run_time = 24h;
    ending end;
    export_project(bench.client(), export_request("Claims"), into(bench, end));
    bench.run();
    CHECK_FALSE(end.error);
    CHECK(end.at - manual_time::start >= 24h);
    CHECK(end.at - manual_time::start <= 24h + params.polling.max_interval * 17 / 16 + 1s);
    const auto shortest = static_cast<std::size_t>(24h / params.polling.max_interval);
    CHECK(bench.service->number_of("GET") >= shortest);
    CHECK(bench.service->number_of("GET") <= 2 * shortest + 100);
    CHECK(bench.client().stats().wake_ups <= 4 * bench.service->requests.size());
}

TEST_CASE("after a day, the end of a single job is noticed within 1.5 s", "[engine]") {
    client_params params = engine_bench::default_params();
    params.job_timeout = 48h;
    engine_bench bench(params);
    bench.service->run_time = 24h;
    ending end;
    export_project(bench.client(), export_request("Claims"), into(bench, end));
    bench.run();
    CHECK_FALSE(end.error);
    CHECK(end.at - manual_time::start >= 24h);
    CHECK(end.at - manual_time::start <= 24h + 1500ms);
}

} // namespace engine_test
