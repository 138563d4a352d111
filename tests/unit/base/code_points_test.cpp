#include <langexport/detail/base/code_points.hpp>

#include "support/catch.hpp"

namespace code_points_test {

using langexport::detail::code_point_range;
using langexport::detail::is_in;

TEST_CASE("a range contains its first and its last character", "[code_points]") {
    static constexpr code_point_range ranges[] = {
        {U'0', U'9'}, {U'a', U'a'}, {U'\u2028', U'\u202e'}, {0x1F300, 0x10FFFF}};
    for (const char32_t inside :
         {U'0', U'5', U'9', U'a', U'\u2028', U'\u202e', char32_t{0x1F300}, char32_t{0x10FFFF}}) {
        INFO(static_cast<unsigned>(inside));
        CHECK(is_in(ranges, inside));
    }
    for (const char32_t outside : {char32_t{0}, U'/', U':', U'`', U'b', U'\u2027', U'\u202f',
                                   char32_t{0x1F2FF}, char32_t{0x110000}}) {
        INFO(static_cast<unsigned>(outside));
        CHECK_FALSE(is_in(ranges, outside));
    }
}

} // namespace code_points_test
