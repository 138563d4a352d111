#include <langexport/detail/protocol/result_form.hpp>

#include "support/catch.hpp"

#include <string_view>

namespace result_form_test {

using langexport::project_surface;
using langexport::detail::forms_of;
using langexport::detail::forms_of_link;
using langexport::detail::is_json_due;
using langexport::detail::may_be;
using langexport::detail::result_forms;

TEST_CASE("the surface and the format of a request determine the form of its result",
          "[result_form]") {
    struct row {
        project_surface surface;
        std::string_view format;
        result_forms form;
    };
    constexpr auto text = project_surface::analyze_text;
    constexpr auto conversations = project_surface::analyze_conversations;
    constexpr auto knowledge_bases = project_surface::query_knowledgebases;
    const row rows[] = {
        {text, "", result_forms::project},
        {text, "Luis", result_forms::project},
        {text, "tsv", result_forms::project},
        {conversations, "", result_forms::project},
        {conversations, "Conversation", result_forms::project},
        {conversations, "Luis", result_forms::luis},
        {conversations, "LUIS", result_forms::luis},
        {conversations, "excel", result_forms::project},
        {knowledge_bases, "", result_forms::project},
        {knowledge_bases, "json", result_forms::project},
        {knowledge_bases, "tsv", result_forms::table},
        {knowledge_bases, "Excel", result_forms::workbook},
    };
    for (const row& r : rows) {
        CAPTURE(r.surface, r.format);
        CHECK(forms_of(r.surface, r.format) == r.form);
    }
}

TEST_CASE("the link of a job limits the forms of its result to those of its surface",
          "[result_form]") {
    struct row {
        std::string_view link;
        result_forms forms;
    };
    constexpr auto of_conversations = result_forms::project | result_forms::luis;
    constexpr auto of_knowledge_bases =
        result_forms::project | result_forms::table | result_forms::workbook;
    const row rows[] = {
        {"https://h/language/authoring/analyze-text/projects/p/export/jobs/1",
         result_forms::project},
        {"https://h/language/authoring/Analyze-Conversations/projects/p/export/jobs/1",
         of_conversations},
        {"/language/query-knowledgebases/projects/p/export/jobs/1", of_knowledge_bases},
        // The name of a project may be any word, and so may the query.
        {"/language/projects/analyze-text/export/jobs/1", result_forms::any},
        {"/jobs/1?surface=/analyze-text/", result_forms::any},
        {"", result_forms::any},
    };
    for (const row& r : rows) {
        CAPTURE(r.link);
        CHECK(forms_of_link(r.link) == r.forms);
    }
}

TEST_CASE("a set of forms reports its members, and whether all of them are JSON", "[result_form]") {
    constexpr auto json = result_forms::project | result_forms::luis;
    CHECK(may_be(json, result_forms::luis));
    CHECK_FALSE(may_be(json, result_forms::table));
    CHECK(is_json_due(json));
    CHECK_FALSE(is_json_due(json | result_forms::workbook));
    CHECK_FALSE(is_json_due(result_forms::any));
}

} // namespace result_form_test
