#include <langexport/fleet/impl/quota_message.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace quota_message_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;

namespace {

const quota_message_terms terms{"p-1", 30s, 60s};

std::vector<long long> usual_reply() {
    return {0, 3, 40, 7, 60, 0, 500, 1200, 0, 12, 2, 1, 800, 2, 100, 200};
}

} // namespace

TEST_CASE("the keys of a resource are in one slot of a cluster and name the data's version",
          "[quota_message]") {
    const auto keys = quota_keys("team", "name.example");
    REQUIRE(keys.size() == 8);
    CHECK(keys[0] == "team:1:{name.example}:state");
    for (const std::string& key : keys)
        CHECK(key.starts_with("team:1:{name.example}:"));
}

TEST_CASE("a message has the script, its keys and the whole demand", "[quota_message]") {
    quota_demand demand;
    demand.due[static_cast<std::size_t>(request_kind::submission)] = {1, 2, 3};
    demand.due[static_cast<std::size_t>(request_kind::status)] = {0, 0, 9};
    demand.held = {4, 5};
    demand.waiting_jobs = 6;
    demand.throttled_for = {1500us, 0s};
    demand.returned.resize(2);
    demand.returned[0].request = quota_class::submissions;
    demand.returned[0].id = permit_id(7, 0);
    demand.returned[0].ended = 1999us; // less than 2 ms: the permit must not be free too early
    demand.returned[1].id = permit_id(8, 1);
    const auto keys = quota_keys("team", "r");
    const auto message = quota_message(keys, terms, demand, 9, false);
    REQUIRE(message.size() == 2 + 8 + 26 + 6);
    CHECK(message[0] == quota_script);
    CHECK(message[1] == "8");
    CHECK(message[9] == keys[7]);
    const std::vector<std::string> arguments(message.begin() + 10, message.end());
    CHECK(arguments == std::vector<std::string>{"p-1", "60000", "30000", "60000", "10",  "100",
                                                "9",   "0", // who and how
                                                "0",   "0",     "0",     "1",     "2",   "3", // due
                                                "0",   "0",     "0",     "0",     "0",   "9", //
                                                "4",   "5",     "6",     "2",     "0",   "2", //
                                                "0",   "7:0",   "1",     "1",     "8:1", "-1"});
    CHECK(quota_message(keys, terms, demand, 9, true)[10 + 7] == "1");
    const auto with_local = quota_message(keys, terms, demand, 9, false,
                                          {{quota_class::reads, permit_id(8, 2), true, 1500us},
                                           {quota_class::submissions, permit_id(8, 3), false, 1s}});
    CHECK(std::vector<std::string>(with_local.end() - 8, with_local.end()) ==
          std::vector<std::string>{"1", "8:2", "1", "2", "0", "8:3", "0", "1000"});
}

TEST_CASE("a response is a grant", "[quota_message]") {
    const auto grant = read_quota_reply(usual_reply(), terms, 9);
    REQUIRE(grant);
    CHECK(grant->id == 9);
    CHECK(grant->valid_for == 30s);
    CHECK(grant->submissions.permits == 3);
    CHECK(grant->submissions.left == 7);
    CHECK(grant->submissions.throttled_for == 0s);
    CHECK(grant->submissions.more_after == 1200ms);
    CHECK(grant->reads.permits == 40);
    CHECK(grant->reads.left == 60);
    CHECK(grant->reads.throttled_for == 500ms);
    CHECK(grant->reads.more_after == 0s);
    CHECK(grant->waiting_jobs == 12);
    CHECK(grant->submissions.later == std::vector<quota_grant::duration>{800ms});
    CHECK(grant->reads.later == std::vector<quota_grant::duration>{100ms, 200ms});
}

TEST_CASE("the times of a response are at most a day", "[quota_message]") {
    auto reply = usual_reply();
    for (const std::size_t field : {5u, 6u, 7u, 8u, 12u, 14u})
        reply[field] = (std::numeric_limits<long long>::max)();
    const auto grant = read_quota_reply(reply, terms, 9);
    REQUIRE(grant);
    for (const auto time :
         {grant->submissions.throttled_for, grant->reads.throttled_for,
          grant->submissions.more_after, grant->submissions.later[0], grant->reads.later[0]})
        CHECK(time == 24h);
}

TEST_CASE("a response of another kind is no grant", "[quota_message]") {
    auto reply = usual_reply();
    while (!reply.empty()) {
        reply.pop_back();
        CAPTURE(reply.size());
        CHECK_FALSE(read_quota_reply(reply, terms, 9));
    }
    reply = usual_reply();
    reply.push_back(0);
    CHECK_FALSE(read_quota_reply(reply, terms, 9));
    reply = usual_reply();
    reply[11] = 1'000'000'000'000;
    CHECK_FALSE(read_quota_reply(reply, terms, 9));
    reply = usual_reply();
    reply[1] = -1;
    CHECK_FALSE(read_quota_reply(reply, terms, 9));
}

} // namespace quota_message_test
