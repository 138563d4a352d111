#include <langexport/detail/policy/connection_staleness.hpp>

#include "support/catch.hpp"

#include <chrono>

namespace connection_staleness_test {

using namespace langexport;
using namespace std::chrono_literals;
using detail::connection_staleness;
using detail::connection_use;
using detail::steady_time;

namespace {

const steady_time start{24h};

connection_staleness staleness_of(const char* service, const char* proxy = "") {
    client_params params(service, subscription_key("key"));
    params.max_idle_time = 60s;
    params.max_connection_age = 600s;
    params.proxy = proxy;
    return connection_staleness(params, endpoint::parse(service, true).origin());
}

} // namespace

TEST_CASE("a connection is stale after its idle time or its age", "[connection_staleness]") {
    const connection_staleness of = staleness_of("https://h");
    const connection_use young{start, start, true};
    CHECK(of.stale_at(young) == start + 60s);
    CHECK_FALSE(of.is_stale(young, request_kind::status, start + 60s - 1ns));
    CHECK(of.is_stale(young, request_kind::status, start + 60s));
    const connection_use old{start - 590s, start, true};
    CHECK(of.stale_at(old) == start + 10s);
    CHECK_FALSE(of.is_stale(old, request_kind::result, start + 10s - 1ns));
    CHECK(of.is_stale(old, request_kind::result, start + 10s));
}

TEST_CASE("a submission needs a connection that was used within the last second",
          "[connection_staleness]") {
    const connection_staleness of = staleness_of("https://h");
    const connection_use used{start - 100s, start, true};
    CHECK_FALSE(of.is_stale(used, request_kind::submission, start + 1s));
    CHECK(of.is_stale(used, request_kind::submission, start + 1s + 1ns));
    CHECK_FALSE(of.is_stale(used, request_kind::listing, start + 2s));
}

TEST_CASE("a submission through a proxy for plain HTTP needs a new connection",
          "[connection_staleness]") {
    const connection_use used{start, start, true}, unused{start, start, false};
    const connection_staleness plain = staleness_of("http://localhost", "http://proxy:3128");
    CHECK(plain.is_stale(used, request_kind::submission, start));
    CHECK_FALSE(plain.is_stale(unused, request_kind::submission, start + 10s));
    CHECK_FALSE(plain.is_stale(used, request_kind::status, start));
    const connection_staleness tunnel = staleness_of("https://h", "http://proxy:3128");
    CHECK_FALSE(tunnel.is_stale(used, request_kind::submission, start));
}

} // namespace connection_staleness_test
