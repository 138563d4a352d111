#include <langexport/detail/engine/authorization.hpp>

#include "support/catch.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace asio = boost::asio;
using namespace std::chrono_literals;
using langexport::access_token;
using langexport::bearer_token_source;
using langexport::subscription_key;
using langexport::detail::authorization;

namespace {

const authorization::time_point start{1000h};

asio::awaitable<access_token> no_token() {
    co_return access_token();
}

authorization with_source() {
    return authorization(bearer_token_source(no_token));
}

std::string shown(const authorization& by) {
    return std::string(view(by.header_line()));
}

} // namespace

TEST_CASE("a token is kept until a tenth of its life is left, and used to its end",
          "[credentials]") {
    authorization by = with_source();
    CHECK(by.wants_token(start));
    CHECK_FALSE(by.is_ready(start));
    REQUIRE(by.received(by.generation(), access_token("first", start + 10min), start));
    CHECK_FALSE(by.wants_token(start));
    CHECK_FALSE(by.wants_token(start + 9min - 1ms));
    CHECK(by.wants_token(start + 9min));
    CHECK(by.is_ready(start + 10min - 1ms)); // meanwhile the old one is good
    CHECK(shown(by) == "Authorization: Bearer first\r\n");
    CHECK_FALSE(by.is_ready(start + 10min));

    REQUIRE(by.received(by.generation(), access_token("second", start + 20min), start + 9min));
    CHECK(shown(by) == "Authorization: Bearer second\r\n");
    CHECK_FALSE(by.wants_token(start + 10min));
    CHECK(by.is_ready(start + 10min));
}

TEST_CASE("a token of a long life is replaced five minutes before its end", "[credentials]") {
    authorization by = with_source();
    REQUIRE(by.received(by.generation(), access_token("first", start + 24h), start));
    CHECK_FALSE(by.wants_token(start + 24h - 5min - 1ms));
    CHECK(by.wants_token(start + 24h - 5min));
}

TEST_CASE("a source that fails while the old token holds takes nothing away", "[credentials]") {
    authorization by = with_source();
    REQUIRE(by.received(by.generation(), access_token("first", start + 10min), start));
    const auto bad = GENERATE(access_token(), access_token("late", start));
    REQUIRE(by.received(by.generation(), bad, start + 9min));
    CHECK(by.is_ready(start + 9min));
    CHECK(by.wants_token(start + 9min));
    CHECK(shown(by) == "Authorization: Bearer first\r\n");
}

TEST_CASE("nobody is asked twice at a time", "[credentials]") {
    authorization by = with_source();
    asio::io_context context;
    by.ask(context.get_executor(), [](auto, auto) {});
    CHECK_FALSE(by.wants_token(start));
    REQUIRE(by.received(by.generation(), access_token(), start));
    CHECK(by.wants_token(start)); // it failed: again
}

TEST_CASE("a token that comes after its source was replaced is not taken", "[credentials]") {
    authorization by = with_source();
    const std::uint32_t asked_as = by.generation();
    by.replace(subscription_key("key"));
    CHECK_FALSE(by.received(asked_as, access_token("late", start + 1h), start));
    CHECK(shown(by) == "Ocp-Apim-Subscription-Key: key\r\n");
}
