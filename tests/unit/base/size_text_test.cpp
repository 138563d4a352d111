#include <langexport/detail/base/size_text.hpp>

#include "support/catch.hpp"

namespace size_text_test {

using namespace langexport;

TEST_CASE("a size is printed in readable units", "[size_text]") {
    CHECK(detail::format_size(0) == "0 bytes");
    CHECK(detail::format_size(1) == "1 byte");
    CHECK(detail::format_size(999) == "999 bytes");
    CHECK(detail::format_size(1000) == "1.0 KB");
    CHECK(detail::format_size(12'345) == "12.3 KB");
    CHECK(detail::format_size(123'456) == "123 KB");
    CHECK(detail::format_size(999'999) == "999 KB");
    CHECK(detail::format_size(1'000'000) == "1.0 MB");
    CHECK(detail::format_size(1'073'741'824) == "1.0 GB");
    CHECK(detail::format_size(18'446'744'073'709'551'615u) == "18.4 EB");
}

} // namespace size_text_test
