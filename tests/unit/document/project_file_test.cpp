// Project files: the parsed values, and that nothing is lost.

#include <langexport/document/project_file.hpp>

#include <langexport/document/json_normalizer.hpp>

#include "support/catch.hpp"
#include "unit/document/project_fixtures.hpp"
#include "unit/document/rejected_project.hpp"
#include "unit/rejection.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace project_file_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

// GCC 12 destroys temporary aggregates twice beside co_await.
template <class... Types>
constexpr bool are_no_aggregates = (!std::is_aggregate_v<Types> && ...);
static_assert(
    are_no_aggregates<project_file, project_metadata, project_assets, asset_category,
                      category_reference, text_label, labeled_region, project_document,
                      project_utterance, question_answer, synonym_group, project_file_parser>);
static_assert(std::is_nothrow_move_constructible_v<project_file>);
static_assert(std::is_nothrow_move_constructible_v<project_document>);

boost::json::value as_json(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = 200;
    return boost::json::parse(boost::json::string_view(text.data(), text.size()), {}, options);
}

} // namespace

TEST_CASE("a project of any kind is unchanged after parsing and writing", "[project_file]") {
    for (const auto& fixture : project_fixtures()) {
        CAPTURE(fixture.text);
        const project_file file = parse_project_file(fixture.text);
        CHECK(file.kind() == fixture.kind);
        // Byte for byte: in its own order, and compact.
        std::string expected = fixture.text;
        if (expected.find("1e300") != std::string::npos)
            expected.replace(expected.find("1e300"), 5, "1e+300");
        CHECK(to_json(file) == expected);
        // A copy and a moved file are the same, too.
        project_file copy = file;
        const project_file moved = std::move(copy);
        CHECK(to_json(moved) == to_json(file));
    }
}

TEST_CASE("a file is parsed the same in pieces of any size", "[project_file]") {
    for (const auto& fixture : project_fixtures()) {
        const std::string whole = to_json(parse_project_file(fixture.text));
        for (const std::size_t size : {1u, 2u, 3u, 7u, 64u})
            CHECK(to_json(parse_in_pieces(fixture.text, size)) == whole);
    }
}

TEST_CASE("members of a project have their types", "[project_file]") {
    const auto fixtures = project_fixtures();
    const auto file_of = [&](project_kind kind) {
        for (const auto& fixture : fixtures) {
            if (fixture.kind == kind)
                return parse_project_file(fixture.text);
        }
        throw std::logic_error("no fixture");
    };

    SECTION("project members and classes") {
        const auto file = file_of(project_kind::single_label_classification);
        CHECK(file.project_file_version == "2022-05-01");
        CHECK(file.unit() == text_unit::utf16_code_units);
        CHECK(file.metadata.project_name == "Tickets");
        CHECK(file.metadata.storage_input_container_name == "tickets");
        CHECK(file.metadata.multilingual == false);
        CHECK(file.metadata.language == "en-us");
        CHECK(file.metadata.description == "Größe ✓ 😀");
        CHECK(file.metadata.confidence_threshold() == 0.7);
        REQUIRE(file.assets.classes.size() == 2);
        CHECK(file.assets.classes[1].category == "Outage");
        REQUIRE(file.assets.documents.size() == 3);
        CHECK(file.assets.documents[0].location == "001.txt");
        CHECK(file.assets.documents[1].language == "de");
        CHECK(file.assets.documents[1].dataset == "Test");
        CHECK(file.assets.documents[1].single_class.category == "Outage");
        CHECK(file.assets.documents[2].single_class.category.empty());
    }
    SECTION("several classes") {
        const auto file = file_of(project_kind::multi_label_classification);
        CHECK_FALSE(file.metadata.multilingual);
        CHECK_FALSE(file.metadata.confidence_threshold());
        REQUIRE(file.assets.documents.size() == 3);
        REQUIRE(file.assets.documents[0].classes.size() == 2);
        CHECK(file.assets.documents[0].classes[1].category == "Comedy");
        CHECK(file.assets.documents[1].classes.empty());
    }
    SECTION("entities") {
        const auto file = file_of(project_kind::entity_recognition);
        CHECK(file.assets.entities[1].description == "when");
        const auto& regions = file.assets.documents.at(0).entities;
        REQUIRE(regions.size() == 2);
        CHECK(regions[1].region_offset == 500);
        CHECK(regions[0].region_length == 500);
        REQUIRE(regions[0].labels.size() == 3);
        CHECK(regions[0].labels[0].category == "Lender");
        CHECK(regions[0].labels[2].span() == text_span(70, 10));
    }
    SECTION("sentiments and summaries") {
        const auto mood = file_of(project_kind::text_sentiment);
        CHECK(mood.assets.documents.at(0).sentiment_spans.at(1).category == "neutral");
        CHECK(mood.assets.documents.at(0).sentiment_spans.at(1).span() == text_span(29, 31));
        const auto minutes = file_of(project_kind::abstractive_summarization);
        CHECK(minutes.assets.documents.at(0).summary_location == "s/1.txt");
    }
    SECTION("conversations") {
        const auto file = file_of(project_kind::conversation);
        CHECK(file.assets.intents.at(1).category == "Light");
        CHECK(file.assets.entities.at(0).composition_setting == "combineComponents");
        CHECK(file.assets.entities.at(0).other.contains("list"));
        const auto& utterance = file.assets.utterances.at(0);
        CHECK(utterance.intent == "Light");
        CHECK(utterance.dataset == "Train");
        REQUIRE(utterance.entities.size() == 2);
        // What the offsets are for: an astral character counts twice there, and four bytes here.
        REQUIRE(file.unit());
        CHECK(text_at(utterance.text, utterance.entities[0].span(), *file.unit()) == "kitchen");
        CHECK(text_at(utterance.text, utterance.entities[1].span(), *file.unit()) == "5");
    }
    SECTION("knowledge bases") {
        const auto file = file_of(project_kind::question_answering);
        REQUIRE(file.assets.qnas.size() == 2);
        const auto& answer = file.assets.qnas[0];
        CHECK(answer.id == 1);
        CHECK(answer.answer == "Turn it off.\n\nAnd **on**.");
        CHECK(answer.questions == std::vector<std::string>{"It hangs", "Frozen?"});
        CHECK(answer.metadata.at("area") == "device");
        CHECK(answer.dialog.contains("prompts"));
        CHECK(answer.other.contains("lastUpdatedDateTime"));
        CHECK(file.assets.synonyms.at(0).alterations.at(1) == "BT");
        CHECK(file.metadata.settings.at("defaultAnswer") == "No answer found.");
    }
    SECTION("unknown members") {
        const auto file = file_of(project_kind::unknown);
        CHECK(file.metadata.project_name == "Haiku");
        CHECK(file.metadata.other.at("rating") == 0.1);
        CHECK(file.metadata.other.at("settings").is_array());
        const auto& document = file.assets.documents.at(0);
        CHECK(document.location.empty());
        CHECK(document.other.at("location").at("blob") == "x");
        CHECK(document.other.at("entities").as_array().size() == 2);
        CHECK(document.dataset == "Train");
        CHECK(file.assets.classes.empty());
        CHECK(file.assets.other.at("classes").as_array().size() == 2);
    }
}

TEST_CASE("a program creates or changes a project", "[project_file]") {
    SECTION("from an empty file") {
        project_file file;
        file.metadata.kind_text = to_string(project_kind::entity_recognition);
        file.metadata.project_name = "New";
        file.assets.entities.emplace_back("Date");
        auto& document = file.assets.documents.emplace_back("1.txt");
        document.entities.emplace_back(text_span(0, 9))
            .labels.emplace_back("Date", text_span(0, 4));
        CHECK(to_json(file) ==
              R"({"metadata":{"projectKind":"CustomEntityRecognition","projectName":"New"},)"
              R"("assets":{"entities":[{"category":"Date"}],"documents":[{"location":"1.txt",)"
              R"("entities":[{"regionOffset":0,"regionLength":9,"labels":[{"category":"Date",)"
              R"("offset":0,"length":4}]}]}]}})");
        CHECK(to_json(parse_project_file(to_json(file))) == to_json(file));
    }
    SECTION("emptied members disappear, added members appear, the rest keeps its position") {
        auto file = parse_project_file(in_documents(
            R"({"a":1,"dataset":"Train","location":"x","b":2,"class":{"category":"C"},"c":null})"));
        auto& document = file.assets.documents.at(0);
        document.dataset.clear();
        document.single_class = category_reference();
        document.language = "en";
        document.other["d"] = "new";
        CHECK(to_json(file) ==
              in_documents(R"({"a":1,"location":"x","b":2,"c":null,"language":"en","d":"new"})"));
        file.metadata.multilingual = true;
        CHECK_THAT(to_json(file), contains_text(R"("multilingual":true)"));
        file.metadata.multilingual.reset();
        CHECK_THAT(to_json(file), !contains_text("multilingual"));
    }
    SECTION("a label is moved to the start of its text") {
        auto file = parse_project_file(
            in_documents(R"({"sentimentSpans":[{"length":2,"offset":5,"category":"x"}]})"));
        file.assets.documents.at(0).sentiment_spans.at(0).offset = 0;
        CHECK(to_json(file) ==
              in_documents(R"({"sentimentSpans":[{"length":2,"offset":0,"category":"x"}]})"));
    }
    SECTION("a member that was null is set") {
        auto file = parse_project_file(in_documents(R"({"language":null,"location":"x"})"));
        CHECK(to_json(file) == in_documents(R"({"language":null,"location":"x"})"));
        file.assets.documents.at(0).language = "de";
        CHECK(to_json(file) == in_documents(R"({"location":"x","language":"de"})"));
    }
    SECTION("values that JSON cannot represent are rejected") {
        project_file file;
        file.metadata.description = "ok \xC3(";
        CHECK(rejection_of([&] { to_json(file); }).code == errc::invalid_request);
        file.metadata.description = std::string("\0\x1F\"\\\n\r\t\x7F/", 9);
        CHECK_THAT(to_json(file), contains_text(R"("\u0000\u001f\"\\\n\r\t)"
                                                "\x7F/\""));
        CHECK(parse_project_file(to_json(file)).metadata.description == file.metadata.description);
        file.other["x"] = std::numeric_limits<double>::infinity();
        CHECK(rejection_of([&] { to_json(file); }).code == errc::invalid_request);
    }
    SECTION("more members than have a remembered position") {
        std::string members;
        for (int i = 0; i < 30; ++i)
            members += "\"m" + std::to_string(i) + "\":" + std::to_string(i) + ",";
        const std::string text = in_documents("{" + members + R"("class":{},"location":"x"})");
        CHECK(as_json(to_json(parse_project_file(text))) == as_json(text));
    }
}

TEST_CASE("numbers keep their text", "[project_file]") {
    std::mt19937_64 random(5);
    const auto round_trip = [](const std::string& number) {
        const std::string text = R"({"metadata":{"settings":{"x":)" + number + "}}}";
        const auto file = parse_project_file(text);
        return to_json(file).substr(29, to_json(file).size() - 32);
    };
    for (const char* number :
         {"0.5", "0.1", "1.0", "-0.0", "0.3", "123456.789", "1e-05", "-1", "0"})
        CHECK(round_trip(number) == number);
    CHECK(round_trip("5E-1") == "0.5");
    CHECK(round_trip("-0") == "-0.0");
    CHECK(round_trip("100000000000000000000") == "1e+20");
    for (int i = 0; i < 2000; ++i) {
        const std::uint64_t bits = random();
        double number = 0;
        static_assert(sizeof(bits) == sizeof(number));
        std::memcpy(&number, &bits, sizeof(number));
        if (!std::isfinite(number))
            continue;
        char digits[64];
        std::snprintf(digits, sizeof(digits), "%.17g", number);
        REQUIRE(std::strtod(round_trip(digits).c_str(), nullptr) == number);
    }
    CHECK(rejected(R"({"metadata":{"settings":{"x":1e999}}})") ==
          "byte 29: metadata.settings.x: a number beyond the range of a double");
}

TEST_CASE("a byte order mark is skipped", "[project_file]") {
    const std::string mark = "\xEF\xBB\xBF", text = R"({"assets":{}})";
    CHECK(to_json(parse_project_file(mark + text)) == text);
    CHECK(to_json(parse_in_pieces(mark + text, 1)) == text);
    CHECK(rejected(mark) == "it ends at byte 3, but its JSON is incomplete");
    CHECK(rejected("\xEF\xBB" + text) == "byte 0: JSON does not begin with this byte");
    CHECK_FALSE(rejected(mark + mark + text).empty());
    CHECK_THAT(rejected(mark + R"({"assets":{"x":tru}})"), contains_text("byte 18: "));
}

TEST_CASE("a normalized file has a fixed order and one document per line", "[project_file]") {
    const std::string text =
        R"({"z":{"b":1,"a":[{"y":1,"x":2}]},"assets":{"documents":[{"dataset":"Test","class":)"
        R"({"category":"B"},"location":"1"},{"location":"2"}],"projectKind":"Conversation",)"
        R"("future":[1,{"b":1,"a":2}],"classes":[]},"metadata":{"settings":{"b":1,"a":0.5},)"
        R"("projectName":"P"}})";
    const std::string expected = R"({
  "metadata": {
    "projectName": "P",
    "settings": {"a":0.5,"b":1}
  },
  "assets": {
    "projectKind": "Conversation",
    "classes": [],
    "documents": [
      {"location":"1","dataset":"Test","class":{"category":"B"}},
      {"location":"2"}
    ],
    "future": [
      1,
      {"a":2,"b":1}
    ]
  },
  "z": {
    "a": [
      {"x":2,"y":1}
    ],
    "b": 1
  }
}
)";
    CHECK(normalize(text) == expected);
    CHECK(normalize(expected) == expected);
    CHECK(normalize(parse_project_file(text)) == expected);
    for (const auto& fixture : project_fixtures()) {
        const std::string once = normalize(fixture.text);
        CHECK(normalize(once) == once);
        CHECK(as_json(once) == as_json(fixture.text));
    }
}

TEST_CASE("large files are written in pieces", "[project_file]") {
    project_file file;
    for (int i = 0; i < 10'000; ++i)
        file.assets.documents.emplace_back("document " + std::to_string(i)).dataset = "Train";
    std::string text;
    std::size_t largest = 0, pieces = 0;
    write_json(file, [&](std::string_view piece) {
        text += piece;
        largest = std::max(largest, piece.size());
        ++pieces;
    });
    CHECK(text == to_json(file));
    CHECK(largest < 80 * 1024);
    CHECK(pieces > text.size() / largest);
    CHECK(parse_project_file(text).assets.documents.size() == 10'000);
    CHECK_THROWS_AS(write_json(file, [](std::string_view) { throw std::length_error("full"); }),
                    std::length_error);
}

// Sessions with the real service, where there are some beside the checkout.
TEST_CASE("recorded projects of the service are parsed and written again", "[project_file]") {
    namespace fs = std::filesystem;
    const fs::path folder = fs::path(LANGEXPORT_SOURCE_DIR) / ".." / "shared" / "recordings";
    if (!fs::is_directory(folder)) {
        WARN("skipped: there are no recordings");
        return;
    }
    int projects = 0;
    const auto check = [&](const std::string& name, const boost::json::value& project) {
        ++projects;
        CAPTURE(name);
        const std::string text = boost::json::serialize(project);
        const project_file file = parse_project_file(text);
        CHECK(file.kind() != project_kind::unknown);
        CHECK(to_string(file.kind()) == project.at("metadata").at("projectKind").as_string());
        CHECK(file.metadata.project_name == project.at("metadata").at("projectName").as_string());
        CHECK(as_json(to_json(file)) == project);
        CHECK(as_json(normalize(file)) == project);
        // Only members of entities are unknown.
        CHECK(file.other.empty());
        CHECK(file.assets.other.empty());
        for (const auto& document : file.assets.documents)
            CHECK(document.other.empty());
        for (const auto& utterance : file.assets.utterances) {
            CHECK(utterance.other.empty());
            for (const auto& label : utterance.entities)
                CHECK(text_at(utterance.text, label.span(), *file.unit()).size() >= label.length);
        }
    };
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != ".json")
            continue;
        std::ifstream stream(entry.path(), std::ios::binary);
        const std::string text((std::istreambuf_iterator<char>(stream)),
                               std::istreambuf_iterator<char>());
        const auto value = as_json(text);
        const std::string name = entry.path().filename().string();
        if (name.starts_with("docs_"))
            check(name, value);
        const auto* session = value.as_object().if_contains("Entries");
        for (const auto& exchange : session ? session->as_array() : boost::json::array()) {
            for (const char* member : {"ResponseBody", "RequestBody"}) {
                const auto* body = exchange.as_object().if_contains(member);
                if (body && body->is_object() && body->as_object().contains("assets"))
                    check(name, *body);
            }
        }
    }
    CHECK(projects >= 5);
}

} // namespace project_file_test
