#include <langexport/detail/json/json_error_text.hpp>

#include "support/catch.hpp"

namespace json_error_text_test {

using namespace langexport::detail;

TEST_CASE("a message about JSON names the byte and, of a text that ends too early, the path",
          "[json_error_text]") {
    CHECK(at_byte(0) == "byte 0: ");
    CHECK(at_byte(5'000'000'000) == "byte 5000000000: ");
    CHECK(incomplete_json(7) == "it ends at byte 7, but its JSON is incomplete");
    CHECK(incomplete_json(7, "assets.intents[2]") ==
          "it ends at byte 7, in assets.intents[2], but its JSON is incomplete");
}

} // namespace json_error_text_test
