#ifndef LANGEXPORT_EXAMPLES_TOOL_RUN_ESTIMATE_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RUN_ESTIMATE_HPP

#include <langexport/client_stats.hpp>
#include <langexport/detail/base/duration_text.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tool {

/// The quota of one resource, and the work that waits for it. A plain value.
class resource_work {
public:
    using duration = std::chrono::steady_clock::duration;

    std::size_t queued = 0; ///< Exports that are not submitted yet.
    duration window{};      ///< Of the quota.
    langexport::budget_stats submissions, reads;
};

/// How far a run is. A plain value.
class run_progress {
public:
    std::size_t total = 0; ///< Its exports.
    std::size_t ended = 0; ///< Exports that have ended, regardless of their result.
    std::chrono::steady_clock::duration elapsed{}; ///< Since its start.
    std::chrono::steady_clock::duration
        worked{}; ///< The part of `elapsed` in which exports ran: see `work_clock`.
};

/// Measures the time in which exports run. While all that are left wait for the quota, it stands still.
class work_clock {
public:
    using time_point = std::chrono::steady_clock::time_point;

    work_clock() = default;

    /// Call this regularly.
    ///
    /// @param far     How far the run is.
    /// @param queued  How many exports are not submitted yet.
    void update(const run_progress& far, std::size_t queued, time_point now) {
        if (is_running_)
            worked_ += now - last_;
        last_ = now;
        is_running_ = far.ended + queued < far.total;
    }
    std::chrono::steady_clock::duration worked() const { return worked_; }

private:
    time_point last_{};
    std::chrono::steady_clock::duration worked_{};
    bool is_running_ = false;
};

/// Describes the quota and throttling in a few words: "quota left: 7 POST, 88 GET", "throttled for 12 s", or, if no
/// export can be submitted now, "next submission in 8 s". For several resources it adds the quotas up. Empty if there
/// is no quota.
inline std::string describe(const std::vector<resource_work>& all) {
    using langexport::detail::format_duration;
    std::size_t posts = 0, gets = 0;
    bool has_posts = false, has_gets = false, is_waiting = false;
    resource_work::duration closed{};
    std::optional<resource_work::duration> next;
    for (const resource_work& one : all) {
        has_posts = has_posts || one.submissions.left;
        has_gets = has_gets || one.reads.left;
        posts += one.submissions.left.value_or(0);
        gets += one.reads.left.value_or(0);
        closed = (std::max)({closed, one.submissions.throttled_for, one.reads.throttled_for});
        if (one.queued == 0)
            continue;
        const bool is_used_up = one.submissions.left == 0;
        is_waiting = is_waiting || !is_used_up;
        if (is_used_up && one.submissions.next_in > resource_work::duration::zero())
            next = (std::min)(next.value_or(one.submissions.next_in), one.submissions.next_in);
    }
    if (closed > closed.zero())
        return "throttled for " + format_duration(closed);
    // Rounded up: a time that has passed would be wrong.
    if (next && !is_waiting)
        return "next submission in " +
               format_duration(std::chrono::ceil<std::chrono::seconds>(*next));
    std::string text;
    if (has_posts)
        text = std::to_string(posts) + " POST";
    if (has_gets)
        text.append(has_posts ? ", " : "").append(std::to_string(gets)).append(" GET");
    return text.empty() ? text : "quota left: " + text;
}

/// How long the quota delays the last submission of a resource, at least.
inline resource_work::duration time_of_quota(const resource_work& one) {
    const langexport::budget_stats& posts = one.submissions;
    const std::size_t left = posts.left.value_or(one.queued);
    if (posts.rate == 0 || one.queued <= left)
        return (std::max)(posts.throttled_for, resource_work::duration::zero());
    const auto windows = [&](std::size_t submissions) {
        return one.window * static_cast<resource_work::duration::rep>(submissions / posts.rate);
    };
    // What the window still allows is sent now; the rest fills one window after the other.
    const resource_work::duration first = left == 0 ? posts.next_in : one.window;
    return (std::max)(posts.throttled_for, first + windows(one.queued - left - 1));
}

/// An estimate of the time until a run ends: the remaining exports take as long as those that have ended, unless the
/// quota delays them. What the quota delayed before says nothing about them. Nothing if too little is known.
inline std::optional<resource_work::duration> remaining_time(const std::vector<resource_work>& all,
                                                             const run_progress& far) {
    if (far.ended >= far.total)
        return std::nullopt;
    resource_work::duration most{};
    for (const resource_work& one : all)
        most = (std::max)(most, time_of_quota(one));
    if (far.ended > 0) {
        const double share =
            static_cast<double>(far.total - far.ended) / static_cast<double>(far.ended);
        most = (std::max)(most,
                          std::chrono::duration_cast<resource_work::duration>(far.worked * share));
    }
    return most > most.zero() ? std::optional(most) : std::nullopt;
}

} // namespace tool

#endif
