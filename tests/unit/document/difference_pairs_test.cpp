// Which items of two exports belong together, and which values count as the same.

#include <langexport/document/project_difference.hpp>
#include <langexport/document/project_file.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace difference_pairs_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

std::string in_settings(const std::string& value) {
    return R"({"metadata":{"projectKind":"Conversation","settings":{"x":)" + value +
           R"(}},"assets":{"intents":[{"category":"A","z":)" + value + "}]}}";
}

bool are_same(const std::string& a, const std::string& b) {
    const project_file first = parse_project_file(a), second = parse_project_file(b);
    const bool same = compare(first, second).is_empty();
    CHECK(compare(second, first).is_empty() == same);
    return same;
}

project_utterance said(const std::string& text, const std::string& language,
                       const std::string& intent) {
    project_utterance utterance(text);
    utterance.language = language;
    utterance.intent = intent;
    return utterance;
}

question_answer answer_of(std::uint64_t id, const std::string& question,
                          const std::string& answer) {
    question_answer result(id);
    if (!question.empty())
        result.questions = {question};
    result.answer = answer;
    return result;
}

} // namespace

TEST_CASE("numbers are compared by their value", "[difference]") {
    const std::vector<std::vector<std::string>> values = {
        {"1", "1.0", "1e0", "10E-1", "0.1e1"},
        {"0", "-0", "0.0", "0e5"},
        {"-2.5", "-25e-1"},
        {"0.7", "0.70", "0.69999999999999996"},
        {"9007199254740992", "9007199254740992.0"},
        {"9007199254740993", "9007199254740993.0", "9007199254740993e0"},
        {"-9007199254740993", "-9.007199254740993e15"},
        {"18446744073709551615", "1.8446744073709551615e19"},
        {"18446744073709551616", "1.8446744073709551616e19"},
        {"12345678901234567890123"},
        {"12345678901234567890124"},
        {"1e300"},
        {"true"},
        {"\"1\""},
        {"[1]", "[1.0]"},
        {"[1,2]"},
        {"[2,1]"},
        {R"({"a":1,"b":null})", R"({"a":1.0})"},
        {R"([{"a":1},{"b":2}])", R"([{"b":2.0},{"a":1}])"},
    };
    for (std::size_t i = 0; i < values.size(); ++i) {
        for (std::size_t j = 0; j < values.size(); ++j) {
            for (const std::string& a : values[i]) {
                for (const std::string& b : values[j]) {
                    CAPTURE(a, b);
                    CHECK(are_same(in_settings(a), in_settings(b)) == (i == j));
                }
            }
        }
    }
    const auto found = compare(parse_project_file(in_settings("12345678901234567890123")),
                               parse_project_file(in_settings("12345678901234567890124")));
    CHECK_THAT(to_text(found), contains_text("12345678901234567890123 -> 12345678901234567890124"));
    // An offset that is written as a double is the same offset.
    const auto label = [](const std::string& offset) {
        return R"({"metadata":{"projectKind":"Conversation"},"assets":{"utterances":[{"text":"abc",)"
               R"("entities":[{"category":"E","offset":)" +
               offset + R"(,"length":1}]}]}})";
    };
    CHECK(are_same(label("1"), label("1.0")));
    CHECK_FALSE(are_same(label("1"), label("2e0")));
}

TEST_CASE("null and absent members are equal", "[difference]") {
    const auto file = [](const std::string& metadata, const std::string& document) {
        return R"({"metadata":{"projectKind":"Conversation")" + metadata +
               R"(},"assets":{"documents":[{"location":"1")" + document + "}]}}";
    };
    for (const char* member :
         {R"(,"description":null)", R"(,"multilingual":null)", R"(,"settings":null)",
          R"(,"settings":{})", R"(,"settings":{"a":null})", R"(,"future":null)",
          R"(,"language":"")"})
        CHECK(are_same(file("", ""), file(member, "")));
    for (const char* member : {R"(,"language":null)", R"(,"class":null)", R"(,"class":{})",
                               R"(,"class":{"category":null})", R"(,"entities":null)",
                               R"(,"entities":[])", R"(,"new":null)"})
        CHECK(are_same(file("", ""), file("", member)));
    CHECK_FALSE(are_same(file("", ""), file(R"(,"multilingual":false)", "")));
    CHECK_FALSE(are_same(file("", ""), file("", R"(,"new":0)")));
}

TEST_CASE("utterances with the same text are matched by language first", "[difference]") {
    project_file before, after;
    before.metadata.language = after.metadata.language = "en";
    before.assets.utterances = {said("OK", "en", "A"), said("OK", "de", "B"),
                                said("OK", "fr", "C")};
    after.assets.utterances = {said("OK", "DE", "A"), said("OK", "fr", "D"), said("OK", "", "B")};
    const auto found = compare(before, after);
    CHECK(found.removed_items.empty());
    CHECK(found.added_items.empty());
    REQUIRE(found.changed_items.size() == 3);
    for (const item_change& change : found.changed_items)
        CHECK(change.is_relabeled());
    const std::string text = to_text(found);
    CHECK_THAT(text, contains_text("~ utterance OK (en)\n    - intent A\n    + intent B\n"));
    CHECK_THAT(text, contains_text("~ utterance OK (de)\n    - intent B\n    + intent A\n"));
    CHECK_THAT(text, contains_text("~ utterance OK (fr)\n    - intent C\n    + intent D\n"));

    // A language that nothing else has is paired last; where the text is enough, no language is shown.
    after.assets.utterances = {said("OK", "fr", "C"), said("OK", "it", "B"), said("OK", "en", "A")};
    const auto renamed = compare(before, after);
    REQUIRE(renamed.changed_items.size() == 1);
    CHECK(renamed.changed_items[0].members.at(0).before == "\"de\"");
    CHECK(renamed.changed_items[0].members.at(0).after == "\"it\"");
    before.assets.utterances = {said("OK", "en", "A")};
    after.assets.utterances = {said("OK", "de", "A")};
    CHECK_THAT(to_text(compare(before, after)), contains_text("~ utterance OK\n"));
}

TEST_CASE("documents are matched by location, language and dataset", "[difference]") {
    const auto document = [](const std::string& location, const std::string& dataset,
                             const std::string& category) {
        project_document result(location);
        result.dataset = dataset;
        result.single_class.category = category;
        return result;
    };
    project_file before, after;
    before.assets.documents = {document("1", "Train", "A"), document("1", "Test", "B")};
    after.assets.documents = {document("1", "Test", "C"), document("1", "Train", "D")};
    const std::string text = to_text(compare(before, after));
    CHECK_THAT(text, contains_text("~ document 1 (Train)\n    - class A\n    + class D\n"));
    CHECK_THAT(text, contains_text("~ document 1 (Test)\n    - class B\n    + class C\n"));

    // Without a location two documents cannot be matched.
    before.assets.documents = {document("", "", "A"), document("", "", "B")};
    after.assets.documents = {document("", "", "C"), document("", "", "B")};
    const auto found = compare(before, after);
    CHECK(found.changed_items.empty());
    CHECK(found.removed_items.size() == 1);
    CHECK(found.added_items.size() == 1);
}

TEST_CASE("answers are matched by questions or answer if their ids differ", "[difference]") {
    project_file before, after;
    for (std::uint64_t i = 1; i <= 20; ++i) {
        const std::string number = std::to_string(i);
        before.assets.qnas.push_back(answer_of(i, "q" + number, "a" + number));
        auto imported = before.assets.qnas.back();
        imported.id = i + 1; // ids of other answers before
        for (const std::uint64_t shift : {0u, 1u}) {
            auto& answer = shift == 0 ? before.assets.qnas.back() : imported;
            answer.dialog["prompts"] =
                boost::json::array{{{"qnaId", i % 20 + 1 + shift}, {"displayText", "more"}}};
        }
        after.assets.qnas.push_back(imported);
    }
    std::shuffle(after.assets.qnas.begin(), after.assets.qnas.end(), std::mt19937(1));
    const auto only_ids = compare(before, after);
    CHECK(only_ids.removed_items.empty());
    CHECK(only_ids.added_items.empty());
    REQUIRE(only_ids.changed_items.size() == 20);
    for (const item_change& change : only_ids.changed_items) {
        REQUIRE(change.members.size() == 1); // and not its prompts, which lead to the same answers
        CHECK(change.members[0].member == "id");
    }

    for (question_answer& answer : after.assets.qnas) {
        if (answer.answer == "a3")
            answer.answer = "new";
        if (answer.answer == "a4")
            answer.questions = {"q4?"};
        if (answer.answer == "a5") {
            answer.answer = "other";
            answer.questions.push_back("q5 too");
        }
        if (answer.answer == "a6") {
            answer.answer = "neither";
            answer.questions = {"nor"};
        }
    }
    const auto changed = compare(before, after);
    CHECK(changed.removed_items.size() == 1);
    CHECK(changed.added_items.size() == 1);
    const std::string text = to_text(changed);
    CHECK_THAT(text, contains_text("    ~ answer: \"a3\" -> \"new\"\n"));
    CHECK_THAT(text, contains_text("    ~ questions: [\"q4\"] -> [\"q4?\"]\n"));
    CHECK_THAT(text, contains_text("    ~ answer: \"a5\" -> \"other\"\n"));
    CHECK_THAT(text, contains_text("- answer 6"));
    CHECK_THAT(text, contains_text("+ answer 7"));
}

TEST_CASE("answers with the same id are matched unless most ids are new", "[difference]") {
    project_file before, after;
    before.assets.qnas = {answer_of(1, "q", "a"), answer_of(2, "r", "b"), answer_of(3, "s", "c")};
    after.assets.qnas = {answer_of(1, "q", "a"), answer_of(2, "x", "y"), answer_of(3, "s", "d")};
    const auto found = compare(before, after);
    CHECK(found.removed_items.empty());
    REQUIRE(found.changed_items.size() == 2);
    CHECK(found.changed_items[0].item == "2");

    // Several of one answer: those of the same id.
    before.assets.qnas = {answer_of(1, "q", "yes"), answer_of(2, "r", "yes")};
    after.assets.qnas = {answer_of(2, "r2", "yes"), answer_of(1, "q2", "yes")};
    CHECK_THAT(to_text(compare(before, after)),
               contains_text("~ answer 1\n    ~ questions: [\"q\"] -> [\"q2\"]\n~ answer 2\n"));
}

TEST_CASE("roles and nested labels are labels of LUIS", "[difference]") {
    const auto file = [](const std::string& labels) {
        return parse_project_file(
            R"({"luis_schema_version":"7.0.0","utterances":[{"text":"1 to 9","intent":"Buy",)"
            R"("entities":[)" +
            labels + "]}]}");
    };
    const auto low = R"({"entity":"number","role":"low","startPos":0,"endPos":0})";
    const auto high = R"({"entity":"number","role":"high","startPos":0,"endPos":0})";
    const auto found = compare(file(low), file(high));
    REQUIRE(found.changed_items.size() == 1);
    CHECK(found.changed_items[0].is_relabeled());
    CHECK_THAT(to_text(found), contains_text("    - entity number (role low) at 0+1\n"
                                             "    + entity number (role high) at 0+1\n"));
    CHECK_THAT(to_text(found), contains_text("1 relabeled, 0 changed otherwise"));

    const auto inside = [&](const std::string& label) {
        return file(R"({"entity":"Order","startPos":0,"endPos":5,"children":[)" + label + "]}");
    };
    const auto nested =
        compare(inside(low), inside(R"({"entity":"size","startPos":0,"endPos":0})"));
    REQUIRE(nested.changed_items.size() == 1);
    CHECK(nested.changed_items[0].removed_labels.at(0).entity_role == "low");
    CHECK(nested.changed_items[0].added_labels.at(0).category == "size");
}

TEST_CASE("in reordered lists only the changed element is shown", "[difference]") {
    const auto file = [](bool is_backwards, const std::string& word) {
        std::string lists;
        for (int i = 0; i < 30; ++i) {
            const std::string number = std::to_string(is_backwards ? 39 - i : 10 + i);
            lists += (i > 0 ? "," : "") + std::string(R"({"canonicalForm":"c)") + number +
                     R"(","list":[")" + (number == "25" ? word : "v" + number) + "\"]}";
        }
        return parse_project_file(
            R"({"luis_schema_version":"7.0.0","closedLists":[{"name":"Color",)"
            R"("subLists":[)" +
            lists + "]}]}");
    };
    CHECK(compare(file(false, "red"), file(true, "red")).is_empty());
    const std::string text = to_text(compare(file(false, "red"), file(true, "blue")));
    const std::string before = text.substr(0, text.find(" -> "));
    CHECK_THAT(before, contains_text("\"c25\",\"list\":[\"red\"]"));
    CHECK_THAT(text.substr(before.size()), contains_text("\"c25\",\"list\":[\"blue\"]"));
}

TEST_CASE("synonyms of the same words are matched in any order", "[difference]") {
    project_file before, after;
    before.assets.synonyms.emplace_back(std::vector<std::string>{"a", "b"});
    after.assets.synonyms.emplace_back(std::vector<std::string>{"b", "a"});
    const auto found = compare(before, after);
    CHECK(found.removed_items.empty());
    REQUIRE(found.changed_items.size() == 1);
    CHECK(found.changed_items[0].members.at(0).member == "alterations");
}

} // namespace difference_pairs_test
