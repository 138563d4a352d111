#include <langexport/log/printable.hpp>

#include "support/catch.hpp"

#include <string>

namespace printable_test {

using langexport::printable;

TEST_CASE("foreign text cannot control a terminal or add lines to a log", "[printable]") {
    CHECK(printable("Invoices \u00e9") == "Invoices \u00e9");
    CHECK(printable("a\x1B[2J\r\n\xC2\x9B") == "a [2J    ");
    CHECK(printable("a\xff") == "a?");
    CHECK(printable("").empty());
}

} // namespace printable_test
