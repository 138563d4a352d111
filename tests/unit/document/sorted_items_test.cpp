// The form for version control in which files of which only the order of items differs are the same.

#include <langexport/document/json_normalizer.hpp>
#include <langexport/document/project_difference.hpp>
#include <langexport/document/project_file.hpp>

#include "support/catch.hpp"
#include "unit/document/project_fixtures.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sorted_items_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

normalizing_options sorting() {
    normalizing_options options;
    options.sort_items = true;
    return options;
}

std::string sorted(std::string_view text) {
    return normalize(text, sorting());
}

// With all lists of objects, and all members, in another order.
boost::json::value shuffled(const boost::json::value& value, std::mt19937& random) {
    if (const auto* list = value.if_array()) {
        std::vector<boost::json::value> elements;
        bool are_objects = true;
        for (const auto& element : *list) {
            elements.push_back(shuffled(element, random));
            are_objects = are_objects && element.is_object();
        }
        if (are_objects)
            std::shuffle(elements.begin(), elements.end(), random);
        return boost::json::array(elements.begin(), elements.end());
    }
    if (const auto* object = value.if_object()) {
        std::vector<std::pair<std::string, boost::json::value>> members;
        for (const auto& member : *object)
            members.emplace_back(std::string(member.key()), shuffled(member.value(), random));
        std::shuffle(members.begin(), members.end(), random);
        boost::json::object result;
        for (const auto& [name, inner] : members)
            result[name] = inner;
        return result;
    }
    return value;
}

} // namespace

TEST_CASE("documents keep their order unless sorting is requested", "[normalize]") {
    const std::string text =
        R"({"assets":{"documents":[{"location":"b"},{"location":"a"}],"qnas":[{"id":10},{"id":9}]}})";
    CHECK(normalize(text).find("\"b\"") < normalize(text).find("\"a\""));
    CHECK(sorted(text) == R"({
  "assets": {
    "documents": [
      {"location":"a"},
      {"location":"b"}
    ],
    "qnas": [
      {"id":9},
      {"id":10}
    ]
  }
}
)");
}

TEST_CASE("items are sorted by their identifying members", "[normalize]") {
    struct row {
        std::string_view list;
        std::string_view order;
    };
    const row rows[] = {
        // Names by their characters, the shorter one first, with or without escapes.
        {R"([{"a":"b"},{"a":"a!"},{"a":"a"},{"a":"a\n"},{"a":"a\""},{"a":"A"},{"a":""}])",
         R"([{"a":""},{"a":"A"},{"a":"a"},{"a":"a\n"},{"a":"a!"},{"a":"a\""},{"a":"b"}])"},
        // Numbers by their value.
        {R"([{"a":10},{"a":9},{"a":-10},{"a":-9},{"a":1e2},{"a":0.5},{"a":18446744073709551616}])",
         R"([{"a":-10},{"a":-9},{"a":0.5},{"a":9},{"a":10},{"a":1e2},{"a":18446744073709551616}])"},
        {R"([{"a":1.0},{"a":1},{"a":1}])", R"([{"a":1.0},{"a":1},{"a":1}])"},
        // Then by the members that follow.
        {R"([{"b":2,"a":1},{"a":1,"b":1},{"a":1}])", R"([{"a":1,"b":1},{"a":1,"b":2},{"a":1}])"},
        // Other lists stay as they are.
        {R"([3,1,2])", R"([3,1,2])"},
        {R"([{"a":2},1,{"a":1}])", R"([{"a":2},1,{"a":1}])"},
        {R"([[2],[1]])", R"([[2],[1]])"},
        {R"([])", R"([])"},
        // Lists within.
        {R"([{"a":[{"b":2},{"b":1}]},{"a":[{"b":1},{"b":1}]}])",
         R"([{"a":[{"b":1},{"b":1}]},{"a":[{"b":1},{"b":2}]}])"},
    };
    for (const row& one : rows) {
        CAPTURE(one.list);
        CHECK(sorted(one.list) == normalize(one.order));
        const std::string inside = R"({"x":{"y":[{"list":)" + std::string(one.list) + "}]}}";
        const std::string expected = R"({"x":{"y":[{"list":)" + std::string(one.order) + "}]}}";
        CHECK(sorted(inside) == normalize(expected));
    }
}

TEST_CASE("files that differ only in order are sorted to the same bytes", "[normalize]") {
    std::mt19937 random(7);
    std::vector<std::string> texts;
    for (const auto& fixture : project_fixtures())
        texts.push_back(fixture.text);
    std::string large = R"({"assets":{"projectKind":"CustomEntityRecognition","documents":[)";
    for (int i = 0; i < 3000; ++i)
        large += std::string(i > 0 ? "," : "") + R"({"location":"d)" +
                 std::to_string(i * 7919 % 3000) +
                 R"(","entities":[{"regionOffset":0,"regionLength":9,"labels":[{"category":"B",)" +
                 R"("offset":10,"length":1},{"category":"B","offset":9,"length":1}]}]})";
    texts.push_back(large + "]}}");
    for (const std::string& text : texts) {
        const std::string once = sorted(text);
        CHECK(sorted(once) == once);    // it stays as it is
        CHECK(normalize(once) == once); // in the form for all
        CHECK(sorted(normalize(text)) == once);
        const auto value = boost::json::parse(text);
        CHECK(compare(parse_project_file(text), parse_project_file(once))
                  .is_empty()); // nothing is lost
        for (int i = 0; i < 5; ++i)
            CHECK(sorted(boost::json::serialize(shuffled(value, random))) ==
                  sorted(boost::json::serialize(value)));
        // In pieces, too.
        json_normalizer normalizer(sorting());
        for (std::size_t at = 0; at < text.size(); at += 1000)
            normalizer.write(std::string_view(text).substr(at, 1000));
        std::string joined;
        for (const std::string& piece : normalizer.finish()) {
            CHECK(piece.size() < 80 * 1024);
            joined += piece;
        }
        CHECK(joined == once);
    }
    CHECK(normalize(parse_project_file(texts[0]), sorting()) == sorted(texts[0]));
}

} // namespace sorted_items_test
