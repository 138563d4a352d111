#ifndef LANGEXPORT_TESTS_SUPPORT_FAKE_QUOTA_SOURCE_HPP
#define LANGEXPORT_TESTS_SUPPORT_FAKE_QUOTA_SOURCE_HPP

#include <langexport/quota_source.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace langexport_tests {

/// A quota source that a test controls. One thread.
class fake_quota_source final : public langexport::quota_source {
public:
    /// What the source grants; by default nothing.
    std::function<langexport::quota_grant(const langexport::quota_demand&)> grant =
        [](const langexport::quota_demand&) { return langexport::quota_grant(); };
    /// Runs a response later; null: within `start_refill`.
    std::function<void(std::function<void()>)> later;
    /// Called at the begin of each refill; may be null.
    std::function<void()> on_start;
    std::exception_ptr problem; ///< If set, each refill fails with it.
    bool drops_receivers = false;
    bool keeps_receivers = false; ///< In `receivers`, without a call.

    std::vector<langexport::quota_demand> demands;
    std::vector<receiver> receivers;
    std::vector<std::vector<langexport::returned_permit>> rests;
    std::size_t running = 0;
    std::size_t most_running = 0;

    void start_refill(langexport::quota_demand demand, receiver done) noexcept override {
        demands.push_back(demand);
        most_running = std::max(most_running, ++running);
        if (on_start)
            on_start();
        if (drops_receivers)
            --running;
        else if (keeps_receivers)
            receivers.push_back(std::move(done));
        else if (const auto given = grant(demand); later)
            later([this, done = std::move(done), given] { respond(done, given); });
        else
            respond(done, given);
    }

    void rest(std::vector<langexport::returned_permit> returned) noexcept override {
        rests.push_back(std::move(returned));
    }

    /// Calls a receiver that was kept.
    void respond(const receiver& done, const langexport::quota_grant& given) {
        --running;
        done(problem, given);
    }
};

/// The permits of a grant, without a limit of the service behind them.
inline langexport::quota_grant grant_of(std::uint64_t id, std::size_t posts, std::size_t gets,
                                        langexport::quota_grant::duration valid_for) {
    langexport::quota_grant made;
    made.id = id;
    made.submissions.permits = posts;
    made.reads.permits = gets;
    made.valid_for = valid_for;
    return made;
}

/// The state that processes share, in the time of a test: when each permit is free again.
class shared_quota_model {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    duration valid_for = std::chrono::seconds(30);
    duration longest_request = std::chrono::seconds(60);

    langexport::quota_grant ask(const langexport::quota_demand& demand, time_point now) {
        using langexport::quota_class;
        using langexport::request_kind;
        const langexport::quota_params& quota = demand.quota;
        for (const langexport::returned_permit& each : demand.returned)
            give_back(each, now, quota.window);
        langexport::quota_grant given = grant_of(++last_grant_, 0, 0, valid_for);
        given.waiting_jobs = demand.waiting_jobs;
        const std::size_t posts = less(demand.due_of(quota_class::submissions), demand.held[0]);
        give(given.submissions, quota_class::submissions, quota.submissions, {0, posts, posts}, 0,
             now, quota.window);
        // Polls leave permits for results. The other requests will be due soon.
        const std::size_t kept =
            (std::min({demand.waiting_jobs, quota.submissions, quota.reads / 2}) + 1) / 2;
        const std::size_t results =
            demand.due_of(request_kind::result) + demand.due_of(request_kind::listing);
        std::size_t soon =
            2 * (given.submissions.permits + given.submissions.later.size()) + demand.waiting_jobs;
        if (soon > 0)
            soon = std::max(soon, quota.reads / 4);
        const std::size_t due = less(demand.due_of(quota_class::reads), demand.held[1]);
        give(given.reads, quota_class::reads, quota.reads,
             {less(results, demand.held[1]), due,
              less(demand.due_of(quota_class::reads) + soon, demand.held[1])},
             kept, now, quota.window);
        return given;
    }

private:
    struct use {
        time_point free_at;
        std::optional<time_point> ended;  // its request
        std::optional<time_point> from{}; // it may not be used before
        bool has_successor = false;       // another permit begins when it is free
    };
    using use_map = std::map<std::pair<std::uint64_t, std::uint32_t>, use>;

    // Requests without a permit: each number includes the ones before.
    struct lacking {
        std::size_t urgent;
        std::size_t due;
        std::size_t soon;
    };

    static std::size_t less(std::size_t a, std::size_t b) { return a - std::min(a, b); }

    void give_back(const langexport::returned_permit& permit, time_point now, duration window) {
        use_map& uses = uses_[static_cast<std::size_t>(permit.request)];
        const auto found = uses.find({permit.id.grant, permit.id.number});
        if (found == uses.end())
            return;
        if (!permit.ended) {
            uses.erase(found);
            return;
        }
        found->second.ended = now - *permit.ended;
        found->second.free_at = *found->second.ended + window;
    }

    void give(langexport::class_grant& part, langexport::quota_class request_class,
              std::size_t limit, const lacking& lacks, std::size_t kept, time_point now,
              duration window) {
        use_map& uses = uses_[static_cast<std::size_t>(request_class)];
        std::erase_if(uses, [&](const auto& each) { return each.second.free_at <= now; });
        const auto number_used = std::count_if(uses.begin(), uses.end(), [&](const auto& each) {
            return !each.second.from || *each.second.from <= now;
        });
        const std::size_t free = less(limit, static_cast<std::size_t>(number_used));
        const std::size_t urgent = std::min(free, lacks.urgent);
        const std::size_t rest = less(lacks.soon, urgent);
        part.permits = urgent + std::min(less(free, urgent + kept), rest);
        part.left = free - part.permits;
        part.rate = limit;
        // The only process uses again what is free within 0.8 times the validity.
        std::vector<use*> again;
        for (auto& [id, each] : uses)
            if (each.ended && !each.has_successor && each.free_at <= now + valid_for * 4 / 5)
                again.push_back(&each);
        std::sort(again.begin(), again.end(),
                  [](const use* a, const use* b) { return a->free_at < b->free_at; });
        again.resize(std::min(again.size(), less(lacks.soon, part.permits)));
        const use added{now + valid_for + longest_request + window, std::nullopt};
        std::uint32_t number = 0;
        while (number < part.permits)
            uses[{last_grant_, number++}] = added;
        for (use* const each : again) {
            each->has_successor = true;
            use& later = uses[{last_grant_, number++}] = added;
            later.from = each->free_at;
            part.later.push_back(each->free_at - now);
        }
        // When so many permits are free as are worth a message.
        const std::size_t unmet = less(lacks.due, part.permits + part.later.size());
        std::vector<time_point> free_at;
        for (const auto& each : uses)
            free_at.push_back(std::min(each.second.free_at, now + window));
        std::sort(free_at.begin(), free_at.end());
        const std::size_t together = std::min({unmet, limit / 2, free_at.size()});
        if (unmet > 0 && !again.empty())
            part.more_after = part.later.back();
        else if (together > 0)
            part.more_after = free_at[together - 1] - now;
    }

    std::array<use_map, langexport::quota_classes> uses_;
    std::uint64_t last_grant_ = 0;
};

} // namespace langexport_tests

#endif
