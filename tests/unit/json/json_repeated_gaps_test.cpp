#include <langexport/detail/json/json_repeated_gaps.hpp>

#include <langexport/detail/json/json_completeness.hpp>

#include "support/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

namespace json_repeated_gaps_test {

using namespace langexport;
using namespace langexport::detail;

bool boost_accepts(std::string_view text) {
    boost::system::error_code failure;
    boost::json::parse_options options;
    options.max_depth = 1000;
    const auto value = boost::json::parse(text, failure, {}, options);
    return !failure && (value.is_object() || value.is_array());
}

bool is_whole_by_bytes(std::string_view text) {
    json_completeness check;
    for (const char c : text)
        check.take_byte(c);
    return check.is_whole();
}

// Objects that are alike, as in a result: their values differ, and some have more members than others.
std::string documents(std::mt19937& random, std::size_t size) {
    std::string text;
    while (text.size() < size) {
        text += text.empty() ? "" : ",";
        text += "{\"location\":\"" + std::to_string(random()) + ".txt\"";
        if (random() % 4 == 0)
            text += ",\"language\":\"en\"";
        text += ",\"entities\":[";
        for (std::size_t n = random() % 4; n-- > 0;)
            text += "{\"category\":\"A\\n\",\"offset\":" + std::to_string(random() % 5000) +
                    ",\"score\":-0.5,\"is\":" + (random() % 2 == 0 ? "true" : "null") +
                    (n == 0 ? "}" : "},");
        text += random() % 8 == 0 ? "] , \"more\" : [[ ],{}]}" : "]}";
    }
    return text;
}

// A text around `inner` that is so deep.
std::string nested(std::string inner, std::size_t depth, std::mt19937& random) {
    while (depth-- > 0)
        inner = random() % 2 == 0 ? "[" + inner + "]" : "{\"\":" + inner + "}";
    return inner;
}

// With one byte changed, removed or added, mostly one that belongs to the syntax.
std::string changed(std::string text, std::mt19937& random) {
    constexpr std::string_view bytes = "{}[]:,\"\\ 0-et";
    std::size_t place = random() % text.size();
    if (random() % 4 != 0)
        place = (std::min)(text.find_first_of("{}[]:,\"", place), text.size() - 1);
    switch (random() % 3) {
    case 0:
        text[place] = bytes[random() % bytes.size()];
        break;
    case 1:
        text.erase(place, 1);
        break;
    default:
        text.insert(place, 1, bytes[random() % bytes.size()]);
    }
    return text;
}

TEST_CASE("a large text that repeats itself is checked as a parser checks it",
          "[json repeated gaps]") {
    std::mt19937 random(19);
    std::size_t good = 0;
    const int rounds = 4'000;
    for (int round = 0; round < rounds; ++round) {
        // Around 64 levels some of them are stored elsewhere.
        const std::size_t depth = 1 + (random() % 2 == 0 ? random() % 4 : 58 + random() % 70);
        std::string text = nested("[" + documents(random, 5'000) + "]", depth, random);
        if (round % 4 != 0)
            text = changed(std::move(text), random);
        CAPTURE(depth, text);
        const bool expected = boost_accepts(text);
        REQUIRE(is_whole_json(text) == expected);
        REQUIRE(is_whole_by_bytes(text) == expected);
        good += expected ? 1 : 0;
    }
    CHECK(good > rounds / 4);
    CHECK(good < rounds / 2);
}

TEST_CASE("levels that repeat themselves are checked at any depth", "[json repeated gaps]") {
    std::mt19937 random(23);
    const std::string_view parts[] = {
        "[1,", "{\"a\":", "[[2,", "{\"a\":{\"b\":", "[{\"a\":", "[\"\",[", "[],", "{},"};
    std::size_t good = 0;
    const int rounds = 3'000;
    for (int round = 0; round < rounds; ++round) {
        std::string text = "[", ends = "]";
        const std::size_t used = 2 + random() % 7;
        while (text.size() < 6'000) {
            if (ends.size() > 1 && random() % (ends.size() > 120 ? 2 : 3) == 0) {
                text += "3";
                for (std::size_t n = 1 + random() % 4; n-- > 0 && ends.size() > 1;) {
                    text += ends.back();
                    ends.pop_back();
                }
                text += ends.back() == '}' ? ",\"a\":" : ",";
                continue;
            }
            const std::string_view part = parts[random() % used];
            const bool in_object = text.back() == ':';
            if (part.back() == ',' && (part[0] == '[' && part[1] == ']') && in_object)
                continue;
            if (part.starts_with("{}") && in_object)
                continue;
            text += part;
            for (const char c : part) {
                if (c == '[' || c == '{')
                    ends += c == '[' ? ']' : '}';
                else if (c == ']' || c == '}')
                    ends.pop_back();
            }
        }
        text += "4";
        text.append(ends.rbegin(), ends.rend());
        if (round % 2 == 0)
            text = changed(std::move(text), random);
        CAPTURE(text);
        const bool expected = boost_accepts(text);
        REQUIRE(is_whole_json(text) == expected);
        REQUIRE(is_whole_by_bytes(text) == expected);
        good += expected ? 1 : 0;
    }
    CHECK(good > rounds / 3);
    CHECK(good < rounds * 3 / 4);
}

TEST_CASE("a gap is found where it followed before, and means the same levels",
          "[json repeated gaps]") {
    json_repeated_gaps gaps;
    json_levels levels;
    levels.open(true);
    levels.open(false);
    levels.open(true);
    const std::string pad(json_gap::longest, ' ');
    const auto first = [&] { return gaps.find((",\"a\":" + pad).c_str()); };
    const auto next = [&] { return gaps.find(("}],\"b\":[\"" + pad).c_str()); };
    CHECK(first() == nullptr);
    gaps.learn(",\"a\":", levels.innermost(), json_place::value_due);
    gaps.learn("}],\"b\":[\"", levels.innermost(), json_place::in_text);
    gaps.learn(",\"a\":", levels.innermost(), json_place::value_due);
    json_gap* const found = next();
    REQUIRE(found != nullptr);
    CHECK(found->behind == json_place::in_text);
    CHECK(found->size == 9);
    CHECK(gaps.find(("}],\"b\":[ " + pad).c_str()) == nullptr);
    json_levels others;
    others.open(true);
    others.open(true);
    others.open(true);
    CHECK_FALSE(others.make(found->change, 0));
    CHECK_FALSE(levels.make(found->change, 1));
    REQUIRE(levels.make(found->change, 0));
    CHECK(levels.depth() == 2);
    CHECK_FALSE(levels.is_in_object());
    gaps.pass(*found);
    CHECK(first() != nullptr);
}

TEST_CASE("gaps that are too long, have escapes or close unknown levels are not learned",
          "[json repeated gaps]") {
    json_levels levels;
    levels.open(true);
    for (const std::string& gap : {",\"" + std::string(json_gap::longest, 'x') + "\":",
                                   std::string(",\"\\n\":"), std::string("},"), std::string()}) {
        json_repeated_gaps gaps;
        gaps.learn(gap, levels.innermost(), json_place::value_due);
        gaps.learn(gap, levels.innermost(), json_place::value_due);
        CHECK(gaps.find((gap + std::string(json_gap::longest, ' ')).c_str()) == nullptr);
    }
}

TEST_CASE("gaps are not compared for a while if they are rarely the expected ones",
          "[json repeated gaps]") {
    json_repeated_gaps gaps;
    json_levels levels;
    levels.open(true);
    std::size_t useful = 0;
    const int all = 100'000;
    for (int n = 0; n < all; ++n)
        if (gaps.is_useful()) {
            ++useful;
            gaps.learn(",\"" + std::to_string(n) + "\":", levels.innermost(),
                       json_place::value_due);
        }
    CHECK(useful > 64);
    CHECK(useful < all / 100);
}

} // namespace json_repeated_gaps_test
