#include <langexport/detail/protocol/token_response.hpp>

#include <langexport/detail/base/timestamp.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace token_response_test {

using namespace langexport::detail;
using namespace std::chrono_literals;

namespace {

const std::chrono::system_clock::time_point noon{std::chrono::seconds(1'800'000'000)};

struct parsed {
    bool is_good = false;
    token_response read;
    std::string why;
};

parsed parse(const std::string& body) {
    parsed result;
    result.is_good =
        read_token_response(body, result.read, result.why) && is_usable(result.read, result.why);
    return result;
}

} // namespace

TEST_CASE("a token response is read with its times as numbers or as strings", "[identity]") {
    struct row {
        const char* body;
        std::optional<std::uint64_t> in;
        std::optional<std::uint64_t> on;
    };
    const row each = GENERATE(
        row{R"({"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"t"})",
            3599,
            {}},
        row{R"({"access_token":"t","expires_in":"3599","expires_on":"1800003599",
                "not_before":"1","resource":"https://r","token_type":"Bearer"})",
            3599, 1'800'003'599},
        row{R"({"access_token":"t","expires_on":1800003599})", {}, 1'800'003'599},
        row{R"({"access_token":"t","expires_in":3599.0,"token_type":"bearer"})", 3599, {}},
        row{"\xEF\xBB\xBF {\"access_token\":\"t\",\"expires_in\":\" 60 \"} ", 60, {}},
        row{R"({"x":{"access_token":"no","expires_in":[1]},"access_token":"t","expires_in":1})",
            1,
            {}},
        row{R"({"access_token":"\u0074","expires_in":0,"expires_on":null})", 0, {}});
    const parsed read = parse(each.body);
    INFO(read.why);
    CHECK(read.is_good);
    CHECK(view(read.read.token) == "t");
    CHECK(read.read.expires_in == each.in);
    CHECK(read.read.expires_on == each.on);
}

TEST_CASE("an invalid token response gives the reason and is not shown", "[identity]") {
    struct row {
        const char* body;
        const char* why;
    };
    const row each = GENERATE(
        row{"", "it is empty"}, row{" \r\n", "it is empty"}, row{"<html>", "it is not JSON"},
        row{"[]", "it is not an object"}, row{"\"secret\"", "it is not an object"},
        row{R"({"access_token":"secret","expires_in":1)", "but its JSON is incomplete"},
        row{R"({"expires_in":1})", "it has no access_token"},
        row{R"({"access_token":"","expires_in":1})", "it has no access_token"},
        row{R"({"access_token":1,"expires_in":1})", "field 'access_token' is a number"},
        row{R"({"access_token":["secret"],"expires_in":1})", "field 'access_token' is an array"},
        row{R"({"access_token":{"secret":1},"expires_in":1})", "field 'access_token' is an object"},
        row{R"({"access_token":true})", "field 'access_token' is a boolean"},
        row{R"({"access_token":"secret"})", "it does not say when the token expires"},
        row{R"({"access_token":"secret","expires_in":-1})", "field 'expires_in' is not a number"},
        row{R"({"access_token":"secret","expires_in":"soon"})",
            "field 'expires_in' is not a number"},
        row{R"({"access_token":"secret","expires_in":1e300})",
            "field 'expires_in' is not a number"},
        row{R"({"access_token":"secret","expires_on":"1/2/2027 3:04:05 AM +00:00"})",
            "field 'expires_on' is not a number"},
        row{R"({"access_token":"secret","expires_in":1,"token_type":"pop"})",
            "its token_type is not Bearer"});
    const parsed read = parse(each.body);
    CHECK_FALSE(read.is_good);
    CHECK_THAT(read.why, langexport_tests::contains_text(each.why));
    CHECK(read.why.find("secret") == std::string::npos);
}

TEST_CASE("the trace id of an error is read, or else its correlation id", "[identity]") {
    CHECK(parse(R"({"error":"e","trace_id":"t-1","correlation_id":"c-1"})").read.trace_id == "t-1");
    CHECK(parse(R"({"correlation_id":"c-1","trace_id":"t-1"})").read.trace_id == "t-1");
    CHECK(parse(R"({"correlation_id":"c-1"})").read.trace_id == "c-1");
    CHECK(parse(R"({"trace_id":7})").read.trace_id.empty());
}

TEST_CASE("a token's expiry uses the local clock, however wrong either clock is", "[identity]") {
    const auto clock_of_issuer = GENERATE(-5h, 0h, 5h); // against ours
    const auto issuer_now = noon + clock_of_issuer;
    response_message response;
    response.date = "Fri, 15 Jan 2027 08:00:00 GMT"; // 1,800,000,000 s
    if (clock_of_issuer == 5h)
        response.date = "Fri, 15 Jan 2027 13:00:00 GMT";
    if (clock_of_issuer == -5h)
        response.date = "Fri, 15 Jan 2027 03:00:00 GMT";
    REQUIRE(parse_http_date(response.date) == issuer_now);
    token_response issued;
    issued.expires_in = 3600;
    CHECK(expiry_of(issued, response, token_issuer::authority, noon) == noon + 1h);
    CHECK(expiry_of(issued, response, token_issuer::managed_identity, noon) == noon + 1h);

    // A managed identity returns a token that it has kept for a while: half of its life is over.
    const auto end = issuer_now + 30min;
    issued.expires_on = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(end.time_since_epoch()).count());
    CHECK(expiry_of(issued, response, token_issuer::managed_identity, noon) == noon + 30min);
    CHECK(expiry_of(issued, response, token_issuer::authority, noon) == noon + 1h);
    issued.expires_in.reset();
    CHECK(expiry_of(issued, response, token_issuer::authority, noon) == noon + 30min);
}

TEST_CASE("a token's lifetime is bounded, and over at its expiry", "[identity]") {
    response_message response; // without a date the local clock counts
    token_response issued;
    issued.expires_on = 1'799'999'999;
    CHECK(expiry_of(issued, response, token_issuer::managed_identity, noon) == noon);
    issued.expires_on = UINT64_MAX;
    CHECK(expiry_of(issued, response, token_issuer::managed_identity, noon) == noon + 366 * 24h);
    issued = token_response();
    issued.expires_in = UINT64_MAX;
    CHECK(expiry_of(issued, response, token_issuer::authority, noon) == noon + 366 * 24h);
}

TEST_CASE("transient and permanent errors of an issuer are distinguished", "[identity]") {
    using enum token_issuer;
    struct row {
        token_issuer issuer;
        unsigned status;
        const char* error;
        bool may_pass;
    };
    const row each = GENERATE(
        row{authority, 400, "invalid_request", false},
        row{authority, 400, "unauthorized_client", false},
        row{authority, 400, "invalid_scope", false}, row{authority, 401, "invalid_client", false},
        row{authority, 400, "invalid_grant", false}, row{authority, 403, "", false},
        row{authority, 404, "", false}, row{authority, 410, "", false},
        row{authority, 204, "", false}, row{authority, 400, "temporarily_unavailable", true},
        row{authority, 400, "server_error", true}, row{authority, 408, "", true},
        row{authority, 429, "", true}, row{authority, 500, "", true},
        row{authority, 503, "invalid_client", true}, row{managed_identity, 400, "x", false},
        row{managed_identity, 401, "", false}, row{managed_identity, 403, "", false},
        row{managed_identity, 404, "", true}, row{managed_identity, 410, "", true},
        row{managed_identity, 429, "", true}, row{managed_identity, 500, "unknown", true},
        row{managed_identity, 504, "", true});
    CAPTURE(each.status, each.error);
    CHECK(may_pass(each.issuer, each.status, each.error) == each.may_pass);
}

} // namespace token_response_test
