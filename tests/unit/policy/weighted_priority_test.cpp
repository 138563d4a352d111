#include <langexport/detail/policy/weighted_priority.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <random>

namespace weighted_priority_test {

using langexport::detail::weighted_priority;

TEST_CASE("the first queue is served most often, and no queue starves", "[weighted_priority]") {
    weighted_priority order;
    weighted_priority::line_set all{true, true, true};
    std::array<int, 3> served{};
    for (int i = 0; i < 1000; ++i) {
        const std::size_t next = order.next(all);
        order.on_sent(next, all);
        ++served[next];
    }
    CHECK(served[0] >= 780);
    CHECK(served[1] >= 90);
    CHECK(served[2] >= 90);
    // No other line waits: no turn is reserved for an empty line.
    weighted_priority::line_set last{false, false, true};
    CHECK(order.next(last) == 2);
}

TEST_CASE("every queue is served within a bounded number of turns",
          "[weighted_priority][property]") {
    std::mt19937 random(5);
    weighted_priority order;
    std::array<unsigned, 3> waited{};
    for (int i = 0; i < 100'000; ++i) {
        weighted_priority::line_set who{};
        for (std::size_t line = 0; line < weighted_priority::lines; ++line)
            who[line] = waited[line] > 0 || random() % 3 == 0;
        if (!who[0] && !who[1] && !who[2])
            continue;
        const std::size_t next = order.next(who);
        REQUIRE(who[next]);
        order.on_sent(next, who);
        for (std::size_t line = 0; line < weighted_priority::lines; ++line)
            waited[line] = who[line] && line != next ? waited[line] + 1 : 0;
        REQUIRE(std::max({waited[1], waited[2]}) <= weighted_priority::most_passed_over + 2);
    }
}

} // namespace weighted_priority_test
