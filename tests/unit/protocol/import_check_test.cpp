#include <langexport/detail/protocol/import_check.hpp>

#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace import_check_test {

using namespace langexport;
using langexport_tests::contains_text;

namespace {

std::string problem_of(std::string_view document,
                       project_surface surface = project_surface::analyze_text,
                       std::string_view format = "", std::size_t piece = 7) {
    detail::import_check whole(surface, format), pieces(surface, format);
    whole.take(document);
    whole.finish();
    for (std::size_t at = 0; at < document.size(); at += piece)
        pieces.take(document.substr(at, piece));
    pieces.finish();
    // Inside a wrong word, the byte depends on the pieces.
    CHECK(whole.problem().substr(0, 5) == pieces.problem().substr(0, 5));
    CHECK(whole.project_name() == pieces.project_name());
    return whole.problem();
}

// A text project with these members, as JSON.
std::string text_project(const std::string& metadata, const std::string& assets,
                         const std::string& more = R"("stringIndexType":"Utf16CodeUnit",)") {
    return "{" + more + "\"metadata\":" + metadata + ",\"assets\":" + assets + "}";
}

const std::string kind = R"({"projectKind":"CustomEntityRecognition"})";

} // namespace

TEST_CASE("documents of all surfaces can be imported", "[import][import_check]") {
    CHECK(problem_of(text_project(kind, kind)).empty());
    // Members in any order, and the kind last.
    CHECK(
        problem_of(R"({"assets":{"documents":[{"projectKind":"x"}],"projectKind":"Orchestration"},)"
                   R"("metadata":{"a":{"projectKind":"y"},"projectKind":"Orchestration"},)"
                   R"("stringIndexType":"Utf16CodeUnit"})",
                   project_surface::analyze_conversations)
            .empty());
    CHECK(problem_of(R"({"metadata":{"projectName":"k"},"assets":{"qnas":[]}})",
                     project_surface::query_knowledgebases)
              .empty());
    CHECK(problem_of(R"({"luis_schema_version":"7.0.0","name":"x"})",
                     project_surface::analyze_conversations, "Luis")
              .empty());
    CHECK(problem_of("Question\tAnswer\na\tb\n", project_surface::query_knowledgebases, "tsv")
              .empty());
    CHECK(problem_of("PK\x03\x04...", project_surface::query_knowledgebases, "excel").empty());
    CHECK(problem_of("PK\x03\x04...", project_surface::query_knowledgebases, "tsv").empty());
}

TEST_CASE("the kinds of project in a document must agree", "[import][import_check]") {
    const std::string other = R"({"projectKind":"CustomSingleLabelClassification"})";
    CHECK(problem_of(text_project(kind, other)) ==
          "metadata.projectKind is 'CustomEntityRecognition' and assets.projectKind is "
          "'CustomSingleLabelClassification': they must be equal");
    CHECK(problem_of(text_project(kind, "{}")) ==
          "metadata.projectKind is 'CustomEntityRecognition' and assets.projectKind is missing: "
          "they must be equal");
    CHECK_THAT(problem_of(text_project("{}", kind)),
               contains_text("metadata.projectKind is missing"));
    CHECK_THAT(problem_of(text_project("{}", "{}")),
               contains_text("metadata.projectKind is missing"));
    CHECK(problem_of(text_project(kind, R"({"projectKind":"customentityrecognition"})")).empty());
    // A kind in a list, or in a deeper object, is not that of the project.
    CHECK_THAT(
        problem_of(text_project(kind, R"({"a":[{"projectKind":"CustomEntityRecognition"}]})")),
        contains_text("assets.projectKind is missing"));
}

TEST_CASE("a document needs the unit of its offsets", "[import][import_check]") {
    CHECK(problem_of(text_project(kind, kind, "")) ==
          "it has no text 'stringIndexType', the unit of its offsets");
    CHECK_FALSE(problem_of(text_project(kind, kind, R"("stringIndexType":"",)")).empty());
    CHECK_FALSE(problem_of(text_project(kind, kind, R"("stringIndexType":7,)")).empty());
    CHECK_FALSE(problem_of(text_project(kind, kind, R"("a":{"stringIndexType":"x"},)")).empty());
}

TEST_CASE("a document without the structure of a project is rejected", "[import][import_check]") {
    struct row {
        std::string document;
        std::string expected;
    };
    const std::vector<row> rows = {
        {"", "it is empty"},
        {"[]", "it is not a JSON object"},
        {"7", "it is not a JSON object"},
        {"{}", "it has no object 'assets'"},
        {R"({"assets":[]})", "it has no object 'assets'"},
        {R"({"assets":{}})", "it has no object 'metadata'"},
        {R"({"assets":{},"metadata":null})", "it has no object 'metadata'"},
        {R"({"error":{"code":"x"}})",
         "it is an error of the service, not a project: it has a member 'error'"},
        {R"({"luis_schema_version":"7"})",
         "it has a 'luis_schema_version' and no object 'assets': import it with the format 'Luis'"},
        {R"({"metadata":{"projectKind":"Custom)",
         "it ends at byte 38, but its JSON is incomplete, in metadata.projectKind"},
        {R"({"metadata":{"projectKind":nul}})", "byte 27: metadata.projectKind: syntax error"},
    };
    for (const row& r : rows) {
        INFO(r.document);
        const std::string found = problem_of(r.document);
        CHECK(found.substr(0, 12) == r.expected.substr(0, 12));
        if (!r.expected.starts_with("byte") && !r.expected.starts_with("it ends"))
            CHECK(found == r.expected);
    }
    CHECK_THAT(problem_of("<html>"), contains_text("byte 0"));
    CHECK(problem_of("{}", project_surface::analyze_conversations, "Luis") ==
          "it has no 'luis_schema_version': the format 'Luis' needs one");
    CHECK(problem_of("{}", project_surface::query_knowledgebases, "tsv") ==
          "it is not a table of tab-separated values");
    CHECK(problem_of("a\tb", project_surface::query_knowledgebases, "excel") ==
          "it is not a workbook: it does not begin as a zip archive");
    CHECK(problem_of("", project_surface::query_knowledgebases, "tsv") == "it is empty");
}

TEST_CASE("deep nesting is rejected, not followed", "[import][import_check]") {
    const std::string deep = text_project(kind, std::string(1000, '[') + std::string(1000, ']'));
    CHECK_THAT(problem_of(deep), contains_text("nested deeper than 128 levels"));
}

TEST_CASE("the check knows the name in the document", "[import][import_check]") {
    detail::import_check check(project_surface::analyze_text, "");
    CHECK(check.project_name().empty());
    check.take(R"({"metadata":{"projectName":"Gr\u00fc)");
    check.take(R"(n","x":{"projectName":"other"}}})");
    CHECK(check.project_name() == "Gr\u00fcn");
}

} // namespace import_check_test
