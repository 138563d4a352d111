#include <langexport/list_projects.hpp>

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::export_request;
using langexport::exported_project;
using langexport_tests::client_bench;
using langexport_tests::quick_project;
using testing::call_kind;
using testing::canned_response;
using testing::occurrences;

// The service's quota, its minute lasting half a second.
constexpr auto window = 500ms;

testing::emulator_options with_quota(std::size_t posts, std::size_t gets) {
    testing::emulator_options options;
    options.quota_posts = posts;
    options.quota_gets = gets;
    options.quota_window = window;
    return options;
}

client_params with_quota(const client_bench& bench, std::size_t posts, std::size_t gets) {
    client_params params = bench.params();
    params.quota.submissions = posts;
    params.quota.reads = gets;
    params.quota.window = window;
    return params;
}

// Exports to be started at once, and how many of them ended well.
class many_exports {
public:
    void start(const client& with, int number) {
        for (int i = 0; i < number; ++i)
            langexport::export_project(
                with, export_request("Demo"),
                [this](std::exception_ptr error, exported_project) { ++(error ? failed : good); });
    }
    void resume(const client& with, const std::vector<langexport::export_job>& jobs) {
        for (const langexport::export_job& job : jobs)
            langexport::resume_export(
                with, job,
                [this](std::exception_ptr error, exported_project) { ++(error ? failed : good); });
    }
    void run(client_bench& bench, const client& with, int number) {
        start(with, number);
        REQUIRE(bench.run_dry());
    }
    int good = 0;
    int failed = 0;
};

} // namespace

TEST_CASE("the client never exceeds the quota of the service", "[quota]") {
    client_bench b(GENERATE(false, true), with_quota(10, 100));
    testing::project slow = quick_project();
    slow.job_duration = GENERATE(0ms, 20ms, 200ms);
    b->add_project(slow);
    many_exports all;
    all.run(b, b.make_client(with_quota(b, 10, 100)), 35);
    CHECK(all.good == 35);
    CHECK(all.failed == 0);
    const auto counted = b->counters();
    CHECK(counted.throttled == 0);
    CHECK(counted.submissions == 35);
    CHECK(counted.jobs_created == 35);
}

TEST_CASE("with few GETs, results are fetched first, and all exports succeed", "[quota]") {
    client_bench b(false, with_quota(10, 12));
    testing::project slow = quick_project();
    slow.job_duration = 100ms;
    b->add_project(slow);
    many_exports all;
    all.run(b, b.make_client(with_quota(b, 10, 12)), 20);
    CHECK(all.good == 20);
    CHECK(b->counters().throttled == 0);
}

TEST_CASE("clients of one origin on one context share a quota", "[quota]") {
    client_bench b(false, with_quota(6, 100));
    b->add_project(quick_project());
    const client one = b.make_client(with_quota(b, 6, 100));
    const client two = b.make_client(with_quota(b, 6, 100));
    many_exports all;
    all.start(one, 9);
    all.start(two, 9);
    REQUIRE(b.run_dry());
    CHECK(all.good == 18);
    CHECK(b->counters().throttled == 0);
}

TEST_CASE("one client per export keeps within the quota like one for all", "[quota]") {
    client_bench b(false, with_quota(4, 100));
    b->add_project(quick_project());
    many_exports all;
    for (int i = 0; i < 10; ++i)
        all.run(b, b.make_client(with_quota(b, 4, 100)), 1);
    CHECK(all.good == 10);
    CHECK(b->counters().throttled == 0);
}

TEST_CASE("a quota can be shared explicitly, and includes earlier requests", "[quota]") {
    client_bench b(false, with_quota(4, 100));
    b->add_project(quick_project());
    client_params params = b.params();
    langexport::quota_params quota;
    quota.submissions = 4;
    quota.window = window;
    params.shared_quota = std::make_shared<langexport::request_quota>(quota);
    many_exports all;
    all.run(b, b.make_client(params), 4);

    // A restarted process: another budget, which receives the requests that the service still
    // remembers.
    params.shared_quota = std::make_shared<langexport::request_quota>(quota);
    for (int i = 0; i < 4; ++i)
        params.shared_quota->remember_submission(std::chrono::system_clock::now());
    all.run(b, b.make_client(params), 6);
    CHECK(all.good == 10);
    CHECK(b->counters().throttled == 0);
}

TEST_CASE("requests with times of a wrong clock delay others by one window at most", "[quota]") {
    client_bench b(false);
    b->add_project(quick_project());
    client_params params = b.params();
    langexport::quota_params quota;
    quota.submissions = 2;
    quota.window = window;
    params.shared_quota = std::make_shared<langexport::request_quota>(quota);
    const auto tomorrow = std::chrono::system_clock::now() + 24h;
    params.shared_quota->remember_submissions({tomorrow, tomorrow, tomorrow});
    CHECK(b.export_project(b.make_client(params)).is_good());
}

TEST_CASE("clients that export different projects of one resource share its quota", "[quota]") {
    const langexport_tests::temporary_folder folder;
    langexport::resource_quotas quotas;
    const auto quota_of = [&](const char* endpoint, const char* journal) {
        langexport::client_params params(endpoint, langexport::subscription_key("key"));
        return quotas.quota_for(params, folder / journal, {});
    };
    const auto first = quota_of("https://west.example", "one");
    CHECK(quota_of("https://WEST.example:443/", "two") == first);
    CHECK(quota_of("https://north.example", "three") != first);
    CHECK(folder.names() == std::set<std::string>{"one", "three"});
}

TEST_CASE("one 429 delays all jobs of the client", "[quota]") {
    client_bench b(false);
    b->add_project(quick_project());
    b->on(call_kind::submission, occurrences(1),
          canned_response(429).header("retry-after-ms", "300"));
    client_params params = b.params();
    params.max_connections = 1;
    many_exports all;
    all.run(b, b.make_client(params), 5);
    CHECK(all.good == 5);
    const auto seen = b->requests();
    REQUIRE(seen.size() > 2);
    CHECK(seen[1].time - seen[0].time >= 300ms);
    CHECK(b->counters().submissions == 6);
}

TEST_CASE("in scaled time the emulator shortens Retry-After, and the client waits no longer",
          "[quota]") {
    testing::emulator_options options;
    options.quota_posts = 1;
    options.time_scale = 600; // a minute takes 100 ms, Retry-After cannot say less than a second
    client_bench b(false, options);
    b->add_project(quick_project());
    class pauses final : public langexport::observer {
    public:
        void on_throttled(const langexport::throttled_event& event) noexcept override {
            longest = std::max(longest, event.throttled_for);
        }
        langexport::client_params::duration longest{};
    };
    const auto seen = std::make_shared<pauses>();
    client_params params = b.params();
    params.observer = seen;
    many_exports all;
    all.run(b, b.make_client(params), 3);
    CHECK(all.good == 3);
    CHECK(seen->longest > 0ms);
    CHECK(seen->longest <= 100ms);
}

TEST_CASE("no export is lost if other clients use the quota, too", "[quota]") {
    client_bench b(false, with_quota(4, 100));
    b->add_project(quick_project());
    // This client assumes that the whole quota is its own: only 429s show the others.
    many_exports all;
    all.run(b, b.make_client(with_quota(b, 10, 100)), 16);
    CHECK(all.good == 16);
    CHECK(b->counters().throttled > 0);
    CHECK(b->counters().jobs_created == 16);
}

TEST_CASE("a thousand exports succeed, though most of them wait long for the quota", "[quota]") {
    testing::emulator_options options = with_quota(200, 2000);
    options.quota_window = 1s;
    client_bench b(false, options);
    b->add_project(quick_project());
    client_params params(b->endpoint(), langexport::subscription_key(b->key()));
    params.quota.submissions = 200; // the service's quota, times twenty, in a sixtieth of the time
    params.quota.reads = 2000;
    params.quota.window = 1s;
    const client c = b.make_client(params);
    many_exports all;
    all.start(c, 1000);
    REQUIRE(b.run_until([&] { return all.good + all.failed == 1000; }));
    CHECK(all.failed == 0);
    CHECK(b->counters().throttled == 0);
    CHECK(b->counters().submissions == 1000);
    const auto stats = c.stats();
    CHECK(stats.wake_ups <= stats.submissions_sent + stats.polls_sent + stats.results_sent);
}

TEST_CASE("one response in twenty fails, and no export is lost", "[quota]") {
    testing::emulator_options options = with_quota(20, 200);
    options.quota_window = 1s;
    client_bench b(false, options);
    testing::project slow = quick_project();
    slow.job_duration = 100ms;
    b->add_project(slow);
    for (std::uint64_t n = 10; n <= 400; n += 20) {
        b->on(call_kind::submission, n, canned_response(503));
        b->on(call_kind::status, n, canned_response(503));
        b->on(call_kind::status, n + 7, canned_response::no_response(true));
        b->on(call_kind::result, n, canned_response::cut_body_after(3, testing::early_end::reset));
    }
    client_params params = with_quota(b, 20, 200);
    params.quota.window = 1s;
    const client c = b.make_client(params);
    many_exports all;
    all.run(b, c, 60);
    CHECK(all.good == 60);
    CHECK(b->counters().throttled == 0);
    CHECK(b->counters().jobs_created == 60);
    CHECK(c.stats().retries > 3);
}

TEST_CASE("clients of two processes share the quota, and all exports succeed despite 429s",
          "[quota]") {
    testing::emulator_options options = with_quota(20, 200);
    options.quota_window = 1s;
    client_bench b(false, options);
    b->add_project(quick_project());
    client_params params = with_quota(b, 20, 200);
    params.quota.window = 1s;
    const client mine = b.make_client(params);
    many_exports all;
    // Another context: the two know nothing of each other.
    asio::io_context elsewhere;
    many_exports others;
    std::thread thread([&] {
        const client theirs(elsewhere.get_executor(), params);
        others.start(theirs, 30);
        elsewhere.run();
    });
    all.run(b, mine, 50);
    thread.join();
    CHECK(all.good == 50);
    CHECK(others.good + others.failed == 30);
    CHECK(b->counters().throttled > 0);
    CHECK(b->counters().throttled <
          40); // each holds back all jobs of its client, not its own alone
}

TEST_CASE("clients of different resources on one context do not wait for each other", "[quota]") {
    client_bench b(false, with_quota(4, 100));
    client_bench other(true, with_quota(4, 100));
    client_params params = other.params();
    params.quota.submissions = 4;
    params.quota.window = 24h;
    many_exports first, second;
    const client one = b.make_client(with_quota(b, 4, 100));
    const client two = b.make_client(params);
    first.start(one, 8);
    second.start(two, 4);
    REQUIRE(b.run_dry());
    CHECK(first.good == 8);
    CHECK(second.good == 4);
}

TEST_CASE("a free permit of a shared quota wakes one client, not all", "[quota]") {
    client_bench b(false, with_quota(10, 1000));
    b->add_project(quick_project());
    std::vector<client> clients;
    many_exports all;
    for (int i = 0; i < 10; ++i) {
        clients.push_back(b.make_client(with_quota(b, 10, 1000)));
        all.start(clients.back(), 4);
    }
    REQUIRE(b.run_dry());
    CHECK(all.good == 40);
    CHECK(b->counters().throttled == 0);
    std::uint64_t wake_ups = 0;
    for (const client& each : clients)
        wake_ups += each.stats().wake_ups;
    CHECK(wake_ups <= b->counters().requests);
}

TEST_CASE("a wait for the quota does not cause job_timeout", "[quota]") {
    testing::emulator_options options = with_quota(100, 4);
    options.quota_window = 1500ms;
    client_bench b(false, options);
    b->add_project(quick_project());
    client_params params = with_quota(b, 100, 4);
    params.quota.window = 1500ms;
    params.job_timeout = 1s; // less than the window, in which at most two jobs are polled
    many_exports all;
    all.run(b, b.make_client(params), 3);
    CHECK(all.good == 3);
    CHECK(b->counters().throttled == 0);
}

TEST_CASE("a wait for a part of the quota does not cause job_timeout", "[quota]") {
    client_bench b(false);
    b->add_project(quick_project());
    std::vector<langexport::export_job> jobs;
    for (int i = 0; i < 3; ++i)
        jobs.push_back(b.submit(b.make_client()).result);
    REQUIRE(b.run_dry()); // the client without a quota is destroyed, and its budget with it
    // The first poll stays without a response until the time of all three jobs is over.
    b->on(call_kind::status, 1, canned_response::after(700ms));
    client_params params = with_quota(b, 2, 4); // two GETs are kept for results
    params.quota.window = 1s;
    params.max_connections = 1;
    params.job_timeout = 400ms;
    const client c = b.make_client(params);
    many_exports all;
    all.resume(c, jobs);
    REQUIRE(b.run_dry());
    CHECK(all.good == 2);
    CHECK(all.failed == 1);
    CHECK(b->counters().throttled == 0);
}

TEST_CASE("a poll that waits for the quota is not sent before it is due", "[quota]") {
    client_bench b(false);
    testing::project endless("Endless");
    endless.end = testing::job_end::never;
    b->add_project(endless);
    std::vector<langexport::export_job> jobs;
    for (int i = 0; i < 2; ++i)
        jobs.push_back(b.submit(b.make_client(), export_request("Endless")).result);
    REQUIRE(b.run_dry()); // the client without a quota is destroyed, and its budget with it
    client_params params = with_quota(b, 2, 4);
    params.quota.window = 1s;
    params.polling.first = 1500ms;
    const client c = b.make_client(params);
    many_exports all;
    const auto list_twice = [&] {
        for (int i = 0; i < 2; ++i)
            langexport::list_projects(c, langexport::project_surface::analyze_text,
                                      [](std::exception_ptr, const auto&) {});
    };
    list_twice();
    all.start(c, 1);
    asio::steady_timer later(b.context, 600ms);
    later.async_wait([&](boost::system::error_code) { list_twice(); });
    REQUIRE(b.run_until([&] { return b->counters().listings == 4; }));
    // All four GETs are used. These two wait for the third permit that is free again, which is after
    // the poll of the first job is due …
    std::vector<asio::cancellation_signal> stop(2);
    for (std::size_t i = 0; i < 2; ++i)
        langexport::resume_export(
            c, jobs[i],
            asio::bind_cancellation_slot(stop[i].slot(), [](std::exception_ptr, const auto&) {}));
    REQUIRE(b.run_until([&] { return c.stats().queued_polls > 0; }));
    // … and when they are cancelled, that poll could use a permit that is free earlier.
    for (asio::cancellation_signal& each : stop)
        each.emit(asio::cancellation_type::terminal);
    REQUIRE(b.run_dry());
    CHECK(all.good == 1);
    std::chrono::system_clock::time_point submitted{}, asked{};
    for (const auto& request : b->requests()) {
        if (request.kind == call_kind::submission)
            submitted = request.time;
        if (request.kind == call_kind::status)
            asked = request.time;
    }
    CHECK(b->counters().status_gets == 1);
    CHECK(asked - submitted >= 1490ms);
}

TEST_CASE("requests with a higher priority are submitted first", "[quota]") {
    client_bench b(false);
    for (const char* name : {"first", "low", "normal", "high"})
        b->add_project(quick_project(name));
    client_params params = b.params();
    params.quota.submissions = 1;
    params.quota.window = 50ms;
    const client c = b.make_client(params);
    int good = 0;
    using langexport::request_priority;
    for (const auto& [name, priority] :
         {std::pair("first", request_priority::normal), std::pair("low", request_priority::low),
          std::pair("normal", request_priority::normal),
          std::pair("high", request_priority::high)}) {
        export_request request(name);
        request.priority = priority;
        langexport::export_project(
            c, request, [&](std::exception_ptr error, exported_project) { good += error ? 0 : 1; });
    }
    REQUIRE(b.run_dry());
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

TEST_CASE("a job that failed for a transient reason is submitted again", "[quota]") {
    const bool passes = GENERATE(true, false);
    client_bench b(false);
    const std::string reason = passes ? "ServiceUnavailable" : "InvalidProject";
    b->on(call_kind::status, occurrences(1),
          canned_response(200, R"({"jobId":"1","status":"failed","errors":[{"code":")" + reason +
                                   R"(","message":"no"}]})"));
    client_params params = b.params();
    params.retry.max_resubmissions = 1;
    const auto done = b.export_project(b.make_client(params), export_request("Demo"));
    CHECK(done.is_good() == passes);
    CHECK(b->counters().jobs_created == (passes ? 2u : 1u));
    if (!passes)
        CHECK(done.code() == langexport::errc::job_failed);
}

TEST_CASE("the client ignores Retry-After if honor_retry_after is false", "[quota]") {
    client_bench b(false);
    b->on(call_kind::submission, occurrences(1),
          canned_response(429).header("retry-after", "3600"));
    client_params params = b.params();
    params.retry.honor_retry_after = false;
    CHECK(b.export_project(b.make_client(params), export_request("Demo")).is_good());
}

TEST_CASE("an export that waits for the end of throttling can be cancelled", "[quota]") {
    client_bench b(false);
    b->add_project(quick_project());
    const unsigned status = GENERATE(429u, 503u);
    const auto type = GENERATE(asio::cancellation_type::terminal, asio::cancellation_type::total);
    b->on(call_kind::submission, occurrences::always(),
          canned_response(status).header("retry-after", "86400"));
    const client c = b.make_client();
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
    REQUIRE(b.run_dry());
    for (const auto& each : all) {
        CHECK(each->code() == asio::error::operation_aborted);
        CHECK(each->known().submission == langexport::submission_state::not_sent);
    }
}

TEST_CASE("an export that waits for the quota can be cancelled", "[quota]") {
    client_bench b(false, with_quota(1, 100));
    b->add_project(quick_project());
    client_params params = with_quota(b, 1, 100);
    params.quota.window = 24h;
    const client c = b.make_client(params);
    asio::cancellation_signal signal;
    many_exports first;
    first.start(c, 1);
    const auto waiting = b.begin<exported_project>([&](auto handler) {
        langexport::export_project(c, export_request("Demo"),
                                   asio::bind_cancellation_slot(signal.slot(), handler));
    });
    REQUIRE(b.run_until([&] { return first.good == 1; }));
    CHECK(waiting->calls == 0);
    signal.emit(asio::cancellation_type::total);
    REQUIRE(b.run_dry());
    CHECK(waiting->code() == asio::error::operation_aborted);
    CHECK(waiting->known().submission == langexport::submission_state::not_sent);
    CHECK(b->counters().submissions == 1);
}
