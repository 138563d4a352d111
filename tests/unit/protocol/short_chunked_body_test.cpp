#include <langexport/detail/protocol/short_chunked_body.hpp>

#include "support/catch.hpp"

#include <string_view>

namespace short_chunked_body_test {

using langexport::detail::is_part_of_short_body;

TEST_CASE("an incomplete empty chunked body is recognized", "[short_chunked_body]") {
    for (const std::string_view part : {"0\r\n", "0\r\n\r", "00\r\n", "0;\r\n"}) {
        CAPTURE(part);
        CHECK(is_part_of_short_body(part));
    }
    for (const std::string_view other :
         {"", "0", "0\r", "0\r\n\r\n", "5\r\nhe", "0\r\nX: y\r\n", "0\r\r\n"}) {
        CAPTURE(other);
        CHECK_FALSE(is_part_of_short_body(other));
    }
}

} // namespace short_chunked_body_test
