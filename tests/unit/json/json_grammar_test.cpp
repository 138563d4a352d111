#include <langexport/detail/json/json_grammar.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace json_grammar_test {

using namespace langexport::detail;

namespace {

// The state after a text without strings, objects and arrays.
json_place after(std::string_view text, json_place from, bool in_object = false) {
    for (const char c : text)
        from = grammar_of_json.next(in_object, from, c);
    return from;
}

// Whether a value is complete behind this text: a comma may follow.
bool is_value(std::string_view text, bool in_object) {
    const json_place end = after(text, json_place::value_due, in_object);
    const json_place next = in_object ? json_place::name_due : json_place::value_due;
    return grammar_of_json.next(in_object, end, ',') == next;
}

bool is_lost(std::string_view text, bool in_object) {
    return after(text, json_place::value_due, in_object) == json_place::nowhere;
}

std::vector<json_place> all_places() {
    std::vector<json_place> all;
    for (std::size_t i = 0; i < json_grammar::places; ++i)
        all.push_back(static_cast<json_place>(i));
    return all;
}

std::string all_bytes() {
    std::string all;
    for (int c = std::numeric_limits<char>::min(); c <= std::numeric_limits<char>::max(); ++c)
        all += static_cast<char>(c);
    return all;
}

} // namespace

TEST_CASE("the grammar accepts exactly the numbers of JSON", "[json_grammar]") {
    const bool in_object = GENERATE(false, true);
    for (const char* good :
         {"0", "-0", "7", "-10", "1203", "0.5", "-1.250", "1e5", "1E+5", "0e-0", "12.5e-07"}) {
        CAPTURE(good);
        CHECK(is_value(good, in_object));
        CHECK(after(std::string(good) + " \t\r\n", json_place::value_due, in_object) ==
              json_place::after_value);
        CHECK(after(std::string(good) + (in_object ? "}" : "]"), json_place::value_due,
                    in_object) == json_place::close);
    }
    for (const char* begun : {"-", "1.", "-0.", "1e", "1.5E", "1e+", "1e-"}) {
        CAPTURE(begun);
        CHECK_FALSE(is_lost(begun, in_object));
        CHECK_FALSE(is_value(begun, in_object));
    }
    for (const char* bad : {"+1", ".5", "01", "-01", "--1", "1.2.3", "1..2", "1.e5", "1e5.0",
                            "1e5e5", "1-", "1+1", "-a", "1e++5", "0x1", "1 2"}) {
        CAPTURE(bad);
        CHECK(is_lost(bad, in_object));
    }
}

TEST_CASE("the grammar accepts exactly the words of JSON", "[json_grammar]") {
    const bool in_object = GENERATE(false, true);
    for (const std::string word : {"true", "false", "null"}) {
        CAPTURE(word);
        CHECK(after(word, json_place::value_due, in_object) == json_place::after_value);
        for (std::size_t size = 1; size < word.size(); ++size) {
            const std::string begun = word.substr(0, size);
            CHECK_FALSE(is_value(begun, in_object));
            for (const char other : all_bytes())
                CHECK(is_lost(begun + other, in_object) == (other != word[size]));
        }
        CHECK(is_lost(word + word, in_object));
    }
    for (const char* bad : {"True", "nil", "nan", "Infinity", "undefined"})
        CHECK(is_lost(bad, in_object));
}

TEST_CASE("a document is an object or an array, perhaps behind a byte order mark",
          "[json_grammar]") {
    for (const std::string before : {"", " ", "\r\n\t", "\xEF\xBB\xBF", "\xEF\xBB\xBF \n"}) {
        CHECK(after(before + "{", json_place::before) == json_place::open_object);
        CHECK(after(before + "[", json_place::before) == json_place::open_array);
        for (const char other : {'1', '"', 't', 'n', '-', '}', ']', ',', ':', '<'})
            CHECK(after(before + other, json_place::before) == json_place::nowhere);
    }
    for (const std::string mark :
         {"\xBB", "\xBF", "\xEF{", "\xEF\xBF", "\xEF\xBB{", " \xEF", "\xEF\xBB\xBF\xEF"})
        CHECK(after(mark, json_place::before) == json_place::nowhere);
    CHECK(after(" \r\n\t", json_place::behind) == json_place::behind);
    for (const char other : {'{', '[', ']', ',', '1', '"'})
        CHECK(after(std::string(1, other), json_place::behind) == json_place::nowhere);
}

TEST_CASE("members of objects have names, and elements of arrays have none", "[json_grammar]") {
    const auto next = [](bool in_object, json_place from, char c) {
        return grammar_of_json.next(in_object, from, c);
    };
    SECTION("in an object") {
        CHECK(next(true, json_place::name_or_end, '"') == json_place::colon_due);
        CHECK(next(true, json_place::name_or_end, '}') == json_place::close);
        CHECK(next(true, json_place::colon_due, ':') == json_place::value_due);
        CHECK(next(true, json_place::after_value, ',') == json_place::name_due);
        CHECK(next(true, json_place::name_due, '"') == json_place::colon_due);
        CHECK(next(true, json_place::after_value, '}') == json_place::close);
        CHECK(next(true, json_place::after_value, ']') == json_place::nowhere);
        for (const char value : {'1', 't', '{', '[', ','})
            CHECK(next(true, json_place::name_or_end, value) == json_place::nowhere);
        CHECK(next(true, json_place::colon_due, '"') == json_place::nowhere);
    }
    SECTION("in an array") {
        CHECK(next(false, json_place::value_or_end, ']') == json_place::close);
        CHECK(next(false, json_place::value_or_end, '"') == json_place::after_value);
        CHECK(next(false, json_place::after_value, ',') == json_place::value_due);
        CHECK(next(false, json_place::after_value, ']') == json_place::close);
        CHECK(next(false, json_place::after_value, '}') == json_place::nowhere);
        CHECK(next(false, json_place::after_value, ':') == json_place::nowhere);
    }
    SECTION("a comma is not followed by an end") {
        CHECK(next(true, json_place::name_due, '}') == json_place::nowhere);
        CHECK(next(true, json_place::value_due, '}') == json_place::nowhere);
        CHECK(next(false, json_place::value_due, ']') == json_place::nowhere);
    }
    SECTION("a value may be an object or an array") {
        for (const bool in_object : {false, true}) {
            CHECK(next(in_object, json_place::value_due, '{') == json_place::open_object);
            CHECK(next(in_object, json_place::value_due, '[') == json_place::open_array);
        }
    }
}

TEST_CASE("an error is final, and no byte outside of JSON is accepted anywhere", "[json_grammar]") {
    const std::string used = " \t\r\n{}[]:,\"-+.0123456789eEtrufalsn\xEF\xBB\xBF";
    for (const bool in_object : {false, true})
        for (const char c : all_bytes()) {
            CHECK(grammar_of_json.next(in_object, json_place::nowhere, c) == json_place::nowhere);
            if (used.find(c) != std::string::npos)
                continue;
            for (const json_place from : all_places())
                CHECK(grammar_of_json.next(in_object, from, c) == json_place::nowhere);
        }
}

TEST_CASE("a string leads from its opening quote to the state behind it", "[json_grammar]") {
    for (const json_place behind : {json_place::colon_due, json_place::after_value})
        CHECK(behind_string(within_string(behind)) == behind);
    CHECK(within_string(json_place::colon_due) == json_place::in_name);
    CHECK(within_string(json_place::after_value) == json_place::in_text);
}

} // namespace json_grammar_test
