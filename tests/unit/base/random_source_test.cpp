#include <langexport/detail/base/random_source.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <regex>
#include <set>
#include <string>

namespace random_source_test {

using langexport::detail::random_source;

TEST_CASE("a fraction lies between 0 and 1, 1 excluded", "[random_source]") {
    random_source source;
    double least = 1, most = 0, sum = 0;
    constexpr int count = 10'000; // more than one page
    for (int i = 0; i < count; ++i) {
        const double f = source.fraction();
        least = f < least ? f : least;
        most = f > most ? f : most;
        sum += f;
    }
    CHECK(least >= 0);
    CHECK(most < 1);
    CHECK(sum > 0.45 * count);
    CHECK(sum < 0.55 * count);
}

TEST_CASE("each id is a different UUID of version 4", "[random_source]") {
    const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    random_source source;
    std::set<std::string> ids;
    for (int i = 0; i < 1000; ++i) {
        const std::string id = source.uuid();
        INFO(id);
        CHECK(std::regex_match(id, form));
        CHECK(ids.insert(id).second);
    }
}

TEST_CASE("without entropy, the numbers of a source and of two sources are distinct",
          "[random_source]") {
    random_source first(&random_source::fill_without_entropy);
    random_source second(&random_source::fill_without_entropy);
    std::set<std::uint64_t> numbers;
    double sum = 0;
    constexpr int count = 10'000; // more than one page
    for (int i = 0; i < count; ++i) {
        CHECK(numbers.insert(first.bits()).second);
        CHECK(numbers.insert(second.bits()).second);
        sum += first.fraction();
    }
    CHECK(sum > 0.45 * count);
    CHECK(sum < 0.55 * count);
}

TEST_CASE("after a fork two processes draw different numbers", "[random_source]") {
    random_source parent;
    parent.bits();
    random_source child = parent;
    CHECK(random_source(parent).bits() == child.bits());
    child.draw_again();
    CHECK(parent.bits() != child.bits());
}

} // namespace random_source_test
