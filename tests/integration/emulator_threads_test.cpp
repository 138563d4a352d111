#include <langexport/testing/emulator.hpp>

#include "integration/emulator_peer.hpp"
#include "support/catch.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace emulator_threads_test {

namespace testing = langexport::testing;
using langexport_tests::http_response;
using langexport_tests::path_of;
using langexport_tests::raw_peer;
using langexport_tests::request_text;
using langexport_tests::running_emulator;

TEST_CASE("several threads can run an emulator while clients use it and counters are read",
          "[emulator][threads]") {
    constexpr int clients = 6;
    constexpr int exports = 20;
    testing::emulator_options options;
    options.tls = GENERATE(false, true);
    running_emulator service(options, 4);
    for (int i = 0; i < clients; ++i) {
        testing::project p("P" + std::to_string(i));
        p.job_duration = std::chrono::seconds(0);
        p.result_size = 100000;
        service->add_project(p);
    }
    const std::string key = service->key();
    std::atomic<int> whole = 0;
    std::atomic<bool> done = false;
    std::vector<std::thread> threads;
    for (int i = 0; i < clients; ++i)
        threads.emplace_back([&, i] {
            raw_peer peer(service->port(), service->certificate_pem());
            const std::string target = "/language/authoring/analyze-text/projects/P" +
                                       std::to_string(i) +
                                       "/:export?stringIndexType=Utf16CodeUnit"
                                       "&api-version=2022-05-01";
            for (int n = 0; n < exports; ++n) {
                const http_response accepted = peer.exchange(request_text("POST", target, key));
                std::string job = path_of(accepted.header("operation-location"));
                peer.exchange(request_text("GET", job, key));
                job.insert(job.find('?'), "/result");
                const http_response result = peer.exchange(request_text("GET", job, key));
                if (result.is_whole && result.body.size() == 100000)
                    ++whole;
            }
        });
    std::thread watcher([&] {
        while (!done) {
            service->counters();
            service->requests();
            service->add_project(testing::project("Another"));
            service->on(testing::call_kind::other, 1, testing::canned_response(500));
            service->clear_faults();
            service->set_bearer_tokens(std::vector<std::string>(1, "token"));
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    for (std::thread& thread : threads)
        thread.join();
    done = true;
    watcher.join();

    CHECK(whole == clients * exports);
    const testing::emulator_counters seen = service->counters();
    CHECK(seen.connections == clients);
    CHECK(seen.jobs_created == clients * exports);
    CHECK(seen.projects.at("P0").result_gets == exports);
}

TEST_CASE("an emulator can be stopped while clients send requests", "[emulator][threads]") {
    testing::emulator_options options;
    options.tls = GENERATE(false, true);
    std::vector<std::thread> threads;
    std::atomic<int> responses = 0;
    {
        running_emulator service(options, 4);
        const std::string key = service->key();
        const std::string authority = service->certificate_pem();
        const std::uint16_t port = service->port();
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&responses, key, authority, port] {
                try {
                    raw_peer peer(port, authority);
                    while (peer.exchange(request_text("GET", "/", key)).status == 404)
                        ++responses;
                } catch (const std::exception&) {
                    // It was stopped before the connection was up.
                }
            });
        while (responses < 50)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    for (std::thread& thread : threads)
        thread.join();
    CHECK(responses >= 50);
}

} // namespace emulator_threads_test
