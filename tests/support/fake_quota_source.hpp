#ifndef LANGEXPORT_TESTS_SUPPORT_FAKE_QUOTA_SOURCE_HPP
#define LANGEXPORT_TESTS_SUPPORT_FAKE_QUOTA_SOURCE_HPP

#include <langexport/quota_source.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <map>
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

/// The state that processes share, in the time of a test: a slot of the window for each permit.
class shared_quota_model {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    duration valid_for = std::chrono::seconds(30);
    duration longest_request = std::chrono::seconds(60);

    langexport::quota_grant ask(const langexport::quota_demand& demand, time_point now) {
        using langexport::quota_class;
        for (const langexport::returned_permit& each : demand.returned)
            give_back(each, now, demand.quota.window);
        langexport::quota_grant given = grant_of(++last_grant_, 0, 0, valid_for);
        const auto give = [&](quota_class of, std::size_t limit, std::size_t wanted) {
            auto& slots = slots_[static_cast<std::size_t>(of)];
            std::erase_if(slots, [&](const auto& slot) { return slot.second <= now; });
            const std::size_t free = limit - std::min(limit, slots.size());
            auto& part = of == quota_class::reads ? given.reads : given.submissions;
            part.permits = std::min(free, wanted);
            part.left = free - part.permits;
            part.rate = limit;
            for (std::size_t i = 0; i < part.permits; ++i)
                slots[{last_grant_, static_cast<std::uint32_t>(i)}] =
                    now + valid_for + longest_request + demand.quota.window;
            // When so many slots are free as are worth a message.
            std::vector<time_point> free_at;
            for (const auto& slot : slots)
                free_at.push_back(std::min(slot.second, now + demand.quota.window));
            std::sort(free_at.begin(), free_at.end());
            const std::size_t unmet = wanted - part.permits;
            const std::size_t together = std::min({unmet, limit / 2, free_at.size()});
            if (together > 0)
                part.more_after = free_at[together - 1] - now;
        };
        const auto lacks = [&](quota_class of, std::size_t more) {
            const std::size_t wanted = demand.due_of(of) + more;
            return wanted - std::min(wanted, demand.held[static_cast<std::size_t>(of)]);
        };
        give(quota_class::submissions, demand.quota.submissions,
             lacks(quota_class::submissions, 0));
        // Polls and results that will be due soon.
        std::size_t soon = 2 * given.submissions.permits + demand.waiting_jobs;
        if (soon > 0)
            soon = std::max(soon, demand.quota.reads / 4);
        give(quota_class::reads, demand.quota.reads, lacks(quota_class::reads, soon));
        if (std::getenv("LANGEXPORT_TRACE"))
            std::fprintf(stderr,
                         "%9.3f due %zu %zu held %zu %zu back %zu give %zu %zu more %.3f %.3f\n",
                         std::chrono::duration<double>(now.time_since_epoch()).count() - 3600000,
                         demand.due_of(quota_class::submissions), demand.due_of(quota_class::reads),
                         demand.held[0], demand.held[1], demand.returned.size(),
                         given.submissions.permits, given.reads.permits,
                         std::chrono::duration<double>(given.submissions.more_after).count(),
                         std::chrono::duration<double>(given.reads.more_after).count());
        given.waiting_jobs = demand.waiting_jobs;
        return given;
    }

private:
    using slot_map = std::map<std::pair<std::uint64_t, std::uint32_t>, time_point>;

    void give_back(const langexport::returned_permit& permit, time_point now, duration window) {
        auto& slots = slots_[static_cast<std::size_t>(permit.request)];
        const auto found = slots.find({permit.id.grant, permit.id.number});
        if (found == slots.end())
            return;
        if (permit.ended)
            found->second = now - *permit.ended + window;
        else
            slots.erase(found);
    }

    slot_map slots_[langexport::quota_classes];
    std::uint64_t last_grant_ = 0;
};

} // namespace langexport_tests

#endif
