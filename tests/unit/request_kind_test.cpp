#include <langexport/request_kind.hpp>

#include "support/catch.hpp"

#include <set>
#include <string_view>

namespace request_kind_test {

using namespace langexport;

TEST_CASE("each kind of request has a name of its own", "[request_kind]") {
    std::set<std::string_view> names;
    for (std::size_t kind = 0; kind < request_kinds; ++kind)
        names.insert(to_string(static_cast<request_kind>(kind)));
    CHECK(names == std::set<std::string_view>{"result", "submission", "listing", "status"});
    CHECK(to_string(static_cast<request_kind>(request_kinds)) == "unknown");
}

} // namespace request_kind_test
