#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <memory>
#include <string>
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
using testing::canned_answer;
using testing::occurrences;
using testing::request_kind;

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
    void run(client_bench& bench, const client& with, int number) {
        start(with, number);
        REQUIRE(bench.run_dry());
    }
    int good = 0;
    int failed = 0;
};

} // namespace

TEST_CASE("no export makes the service say that its quota is used up", "[quota]") {
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

TEST_CASE("GETs that are scarce go to results first, and all exports end", "[quota]") {
    client_bench b(false, with_quota(10, 12));
    testing::project slow = quick_project();
    slow.job_duration = 100ms;
    b->add_project(slow);
    many_exports all;
    all.run(b, b.make_client(with_quota(b, 10, 12)), 20);
    CHECK(all.good == 20);
    CHECK(b->counters().throttled == 0);
}

TEST_CASE("clients of one origin on one context share a budget", "[quota]") {
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

TEST_CASE("a budget can be shared explicitly, and remembers what was spent before", "[quota]") {
    client_bench b(false, with_quota(4, 100));
    b->add_project(quick_project());
    client_params params = b.params();
    langexport::quota_params quota;
    quota.submissions = 4;
    quota.window = window;
    params.shared_quota = std::make_shared<langexport::request_quota>(quota);
    many_exports all;
    all.run(b, b.make_client(params), 4);

    // A restarted process: another budget, which is told what the service still remembers.
    params.shared_quota = std::make_shared<langexport::request_quota>(quota);
    for (int i = 0; i < 4; ++i)
        params.shared_quota->remember_submission(std::chrono::system_clock::now());
    all.run(b, b.make_client(params), 6);
    CHECK(all.good == 10);
    CHECK(b->counters().throttled == 0);
}

TEST_CASE("one 429 keeps back all jobs of the client", "[quota]") {
    client_bench b(false);
    b->add_project(quick_project());
    b->on(request_kind::submission, occurrences(1),
          canned_answer(429).header("retry-after-ms", "300"));
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

TEST_CASE("when others spend the quota, too, nothing is lost", "[quota]") {
    client_bench b(false, with_quota(4, 100));
    b->add_project(quick_project());
    // This one believes that all of it is its own: others cannot be seen but by the 429s.
    many_exports all;
    all.run(b, b.make_client(with_quota(b, 10, 100)), 16);
    CHECK(all.good == 16);
    CHECK(b->counters().throttled > 0);
    CHECK(b->counters().jobs_created == 16);
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
