// Texts that are not project files: each is rejected with its place and byte.

#include <langexport/document/project_file.hpp>

#include "support/catch.hpp"
#include "unit/document/project_fixtures.hpp"
#include "unit/document/rejected_project.hpp"
#include "unit/rejection.hpp"

#include <cstring>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace project_file_rejections_test {

using namespace langexport;
using namespace langexport_tests;

TEST_CASE("a member of the wrong type is rejected with its place and byte", "[project_file]") {
    struct row {
        const char* document;
        const char* why;
    };
    const row rows[] = {
        {R"({"location":5})",
         "byte 78: assets.documents[0].location: a number where a string is expected"},
        {R"({"location":["x"]})",
         "byte 68: assets.documents[0].location: an array where a string is expected"},
        {R"({"location":{}})",
         "byte 68: assets.documents[0].location: an object where a string is expected"},
        {R"({"class":"A"})",
         "byte 76: assets.documents[0].class: a string where an object is expected"},
        {R"({"class":{"category":true}})",
         "byte 77: assets.documents[0].class.category: a boolean where a string is expected"},
        {R"({},{"classes":{}})",
         "byte 71: assets.documents[1].classes: an object where an array is expected"},
        {R"({"classes":[{},"A"]})",
         "byte 82: assets.documents[0].classes[1]: a string where an object is expected"},
        {R"({"classes":[null]})",
         "byte 68: assets.documents[0].classes[0]: null where an object is expected"},
        {R"({"sentimentSpans":[{"offset":-1}]})",
         "byte 95: assets.documents[0].sentimentSpans[0].offset: a number below 0 where an integer "
         "that is not below 0 is expected"},
        {R"({"sentimentSpans":[{"offset":1.5}]})",
         "byte 95: assets.documents[0].sentimentSpans[0].offset: a number that is not an integer "
         "where "
         "an integer that is not below 0 is expected"},
        {R"([])", "byte 54: assets.documents[0]: an array where an object is expected"},
        {R"({"location":"a","location":"b"})",
         "byte 83: assets.documents[0].location: the member occurs twice"},
        {R"({"location":null,"location":"b"})",
         "byte 84: assets.documents[0].location: the member occurs twice"},
        {R"({"x":1,"x":2})", "byte 74: assets.documents[0].x: the member occurs twice"},
    };
    for (const row& wrong : rows) {
        CAPTURE(wrong.document);
        CHECK(rejected(in_documents(wrong.document)) == wrong.why);
    }
    CHECK(rejected(R"({"metadata":{"projectKind":"Conversation","settings":[]},"assets":{}})") ==
          "byte 43: metadata.settings: an array where an object is expected");
    CHECK(rejected(R"({"metadata":{"projectKind":"Conversation"},"assets":[]})") ==
          "byte 44: assets: an array where an object is expected");
    CHECK_THAT(rejected(R"({"assets":{"qnas":[{"questions":[1]}]}})"),
               contains_text("assets.qnas[0].questions[0]: a number where a string is expected"));
}

TEST_CASE("unexpected members of a project of an unknown kind are kept", "[project_file]") {
    const char* documents[] = {R"({"location":5})",
                               R"({"location":[{"x":[1]}]})",
                               R"({"class":"A"})",
                               R"({"class":{"category":true}})",
                               R"({"classes":["A",{"category":"B"},[null]]})",
                               R"({"sentimentSpans":[{"offset":-1,"length":1.5}]})",
                               R"(7,"x",{"location":"y"})",
                               R"([])",
                               R"(null)"};
    for (const std::string document : documents) {
        CAPTURE(document);
        const std::string text = in_documents(document, "CustomHaiku");
        CHECK(to_json(parse_project_file(text)) == text);
        CHECK(to_json(parse_in_pieces(text, 1)) == text);
        // The same if the kind comes last; and if it turns out to be a known one, it is an error.
        const std::string last = R"({"assets":{"documents":[)" + document +
                                 R"(]},"metadata":{"projectKind":"CustomHaiku"}})";
        CHECK(to_json(parse_project_file(last)) == last);
        std::string known = last;
        known.replace(known.find("CustomHaiku"), 11, "Conversation");
        CHECK_THAT(rejected(known), contains_text("assets.documents"));
    }
    // One element is typed already: later ones must have the same type.
    CHECK_THAT(rejected(in_documents("{},1", "CustomHaiku")),
               contains_text("assets.documents[1]: "));
}

TEST_CASE("a file that is not a project is rejected", "[project_file]") {
    CHECK(rejected("") == "it ends at byte 0, but its JSON is incomplete");
    CHECK(rejected(" \n ") == "it ends at byte 3, but its JSON is incomplete");
    CHECK(rejected("[]") == "byte 0: an array where an object is expected");
    CHECK(rejected("5 ") == "byte 0: a number where an object is expected");
    CHECK(rejected("\"x\"") == "byte 1: a string where an object is expected");
    CHECK(rejected("null") == "byte 0: null where an object is expected");
    CHECK(rejected("{}") == "it is not a project file: it has neither metadata nor assets");
    CHECK_THAT(rejected(R"({"error":{"code":"NotFound"}})"), contains_text("not a project file"));
    CHECK_THAT(rejected(R"({"metadata":5,"assets":null})"), contains_text("not a project file"));
    CHECK_THAT(rejected("<html>"), contains_text("byte 0: "));
    CHECK_THAT(rejected(R"({"assets":{}} x)"), contains_text("byte 14: "));
    CHECK_THAT(rejected(R"({"assets":{"documents":[{"location":"a"},]}})"),
               contains_text("assets.documents[0]: "));
    CHECK_THAT(rejected("{\"assets\":{\"x\":\"\xFF\"}}"), contains_text("assets.x: "));
    CHECK_THAT(rejected(R"({"assets":{"x":"\ud8zz"}})"), contains_text("assets.x: "));
    CHECK_THAT(rejected(R"({"assets":{"x":tru}})"), contains_text("byte 15: assets.x: "));
    // A name from the file does not control the terminal.
    CHECK_THAT(rejected("{\"assets\":{\"a\\u001b[2J\\u009b\":}}"), contains_text("assets.a [2J"));
}

TEST_CASE("a repeated member is rejected anywhere in the file", "[project_file]") {
    for (const char* metadata :
         {R"("a":1,"b":2,"a":3)", R"("language":"x","language":"x")",
          R"("language":null,"language":"x")", R"("language":"x","language":null)",
          R"("a":1,"\u0061":2)", R"("settings":{"a":1,"a":1})", R"("x":{"a":1,"b":{},"a":2})",
          R"("x":[1,[{"a":{"b":1,"b":2}}]])", R"("x":{"":0,"":0})"}) {
        CAPTURE(metadata);
        CHECK_THAT(rejected(std::string(R"({"metadata":{)") + metadata + "}}"),
                   contains_text("occurs twice"));
    }
    CHECK(rejected(R"({"metadata":{},"assets":{},"metadata":{}})") ==
          "byte 28: metadata: the member occurs twice");
    CHECK_THAT(rejected(R"({"metadata":{"x":[{"a":1,"a":2}]}})"),
               contains_text(": metadata.x: a member in it occurs twice"));
    const std::string same = R"({"metadata":{"x":[{"a":1,"A":2},{"a":{"a":[]}}]}})";
    CHECK(to_json(parse_project_file(same)) == same);
}

TEST_CASE("a file that was truncated anywhere is rejected", "[project_file]") {
    for (const auto& fixture : project_fixtures()) {
        const std::string& text = fixture.text;
        for (std::size_t size = 0; size < text.size(); ++size) {
            // In a buffer of its own, so that a step beyond its end is seen.
            const std::vector<char> cut(text.begin(),
                                        text.begin() + static_cast<std::ptrdiff_t>(size));
            const auto rejection =
                rejection_of([&] { parse_project_file(std::string_view(cut.data(), cut.size())); });
            REQUIRE(rejection.code == errc::malformed_document);
            REQUIRE(rejection.detail.starts_with("it ends at byte " + std::to_string(size) + ", "));
        }
    }
    const std::string cut = in_documents(R"({"class":{}},{"location":"y"})");
    CHECK(rejected(cut.substr(0, cut.find("\"y") + 2)) ==
          "it ends at byte 93, in assets.documents[1].location, but its JSON is incomplete");
}

TEST_CASE("nesting is limited", "[project_file]") {
    const auto nested = [](std::size_t depth, const char* open, const char* close) {
        std::string text = R"({"assets":{"x":)";
        for (std::size_t i = 0; i < depth; ++i)
            text += open;
        text += "1";
        for (std::size_t i = 0; i < depth; ++i)
            text += close;
        return text + "}}";
    };
    const std::string deep = nested(62, "[", "]");
    CHECK(to_json(parse_project_file(deep)) == deep);
    CHECK_THAT(rejected(nested(63, "[", "]")), contains_text("deep"));
    CHECK_THAT(rejected(nested(100'000, "[", "]")), contains_text("deep"));
    CHECK_THAT(rejected(nested(100'000, R"({"a":)", "}")), contains_text("deep"));
    project_file_parser parser(4);
    CHECK_THROWS_AS(parser.write(nested(3, "[", "]")), export_error);
}

TEST_CASE("a parser can be reused after a file, and keeps failing after an error",
          "[project_file]") {
    project_file_parser parser;
    for (int i = 0; i < 3; ++i) {
        parser.write(R"({"assets":{"documents":[{"location":"x"}]})");
        parser.write("");
        CHECK(parser.size() == 42);
        parser.write("}  \n");
        CHECK(parser.finish().assets.documents.size() == 1);
        CHECK(parser.size() == 0);
    }
    parser.write("{");
    const std::string why = rejection_of([&] { parser.write("]"); }).detail;
    CHECK_THAT(why, contains_text("byte 1: "));
    CHECK(rejection_of([&] { parser.write("}"); }).detail == why);
    CHECK(rejection_of([&] { parser.finish(); }).detail == why);

    project_file_parser other = std::move(parser);
    parser = project_file_parser();
    parser.write(R"({"metadata":{}})");
    CHECK_NOTHROW(parser.finish());
    CHECK(rejection_of([&] { other.finish(); }).detail == why);
}

} // namespace project_file_rejections_test
