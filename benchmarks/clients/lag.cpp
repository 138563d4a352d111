// One job alone: the time from its end until the caller has its result. Many such jobs at once, each with a client and
// a budget of its own, and with the defaults; their run times lie between two bounds. The time of the service and the
// waits of the clients are shorter by a factor, the scale. All times that are read and printed are the service's.
//
//   --jobs N  --shortest SECONDS  --longest SECONDS  --scale X

#include "support/options.hpp"
#include "support/usage.hpp"

#include <langexport.hpp>
#include <langexport/request_quota.hpp>
#include <langexport/testing/emulator.hpp>
#include <langexport/testing/scaled_time.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace asio = boost::asio;
using namespace langexport_benchmarks;

namespace {

using clock_type = std::chrono::steady_clock;

// From the 202 until the caller has the result.
class watch final : public langexport::observer {
public:
    void on_submitted(const langexport::submitted_event&) noexcept override {
        submitted_ = clock_type::now();
    }
    double since_submitted() const {
        return std::chrono::duration<double>(clock_type::now() - submitted_).count();
    }

private:
    clock_type::time_point submitted_{};
};

std::vector<double> spread_run_times(const options& given) {
    const auto count = given.number("jobs", 100);
    const double shortest = given.real("shortest", 1), longest = given.real("longest", 60);
    std::vector<double> times;
    for (std::uint64_t i = 0; i < count; ++i) {
        const double part = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
        times.push_back(shortest * std::pow(longest / shortest, part));
    }
    return times;
}

void run(const options& given) {
    asio::io_context context(1);
    langexport::testing::emulator_options behavior;
    behavior.time_scale = given.real("scale", 1);
    const double scale = behavior.time_scale;
    langexport::testing::emulator service(context.get_executor(), behavior);
    const std::vector<double> run_times = spread_run_times(given);
    boost::json::array lags;
    std::vector<langexport::client> clients;
    std::size_t left = run_times.size();
    for (const double run_time : run_times) {
        langexport::testing::project project("Job" + std::to_string(clients.size()));
        project.job_duration = std::chrono::nanoseconds(std::llround(run_time * 1e9));
        service.add_project(project);

        const auto seen = std::make_shared<watch>();
        langexport::client_params params(service.endpoint(),
                                         langexport::subscription_key(service.key()));
        params.observer = seen;
        params.job_timeout = std::chrono::hours(2); // the default is less than the longest run time
        params = langexport::testing::in_scaled_time(params, scale);
        params.shared_quota = std::make_shared<langexport::request_quota>(params.quota);
        clients.emplace_back(context.get_executor(), params);
        export_project(clients.back(), langexport::export_request(project.name),
                       [&, seen, run_time, scale](const std::exception_ptr& error, const auto&) {
                           if (error)
                               std::rethrow_exception(error);
                           const double lag = seen->since_submitted() * scale - run_time;
                           lags.push_back({{"run_time", run_time}, {"lag", lag}});
                           if (--left == 0)
                               service.stop();
                       });
    }
    context.run();
    print_result({{"jobs", std::move(lags)}});
}

} // namespace

int main(int count, char** arguments) {
    return run_program(count, arguments, run);
}
