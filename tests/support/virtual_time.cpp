#include "support/virtual_time.hpp"

#include <cstdint>
#include <cstring>
#include <ctime>

namespace {

// Nanoseconds since a virtual time began; less than 0: the clocks are real.
std::int64_t elapsed = -1;
std::uint64_t random_state = 0;

std::int64_t real_time(clockid_t clock) noexcept {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

std::int64_t time_of(clockid_t clock, std::chrono::seconds start) noexcept {
    return elapsed < 0 ? real_time(clock) : std::chrono::nanoseconds(start).count() + elapsed;
}

constexpr std::chrono::hours steady_start(1000);
constexpr std::chrono::seconds system_start(1'770'000'000); // in February 2026

} // namespace

std::chrono::steady_clock::time_point std::chrono::steady_clock::now() noexcept {
    return time_point(nanoseconds(time_of(CLOCK_MONOTONIC, steady_start)));
}

std::chrono::system_clock::time_point std::chrono::system_clock::now() noexcept {
    return time_point(duration_cast<duration>(nanoseconds(time_of(CLOCK_REALTIME, system_start))));
}

// Only needs to return different numbers.
extern "C" int RAND_bytes(unsigned char* to, int size) {
    for (int i = 0; i < size; ++i) {
        random_state = random_state * 6364136223846793005U + 1442695040888963407U;
        to[i] = static_cast<unsigned char>(random_state >> 56);
    }
    return 1;
}

namespace langexport_tests {

virtual_time::virtual_time() {
    elapsed = 0;
    random_state = 1;
}

virtual_time::~virtual_time() {
    elapsed = -1;
}

virtual_time::time_point virtual_time::now() const noexcept {
    return std::chrono::steady_clock::now();
}

virtual_time::time_point virtual_time::next() const noexcept {
    return events_.empty() ? (time_point::max)() : events_.begin()->first;
}

void virtual_time::advance(time_point end, boost::asio::io_context& context) {
    if (end > now())
        elapsed += std::chrono::nanoseconds(end - now()).count();
    while (next() <= now()) {
        const auto what = std::move(events_.begin()->second);
        events_.erase(events_.begin());
        what();
    }
    // Asio set the descriptor of its timers by the clock as it was: a timer that is due makes it look again.
    boost::asio::steady_timer due(context, (time_point::min)());
    bool has_fired = false;
    due.async_wait([&has_fired](const boost::system::error_code&) { has_fired = true; });
    while (!has_fired) {
        context.restart();
        context.poll();
    }
}

} // namespace langexport_tests
