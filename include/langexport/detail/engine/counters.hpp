#ifndef LANGEXPORT_DETAIL_ENGINE_COUNTERS_HPP
#define LANGEXPORT_DETAIL_ENGINE_COUNTERS_HPP

#include <langexport/client_stats.hpp>
#include <langexport/detail/policy/backoff.hpp>
#include <langexport/request_kind.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace langexport {
inline namespace v0 {
namespace detail {

// A number that one strand writes and any thread reads. Because there is one writer, a change is a load and a store, as
// with a plain number, and no atomic addition.
template <class T>
class shared_number {
public:
    T get() const noexcept { return value_.load(std::memory_order_relaxed); }
    void set(T value) noexcept { value_.store(value, std::memory_order_relaxed); }
    void add(T more) noexcept { set(static_cast<T>(get() + more)); }
    shared_number& operator++() noexcept {
        add(1);
        return *this;
    }
    shared_number& operator--() noexcept {
        set(static_cast<T>(get() - 1));
        return *this;
    }

private:
    std::atomic<T> value_{0};
};

// The counters behind client_stats.
class counters {
public:
    using number = shared_number<std::size_t>;
    using counter = shared_number<std::uint64_t>;

    number pending;
    std::array<number, request_kinds> queued; // by request_kind
    number in_flight;
    number drains; // how many of the pending operations are drains
    counter started, finished, failed;
    std::array<counter, request_kinds> sent; // by request_kind
    counter bytes_sent, bytes_received;
    counter throttled, unavailable, retries;
    number connections_open;
    counter connections_opened, connections_resumed, connections_failed;
    counter wake_ups;

    void poll_left(steady_duration lag) noexcept {
        lag_last_.set(lag.count());
        lag_sum_.add(lag.count());
        if (lag.count() > lag_max_.get())
            lag_max_.set(lag.count());
    }

    // Returns all numbers except those of the quota, which the budget has.
    client_stats read() const noexcept {
        client_stats result;
        const auto of = [](const auto& by_kind, request_kind kind) {
            return by_kind[static_cast<std::size_t>(kind)].get();
        };
        result.pending = pending.get() - (std::min)(pending.get(), drains.get());
        result.queued_submissions = of(queued, request_kind::submission);
        result.queued_listings = of(queued, request_kind::listing);
        result.queued_polls = of(queued, request_kind::status);
        result.queued_results = of(queued, request_kind::result);
        result.in_flight = in_flight.get();
        // The strand may change the numbers while this function reads them one after the other.
        const std::size_t active = result.queued_submissions + result.queued_listings +
                                   result.queued_polls + result.queued_results + result.in_flight;
        result.waiting = result.pending > active ? result.pending - active : 0;
        result.started = started.get();
        result.finished = finished.get();
        result.failed = failed.get();
        result.submissions_sent = of(sent, request_kind::submission);
        result.listings_sent = of(sent, request_kind::listing);
        result.polls_sent = of(sent, request_kind::status);
        result.results_sent = of(sent, request_kind::result);
        result.bytes_sent = bytes_sent.get();
        result.bytes_received = bytes_received.get();
        result.throttled = throttled.get();
        result.unavailable = unavailable.get();
        result.retries = retries.get();
        result.poll_lag_last = steady_duration(lag_last_.get());
        result.poll_lag_max = steady_duration(lag_max_.get());
        if (result.polls_sent > 0)
            result.poll_lag_mean =
                steady_duration(lag_sum_.get() / static_cast<rep>(result.polls_sent));
        result.connections_open = connections_open.get();
        result.connections_opened = connections_opened.get();
        result.connections_resumed = connections_resumed.get();
        result.connections_failed = connections_failed.get();
        result.wake_ups = wake_ups.get();
        return result;
    }

private:
    using rep = steady_duration::rep;
    shared_number<rep> lag_last_, lag_sum_, lag_max_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
