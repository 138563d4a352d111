// Lists of hosts without a proxy. tests/unit/proxy_test.cpp reads them from the environment.

#include <langexport/impl/no_proxy.hpp>

#include "support/catch.hpp"

#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <string_view>

namespace no_proxy_test {

using namespace langexport;

TEST_CASE("addresses are compared bit by bit", "[no_proxy]") {
    struct row {
        const char* first;
        const char* second;
        std::size_t equal_bits;
    };
    for (const row& each :
         {row{"10.0.0.0", "10.0.0.1", 31}, row{"10.0.0.0", "138.0.0.0", 0},
          row{"10.0.0.0", "10.64.0.0", 9}, row{"10.0.0.1", "10.0.0.1", 32}, row{"::1", "::3", 126},
          row{"fe80::1", "fe80::1", 128}, row{"::ffff:10.0.0.1", "10.0.0.0", 31}}) {
        CAPTURE(each.first, each.second);
        const auto first = detail::address_of(each.first), second = detail::address_of(each.second);
        REQUIRE(first);
        REQUIRE(second);
        CHECK(first->bits() == second->bits());
        for (std::size_t bits = 0; bits <= first->bits() + 1; ++bits) {
            CAPTURE(bits);
            const bool is_equal = bits <= each.equal_bits;
            CHECK(first->begins_like(*second, bits) == is_equal);
            CHECK(second->begins_like(*first, bits) == is_equal);
        }
    }
    CHECK_FALSE(detail::address_of("::")->begins_like(*detail::address_of("0.0.0.0"), 0));
    for (const char* bad : {"", "a.example", "10.0.0", "10.0.0.1/8", "[::1]"})
        CHECK_FALSE(detail::address_of(bad));
}

TEST_CASE("an entry loses its port", "[no_proxy]") {
    struct row {
        std::string_view entry, rest;
        bool fits;
    };
    for (const row& each :
         {row{"a.example", "a.example", true}, row{"a.example:443", "a.example", true},
          row{"a.example:80", "a.example", false}, row{"a.example:", "a.example", false},
          row{"a.example:0443", "a.example", true}, row{"fd00::1", "fd00::1", true},
          row{"[fd00::1]", "fd00::1", true}, row{"[fd00::1]:443", "fd00::1", true},
          row{"[fd00::1]:80", "fd00::1", false}, row{"[fd00::1]443", "fd00::1", false},
          row{"[a.example]:443", "[a.example]:443", false}, row{"[fd00::1", "[fd00::1", false}}) {
        CAPTURE(each.entry);
        std::string_view entry = each.entry;
        CHECK(detail::take_port(entry, 443) == each.fits);
        CHECK(entry == each.rest);
    }
}

TEST_CASE("a list of hosts without a proxy contains names, addresses, ranges and ports",
          "[no_proxy]") {
    struct row {
        std::string_view list, host;
        std::uint16_t port;
        bool is_listed;
    };
    const row rows[] = {
        {"*", "a.example", 443, true},
        {"*", "10.0.0.1", 443, true},
        {" *", "a.example", 443, false}, // as for curl
        {"* ", "a.example", 443, false},
        {"*\n", "a.example", 443, false},
        {"a.example\n", "a.example", 443, false},
        {"b.example\na.example", "a.example", 443, false},
        {"a.example\r", "a.example", 443, false},
        {"b.example\ta.example\t", "a.example", 443, true},
        {"b.example,*", "a.example", 443, false}, // as for curl
        {"*,b.example", "a.example", 443, false},
        {"", "a.example", 443, false},
        {"a.example", "a.example", 443, true},
        {"A.EXAMPLE", "a.example", 443, true},
        {".example", "a.example", 443, true},
        {"example", "a.example", 443, true},
        {".a.example", "a.example", 443, true},
        {"xample", "a.example", 443, false},
        {"b.example, a.example", "a.example", 443, true},
        {"b.example a.example", "a.example", 443, true},
        {",, a.example ,", "a.example", 443, true},
        {"a.example.", "a.example", 443, true},
        {"a.example", "a.example.", 443, true},
        {"a.example:443", "a.example", 443, true},
        {"a.example:8443", "a.example", 443, false},
        {"a.example:x", "a.example", 443, false},
        {"*.example", "a.example", 443, false},
        {"10.0.0.1", "10.0.0.1", 443, true},
        {"10.0.0.1:443", "10.0.0.1", 443, true},
        {"10.0.0.1:80", "10.0.0.1", 443, false},
        {"0.0.1", "10.0.0.1", 443, false},
        {"10.0.0.0/8", "10.200.0.1", 443, true},
        {"10.0.0.0/8", "11.0.0.1", 443, false},
        {"10.128.0.0/9", "10.200.0.1", 443, true},
        {"10.128.0.0/9", "10.100.0.1", 443, false},
        {"0.0.0.0/0", "11.0.0.1", 443, false}, // as for curl
        {"11.0.0.1/0", "11.0.0.1", 443, true},
        {"::/0", "::1", 443, false},
        {"::1/0", "::1", 443, true},
        {"::1/128", "::1", 443, true},
        {"10.0.0.1/32x", "10.0.0.1", 443, false},
        {"10.0.0.1/+8", "10.0.0.1", 443, false},
        {"10.0.0.1/-1", "10.0.0.1", 443, false},
        {"10.0.0.0/8/9", "10.0.0.1", 443, false},
        {"[10.0.0.1]", "10.0.0.1", 443, false},
        {"[10.0.0.1]:443", "10.0.0.1", 443, false},
        {"[a.example]", "a.example", 443, false},
        {"[::1", "::1", 443, false},
        {"::1]", "::1", 443, false},
        {"10.0.0.0/33", "10.0.0.0", 443, false},
        {"10.0.0.0/", "10.0.0.0", 443, false},
        {"10.0.0.0/8", "a.example", 443, false},
        {"::1", "::1", 443, true},
        {"[::1]", "::1", 443, true},
        {"[::1]:443", "::1", 443, true},
        {"[::1]:80", "::1", 443, false},
        {"0:0:0:0:0:0:0:1", "::1", 443, true},
        {"fd00::/8", "fd12::1", 443, true},
        {"fd00::/8", "fe12::1", 443, false},
        {"::ffff:10.0.0.1", "10.0.0.1", 443, true},
        {"localhost", "localhost", 80, true},
        {":443", "a.example", 443, false},
        {".", "a.example", 443, false},
    };
    for (const row& each : rows) {
        CAPTURE(each.list, each.host, each.port);
        CHECK(detail::is_listed_in_no_proxy(each.list, each.host, each.port) == each.is_listed);
    }
}

} // namespace no_proxy_test
