// The quota that processes share through a real Redis.

#include <langexport/fleet/redis_quota.hpp>
#include <langexport/testing/certificate.hpp>

#include "fleet/fleet_bench.hpp"
#include "support/catch.hpp"
#include "support/silent_listener.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace redis_quota_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport_tests;

namespace {

constexpr auto window = 400ms;
const quota_params small_quota = quota_of(10, 20, window);

// A Redis whose first window has passed.
class redis_bench {
public:
    redis_bench() {
        server.start();
        first.ask(demand_of(0, 0, small_quota));
        wait_for(window + window / 2 + 1ms);
    }
    redis_quota_params params() const {
        redis_quota_params made("name.example");
        made.port = server.port();
        made.longest_request = 200ms;
        return made;
    }

    redis_server server;
    lone_source first{params()};
    lone_source second{params()};
};

} // namespace

TEST_CASE("a server without data grants nothing for a window and the time of permits", "[redis]") {
    redis_server server;
    server.start();
    redis_quota_params params("name.example");
    params.port = server.port();
    lone_source source(params);
    const quota_grant first = source.ask(demand_of(3, 0, small_quota));
    CHECK(source.why() == "");
    CHECK(source.why() == "");
    CHECK(first.submissions.permits == 0);
    CHECK(first.submissions.more_after > window);
    CHECK(first.submissions.more_after <= window + window / 2 + 1ms);
    CHECK(first.valid_for == window / 2);
    wait_for(window + window / 2 + 1ms);
    CHECK(source.ask(demand_of(3, 0, small_quota)).submissions.permits == 3);
    source.rest();
}

TEST_CASE("processes together get the quota, and each at least its share", "[redis]") {
    redis_bench b;
    const quota_grant all = b.first.ask(demand_of(30, 0, small_quota));
    CHECK(all.submissions.permits == 10);
    CHECK(b.second.ask(demand_of(30, 0, small_quota)).submissions.permits == 0);
    quota_demand next = demand_of(30, 0, small_quota);
    give_back(next.returned, all, quota_class::submissions, 0ms);
    CHECK(b.first.ask(next).submissions.permits == 0);
    wait_for(window + 2ms);
    // The other process has waited, so that this one leaves it half.
    CHECK(b.first.ask(demand_of(30, 0, small_quota)).submissions.permits == 5);
    CHECK(b.second.ask(demand_of(30, 0, small_quota)).submissions.permits == 5);
    b.first.rest();
    b.second.rest();
}

TEST_CASE("a process without demand leaves its share to others", "[redis]") {
    redis_bench b;
    CHECK(b.second.ask(demand_of(0, 3, small_quota)).submissions.permits == 0);
    CHECK(b.first.ask(demand_of(30, 0, small_quota)).submissions.permits == 10);
}

TEST_CASE("permits that were not used are free at once, and those of a process that rests",
          "[redis]") {
    redis_bench b;
    const quota_grant all = b.first.ask(demand_of(10, 0, small_quota));
    REQUIRE(all.submissions.permits == 10);
    std::vector<returned_permit> returned;
    give_back(returned, all, quota_class::submissions, std::nullopt);
    b.first.rest(returned);
    CHECK(b.second.ask(demand_of(10, 0, small_quota)).submissions.permits == 10);
    b.second.rest();
}

TEST_CASE("a grant that comes after the last operation has ended goes back unused", "[redis]") {
    redis_bench b;
    const quota_grant late = b.first.ask_and_leave(demand_of(10, 0, small_quota));
    CHECK(b.first.why() == "");
    CHECK(late.submissions.permits == 0);
    CHECK(b.second.ask(demand_of(10, 0, small_quota)).submissions.permits == 10);
}

TEST_CASE("a permit is free one window after its response, however often it is returned",
          "[redis]") {
    redis_bench b;
    const quota_grant all = b.first.ask(demand_of(10, 0, small_quota));
    REQUIRE(all.submissions.permits == 10);
    wait_for(100ms);
    quota_demand next = demand_of(10, 0, small_quota);
    give_back(next.returned, all, quota_class::submissions, 100ms);
    b.first.ask(next);
    b.first.ask(next);
    wait_for(window - 100ms - 20ms);
    const quota_grant before = b.first.ask(demand_of(10, 0, small_quota));
    CHECK(before.submissions.permits == 0);
    CHECK(before.submissions.later.size() == 10);
    wait_for(60ms);
    // They are that process's; another one gets none of them.
    CHECK(b.second.ask(demand_of(10, 0, small_quota)).submissions.permits == 0);
    b.first.rest();
    wait_for(600ms);
}

TEST_CASE("what a process used, it may use again when it leaves the window", "[redis]") {
    redis_bench b;
    const quota_grant all = b.first.ask(demand_of(10, 0, small_quota));
    REQUIRE(all.submissions.permits == 10);
    wait_for(window * 7 / 10);
    quota_demand next = demand_of(4, 0, small_quota);
    give_back(next.returned, all, quota_class::submissions, window * 7 / 10);
    const quota_grant later = b.first.ask(next);
    CHECK(later.submissions.permits == 0);
    REQUIRE(later.submissions.later.size() == 4);
    CHECK(later.submissions.later[0] > 0ms);
    CHECK(later.submissions.later[3] <= window * 3 / 10 + 5ms);
    // The others are free for all, these are not, until they go back unused.
    wait_for(window * 3 / 10 + 20ms);
    const quota_grant others = b.second.ask(demand_of(10, 0, small_quota));
    CHECK(others.submissions.permits == 6);
    std::vector<returned_permit> unused;
    give_back(unused, later, quota_class::submissions, std::nullopt);
    CHECK(unused.size() == 4);
    b.first.rest(unused);
    CHECK(b.second.ask(demand_of(10, 0, small_quota)).submissions.permits == 4);
}

TEST_CASE("a process above its share leaves to others what it used", "[redis]") {
    redis_bench b;
    const quota_grant all = b.first.ask(demand_of(10, 0, small_quota));
    REQUIRE(all.submissions.permits == 10);
    CHECK(b.second.ask(demand_of(5, 0, small_quota)).submissions.permits == 0);
    wait_for(window * 7 / 10);
    quota_demand next = demand_of(10, 0, small_quota);
    give_back(next.returned, all, quota_class::submissions, window * 7 / 10);
    CHECK(b.first.ask(next).submissions.later.size() == 5);
    wait_for(window * 3 / 10 + 20ms);
    CHECK(b.second.ask(demand_of(5, 0, small_quota)).submissions.permits == 5);
}

TEST_CASE("the permits of a process that has died are free after their last possible window",
          "[redis]") {
    redis_bench b;
    {
        lone_source dead(b.params());
        REQUIRE(dead.ask(demand_of(10, 0, small_quota)).submissions.permits == 10);
    }
    wait_for(window + 100ms); // less than valid_for + longest_request + window
    CHECK(b.first.ask(demand_of(10, 0, small_quota)).submissions.permits == 0);
    wait_for(window / 2 + 200ms);
    CHECK(b.first.ask(demand_of(10, 0, small_quota)).submissions.permits == 10);
}

TEST_CASE("polls leave the permits that results will need, and soon due requests are served early",
          "[redis]") {
    redis_bench b;
    quota_demand demand = demand_of(0, 50, small_quota);
    demand.waiting_jobs = 6;
    const quota_grant polls = b.first.ask(demand);
    CHECK(polls.reads.permits == 17); // all but those that the results of half a window will need
    CHECK(polls.waiting_jobs == 6);
    quota_demand results = demand_of(0, 0, small_quota);
    results.waiting_jobs = 6;
    results.due[static_cast<std::size_t>(request_kind::result)][0] = 4;
    CHECK(b.first.ask(results).reads.permits == 3);
    b.first.rest();

    redis_bench other;
    CHECK(other.first.ask(demand_of(3, 0, small_quota)).reads.permits == 6);
}

TEST_CASE("a throttled class is closed for all processes", "[redis]") {
    redis_bench b;
    quota_demand throttled = demand_of(1, 1, small_quota);
    throttled.throttled_for[static_cast<std::size_t>(quota_class::submissions)] = 300ms;
    b.first.ask(throttled);
    const quota_grant given = b.second.ask(demand_of(1, 1, small_quota));
    CHECK(given.submissions.permits == 0);
    CHECK(given.submissions.throttled_for > 100ms);
    CHECK(given.submissions.more_after > 100ms);
    CHECK(given.reads.permits >= 1);
}

TEST_CASE("a server that has restarted grants nothing for a window", "[redis]") {
    redis_bench b;
    const quota_grant before = b.first.ask(demand_of(2, 0, small_quota));
    REQUIRE(before.submissions.permits == 2);
    b.server.stop();
    b.server.start();
    b.first.ask(demand_of(1, 0, small_quota)); // finds that the connection has ended
    const quota_grant after = b.first.ask(demand_of(1, 0, small_quota));
    CHECK(b.first.why() == "");
    CHECK(after.submissions.permits == 0);
    CHECK(after.submissions.more_after > window / 2);
    wait_for(window + window / 2 + 1ms);
    CHECK(b.first.ask(demand_of(1, 0, small_quota)).submissions.permits == 1);
}

TEST_CASE("a server that has lost its data grants nothing for a window", "[redis]") {
    redis_bench b;
    REQUIRE(b.first.ask(demand_of(4, 0, small_quota)).submissions.permits == 4);
    b.server.command({"flushall"});
    const quota_grant none = b.first.ask(demand_of(4, 0, small_quota));
    CHECK(none.submissions.permits == 0);
    CHECK(none.submissions.left == 0);
    CHECK(none.submissions.more_after > window);
    wait_for(window + window / 2 + 1ms);
    CHECK(b.first.ask(demand_of(4, 0, small_quota)).submissions.permits == 4);
}

TEST_CASE("a clock that was set back by an hour does not stop all exports for an hour", "[redis]") {
    redis_bench b;
    REQUIRE(b.first.ask(demand_of(4, 0, small_quota)).submissions.permits == 4);
    const std::string in_an_hour =
        std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(
                           (std::chrono::system_clock::now() + 1h).time_since_epoch())
                           .count());
    b.server.command({"hset", "langexport:1:{name.example}:state", "last", in_an_hour});
    CHECK(b.first.ask(demand_of(4, 0, small_quota)).submissions.permits == 0);
    wait_for(window + window / 2 + 1ms);
    CHECK(b.first.ask(demand_of(4, 0, small_quota)).submissions.permits == 4);
}

TEST_CASE("a connection that ends between two refills is opened again", "[redis]") {
    redis_bench b;
    REQUIRE(b.first.ask(demand_of(1, 0, small_quota)).submissions.permits == 1);
    b.server.command({"client", "kill", "type", "normal"});
    const auto began = std::chrono::steady_clock::now();
    b.first.run_for(50ms); // it learns it
    const quota_grant next = b.first.ask(demand_of(1, 0, small_quota));
    CHECK(b.first.why() == "");
    CHECK(next.submissions.permits == 1);
    CHECK(std::chrono::steady_clock::now() - began < b.params().timeout);
}

TEST_CASE("what a process has sent on its own part counts when Redis is back", "[redis]") {
    redis_server server;
    redis_quota_params params("name.example");
    params.port = server.port();
    params.longest_request = 200ms;
    params.timeout = 200ms;
    params.when_unreachable = unreachable_policy::local_share;
    params.local_share = 0.5;
    lone_source source(params);
    source.ask(demand_of(10, 0, small_quota));
    wait_for(window + 10ms);
    server.start();
    lone_source other(params); // begins the window of a server without data
    other.ask(demand_of(10, 0, small_quota));
    server.stop();
    const quota_grant local = source.ask(demand_of(10, 0, small_quota));
    CHECK(source.problem);
    REQUIRE(local.submissions.permits == 5);
    server.start();
    source.ask(demand_of(0, 0, small_quota));
    CHECK(source.why() == "");
    wait_for(window + window / 2 + 1ms);
    // Five may still count: 200 ms, their validity and a window.
    const quota_grant shared = other.ask(demand_of(10, 0, small_quota));
    CHECK(shared.submissions.permits == 5);
}

TEST_CASE("resources and prefixes have quotas of their own", "[redis]") {
    redis_bench b;
    REQUIRE(b.first.ask(demand_of(10, 0, small_quota)).submissions.permits == 10);
    for (const bool has_other_resource : {true, false}) {
        redis_quota_params params = b.params();
        (has_other_resource ? params.resource : params.prefix) = "other";
        lone_source source(params);
        source.ask(demand_of(1, 0, small_quota));
        wait_for(window + window / 2 + 1ms);
        CHECK(source.ask(demand_of(10, 0, small_quota)).submissions.permits == 10);
        source.rest();
    }
}

TEST_CASE("a server that may evict keys is not used", "[redis]") {
    redis_server server;
    server.start({"--maxmemory-policy", "allkeys-lru", "--maxmemory", "50mb"});
    redis_quota_params params("name.example");
    params.port = server.port();
    lone_source source(params);
    CHECK(source.ask(demand_of(1, 0, small_quota)).submissions.permits == 0);
    CHECK(source.why().find("noeviction") != std::string::npos);
}

TEST_CASE("a password is sent, and a wrong one is a problem that does not show it", "[redis]") {
    redis_server server;
    server.start({"--requirepass", "open-sesame-123"});
    redis_quota_params params("name.example");
    params.port = server.port();
    params.password = "open-sesame-123";
    lone_source source(params);
    source.ask(demand_of(1, 0, small_quota));
    CHECK(source.why() == "");
    source.rest();
    params.password = "close-sesame-456";
    lone_source wrong(params);
    wrong.ask(demand_of(1, 0, small_quota));
    CHECK(wrong.problem);
    CHECK(wrong.why().find("sesame") == std::string::npos);
}

TEST_CASE("with TLS, only a server with a trusted certificate for its name is used", "[redis]") {
    const auto identity =
        langexport::testing::make_certificate(langexport::testing::certificate_options());
    redis_server server;
    server.write("server.pem", identity.certificate_pem);
    server.write("server.key", identity.private_key_pem);
    server.write("ca.pem", identity.authority_pem);
    server.start({"--port", "0", "--tls-port", std::to_string(server.port()), "--tls-cert-file",
                  server.path("server.pem"), "--tls-key-file", server.path("server.key"),
                  "--tls-ca-cert-file", server.path("ca.pem"), "--tls-auth-clients", "no"});
    redis_quota_params params("name.example");
    params.port = server.port();
    params.tls = true;
    params.ca_file = server.path("ca.pem");
    lone_source trusting(params);
    trusting.ask(demand_of(1, 0, small_quota));
    CHECK(trusting.why() == "");
    trusting.rest();

    params.host = "localhost.localdomain.invalid"; // is not resolved
    lone_source lost(params);
    lost.ask(demand_of(1, 0, small_quota));
    CHECK(lost.problem);
    params.host = "127.0.0.1";
    params.ca_file.clear(); // the authorities of the system
    lone_source strict(params);
    strict.ask(demand_of(1, 0, small_quota));
    CHECK(strict.problem);
    params.tls = false;
    lone_source plain(params);
    plain.ask(demand_of(1, 0, small_quota));
    CHECK(plain.problem);
}

TEST_CASE("a server that does not respond, and certificates that cannot be read, are problems",
          "[redis]") {
    const silent_listener silent(silent_listener::manner::accepting);
    redis_quota_params params("name.example");
    params.port = silent.port();
    params.timeout = 100ms;
    lone_source waiting(params);
    CHECK(waiting.ask(demand_of(1, 0, small_quota)).submissions.permits == 0);
    CHECK(waiting.problem);
    CHECK(waiting.why().find(std::to_string(silent.port())) != std::string::npos);
    params.tls = true;
    params.ca_file = "/no/such/file.pem";
    lone_source distrusting(params);
    CHECK(distrusting.ask(demand_of(1, 0, small_quota)).submissions.permits == 0);
    CHECK(distrusting.why().find("redis_quota_params::ca_file (/no/such/file.pem)") !=
          std::string::npos);
}

TEST_CASE("without a server, the process waits or uses its own part", "[redis]") {
    redis_server server; // not started
    redis_quota_params params("name.example");
    params.port = server.port();
    params.timeout = 2s;
    lone_source waiting(params);
    CHECK(waiting.ask(demand_of(5, 5, small_quota)).submissions.permits == 0);
    CHECK(waiting.problem);
    CHECK(waiting.why().find("127.0.0.1") != std::string::npos);
    params.when_unreachable = unreachable_policy::local_share;
    params.local_share = 0.2;
    lone_source own(params);
    CHECK(own.ask(demand_of(5, 5, small_quota)).submissions.permits == 0);
    wait_for(window + 1ms);
    const quota_grant given = own.ask(demand_of(5, 5, small_quota));
    CHECK(own.problem);
    CHECK(given.submissions.permits == 2);
    CHECK(given.reads.permits == 4);
}

} // namespace redis_quota_test
