#include <langexport/detail/transport/failed_addresses.hpp>

#include "support/catch.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace failed_addresses_test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace langexport::detail;

namespace {

using names = std::vector<std::string>;

failed_addresses::address at(const std::string& name) {
    return {asio::ip::make_address(name), 443};
}

const steady_time start{24h};

names order_of(const failed_addresses& failed, const names& found, steady_time now = start + 1min) {
    std::vector<failed_addresses::address> all;
    for (const std::string& name : found)
        all.push_back(at(name));
    names result;
    for (const auto& each : failed.order(all, now))
        result.push_back(each.address().to_string());
    return result;
}

} // namespace

TEST_CASE("address families alternate, the family of the resolver's first address first",
          "[opener]") {
    const failed_addresses none;
    CHECK(order_of(none, {}) == names{});
    CHECK(order_of(none, {"10.0.0.1", "10.0.0.2"}) == names{"10.0.0.1", "10.0.0.2"});
    CHECK(order_of(none, {"::1", "::2", "::3", "10.0.0.1"}) ==
          names{"::1", "10.0.0.1", "::2", "::3"});
    CHECK(order_of(none, {"10.0.0.1", "10.0.0.2", "::1", "::2"}) ==
          names{"10.0.0.1", "::1", "10.0.0.2", "::2"});
}

TEST_CASE("an address that failed is tried last, regardless of the resolver's order", "[opener]") {
    failed_addresses failed;
    failed.add(at("10.0.0.1"), start);
    names found{"10.0.0.1", "10.0.0.2", "10.0.0.3"};
    do
        CHECK(order_of(failed, found).back() == "10.0.0.1");
    while (std::next_permutation(found.begin(), found.end()));
    SECTION("after addresses that failed earlier") {
        failed.add(at("10.0.0.2"), start + 1s);
        CHECK(order_of(failed, {"10.0.0.1", "10.0.0.2", "10.0.0.3"}) ==
              names{"10.0.0.3", "10.0.0.1", "10.0.0.2"});
        failed.add(at("10.0.0.3"), start + 2s);
        failed.add(at("10.0.0.1"), start + 3s);
        CHECK(order_of(failed, {"10.0.0.1", "10.0.0.2", "10.0.0.3"}) ==
              names{"10.0.0.2", "10.0.0.3", "10.0.0.1"});
    }
    SECTION("until it works again") {
        failed.remove(at("10.0.0.1"), start); // that began before it failed
        CHECK(order_of(failed, {"10.0.0.1", "10.0.0.2"}).front() == "10.0.0.2");
        failed.remove(at("10.0.0.1"), start + 1s);
        CHECK(order_of(failed, {"10.0.0.1", "10.0.0.2"}).front() == "10.0.0.1");
    }
    SECTION("for some minutes") {
        CHECK(order_of(failed, {"10.0.0.1", "10.0.0.2"}, start + 299s).front() == "10.0.0.2");
        CHECK(order_of(failed, {"10.0.0.1", "10.0.0.2"}, start + 300s).front() == "10.0.0.1");
    }
    SECTION("at that port only") {
        CHECK(failed.order({{asio::ip::make_address("10.0.0.1"), 80}, at("10.0.0.2")}, start)
                  .front()
                  .port() == 80);
    }
}

TEST_CASE("another attempt is useful while an address has not failed lately", "[opener]") {
    failed_addresses failed;
    const std::vector<failed_addresses::address> two{at("10.0.0.1"), at("10.0.0.2")};
    CHECK(failed.has_good_address(two, start));
    CHECK_FALSE(failed.has_good_address({}, start));
    failed.add(two[0], start);
    CHECK(failed.has_good_address(two, start));
    auto spared = two;
    failed.remove_failed(spared, start);
    CHECK(spared == std::vector{two[1]});
    failed.add(two[1], start + 1s);
    CHECK_FALSE(failed.has_good_address(two, start + 1s));
    CHECK(failed.has_good_address(two, start + 5min));
}

TEST_CASE("the number of remembered addresses is bounded", "[opener]") {
    failed_addresses failed;
    for (int i = 0; i < 1000; ++i)
        failed.add(at("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250)), start);
    CHECK(order_of(failed, {"10.0.3.249", "10.0.0.1"}) == names{"10.0.0.1", "10.0.3.249"});
    CHECK(order_of(failed, {"10.0.0.1", "10.0.0.2"}) == names{"10.0.0.1", "10.0.0.2"});
}

} // namespace failed_addresses_test
