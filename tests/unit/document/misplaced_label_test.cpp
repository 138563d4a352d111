// Labels that mark no part of their text.

#include <langexport/document/misplaced_label.hpp>
#include <langexport/document/project_file.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <string>

namespace misplaced_label_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

std::string reasons(const std::string& unit, const std::string& text, const std::string& labels,
                    const std::string& kind = "Conversation") {
    const auto file = parse_project_file(
        R"({"stringIndexType":")" + unit + R"(","metadata":{"projectKind":")" + kind +
        R"("},"assets":{"utterances":[{"text":")" + text + R"(","entities":[)" + labels + "]}]}}");
    std::string all;
    for (const misplaced_label& found : find_misplaced_labels(file))
        all += std::to_string(found.label.span->offset) + '+' +
               std::to_string(found.label.span->length) + ' ' + found.why + ';';
    return all;
}

std::string label(const std::string& offset, const std::string& length) {
    return R"({"category":"E","offset":)" + offset + R"(,"length":)" + length + "}";
}

} // namespace

TEST_CASE("labels outside of their text are found with their position", "[misplaced_label]") {
    const std::string largest = "18446744073709551615";
    CHECK(reasons("Utf16CodeUnit", "abc", label("0", "3") + "," + label("3", "0")).empty());
    CHECK(reasons("Utf16CodeUnit", "abc", label("0", "2") + "," + label("50", "9")) ==
          "50+9 lies beyond the end of the text, which is 3 long;");
    CHECK(reasons("", "abc", label("2", "2")) ==
          "2+2 lies beyond the end of the text, which is 3 long;");
    CHECK(reasons("", "abc", label("1", largest)) ==
          "1+" + largest + " lies beyond the end of the text, which is 3 long;");
    CHECK(reasons("", "abc", label(largest, "0")) ==
          largest + "+0 lies beyond the end of the text, which is 3 long;");
    CHECK(reasons("", "", label("0", "1")) ==
          "0+1 lies beyond the end of the text, which is 0 long;");
    // The file names the unit of its offsets.
    CHECK(reasons("Utf16CodeUnit", "\xF0\x9F\x98\x80!", label("2", "1")).empty());
    CHECK(reasons("utf16codeunit", "\xF0\x9F\x98\x80!", label("1", "1")) ==
          "1+1 begins or ends inside a character;");
    CHECK(reasons("UnicodeCodePoint", "\xF0\x9F\x98\x80!", label("2", "1")) ==
          "2+1 lies beyond the end of the text, which is 2 long;");
    CHECK(reasons("Utf8CodeUnit", "\xF0\x9F\x98\x80!", label("4", "1")).empty());
    CHECK(reasons("TextElements_v8", "abc", label("1", "1")).empty());
    CHECK(reasons("TextElements_v8", "abc", label("7", "1")) ==
          "7+1 lies beyond the end of the text, which is 3 bytes long;");
}

TEST_CASE("half of a UTF-16 surrogate pair counts as one unit of a text", "[misplaced_label]") {
    for (const std::string unit : {"Utf16CodeUnit", "UnicodeCodePoint"}) {
        CHECK(reasons(unit, R"(a\ud83d b\udc00)", label("1", "4")).empty());
        CHECK(reasons(unit, R"(a\ud83d b\udc00)", label("50", "9")) ==
              "50+9 lies beyond the end of the text, which is 5 long;");
    }
}

TEST_CASE("an invalid position is reported in projects of unknown kinds", "[misplaced_label]") {
    for (const char* place : {"-1", "1.5", "\"1\"", "true", "1e30"}) {
        INFO(place);
        CHECK(reasons("", "abc", label(place, "2"), "New") == "0+2 has an invalid position;");
        CHECK(reasons("", "abc", label("1", place), "New") == "1+0 has an invalid position;");
    }
    CHECK(reasons("", "abc", label("null", "2"), "New").empty());
}

TEST_CASE("labels of LUIS applications are found at any depth", "[misplaced_label]") {
    const auto found = find_misplaced_labels(parse_project_file(
        R"({"luis_schema_version":"7.0.0","utterances":[{"text":"abc","entities":[{"entity":"E","startPos":0,"endPos":2,)"
        R"("children":[{"entity":"F","startPos":2,"endPos":3}]},{"entity":"G","startPos":2,)"
        R"("endPos":1}]}]})"));
    REQUIRE(found.size() == 2);
    CHECK(found[0].item == "abc");
    CHECK(found[0].label.category == "F");
    CHECK(found[1].why == "ends before it begins");
}

TEST_CASE("a label of a document is reported only if it cannot fit any text", "[misplaced_label]") {
    project_file documents;
    auto& region =
        documents.assets.documents.emplace_back("1.txt").entities.emplace_back(text_span(0, 9));
    region.labels.emplace_back("E", text_span(1000, 5));
    CHECK(find_misplaced_labels(documents).empty());
    region.labels.emplace_back("E", text_span(2, static_cast<std::uint64_t>(-1)));
    CHECK(find_misplaced_labels(documents).size() == 1);
}

} // namespace misplaced_label_test
