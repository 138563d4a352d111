// The labels of each kind of project.

#include <langexport/document/project_summary.hpp>

#include <langexport/document/project_file.hpp>

#include "support/catch.hpp"

#include <string>
#include <vector>

namespace project_summary_test {

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

} // namespace

TEST_CASE("the kind of a project decides which members are labels", "[summary]") {
    struct row {
        const char* kind;
        const char* labeled;
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
            counts_of(one.kind, std::string(one.labeled) + R"(,{"location":"2"})");
        CHECK(counts.knows_labels);
        CHECK(counts.items == 2);
        CHECK(counts.unlabeled == 1);
        CHECK(counts.datasets.at("").labels == 1);
    }
    for (const char* kind : {"CustomHaiku", ""}) {
        const project_counts counts = counts_of(kind, R"({"verse":"x"},{"location":"2"})");
        CHECK_FALSE(counts.knows_labels);
        CHECK(counts.unlabeled == 0);
        CHECK(counts.items == 2);
    }
    // A file whose list elements are not known either.
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

TEST_CASE("nested labels are counted", "[summary]") {
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

} // namespace project_summary_test
