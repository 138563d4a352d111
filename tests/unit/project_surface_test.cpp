// The requests of each surface, and those that are rejected before they are sent.

#include <langexport/project_surface.hpp>

#include <langexport/detail/protocol/api_version.hpp>
#include <langexport/detail/protocol/submission.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/export_request.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <functional>
#include <string>

namespace project_surface_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

constexpr project_surface all_surfaces[] = {project_surface::analyze_text,
                                            project_surface::analyze_conversations,
                                            project_surface::query_knowledgebases};

std::string target_of(const export_request& request) {
    return detail::submission_target(endpoint::parse("https://name.example"), "2023-04-01",
                                     request);
}

} // namespace

TEST_CASE("a surface is recognized by the service's word for it", "[surfaces]") {
    for (const project_surface surface : all_surfaces)
        CHECK(project_surface_of(to_string(surface)) == surface);
    CHECK(to_string(project_surface::query_knowledgebases) == "query-knowledgebases");
    CHECK_FALSE(project_surface_of("Analyze-Text"));
    CHECK_FALSE(project_surface_of(""));
    CHECK(to_string(static_cast<project_surface>(3)) == "unknown");
}

TEST_CASE("a surface's version is the newest stable one unless another one is given",
          "[surfaces]") {
    CHECK(usual_api_version(project_surface::analyze_text) == "2023-04-01");
    CHECK(usual_api_version(project_surface::analyze_conversations) == "2025-11-01");
    CHECK(usual_api_version(project_surface::query_knowledgebases) == "2023-04-01");
    for (const project_surface surface : all_surfaces) {
        CHECK(detail::version_for(surface, "") == usual_api_version(surface));
        CHECK(detail::version_for(surface, "2022-05-01") == "2022-05-01");
        CHECK(detail::what_is_wrong_with_version(usual_api_version(surface)).empty());
    }
}

TEST_CASE("version 2021-10-01 of question answering has a path of its own", "[surfaces]") {
    const auto gateway = endpoint::parse("https://gateway.example/eu");
    export_request request("p q");
    request.surface = project_surface::query_knowledgebases;
    CHECK(detail::submission_target(gateway, "2021-10-01", request) ==
          "/eu/language/query-knowledgebases/projects/p%20q/:export?api-version=2021-10-01");
    for (const project_surface surface : all_surfaces) {
        const bool is_other = surface != project_surface::query_knowledgebases;
        for (const std::string version : {"2021-10-01", "2021-10-01-preview", "2023-04-01"}) {
            CAPTURE(version, to_string(surface));
            const std::string path = detail::projects_path(surface, version);
            CHECK(path.ends_with(std::string(to_string(surface)) + "/projects"));
            CHECK(path.starts_with("/language/authoring/") ==
                  (is_other || version != "2021-10-01"));
        }
    }
}

TEST_CASE("the version of a target is read from its query", "[surfaces]") {
    struct row {
        const char* target;
        const char* version;
    };
    const row rows[] = {
        {"/p?api-version=2022-05-01", "2022-05-01"},
        {"/p?a=b&api-version=x&c=d", "x"},
        {"/p?my-api-version=x", ""},
        {"/api-version=x", ""},
        {"/p?api-version=", ""},
        {"/p?api-version", ""},
        {"/p?", ""},
        {"", ""},
    };
    for (const row& r : rows) {
        CAPTURE(r.target);
        CHECK(detail::version_in(r.target) == r.version);
    }
}

TEST_CASE("each surface has its own form of request", "[surfaces]") {
    export_request request("p");
    request.surface = project_surface::analyze_conversations;
    CHECK(target_of(request) == "/language/authoring/analyze-conversations/projects/p/:export"
                                "?stringIndexType=Utf16CodeUnit&api-version=2023-04-01");
    request.format = "Luis";
    request.trained_model_label = "m";
    CHECK(target_of(request) ==
          "/language/authoring/analyze-conversations/projects/p/:export"
          "?stringIndexType=Utf16CodeUnit&format=Luis&trainedModelLabel=m&api-version=2023-04-01");
    CHECK(detail::submission_body(request) == R"({"assetsToExport":["*"]})");

    request = export_request("p");
    request.surface = project_surface::query_knowledgebases;
    CHECK(target_of(request) ==
          "/language/authoring/query-knowledgebases/projects/p/:export?api-version=2023-04-01");
    request.format = "tsv";
    request.asset_kind = "qnas";
    CHECK(target_of(request) == "/language/authoring/query-knowledgebases/projects/p/:export"
                                "?format=tsv&assetKind=qnas&api-version=2023-04-01");
    CHECK(detail::submission_body(request).empty());
}

TEST_CASE("options that a surface supports are accepted", "[surfaces]") {
    for (const project_surface surface : all_surfaces) {
        export_request request("p");
        request.surface = surface;
        CHECK_NOTHROW(validate(request, "2022-05-01"));
        request.assets_to_export.clear();
        CHECK_NOTHROW(validate(request, "2022-05-01"));
    }
    export_request request("p");
    request.surface = project_surface::analyze_conversations;
    for (const char* format : {"Conversation", "Luis"}) {
        request.format = format;
        CHECK_NOTHROW(validate(request, "2022-05-01"));
    }
    request = export_request("p");
    request.surface = project_surface::query_knowledgebases;
    request.string_index_type.clear();
    for (const char* format : {"json", "tsv", "excel"}) {
        for (const char* assets : {"", "qnas", "synonyms"}) {
            request.format = format;
            request.asset_kind = assets;
            CHECK_NOTHROW(validate(request, "2021-10-01"));
        }
    }
}

TEST_CASE("options that a surface does not support are rejected with the field's name",
          "[surfaces]") {
    const auto text = project_surface::analyze_text;
    const auto conversations = project_surface::analyze_conversations;
    const auto knowledge = project_surface::query_knowledgebases;
    struct {
        project_surface surface;
        std::function<void(export_request&)> spoil;
        std::string why;
    } const cases[] = {
        {text, [](auto& r) { r.format = "json"; },
         "format is not known to analyze-text: leave it as it is"},
        {conversations, [](auto& r) { r.format = "luis"; },
         "format 'luis' is unknown to analyze-conversations, which knows: Conversation, Luis"},
        {conversations, [](auto& r) { r.format = "a\nb"; },
         "format has a control character at byte 1"},
        {conversations, [](auto& r) { r.string_index_type.clear(); },
         "string_index_type must be 1 to 64"},
        {knowledge, [](auto& r) { r.format = "csv"; },
         "format 'csv' is unknown to query-knowledgebases, which knows: json, tsv, excel"},
        {knowledge, [](auto& r) { r.asset_kind = "documents"; },
         "asset_kind 'documents' is unknown to query-knowledgebases, which knows: qnas, synonyms"},
        {knowledge, [](auto& r) { r.string_index_type = "Utf8"; },
         "string_index_type is not known to query-knowledgebases"},
        {knowledge, [](auto& r) { r.trained_model_label = "m"; },
         "trained_model_label is not known to query-knowledgebases"},
        {knowledge, [](auto& r) { r.assets_to_export = {"qnas"}; },
         "assets_to_export is not known to query-knowledgebases"},
        {static_cast<project_surface>(3), [](auto&) {}, "surface is none of the enumerators"},
    };
    for (const auto& each : cases) {
        INFO(each.why);
        export_request request("p");
        request.surface = each.surface;
        each.spoil(request);
        const auto rejected = rejection_of([&] { validate(request, "2023-04-01"); });
        CHECK(rejected.code == errc::invalid_request);
        CHECK_THAT(rejected.detail, contains_text("export_request::" + each.why));
    }
}

} // namespace project_surface_test
