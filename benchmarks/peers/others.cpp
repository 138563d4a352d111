// Other clients of the same resource, independent of ours: each sends submissions and status requests at
// an even pace.
//
//   --endpoint URL  --key KEY  --clients N  --submissions RATE  --reads RATE   (of all together, a second)
//   --insist 1   a rejected request is sent again until it is accepted; otherwise it is dropped
//
// It ends when standard input does, or after twenty minutes.

#include "peers/http_session.hpp"
#include "support/options.hpp"
#include "support/usage.hpp"

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

using namespace langexport_benchmarks;

namespace {

using clock_type = std::chrono::steady_clock;

class tally {
public:
    explicit tally(bool insist) : insists(insist) {}

    void count(long status) { ++(status == 429 ? rejected : served); }

    const bool insists;

    std::atomic<bool> is_over{false};
    std::atomic<std::uint64_t> served{0};
    std::atomic<std::uint64_t> rejected{0};
};

// One request; a rejected one is repeated until it is accepted.
void send_one(tally& seen, const std::function<http_session::response()>& send) {
    for (;;) {
        const auto response = send();
        seen.count(response.status);
        if (response.status != 429 || !seen.insists || seen.is_over)
            return;
        std::this_thread::sleep_for(std::chrono::milliseconds(std::stol(response.retry_after_ms)));
    }
}

void send_evenly(tally& seen, std::chrono::nanoseconds pause, clock_type::time_point first,
                 const std::function<http_session::response()>& send) {
    const auto last = clock_type::now() + std::chrono::minutes(20);
    for (auto at = first; !seen.is_over && at < last; at += pause) {
        std::this_thread::sleep_until(at);
        try {
            send_one(seen, send);
        } catch (const std::exception&) {
            // a fault of the service: the next one may succeed
        }
    }
}

void run(const options& given) {
    const auto clients = given.number("clients", 2);
    const std::string endpoint = given.text("endpoint");
    http_session first(given);
    const std::string job = first.submit(endpoint, "Project").operation_location;
    const auto pause_for = [&](const char* name) {
        return std::chrono::nanoseconds(
            static_cast<std::int64_t>(1e9 * static_cast<double>(clients) / given.real(name, 5)));
    };
    const auto submission_pause = pause_for("submissions"), read_pause = pause_for("reads");

    tally seen(given.has("insist"));
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i < clients; ++i) {
        const auto begin = [&, i](std::chrono::nanoseconds pause) {
            return clock_type::now() + pause * i / clients;
        };
        threads.emplace_back([&, at = begin(submission_pause)] {
            http_session session(given);
            send_evenly(seen, submission_pause, at,
                        [&] { return session.submit(endpoint, "Project"); });
        });
        threads.emplace_back([&, at = begin(read_pause)] {
            http_session session(given);
            send_evenly(seen, read_pause, at, [&] { return session.get(job); });
        });
    }
    char ignored = 0;
    if (::read(STDIN_FILENO, &ignored, 1) >= 0)
        seen.is_over = true;
    for (std::thread& thread : threads)
        thread.join();
    print_result({{"served", seen.served.load()}, {"rejected", seen.rejected.load()}});
}

} // namespace

int main(int count, char** arguments) {
    return run_program(count, arguments, run);
}
