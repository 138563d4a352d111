// Exports from several resources whose quotas it shares with other processes.
//
//     worker REDIS_PORT POSTS GETS WINDOW_MS EXPORTS ENDPOINT KEY [ENDPOINT KEY]...
//
// LANGEXPORT_LOCAL_SHARE is the part of the quota for this process while Redis cannot be reached; without it, the
// process waits.
// Prints how many of the exports of each resource succeeded. Its exit status is 0 if all did.

#include <langexport.hpp>
#include <langexport/fleet/redis_quota.hpp>

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace {

// Prints why the shared quota gives nothing.
class quota_failures final : public langexport::observer {
public:
    void on_quota_failed(const langexport::quota_failed_event& event) noexcept override {
        std::cerr << "no shared quota: " << event.detail << '\n';
    }
};

// [region share]
langexport::client make_client(boost::asio::io_context& context, langexport::client_params params,
                               const langexport::redis_quota_params& redis) {
    auto source = std::make_shared<langexport::redis_quota>(context.get_executor(), redis);
    params.shared_quota = std::make_shared<langexport::request_quota>(params.quota, source);
    return langexport::client(context.get_executor(), std::move(params));
}
// [end share]

} // namespace

int main(int count, char** words) {
    if (count < 8 || count % 2 != 0)
        return 2;
    const auto number = [&](int at) { return std::strtoul(words[at], nullptr, 10); };
    boost::asio::io_context context;
    std::vector<langexport::client> clients;
    const auto failures = std::make_shared<quota_failures>();
    unsigned long good = 0;
    for (int at = 6; at < count; at += 2) {
        const std::string endpoint = words[at];
        langexport::client_params params(endpoint, langexport::subscription_key(words[at + 1]));
        params.observer = failures;
        params.quota.submissions = number(2);
        params.quota.reads = number(3);
        params.quota.window = std::chrono::milliseconds(number(4));
        params.polling.first = params.polling.min_interval = std::chrono::milliseconds(20);
        // The name of the resource: here its port, because all emulators are on one host.
        langexport::redis_quota_params redis(endpoint.substr(endpoint.rfind(':') + 1));
        redis.port = static_cast<std::uint16_t>(number(1));
        redis.longest_request = std::chrono::milliseconds(500);
        if (const char* const part = std::getenv("LANGEXPORT_LOCAL_SHARE")) {
            redis.when_unreachable = langexport::unreachable_policy::local_share;
            redis.local_share = std::atof(part);
        }
        clients.push_back(make_client(context, std::move(params), redis));
    }
    for (const langexport::client& each : clients)
        for (unsigned long i = 0; i < number(5); ++i)
            langexport::export_project(
                each, langexport::export_request("Demo"),
                [&](std::exception_ptr error, const langexport::exported_project&) {
                    if (error)
                        std::cerr << langexport::message_of(error) << '\n';
                    else
                        ++good;
                });
    context.run();
    std::cout << good << '\n';
    return good == number(5) * clients.size() ? 0 : 1;
}
