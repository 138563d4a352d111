// Exports that share a quota with the service and others, in virtual time.

#include "support/catch.hpp"
#include "support/virtual_bench.hpp"

#include <langexport/export_project.hpp>
#include <langexport/list_projects.hpp>
#include <langexport/resume_export.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace engine_quota_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::export_request;
using langexport::exported_project;
using langexport_tests::instant_project;
using langexport_tests::manual_time;
using langexport_tests::virtual_bench;
using testing::call_kind;
using testing::canned_response;
using testing::occurrences;

// By the minute, as the service counts.
testing::emulator_options service_with_quota(std::size_t posts, std::size_t gets) {
    testing::emulator_options options;
    options.quota_posts = posts;
    options.quota_gets = gets;
    return options;
}

client_params with_quota(std::size_t posts, std::size_t gets) {
    client_params params = virtual_bench::quick_params();
    params.quota.submissions = posts;
    params.quota.reads = gets;
    return params;
}

// Exports to be started at once, and how many of them ended well.
class many_exports {
public:
    void start(virtual_bench& bench, int number) {
        for (int i = 0; i < number; ++i)
            langexport::export_project(
                bench.client(), export_request("Demo"),
                [this](std::exception_ptr error, exported_project) { ++(error ? failed : good); });
    }
    void resume(virtual_bench& bench, const langexport::export_job& job) {
        langexport::resume_export(
            bench.client(), job,
            [this](std::exception_ptr error, exported_project) { ++(error ? failed : good); });
    }
    void run(virtual_bench& bench, int number) {
        start(bench, number);
        bench.run();
    }
    int good = 0;
    int failed = 0;
};

} // namespace

TEST_CASE("the client never exceeds the quota of the service", "[engine][quota]") {
    virtual_bench b(with_quota(10, 100), service_with_quota(10, 100));
    testing::project slow = instant_project();
    slow.job_duration = GENERATE(0s, 2s, 24s);
    b->add_project(slow);
    many_exports all;
    all.run(b, 35);
    CHECK(all.good == 35);
    CHECK(all.failed == 0);
    const auto counted = b->counters();
    CHECK(counted.throttled == 0);
    CHECK(counted.submissions == 35);
    CHECK(counted.jobs_created == 35);
}

TEST_CASE("with few GETs, results are fetched first, and all exports succeed", "[engine][quota]") {
    virtual_bench b(with_quota(10, 12), service_with_quota(10, 12));
    testing::project slow = instant_project();
    slow.job_duration = 12s;
    b->add_project(slow);
    many_exports all;
    all.run(b, 20);
    CHECK(all.good == 20);
    CHECK(b->counters().throttled == 0);
}

TEST_CASE("one 429 delays all jobs of the client", "[engine][quota]") {
    client_params params = virtual_bench::quick_params();
    params.max_connections = 1;
    virtual_bench b(params);
    b->on(call_kind::submission, occurrences(1),
          canned_response(429).header("retry-after-ms", "300"));
    many_exports all;
    all.run(b, 5);
    CHECK(all.good == 5);
    const auto seen = b->requests();
    REQUIRE(seen.size() > 2);
    CHECK(seen[1].time - seen[0].time >= 300ms);
    CHECK(b->counters().submissions == 6);
}

TEST_CASE("no export is lost if other clients use the quota, too", "[engine][quota]") {
    virtual_bench b(with_quota(10, 100), service_with_quota(4, 100));
    // This client assumes that the whole quota is its own: only 429s show the others.
    many_exports all;
    all.run(b, 16);
    CHECK(all.good == 16);
    CHECK(b->counters().throttled > 0);
    CHECK(b->counters().jobs_created == 16);
}

TEST_CASE("a thousand exports succeed, though most of them wait long for the quota",
          "[engine][quota]") {
    virtual_bench b(with_quota(200, 2000), service_with_quota(200, 2000));
    many_exports all;
    all.run(b, 1000);
    CHECK(all.good == 1000);
    CHECK(all.failed == 0);
    CHECK(b->counters().throttled == 0);
    CHECK(b->counters().submissions == 1000);
    const auto stats = b.client().stats();
    CHECK(stats.wake_ups <= stats.submissions_sent + stats.polls_sent + stats.results_sent);
}

TEST_CASE("one response in twenty fails, and no export is lost", "[engine][quota]") {
    virtual_bench b(with_quota(20, 200), service_with_quota(20, 200));
    testing::project slow = instant_project();
    slow.job_duration = 6s;
    b->add_project(slow);
    for (std::uint64_t n = 10; n <= 400; n += 20) {
        b->on(call_kind::submission, n, canned_response(503));
        b->on(call_kind::status, n, canned_response(503));
        b->on(call_kind::status, n + 7, canned_response::no_response(true));
        b->on(call_kind::result, n, canned_response::cut_body_after(3, testing::early_end::reset));
    }
    many_exports all;
    all.run(b, 60);
    CHECK(all.good == 60);
    CHECK(b->counters().throttled == 0);
    CHECK(b->counters().jobs_created == 60);
    CHECK(b.client().stats().retries > 3);
}

TEST_CASE("a wait for the quota does not cause job_timeout", "[engine][quota]") {
    client_params params = with_quota(100, 4);
    params.job_timeout = 40s; // less than the window, in which at most two jobs are polled
    virtual_bench b(params, service_with_quota(100, 4));
    many_exports all;
    all.run(b, 3);
    CHECK(all.good == 3);
    CHECK(b->counters().throttled == 0);
}

TEST_CASE("a wait for a part of the quota does not cause job_timeout", "[engine][quota]") {
    client_params params = with_quota(2, 4); // two GETs are kept for results
    params.max_connections = 1;
    params.job_timeout = 24s;
    virtual_bench b(params);
    // The first poll stays without a response until the time of all three jobs is over.
    b->on(call_kind::status, 1, canned_response::after(42s));
    many_exports all;
    for (int i = 0; i < 3; ++i)
        all.resume(b, b.submit_elsewhere());
    b.run();
    CHECK(all.good == 2);
    CHECK(all.failed == 1);
    CHECK(b->counters().throttled == 0);
}

TEST_CASE("a poll that waits for the quota is not sent before it is due", "[engine][quota]") {
    client_params params = with_quota(2, 4);
    params.polling.first = 90s;
    virtual_bench b(params);
    testing::project endless("Endless");
    endless.end = testing::job_end::never;
    b->add_project(endless);
    const client& c = b.client();
    many_exports all;
    const auto list_twice = [&] {
        for (int i = 0; i < 2; ++i)
            langexport::list_projects(c, langexport::project_surface::analyze_text,
                                      [](std::exception_ptr, const auto&) {});
    };
    list_twice();
    all.start(b, 1);
    b.at(manual_time::start + 36s, list_twice);
    REQUIRE(b.run_until([&] { return b->counters().listings == 4; }));
    // All four GETs are used. These two wait for the third permit that is free again, which is after
    // the poll of the first job is due …
    std::vector<asio::cancellation_signal> stop(2);
    for (asio::cancellation_signal& each : stop)
        langexport::resume_export(
            c, b.submit_elsewhere("Endless"),
            asio::bind_cancellation_slot(each.slot(), [](std::exception_ptr, const auto&) {}));
    REQUIRE(b.run_until([&] { return c.stats().queued_polls > 0; }));
    // … and when they are cancelled, that poll could use a permit that is free earlier.
    for (asio::cancellation_signal& each : stop)
        each.emit(asio::cancellation_type::terminal);
    b.run();
    CHECK(all.good == 1);
    std::chrono::system_clock::time_point submitted{}, asked{};
    for (const auto& request : b->requests()) {
        if (request.kind == call_kind::submission && request.project == "Demo")
            submitted = request.time;
        if (request.kind == call_kind::status)
            asked = request.time;
    }
    CHECK(b->counters().status_gets == 1);
    CHECK(asked - submitted >= 90s);
}

TEST_CASE("requests with a higher priority are submitted first", "[engine][quota]") {
    virtual_bench b(with_quota(1, 100));
    for (const char* name : {"first", "low", "normal", "high"})
        b->add_project(instant_project(name));
    int good = 0;
    using langexport::request_priority;
    for (const auto& [name, priority] :
         {std::pair("first", request_priority::normal), std::pair("low", request_priority::low),
          std::pair("normal", request_priority::normal),
          std::pair("high", request_priority::high)}) {
        export_request request(name);
        request.priority = priority;
        langexport::export_project(
            b.client(), request,
            [&](std::exception_ptr error, exported_project) { good += error ? 0 : 1; });
    }
    b.run();
    CHECK(good == 4);
    std::vector<std::string> order;
    for (const auto& request : b->requests())
        if (request.kind == call_kind::submission)
            order.push_back(request.project);
    REQUIRE(order.size() == 4);
    // All were queued before the first connection opened; then one is sent at a time.
    CHECK(order.back() == "low");
    CHECK(std::find(order.begin(), order.end(), "high") <
          std::find(order.begin(), order.end(), "normal"));
}

TEST_CASE("a job that failed for a transient reason is submitted again", "[engine][quota]") {
    const bool passes = GENERATE(true, false);
    client_params params = virtual_bench::quick_params();
    params.retry.max_resubmissions = 1;
    virtual_bench b(params);
    const std::string reason = passes ? "ServiceUnavailable" : "InvalidProject";
    b->on(call_kind::status, occurrences(1),
          canned_response(200, R"({"jobId":"1","status":"failed","errors":[{"code":")" + reason +
                                   R"(","message":"no"}]})"));
    const auto done = b.begin<exported_project>([&](auto handler) {
        langexport::export_project(b.client(), export_request("Demo"), handler);
    });
    b.run();
    CHECK(done->is_good() == passes);
    CHECK(b->counters().jobs_created == (passes ? 2u : 1u));
    if (!passes)
        CHECK(done->code() == langexport::errc::job_failed);
}

TEST_CASE("the client ignores Retry-After if honor_retry_after is false", "[engine][quota]") {
    client_params params = virtual_bench::quick_params();
    params.retry.honor_retry_after = false;
    virtual_bench b(params);
    b->on(call_kind::submission, occurrences(1),
          canned_response(429).header("retry-after", "3600"));
    many_exports all;
    all.run(b, 1);
    CHECK(all.good == 1);
    CHECK(b.time().now() < manual_time::start + 1min);
}

TEST_CASE("an export that waits for the end of throttling can be cancelled", "[engine][quota]") {
    virtual_bench b;
    const unsigned status = GENERATE(429u, 503u);
    const auto type = GENERATE(asio::cancellation_type::terminal, asio::cancellation_type::total);
    b->on(call_kind::submission, occurrences::always(),
          canned_response(status).header("retry-after", "86400"));
    const client& c = b.client();
    std::vector<asio::cancellation_signal> stop(3); // one was rejected, two wait behind it
    std::vector<std::shared_ptr<langexport_tests::outcome<exported_project>>> all;
    for (asio::cancellation_signal& each : stop)
        all.push_back(b.begin<exported_project>([&](auto handler) {
            langexport::export_project(c, export_request("Demo"),
                                       asio::bind_cancellation_slot(each.slot(), handler));
        }));
    REQUIRE(b.run_until([&] { return c.stats().submissions.throttled_for > 1min; }));
    REQUIRE(b.run_until([&] { return c.stats().in_flight == 0; }));
    for (asio::cancellation_signal& each : stop)
        each.emit(type);
    b.run();
    for (const auto& each : all) {
        CHECK(each->code() == asio::error::operation_aborted);
        CHECK(each->known().submission == langexport::submission_state::not_sent);
    }
}

TEST_CASE("an export that waits for the quota can be cancelled", "[engine][quota]") {
    virtual_bench b(with_quota(1, 100), service_with_quota(1, 100));
    const client& c = b.client();
    asio::cancellation_signal signal;
    many_exports first;
    first.start(b, 1);
    const auto waiting = b.begin<exported_project>([&](auto handler) {
        langexport::export_project(c, export_request("Demo"),
                                   asio::bind_cancellation_slot(signal.slot(), handler));
    });
    REQUIRE(b.run_until([&] { return first.good == 1; }));
    CHECK(waiting->calls == 0);
    signal.emit(asio::cancellation_type::total);
    b.run();
    CHECK(waiting->code() == asio::error::operation_aborted);
    CHECK(waiting->known().submission == langexport::submission_state::not_sent);
    CHECK(b->counters().submissions == 1);
}

} // namespace engine_quota_test
