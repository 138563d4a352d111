#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace quota_test {

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

} // namespace quota_test
