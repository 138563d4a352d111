#include <langexport/detail/json/long_exponent.hpp>

#include "support/catch.hpp"

#include <string>
#include <string_view>

namespace long_exponent_test {

using namespace langexport::detail;

TEST_CASE("an exponent with too many digits is found at any position", "[long_exponent]") {
    const std::string nine(9, '1'), ten(10, '2');
    for (std::size_t shift = 0; shift < 25; ++shift) {
        const std::string before = std::string(shift, ' ') + "[1";
        CAPTURE(shift);
        for (const std::string mark : {"e", "E", "e+", "E-"}) {
            CHECK(find_long_exponent(before + mark + ten + ",2]") == ten);
            CHECK(find_long_exponent(before + mark + nine + "," + ten + "]").empty());
        }
        CHECK(find_long_exponent(before + ten + "]").empty());
    }
    CHECK(find_long_exponent("").empty());
}

TEST_CASE("a possibly incomplete exponent is found at the end of a piece", "[long_exponent]") {
    CHECK(cut_exponent_size("[1e") == 1);
    CHECK(cut_exponent_size("[1e-") == 2);
    CHECK(cut_exponent_size("[1.5E+12") == 4);
    for (const std::string_view whole : {"", "[1", "[12345678901", "[1e5,", "[1-5", "\"e\""}) {
        CAPTURE(whole);
        CHECK(cut_exponent_size(whole) == 0);
    }
}

} // namespace long_exponent_test
