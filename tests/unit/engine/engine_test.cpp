// Whole operations over scripted streams, with a clock that stands still between events.

#include "support/catch.hpp"
#include "support/engine_bench.hpp"

#include <langexport/export_project.hpp>
#include <langexport/export_projects.hpp>
#include <langexport/list_projects.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::bench_service;
using langexport_tests::engine_bench;
using langexport_tests::manual_time;
using langexport_tests::seen_request;
namespace asio = boost::asio;

namespace {

// The end of an export, and when it came.
struct ending {
    int calls = 0;
    std::exception_ptr error;
    exported_project result;
    manual_time::time_point at{};

    error_code code() const { return code_of(error); }
};

auto into(engine_bench& bench, ending& end) {
    return [&bench, &end](std::exception_ptr error, exported_project result) {
        ++end.calls;
        end.error = std::move(error);
        end.result = std::move(result);
        end.at = bench.time().now();
    };
}

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
    // 10 submissions a minute: the last one is sent after 99 minutes.
    const auto makespan = last - manual_time::start;
    CHECK(makespan >= 99min + 30s);
    CHECK(makespan <= 99min + 40s);
    // One result each, and polls: with 10 jobs a minute there are 90 GETs for them.
    CHECK(bench.service->number_of("GET") >= 2000);
    CHECK(bench.service->number_of("GET") <= 9000);
    const client_stats stats = bench.client().stats();
    CHECK(stats.finished == 1000);
    CHECK(stats.throttled == 0);
    CHECK(stats.wake_ups <= all.size());
}

TEST_CASE("a day of polling takes as many polls as max_interval allows", "[engine]") {
    client_params params = engine_bench::default_params();
    params.job_timeout = 48h;
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

TEST_CASE("after a 429 no request of its class is sent until the throttle ends",
          "[engine][quota]") {
    engine_bench bench(engine_bench::default_params());
    const auto usual = bench.service->respond;
    std::size_t posts = 0;
    bench.service->respond = [&](const seen_request& request) {
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

TEST_CASE("a deadline ends an operation in each phase", "[engine][deadline]") {
    client_params params = engine_bench::default_params();
    engine_bench bench(params);
    bench.service->run_time = 1h;
    ending end;
    std::vector<ending> others(10);
    export_request request("Claims");
    SECTION("while it waits for the quota") {
        for (ending& each : others)
            export_project(bench.client(), export_request("Other"), into(bench, each));
        request.deadline = 30s;
        export_project(bench.client(), request, into(bench, end));
        bench.run(manual_time::start + 31s);
        CHECK(end.code() == errc::deadline_exceeded);
        CHECK(get_export_error(end.error)->diagnostics().submission == submission_state::not_sent);
    }
    SECTION("while it waits for a response") {
        bench.service->respond = [](const seen_request&) { return std::string(); };
        request.deadline = 5s;
        export_project(bench.client(), request, into(bench, end));
        bench.run(manual_time::start + 6s);
        CHECK(end.code() == errc::deadline_exceeded);
        CHECK(get_export_error(end.error)->diagnostics().submission ==
              submission_state::unconfirmed);
    }
    SECTION("while it polls") {
        request.deadline = 5min;
        export_project(bench.client(), request, into(bench, end));
        bench.run(manual_time::start + 6min);
        CHECK(end.code() == errc::deadline_exceeded);
        CHECK(get_export_error(end.error)->job());
    }
    CHECK(end.calls == 1);
}

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

TEST_CASE("an operation can be cancelled in each phase", "[engine][cancellation]") {
    engine_bench bench(engine_bench::default_params());
    bench.service->run_time = 1min;
    bench.service->latency = 1s;
    asio::cancellation_signal signal;
    ending end;
    export_project(bench.client(), export_request("Claims"),
                   asio::bind_cancellation_slot(signal.slot(), into(bench, end)));
    const auto after = GENERATE(0ms, 500ms, 1500ms, 30s, 61s);
    bench.at(manual_time::start + after, [&] { signal.emit(asio::cancellation_type::terminal); });
    bench.run(manual_time::start + after);
    bench.run_ready();
    CHECK(end.calls == 1);
    CHECK(end.code() == asio::error::operation_aborted);
    CHECK(end.at == manual_time::start + after);
    bench.run();
    CHECK(end.calls == 1);
    CHECK(bench.client().stats().pending == 0);
}

TEST_CASE("operations of a group end together", "[engine][groups]") {
    engine_bench bench(engine_bench::default_params());
    bench.service->run_time = 20min;
    asio::cancellation_signal signal;
    int calls = 0;
    batch_summary summary;
    std::vector<export_request> requests;
    for (int i = 0; i < 20; ++i)
        requests.emplace_back("Project" + std::to_string(i));
    ending other;
    export_project(bench.client(), export_request("Other"), into(bench, other));
    export_projects(
        bench.client(), requests, batch_options(),
        asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, batch_summary result) {
            ++calls;
            summary = result;
        }));
    bench.at(manual_time::start + 2min, [&] { signal.emit(asio::cancellation_type::terminal); });
    bench.run(manual_time::start + 3min);
    CHECK(calls == 1);
    CHECK(summary.exported == 0);
    CHECK(other.calls == 0);
    bench.run();
    CHECK_FALSE(other.error);
}

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

TEST_CASE("more operations than max_pending are rejected at once", "[engine][limits]") {
    client_params params = engine_bench::default_params();
    params.max_pending = 3;
    engine_bench bench(params);
    std::vector<ending> ends(5);
    for (ending& each : ends)
        export_project(bench.client(), export_request("Claims"), into(bench, each));
    bench.run_ready();
    CHECK(ends[3].code() == errc::queue_full);
    CHECK(ends[4].code() == errc::queue_full);
    bench.run();
    CHECK_FALSE(ends[2].error);
}

TEST_CASE("tokens are refreshed before they expire, and requests wait for the first one",
          "[engine][tokens]") {
    client_params params = engine_bench::default_params();
    std::size_t asked = 0;
    engine_bench* running = nullptr;
    params.credential = credential(bearer_token_source([&]() -> asio::awaitable<access_token> {
        ++asked;
        const access_token token("token-" + std::to_string(asked) + "-4b7d2e9f61",
                                 running->time().system_now() + 10min);
        co_return token;
    }));
    params.job_timeout = 2h;
    engine_bench bench(params);
    running = &bench;
    bench.service->run_time = 1h;
    ending end;
    export_project(bench.client(), export_request("Claims"), into(bench, end));
    bench.run();
    CHECK_FALSE(end.error);
    CHECK(asked >= 6);
    CHECK(asked <= 15);
    for (const seen_request& each : bench.service->requests)
        CHECK(each.bytes.find("\r\nAuthorization: Bearer token-") != std::string::npos);
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
