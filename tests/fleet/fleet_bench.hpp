#ifndef LANGEXPORT_TESTS_FLEET_FLEET_BENCH_HPP
#define LANGEXPORT_TESTS_FLEET_FLEET_BENCH_HPP

#include "fleet/redis_server.hpp"
#include "support/quota_of.hpp"

#include <langexport/client.hpp>
#include <langexport/export_project.hpp>
#include <langexport/fleet/redis_quota.hpp>
#include <langexport/observer.hpp>
#include <langexport/request_quota.hpp>
#include <langexport/testing/emulator.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace langexport_tests {

/// The source of one process, whose response a test waits for.
class lone_source {
public:
    explicit lone_source(const langexport::redis_quota_params& params)
        : source_(std::make_shared<langexport::redis_quota>(context_.get_executor(), params)) {}

    /// What the source grants. Returns when it has responded.
    langexport::quota_grant ask(langexport::quota_demand demand) {
        langexport::quota_grant result;
        bool has_responded = false;
        source_->start_refill(std::move(demand),
                              [&](std::exception_ptr thrown, const langexport::quota_grant& given) {
                                  problem = thrown;
                                  result = given;
                                  has_responded = true;
                              });
        context_.restart();
        while (!has_responded && context_.run_one() > 0)
            continue;
        return result;
    }
    /// Asks, and rests before the response is there. Returns what the source grants.
    langexport::quota_grant ask_and_leave(langexport::quota_demand demand) {
        langexport::quota_grant result;
        source_->start_refill(std::move(demand),
                              [&](std::exception_ptr thrown, const langexport::quota_grant& given) {
                                  problem = thrown;
                                  result = given;
                              });
        rest();
        return result;
    }
    /// Lets it do what it has to do.
    void run_for(std::chrono::milliseconds duration) {
        context_.restart();
        context_.run_for(duration);
    }
    /// No operation is in progress. Returns when the source has no more work.
    void rest(std::vector<langexport::returned_permit> returned = {}) {
        source_->rest(std::move(returned));
        context_.restart();
        context_.run();
    }
    std::string why() const { return langexport::message_of(problem); }

    std::exception_ptr problem;

private:
    boost::asio::io_context context_;
    const std::shared_ptr<langexport::redis_quota> source_;
};

/// A demand of so many submissions and polls.
inline langexport::quota_demand demand_of(std::size_t posts, std::size_t polls,
                                          langexport::quota_params quota) {
    langexport::quota_demand made;
    made.quota = quota;
    made.due[static_cast<std::size_t>(langexport::request_kind::submission)][1] = posts;
    made.due[static_cast<std::size_t>(langexport::request_kind::status)][1] = polls;
    return made;
}

/// All permits of a part of a grant, those for later included, as returned after `ended`.
inline void give_back(std::vector<langexport::returned_permit>& to,
                      const langexport::quota_grant& grant, langexport::quota_class of,
                      std::optional<std::chrono::milliseconds> ended) {
    const langexport::class_grant& part = grant.of(of);
    for (std::size_t i = 0; i < part.permits + part.later.size(); ++i) {
        langexport::returned_permit& added = to.emplace_back();
        added.request = of;
        added.id = langexport::permit_id(grant.id, static_cast<std::uint32_t>(i));
        if (ended)
            added.ended = *ended;
    }
}

/// Lets real time pass, as Redis has a clock of its own.
inline void wait_for(std::chrono::milliseconds duration) {
    boost::asio::io_context context;
    boost::asio::steady_timer timer(context, duration);
    timer.async_wait([](auto) {});
    context.run();
}

} // namespace langexport_tests

#endif
