#include <langexport/detail/engine/token_manager.hpp>

#include "support/catch.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>

namespace token_manager_test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using langexport::access_token;
using langexport::bearer_token_source;
using langexport::retry_params;
using langexport::subscription_key;
using langexport::detail::steady_time;
using langexport::detail::token_manager;
using langexport::detail::token_outcome;

namespace {

const token_manager::time_point start{1000h};
const steady_time steady_start{50h}; // the same moment
constexpr steady_time never = (steady_time::max)();

asio::awaitable<access_token> no_token() {
    co_return access_token();
}

token_manager with_source() {
    return token_manager(bearer_token_source(no_token), retry_params());
}

steady_time steady(token_manager::time_point now) {
    return steady_start + (now - start);
}

bool wants_token(const token_manager& by, token_manager::time_point now) {
    return by.request_due_at(now, steady(now)) <= steady(now);
}

token_outcome give(token_manager& by, std::uint32_t requested_in, const access_token& token,
                   token_manager::time_point now, const std::exception_ptr& error = {}) {
    return by.on_token(requested_in, error, token, now, steady(now), 0.5);
}

std::string shown(const token_manager& by) {
    return std::string(view(by.header_line()));
}

} // namespace

TEST_CASE("a token is renewed when a tenth of its lifetime is left, and used until it expires",
          "[credentials]") {
    token_manager by = with_source();
    CHECK(wants_token(by, start));
    CHECK_FALSE(by.is_ready(start));
    REQUIRE(give(by, by.generation(), access_token("first", start + 10min), start).is_current);
    CHECK_FALSE(wants_token(by, start));
    CHECK_FALSE(wants_token(by, start + 9min - 1ms));
    CHECK(wants_token(by, start + 9min));
    CHECK(by.is_ready(start + 10min - 1ms)); // meanwhile the old one is good
    CHECK(shown(by) == "Authorization: Bearer first\r\n");
    CHECK_FALSE(by.is_ready(start + 10min));

    REQUIRE(
        give(by, by.generation(), access_token("second", start + 20min), start + 9min).is_current);
    CHECK(shown(by) == "Authorization: Bearer second\r\n");
    CHECK_FALSE(wants_token(by, start + 10min));
    CHECK(by.is_ready(start + 10min));
}

TEST_CASE("a token with a long lifetime is renewed five minutes before it expires",
          "[credentials]") {
    token_manager by = with_source();
    REQUIRE(give(by, by.generation(), access_token("first", start + 24h), start).is_current);
    CHECK_FALSE(wants_token(by, start + 24h - 5min - 1ms));
    CHECK(wants_token(by, start + 24h - 5min));
}

TEST_CASE("a failed renewal does not affect the current token", "[credentials]") {
    token_manager by = with_source();
    REQUIRE(give(by, by.generation(), access_token("first", start + 10min), start).is_current);
    const auto bad = GENERATE(access_token(), access_token("late", start));
    REQUIRE(give(by, by.generation(), bad, start + 9min).is_current);
    CHECK(by.is_ready(start + 9min));
    CHECK(by.request_due_at(start + 9min, steady(start + 9min)) < never); // again, after a wait
    CHECK(shown(by) == "Authorization: Bearer first\r\n");
}

TEST_CASE("a source is not called again before it has responded", "[credentials]") {
    token_manager by = with_source();
    asio::io_context context;
    by.request(context.get_executor(), [](auto, auto) {});
    CHECK_FALSE(wants_token(by, start));
    const token_outcome outcome = give(by, by.generation(), access_token(), start);
    REQUIRE(outcome.is_current);
    CHECK_FALSE(wants_token(by, start)); // it failed: again, but not at once
    CHECK(by.request_due_at(start, steady(start)) == outcome.not_before);
}

TEST_CASE("a failed source is called again after increasing waits", "[credentials]") {
    token_manager by = with_source();
    const retry_params retry;
    const auto longest = std::chrono::duration_cast<std::chrono::milliseconds>(retry.first_backoff);
    auto now = start;
    for (int failure = 0; failure < 3; ++failure) {
        const token_outcome outcome = give(by, by.generation(), access_token(), now);
        REQUIRE(outcome.failure);
        CHECK(outcome.failure->code == langexport::errc::credential_unavailable);
        const auto wait = outcome.not_before - steady(now);
        CHECK(wait == longest * (1 << failure) / 2); // the random number was 0.5
        CHECK(by.request_due_at(now, steady(now)) == outcome.not_before);
        now += std::chrono::duration_cast<token_manager::time_point::duration>(wait);
        CHECK(wants_token(by, now));
    }
    REQUIRE_FALSE(give(by, by.generation(), access_token("good", now + 1h), now).failure);
    const token_outcome last = give(by, by.generation(), access_token(), now);
    REQUIRE(last.failure);
    CHECK(last.not_before - steady(now) == longest / 2); // failures in a row are counted, not all
}

TEST_CASE("the error of a source has its reason", "[credentials]") {
    token_manager by = with_source();
    const auto detail = [&](const access_token& token, const std::exception_ptr& error = {}) {
        const token_outcome outcome = give(by, by.generation(), token, start, error);
        REQUIRE(outcome.failure);
        return outcome.failure->detail;
    };
    CHECK(detail(access_token()) == "the token source gave no token");
    CHECK(detail(access_token("late", start)) == "the token source gave a token that has expired");
    const auto thrown = std::make_exception_ptr(std::runtime_error("no network"));
    CHECK(detail(access_token("good", start + 1h), thrown) == "the token source threw");
}

TEST_CASE("a new credential does not wait for the backoff of the old source", "[credentials]") {
    token_manager by = with_source();
    REQUIRE(give(by, by.generation(), access_token(), start).failure);
    CHECK_FALSE(wants_token(by, start));
    by.replace(bearer_token_source(no_token));
    CHECK(wants_token(by, start));
}

TEST_CASE("a token counts as accepted if it or a later one was accepted", "[credentials]") {
    token_manager by = with_source();
    REQUIRE(give(by, by.generation(), access_token("first", start + 1h), start).is_current);
    const std::uint32_t first = by.generation();
    CHECK_FALSE(by.was_accepted(first));
    by.accepted(first);
    CHECK(by.was_accepted(first));
    CHECK(by.rejected(first));
    REQUIRE(give(by, by.generation(), access_token("second", start + 1h), start).is_current);
    const std::uint32_t second = by.generation();
    CHECK_FALSE(by.was_accepted(second));
    by.accepted(second);
    by.accepted(first); // a response that was late
    CHECK(by.was_accepted(second));
    CHECK(by.was_accepted(first));

    by.replace(bearer_token_source(no_token));
    CHECK_FALSE(by.was_accepted(second)); // of another credential
    by.replace(subscription_key("key"));
    by.accepted(by.generation());
    CHECK_FALSE(by.was_accepted(by.generation())); // keys do not expire
}

TEST_CASE("a key never requests a token", "[credentials]") {
    const token_manager by(subscription_key("key"), retry_params());
    CHECK(by.is_ready(start));
    CHECK(by.request_due_at(start, steady_start) == never);
}

TEST_CASE("a token that arrives after its source was replaced is ignored", "[credentials]") {
    token_manager by = with_source();
    const std::uint32_t requested_in = by.generation();
    by.replace(subscription_key("key"));
    CHECK_FALSE(give(by, requested_in, access_token("late", start + 1h), start).is_current);
    CHECK(shown(by) == "Ocp-Apim-Subscription-Key: key\r\n");
}

} // namespace token_manager_test
