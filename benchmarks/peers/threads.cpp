// A blocking thread for each job, like the pollers of the official SDK for C++, which use libcurl, too.
//
//   --endpoint URL  --ca FILE  --key KEY  --exports N  --threads N
//   --interval SECONDS   between two polls, and before a rejected request is retried (default: 0)
//   --job SECONDS        run time of a job, to tell how late its result came
//   --for SECONDS        begin no further exports after this time (default: all are done)
//   --hold SECONDS       measure the usage after this time, and stop

#include "peers/http_session.hpp"
#include "support/options.hpp"
#include "support/usage.hpp"

#include <boost/json/parse.hpp>
#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace langexport_benchmarks;

namespace {

using clock_type = std::chrono::steady_clock;

// What all threads share.
class fleet {
public:
    explicit fleet(const options& from)
        : given(from), endpoint(from.text("endpoint")), interval(from.seconds("interval", 0)),
          run_time(from.seconds("job", 0)),
          left(static_cast<std::int64_t>(from.number("exports", 1000))),
          end(clock_type::now() + from.seconds("for", 1e6)) {}

    void finished(double lag) {
        const std::lock_guard lock(mutex);
        lags.push_back(lag);
    }
    void failed(const std::exception& why) {
        const std::lock_guard lock(mutex);
        if (++failures == 1)
            first_failure = why.what();
    }

    const options& given;
    const std::string endpoint;
    const clock_type::duration interval;
    const clock_type::duration run_time;
    std::atomic<std::int64_t> left;
    const clock_type::time_point end;
    std::atomic<std::uint64_t> rejected{0};

    std::mutex mutex;
    std::vector<double> lags;
    std::uint64_t failures = 0;
    std::string first_failure;
};

// Repeats a request until it is accepted; a rejected one waits as long as between two polls.
template <class Send>
http_session::response until_allowed(fleet& all, const Send& send) {
    for (;;) {
        auto response = send();
        if (response.status != 429)
            return response;
        ++all.rejected;
        std::this_thread::sleep_for(all.interval);
    }
}

void export_once(fleet& all, http_session& session) {
    const auto submitted =
        until_allowed(all, [&] { return session.submit(all.endpoint, "Project"); });
    const auto begun = clock_type::now();
    std::string result_url;
    for (;;) {
        const auto response =
            until_allowed(all, [&] { return session.get(submitted.operation_location); });
        const auto status = boost::json::parse(response.body);
        if (status.at("status").as_string() == "succeeded") {
            result_url = status.at("resultUrl").as_string();
            break;
        }
        std::this_thread::sleep_for(all.interval);
    }
    const auto result = until_allowed(all, [&] { return session.get(result_url); });
    if (result.status != 200)
        throw std::runtime_error("HTTP status " + std::to_string(result.status));
    all.finished(std::chrono::duration<double>(clock_type::now() - begun - all.run_time).count());
}

void work(fleet& all) {
    http_session session(all.given);
    while (--all.left >= 0 && clock_type::now() < all.end)
        try {
            export_once(all, session);
        } catch (const std::exception& error) {
            all.failed(error);
        }
}

boost::json::object describe(fleet& all, const usage& used) {
    std::sort(all.lags.begin(), all.lags.end());
    const auto lag = [&](double part) {
        return all.lags.empty() ? 0.0
                                : all.lags[static_cast<std::size_t>(
                                      part * static_cast<double>(all.lags.size() - 1))];
    };
    boost::json::object result = to_json(used);
    result["exports"] = all.lags.size();
    result["failed"] = all.failures;
    result["first_failure"] = all.first_failure;
    result["rejected"] = all.rejected.load();
    result["lag_median"] = lag(0.5);
    result["lag_p99"] = lag(0.99);
    result["peak_rss"] = peak_resident_bytes();
    return result;
}

void run(const options& given) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    fleet all(given);
    const std::uint64_t resident_before = resident_bytes();
    const usage before = usage::of_process();
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i < given.number("threads", 200); ++i)
        threads.emplace_back(work, std::ref(all));
    if (given.has("hold")) {
        std::this_thread::sleep_for(given.seconds("hold", 1));
        const std::lock_guard lock(all.mutex);
        boost::json::object result = to_json(usage::of_process() - before);
        result["exports"] = given.number("threads", 200);
        result["resident"] = resident_bytes() - resident_before;
        result["failed"] = all.failures;
        print_result(result);
        std::_Exit(0); // the jobs run forever
    }
    for (std::thread& thread : threads)
        thread.join();
    print_result(describe(all, usage::of_process() - before));
}

} // namespace

int main(int count, char** arguments) {
    return run_program(count, arguments, run);
}
