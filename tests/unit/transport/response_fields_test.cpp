#include <langexport/detail/transport/impl/response_fields.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace response_fields_test {

using namespace langexport::detail;

TEST_CASE("the size of a header is known at its empty line", "[response_fields]") {
    const std::string header = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
    CHECK(size_of_header(header, 0) == header.size());
    CHECK(size_of_header(header + "body\r\n\r\n", 0) == header.size());
    CHECK(size_of_header("HTTP/1.1 200 OK\nA: b\n\nbody", 0) == 22);
    CHECK(size_of_header("\n\r\n", 0) == 3);
    CHECK(size_of_header("", 0) == 0);
    for (std::size_t size = 0; size < header.size(); ++size)
        CHECK(size_of_header(std::string_view(header).substr(0, size), 0) == 0);
}

TEST_CASE("the search for the end of a header continues where it stopped", "[response_fields]") {
    for (const std::string header :
         {"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "HTTP/1.1 200 OK\nA: b\n\n"})
        for (std::size_t seen = 0; seen < header.size(); ++seen) {
            INFO(seen);
            CHECK(size_of_header(header, seen) == header.size());
        }
}

TEST_CASE("each field that the client uses is found by its name", "[response_fields]") {
    response_message response;
    const auto place = [&](std::string_view name) { return place_of(response, name); };
    CHECK(place("Content-Type") == &response.content_type);
    CHECK(place("content-encoding") == &response.content_encoding);
    CHECK(place("Location") == &response.location);
    CHECK(place("Retry-After") == &response.retry_after);
    CHECK(place("Date") == &response.date);
    CHECK(place("Operation-Location") == &response.operation_location);
    CHECK(place("APIM-request-id") == &response.request_id);
    CHECK(place("request-id") == &response.request_id);
    CHECK(place("retry-after-ms") == &response.retry_after_ms);
    CHECK(place("X-MS-Retry-After-MS") == &response.x_ms_retry_after_ms);
    CHECK(place("Server") == nullptr);
    CHECK(place("operation-locations") == nullptr);
}

} // namespace response_fields_test
