#ifndef LANGEXPORT_TESTS_INTEGRATION_EMULATOR_BENCH_HPP
#define LANGEXPORT_TESTS_INTEGRATION_EMULATOR_BENCH_HPP

#include "integration/emulator_peer.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace langexport_tests {

/// A submission of the project "Demo".
inline const std::string submit_target =
    "/language/authoring/analyze-text/projects/Demo/"
    ":export?stringIndexType=Utf16CodeUnit&api-version=2022-05-01";

inline langexport::testing::emulator_options
with_tls(bool tls, langexport::testing::emulator_options options = {}) {
    options.tls = tls;
    return options;
}

/// An emulator with a project whose jobs end at once, and functions to send requests to it.
class emulator_bench {
public:
    explicit emulator_bench(bool tls, langexport::testing::emulator_options options = {})
        : service(with_tls(tls, std::move(options))) {
        service->add_project(quick_project());
    }

    std::unique_ptr<raw_peer> connect() {
        return std::make_unique<raw_peer>(service->port(), service->certificate_pem());
    }
    std::string submission(std::string_view more_headers = "") {
        return request_text("POST", submit_target, service->key(), more_headers);
    }
    std::string get(const std::string& target, std::string_view more_headers = "") {
        return request_text("GET", target, service->key(), more_headers);
    }
    std::string json_submission(std::string_view body = "") {
        return request_text("POST", submit_target, service->key(),
                            "Content-Type: application/json\r\n", body);
    }
    /// The target of the status of a new job.
    std::string new_status(raw_peer& peer) {
        return path_of(peer.exchange(submission()).header("operation-location"));
    }
    /// The target of the result of a new job.
    std::string new_result(raw_peer& peer) {
        std::string target = new_status(peer);
        return target.insert(target.find('?'), "/result");
    }
    bool works() { return connect()->exchange(submission()).status == 202; }
    void wait_until_closed() {
        while (service->counters().open_connections != 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }

    running_emulator service;
};

} // namespace langexport_tests

#endif
