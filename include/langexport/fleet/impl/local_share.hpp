#ifndef LANGEXPORT_FLEET_IMPL_LOCAL_SHARE_HPP
#define LANGEXPORT_FLEET_IMPL_LOCAL_SHARE_HPP

#include <langexport/quota_source.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// A fixed part of a quota that one process may use while it cannot reach the shared state. It begins one window after
// the permits of the last shared grant have expired, because until then other processes may have used all of it.
class local_share {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    // `part` is between 0 and 1. The service counts a request at most `longest_request` after it was sent.
    local_share(double part, duration valid_for, duration longest_request) noexcept
        : part_(part), valid_for_(valid_for), longest_request_(longest_request) {}

    // A shared grant arrived, on a demand that was sent at `sent_at`.
    void on_shared_grant(time_point sent_at) noexcept { shared_until_ = sent_at + valid_for_; }

    // Permits that go back, whether their demand reaches the shared state or not.
    void give_back(const std::vector<returned_permit>& returned, time_point now, duration window) {
        for (const returned_permit& each : returned)
            give_back(each, now, window);
    }

    // A request of this share that counts, or may count, in the window.
    struct use {
        quota_class request;
        permit_id id;
        bool has_ended;
        duration free_after;
    };
    // Those that the shared state does not know.
    std::vector<use> uses(time_point now) const {
        std::vector<use> all;
        for (const quota_class each : {quota_class::submissions, quota_class::reads})
            for (const used_permit& one : used_[static_cast<std::size_t>(each)])
                if (one.free_at > now)
                    all.push_back({each, one.id, one.has_ended, one.free_at - now});
        return all;
    }
    // Now it knows them.
    void forget_uses() noexcept {
        for (std::vector<used_permit>& each : used_)
            each.clear();
    }

    quota_grant ask(const quota_demand& demand, time_point now) {
        if (shared_until_ == time_point())
            shared_until_ = now; // an earlier process may have had permits until now
        quota_grant grant;
        grant.id = local_bit | ++grants_;
        grant.valid_for = valid_for_;
        grant.waiting_jobs = demand.waiting_jobs;
        const time_point begin = shared_until_ + demand.quota.window;
        const duration blocked = (std::max)(begin - now, duration::zero());
        give(quota_class::submissions, demand.quota.submissions, demand, now, blocked, grant);
        give(quota_class::reads, demand.quota.reads, demand, now, blocked, grant);
        return grant;
    }

private:
    static constexpr std::uint64_t local_bit = std::uint64_t(1) << 63;

    // A permit that this process has granted to itself.
    struct used_permit {
        permit_id id;
        time_point free_at; // at the latest, if its request has not ended
        bool has_ended = false;
    };

    std::vector<used_permit>& used_of(quota_class request_class) noexcept {
        return used_[static_cast<std::size_t>(request_class)];
    }

    void give_back(const returned_permit& permit, time_point now, duration window) {
        std::vector<used_permit>& used = used_of(permit.request);
        const auto found = std::find_if(used.begin(), used.end(), [&](const used_permit& each) {
            return each.id == permit.id;
        });
        if (found == used.end())
            return;
        found->has_ended = permit.ended.has_value();
        if (permit.ended)
            found->free_at = (std::min)(found->free_at, now - *permit.ended + window);
        else
            used.erase(found);
    }

    void give(quota_class request_class, std::size_t limit, const quota_demand& demand,
              time_point now, duration blocked, quota_grant& grant) {
        std::vector<used_permit>& used = used_of(request_class);
        std::erase_if(used, [now](const used_permit& each) { return each.free_at <= now; });
        const auto share = static_cast<std::size_t>(static_cast<double>(limit) * part_);
        const std::size_t free = share - (std::min)(share, used.size());
        const std::size_t held = demand.held[static_cast<std::size_t>(request_class)];
        const std::size_t due = demand.due_of(request_class);
        const std::size_t lacks = due - (std::min)(due, held);
        class_grant& part =
            request_class == quota_class::submissions ? grant.submissions : grant.reads;
        part.rate = std::max<std::size_t>(1, share);
        part.permits = blocked > duration::zero() ? 0 : (std::min)(free, lacks);
        part.left = free - part.permits;
        for (std::size_t i = 0; i < part.permits; ++i)
            used.push_back({permit_id(grant.id, static_cast<std::uint32_t>(i)),
                            now + valid_for_ + longest_request_ + demand.quota.window});
    }

    const double part_;
    const duration valid_for_;
    const duration longest_request_;
    time_point shared_until_{};
    std::uint64_t grants_ = 0;
    std::array<std::vector<used_permit>, quota_classes> used_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
