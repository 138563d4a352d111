#include <langexport/detail/transport/impl/first_bytes.hpp>

#include "support/catch.hpp"

namespace first_bytes_test {

using namespace langexport::detail;

TEST_CASE("a protocol is recognized by its first bytes, of which there may be few",
          "[first_bytes]") {
    CHECK(may_be_http(""));
    CHECK(may_be_http("H"));
    CHECK(may_be_http("HTTP/1."));
    CHECK(may_be_http("HTTP/1.1 200 OK"));
    CHECK_FALSE(may_be_http("h"));
    CHECK_FALSE(may_be_http("HTTP/2"));
    CHECK_FALSE(may_be_http("220 mail.example ESMTP"));
    CHECK(may_be_tls("\x15"));
    CHECK(may_be_tls("\x16\x03\x01"));
    CHECK_FALSE(may_be_tls(""));
    CHECK_FALSE(may_be_tls("HTTP/1.1"));
}

} // namespace first_bytes_test
