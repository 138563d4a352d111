#include <langexport/fleet/impl/local_share.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace local_share_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport::detail::local_share;

namespace {

constexpr local_share::time_point start{1000h};

quota_demand demand_of(std::size_t posts, std::size_t polls) {
    quota_demand made;
    made.due[static_cast<std::size_t>(request_kind::submission)][1] = posts;
    made.due[static_cast<std::size_t>(request_kind::status)][1] = polls;
    return made;
}

} // namespace

TEST_CASE("a process uses its part one window after its shared permits have expired",
          "[local_share]") {
    local_share share(0.25, 30s, 60s);
    share.on_shared_grant(start);
    CHECK(share.ask(demand_of(5, 50), start + 89s).submissions.permits == 0);
    const quota_grant given = share.ask(demand_of(5, 50), start + 90s);
    CHECK(given.submissions.permits == 2);
    CHECK(given.submissions.rate == 2);
    CHECK(given.reads.permits == 25);
    CHECK(given.valid_for == 30s);
}

TEST_CASE("a process that never had a shared permit waits as well", "[local_share]") {
    local_share share(0.5, 30s, 60s);
    CHECK(share.ask(demand_of(1, 0), start).submissions.permits == 0);
    CHECK(share.ask(demand_of(1, 0), start + 59s).submissions.permits == 0);
    CHECK(share.ask(demand_of(1, 0), start + 60s).submissions.permits == 1);
}

TEST_CASE("a permit of the part is free one window after its response, or if it was not used",
          "[local_share]") {
    local_share share(0.25, 30s, 60s);
    share.ask(quota_demand(), start);
    const auto now = start + 2min;
    const quota_grant first = share.ask(demand_of(5, 0), now);
    REQUIRE(first.submissions.permits == 2);
    CHECK(share.ask(demand_of(5, 0), now + 1min).submissions.permits == 0);
    std::vector<returned_permit> back(2);
    for (std::uint32_t i = 0; i < 2; ++i) {
        back[i].request = quota_class::submissions;
        back[i].id = permit_id(first.id, i);
    }
    back[0].ended = 10s;
    share.give_back(back, now + 1min, 60s); // one was not used
    const quota_grant second = share.ask(demand_of(5, 0), now + 1min);
    CHECK(second.submissions.permits == 1);
    CHECK(second.id != first.id);
    share.give_back(back, now + 1min + 49s, 60s); // returned twice
    CHECK(share.ask(demand_of(5, 0), now + 1min + 49s).submissions.permits == 0);
    CHECK(share.ask(demand_of(5, 0), now + 1min + 50s).submissions.permits == 1);
}

TEST_CASE("a permit of the part that never goes back is free after its last possible window",
          "[local_share]") {
    local_share share(0.25, 30s, 60s);
    share.ask(quota_demand(), start);
    const auto now = start + 2min;
    REQUIRE(share.ask(demand_of(5, 0), now).submissions.permits == 2);
    CHECK(share.ask(demand_of(5, 0), now + 149s).submissions.permits == 0);
    CHECK(share.ask(demand_of(5, 0), now + 150s).submissions.permits == 2);
}

TEST_CASE("the shared state learns once what a process has used of its part", "[local_share]") {
    local_share share(0.25, 30s, 60s);
    share.ask(quota_demand(), start);
    const auto now = start + 2min;
    const quota_grant given = share.ask(demand_of(5, 0), now);
    std::vector<returned_permit> back(1);
    back[0].request = quota_class::submissions;
    back[0].id = permit_id(given.id, 1);
    back[0].ended = 5s;
    share.give_back(back, now + 10s, 60s);
    const auto uses = share.uses(now + 10s);
    REQUIRE(uses.size() == 2);
    CHECK(uses[0].request == quota_class::submissions);
    CHECK(uses[0].id == permit_id(given.id, 0));
    CHECK_FALSE(uses[0].has_ended);
    CHECK(uses[0].free_after == 140s);
    CHECK(uses[1].has_ended);
    CHECK(uses[1].free_after == 55s);
    CHECK(share.uses(now + 66s).size() == 1);
    share.forget_uses();
    CHECK(share.uses(now + 10s).empty());
}

TEST_CASE("a process gets what it lacks", "[local_share]") {
    local_share share(1, 30s, 60s);
    share.ask(quota_demand(), start);
    quota_demand demand = demand_of(3, 4);
    demand.held = {1, 4};
    const quota_grant given = share.ask(demand, start + 2min);
    CHECK(given.submissions.permits == 2);
    CHECK(given.reads.permits == 0);
    CHECK(given.submissions.left == 8);
}

} // namespace local_share_test
