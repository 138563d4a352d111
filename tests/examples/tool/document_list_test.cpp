// The documents that a project refers to, and their list for azcopy.

#include "examples/tool/document_list.hpp"

#include <langexport/document/project_file.hpp>

#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <vector>

using namespace langexport;
using namespace tool;
using namespace langexport_tests;

TEST_CASE("the list has each blob once, in the order of the file", "[tool][documents]") {
    const project_file file = parse_project_file(
        R"({"metadata":{},"assets":{"documents":[{"location":"b/ä 1.txt","summaryLocation":"s/1"},)"
        R"({"location":"a.txt","summaryLocation":"s/1"},{"location":""},{"location":"a.txt"}]}})");
    const std::vector<std::string> names = blobs_of(file);
    CHECK(names == std::vector<std::string>{"b/ä 1.txt", "s/1", "a.txt"});
    CHECK(text_of_list(names) == "b/ä 1.txt\ns/1\na.txt\n");
    CHECK(text_of_list({}).empty());
}

TEST_CASE("a name that the list cannot contain is an error", "[tool][documents]") {
    CHECK_THROWS_WITH(text_of_list({"a\nb"}), contains_text("has a line break in its name"));
    CHECK_THROWS_WITH(text_of_list({"a\rb"}), contains_text("has a line break"));
    CHECK_THROWS_WITH(text_of_list({"a\xed\xa0\x80"}), contains_text("not UTF-8"));
}

TEST_CASE("what an export does not contain depends on the kind", "[tool][documents]") {
    const auto missing = [](const std::string& text) {
        std::string lines;
        for (const std::string& line : missing_from_export(parse_project_file(text)))
            lines += line + ';';
        return lines;
    };
    const std::string rest = "deployments and role assignments;";
    CHECK(missing(R"({"metadata":{},"assets":{"documents":[{"location":"1"}]}})") ==
          "the texts of 1 document (--documents lists them);trained models;" + rest);
    CHECK(missing(R"({"metadata":{"projectKind":"Conversation"},"assets":{}})") ==
          "trained models;" + rest);
    CHECK(missing(R"({"metadata":{"projectKind":"Orchestration"},"assets":{}})") ==
          "the projects that its intents lead to;trained models;" + rest);
    CHECK(missing(R"({"metadata":{},"assets":{"qnas":[{"id":1}]}})") ==
          "files that are sources of answers;" + rest);
}
