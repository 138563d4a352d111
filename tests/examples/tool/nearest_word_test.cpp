#include "examples/tool/nearest_word.hpp"

#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nearest_word_test {

using tool::edit_distance;
using tool::nearest_word;

TEST_CASE("the distance of two words is the number of changed characters", "[nearest_word]") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("quota", "quota") == 0);
    CHECK(edit_distance("", "quota") == 5);
    CHECK(edit_distance("quota", "") == 5);
    CHECK(edit_distance("qota", "quota") == 1);   // one is missing
    CHECK(edit_distance("quuota", "quota") == 1); // one is too many
    CHECK(edit_distance("quate", "quota") == 2);  // two differ
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("sitting", "kitten") == 3);
}

TEST_CASE("the nearest word is the one with the smallest distance", "[nearest_word]") {
    const std::vector<std::string> words = {"endpoint", "key_file", "key_env", "projects"};
    CHECK(nearest_word("endpont", words) == "endpoint");
    CHECK(nearest_word("key_fil", words) == "key_file");
    CHECK(nearest_word("key_enf", words) == "key_env");
    CHECK(nearest_word("projects", words) == "projects");
    // The first of two words with the same distance.
    CHECK(nearest_word("ab", std::vector<std::string_view>{"xy", "aa", "bb"}) == "aa");
}

TEST_CASE("a word that differs in more than a third of its characters is not suggested",
          "[nearest_word]") {
    const std::vector<std::string_view> words = {"projects", "all"};
    CHECK(nearest_word("prjcts", words) == "projects");
    CHECK(nearest_word("prjct", words).empty());
    CHECK(nearest_word("al", words) == "all"); // one change is always allowed
    CHECK(nearest_word("a", words).empty());
    CHECK(nearest_word("x", std::vector<std::string_view>()).empty());
    CHECK(nearest_word("", std::vector<std::string_view>{"a"}) == "a");
    CHECK(nearest_word("", words).empty());
}

} // namespace nearest_word_test
