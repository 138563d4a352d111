// The counts of a project, and the differences between two exports.

#include <langexport/document/project_difference.hpp>
#include <langexport/document/project_file.hpp>
#include <langexport/document/project_summary.hpp>

#include "support/catch.hpp"
#include "unit/document/project_fixtures.hpp"
#include "unit/rejection.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace project_difference_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

template <class... Types>
constexpr bool are_no_aggregates = (!std::is_aggregate_v<Types> && ...);
static_assert(are_no_aggregates<item_label, label_count, category_count, project_counts,
                                member_change, category_change, item_change, project_difference>);

project_file fixture_of(project_kind kind) {
    for (const auto& fixture : project_fixtures()) {
        if (fixture.kind == kind)
            return parse_project_file(fixture.text);
    }
    FAIL("no fixture");
    return {};
}

// "class Drama declared Train 1/1 …": items/labels of each dataset.
std::vector<std::string> lines_of(const project_counts& counts) {
    std::vector<std::string> lines;
    for (const auto& count : counts.categories) {
        std::string line = std::string(to_string(count.role)) + ' ' + count.category;
        line += count.is_declared ? " declared" : "";
        for (const auto& [dataset, uses] : count.datasets)
            line += ' ' + (dataset.empty() ? "-" : dataset) + ' ' + std::to_string(uses.items) +
                    '/' + std::to_string(uses.labels);
        lines.push_back(line);
    }
    return lines;
}

using lines = std::vector<std::string>;

std::string difference(const project_file& before, const project_file& after) {
    return to_text(compare(before, after));
}

} // namespace

TEST_CASE("categories are counted by dataset, with their items and labels", "[summary]") {
    const auto films = count_labels(fixture_of(project_kind::multi_label_classification));
    CHECK(lines_of(films) == lines{"class Comedy declared Train 1/1", "class Action declared",
                                   "class Drama - 1/2 Train 1/1"});
    CHECK(films.items == 3);
    CHECK(films.unlabeled == 1);
    CHECK(films.datasets.at("").items == 2);
    CHECK(films.datasets.at("").labels == 2);
    CHECK(films.categories[2].total().labels == 3);
    CHECK(films.categories[2].total().items == 2);

    CHECK(lines_of(count_labels(fixture_of(project_kind::single_label_classification))) ==
          lines{"class Billing declared Train 1/1", "class Outage declared Test 1/1"});
    CHECK(lines_of(count_labels(fixture_of(project_kind::entity_recognition))) ==
          lines{"entity Lender declared Train 1/2", "entity Date declared Train 1/1"});
    CHECK(lines_of(count_labels(fixture_of(project_kind::text_sentiment))) ==
          lines{"sentiment negative Train 1/1", "sentiment neutral Train 1/1"});
    CHECK(lines_of(count_labels(fixture_of(project_kind::conversation))) ==
          lines{"intent None declared Test 1/1", "intent Light declared Train 1/1",
                "entity Room declared Train 1/1", "entity Level declared Train 1/1"});
    CHECK(lines_of(count_labels(fixture_of(project_kind::question_answering))) ==
          lines{"source Editorial - 1/1", "source https://example.com - 1/1"});
    const auto summaries = count_labels(fixture_of(project_kind::abstractive_summarization));
    CHECK(lines_of(summaries).empty());
    CHECK(summaries.items == 1);
    CHECK(count_labels(project_file()).items == 0);
}

TEST_CASE("changed labels of a document are listed", "[summary]") {
    const auto loans = fixture_of(project_kind::entity_recognition);
    const auto labels = labels_of(loans.assets.documents.at(0));
    REQUIRE(labels.size() == 3);
    CHECK(labels[1] == item_label(category_role::entity, "Date", text_span(0, 8)));
    CHECK(labels[0] < labels[2]);
    CHECK(labels[1] < labels[0]);
    CHECK(item_label(category_role::document_class, "Z") < labels[1]);
    CHECK(item_label(category_role::entity, "Date") < labels[1]);
    CHECK(labels[1] < item_label(category_role::entity, "Date", text_span(0, 9)));

    const auto home = fixture_of(project_kind::conversation);
    const auto said = labels_of(home.assets.utterances.at(0));
    REQUIRE(said.size() == 3);
    CHECK(said[0] == item_label(category_role::intent, "Light"));
    CHECK(said[1].category == "Room");
    CHECK(labels_of(project_document("x")).empty());
}

TEST_CASE("a project equals itself in any order", "[difference]") {
    std::mt19937 random(3);
    for (const auto& fixture : project_fixtures()) {
        const auto file = parse_project_file(fixture.text);
        CHECK(compare(file, file).is_empty());
        CHECK(difference(file, file).empty());
        auto shuffled = parse_project_file(normalize(file));
        const auto shuffle = [&](auto& list) { std::shuffle(list.begin(), list.end(), random); };
        shuffle(shuffled.assets.documents);
        shuffle(shuffled.assets.classes);
        shuffle(shuffled.assets.entities);
        shuffle(shuffled.assets.utterances);
        shuffle(shuffled.assets.qnas);
        for (auto& document : shuffled.assets.documents) {
            shuffle(document.classes);
            shuffle(document.entities);
            for (auto& region : document.entities)
                shuffle(region.labels);
        }
        CAPTURE(fixture.text);
        CHECK(difference(file, shuffled).empty());
        // An empty one has none of it.
        if (fixture.text.size() > 15)
            CHECK_FALSE(compare(file, project_file()).is_empty());
    }
}

TEST_CASE("added, removed and relabeled documents and classes are listed", "[difference]") {
    const auto before = fixture_of(project_kind::single_label_classification);
    auto after = before;
    after.metadata.description = "new";
    after.metadata.settings["confidenceThreshold"] = 1;
    after.assets.classes.at(0).description = "money";
    after.assets.classes.at(1).category = "Downtime";
    after.assets.documents.at(0).single_class.category = "Downtime";
    after.assets.documents.at(0).dataset = "Test";
    after.assets.documents.at(1).other["reviewed"] = true;
    after.assets.documents.at(2).location = "004.txt";
    after.assets.documents.at(2).single_class.category = "Billing";

    const auto found = compare(before, after);
    CHECK_FALSE(found.is_empty());
    REQUIRE(found.members.size() == 2);
    CHECK(found.members[0].member == "metadata.description");
    CHECK(found.members[0].after == "\"new\"");
    REQUIRE(found.removed_categories.size() == 1);
    CHECK(found.removed_categories[0].category == "Outage");
    REQUIRE(found.added_items.size() == 1);
    CHECK(found.added_items[0].item == "004.txt");
    CHECK(found.added_items[0].list == "documents");
    REQUIRE(found.changed_items.size() == 2);
    CHECK(found.changed_items[0].is_relabeled());
    CHECK(found.changed_items[0].removed_labels.at(0).category == "Billing");
    CHECK_FALSE(found.changed_items[1].is_relabeled());
    CHECK(found.changed_items[1].members.at(0).before.empty());

    CHECK(to_text(found) == R"(~ metadata.description: "Größe ✓ 😀" -> "new"
~ metadata.settings: {"confidenceThreshold":0.7} -> {"confidenceThreshold":1}
- class Outage
+ class Downtime
~ class Billing
    ~ description: (absent) -> "money"
- document 003.txt
+ document 004.txt: class Billing
~ document 001.txt
    - class Billing
    + class Downtime
    ~ dataset: "Train" -> "Test"
~ document 002.txt
    ~ reviewed: (absent) -> true
items: 1 added, 1 removed, 1 relabeled, 1 changed otherwise
)"
                            "categories: 1 added, 1 removed, 1 changed; metadata: 2 changed\n");
}

TEST_CASE("changed entities, utterances and answers are listed", "[difference]") {
    auto loans = fixture_of(project_kind::entity_recognition);
    const auto loans_before = loans;
    loans.assets.documents.at(0).entities.at(0).labels.at(1).length = 9;
    loans.assets.documents.at(0).entities.at(0).labels.pop_back();
    CHECK_THAT(difference(loans_before, loans),
               contains_text("~ document 01.txt\n    - entity Date at 0+8\n"
                             "    - entity Lender at 70+10\n    + entity Date at 0+9\n"));
    loans.assets.documents.at(0).location = "02.txt";
    CHECK_THAT(
        difference(loans_before, loans),
        contains_text("- document 01.txt: entity Date at 0+8; entity Lender at 25+10; entity "
                      "Lender at 70+10\n"));
    loans.assets.documents.at(0).entities.at(0).labels.resize(5);
    CHECK_THAT(difference(loans_before, loans), contains_text(" and 2 more\n"));
    // The labels are the same, but not their members.
    auto moved = loans_before;
    moved.assets.documents.at(0).entities.at(0).region_length = 501;
    const auto regions = compare(loans_before, moved);
    REQUIRE(regions.changed_items.size() == 1);
    CHECK_FALSE(regions.changed_items[0].is_relabeled());
    CHECK(regions.changed_items[0].members.at(0).member == "entities");

    auto home = fixture_of(project_kind::conversation);
    const auto home_before = home;
    home.assets.utterances.at(1).intent = "Light";
    home.assets.intents.erase(home.assets.intents.begin());
    home.assets.entities.at(0).other.erase("list");
    const std::string said = difference(home_before, home);
    CHECK_THAT(said, contains_text("- intent None\n"));
    CHECK_THAT(said, contains_text("~ entity Room\n    ~ list: {\"sublists\":[]} -> (absent)\n"));
    CHECK_THAT(said, contains_text("~ utterance what\n    - intent None\n    + intent Light\n"));

    auto faq = fixture_of(project_kind::question_answering);
    const auto faq_before = faq;
    faq.assets.qnas.at(0).answer = "No\nidea";
    faq.assets.qnas.at(1).id = 3;
    faq.assets.synonyms.at(0).alterations.push_back("blue tooth");
    const std::string answered = difference(faq_before, faq);
    CHECK_THAT(answered, contains_text("~ answer 1\n    ~ answer: \"Turn it off."));
    CHECK_THAT(answered, contains_text("- answer 2: source https://example.com\n"));
    CHECK_THAT(answered, contains_text("+ answer 3: source https://example.com\n"));
    CHECK_THAT(answered, contains_text("- synonyms bluetooth, BT\n"));
}

TEST_CASE("items with the same name are matched by similarity", "[difference]") {
    const auto with = [](const std::vector<std::string>& intents) {
        project_file file;
        for (const auto& intent : intents)
            file.assets.utterances.emplace_back("same").intent = intent;
        return file;
    };
    CHECK(compare(with({"A", "B", "A"}), with({"B", "A", "A"})).is_empty());
    const auto one_more = compare(with({"A", "B"}), with({"B", "C", "A"}));
    CHECK(one_more.changed_items.empty());
    CHECK(one_more.added_items.size() == 1);
    const auto one_other = compare(with({"A", "B"}), with({"C", "A"}));
    REQUIRE(one_other.changed_items.size() == 1);
    CHECK(one_other.changed_items[0].removed_labels.at(0).category == "B");
    CHECK(one_other.changed_items[0].added_labels.at(0).category == "C");
}

TEST_CASE("a difference is printed in short lines", "[difference]") {
    project_file before, after;
    after.assets.documents.emplace_back(std::string("a\n\x1B[2J\n") + std::string(500, 'x'));
    before.metadata.description = std::string(1000, 'y');
    const std::string text = difference(before, after);
    CHECK(std::count(text.begin(), text.end(), '\n') == 4);
    CHECK(text.find('\x1B') == std::string::npos);
    CHECK(text.size() < 500);
}

namespace {

// The fixture of a conversation in the words of LUIS.
project_file luis_fixture() {
    for (const auto& fixture : project_fixtures()) {
        if (fixture.text.find("luis_schema_version") != std::string::npos)
            return parse_project_file(fixture.text);
    }
    FAIL("no fixture");
    return {};
}

} // namespace

TEST_CASE("the end position of a LUIS label is inclusive", "[summary]") {
    const project_file file = luis_fixture();
    CHECK(file.kind() == project_kind::conversation);
    CHECK(file.luis.schema_version == "7.0.0");
    CHECK(file.luis.name == "Home");
    CHECK(file.name() == "Home");
    CHECK(file.language() == "en-us");
    CHECK(fixture_of(project_kind::healthcare).name() == "Charts");
    CHECK(fixture_of(project_kind::healthcare).language() == "en");
    REQUIRE(file.luis.utterances.size() == 2);
    const luis_utterance& dim = file.luis.utterances[0];
    REQUIRE(dim.entities.size() == 1);
    CHECK(dim.entities[0].span() == text_span(11, 7));
    CHECK(text_at(dim.text, dim.entities[0].span(), *file.unit()) == "kitchen");
}

TEST_CASE("a LUIS application is counted and compared like a conversation project", "[summary]") {
    const project_file file = luis_fixture();
    const project_counts counts = count_labels(file);
    CHECK(counts.items == 2);
    CHECK(counts.unlabeled == 0);
    std::string lines;
    for (const auto& count : counts.categories)
        lines += std::string(to_string(count.role)) + ' ' + count.category + ' ' +
                 std::to_string(count.total().labels) + (count.is_declared ? " declared; " : "; ");
    CHECK(lines == "intent None 1 declared; intent Light 1 declared; entity Room 1 declared; ");

    project_file other = file;
    CHECK(compare(file, other).is_empty());
    other.luis.name = "House";
    other.luis.intents.emplace_back("Heat");
    other.luis.utterances[0].entities[0].start_pos = 4;
    other.luis.utterances[1].intent = "Heat";
    other.other["tokenizerVersion"] = "1.0.1";
    const project_difference difference = compare(file, other);
    REQUIRE(difference.members.size() == 2);
    CHECK(difference.members[0].member == "name");
    CHECK(difference.members[1].member == "tokenizerVersion");
    REQUIRE(difference.added_categories.size() == 1);
    CHECK(difference.added_categories[0].category == "Heat");
    REQUIRE(difference.changed_items.size() == 2);
    CHECK(difference.changed_items[0].list == "utterances");
    CHECK(difference.changed_items[0].is_relabeled());
    CHECK(difference.changed_items[0].members.empty());
    CHECK(difference.changed_items[1].item == "what");
    REQUIRE(difference.changed_items[1].added_labels.size() == 1);
    CHECK(difference.changed_items[1].added_labels[0].category == "Heat");
}

TEST_CASE("values that are not lists, or lists of other values, are compared", "[difference]") {
    const std::string_view values[] = {"[1]", "[2]", "[[1]]", "\"x\"", "7", "{\"a\":1}"};
    const std::pair<std::string, std::string> files[] = {
        {R"({"metadata":{"projectKind":"New"},"assets":{"documents":)", "}}"},
        {R"({"metadata":{"projectKind":"New"},"assets":{"utterances":[{"text":"a","entities":)",
         "}]}}"},
        {R"({"metadata":{"projectKind":"New"},"assets":)", "}"},
    };
    for (const auto& [begin, end] : files)
        for (const std::string_view before : values)
            for (const std::string_view after : values) {
                const std::string a = begin + std::string(before) + end;
                const std::string b = begin + std::string(after) + end;
                INFO(a << " " << b);
                const auto found = compare(parse_project_file(a), parse_project_file(b));
                CHECK(found.is_empty() == (before == after));
                CHECK(to_text(found).empty() == found.is_empty());
            }
}

TEST_CASE("an error in a LUIS application is reported with its position", "[project_file]") {
    const auto rejected = rejection_of([] {
        parse_project_file(R"({"luis_schema_version":"7.0.0","utterances":[{"text":"a","entities":)"
                           R"([{"entity":"E","startPos":-1}]}]})");
    });
    CHECK(rejected.code == errc::malformed_document);
    CHECK_THAT(
        rejected.detail,
        contains_text("utterances[0].entities[0].startPos: a number below 0 where an integer "
                      "that is not below 0 is expected"));
}

} // namespace project_difference_test
