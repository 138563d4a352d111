#include <langexport/detail/policy/permit_ledger.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <limits>
#include <vector>

namespace permit_ledger_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;

namespace {

constexpr steady_time start{1000h};
constexpr steady_time never = (steady_time::max)();

permit_ledger ledger_of(std::size_t limit) {
    return permit_ledger(quota_class::reads, limit, 60s);
}

class_grant of(std::size_t permits) {
    class_grant made;
    made.permits = permits;
    return made;
}

std::vector<returned_permit> report_of(permit_ledger& ledger, steady_time now) {
    std::vector<returned_permit> all;
    ledger.report(all, now);
    return all;
}

} // namespace

TEST_CASE("permits of a grant are free until they are taken or expire", "[permit_ledger]") {
    permit_ledger ledger = ledger_of(10);
    CHECK(ledger.free(start) == 0);
    CHECK_FALSE(ledger.take(start));
    ledger.add(7, of(2), 30s, start);
    CHECK(ledger.free(start + 29s) == 2);
    CHECK(ledger.take(start) == permit_id(7, 0));
    CHECK(ledger.free(start) == 1);
    CHECK(ledger.expires_at(start) == start + 30s);
    CHECK(ledger.free(start + 30s) == 0);
    CHECK_FALSE(ledger.take(start + 30s));
    CHECK(ledger.expires_at(start + 30s) == never);
}

TEST_CASE("the permit that expires first is taken first", "[permit_ledger]") {
    permit_ledger ledger = ledger_of(10);
    ledger.add(1, of(1), 30s, start);
    ledger.add(2, of(1), 10s, start);
    CHECK(ledger.take(start) == permit_id(2, 0));
    CHECK(ledger.take(start) == permit_id(1, 0));
}

TEST_CASE("a permit for later may be used from its time on, which begins at the arrival",
          "[permit_ledger]") {
    permit_ledger ledger = ledger_of(10);
    class_grant granted = of(1);
    granted.later = {5s, 7s};
    ledger.add(7, granted, 30s, start);
    // The first call after the arrival.
    const steady_time arrived = start + 2s;
    CHECK(ledger.held(arrived) == 1);
    CHECK(ledger.coming(arrived) == 2);
    CHECK(ledger.next_at(arrived) == arrived + 5s);
    CHECK(ledger.take(arrived) == permit_id(7, 0));
    CHECK_FALSE(ledger.take(arrived + 5s - 1ns));
    CHECK(ledger.take(arrived + 5s) == permit_id(7, 1));
    CHECK(ledger.next_at(arrived + 5s) == arrived + 7s);
    // It expires with its grant.
    CHECK(ledger.held(start + 30s) == 0);
    CHECK(ledger.next_at(start + 30s) == never);
    const auto unused = report_of(ledger, start + 30s);
    REQUIRE(unused.size() == 1);
    CHECK(unused[0].id == permit_id(7, 2));
    CHECK_FALSE(unused[0].ended);
}

TEST_CASE("permits for later of several grants are used in the order of their times",
          "[permit_ledger]") {
    permit_ledger ledger = ledger_of(10);
    class_grant granted;
    granted.later = {2s, 6s};
    ledger.add(1, granted, 60s, start);
    CHECK(ledger.coming(start) == 2);
    granted.later = {1s, 3s};
    ledger.add(2, granted, 60s, start + 2s);
    CHECK(ledger.coming(start + 2s) == 3);
    CHECK(ledger.take(start + 2s) == permit_id(1, 0));
    CHECK(ledger.take(start + 3s) == permit_id(2, 0));
    CHECK(ledger.take(start + 5s) == permit_id(2, 1));
    CHECK(ledger.take(start + 6s) == permit_id(1, 1));
}

TEST_CASE("no refill starts for requests that will get permits", "[permit_ledger]") {
    permit_ledger ledger = ledger_of(10);
    class_grant granted;
    granted.later = {5s};
    ledger.add(1, granted, 30s, start);
    CHECK(ledger.refill_at(1, start) == never);
    CHECK(ledger.refill_at(2, start) == start);
}

TEST_CASE("permits for later go back when a client gives up what it does not use",
          "[permit_ledger]") {
    permit_ledger ledger = ledger_of(10);
    class_grant granted = of(1);
    granted.later = {5s, 7s};
    ledger.add(1, granted, 30s, start);
    ledger.give_up_free(start);
    CHECK(report_of(ledger, start).size() == 3);
    CHECK(ledger.coming(start + 10s) == 0);
    CHECK(ledger.free(start + 10s) == 0);
}

TEST_CASE("a grant that arrives after its time is returned unused", "[permit_ledger]") {
    permit_ledger ledger = ledger_of(10);
    ledger.add(1, of(2), 1s, start);
    CHECK(ledger.free(start + 2s) == 0);
    const auto back = report_of(ledger, start + 2s);
    REQUIRE(back.size() == 2);
    CHECK(back[1].id == permit_id(1, 1));
    CHECK(back[1].request == quota_class::reads);
    CHECK_FALSE(back[0].ended);
}

TEST_CASE("a throttled class has no free permit", "[permit_ledger]") {
    permit_ledger ledger = ledger_of(10);
    class_grant throttled = of(3);
    throttled.throttled_for = 5s;
    ledger.add(1, throttled, 30s, start);
    CHECK(ledger.free(start + 4s) == 0);
    CHECK(ledger.held(start + 4s) == 3);
    CHECK(ledger.free(start + 5s) == 3);
    ledger.throttle_until(start + 3s); // earlier than before
    CHECK(ledger.throttled_until() == start + 5s);
    CHECK(ledger.refill_at(4, start) == start + 5s);
}

TEST_CASE("a class without a limit needs no permits", "[permit_ledger]") {
    permit_ledger ledger = ledger_of(0);
    CHECK(ledger.free(start) > 1000);
    CHECK(ledger.take(start));
    ledger.ended(permit_id(), start);
    CHECK(report_of(ledger, start).empty());
    CHECK(ledger.refill_at(5, start) == never);
    ledger.add(1, of(5), 30s, start);
    ledger.give_up_free(start);
    CHECK(report_of(ledger, start).empty());
}

TEST_CASE("a refill starts when requests lack permits", "[permit_ledger]") {
    permit_ledger ledger = ledger_of(10);
    CHECK(ledger.refill_at(0, start) == never);
    CHECK(ledger.refill_at(1, start) == start);
    ledger.add(1, of(2), 30s, start);
    CHECK(ledger.refill_at(2, start) == never);
    CHECK(ledger.refill_at(3, start) == start);
    ledger.refill_not_before(start + 4s);
    CHECK(ledger.refill_at(3, start) == start + 4s);
    CHECK(ledger.refill_at(3, start + 5s) == start + 5s);
}

TEST_CASE("permits that end together are returned together, when others can use them",
          "[permit_ledger]") {
    permit_ledger ledger = ledger_of(4);
    ledger.add(1, of(4), 30s, start);
    for (int i = 0; i < 4; ++i)
        REQUIRE(ledger.take(start));
    ledger.refill_not_before(start + 90s);
    CHECK(ledger.refill_at(1, start) == start + 90s);
    ledger.ended(permit_id(1, 0), start + 1s);
    CHECK(ledger.refill_at(1, start + 1s) == start + 61s + 600ms);
    CHECK(ledger.refill_at(0, start + 1s) == start + 61s + 600ms);
    ledger.ended(permit_id(1, 1), start + 2s);
    CHECK(ledger.refill_at(1, start + 2s) == start + 62s + 600ms); // half of the quota
    ledger.ended(permit_id(1, 2), start + 3s);
    CHECK(ledger.refill_at(1, start + 3s) == start + 62s + 600ms);
    const auto back = report_of(ledger, start + 63s);
    REQUIRE(back.size() == 3);
    CHECK(back[0].id == permit_id(1, 0));
    CHECK(back[0].ended == 62s);
    CHECK(back[2].ended == 60s);
    CHECK(report_of(ledger, start + 63s).empty());
    CHECK(ledger.refill_at(0, start + 63s) == never);
}

TEST_CASE("permits that were not used are returned a window after they expired",
          "[permit_ledger]") {
    permit_ledger ledger = ledger_of(10);
    ledger.add(1, of(2), 30s, start);
    REQUIRE(ledger.free(start + 31s) == 0);
    CHECK(ledger.refill_at(0, start + 31s) == start + 91s);
    ledger.add(2, of(1), 30s, start + 31s);
    ledger.give_up_free(start + 32s);
    CHECK(ledger.free(start + 32s) == 0);
    CHECK(report_of(ledger, start + 32s).size() == 3);
}

TEST_CASE("a report that did not arrive is repeated, with the times of that moment",
          "[permit_ledger]") {
    permit_ledger ledger = ledger_of(10);
    ledger.add(1, of(3), 30s, start);
    REQUIRE(ledger.take(start));
    REQUIRE(ledger.take(start));
    ledger.ended(permit_id(1, 0), start + 1s);
    ledger.give_up_free(start + 1s);
    CHECK(report_of(ledger, start + 2s).size() == 2);
    ledger.ended(permit_id(1, 1), start + 3s);
    ledger.take_back();
    const auto back = report_of(ledger, start + 5s);
    REQUIRE(back.size() == 3);
    CHECK(back[0].ended == 4s);
    CHECK(back[1].ended == 2s);
    CHECK_FALSE(back[2].ended);
}

TEST_CASE("a report is repeated until one has arrived", "[permit_ledger]") {
    permit_ledger ledger = ledger_of(10);
    ledger.add(1, of(3), 30s, start);
    REQUIRE(ledger.take(start));
    ledger.ended(permit_id(1, 0), start + 1s);
    CHECK(report_of(ledger, start + 2s).size() == 1);
    ledger.give_up_free(start + 2s); // while the first report is in progress
    CHECK(report_of(ledger, start + 3s).size() == 2);
    ledger.take_back();
    const auto all = report_of(ledger, start + 4s);
    REQUIRE(all.size() == 3);
    CHECK(all[0].ended == 3s);
    ledger.report_arrived();
    ledger.take_back();
    CHECK(report_of(ledger, start + 5s).empty());
}

TEST_CASE("numbers and durations that make no sense are bounded", "[permit_ledger]") {
    permit_ledger ledger = ledger_of(10);
    class_grant odd = of((std::numeric_limits<std::size_t>::max)());
    odd.throttled_for = -5s;
    ledger.add(1, odd, (steady_duration::max)(), start);
    CHECK(ledger.free(start) == 1'000'000);
    CHECK(ledger.free(start + 24h) == 0);
}

} // namespace permit_ledger_test
