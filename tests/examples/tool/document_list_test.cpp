// The documents that a project refers to, and their list for azcopy.

#include "examples/tool/document_list.hpp"

#include <langexport/document/project_file.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace document_list_test {

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

TEST_CASE("a list does not replace a project", "[tool][documents]") {
    const temporary_folder folder;
    const auto project = folder / "A.json", list = folder / "list";
    write_content(project, "{}");
    const std::string end = ": name another file for the list, then one project";
    const auto rejection = [&] {
        return "--documents would replace '" + list.string() + "', which is ";
    };
    check_list_file(list, project); // a new file
    for (const char* old : {"", "\n", "a.txt\nb.txt\n", "b/\xc3\xa4 {1}.txt\n"}) {
        write_content(list, old);
        CHECK_NOTHROW(check_list_file(list, project));
    }
    for (const char* other : {"{\"metadata\":{}}", "\xef\xbb\xbf\r\n {", "{"}) {
        write_content(list, other);
        CHECK_THROWS_WITH(check_list_file(list, project), rejection() + "JSON" + end);
        CHECK_THROWS_AS(check_list_file(list, "-"), std::invalid_argument);
    }
    write_content(list, "Question\tAnswer\n");
    CHECK_THROWS_WITH(check_list_file(list, project), contains_text(rejection() + "TSV"));
    write_content(list, "PK\x03\x04");
    CHECK_THROWS_WITH(check_list_file(list, project), contains_text(rejection() + "a zip archive"));
    std::filesystem::remove(list);
    std::filesystem::create_hard_link(project, list);
    CHECK_THROWS_WITH(check_list_file(list, project), rejection() + "the project" + end);
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

} // namespace document_list_test
