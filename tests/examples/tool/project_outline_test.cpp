// What a file says about things that it does not contain, read piece by piece.

#include "examples/tool/project_outline.hpp"

#include <langexport/file/file_error.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace project_outline_test {

using namespace tool;
using namespace langexport_tests;

namespace {

project_outline read(std::string_view text, std::size_t size = 1000) {
    outline_reader reader;
    for (std::size_t at = 0; at < text.size(); at += size)
        reader.write(text.substr(at, size));
    return reader.finish();
}

constexpr std::string_view orchestration =
    R"({"metadata":{"projectKind":"Orchestration","settings":{"projectKind":"no"}},"assets":{)"
    R"("projectKind":"Orchestration","intents":[{"category":"projectName"},)"
    R"({"category":"A","orchestration":{"targetProjectKind":"Conversation",)"
    R"("conversationOrchestration":{"projectName":"Orders","deploymentName":"production"}}},)"
    R"({"orchestration":{"questionAnsweringOrchestration":{"projectName":"H\u00e4ufig"}}},)"
    R"({"orchestration":{"luisOrchestration":{"appId":"7"}}},)"
    R"({"orchestration":{"conversationOrchestration":{"projectName":"Orders"}}},)"
    R"({"orchestration":{"conversationOrchestration":{"projectName":""}}}],)"
    R"("utterances":[{"text":"x","number":1.5,"more":[1,-2,true,null,{"projectName":"no"}]}]}})";

} // namespace

TEST_CASE("an outline has the container and the number of documents", "[tool][outline]") {
    const project_outline outline = read(
        R"({"metadata":{"projectKind":"CustomHealthcare","storageInputContainerName":"texts"},)"
        R"("assets":{"documents":[{"location":"1"},{"location":"2","entities":[{"a":[{}]}]}],)"
        R"("more":{"documents":[{}]}},"documents":[{},{}]})");
    CHECK(outline.kind == "CustomHealthcare");
    CHECK(outline.container == "texts");
    CHECK(outline.documents == 2);
    CHECK(outline.references.empty());
}

TEST_CASE("an outline has the projects that an orchestration leads to", "[tool][outline]") {
    for (const std::size_t size : {1u, 7u, 1000u}) {
        CAPTURE(size);
        const project_outline outline = read(orchestration, size);
        CHECK(outline.kind == "Orchestration");
        CHECK(outline.references == std::set<std::string>{"Häufig", "Orders"});
        CHECK(outline.documents == 0);
        CHECK(outline.container.empty());
    }
}

TEST_CASE("the kind of the metadata counts before that of the assets", "[tool][outline]") {
    CHECK(read(R"({"assets":{"projectKind":"B"},"metadata":{"projectKind":"A"}})").kind == "A");
    CHECK(read(R"({"metadata":{"projectKind":"A"},"assets":{"projectKind":"B"}})").kind == "A");
    CHECK(read(R"({"assets":{"projectKind":"B"}})").kind == "B");
}

TEST_CASE("a file that is not JSON has no outline", "[tool][outline]") {
    for (const std::string text :
         {"", "{", "[1", "Question\tAnswer", R"({"metadata":{"a":"b"},})"}) {
        CAPTURE(text);
        CHECK_FALSE(read(text, 3).documents);
    }
    const std::string deep = R"({"metadata":{"projectKind":"A"},"x":)" + std::string(2000, '[') +
                             std::string(2000, ']') + '}';
    CHECK_FALSE(read(deep).documents);
    CHECK(read(deep).kind.empty());
    CHECK(read("[]").documents == 0);
}

TEST_CASE("a name with half of a UTF-16 pair becomes UTF-8", "[tool][outline]") {
    const project_outline outline = read(R"({"metadata":{"storageInputContainerName":"a\ud83d"}})");
    CHECK(outline.container == "a\xEF\xBF\xBD");
}

TEST_CASE("the outline of a file is that of its JSON", "[tool][outline]") {
    const temporary_folder folder;
    write_content(folder / "o.json", std::string(200'000, ' ') + std::string(orchestration));
    CHECK(outline_of(folder / "o.json").references.size() == 2);
    write_content(folder / "o.tsv", std::string(orchestration));
    CHECK_FALSE(outline_of(folder / "o.tsv").documents);
    CHECK_THROWS_AS(outline_of(folder / "gone.json"), langexport::file_error);
}

} // namespace project_outline_test
