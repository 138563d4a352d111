// The parts of a text that labels name, and members that are empty or have no name.

#include <langexport/document/project_assets.hpp>
#include <langexport/document/project_file.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <limits>
#include <string>

namespace project_assets_test {

using namespace langexport;

namespace {

constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

} // namespace

TEST_CASE("labels and regions are made from a part of a text", "[project_assets]") {
    const text_label label("Room", text_span(11, 7));
    CHECK(label.category == "Room");
    CHECK(label.span() == text_span(11, 7));
    const labeled_region region(text_span(500, 30));
    CHECK(region.region_offset == 500);
    CHECK(region.region_length == 30);
    CHECK(text_label().span() == text_span(0, 0));
}

TEST_CASE("the end of a LUIS label belongs to its part", "[project_assets]") {
    const luis_label made("Room", text_span(11, 7));
    CHECK(made.entity == "Room");
    CHECK(made.start_pos == 11);
    CHECK(made.end_pos == 17);
    CHECK(made.span() == text_span(11, 7));
    CHECK(luis_label("Room", text_span(5, 1)).end_pos == 5);
}

TEST_CASE("a LUIS label whose end is before its start has length 0", "[project_assets]") {
    luis_label odd("Room", text_span(5, 1));
    for (const std::uint64_t end : {std::uint64_t(0), std::uint64_t(3), std::uint64_t(4)}) {
        odd.end_pos = end;
        CHECK(odd.span() == text_span(5, 0));
    }
    odd.end_pos = 5;
    CHECK(odd.span() == text_span(5, 1));
}

TEST_CASE("the end of a LUIS label never exceeds 64 bits", "[project_assets]") {
    luis_label odd("Room", text_span(5, 1));
    for (const std::uint64_t start : {std::uint64_t(0), std::uint64_t(5), largest - 1, largest}) {
        odd.start_pos = start;
        odd.end_pos = largest;
        CHECK(odd.span() == text_span(start, largest - start));
    }
    odd.start_pos = 0;
    odd.end_pos = largest - 1;
    CHECK(odd.span() == text_span(0, largest));
    CHECK(luis_label("Room", text_span(5, largest)).end_pos == largest);
    CHECK(luis_label("Room", text_span(largest, 2)).end_pos == largest);
    CHECK(luis_label("Room", text_span(largest, 1)).end_pos == largest);
}

TEST_CASE("emptied members are removed, and members that were empty in the file stay",
          "[project_assets]") {
    const std::string text =
        R"({"assets":{"documents":[{"location":"a.txt","dataset":"","language":"de","x":[1]},)"
        R"({"location":"b.txt","entities":[]}],"classes":[]}})";
    project_file file = parse_project_file(text);
    CHECK(to_json(file) == text);
    project_document& first = file.assets.documents.at(0);
    CHECK(first.other.at("x").as_array().size() == 1);
    first.language.clear();
    first.other.erase("x");
    file.assets.documents.at(1).entities.emplace_back(text_span(0, 3));
    CHECK(to_json(file) ==
          R"({"assets":{"documents":[{"location":"a.txt","dataset":""},{"location":"b.txt",)"
          R"("entities":[{"regionOffset":0,"regionLength":3,"labels":[]}]}],"classes":[]}})");
}

} // namespace project_assets_test
