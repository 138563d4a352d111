// JSON in the form for version control: a fixed order, a document a line, nothing lost.

#include <langexport/document/json_normalizer.hpp>
#include <langexport/document/project_file.hpp>

#include "support/catch.hpp"
#include "unit/document/project_fixtures.hpp"
#include "unit/rejection.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace json_normalizer_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

std::string joined(const std::vector<std::string>& pieces) {
    std::string text;
    for (const std::string& piece : pieces)
        text += piece;
    return text;
}

std::string normalized_in_pieces(std::string_view text, std::size_t size) {
    json_normalizer normalizer;
    for (std::size_t at = 0; at < text.size(); at += size)
        normalizer.write(text.substr(at, size));
    return joined(normalizer.finish());
}

std::string rejected(std::string_view text) {
    const auto rejection = rejection_of([&] { normalize(text); });
    CHECK(rejection.code == errc::malformed_document);
    return rejection.detail;
}

struct normal_row {
    std::string_view text;
    std::string_view normal;
};

} // namespace

TEST_CASE("any JSON has a normal form, and normalizing it again changes nothing", "[normalize]") {
    constexpr normal_row rows[] = {
        {"7", "7\n"},
        {" null ", "null\n"},
        {R"("x")", "\"x\"\n"},
        {"[]", "[]\n"},
        {"{ }", "{}\n"},
        {R"([ {"b" : 1, "a" : [ 2, [ 3 ] ]}, [ ], 4 ])",
         "[\n  {\"a\":[2,[3]],\"b\":1},\n  [],\n  4\n]\n"},
        {R"({"b":[{"d":1,"c":{"z":1,"y":2}}],"a":{}})",
         "{\n  \"a\": {},\n  \"b\": [\n    {\"c\":{\"y\":2,\"z\":1},\"d\":1}\n  ]\n}\n"},
        {R"({"a":{"b":{"d":1,"c":2}}})", "{\n  \"a\": {\n    \"b\": {\"c\":2,\"d\":1}\n  }\n}\n"},
        // Numbers are texts.
        {"[1.0,-0,1e5,1E+5,0.10,12345678901234567890123,-0.0,5e-324]",
         "[\n  1.0,\n  -0,\n  1e5,\n  1E+5,\n  0.10,\n  12345678901234567890123,\n  -0.0,\n  "
         "5e-324\n]\n"},
        // Texts have one form, and so do names.
        {R"(["\u00e9\/\u0041\ud83d\ude00\u0000\b\u001F\"\\\n"])",
         "[\n  \"é/A😀\\u0000\\u0008\\u001f\\\"\\\\\\n\"\n]\n"},
        {R"([{"\u0062":1,"a":2,"":3}])", "[\n  {\"\":3,\"a\":2,\"b\":1}\n]\n"},
        // Repeated members are kept in their order.
        {R"([{"b":1,"a":2,"b":{"x":1},"a":3}])",
         "[\n  {\"a\":2,\"a\":3,\"b\":1,\"b\":{\"x\":1}}\n]\n"},
        {R"({"a":1,"a":{"c":1,"b":2},"a":[3]})", "{\n  \"a\": 1,\n  \"a\": {\n    \"b\": 2,\n    "
                                                 "\"c\": 1\n  },\n  \"a\": [\n    3\n  ]\n}\n"},
        {"\xEF\xBB\xBF[true]", "[\n  true\n]\n"},
    };
    for (const normal_row& row : rows) {
        CAPTURE(row.text);
        CHECK(normalize(row.text) == row.normal);
        CHECK(normalize(row.normal) == row.normal);
        for (std::size_t size = 1; size < 6; ++size)
            CHECK(normalized_in_pieces(row.text, size) == row.normal);
    }
}

TEST_CASE("members of a project are sorted by class, then by name", "[normalize]") {
    CHECK(
        normalize(
            R"({"later":1,"assets":{"documents":[{"new":0,"dataset":"Test","entities":[{"labels":)"
            R"([{"length":2,"offset":1,"category":"E"}],"regionLength":9,"regionOffset":0}],)"
            R"("language":null,"location":"1","extra":{"location":1,"dataset":2}}],)"
            R"("entities":[{"description":"d","category":"E"}]},"projectFileVersion":"v"})") ==
        R"({
  "projectFileVersion": "v",
  "assets": {
    "entities": [
      {"category":"E","description":"d"}
    ],
    "documents": [
      {"location":"1","language":null,"dataset":"Test","entities":[{"regionOffset":0,"regionLength":9,)"
        R"("labels":[{"category":"E","offset":1,"length":2}]}],"extra":{"dataset":2,"location":1},"new":0}
    ]
  },
  "later": 1
}
)");
}

TEST_CASE("a project of any kind has one normal form, for any order and any pieces",
          "[normalize]") {
    for (const auto& fixture : project_fixtures()) {
        CAPTURE(fixture.text);
        const std::string normal = normalize(fixture.text);
        CHECK(boost::json::parse(normal) == boost::json::parse(fixture.text));
        // Once parsed, a number may be written in another way; those of known kinds are not.
        if (fixture.kind != project_kind::unknown)
            CHECK(normalize(parse_project_file(fixture.text)) == normal);
        CHECK(normalize(parse_project_file(normal)) == normalize(parse_project_file(fixture.text)));
        CHECK(normalize(std::string_view(normal)) == normal);
        for (const std::size_t size : {1u, 7u, 100u})
            CHECK(normalized_in_pieces(fixture.text, size) == normal);
    }
}

TEST_CASE("a changed document changes one line", "[normalize]") {
    const auto lines_of = [](const std::string& text) {
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = text.find('\n', at);
            lines.push_back(text.substr(at, end - at));
            at = end + 1;
        }
        return lines;
    };
    const auto project = [](const std::string& changed) {
        std::string text = R"({"assets":{"documents":[)";
        for (int i = 0; i < 20; ++i)
            text += std::string(i > 0 ? "," : "") + R"({"class":{"category":")" +
                    (i == 7 ? changed : "A") + R"("},"location":")" + std::to_string(i) + "\"}";
        return text + "]}}";
    };
    const auto before = lines_of(normalize(project("A")));
    const auto after = lines_of(normalize(project("B")));
    REQUIRE(before.size() == after.size());
    CHECK(before.size() == 26);
    std::size_t changed = 0;
    for (std::size_t i = 0; i < before.size(); ++i)
        changed += before[i] != after[i] ? 1u : 0u;
    CHECK(changed == 1);
}

TEST_CASE("large files are written in small pieces", "[normalize]") {
    std::string text = R"({"assets":{"documents":[)";
    for (int i = 0; i < 20'000; ++i)
        text += std::string(i > 0 ? "," : "") + R"({"dataset":"Train","location":"document )" +
                std::to_string(i) + "\"}";
    text += R"(],"projectKind":"Conversation"},"metadata":{"projectName":"P"}})";
    json_normalizer normalizer;
    normalizer.write(text);
    CHECK(normalizer.size() == text.size());
    const std::vector<std::string> pieces = normalizer.finish();
    CHECK(normalizer.size() == 0);
    for (const std::string& piece : pieces)
        CHECK(piece.size() < 80 * 1024);
    CHECK(pieces.size() < 50);
    const std::string normal = joined(pieces);
    CHECK(
        normal.starts_with("{\n  \"metadata\": {\n    \"projectName\": \"P\"\n  },\n  \"assets\": "
                           "{\n    \"projectKind\": \"Conversation\",\n    \"documents\": [\n"
                           "      {\"location\":\"document 0\",\"dataset\":\"Train\"},\n"));
    CHECK(normalize(normal) == normal);
    CHECK(std::count(normal.begin(), normal.end(), '\n') == 20'010);
}

TEST_CASE("invalid JSON is rejected with its position", "[normalize]") {
    CHECK(rejected("") == "it ends at byte 0, but its JSON is incomplete");
    CHECK(rejected(R"({"assets":{"documents":[{"a":1},{"b":)") ==
          "it ends at byte 37, in assets.documents[1].b, but its JSON is incomplete");
    CHECK(rejected(R"({"a":[1,NaN]})").starts_with("byte 8: a[0]"));
    CHECK(rejected("{} {}").starts_with("byte 3: "));
    CHECK(rejected("[\"\xC0\x80\"]").starts_with("byte 2: "));
    CHECK(rejected("[\"\xED\xA0\x80\"]").starts_with("byte "));
    CHECK(rejected("[01]").starts_with("byte 2: "));
    CHECK_THAT(rejected(std::string(65, '[')), contains_text("deep"));
    CHECK_THAT(rejected(std::string(1'000'000, '[')), contains_text("deep"));
    const std::string deep = std::string(64, '[') + std::string(64, ']');
    CHECK(normalize(normalize(deep)) == normalize(deep));

    json_normalizer normalizer;
    normalizer.write("[");
    const std::string why = rejection_of([&] { normalizer.write("}"); }).detail;
    CHECK(rejection_of([&] { normalizer.write("]"); }).detail == why);
    CHECK(rejection_of([&] { normalizer.finish(); }).detail == why);
}

} // namespace json_normalizer_test
