#ifndef LANGEXPORT_TESTS_FLEET_WORKER_BENCH_HPP
#define LANGEXPORT_TESTS_FLEET_WORKER_BENCH_HPP

#include "fleet/redis_server.hpp"
#include "integration/emulator_peer.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace langexport_tests {

using texts = std::vector<std::string>;

/// A Redis, emulators of some resources that enforce 10 submissions and 100 GETs a second, and a configuration for
/// the example fleet_worker.
class worker_bench {
public:
    explicit worker_bench(std::size_t resources = 1) {
        langexport::testing::emulator_options options;
        options.quota_posts = 10;
        options.quota_gets = 100;
        options.quota_window = std::chrono::seconds(1);
        boost::json::array objects;
        for (std::size_t i = 0; i < resources; ++i) {
            services.push_back(std::make_unique<running_emulator>(options));
            const std::string number = std::to_string(i);
            write_content(folder_ / ("key" + number), service(i).key());
            boost::json::object one;
            one["endpoint"] = service(i).endpoint();
            one["key_file"] = "key" + number;
            one["projects"] = "all";
            one["surface"] = "analyze-text";
            one["output_dir"] = "r" + number;
            one["quota"] = {{"submissions", 10}, {"reads", 100}, {"window", "1s"}};
            objects.push_back(one);
        }
        boost::json::object config;
        config["resources"] = objects;
        write_content(folder_ / "config.json", boost::json::serialize(config));
        redis.start();
    }

    langexport::testing::emulator& service(std::size_t i = 0) { return **services[i]; }
    std::size_t submitted() {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < services.size(); ++i)
            sum += service(i).counters().submissions;
        return sum;
    }
    std::size_t throttled() {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < services.size(); ++i)
            sum += service(i).counters().throttled;
        return sum;
    }

    std::string url() const { return "redis://127.0.0.1:" + std::to_string(redis.port()); }

    /// Starts the program with a command.
    std::unique_ptr<child_process> start(const texts& arguments) const {
        texts words{LANGEXPORT_EXAMPLE_WORKER, "--redis", url()};
        words.insert(words.end(), arguments.begin(), arguments.end());
        return std::make_unique<child_process>(words);
    }
    std::unique_ptr<child_process> start_worker(const texts& more = {}) const {
        texts words{"work",
                    "--config",
                    config().string(),
                    "--output-dir",
                    results().string(),
                    "--claim-timeout",
                    "2s",
                    "--longest-request",
                    "500ms",
                    "--retry-delay",
                    "200ms"};
        words.insert(words.end(), more.begin(), more.end());
        return start(words);
    }

    /// The ids that `submit` prints.
    texts submit(std::size_t resource, const texts& projects) {
        texts words{"submit", "--resource", service(resource).endpoint()};
        words.insert(words.end(), projects.begin(), projects.end());
        const auto process = start(words);
        if (process->wait() != 0)
            throw std::runtime_error("submit: " + process->err());
        texts ids;
        std::istringstream lines(process->out());
        for (std::string line; std::getline(lines, line);)
            ids.push_back(line);
        return ids;
    }
    boost::json::object status() const {
        const auto process = start({"status", "--json"});
        if (process->wait() != 0)
            throw std::runtime_error("status: " + process->err());
        return boost::json::parse(process->out()).as_object();
    }
    std::int64_t count(const char* field) const {
        return status().at(field).to_number<std::int64_t>();
    }
    /// The first running job, if it is submitted.
    bool has_submitted_job() const {
        const boost::json::array jobs = status().at("jobs").as_array();
        return !jobs.empty() && jobs[0].at("is_submitted").as_bool();
    }
    /// Runs redis-cli.
    void send(const texts& command) const {
        texts words{redis_server::client(), "-p", std::to_string(redis.port())};
        words.insert(words.end(), command.begin(), command.end());
        child_process(words).wait();
    }

    std::filesystem::path config() const { return folder_ / "config.json"; }
    std::filesystem::path results() const { return folder_ / "results"; }
    std::filesystem::path result(const std::string& project, std::size_t resource = 0) const {
        return results() / ("r" + std::to_string(resource)) / (project + ".json");
    }
    /// The visible files with results.
    std::size_t count_results() const {
        std::size_t count = 0;
        for (std::size_t i = 0; i < services.size(); ++i) {
            std::error_code missing;
            for (const auto& entry : std::filesystem::directory_iterator(
                     results() / ("r" + std::to_string(i)), missing))
                count += entry.path().filename().string().starts_with(".") ? 0u : 1u;
        }
        return count;
    }

    redis_server redis;
    std::vector<std::unique_ptr<running_emulator>> services;

private:
    temporary_folder folder_;
};

} // namespace langexport_tests

#endif
