// Numbers as their texts have them, and JSON that only a tolerant parser accepts.

#include <langexport/detail/json/decimal.hpp>
#include <langexport/document/json_normalizer.hpp>
#include <langexport/document/project_difference.hpp>
#include <langexport/document/project_file.hpp>
#include <langexport/error.hpp>

#include "support/catch.hpp"

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace json_values_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

project_file parse_tolerantly(std::string_view text) {
    project_file_parser parser(64, parse_mode::tolerant);
    parser.write(text);
    return parser.finish();
}

} // namespace

TEST_CASE("a number that a double cannot represent exactly keeps its text", "[numbers]") {
    for (const char* number : {"12345678901234567890123", "-98765432109876543210.5", "1e22",
                               "0.12345678901234567890123456789"}) {
        const std::string text = std::string(R"({"metadata":{"settings":{"a":[{"x":)") + number +
                                 R"(}]}},"assets":{"documents":[{"location":"1","y":)" + number +
                                 "}]}}";
        const std::string written = to_json(parse_project_file(text));
        CHECK((written == text || std::string_view(number) == "1e22"));
        CHECK(compare(parse_project_file(text), parse_project_file(written)).is_empty());
    }
    auto file = parse_project_file(R"({"metadata":{"x":12345678901234567890123}})");
    REQUIRE(file.rounded_numbers.size() == 1);
    CHECK(file.rounded_numbers[0].place == "metadata.x");
    CHECK(file.rounded_numbers[0].text == "12345678901234567890123");
    file.metadata.other["x"] = 0.5; // the value of the program counts
    CHECK(to_json(file) == R"({"metadata":{"x":0.5}})");
}

TEST_CASE("an exponent may have any number of digits", "[numbers]") {
    const std::string many(300, '9');
    for (const std::string& number :
         {"1e99999999999"s, "-1E-2147483648"s, "0e+4294967296"s, "0.4e006699999999999999"s,
          "1e0000000001"s, "12.5e" + many, "1e123456789"s, "1e1234567890"s}) {
        CAPTURE(number);
        for (const std::string& text : {number, "[" + number + "]",
                                        R"({"metadata":{"x":)" + number + R"(},"y":"e)" + many +
                                            R"(\ud83e)" + many + "\",\"" + many + "\":1}"}) {
            // Numbers keep their digits in pieces of any size; texts that resemble numbers do, too.
            const std::string whole = normalize(text);
            CHECK_THAT(whole, contains_text(number));
            for (std::size_t size = 1; size <= (std::min)(text.size(), std::size_t(40)); ++size) {
                json_normalizer normalizer;
                for (std::size_t at = 0; at < text.size(); at += size)
                    normalizer.write(std::string_view(text).substr(at, size));
                CHECK(normalizer.size() == text.size());
                std::string result;
                for (const std::string& piece : normalizer.finish())
                    result += piece;
                REQUIRE(result == whole);
            }
        }
        const std::string text = R"({"metadata":{"x":)" + number + "}}";
        const auto file = parse_tolerantly(text);
        CHECK(compare(file, parse_tolerantly(text)).is_empty());
        CHECK_FALSE(compare(file, parse_tolerantly(R"({"metadata":{"x":7}})")).is_empty());
    }
    // Numbers beyond the range of doubles are compared by their digits.
    CHECK_FALSE(compare(parse_tolerantly(R"({"metadata":{"x":1e99999999999}})"),
                        parse_tolerantly(R"({"metadata":{"x":1e99999999998}})"))
                    .is_empty());
    CHECK(parse_tolerantly(R"({"metadata":{"x":1e0000000001}})").metadata.other.at("x") == 10.0);
    for (const char* text :
         {"[1e99999999999x]", "[1e99999999999", "[1e99999999999.5]", "[1ee9999999999]",
          "e9999999999", "[1e+-9999999999]", "{1e99999999999:1}"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(normalize(text), export_error);
    }
}

TEST_CASE("an integer that a double cannot represent is kept in any notation", "[numbers]") {
    struct {
        const char* text;
        const char* integer;
    } const rows[] = {
        {"9007199254740993.0", "9007199254740993"},
        {"9.007199254740993e15", "9007199254740993"},
        {"-9007199254740993.0", "-9007199254740993"},
        {"1234567890123456789.000", "1234567890123456789"},
        {"1.8446744073709551615e19", "18446744073709551615"},
        {"-9223372036854775807e0", "-9223372036854775807"},
        {"1e17", "100000000000000000"},
        {"1e1", "10"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto member = [](std::string_view number) {
            return parse_project_file(R"({"metadata":{"settings":{"a":[)" + std::string(number) +
                                      "]}}}");
        };
        CHECK(compare(member(row.text), member(row.integer)).is_empty());
        CHECK_FALSE(compare(member(row.text), member("1")).is_empty());
        if (row.text[0] == '-')
            continue;
        const auto file =
            parse_project_file(R"({"assets":{"qnas":[{"id":)" + std::string(row.text) + "}]}}");
        REQUIRE(file.assets.qnas.size() == 1);
        CHECK(std::to_string(file.assets.qnas[0].id) == row.integer);
    }
    CHECK(detail::decimal("18446744073709551616").whole() == std::nullopt);
    CHECK(detail::decimal("1e99999999999").whole() == std::nullopt);
    CHECK(detail::decimal("0.5").whole() == std::nullopt);
    CHECK(detail::decimal("-0e99999999999").whole() == 0u);
}

TEST_CASE("a tolerant parser accepts JSON that a project cannot represent completely",
          "[project_file]") {
    struct row {
        const char* text;
        const char* equivalent;
    };
    const row rows[] = {
        {R"({"metadata":{"language":"en","language":"de"}})", R"({"metadata":{"language":"de"}})"},
        {R"({"metadata":{"language":null,"language":"de"}})", R"({"metadata":{"language":"de"}})"},
        {R"({"metadata":{"language":"de","language":null}})", R"({"metadata":{"language":null}})"},
        {R"({"metadata":{"x":1,"x":{"y":2}}})", R"({"metadata":{"x":{"y":2}}})"},
        {R"({"metadata":{"x":{"y":1,"y":2}}})", R"({"metadata":{"x":{"y":2}}})"},
        {R"({"metadata":{"settings":{"a":1},"settings":{"b":2}}})",
         R"({"metadata":{"settings":{"b":2}}})"},
        {R"({"assets":{"documents":[{"location":"1"}],"documents":[{"location":"2"}]}})",
         R"({"assets":{"documents":[{"location":"2"}]}})"},
        {R"({"metadata":{"projectName":"A"},"metadata":{"language":"en"}})",
         R"({"metadata":{"language":"en"}})"},
        {R"({"assets":{"qnas":[{"id":1,"questions":["a"],"questions":["b"]}]}})",
         R"({"assets":{"qnas":[{"id":1,"questions":["b"]}]}})"},
    };
    for (const row& one : rows) {
        CAPTURE(one.text);
        CHECK_THROWS_AS(parse_project_file(one.text), export_error);
        const project_file file = parse_tolerantly(one.text);
        CHECK(compare(file, parse_project_file(one.equivalent)).is_empty());
        CHECK(compare(file, parse_project_file(to_json(file))).is_empty());
    }
    const auto huge = parse_tolerantly(R"({"metadata":{"x":-1e999}})");
    CHECK(huge.metadata.other.at("x").as_double() == std::numeric_limits<double>::lowest());
    CHECK(huge.rounded_numbers.at(0).text == "-1e999");
    CHECK_FALSE(compare(huge, parse_tolerantly(R"({"metadata":{"x":-1e998}})")).is_empty());

    CHECK(parse_tolerantly(R"({"documents":[{"location":"1"}]})").kind() == project_kind::unknown);
    CHECK_THROWS_AS(parse_tolerantly("{}"), export_error);
    CHECK_THROWS_AS(parse_tolerantly(R"({"error":{"code":"NotFound"}})"), export_error);
    CHECK_THROWS_AS(parse_tolerantly(R"({"metadata":)"), export_error);
}

TEST_CASE("a tolerant parser keeps members that do not fit into an unknown kind",
          "[project_file]") {
    const std::string_view odd[] = {"null", "true", "-7",    "1.5",  "\"x\"",
                                    "[]",   "{}",   "[[1]]", "[{}]", R"({"a":{}})"};
    const std::pair<std::string_view, std::string_view> places[] = {
        {R"("metadata":{"projectKind":"New"},"assets":{"utterances":)", "}"},
        {R"("metadata":{"projectKind":"New"},"assets":{"utterances":[)", "]}"},
        {R"("metadata":{"projectKind":"New"},"assets":{"utterances":[{"text":"a"},)", "]}"},
        {R"("metadata":{},"assets":{"utterances":[{"text":"a"},)", R"(,{"text":"b"}]})"},
        {R"("assets":{"utterances":[{"entities":[{"offset":)", R"(}]}]},"metadata":{})"},
        {R"("metadata":{},"assets":{"documents":[{"classes":[{"category":"a"},)", "]}]}"},
    };
    for (const auto& [begin, end] : places)
        for (const std::string_view value : odd) {
            const std::string text =
                "{" + std::string(begin) + std::string(value) + std::string(end) + "}";
            INFO(text);
            const project_file file = parse_tolerantly(text);
            project_file_parser parser(64, parse_mode::tolerant); // in pieces
            for (const char c : text)
                parser.write({&c, 1});
            CHECK(compare(file, parser.finish()).is_empty());
            if (value != "null") {
                const std::string other =
                    "{" + std::string(begin) + "\"other\"" + std::string(end) + "}";
                CHECK_FALSE(compare(file, parse_tolerantly(other)).is_empty());
            }
        }
    const auto file = parse_tolerantly(
        R"({"metadata":{},"assets":{"utterances":[{"text":"a"},5,{"text":"b"},[1]]}})");
    CHECK(file.assets.utterances.size() == 2);
    CHECK(file.assets.other.at("utterances[1]").as_int64() == 5);
    CHECK(file.assets.other.contains("utterances[3]"));
    INFO("what has a known kind has known types");
    CHECK_THROWS_AS(parse_tolerantly(R"({"metadata":{"projectKind":"Conversation"},"assets":)"
                                     R"({"utterances":[{"text":"a"},5]}})"),
                    export_error);
}

} // namespace json_values_test
