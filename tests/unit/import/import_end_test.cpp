// Imports that are cancelled, drained or destroyed, or run out of time.

#include <langexport/import/import_project.hpp>

#include "support/catch.hpp"
#include "support/pause_point.hpp"
#include "unit/import/import_bench.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <memory>

namespace import_end_test {

using namespace langexport_tests;

TEST_CASE("a cancelled import completes after the running read", "[import][engine][cancel]") {
    import_bench bench;
    pause_point waits;
    // Of the check, or of the submission.
    const std::size_t reader = GENERATE(1u, 2u);
    const auto type =
        GENERATE(boost::asio::cancellation_type::terminal, boost::asio::cancellation_type::total);
    bench.document->in_read = [&](std::size_t number,
                                  std::size_t offset) -> boost::asio::awaitable<void> {
        if (number == reader && offset > 200'000 && !waits.is_reached)
            co_await waits.wait();
    };
    boost::asio::cancellation_signal signal;
    const auto end = std::make_shared<outcome<import_status>>();
    import_project(bench.client(), bench.request(),
                   boost::asio::bind_cancellation_slot(signal.slot(), keep_in<import_status>(end)));
    bench.run_until([&] { return waits.is_reached; });
    signal.emit(type);
    bench.run_ready();
    CHECK(end->calls == 0);
    waits.resume();
    bench.run();
    REQUIRE(end->calls == 1);
    CHECK(end->code() == boost::asio::error::operation_aborted);
    CHECK(end->known().submission == submission_state::not_sent);
    CHECK(bench.document->open == 0);
    CHECK(bench.service->requests.empty());
    CHECK(bench.service->streams_open == 0);
    CHECK(bench.events->late == 0);
}

TEST_CASE("an import that is cancelled after its last byte may still create a job",
          "[import][engine][cancel]") {
    import_bench bench;
    bench.service->latency = 5s;
    boost::asio::cancellation_signal signal;
    const auto end = std::make_shared<outcome<import_status>>();
    import_project(bench.client(), bench.request(),
                   boost::asio::bind_cancellation_slot(signal.slot(), keep_in<import_status>(end)));
    bench.run_until([&] { return !bench.service->requests.empty(); });
    signal.emit(boost::asio::cancellation_type::terminal);
    bench.run();
    REQUIRE(end->calls == 1);
    CHECK(end->known().submission == submission_state::unconfirmed);
    CHECK(bench.events->late == 1);
    REQUIRE(bench.events->jobs.size() == 1);
    CHECK(bench.events->jobs.front().kind() == job_kind::importing);
}

TEST_CASE("the deadline of an import includes its check", "[import][engine]") {
    import_bench bench;
    pause_point waits;
    bench.document->in_read = [&](std::size_t, std::size_t) { return waits.wait(); };
    import_request request = bench.request();
    request.deadline = 10s;
    const auto end = bench.begin(request);
    bench.run();
    CHECK(end->calls == 0);
    waits.resume();
    bench.run();
    CHECK(end->code() == errc::deadline_exceeded);
    CHECK(bench.service->requests.empty());
}

TEST_CASE("time of the source does not count for the limits of the network", "[import][engine]") {
    import_bench bench;
    pause_point waits;
    bench.document->in_read = [&](std::size_t number,
                                  std::size_t offset) -> boost::asio::awaitable<void> {
        if (number == 2 && offset > 300'000 && !waits.is_reached)
            co_await waits.wait();
    };
    const auto end = bench.begin(bench.request());
    bench.at(manual_time::start + 2h, [&] { waits.resume(); });
    bench.run();
    CHECK(end->is_good());
    CHECK(bench.service->requests.front().at - manual_time::start >= 2h);
}

TEST_CASE("a drain reports imports as such", "[import][engine][drain]") {
    import_bench bench;
    bench.service->run_time = 10min;
    pause_point waits;
    const auto running = bench.begin(bench.request());
    bench.run_until([&] { return bench.events->polled > 0; });
    bench.document->in_read = [&](std::size_t number, std::size_t) -> boost::asio::awaitable<void> {
        if (number == 4)
            co_await waits.wait();
    };
    const auto uploading = bench.begin(bench.request());
    bench.run_until([&] { return waits.is_reached; });
    const auto drained = std::make_shared<outcome<drain_summary>>();
    bench.client().drain(1s, keep_in<drain_summary>(drained));
    bench.at(bench.time().now() + 5s, [&] { waits.resume(); });
    bench.run();
    REQUIRE(drained->is_good());
    const drain_summary& summary = drained->result;
    REQUIRE(summary.unfinished.size() == 1);
    CHECK(import_job(summary.unfinished.front()).project_name() == "Claims");
    CHECK(summary.not_sent == 1);
    CHECK(summary.unconfirmed == 0);
    CHECK(running->code() == errc::client_closed);
    CHECK(uploading->code() == errc::client_closed);
    CHECK(uploading->known().submission == submission_state::not_sent);
}

TEST_CASE("a context that is destroyed during an upload destroys the import", "[import][engine]") {
    const std::size_t reader = GENERATE(1u, 2u);
    import_bench bench;
    pause_point waits;
    bench.document->in_read = [&](std::size_t number,
                                  std::size_t offset) -> boost::asio::awaitable<void> {
        if (number == reader && offset > 100'000)
            co_await waits.wait();
    };
    const auto end = bench.begin(bench.request());
    bench.run_until([&] { return waits.is_reached; });
    bench.destroy_context();
    CHECK(end->calls == 0);
    CHECK(end.use_count() == 1);
    CHECK(bench.document->open == 0);
}

} // namespace import_end_test
