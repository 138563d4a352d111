// Many exports within a quota: how long they take, and how long after the end of its job each result comes.
//
//   --endpoint URL  --key KEY  --exports N  --scale X  --job SECONDS
//
// The service's time runs `scale` times as fast, and so do the client's waits. All exports are started at
// once, by callback, with the defaults.

#include "support/options.hpp"
#include "support/target.hpp"
#include "support/usage.hpp"

#include <langexport.hpp>

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace asio = boost::asio;
using namespace langexport_benchmarks;

namespace {

using clock_type = std::chrono::steady_clock;

double to_seconds(clock_type::duration time) {
    return std::chrono::duration<double>(time).count();
}

class submission_times final : public langexport::observer {
public:
    void on_submitted(const langexport::submitted_event& event) noexcept override {
        times_[event.job.operation_location()] = clock_type::now();
    }
    void on_polled(const langexport::polled_event&) noexcept override { ++polls_; }

    clock_type::time_point of(const langexport::export_job& job) const {
        return times_.at(job.operation_location());
    }
    std::uint64_t polls() const noexcept { return polls_; }

private:
    std::unordered_map<std::string, clock_type::time_point> times_;
    std::uint64_t polls_ = 0;
};

class outcome {
public:
    std::vector<double> lags; // seconds
    std::uint64_t failed = 0;
    std::string first_failure;
    langexport::export_job last_job;
};

void start_one(const langexport::client& client, const submission_times& seen,
               clock_type::duration run_time, outcome& all) {
    export_project(
        client, langexport::export_request("Project"),
        [&, run_time](const std::exception_ptr& error, const langexport::exported_project& result) {
            if (error) {
                const auto* why = langexport::get_export_error(error);
                if (all.failed++ == 0)
                    all.first_failure = why ? why->what() : "an exception";
                return;
            }
            all.last_job = result.status.job();
            const auto ended = seen.of(all.last_job) + run_time;
            all.lags.push_back(to_seconds(clock_type::now() - ended));
        });
}

// The median of some status requests, when the quota has room for them again.
double round_trip(asio::io_context& context, const langexport::client& client,
                  const langexport::export_job& job, clock_type::duration window) {
    context.restart();
    context.run_for(window + std::chrono::milliseconds(100));
    std::vector<double> times;
    for (int i = 0; i < 7; ++i) {
        const auto begun = clock_type::now();
        get_export_status(client, job, [](const std::exception_ptr&, const auto&) {});
        context.restart();
        context.run();
        times.push_back(to_seconds(clock_type::now() - begun));
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

double at_part(const std::vector<double>& sorted, double part) {
    return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

void run(const options& given) {
    const std::uint64_t count = given.number("exports", 1000);
    const double scale = given.real("scale", 60);
    const auto run_time = given.seconds("job", 1 / scale);
    const auto seen = std::make_shared<submission_times>();
    const langexport::client_params defaults(given.text("endpoint"),
                                             langexport::subscription_key(given.text("key")));
    langexport::client_params params = defaults;
    params.observer = seen;
    scale_times(params, scale);

    asio::io_context context(1);
    const langexport::client client(context.get_executor(), params);
    outcome all;
    const usage before = usage::of_process();
    for (std::uint64_t i = 0; i < count; ++i)
        start_one(client, *seen, run_time, all);
    context.run();
    const usage used = usage::of_process() - before;

    if (all.lags.empty())
        throw std::runtime_error(all.first_failure);
    std::sort(all.lags.begin(), all.lags.end());
    boost::json::object result = to_json(used);
    result["exports"] = count;
    result["failed"] = all.failed;
    result["first_failure"] = all.first_failure;
    result["polls"] = seen->polls();
    result["lag_median"] = at_part(all.lags, 0.5);
    result["lag_p99"] = at_part(all.lags, 0.99);
    result["round_trip"] = round_trip(context, client, all.last_job, params.quota.window);
    print_result(result);
}

} // namespace

int main(int count, char** arguments) {
    return run_program(count, arguments, run);
}
