#include <langexport/detail/policy/connection_cap.hpp>

#include "support/catch.hpp"

#include <chrono>

using namespace std::chrono_literals;
using langexport::detail::connection_cap;
using langexport::detail::steady_time;

namespace {

const steady_time start{24h};

} // namespace

TEST_CASE("as long as descriptors suffice, all connections are allowed", "[connection_cap]") {
    const connection_cap cap(8);
    CHECK(cap.most(steady_time()) == 8);
    CHECK(cap.most(start) == 8);
}

TEST_CASE("each file that lacks a descriptor takes a connection away, down to one",
          "[connection_cap]") {
    connection_cap cap(8);
    cap.lacked(3, false, start);
    CHECK(cap.most(start) == 2);
    cap.lacked(3, false, start); // three are still open
    CHECK(cap.most(start) == 1);
    cap.lacked(3, false, start);
    CHECK(cap.most(start) == 1);
    cap.lacked(0, false, start);
    CHECK(cap.most(start) == 1);
}

TEST_CASE("a connection that lacks a descriptor is one too many itself", "[connection_cap]") {
    connection_cap cap(8);
    cap.lacked(3, true, start);
    CHECK(cap.most(start) == 3);
    cap.lacked(3, true, start);
    CHECK(cap.most(start) == 3);
}

TEST_CASE("connections come back one by one while nothing is lacking", "[connection_cap]") {
    connection_cap cap(4);
    cap.lacked(2, false, start);
    CHECK(cap.most(start + 59s) == 1);
    CHECK(cap.most(start + 60s) == 2);
    CHECK(cap.most(start + 179s) == 3);
    CHECK(cap.most(start + 24h) == 4);
    cap.lacked(4, false, start + 24h);
    CHECK(cap.most(start + 24h) == 3);
}
