#include <langexport/detail/policy/download_pace.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstdint>

namespace download_pace_test {

using namespace std::chrono_literals;
using langexport::detail::download_pace;
using langexport::detail::steady_duration;
using langexport::detail::steady_time;

namespace {

const steady_time start{24h};

// So many bytes at once, again and again, until it is too slow or the time is over; when it was.
steady_duration end_of(download_pace& pace, std::uint64_t bytes, steady_duration gap,
                       steady_time from, steady_duration most) {
    for (steady_time now = from; now < from + most; now += gap) {
        if (now >= pace.too_slow_at())
            return pace.too_slow_at() - start;
        pace.add(bytes, now);
    }
    return steady_duration::max();
}

} // namespace

TEST_CASE("a slow download fails after a minute", "[download_pace]") {
    const std::uint64_t least = 1024;
    const auto end_at = [&](std::uint64_t bytes, steady_duration gap) {
        download_pace pace(least, start);
        return end_of(pace, bytes, gap, start, 1h);
    };
    CHECK(end_at(1, 1s) == 60s);
    CHECK(end_at(1, 100ms) == 60s);
    CHECK(end_at(1023, 1s) == 60s);
    CHECK(end_at(1024, 1s) == steady_duration::max());
    CHECK(end_at(102, 100ms) == 60s);
    CHECK(end_at(103, 100ms) == steady_duration::max());
    // It is the average that counts, not each gap.
    CHECK(end_at(60 * 1024, 60s) == steady_duration::max());
    CHECK(end_at(30 * 1024, 30s) == steady_duration::max());
    CHECK(end_at(29 * 1024, 30s) == 60s);
}

TEST_CASE("a download without data fails after a minute", "[download_pace]") {
    CHECK(download_pace(1024, start).too_slow_at() == start + 60s);
    CHECK(download_pace(1, start).too_slow_at() == start + 60s);
    download_pace fast(1024, start);
    fast.add(1'000'000'000, start);
    CHECK(fast.too_slow_at() == start + 65s);
}

TEST_CASE("a download that becomes slow fails a minute later", "[download_pace]") {
    download_pace pace(1024, start);
    REQUIRE(end_of(pace, 100'000, 1s, start, 10min) == steady_duration::max());
    const auto end = end_of(pace, 1, 1s, start + 10min, 1h);
    CHECK(end > 10min + 50s);
    CHECK(end <= 10min + 65s);
}

TEST_CASE("time in the sink does not count for the rate", "[download_pace]") {
    download_pace pace(1024, start);
    steady_time now = start;
    for (int i = 0; i < 100; ++i) {
        pace.add(10 * 1024, now);
        pace.hold(now);
        now += 1h;
        pace.resume(now);
        now += 9s;
        REQUIRE(now < pace.too_slow_at());
    }
    pace.hold(now);
    pace.resume(now + 24h);
    CHECK(pace.too_slow_at() > now + 24h);
    CHECK(pace.too_slow_at() <= now + 24h + 65s);
}

TEST_CASE("a rate of zero is no limit", "[download_pace]") {
    download_pace pace(0, start);
    CHECK(pace.too_slow_at() == steady_time::max());
    pace.add(1, start + 24h);
    CHECK(pace.too_slow_at() == steady_time::max());
}

TEST_CASE("the largest rate does not overflow", "[download_pace]") {
    download_pace pace(std::uint64_t{1} << 40, start);
    CHECK(pace.too_slow_at() == start + 60s);
    pace.add(std::uint64_t{1} << 60, start + 10s);
    CHECK(pace.too_slow_at() == start + 75s);
}

TEST_CASE("a pause of hours does not break the calculation", "[download_pace]") {
    download_pace pace(1024, start);
    pace.add(1, start + 5h);
    CHECK(pace.too_slow_at() > start + 5h);
}

} // namespace download_pace_test
