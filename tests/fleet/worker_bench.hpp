#ifndef LANGEXPORT_TESTS_FLEET_WORKER_BENCH_HPP
#define LANGEXPORT_TESTS_FLEET_WORKER_BENCH_HPP

#include "examples/fleet/job_queue.hpp"
#include "examples/fleet/redis_address.hpp"
#include "examples/fleet/redis_link.hpp"
#include "fleet/redis_server.hpp"
#include "integration/emulator_peer.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <langexport/testing/certificate.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <csignal>
#include <sys/types.h>

namespace langexport_tests {

using texts = std::vector<std::string>;

/// Runs redis-cli. Returns what it prints.
inline std::string send_to(const redis_server& server, const texts& command) {
    texts words{redis_server::client(), "-p", std::to_string(server.port())};
    words.insert(words.end(), command.begin(), command.end());
    child_process client(words);
    client.wait();
    return client.out();
}

inline langexport::testing::project slow_project(const std::string& name,
                                                 std::chrono::milliseconds duration) {
    langexport::testing::project project(name);
    project.job_duration = duration;
    return project;
}

inline texts names(std::size_t count) {
    texts result;
    for (std::size_t i = 0; i < count; ++i)
        result.push_back("P" + std::to_string(i));
    return result;
}

inline fleet::redis_address address_of(const redis_server& server) {
    fleet::redis_address address;
    address.host = "127.0.0.1";
    address.port = server.port();
    address.prefix = "langexport";
    return address;
}

inline std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

/// Starts a server that speaks only TLS. The certificate of its authority is in its file `ca.pem`.
inline void start_with_tls(redis_server& server) {
    const auto identity =
        langexport::testing::make_certificate(langexport::testing::certificate_options());
    server.write("server.pem", identity.certificate_pem);
    server.write("server.key", identity.private_key_pem);
    server.write("ca.pem", identity.authority_pem);
    server.start({"--port", "0", "--tls-port", std::to_string(server.port()), "--tls-cert-file",
                  server.path("server.pem"), "--tls-key-file", server.path("server.key"),
                  "--tls-ca-cert-file", server.path("ca.pem"), "--tls-auth-clients", "no"});
}

/// Suspends a server that runs, as long as the object lives.
class suspended_server {
public:
    explicit suspended_server(const redis_server& server) {
        const std::string text = send_to(server, {"INFO", "server"}), field = "process_id:";
        id_ = std::stoi(text.substr(text.find(field) + field.size()));
        ::kill(id_, SIGSTOP);
    }
    suspended_server(const suspended_server&) = delete;
    suspended_server& operator=(const suspended_server&) = delete;
    ~suspended_server() { ::kill(id_, SIGCONT); }

private:
    pid_t id_ = 0;
};

/// The queue, as a worker uses it.
class direct_queue {
public:
    explicit direct_queue(fleet::redis_address address)
        : link(context_.get_executor(), std::move(address)),
          queue(link, context_.get_executor(), [](const std::string&) {}) {}

    /// Completes an operation.
    template <typename Value>
    Value get(boost::asio::awaitable<Value> operation) {
        std::optional<Value> result;
        std::exception_ptr failure;
        boost::asio::co_spawn(context_, std::move(operation),
                              [&](std::exception_ptr error, Value value) {
                                  failure = error;
                                  result = std::move(value);
                                  link.close();
                              });
        context_.restart();
        context_.run();
        if (failure)
            std::rethrow_exception(failure);
        return std::move(*result);
    }

private:
    boost::asio::io_context context_;

public:
    fleet::redis_link link;
    fleet::job_queue queue;
};

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
    /// Resource and project of each job that a worker has claimed and that has no token.
    std::vector<std::pair<std::string, std::string>>
    claimed_without_token(const child_process& worker) const {
        const std::string id = '-' + std::to_string(worker.id()) + '-';
        std::vector<std::pair<std::string, std::string>> found;
        const boost::json::object now = status();
        for (const boost::json::value& job : now.at("jobs").as_array())
            if (std::string(job.at("worker").as_string()).find(id) != std::string::npos &&
                !job.at("is_submitted").as_bool())
                found.emplace_back(job.at("resource").as_string(), job.at("project").as_string());
        return found;
    }
    /// The jobs at the service of an endpoint.
    std::uint64_t jobs_created(const std::string& resource, const std::string& project) {
        for (std::size_t i = 0; i < services.size(); ++i)
            if (service(i).endpoint() == resource)
                return service(i).counters().projects[project].jobs_created;
        return 0;
    }
    /// Runs redis-cli. Returns what it prints.
    std::string send(const texts& command) const { return send_to(redis, command); }

    std::filesystem::path config() const { return folder_ / "config.json"; }
    std::filesystem::path config_with_wrong_key() const {
        write_content(folder_ / "wrong", "0123456789abcdef0123456789abcdee");
        std::string text = content_of(config());
        text.replace(text.find("key0"), 4, "wrong");
        write_content(folder_ / "wrong.json", text);
        return folder_ / "wrong.json";
    }
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
