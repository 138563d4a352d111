#include <langexport/detail/protocol/retry_after.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace retry_after_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

using clock_time = std::chrono::system_clock::time_point;

clock_time at(std::int64_t seconds, std::chrono::nanoseconds more = 0ns) {
    return clock_time(std::chrono::seconds(seconds) +
                      std::chrono::duration_cast<clock_time::duration>(more));
}

detail::response_message with_retry_after(std::string text) {
    detail::response_message from;
    from.retry_after = std::move(text);
    return from;
}

const auto now = at(784'111'777); // Sun, 06 Nov 1994 08:49:37 GMT
using wait = std::optional<std::chrono::steady_clock::duration>;

} // namespace

TEST_CASE("Retry-After is read in every form", "[retry_after]") {
    struct {
        std::string text;
        wait expected;
    } const cases[] = {
        {"", {}},
        {"0", 0s},
        {"5", 5s},
        {" 5\t", 5s},
        {"005", 5s},
        {"1.5", 1500ms},
        {"0.0000000019", 1ns},
        {"599", 599s},
        {"600", 600s},
        {"601", 600s},
        {"4294967296", 600s},
        {"99999999999999999999999999999999999999", 600s},
        {"Sun, 06 Nov 1994 08:49:47 GMT", 10s},
        {"Sunday, 06-Nov-94 08:49:47 GMT", 10s},
        {"Sun Nov  6 08:49:47 1994", 10s},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 0s},
        {"Sun, 06 Nov 1994 08:49:36 GMT", 0s},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0s},
        {"Sun, 06 Nov 2050 08:49:37 GMT", 600s},
        {"-1", {}},
        {"+5", {}},
        {"5s", {}},
        {"5,", {}},
        {"5 5", {}},
        {".5", {}},
        {"5.", {}},
        {"1e3", {}},
        {"0x10", {}},
        {"inf", {}},
        {"soon", {}},
        {"2026-02-02T23:15:00Z", {}},
    };
    for (const auto& each : cases) {
        INFO(each.text);
        CHECK(detail::read_retry_after(with_retry_after(each.text), now, 600s) == each.expected);
    }
}

TEST_CASE("a Retry-After date is compared with the response's own date", "[retry_after]") {
    struct {
        std::string retry_after;
        std::string date;
        wait expected;
    } const cases[] = {
        // The service's clock is behind ours by an hour, or ahead; the wait is the same.
        {"Sun, 06 Nov 1994 07:49:41 GMT", "Sun, 06 Nov 1994 07:49:37 GMT", 4s},
        {"Sun, 06 Nov 1994 09:49:41 GMT", "Sun, 06 Nov 1994 09:49:37 GMT", 4s},
        {"Tue, 06 Nov 2040 09:49:41 GMT", " Tuesday, 06-Nov-40 09:49:37 GMT\t", 4s},
        {"Sun Nov  6 07:49:41 1994", "Sun Nov  6 07:49:37 1994", 4s},
        {"Sun, 06 Nov 1994 08:49:47 GMT", "Sun, 06 Nov 1994 08:49:50 GMT", 0s},
        {"Sun, 06 Nov 1994 08:49:47 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", 600s},
        // Without a usable date of its own, our clock has to do.
        {"Sun, 06 Nov 1994 08:49:47 GMT", "", 10s},
        {"Sun, 06 Nov 1994 08:49:47 GMT", "now", 10s},
        {"Sun, 06 Nov 1994 08:49:47 GMT", "Sun, 32 Nov 1994 08:49:37 GMT", 10s},
        // Seconds need no clock.
        {"5", "Sun, 06 Nov 2040 08:49:37 GMT", 5s},
        {"soon", "Sun, 06 Nov 1994 08:49:37 GMT", {}},
    };
    for (const auto& each : cases) {
        INFO(each.retry_after << " | " << each.date);
        auto from = with_retry_after(each.retry_after);
        from.date = each.date;
        CHECK(detail::read_retry_after(from, now, 600s) == each.expected);
    }
}

TEST_CASE("waits in milliseconds take precedence over seconds", "[retry_after]") {
    auto from = with_retry_after("7");
    CHECK(detail::read_retry_after(from, now, 600s) == 7s);
    from.x_ms_retry_after_ms = "1500.25";
    CHECK(detail::read_retry_after(from, now, 600s) == 1500ms + 250us);
    from.retry_after_ms = "20";
    CHECK(detail::read_retry_after(from, now, 600s) == 20ms);
    from.retry_after_ms = "soon";
    CHECK(detail::read_retry_after(from, now, 600s) == 1500ms + 250us);
    from.x_ms_retry_after_ms = "-3";
    CHECK(detail::read_retry_after(from, now, 600s) == 7s);
    from.retry_after_ms = "999999999999999999999999";
    CHECK(detail::read_retry_after(from, now, 600s) == 600s);
    CHECK_FALSE(detail::read_retry_after({}, now, 600s));
}

TEST_CASE("a wait is between zero and its limit for all clock times", "[retry_after]") {
    const auto future = with_retry_after("Fri, 31 Dec 2261 00:00:00 GMT");
    const auto past = with_retry_after("Sat, 01 Jan 1678 00:00:00 GMT");
    for (const auto when : {clock_time::min(), at(0), clock_time::max()}) {
        for (const auto most : {0ns, 1ns, std::chrono::nanoseconds(600s)}) {
            for (const auto* const from : {&future, &past}) {
                const auto read = detail::read_retry_after(*from, when, most);
                REQUIRE(read);
                CHECK(*read >= 0s);
                CHECK(*read <= most);
            }
        }
    }
    CHECK(detail::read_retry_after(future, at(0, 1ns), std::chrono::steady_clock::duration::max()) >
          24h * 365 * 290);
    // Down to the fraction of a second.
    CHECK(detail::read_retry_after(with_retry_after("Sun, 06 Nov 1994 08:49:38 GMT"), now + 250ms,
                                   600s) == 750ms);
}

} // namespace retry_after_test
