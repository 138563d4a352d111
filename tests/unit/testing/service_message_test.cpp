#include <langexport/testing/service_message.hpp>

#include "support/catch.hpp"

#include <type_traits>
#include <utility>

namespace service_message_test {

using langexport::testing::service_response;

TEST_CASE("a header field of a response is found by its name in any letter case",
          "[emulator][service_message]") {
    service_response response;
    CHECK(response.header("Date").empty());
    response.headers = {{"operation-location", "https://name.example/jobs/1"},
                        {"Retry-After", "5"},
                        {"retry-after", "7"}};
    CHECK(response.header("Operation-Location") == "https://name.example/jobs/1");
    CHECK(response.header("RETRY-AFTER") == "5"); // the first one
    CHECK(response.header("Retry").empty());
    CHECK(response.header("").empty());
    // The view refers to the response.
    CHECK(response.header("Retry-After").data() == response.headers[1].second.data());
}

TEST_CASE("a response can be moved, with the body that it streams", "[emulator][service_message]") {
    STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<service_response>);
    service_response response;
    response.stream = langexport::testing::open_filler(7);
    service_response moved = std::move(response);
    REQUIRE(moved.stream);
    CHECK(moved.stream->size() == 7);
}

} // namespace service_message_test
