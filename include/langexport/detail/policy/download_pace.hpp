#ifndef LANGEXPORT_DETAIL_POLICY_DOWNLOAD_PACE_HPP
#define LANGEXPORT_DETAIL_POLICY_DOWNLOAD_PACE_HPP

#include <langexport/detail/policy/backoff.hpp>
#include <langexport/version.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace langexport {
inline namespace v0 {
namespace detail {

// Detects a slow download: within a minute, fewer bytes arrived than the minimum rate requires. The minute is a
// sliding window, which moves in steps of five seconds. The first minute begins with the object, so no download is
// too slow before it has passed. Time in which the receiver does not read does not count.
class download_pace {
public:
    // No download is too slow.
    download_pace() noexcept = default;
    // `least` is the minimum rate in bytes a second, at most 1 TiB. With 0, no download is too slow.
    download_pace(std::uint64_t least, steady_time now) noexcept { begin(least, now); }

    // Begins the first minute of a download.
    void begin(std::uint64_t least, steady_time now) noexcept {
        required_ = least * seconds_of_window;
        step_end_ = now + step;
        if (required_ == 0)
            return; // no rate is measured
        current_ = 0;
        bytes_.fill(required_);
        bytes_[current_] = 0;
    }

    // Bytes have arrived.
    void add(std::uint64_t bytes, steady_time now) noexcept {
        if (required_ == 0)
            return;
        for (std::size_t n = 0; n < bytes_.size() && now >= step_end_; ++n)
            next_step();
        if (now >= step_end_)
            step_end_ = now + step;
        bytes_[current_] += bytes;
    }

    // Until `resume`, time does not count.
    void hold(steady_time now) noexcept { held_since_ = now; }
    void resume(steady_time now) noexcept { step_end_ += now - held_since_; }

    // When the download becomes too slow if no more bytes arrive.
    steady_time too_slow_at() const noexcept {
        if (required_ == 0)
            return (steady_time::max)();
        std::uint64_t sum = std::accumulate(bytes_.begin(), bytes_.end(), std::uint64_t{0});
        steady_time end = step_end_;
        for (std::size_t oldest = current_ + 1; sum >= required_; ++oldest, end += step)
            sum -= bytes_[oldest % bytes_.size()];
        return end;
    }

private:
    static constexpr std::chrono::seconds step{5};
    static constexpr std::size_t seconds_of_window = 60;

    void next_step() noexcept {
        current_ = (current_ + 1) % bytes_.size();
        bytes_[current_] = 0;
        step_end_ += step;
    }

    std::uint64_t required_ = 0;            // bytes within a window
    std::array<std::uint64_t, 12> bytes_{}; // of each step of the window
    std::size_t current_ = 0;
    steady_time step_end_{};
    steady_time held_since_{};
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
