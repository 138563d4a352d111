// The pairing by itself, with keys of the test. difference_pairs_test.cpp shows the keys of each kind of item.

#include <langexport/document/impl/item_pairs.hpp>

#include <langexport/document/project_file.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace item_pairs_test {

using namespace langexport;
using namespace langexport::detail;
using keys = std::vector<std::string>;

namespace {

using documents = std::vector<project_document>;
using pairs = item_pairs<project_document>;

documents list(const std::vector<std::pair<std::string, std::string>>& locations_and_languages) {
    documents made;
    for (const auto& [location, language] : locations_and_languages) {
        made.emplace_back().location = location;
        made.back().language = language;
    }
    return made;
}

std::string words(const pairs& listed) {
    std::string all;
    for (const project_document* each : listed.removed)
        all += "-" + each->location + each->language + " ";
    for (const project_document* each : listed.added)
        all += "+" + each->location + each->language + " ";
    for (const auto& [before, after] : listed.changed)
        all += before->location + before->language + ">" + after->location + after->language + " ";
    return all;
}

keys location_of(const project_document& item) {
    return {item.location};
}

} // namespace

TEST_CASE("equal items are left out, as often as they are in both lists", "[item_pairs]") {
    const documents before = list({{"a", "1"}, {"b", "1"}, {"c", "1"}, {"c", "1"}});
    const documents after = list({{"c", "1"}, {"d", "1"}, {"b", "1"}});
    CHECK(words(pairs(project_document_schema, before, after)) == "-a1 -c1 +d1 ");
    CHECK(words(pairs(project_document_schema, before, before)).empty());
    CHECK(words(pairs(project_document_schema, {}, {})).empty());
}

TEST_CASE("items that share a key are pairs, and each item is in one pair", "[item_pairs]") {
    const documents before = list({{"a", "1"}, {"a", "2"}, {"b", "1"}, {"", "1"}});
    const documents after = list({{"a", "3"}, {"c", "1"}, {"", "2"}});
    pairs p(project_document_schema, before, after);
    p.pair_by(location_of);
    CHECK(words(p) == "-b1 -1 -a2 +c1 +2 a1>a3 "); // an empty key pairs nothing
    p.pair_by([](const project_document& item) { return keys{item.language}; });
    CHECK(words(p) == "-1 a1>a3 b1>c1 a2>2 ");
}

TEST_CASE("of several keys the first one that fits decides", "[item_pairs]") {
    const documents before = list({{"a", "1"}, {"b", "2"}});
    const documents after = list({{"x", "9"}});
    pairs p(project_document_schema, before, after);
    p.pair_by([](const project_document& item) { return location_of(item); },
              [](const project_document&) {
                  return keys{"missing", "b", "a"};
              });
    CHECK(words(p) == "-a1 b2>x9 ");
}

TEST_CASE("the order of the lists does not matter", "[item_pairs]") {
    const documents before = list({{"a", "1"}, {"a", "2"}, {"b", "1"}});
    const documents after = list({{"b", "2"}, {"a", "3"}, {"a", "4"}});
    const documents before_reversed(before.rbegin(), before.rend());
    const documents after_reversed(after.rbegin(), after.rend());
    for (const documents* old_list : {&before, &before_reversed})
        for (const documents* new_list : {&after, &after_reversed}) {
            pairs p(project_document_schema, *old_list, *new_list);
            p.pair_by(location_of);
            CHECK(words(p) == "b1>b2 a1>a3 a2>a4 ");
        }
}

// The texts of the items of a list that have no equal in the other one. Slow: compares every item with every other one.
std::vector<std::string> unequal(const documents& list, const documents& others) {
    std::vector<std::string> left;
    for (const project_document& item : list)
        left.push_back(comparable(project_document_schema, &item));
    for (const project_document& other : others) {
        const auto same =
            std::find(left.begin(), left.end(), comparable(project_document_schema, &other));
        if (same != left.end())
            left.erase(same);
    }
    std::sort(left.begin(), left.end());
    return left;
}

TEST_CASE("equal items are found in any order and in any form", "[item_pairs]") {
    std::uint64_t state = 20;
    const auto below = [&](std::uint64_t limit) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return (state >> 33) % limit;
    };
    // Few different items, so that there are many equal ones; and equal items that are not the same.
    const auto random_item = [&] {
        project_document item(std::string(1, static_cast<char>('a' + below(3))));
        item.classes = {category_reference("x"), category_reference("y")};
        if (below(3) == 0)
            std::swap(item.classes[0], item.classes[1]);
        if (below(4) == 0)
            item.other["weight"] = below(2) == 0 ? boost::json::value(1) : boost::json::value(1.0);
        if (below(8) == 0)
            item.other["dataset"] = "hidden if the document has one";
        if (below(2) == 0)
            item.dataset = "Train";
        item.summary_location.assign(below(12) == 0 ? 1u : 0u, 's');
        return item;
    };
    for (int round = 0; round < 300; ++round) {
        documents before, after;
        for (std::uint64_t i = below(40); i > 0; --i)
            before.push_back(random_item());
        for (const project_document& item : before) {
            if (below(5) != 0)
                after.push_back(item);
            if (below(5) == 0)
                after.push_back(random_item());
        }
        for (std::uint64_t i = round % 3 == 0 ? after.size() : 0; i > 1; --i)
            std::swap(after[i - 1], after[below(i)]);
        const pairs seen(project_document_schema, before, after);
        const auto texts = [](const pairs::items& items) {
            std::vector<std::string> all;
            for (const project_document* item : items)
                all.push_back(comparable(project_document_schema, item));
            return all;
        };
        CHECK(texts(seen.removed) == unequal(before, after));
        CHECK(texts(seen.added) == unequal(after, before));
    }
}

TEST_CASE("objects with the same members are the same, and others have another digest",
          "[item_pairs]") {
    const auto parse = [](const std::string& document) {
        return parse_project_file(R"({"assets":{"documents":[)" + document + "]}}")
            .assets.documents.at(0);
    };
    const char* const texts[] = {
        R"({})",
        R"({"location":"a"})",
        R"({"location":"b"})",
        R"({"language":"a"})",
        R"({"class":{"category":"a"}})",
        R"({"classes":[{"category":"a"}]})",
        R"({"classes":[{"category":"a"},{"category":"b"}]})",
        R"({"classes":[{"category":"b"},{"category":"a"}]})",
        R"({"entities":[{"regionOffset":1}]})",
        R"({"entities":[{"regionLength":1}]})",
        R"({"entities":[{"regionLength":1,"labels":[{"category":"a","length":2}]}]})",
        R"({"sentimentSpans":[{"category":"a"}]})",
        R"({"more":1})",
    };
    const object_schema& schema = project_document_schema;
    for (const char* const a : texts)
        for (const char* const b : texts) {
            CAPTURE(a, b);
            const project_document one = parse(a), other = parse(b);
            CHECK(is_same(schema, &one, &other) == (a == b));
            CHECK((digest(schema, &one) == digest(schema, &other)) == (a == b));
        }
    // The values differ, but the digest ignores them.
    const project_document one = parse(R"({"more":1})"), other = parse(R"({"more":2})");
    CHECK_FALSE(is_same(schema, &one, &other));
    // A known member that is written hides another of its name.
    project_document hiding = parse(R"({"location":"a","dataset":null})");
    CHECK_FALSE(is_same(schema, &hiding, &hiding));
}

} // namespace item_pairs_test
