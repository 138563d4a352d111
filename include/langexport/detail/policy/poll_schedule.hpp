#ifndef LANGEXPORT_DETAIL_POLICY_POLL_SCHEDULE_HPP
#define LANGEXPORT_DETAIL_POLICY_POLL_SCHEDULE_HPP

#include <langexport/client_params.hpp>
#include <langexport/detail/policy/backoff.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace detail {

// What a quota allows for polls at one time. The jobs of all its clients share it.
struct poll_supply {
    std::size_t jobs = 0;  // that are polled
    std::size_t gets = 0;  // GETs that a window allows at present; 0: no limit
    std::size_t posts = 0; // the same of POSTs
    std::size_t left = 0;  // GETs that the window still allows
    std::size_t soon = 0;  // GETs that it allows in addition after a third of its length
    steady_duration window{};
    bool was_throttled = false;          // a GET was answered with 429 within the last window
    steady_duration shortest_run_time{}; // of the jobs that ended last; 0: unknown
};

// How long the jobs that ended last were seen to run.
class recent_run_times {
public:
    // `run_time` is the time from the 202 of a job until a poll reported its end.
    void add(steady_duration run_time) noexcept {
        times_[number_ % times_.size()] = run_time;
        ++number_;
    }
    // 0 while too few jobs have ended.
    steady_duration shortest() const noexcept {
        const std::size_t known = (std::min)(number_, times_.size());
        if (known < fewest)
            return steady_duration::zero();
        return *std::min_element(times_.begin(),
                                 times_.begin() + static_cast<std::ptrdiff_t>(known));
    }

private:
    static constexpr std::size_t fewest = 8;

    std::array<steady_duration, 16> times_{};
    std::size_t number_ = 0;
};

// The interval of polls at which `jobs` use up the GETs that results leave. Every job needs one GET for its result, so
// as many GETs are reserved as there are POSTs.
LANGEXPORT_DECL steady_duration poll_pace(std::size_t jobs, std::size_t gets_a_window,
                                          std::size_t posts_a_window,
                                          steady_duration window) noexcept;

// The interval of polls at which all jobs together use their share of the quota; max() if they have none.
LANGEXPORT_DECL steady_duration share_interval(const poll_params& polling,
                                               const poll_supply& supply) noexcept;

// The wait before the next poll of a job. `age` is the time since its 202, `least` the minimum wait that the last
// response demands, and `random` is in [0, 1).
LANGEXPORT_DECL steady_duration wait_before_poll(const poll_params& polling, steady_duration age,
                                                 const poll_supply& supply, steady_duration least,
                                                 double random) noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/policy/impl/poll_schedule.ipp>
#endif

#endif
