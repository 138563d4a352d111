#include <langexport/detail/policy/connection_limit.hpp>

#include "support/catch.hpp"

#include <chrono>

namespace connection_limit_test {

using namespace std::chrono_literals;
using langexport::detail::connection_limit;
using langexport::detail::steady_time;

namespace {

const steady_time start{24h};

} // namespace

TEST_CASE("while descriptors suffice, all connections are allowed", "[connection_limit]") {
    const connection_limit limit(8);
    CHECK(limit.most(steady_time()) == 8);
    CHECK(limit.most(start) == 8);
}

TEST_CASE("each file that lacks a descriptor removes one connection, down to one",
          "[connection_limit]") {
    connection_limit limit(8);
    limit.lacked(3, false, start);
    CHECK(limit.most(start) == 2);
    limit.lacked(3, false, start); // three are still open
    CHECK(limit.most(start) == 1);
    limit.lacked(3, false, start);
    CHECK(limit.most(start) == 1);
    limit.lacked(0, false, start);
    CHECK(limit.most(start) == 1);
}

TEST_CASE("if a connection lacks a descriptor, the open connections become the limit",
          "[connection_limit]") {
    connection_limit limit(8);
    limit.lacked(3, true, start);
    CHECK(limit.most(start) == 3);
    limit.lacked(3, true, start);
    CHECK(limit.most(start) == 3);
}

TEST_CASE("removed connections are allowed again one by one", "[connection_limit]") {
    connection_limit limit(4);
    limit.lacked(2, false, start);
    CHECK(limit.most(start + 59s) == 1);
    CHECK(limit.most(start + 60s) == 2);
    CHECK(limit.most(start + 179s) == 3);
    CHECK(limit.most(start + 24h) == 4);
    limit.lacked(4, false, start + 24h);
    CHECK(limit.most(start + 24h) == 3);
}

TEST_CASE("one more connection is allowed now, later, or not at all", "[connection_limit]") {
    connection_limit limit(4);
    CHECK(limit.next_allowed(0, start) == start);
    CHECK(limit.next_allowed(3, start) == start);
    CHECK(limit.next_allowed(4, start) == (steady_time::max)());
    limit.lacked(2, true, start);
    CHECK(limit.next_allowed(1, start) == start);
    CHECK(limit.next_allowed(2, start) >= start + 60s);
    CHECK(limit.next_allowed(2, start + 60s) == start + 60s);
    CHECK(limit.next_allowed(4, start) == (steady_time::max)());
}

} // namespace connection_limit_test
