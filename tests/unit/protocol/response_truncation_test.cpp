#include <langexport/detail/protocol/response_truncation.hpp>

#include "support/catch.hpp"

#include <optional>
#include <string>

namespace response_truncation_test {

using namespace langexport;
using detail::describe_truncation;
using detail::response_message;

namespace {

response_message response_of(const std::string& body) {
    response_message response;
    response.status = 200;
    response.body = body;
    response.body_size = body.size();
    response.may_be_cut = true;
    return response;
}

response_message streamed(const std::string& body) {
    response_message response = response_of("");
    response.body_size = body.size();
    response.streamed_check.emplace("application/json", "").take(body);
    return response;
}

const std::string whole = R"({"status":"running"})";
const std::string cut = R"({"status":"run)";

} // namespace

TEST_CASE("a body in plain text is complete if its JSON is", "[truncation]") {
    CHECK_FALSE(describe_truncation(response_of(whole), request_kind::status, false));
    CHECK_FALSE(describe_truncation(streamed(whole), request_kind::result, false));
    for (const response_message& response : {response_of(cut), streamed(cut)})
        CHECK(describe_truncation(response, request_kind::result, false) ==
              "after 14 bytes of its body; the connection ended");
    CHECK(describe_truncation(response_of(""), request_kind::status, false));
}

TEST_CASE("a body over TLS is complete only with close_notify", "[truncation]") {
    for (const response_message& response : {response_of(whole), streamed(whole)})
        CHECK(describe_truncation(response, request_kind::result, true) ==
              "after 20 bytes of its body; TLS ended without close_notify");
    CHECK(describe_truncation(response_of(cut), request_kind::listing, true));
    response_message ended = response_of(cut);
    ended.may_be_cut = false; // by its length, its chunks or close_notify
    CHECK_FALSE(describe_truncation(ended, request_kind::listing, true));
    CHECK_FALSE(describe_truncation(ended, request_kind::listing, false));
}

TEST_CASE("only the body of a good response to a GET counts", "[truncation]") {
    CHECK_FALSE(describe_truncation(response_of(cut), request_kind::submission, true));
    for (const unsigned status : {202u, 204u, 404u, 503u}) {
        response_message response = response_of(cut);
        response.status = status;
        CHECK_FALSE(describe_truncation(response, request_kind::status, true));
    }
}

} // namespace response_truncation_test
