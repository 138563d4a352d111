// The kind, the name, the unit and the threshold of a project, in every form of its file.

#include <langexport/document/project_data.hpp>

#include "support/catch.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace project_data_test {

using namespace langexport;

namespace {

constexpr project_kind kinds[] = {project_kind::single_label_classification,
                                  project_kind::multi_label_classification,
                                  project_kind::entity_recognition,
                                  project_kind::healthcare,
                                  project_kind::text_sentiment,
                                  project_kind::abstractive_summarization,
                                  project_kind::conversation,
                                  project_kind::orchestration,
                                  project_kind::question_answering};

} // namespace

TEST_CASE("values of projectKind are recognized in any case", "[project_data]") {
    std::set<std::string_view> words;
    for (const project_kind kind : kinds) {
        CHECK(project_kind_of(to_string(kind)) == kind);
        words.insert(to_string(kind));
    }
    CHECK(words.size() == std::size(kinds));
    CHECK(words.count("CustomSingleLabelClassification") == 1);
    CHECK(words.count("QuestionAnswering") == 1);
    CHECK(project_kind_of("customentityrecognition") == project_kind::entity_recognition);
    CHECK(project_kind_of("CONVERSATION") == project_kind::conversation);
    for (const char* other : {"", "unknown", "CustomEntityRecognition ", "Custom", "Conversations"})
        CHECK(project_kind_of(other) == project_kind::unknown);
    CHECK(to_string(project_kind::unknown) == "unknown");
}

TEST_CASE("any projectKind decides about the kind of a file, then its contents", "[project_data]") {
    project_file file;
    CHECK(file.kind() == project_kind::unknown);
    file.assets.synonyms.emplace_back();
    CHECK(file.kind() == project_kind::question_answering);
    file.assets.synonyms.clear();
    file.assets.qnas.emplace_back(1);
    CHECK(file.kind() == project_kind::question_answering);
    file.luis.schema_version = "7.0.0";
    CHECK(file.kind() == project_kind::conversation);
    file.assets.kind_text = "Orchestration";
    CHECK(file.kind() == project_kind::orchestration);
    file.metadata.kind_text = "customHEALTHCARE";
    CHECK(file.kind() == project_kind::healthcare);
    file.metadata.kind_text = "CustomHaiku"; // a kind of a later version
    CHECK(file.kind() == project_kind::unknown);
}

TEST_CASE("name and language are those of the metadata, else those of the LUIS application",
          "[project_data]") {
    project_file file;
    CHECK(file.name().empty());
    CHECK(file.language().empty());
    file.luis.name = "Home";
    file.luis.culture = "en-us";
    CHECK(file.name() == "Home");
    CHECK(file.language() == "en-us");
    file.metadata.project_name = "Charts";
    CHECK(file.name() == "Charts");
    CHECK(file.language() == "en-us");
    file.metadata.language = "de";
    CHECK(file.language() == "de");
}

TEST_CASE("offsets use the unit of stringIndexType", "[project_data]") {
    const auto unit_of = [](const char* word) {
        project_file file;
        file.string_index_type = word;
        return file.unit();
    };
    CHECK(unit_of("") == text_unit::utf16_code_units);
    CHECK(unit_of("Utf16CodeUnit") == text_unit::utf16_code_units);
    CHECK(unit_of("UnicodeCodePoint") == text_unit::code_points);
    CHECK(unit_of("Utf8CodeUnit") == text_unit::utf8_bytes);
    CHECK_FALSE(unit_of("TextElements_v8"));
    CHECK_FALSE(unit_of("Furlong"));
}

TEST_CASE("the confidence threshold is any number, and nothing else", "[project_data]") {
    project_metadata metadata;
    CHECK_FALSE(metadata.confidence_threshold());
    boost::json::value& value = metadata.settings["confidenceThreshold"];
    value = 0.7;
    CHECK(metadata.confidence_threshold() == 0.7);
    value = std::int64_t(-1);
    CHECK(metadata.confidence_threshold() == -1.0);
    value = std::numeric_limits<std::uint64_t>::max();
    CHECK(metadata.confidence_threshold() == 18446744073709551616.0);
    for (const boost::json::value& other :
         {boost::json::value("0.7"), boost::json::value(nullptr), boost::json::value(true),
          boost::json::value(boost::json::object())}) {
        value = other;
        CHECK_FALSE(metadata.confidence_threshold());
    }
}

} // namespace project_data_test
