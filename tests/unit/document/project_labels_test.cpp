// What counts as a label in which kind of project, and labels that lie in no text.

#include <langexport/document/misplaced_label.hpp>
#include <langexport/document/project_file.hpp>
#include <langexport/document/project_summary.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace langexport;
using namespace langexport_tests;

namespace {

project_counts counts_of(const std::string& kind, const std::string& documents) {
    return count_labels(parse_project_file(R"({"metadata":{"projectKind":")" + kind +
                                           R"("},"assets":{"documents":[)" + documents + "]}}"));
}

project_file luis(const std::string& members) {
    return parse_project_file(R"({"luis_schema_version":"7.0.0",)" + members + "}");
}

std::vector<std::string> undeclared(const project_counts& counts) {
    std::vector<std::string> names;
    for (const category_count& count : counts.categories) {
        if (!count.is_declared)
            names.push_back(count.category);
    }
    return names;
}

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

TEST_CASE("what a label is depends on the kind of the project", "[summary]") {
    struct row {
        const char* kind;
        const char* labelled;
    };
    const row rows[] = {
        {"CustomSingleLabelClassification", R"({"class":{"category":"A"}})"},
        {"customsinglelabelclassification", R"({"class":{"category":"A"}})"},
        {"CustomMultiLabelClassification", R"({"classes":[{"category":"A"}]})"},
        {"CustomEntityRecognition", R"({"entities":[{"labels":[{"category":"E"}]}]})"},
        {"CustomHealthcare", R"({"entities":[{"labels":[{"category":"E"}]}]})"},
        {"CustomTextSentiment", R"({"sentimentSpans":[{"category":"positive"}]})"},
        {"CustomAbstractiveSummarization", R"({"location":"1","summaryLocation":"s/1"})"},
        {"CUSTOMABSTRACTIVESUMMARIZATION", R"({"location":"1","summaryLocation":"s/1"})"},
    };
    for (const row& one : rows) {
        CAPTURE(one.kind);
        const project_counts counts =
            counts_of(one.kind, std::string(one.labelled) + R"(,{"location":"2"})");
        CHECK(counts.knows_labels);
        CHECK(counts.items == 2);
        CHECK(counts.unlabelled == 1);
        CHECK(counts.datasets.at("").labels == 1);
    }
    for (const char* kind : {"CustomHaiku", ""}) {
        const project_counts counts = counts_of(kind, R"({"verse":"x"},{"location":"2"})");
        CHECK_FALSE(counts.knows_labels);
        CHECK(counts.unlabelled == 0);
        CHECK(counts.items == 2);
    }
    // Where what is in the lists is not known either.
    const auto tags = count_labels(
        parse_project_file(R"({"assets":{"documents":[1,2],"other":[3]},"documents":[{},{}]})"));
    CHECK(tags.items == 4);
    CHECK_FALSE(tags.knows_labels);
}

TEST_CASE("entities of LUIS are declared in many lists", "[summary]") {
    const auto used = [](const std::string& entity, const std::string& lists) {
        return count_labels(luis(lists +
                                 R"(,"utterances":[{"text":"abc","intent":"","entities":[)"
                                 R"({"entity":")" +
                                 entity + R"(","startPos":0,"endPos":1}]}])"));
    };
    const std::pair<std::string, std::string> rows[] = {
        {"Order", R"("entities":[{"name":"Order"}])"},
        {"Item", R"("entities":[{"name":"Order","children":[{"name":"Item","children":[]}]}])"},
        {"Size", R"("entities":[{"name":"Order","children":[{"name":"Item","children":[)"
                 R"({"name":"Size"}]}]}])"},
        {"Order::Item", R"("entities":[{"name":"Order","children":[{"name":"Item"}]}])"},
        {"Order::Item::Size", R"("entities":[{"name":"Order","children":[{"name":"Item",)"
                              R"("children":[{"name":"Size"}]}]}])"},
        {"Item::Size", R"("entities":[{"name":"Order","children":[{"name":"Item",)"
                       R"("children":["Size"]}]}])"},
        {"Order:::Item::Size", R"("entities":[{"name":"Order:","children":[{"name":"Item",)"
                               R"("children":["Size"]}]}])"},
        {"Order::Item", R"("hierarchicals":[{"name":"Order","children":["Item"]}])"},
        {"Color", R"("closedLists":[{"name":"Color","subLists":[]}])"},
        {"number", R"("prebuiltEntities":[{"name":"number","roles":[]}])"},
        {"Zip", R"("regex_entities":[{"name":"Zip","regexPattern":"[0-9]{5}"}])"},
        {"Title", R"("patternAnyEntities":[{"name":"Title","explicitList":[]}])"},
        {"Trip", R"("composites":[{"name":"Trip","children":["number"]}])"},
        {"age", R"("bing_entities":["age"])"},
    };
    for (const auto& [entity, lists] : rows) {
        CAPTURE(entity, lists);
        CHECK(undeclared(used(entity, lists)).empty());
        CHECK(undeclared(used("Other", lists)) == std::vector<std::string>{"Other"});
    }
    // One that is learned from labels and has none is listed; one that needs none is not.
    const auto unused =
        count_labels(luis(R"("entities":[{"name":"Order","children":[{"name":"Item"}]}],)"
                          R"("closedLists":[{"name":"Color"}])"));
    REQUIRE(unused.categories.size() == 2);
    CHECK(unused.categories[1].category == "Item");
    CHECK(unused.categories[1].is_declared);
}

TEST_CASE("labels inside of labels are counted", "[summary]") {
    const project_file file = luis(
        R"("utterances":[{"text":"two red hats","intent":"Buy","entities":[{"entity":"Order",)"
        R"("startPos":0,"endPos":11,"children":[{"entity":"Count","startPos":0,"endPos":2,"role":"n"},)"
        R"({"entity":"Item","startPos":4,"endPos":11,"children":[{"entity":"Color","startPos":4,)"
        R"("endPos":6}]}]}]}])");
    const auto labels = labels_of(file.luis.utterances.at(0));
    REQUIRE(labels.size() == 5);
    CHECK(labels[2].category == "Count");
    CHECK(labels[2].entity_role == "n");
    CHECK(labels[4] == item_label(category_role::entity, "Color", text_span(4, 3)));
    CHECK(count_labels(file).datasets.at("").labels == 5);
}

TEST_CASE("labels outside of their text are found with their place", "[summary]") {
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
    // What is counted is what the file says.
    CHECK(reasons("Utf16CodeUnit", "\xF0\x9F\x98\x80!", label("2", "1")).empty());
    CHECK(reasons("utf16codeunit", "\xF0\x9F\x98\x80!", label("1", "1")) ==
          "1+1 begins or ends inside a character;");
    CHECK(reasons("UnicodeCodePoint", "\xF0\x9F\x98\x80!", label("2", "1")) ==
          "2+1 lies beyond the end of the text, which is 2 long;");
    CHECK(reasons("Utf8CodeUnit", "\xF0\x9F\x98\x80!", label("4", "1")).empty());
    CHECK(reasons("TextElements_v8", "abc", label("1", "1")).empty());
    CHECK(reasons("TextElements_v8", "abc", label("7", "1")) ==
          "7+1 lies beyond the end of the text, which is 3 bytes long;");

    // One half of a UTF-16 pair is one unit, and no reason to look at nothing.
    for (const std::string unit : {"Utf16CodeUnit", "UnicodeCodePoint"}) {
        CHECK(reasons(unit, R"(a\ud83d b\udc00)", label("1", "4")).empty());
        CHECK(reasons(unit, R"(a\ud83d b\udc00)", label("50", "9")) ==
              "50+9 lies beyond the end of the text, which is 5 long;");
    }
    // In a project of an unknown kind.
    for (const char* place : {"-1", "1.5", "\"1\"", "true", "1e30"}) {
        INFO(place);
        CHECK(reasons("", "abc", label(place, "2"), "New") == "0+2 has a position that is none;");
        CHECK(reasons("", "abc", label("1", place), "New") == "1+0 has a position that is none;");
    }
    CHECK(reasons("", "abc", label("null", "2"), "New").empty());

    const auto found = find_misplaced_labels(
        luis(R"("utterances":[{"text":"abc","entities":[{"entity":"E","startPos":0,"endPos":2,)"
             R"("children":[{"entity":"F","startPos":2,"endPos":3}]},{"entity":"G","startPos":2,)"
             R"("endPos":1}]}])"));
    REQUIRE(found.size() == 2);
    CHECK(found[0].item == "abc");
    CHECK(found[0].label.category == "F");
    CHECK(found[1].why == "ends before it begins");

    // The texts of documents are not there; but some labels lie in no text.
    project_file documents;
    auto& region =
        documents.assets.documents.emplace_back("1.txt").entities.emplace_back(text_span(0, 9));
    region.labels.emplace_back("E", text_span(1000, 5));
    CHECK(find_misplaced_labels(documents).empty());
    region.labels.emplace_back("E", text_span(2, static_cast<std::uint64_t>(-1)));
    CHECK(find_misplaced_labels(documents).size() == 1);
}
