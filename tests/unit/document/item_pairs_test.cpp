// The pairing by itself, with keys of the test. difference_pairs_test.cpp shows the keys of each kind of item.

#include <langexport/document/impl/item_pairs.hpp>

#include "support/catch.hpp"

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

} // namespace item_pairs_test
