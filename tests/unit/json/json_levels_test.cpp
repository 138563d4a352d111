#include <langexport/detail/json/json_levels.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <random>
#include <vector>

namespace json_levels_test {

using namespace langexport::detail;

TEST_CASE("a change of levels is the same as closing and opening them", "[json levels]") {
    std::mt19937 random(3);
    std::size_t made = 0;
    for (int round = 0; round < 20'000; ++round) {
        json_levels single, changed;
        std::vector<bool> kinds;
        for (std::size_t depth = 1 + random() % 150; depth-- > 0;) {
            kinds.push_back(random() % 2 == 0);
            single.open(kinds.back());
            changed.open(kinds.back());
        }
        json_level_change change;
        change.closed = static_cast<unsigned char>(random() % 5);
        change.opened = static_cast<unsigned char>(random() % 5);
        change.room = static_cast<unsigned char>(63 - change.closed - change.opened);
        change.required = (std::uint64_t(2) << change.closed) - 1;
        change.required_kinds = changed.innermost().kinds & change.required;
        if (random() % 4 == 0)
            change.required_kinds ^= 1;
        change.opened_kinds = random() & ((std::uint64_t(1) << change.opened) - 1);
        const std::size_t floor = random() % 4;
        const std::size_t count = kinds.size() % 64;
        const bool is_possible = (change.required_kinds & 1) == (single.is_in_object() ? 1u : 0u) &&
                                 count > change.closed && count + change.opened < 64 &&
                                 kinds.size() > floor + change.closed;
        CAPTURE(kinds.size(), floor, int(change.closed), int(change.opened));
        REQUIRE(changed.make(change, floor) == is_possible);
        if (!is_possible)
            continue;
        ++made;
        for (int n = 0; n < change.closed; ++n)
            single.close();
        for (int n = change.opened; n-- > 0;)
            single.open((change.opened_kinds >> n & 1) != 0);
        while (single.depth() != 0) {
            REQUIRE(changed.depth() == single.depth());
            REQUIRE(changed.is_in_object() == single.is_in_object());
            single.close();
            changed.close();
        }
        REQUIRE(changed.depth() == 0);
    }
    CHECK(made > 5'000);
}

} // namespace json_levels_test
