#include "examples/tool/exported_file.hpp"

#include "examples/tool/restore_bench.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <sys/stat.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace exported_file_test {

using namespace tool;
using namespace langexport_tests;
using langexport::project_surface;

namespace {

manifest_entry entry_of(const std::string& file, const std::string& content) {
    const temporary_folder folder;
    write_content(folder / file, content);
    return entry_of_file(folder.path(), file);
}

std::string why_not(const std::string& file, const std::string& content) {
    try {
        entry_of(file, content);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return {};
}

const std::string answers = R"({"metadata":{"language":"en"},"assets":{"synonyms":[],"qnas":[]}})";

} // namespace

TEST_CASE("a document shows its surface and its project", "[tool][exported_file]") {
    for (const auto& [kind, surface] :
         {std::pair("CustomHealthcare", "analyze-text"),
          std::pair("customentityrecognition", "analyze-text"),
          std::pair("Conversation", "analyze-conversations"),
          std::pair("Orchestration", "analyze-conversations"),
          std::pair("CustomConversationSummarization", "analyze-conversations")}) {
        CAPTURE(kind);
        const manifest_entry entry = entry_of("x~7.json", document_of("My project", kind));
        CHECK(entry.surface == surface);
        CHECK(entry.name == "My project");
        CHECK(entry.kind == kind);
        CHECK(entry.api_version == "2023-04-01");
        CHECK(entry.file == "x~7.json");
        CHECK(entry.bytes > 0);
        CHECK(entry.sha256.size() == 64);
    }
    const manifest_entry base = entry_of("FAQ.json", answers);
    CHECK(base.surface == "query-knowledgebases");
    CHECK(base.name == "FAQ");
    CHECK(base.format == "json");
    CHECK(base.api_version.empty());
    const manifest_entry luis =
        entry_of("x.json", R"({"luis_schema_version":"7.0.0","name":"Home","intents":[]})");
    CHECK(luis.surface == "analyze-conversations");
    CHECK(luis.name == "Home");
    CHECK(luis.format == "Luis");
}

TEST_CASE("an orchestration shows what it leads to", "[tool][exported_file]") {
    CHECK(entry_of("O.json", orchestration_of("O", "Orders")).references ==
          std::vector<std::string>{"Orders"});
}

TEST_CASE("the name of a file shows what its content does not", "[tool][exported_file]") {
    const exported_file_name name("H%C3%A4ufig%20%2.~analyze-text~7.JSON");
    CHECK(name.project == "Häufig %2.");
    CHECK(name.extension == ".json");
    CHECK(name.has_mark("analyze-text"));
    CHECK(name.has_mark("7"));
    CHECK_FALSE(name.has_mark("analyze"));

    for (const auto& [file, format] : {std::pair("FAQ.tsv", "tsv"), std::pair("FAQ.xlsx", "excel"),
                                       std::pair("FAQ~excel.zip", "excel"),
                                       std::pair("FAQ~query-knowledgebases~tsv.zip", "tsv")}) {
        CAPTURE(file);
        const manifest_entry entry = entry_of(file, "PK\3\4");
        CHECK(entry.surface == "query-knowledgebases");
        CHECK(entry.name == "FAQ");
        CHECK(entry.format == format);
    }
    CHECK(entry_of("FAQ~query-knowledgebases.json", R"({"metadata":{},"assets":{}})").surface ==
          "query-knowledgebases");
}

TEST_CASE("a file that is no exported project is rejected by its name", "[tool][exported_file]") {
    for (const auto& [file, content] :
         {std::pair("notes.txt", "hello"), std::pair("FAQ.zip", "PK"), std::pair("a.json", "{}"),
          std::pair("b.json", "no JSON"),
          std::pair("c.json", R"({"metadata":{"projectKind":"Other"}})")}) {
        CAPTURE(file);
        CHECK_THAT(why_not(file, content),
                   contains_text("'" + std::string(file) + "'") && contains_text("move it out"));
    }
}

TEST_CASE("a damaged file is not taken for one without a surface", "[tool][exported_file]") {
    std::string cut = document_of("Contracts", "CustomHealthcare");
    cut.pop_back();
    for (const std::string& content : {cut, cut + "}}", std::string()}) {
        CAPTURE(content);
        CHECK_THAT(why_not("Contracts.json", content),
                   contains_text("'Contracts.json' is not complete JSON: restore the file"));
    }
}

TEST_CASE("a pipe is not read", "[tool][exported_file]") {
    const temporary_folder folder;
    REQUIRE(::mkfifo((folder / "Contracts.json").c_str(), 0600) == 0);
    CHECK_THROWS_WITH(entry_of_file(folder.path(), "Contracts.json"),
                      "'Contracts.json' is not a regular file: move it out of the folder");
}

} // namespace exported_file_test
