#include <langexport/detail/engine/counters.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>

namespace counters_test {

using namespace std::chrono_literals;
using namespace langexport;
using detail::counters;

TEST_CASE("a drain is not counted among the pending operations", "[counters]") {
    counters counts;
    CHECK(counts.read().pending == 0);
    counts.pending.set(3);
    counts.drains.set(1);
    CHECK(counts.read().pending == 2);
    counts.pending.set(0); // read between two changes
    CHECK(counts.read().pending == 0);
}

TEST_CASE("an operation that is neither queued nor in flight waits", "[counters]") {
    counters counts;
    counts.pending.set(10);
    for (std::size_t kind = 0; kind < request_kinds; ++kind)
        counts.queued[kind].set(kind);
    counts.in_flight.set(3);
    const client_stats seen = counts.read();
    CHECK(seen.queued_results == 0);
    CHECK(seen.queued_submissions == 1);
    CHECK(seen.queued_listings == 2);
    CHECK(seen.queued_polls == 3);
    CHECK(seen.waiting == 1);
    counts.pending.set(8); // read between two changes
    CHECK(counts.read().waiting == 0);
}

TEST_CASE("the lag of polls has a mean, a maximum and a last value", "[counters]") {
    counters counts;
    CHECK(counts.read().poll_lag_mean == 0s);
    for (const auto lag : {1s, 6s, 2s}) {
        ++counts.sent[static_cast<std::size_t>(request_kind::status)];
        counts.poll_left(lag);
    }
    const client_stats seen = counts.read();
    CHECK(seen.polls_sent == 3);
    CHECK(seen.poll_lag_mean == 3s);
    CHECK(seen.poll_lag_max == 6s);
    CHECK(seen.poll_lag_last == 2s);
}

} // namespace counters_test
