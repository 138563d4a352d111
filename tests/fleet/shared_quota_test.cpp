// Processes that export from the same resources, and share their quotas through a real Redis.

#include "fleet/redis_server.hpp"
#include "integration/emulator_peer.hpp"
#include "support/catch.hpp"
#include "support/child_process.hpp"

#include <chrono>
#include <cstddef>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <csignal>

namespace shared_quota_test {

using namespace std::chrono_literals;
using namespace langexport_tests;
namespace testing = langexport::testing;

namespace {

constexpr std::size_t posts = 10, gets = 100;

testing::emulator_options service_options(std::chrono::milliseconds window) {
    testing::emulator_options options;
    options.quota_posts = posts;
    options.quota_gets = gets;
    options.quota_window = window;
    return options;
}

// Emulators of some resources, and a Redis.
class fleet {
public:
    fleet(std::size_t resources, std::chrono::milliseconds with_window) : window(with_window) {
        for (std::size_t i = 0; i < resources; ++i) {
            services.push_back(std::make_unique<running_emulator>(service_options(window)));
            (*services.back())->add_project(quick_project());
        }
        redis.start();
    }
    std::unique_ptr<child_process>
    start_worker(std::size_t exports, const std::map<std::string, std::string>& settings = {}) {
        std::vector<std::string> words{LANGEXPORT_FLEET_WORKER,        std::to_string(redis.port()),
                                       std::to_string(posts),          std::to_string(gets),
                                       std::to_string(window.count()), std::to_string(exports)};
        for (const auto& each : services) {
            words.push_back((*each)->endpoint());
            words.push_back((*each)->key());
        }
        return std::make_unique<child_process>(words, settings);
    }
    std::size_t throttled() {
        std::size_t sum = 0;
        for (const auto& each : services)
            sum += (*each)->counters().throttled;
        return sum;
    }
    std::size_t submitted() {
        std::size_t sum = 0;
        for (const auto& each : services)
            sum += (*each)->counters().submissions;
        return sum;
    }

    const std::chrono::milliseconds window;
    redis_server redis;
    std::vector<std::unique_ptr<running_emulator>> services;
};

} // namespace

TEST_CASE("four processes export from three resources and never exceed a quota", "[fleet]") {
    fleet f(3, 1000ms);
    const auto began = std::chrono::steady_clock::now();
    std::vector<std::unique_ptr<child_process>> workers;
    for (int i = 0; i < 4; ++i)
        workers.push_back(f.start_worker(42)); // 504 exports in all, 168 of each resource
    for (const auto& each : workers) {
        INFO(each->err());
        CHECK(each->wait(120s) == 0);
        CHECK(each->err().empty());
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    // 16 windows, and one and a half until a Redis without data grants something.
    std::cout << "504 exports of three resources took " << took.count() << " s, "
              << took.count() / 17.5 << " times the bound\n";
    CHECK(f.throttled() == 0);
    CHECK(f.submitted() == 504);
}

TEST_CASE("the quota holds while processes are killed and others start", "[fleet]") {
    fleet f(1, 1000ms);
    std::vector<std::unique_ptr<child_process>> workers;
    for (int i = 0; i < 4; ++i)
        workers.push_back(f.start_worker(200));
    for (std::size_t round = 0; round < 6; ++round) {
        // At moments that have no relation to the windows.
        const std::size_t before = f.submitted();
        workers[round % 4]->wait_until([&] { return f.submitted() >= before + 7 + 3 * round; },
                                       20s);
        workers[round % 4]->send(SIGKILL);
        workers[round % 4] = f.start_worker(200);
    }
    CHECK(f.throttled() == 0);
    CHECK(f.submitted() > 60);
    for (const auto& each : workers)
        each->send(SIGKILL);
}

TEST_CASE("the quota holds when Redis restarts, and the exports succeed", "[fleet]") {
    fleet f(1, 1000ms);
    std::vector<std::unique_ptr<child_process>> workers;
    for (int i = 0; i < 2; ++i)
        workers.push_back(f.start_worker(20));
    REQUIRE(workers[0]->wait_until([&] { return f.submitted() >= 12; }, 60s));
    f.redis.stop();
    // Longer than the permits that the workers have.
    const auto back = std::chrono::steady_clock::now() + 1500ms;
    workers[0]->wait_until([&] { return std::chrono::steady_clock::now() >= back; });
    f.redis.start();
    for (const auto& each : workers) {
        INFO(each->err());
        CHECK(each->wait(120s) == 0);
    }
    CHECK(f.throttled() == 0);
    CHECK(f.submitted() == 40);
}

TEST_CASE("while Redis is stopped for ten seconds, processes wait or use their part", "[outage]") {
    const std::string part = GENERATE("", "0.4");
    CAPTURE(part);
    fleet f(1, 1000ms);
    std::map<std::string, std::string> settings;
    if (!part.empty())
        settings["LANGEXPORT_LOCAL_SHARE"] = part;
    std::vector<std::unique_ptr<child_process>> workers;
    for (int i = 0; i < 2; ++i)
        workers.push_back(f.start_worker(50, settings));
    REQUIRE(workers[0]->wait_until([&] { return f.submitted() >= 12; }, 60s));
    f.redis.stop();
    const auto stopped = std::chrono::steady_clock::now();
    const auto wait_until = [&](std::chrono::milliseconds since) {
        workers[0]->wait_until([&] { return std::chrono::steady_clock::now() >= stopped + since; });
    };
    wait_until(1s); // their permits have expired
    const std::size_t before = f.submitted();
    wait_until(10s);
    const std::size_t during = f.submitted() - before;
    if (part.empty())
        CHECK(during == 0);
    else
        CHECK(during >= 16); // four in a window each
    f.redis.start();
    for (const auto& each : workers) {
        CHECK(each->wait(120s) == 0);
        CHECK_THAT(each->err(), contains_text("no shared quota: Redis at 127.0.0.1"));
    }
    CHECK(f.throttled() == 0);
    CHECK(f.submitted() == 100);
}

} // namespace shared_quota_test
