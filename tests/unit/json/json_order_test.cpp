#include <langexport/detail/json/json_order.hpp>

#include "support/catch.hpp"

#include <string>
#include <vector>

namespace json_order_test {

using langexport::detail::is_before_in_order;

TEST_CASE("compact JSON is ordered: numbers by value and texts by their bytes", "[json_order]") {
    const std::vector<std::string> rows[] = {
        {"-2", "-1.5", "0", "1e-1", "2", "9", "10", "1e2", "101"},
        {R"("")", R"("A")", R"("a")", R"("aa")", R"("b")", "\"\u00e9\""},
        {R"("a")", R"("a\n")", R"("a b")", R"("a\"")", R"("aa")"},
        {R"({"n":2,"x":1})", R"({"n":10,"x":0})"},
        {R"(["a",2])", R"(["a",10])", R"(["b",1])"},
    };
    for (const auto& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            for (std::size_t j = 0; j < row.size(); ++j) {
                CAPTURE(row[i], row[j]);
                CHECK(is_before_in_order(row[i], row[j]) == (i < j));
            }
}

} // namespace json_order_test
