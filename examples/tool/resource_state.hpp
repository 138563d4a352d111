#ifndef LANGEXPORT_EXAMPLES_TOOL_RESOURCE_STATE_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RESOURCE_STATE_HPP

#include "failure_watch.hpp"

#include <langexport/client.hpp>
#include <langexport/client_stats.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace tool {

// The state of a resource, with the clients of all its exports.
class resource_state {
public:
    void add(const langexport::client& client) { clients_.push_back(client); }
    bool is_stopped() const { return watch_.is_stopped(); }

    // A submission was accepted, so the held failures affect single projects.
    void accepted() {
        watch_.accepted();
        show_held();
    }
    void exported() { watch_.exported(); }
    void responded() { watch_.responded(); }
    void show_held() {
        for (const held_failure& one : std::exchange(held_, {}))
            one.show();
    }

    // An export or a list failed: see `failure_watch`. `show` shows the failure, `hide` only counts it.
    // Returns whether this failure stops further submissions.
    bool failed(failure_scope scope, const std::string& reason, std::function<void()> show,
                std::function<void()> hide) {
        switch (watch_.failed(scope, reason)) {
        case failure_watch::reaction::show:
            show();
            return false;
        case failure_watch::reaction::hide:
            hide();
            return false;
        case failure_watch::reaction::hold:
            held_.push_back({std::move(show), std::move(hide)});
            return false;
        case failure_watch::reaction::stop:
            held_.push_back({std::move(show), std::move(hide)});
            break;
        }
        // The first failure is shown for all of them.
        const auto all = std::exchange(held_, {});
        for (std::size_t i = 0; i < all.size(); ++i)
            (i == 0 ? all[i].show : all[i].hide)();
        stop();
        return true;
    }

private:
    struct held_failure {
        std::function<void()> show, hide;
    };

    // Waits for submitted jobs without a limit.
    void stop() {
        for (const langexport::client& client : clients_)
            client.drain(std::chrono::hours(24 * 366),
                         [](std::exception_ptr, langexport::drain_summary) {});
    }

    failure_watch watch_;
    std::vector<langexport::client> clients_;
    std::vector<held_failure> held_;
};

} // namespace tool

#endif
