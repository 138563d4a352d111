// How many requests a refill of a shared quota serves: 1,000 exports wait at full quota, in one and in several clients
// that share the quota through a real Redis.
//
//     bench_refills [WINDOWS]
//
// The windows are a second long. Prints a line for each number of clients: requests, refills, and their ratio, counted
// from the first request on. Fails if one client has less than ten requests for a refill, or one is rejected.

#include "fleet/redis_server.hpp"
#include "integration/emulator_peer.hpp"

#include <langexport/client.hpp>
#include <langexport/export_project.hpp>
#include <langexport/fleet/redis_quota.hpp>
#include <langexport/request_quota.hpp>

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

// Counts the refills of another source.
class counting_source final : public langexport::quota_source {
public:
    counting_source(std::shared_ptr<langexport::quota_source> inner, std::size_t& refills)
        : inner_(std::move(inner)), refills_(refills) {}
    void start_refill(langexport::quota_demand demand, receiver done) noexcept override {
        ++refills_;
        inner_->start_refill(std::move(demand), std::move(done));
    }
    void rest(std::vector<langexport::returned_permit> returned) noexcept override {
        inner_->rest(std::move(returned));
    }

private:
    const std::shared_ptr<langexport::quota_source> inner_;
    std::size_t& refills_;
};

langexport::testing::emulator_options full_quota() {
    langexport::testing::emulator_options options;
    options.quota_posts = 10;
    options.quota_gets = 100;
    options.quota_window = 1s;
    return options;
}

struct counts {
    std::size_t requests = 0;
    std::size_t refills = 0;
    std::size_t throttled = 0;
};

counts measure(std::size_t clients, std::chrono::seconds windows) {
    langexport_tests::redis_server redis;
    redis.start();
    langexport_tests::running_emulator service(full_quota());
    langexport::testing::project project("Demo");
    project.job_duration = 2s;
    service->add_project(project);

    asio::io_context context;
    counts seen;
    std::vector<langexport::client> all;
    for (std::size_t i = 0; i < clients; ++i) {
        langexport::client_params params(service->endpoint(),
                                         langexport::subscription_key(service->key()));
        params.quota.window = 1s;
        params.polling.first = params.polling.min_interval = 100ms;
        langexport::redis_quota_params shared("benchmark");
        shared.port = redis.port();
        shared.longest_request = 500ms;
        params.shared_quota = std::make_shared<langexport::request_quota>(
            params.quota,
            std::make_shared<counting_source>(
                std::make_shared<langexport::redis_quota>(context.get_executor(), shared),
                seen.refills));
        all.emplace_back(context.get_executor(), std::move(params));
        for (std::size_t k = 0; k < 1000 / clients; ++k)
            langexport::export_project(all.back(), langexport::export_request("Demo"),
                                       [](std::exception_ptr, const auto&) {});
    }
    while (service->counters().requests == 0)
        context.run_for(10ms);
    seen.refills = 0;
    const std::size_t before = service->counters().requests;
    context.run_for(windows);
    seen.requests = service->counters().requests - before;
    seen.throttled = service->counters().throttled;
    return seen;
}

} // namespace

int main(int argc, char** argv) {
    const auto windows = std::chrono::seconds(argc > 1 ? std::atoi(argv[1]) : 30);
    if (windows < 1s || argc > 2) {
        std::cerr << "usage: bench_refills [WINDOWS]\n";
        return 2;
    }
    try {
        bool is_good = true;
        for (const std::size_t clients : {1, 2, 4}) {
            const counts seen = measure(clients, windows);
            std::cout << clients << (clients == 1 ? " client:  " : " clients: ") << seen.requests
                      << " requests, " << seen.refills << " refills, " << std::fixed
                      << std::setprecision(1)
                      << static_cast<double>(seen.requests) / static_cast<double>(seen.refills)
                      << " requests for each, " << seen.throttled << " rejected by the quota"
                      << std::endl;
            is_good = is_good && seen.throttled == 0 &&
                      (clients > 1 || seen.requests >= 10 * seen.refills);
        }
        return std::cout && is_good ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "bench_refills: " << error.what() << '\n';
        return 1;
    }
}
