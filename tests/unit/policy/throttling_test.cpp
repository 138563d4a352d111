#include <langexport/detail/policy/throttling.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <optional>

namespace throttling_test {

using namespace langexport;
using namespace std::chrono_literals;
using detail::response_event;
using detail::status_class;
using detail::steady_duration;
using detail::throttling;

namespace {

response_event event_of(status_class category, std::optional<steady_duration> retry_after = {}) {
    response_event event;
    event.outcome = detail::status_outcome{category, errc::throttled};
    event.retry_after = retry_after;
    return event;
}

} // namespace

TEST_CASE("a 429 throttles for the time that it names, or for a backoff", "[throttling]") {
    const retry_params retry;
    throttling of(retry);
    CHECK(of.pause_after(event_of(status_class::throttled, 30s), 1.0) == steady_duration(30s));
    CHECK(of.pause_after(event_of(status_class::throttled), 1.0) ==
          steady_duration(detail::backoff(retry, 1, 1.0)));
}

TEST_CASE("a 503 throttles if it names a time, or if it follows another", "[throttling]") {
    const retry_params retry;
    throttling of(retry);
    CHECK(of.pause_after(event_of(status_class::unavailable, 5s), 1.0) == steady_duration(5s));
    CHECK_FALSE(of.pause_after(event_of(status_class::accepted), 1.0));
    CHECK_FALSE(of.pause_after(event_of(status_class::unavailable), 1.0));
    CHECK(of.pause_after(event_of(status_class::unavailable), 1.0) ==
          steady_duration(detail::backoff(retry, 2, 1.0)));
    CHECK(of.pause_after(event_of(status_class::unavailable), 1.0) ==
          steady_duration(detail::backoff(retry, 3, 1.0)));
    CHECK_FALSE(of.pause_after(event_of(status_class::accepted), 1.0));
    CHECK_FALSE(of.pause_after(event_of(status_class::unavailable), 1.0)); // not in a row
}

} // namespace throttling_test
