#include <langexport/detail/engine/operation_table.hpp>

#include "support/catch.hpp"
#include "unit/engine/ending.hpp"

#include <langexport/export_project.hpp>
#include <langexport/export_projects.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::ending;
using langexport_tests::engine_bench;
using langexport_tests::into;
using langexport_tests::manual_time;
using langexport_tests::seen_request;
namespace asio = boost::asio;

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
