// A work queue for exports in Redis or Valkey: any number of workers, on any number of machines, share the quota of
// each resource and take over the jobs of workers that have ended.
//
//   fleet_worker --redis redis://localhost submit --resource https://NAME.cognitiveservices.azure.com Contracts
//   fleet_worker --redis redis://localhost --config backup.json work --output-dir results
//   fleet_worker --redis redis://localhost status
//
// A worker that is killed loses nothing: the token of each job is in Redis before the job is polled, and another
// worker resumes the job by its token. A worker that was suspended replaces no newer result.
// What it shows: langexport/fleet/redis_quota.hpp, on_submitted, resume_export, draining clients, fencing numbers.

#include "fleet/fleet_options.hpp"
#include "fleet/fleet_resources.hpp"
#include "fleet/fleet_status.hpp"
#include "fleet/job_queue.hpp"
#include "fleet/quota_notes.hpp"
#include "fleet/redis_link.hpp"
#include "fleet/worker.hpp"
#include "tool/backup_config.hpp"
#include "tool/process.hpp"
#include "tool/program_errors.hpp"
#include "tool/stop_signals.hpp"

#include <langexport/log/printable.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/host_name.hpp>
#include <boost/json.hpp>
#include <boost/redis/src.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace asio = boost::asio;

namespace {

// What all commands use.
class fleet_program {
public:
    fleet_program(fleet::fleet_options given, const tool::program_errors& messages)
        : options(std::move(given)), errors(messages), link(context.get_executor(), options.redis),
          queue(link, context.get_executor(),
                [this](const std::string& line) { errors.complain(line); }) {}
    fleet_program(const fleet_program&) = delete;
    fleet_program& operator=(const fleet_program&) = delete;

    // Runs a command until it completes, and everything that it has started.
    void run(asio::awaitable<void> command) {
        std::exception_ptr failure;
        asio::co_spawn(context, std::move(command), [&](std::exception_ptr error) {
            failure = error;
            link.close();
            if (error)
                context.stop();
        });
        context.run();
        if (failure)
            std::rethrow_exception(failure);
    }

    const fleet::fleet_options options;
    const tool::program_errors& errors;
    asio::io_context context;
    fleet::redis_link link;
    fleet::job_queue queue;
};

void print(const std::string& text) {
    if (!(std::cout << text << std::flush))
        throw std::runtime_error("standard output cannot be written");
}

asio::awaitable<void> submit(fleet_program& program) {
    for (const std::string& project : program.options.projects) {
        const std::string id = co_await program.queue.submit(program.options.resource,
                                                             program.options.surface, project);
        print(id + "\n");
    }
}

asio::awaitable<void> status(fleet_program& program) {
    const boost::json::object now = co_await fleet::fleet_status(program.link, program.queue);
    print(program.options.json ? boost::json::serialize(now) + "\n" : fleet::status_text(now));
}

// Distinct also after a restart of the machine.
std::string name_of_worker() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return asio::ip::host_name() + '-' + std::to_string(::getpid()) + '-' +
           std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

class work_command {
public:
    work_command(fleet_program& program, const tool::backup_config& config)
        : program_(program), resources_(program.context.get_executor(), config,
                                        program.options.config, program.options.output_dir,
                                        program.options.redis, program.options.longest_request,
                                        std::make_shared<fleet::quota_notes>(notes())),
          worker_(program.context, program.options, name_of_worker(), resources_, program.queue,
                  messages()) {
        signals_.emplace(program.context.get_executor(), tool::status_stopped);
    }

    asio::awaitable<void> run() {
        co_await program_.queue.check();
        signals_->ask([this] {
            program_.errors.complain("stopping");
            worker_.stop();
        });
        co_await worker_.run();
        signals_.reset();
    }
    bool has_failed() const { return worker_.has_dead_jobs() || has_lost_output_; }

private:
    std::function<void(const std::string&)> notes() {
        return [&program = program_](const std::string& line) { program.errors.complain(line); };
    }
    fleet::worker::messages messages() {
        fleet::worker::messages shown;
        shown.note = notes();
        shown.exported = [this](const fleet::fs::path& file) {
            if (!(std::cout << langexport::printable(file.string()) << "\n"
                            << std::flush) &&
                !std::exchange(has_lost_output_, true))
                program_.errors.complain("standard output cannot be written");
        };
        return shown;
    }

    fleet_program& program_;
    bool has_lost_output_ = false;
    fleet::fleet_resources resources_;
    fleet::worker worker_;
    std::optional<tool::stop_signals> signals_;
};

int run(fleet::fleet_options options, tool::program_errors& errors, int& status) {
    fleet_program program(std::move(options), errors);
    if (program.options.command != "work") {
        status = tool::status_failed;
        program.run(program.options.command == "submit" ? submit(program) : ::status(program));
        return tool::status_good;
    }
    errors.has_config = true;
    const auto config = tool::backup_config::read(program.options.config);
    errors.keys.add(config.resources);
    work_command work(program, config);
    status = tool::status_failed;
    program.run(work.run());
    return work.has_failed() ? tool::status_failed : tool::status_good;
}

} // namespace

int main(int count, char** arguments) {
    tool::prepare_process(); // a closed pipe or a file size limit does not end the process
    if (const auto printed =
            tool::print_help_or_version(count, arguments, "fleet_worker", fleet::help))
        return *printed;
    const std::vector<std::string> all(arguments + 1, arguments + count);
    tool::program_errors errors("fleet_worker", all, std::cerr);
    int status = tool::status_unusable;
    try {
        errors.keys.reject_in(all);
        return run(fleet::read_arguments(all), errors, status);
    } catch (...) {
        return errors.fail(std::current_exception(), status);
    }
}
