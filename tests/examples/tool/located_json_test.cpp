#include "examples/tool/located_json.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace located_json_test {

using tool::line_and_column;
using tool::located_error;
using tool::located_value;
using tool::parse_located_json;
using kind = tool::located_value::kind;

namespace {

located_value parsed(std::string_view text) {
    located_value value;
    located_error wrong;
    const bool is_good = parse_located_json(text, value, wrong);
    CHECK(wrong.why == "");
    REQUIRE(is_good);
    return value;
}

// "BYTE: REASON"; empty if the text is JSON.
std::string error_in(std::string_view text) {
    located_value value;
    located_error wrong;
    if (parse_located_json(text, value, wrong))
        return {};
    return std::to_string(wrong.byte) + ": " + wrong.why;
}

} // namespace

TEST_CASE("each kind of value has its content and first byte", "[located_json]") {
    const std::string_view text =
        R"( [null, true, false, -1.50e2, "a\nä", {}, [ ], 18446744073709551615] )";
    const located_value root = parsed(text);
    CHECK(root.what == kind::array);
    CHECK(root.byte == 1);
    const auto& list = root.list;
    REQUIRE(list.size() == 8);
    const kind kinds[] = {kind::null, kind::boolean, kind::boolean, kind::number,
                          kind::text, kind::object,  kind::array,   kind::number};
    const std::string_view beginnings[] = {"null", "true", "false", "-1.50e2",
                                           "\"a",  "{}",   "[ ]",   "18446744073709551615"};
    for (std::size_t i = 0; i < list.size(); ++i) {
        CAPTURE(i);
        CHECK(list[i].what == kinds[i]);
        CHECK(text.substr(list[i].byte).starts_with(beginnings[i]));
        CHECK(list[i].list.empty());
    }
    CHECK(list[1].flag);
    CHECK_FALSE(list[2].flag);
    CHECK(list[3].text == "-1.50e2"); // as it was written
    CHECK(list[4].text == "a\nä");
    CHECK(list[7].text == "18446744073709551615");
}

TEST_CASE("members keep their order, their names and the bytes of both", "[located_json]") {
    const std::string_view text = "{\n  \"b\" : 1,\n  \"a\":{\"b\":[2]}, \"b\":3\n}\n";
    const located_value root = parsed(text);
    CHECK(root.what == kind::object);
    REQUIRE(root.list.size() == 3); // the same name twice is the caller's concern
    CHECK(root.list[0].name == "b");
    CHECK(root.list[0].name_byte == text.find("\"b\""));
    CHECK(root.list[0].byte == text.find("1"));
    CHECK(root.list[1].name == "a");
    CHECK(root.list[1].byte == text.find("{\"b\""));
    const located_value& inner = root.list[1].list.at(0);
    CHECK(inner.name == "b");
    CHECK(inner.what == kind::array);
    CHECK(inner.list.at(0).text == "2");
    CHECK(inner.list.at(0).byte == text.find('2'));
    CHECK(root.list[2].text == "3");
}

TEST_CASE("an error has its byte and, for common mistakes, an explanation", "[located_json]") {
    struct row {
        std::string_view text;
        std::size_t byte;
        std::string_view end;
    };
    const row rows[] = {
        {R"({"a":1,})", 7, "a comma must not precede '}'"},
        {"[1, 2 , ]", 8, "a comma must not precede ']'"},
        {"{ // the key\n}", 2, "JSON has no comments"},
        {"# the key\n{}", 0, "JSON has no comments"},
        {"{'a':1}", 1, "a string is in double quotation marks"},
        {R"({"a":"C:\x"})", 9, "a backslash in a string is written twice"},
        {"{\"a\" 1}", 5, "'1' is not expected here"},
        {"{\"a\":1", 6, ""},
        {"", 0, ""},
        {"{} {}", 3, ""},
    };
    for (const row& each : rows) {
        CAPTURE(each.text);
        const std::string error = error_in(each.text);
        CHECK(error.starts_with(std::to_string(each.byte) + ": "));
        CHECK(error.ends_with(each.end));
        CHECK(error.size() > 4);
    }
}

TEST_CASE("a file in another encoding is recognized", "[located_json]") {
    const std::string_view utf16("\xFF\xFE{\0}\0", 6);
    CHECK(error_in(utf16).find("not JSON in UTF-8") != std::string::npos);
}

TEST_CASE("an error leaves the value unchanged", "[located_json]") {
    located_value value;
    located_error wrong;
    value.text = "before";
    CHECK_FALSE(parse_located_json("[1,", value, wrong));
    CHECK(value.text == "before");
    CHECK(value.list.empty());
}

TEST_CASE("lines and columns start at 1, and a column is a character", "[located_json]") {
    const std::string_view text = "ab\n\nä€x\n";
    CHECK(line_and_column(text, 0) == "1:1");
    CHECK(line_and_column(text, 2) == "1:3");
    CHECK(line_and_column(text, 3) == "2:1");
    CHECK(line_and_column(text, text.find("€")) == "3:2");
    CHECK(line_and_column(text, text.find("x")) == "3:3");
    CHECK(line_and_column(text, text.size()) == "4:1");
    CHECK(line_and_column("", 0) == "1:1");
}

TEST_CASE("each kind of value has words for messages", "[located_json]") {
    CHECK(to_string(kind::null) == "null");
    CHECK(to_string(kind::boolean) == "a boolean");
    CHECK(to_string(kind::number) == "a number");
    CHECK(to_string(kind::text) == "a string");
    CHECK(to_string(kind::array) == "an array");
    CHECK(to_string(kind::object) == "an object");
}

} // namespace located_json_test
