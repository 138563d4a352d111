// The backup tool and the results of the service: only a valid result replaces an existing file.

#include "examples/tool_bench.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace export_projects_results_test {

using namespace langexport;
using namespace langexport_tests;
using langexport::testing::call_kind;
using langexport::testing::canned_response;
using langexport::testing::occurrences;
namespace fs = std::filesystem;

TEST_CASE("an error with status 200 does not replace the old file", "[tool][results]") {
    tool_bench b;
    b.service.add_project(project_of("P"));
    const bool is_normalized = GENERATE(false, true);
    texts options = {"--report", b.report(), "P"};
    if (is_normalized)
        options.insert(options.begin(), "--normalize");
    REQUIRE(b.run(options) == 0);
    const std::string before = content_of(b.folder / "out" / "P.json");
    for (const std::string body : {R"({"error":{"code":"InternalServerError","message":"oops"}})",
                                   "{}", "[]", R"({"status":"succeeded"})"}) {
        INFO(body);
        b.service.clear_faults();
        b.service.on(call_kind::result, occurrences::always(),
                     canned_response(200, body).header("Content-Type", "application/json"));
        CHECK(b.run(options) == 1);
        CHECK_THAT(b.err, contains_text("the result is JSON, but not a project"));
        CHECK(b.lines_of("P").back().error->code == "malformed_response");
        CHECK(content_of(b.folder / "out" / "P.json") == before);
        CHECK(b.files().size() == 1);
    }
    options.insert(options.begin(), "--accept-any-result");
    CHECK(b.run(options) == 0);
    CHECK(content_of(b.folder / "out" / "P.json") != before);
}

TEST_CASE("a result with texts that JSON does not allow does not replace the old file",
          "[tool][results]") {
    tool_bench b;
    b.service.add_project(project_of("P"));
    const bool is_normalized = GENERATE(false, true);
    texts options = {"P"};
    if (is_normalized)
        options.insert(options.begin(), "--normalize");
    REQUIRE(b.run(options) == 0);
    const std::string before = content_of(b.folder / "out" / "P.json");
    for (const std::string text : {"a\tb", "a\nb", "caf\xE9", "\xED\xA0\x80"}) {
        CAPTURE(text);
        const std::string body = R"({"assets":{"documents":[{"location":")" + text + R"("}]}})";
        b.service.clear_faults();
        b.service.on(call_kind::result, occurrences::always(),
                     canned_response(200, body).header("Content-Type", "application/json"));
        CHECK(b.run(options) == 1);
        CHECK(content_of(b.folder / "out" / "P.json") == before);
        if (is_normalized)
            continue;
        CHECK_THAT(b.err, contains_text("the result is not JSON: it has "));
        CHECK(b.run({"--accept-any-result", "--output-dir", (b.folder / "any").string(), "P"}) ==
              0);
        CHECK(content_of(b.folder / "any" / "P.json") == body);
    }
}

TEST_CASE("an unusual job or result is a warning", "[tool][results]") {
    tool_bench b;
    b.service.add_project(project_of("P"));
    b.service.on(call_kind::status, 1, canned_response(200, R"({"status":"thinking"})"));
    b.service.on(call_kind::result, occurrences::always(),
                 canned_response(200, R"({"metadata":{"projectName":"Q"},"assets":{}})"));
    CHECK(b.run({"--report", b.report(), "P"}) == 0);
    CHECK_THAT(b.err,
               contains_text("warning P: the service reports the status 'thinking' of the job"));
    CHECK_THAT(b.err, contains_text(
                          "warning     P: ProjectNameDiffers: the result names its project 'Q'"));
    REQUIRE(b.lines_of("P").back().warnings.size() == 1);
    CHECK(b.lines_of("P").back().warnings[0].code == "ProjectNameDiffers");
}

TEST_CASE("a warning is shown with its code, its message or both", "[tool][results]") {
    tool_bench b;
    testing::project one = project_of("P");
    one.warnings.emplace_back("", "only words");
    one.warnings.emplace_back("OnlyCode", "");
    one.warnings.emplace_back("", "");
    one.warnings.emplace_back("Both", "of them");
    b.service.add_project(one);
    CHECK(b.run({"P"}) == 0);
    CHECK_THAT(b.err, contains_text("warning     P: only words\n"
                                    "warning     P: OnlyCode\n"
                                    "warning     P: Both: of them\n"));
}

TEST_CASE("a deep result can be normalized", "[tool][results]") {
    tool_bench b;
    b.service.add_project(project_of("P"));
    const std::string deep = std::string(9'000, '[') + std::string(9'000, ']');
    b.service.on(call_kind::result, occurrences::always(),
                 canned_response(200, R"({"assets":{"new":)" + deep + "}}"));
    CHECK(b.run({"--normalize", "P"}) == 0);
    CHECK(b.run({"--normalize=sorted", "P"}) == 0);
}

TEST_CASE("a result of any depth is stored; only normalization has a depth limit",
          "[tool][results]") {
    tool_bench b;
    b.service.add_project(project_of("P"));
    const std::size_t depth = GENERATE(std::size_t{10'001}, std::size_t{100'000});
    const std::string deep = std::string(depth, '[') + std::string(depth, ']');
    const std::string body = R"({"assets":{"new":)" + deep + "}}";
    b.service.on(call_kind::result, occurrences::always(), canned_response(200, body));
    CHECK(b.run({"P"}) == 0);
    CHECK(content_of(b.folder / "out" / "P.json") == body);
    CHECK(b.run({"--normalize", "P"}) == 1);
    CHECK_THAT(b.err, contains_text(
                          "it is nested deeper than 10000 levels, which is the limit: assets.new"));
    CHECK(content_of(b.folder / "out" / "P.json") == body);
}

TEST_CASE("an invalid project in the list does not stop the export of the others",
          "[tool][results]") {
    tool_bench b;
    b.service.add_project(project_of("P"));
    b.service.on(call_kind::listing, occurrences::always(),
                 canned_response(
                     200,
                     "\xEF\xBB\xBF{\"value\":[{\"projectName\":\"P\",\"description\":\"\\ud83d\","
                     "\"language\":7,\"createdDateTime\":{}}]}"));
    CHECK(b.run({"--surface", "analyze-text", "--all"}) == 0);
    CHECK(b.files() == std::set<std::string>{"P.json"});
}

} // namespace export_projects_results_test
