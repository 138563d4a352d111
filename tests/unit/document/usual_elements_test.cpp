#include <langexport/document/impl/usual_elements.hpp>

#include <langexport/document/project_file.hpp>

#include "support/catch.hpp"
#include "unit/document/project_fixtures.hpp"
#include "unit/document/rejected_project.hpp"
#include "unit/rejection.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace usual_elements_test {

using namespace langexport;
using namespace langexport::detail;
using namespace langexport_tests;

namespace {

// A list of documents in an object, as the tables describe it.
const member_schema& documents_schema() {
    for (const member_schema& member : project_assets_schema.members) {
        if (member.name == "documents")
            return member;
    }
    throw std::logic_error("no documents");
}

class read_documents {
public:
    explicit read_documents(std::string_view json, bool is_first = true) {
        usual_elements elements(json);
        count = elements.append_to(documents_schema(), &list, is_first);
        taken = json.substr(0, elements.size());
        if (elements.last_token())
            last_token = {elements.last_token(), json.data() + json.size()};
    }

    std::vector<project_document> list;
    std::size_t count = 0;
    std::string_view taken, last_token;
};

// With this limit of the depth, the parser uses events for all documents.
constexpr std::size_t depth_for_events = usual_elements::max_depth + 2;

// The project as JSON, or the reason why the text is not a project.
std::string parsed(std::string_view text, parse_mode mode, std::size_t max_depth,
                   std::size_t piece) {
    std::string result;
    const auto rejection = rejection_of([&] {
        project_file_parser parser(max_depth, mode);
        for (std::size_t i = 0; i < text.size(); i += piece)
            parser.write(text.substr(i, piece));
        const project_file file = parser.finish();
        result = to_json(file);
        for (const rounded_number& number : file.rounded_numbers)
            result += number.place;
    });
    // Boost.JSON passes a fraction on in other parts if its text ends early: the byte is at its beginning or its end.
    if (rejection.detail.find("a number that is not an integer") != std::string::npos)
        return rejection.detail.substr(rejection.detail.find(':'));
    return result.empty() ? rejection.detail : result;
}

const char* const unusual[] = {
    R"({"location":"a\"b","language":"\u00e9\n"})",
    R"({"location":"\ud83d"})",
    R"({"location":null})",
    R"({"more":{"a":[{"b":1}]},"location":"x"})",
    R"({"more":[1,{"location":"y"}],"entities":[{"regionOffset":1,"labels":[{"offset":2}]}]})",
    R"({"location":"a","location":"b"})",
    R"({"location":5})",
    R"({"location":["a"]})",
    R"({"class":"A"})",
    R"({"class":{"category":"A","category":"B"}})",
    R"({"classes":[{"category":"A"},null]})",
    R"({"classes":[{"category":"A"},7]})",
    R"({"classes":{"category":"A"}})",
    R"({"entities":[{"regionOffset":-1}]})",
    R"({"entities":[{"regionOffset":-0}]})",
    R"({"entities":[{"regionOffset":01}]})",
    R"({"entities":[{"regionOffset":1.0}]})",
    R"({"entities":[{"regionOffset":1.5}]})",
    R"({"entities":[{"regionOffset":1e2}]})",
    R"({"entities":[{"regionOffset":1e99999999999}]})",
    R"({"entities":[{"regionOffset":999999999999999999}]})",
    R"({"entities":[{"regionOffset":9999999999999999999}]})",
    R"({"entities":[{"regionOffset":18446744073709551615}]})",
    R"({"entities":[{"regionOffset":18446744073709551616}]})",
    R"({"entities":[{"regionOffset":}]})",
    R"({"entities":[{"labels":[{"category":"x","weight":0.12345678901234567890123}]}]})",
    R"({"entities":[,]})",
    R"({"entities":[{},]})",
    R"({"location":"a",})",
    R"({"location":"a" "language":"b"})",
    R"({"location" "a"})",
    R"({"location":"a]}{[,"})",
    "{\"location\":\"a\tb\"}",
    "{\"location\":\"a\x01\"}",
    "{\"location\":\"\xFF\"}",
    "{\"location\":\"\xC3\"}",
    "{\"location\":\"\xED\xA0\x80\"}",
    R"({"locations":"a"})",
    R"({"locatio":"a"})",
    R"({"":"a"})",
    R"({"Location":"a"})",
    R"([])",
    R"("text")",
    R"(null)",
    R"(true)",
    R"(17)",
    R"({)",
    R"({"location)",
    R"({"location":"a)",
    R"({"entities":[{"regionOffset":12)",
    R"({"entities":[{"regionOffset":12})",
    R"(})",
    R"(])",
    R"(,)",
    R"({},,{})",
    R"({} {})",
    R"({"a":{"b":{"c":{"d":{"e":{}}}}}})",
};

} // namespace

TEST_CASE("elements are read until one has another form", "[usual_elements]") {
    struct row {
        const char* json;
        std::size_t count;
        const char* rest;
        const char* last_token;
    };
    const row rows[] = {
        {R"({"location":"a"},{"location":"b","dataset":"Train"}]})", 2, "]}", "Train"},
        {R"({"location":"a"} , { "location" : "b" } , 5])", 2, " , 5]", "b"},
        {R"({"location":"a"},{"location":"\n"},{}])", 1, R"(,{"location":"\n"},{}])", "a"},
        {R"({"location":"a"},{"location":"b)", 1, R"(,{"location":"b)", "a"},
        {R"({"entities":[{"regionOffset":12 ,"labels":[]}]}])", 1, "]", "labels"},
        {R"({"entities":[{"regionOffset":1,"regionLength":23}]},])", 1, ",]", "23"},
        {R"({"class":{"category":"A"},"classes":[{}]}x)", 1, "x", "classes"},
        {"{},{},{}", 3, "", ""},
        {R"({"unknown":1})", 0, R"({"unknown":1})", ""},
        {"]", 0, "]", ""},
        {"", 0, "", ""},
    };
    for (const row& given : rows) {
        CAPTURE(given.json);
        const std::string_view json = given.json;
        const read_documents seen(json);
        CHECK(seen.count == given.count);
        CHECK(seen.list.size() == given.count);
        CHECK(json.substr(seen.taken.size()) == given.rest);
        CHECK(seen.last_token.starts_with(given.last_token));
    }
    CHECK(read_documents(R"(,{"location":"a"}])", false).count == 1);
    CHECK(read_documents(R"({"location":"a"}])", false).count == 0);
    CHECK(read_documents(R"(,{"location":"a"}])", true).count == 0);
}

TEST_CASE("members of all types are stored, and lists have the size that they need",
          "[usual_elements]") {
    const read_documents seen(
        R"({"location":"a rather long name of a file.txt","language":"","class":{"category":"C"},)"
        R"("classes":[{"category":"A"},{"category":"B"},{"category":"]{"}],"entities":[{)"
        R"("regionOffset":7,"regionLength":123456789012345678,"labels":[{"category":"x","offset":1,)"
        R"("length":2},{"length":0},{"offset":3}]}],"sentimentSpans":[]})");
    REQUIRE(seen.count == 1);
    const project_document& document = seen.list[0];
    CHECK(document.location == "a rather long name of a file.txt");
    CHECK(document.single_class.category == "C");
    REQUIRE(document.classes.size() == 3);
    CHECK(document.classes[2].category == "]{");
    REQUIRE(document.entities.size() == 1);
    CHECK(document.entities[0].region_length == 123456789012345678);
    REQUIRE(document.entities[0].labels.size() == 3);
    CHECK(document.entities[0].labels.capacity() == 3);
    CHECK(document.entities[0].labels[0].category == "x");
    CHECK(document.entities[0].labels[2].offset == 3);
}

TEST_CASE("an unusual element gives the same project or error as with events", "[usual_elements]") {
    const std::string usual =
        R"({"location":"ä.txt","dataset":"Train","classes":[],"entities":[{"regionOffset":0,)"
        R"("labels":[{"category":"x","offset":4,"length":5},{"length":1,"offset":2}]}]})";
    for (const char* const element : unusual) {
        for (const std::string& list :
             {std::string(element), usual + "," + element, element + ("," + usual),
              usual + " ,\n" + usual + ",\t" + element + " , " + usual + "," + element})
            for (const char* const kind : {"CustomEntityRecognition", "SomethingElse"})
                for (const parse_mode mode : {parse_mode::lossless, parse_mode::tolerant}) {
                    const std::string text = in_documents(list, kind);
                    CAPTURE(text);
                    CHECK(parsed(text, mode, 64, text.size()) ==
                          parsed(text, mode, depth_for_events, text.size()));
                }
    }
}

TEST_CASE("a project is the same in pieces of any size", "[usual_elements]") {
    for (const auto& [kind, text] : project_fixtures())
        for (const std::size_t piece : {1u, 3u, 16u, 50u, 200u, 333u})
            CHECK(parsed(text, parse_mode::lossless, 64, piece) ==
                  parsed(text, parse_mode::lossless, depth_for_events, text.size()));
    // Elements that are larger than a piece, after many in which nothing usual is found.
    std::string list;
    for (int i = 0; i < 300; ++i)
        list += R"({"x":[{"y":"}"},{}],"location":")" + std::to_string(i) + R"("},)";
    for (int i = 0; i < 30; ++i)
        list += R"({"location":"a","classes":[{"category":"A"},{"category":"B"}]},)";
    const std::string text = in_documents(list + "{}", "CustomMultiLabelClassification");
    for (const std::size_t piece : {1u, 7u, 64u, 1000u, 100'000u})
        CHECK(parsed(text, parse_mode::lossless, 64, piece) == text);
}

TEST_CASE("the limit of the depth is the same for usual elements", "[usual_elements]") {
    const std::string text = in_documents(R"({"entities":[{"labels":[{"offset":1}]}]})");
    for (std::size_t depth = 0; depth < 16; ++depth) {
        CAPTURE(depth);
        CHECK(rejection_of([&] {
                  project_file_parser parser(depth);
                  parser.write(text);
                  parser.finish();
              }).detail.empty() == (depth >= 8));
    }
}

TEST_CASE("the parts of a list are joined in their order", "[usual_elements]") {
    using list = std::vector<text_label>;
    list labels;
    list_parts parts;
    for (std::uint64_t i = 0; i < 10; ++i) {
        if (i % 3 == 2) {
            parts.push_back(detach_from<list>(&labels, 5 * sizeof(text_label)));
            CHECK(labels.empty());
            CHECK(labels.capacity() == 5);
        }
        labels.emplace_back("x", text_span(i, 1));
    }
    CHECK(memory_of<list>(&labels) == 2 * sizeof(text_label));
    join_to<list>(&labels, parts);
    CHECK(parts.empty());
    REQUIRE(labels.size() == 10);
    CHECK(labels.capacity() == 10);
    for (std::uint64_t i = 0; i < 10; ++i)
        CHECK(labels[i].offset == i);
}

TEST_CASE("a list that is read in parts has all elements in their order", "[usual_elements]") {
    constexpr std::size_t count = 250'000; // some 70 MB
    std::string list;
    for (std::size_t i = 0; i < count; ++i) {
        list += i == 0 ? "" : ",";
        if (i % 1000 == 0)
            list += R"({"location":")" + std::to_string(i) + R"("})";
        else
            list += i % 1001 == 0 ? R"({"location":"\n"})" : "{}"; // by events, and the usual form
    }
    const std::string text = in_documents(list, "CustomEntityRecognition");
    const project_file file = parse_in_pieces(text, 10'000);
    REQUIRE(file.assets.documents.size() == count);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string expected = i % 1000 == 0 ? std::to_string(i) : i % 1001 == 0 ? "\n" : "";
        wrong += file.assets.documents[i].location != expected ? 1u : 0u;
    }
    CHECK(wrong == 0);
    CHECK(to_json(file) == text);
}

} // namespace usual_elements_test
