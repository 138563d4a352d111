// Patterns for the names of projects.

#include "examples/tool/glob.hpp"

#include "support/catch.hpp"

#include <string>

namespace glob_test {

using namespace tool;

namespace {

class sample {
public:
    const char* pattern;
    const char* text;
    bool is_match;
};

} // namespace

TEST_CASE("a pattern stands for whole names", "[tool][glob]") {
    const sample samples[] = {
        {"", "", true},
        {"", "a", false},
        {"abc", "abc", true},
        {"abc", "ABC", false},
        {"ab", "abc", false},
        {"*", "", true},
        {"*", "any thing/at.all", true},
        {"Con*", "Contracts", true},
        {"Con*", "Icons", false},
        {"*s", "Contracts", true},
        {"*on*a*", "Contracts", true},
        {"a*b*c", "aXbXbXc", true},
        {"a*b*c", "aXbXbX", false},
        {"***", "x", true},
        {"?", "", false},
        {"?", "x", true},
        {"?", "é", true},
        {"F?lle", "Fälle", true},
        {"*?", "", false},
        {"[abc]", "b", true},
        {"[a-c]x", "bx", true},
        {"[a-c]", "d", false},
        {"[!a-c]", "d", true},
        {"[^a-c]", "b", false},
        {"[à-ê]", "é", true},
        {"[]]", "]", true},
        {"[!]]", "]", false},
        {"[a-]", "-", true},
        {"[ab", "[ab", true},
        {"[", "[", true},
        {"*[0-9]", "Project 7", true},
        {"\\*", "*", true},
        {"\\*", "x", false},
        {"\\é", "é", true},
        {"a\\", "a\\", true},
    };
    for (const sample& one : samples) {
        CAPTURE(one.pattern, one.text);
        CHECK(matches_glob(one.pattern, one.text) == one.is_match);
    }
}

TEST_CASE("a pattern with many stars takes no exponential time", "[tool][glob]") {
    std::string pattern;
    for (int i = 0; i < 50; ++i)
        pattern += "*a";
    CHECK_FALSE(matches_glob(pattern + "b", std::string(2000, 'a')));
    CHECK(matches_glob(pattern, std::string(2000, 'a')));
}

TEST_CASE("bytes that are not UTF-8 are characters of their own", "[tool][glob]") {
    CHECK(matches_glob("??", "\xff\xfe"));
    CHECK(matches_glob("a?", "a\xc3"));
    CHECK(first_character("").empty());
    CHECK(first_character("\xff").size() == 1);
    CHECK(first_character("é!").size() == 2);
}

TEST_CASE("a filter needs one pattern that includes a name, and none that excludes it",
          "[tool][glob]") {
    name_filter filter;
    CHECK(filter.is_open());
    CHECK(filter.chooses("Any"));
    filter.include = {"A*", "B*"};
    filter.exclude = {"*-old"};
    CHECK_FALSE(filter.is_open());
    CHECK(filter.chooses("Alpha"));
    CHECK(filter.chooses("Beta"));
    CHECK_FALSE(filter.chooses("Gamma"));
    CHECK_FALSE(filter.chooses("Beta-old"));
    filter.include.clear();
    CHECK(filter.chooses("Gamma"));
    CHECK_FALSE(filter.chooses("Gamma-old"));
}

} // namespace glob_test
