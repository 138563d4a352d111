#include <langexport/detail/protocol/submission.hpp>

#include "support/catch.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <string_view>
#include <vector>

namespace submission_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

const auto gateway = endpoint::parse("https://gateway.example:8443/language-eu/");

} // namespace

TEST_CASE("a submission has the encoded project name", "[submission]") {
    const auto plain = endpoint::parse("https://name.cognitiveservices.azure.com/");
    const auto shorter = endpoint::parse("https://gateway.example/eu/");
    export_request request("Invoices_1.0");
    CHECK(detail::submission_target(plain, "2022-05-01", request) ==
          "/language/authoring/analyze-text/projects/Invoices_1.0/"
          ":export?stringIndexType=Utf16CodeUnit&api-version=2022-05-01");
    CHECK(detail::submission_target(shorter, "2022-05-01", request) ==
          "/eu/language/authoring/analyze-text/projects/Invoices_1.0/"
          ":export?stringIndexType=Utf16CodeUnit&api-version=2022-05-01");

    request.project_name = "a/b?c#d \u20ac%";
    request.string_index_type = "TextElements_v8";
    request.trained_model_label = "model 1&x=y";
    request.asset_kind = "a+b";
    CHECK(detail::submission_target(plain, "2025-05-15-preview", request) ==
          "/language/authoring/analyze-text/projects/a%2Fb%3Fc%23d%20%E2%82%AC%25/:export"
          "?stringIndexType=TextElements_v8&trainedModelLabel=model%201%26x%3Dy&assetKind=a%2Bb"
          "&api-version=2025-05-15-preview");

    request.project_name = "..."; // no step up for a proxy on the way
    CHECK_THAT(detail::submission_target(plain, "2022-05-01", request),
               contains_text("/projects/%2E%2E%2E/:export?"));
}

TEST_CASE("a submission names the assets or has no body", "[submission]") {
    export_request request("p");
    CHECK(detail::submission_body(request) == R"({"assetsToExport":["*"]})");
    request.assets_to_export = {"a", "\"quoted\" \\ back", "\u20ac \U0001F600", "tab\tnull\x01"};
    CHECK(detail::submission_body(request) ==
          "{\"assetsToExport\":[\"a\",\"\\\"quoted\\\" \\\\ back\",\"\u20ac "
          "\U0001F600\",\"tab\\u0009null\\u0001\"]}");
    const auto read = boost::json::parse(detail::submission_body(request));
    const auto& names = read.at("assetsToExport").as_array();
    REQUIRE(names.size() == request.assets_to_export.size());
    for (std::size_t i = 0; i < names.size(); ++i)
        CHECK(std::string_view(names[i].as_string()) == request.assets_to_export[i]);
    request.assets_to_export.clear();
    CHECK(detail::submission_body(request).empty());
}

TEST_CASE("an import has the path of its project and its format", "[submission][import]") {
    const auto plain = endpoint::parse("https://name.cognitiveservices.azure.com/");
    using enum project_surface;
    CHECK(detail::import_target(plain, "2023-04-01", analyze_text, "Invoices_1.0", "") ==
          "/language/authoring/analyze-text/projects/Invoices_1.0/:import?api-version=2023-04-01");
    CHECK(detail::import_target(gateway, "2025-11-01", analyze_conversations, "a/b c", "Luis") ==
          "/language-eu/language/authoring/analyze-conversations/projects/a%2Fb%20c/"
          ":import?format=Luis&api-version=2025-11-01");
    CHECK(detail::import_target(plain, "2021-10-01", query_knowledgebases, "k", "tsv") ==
          "/language/query-knowledgebases/projects/k/:import?format=tsv&api-version=2021-10-01");
    CHECK(detail::import_content_type(analyze_text, "") == "application/json");
    CHECK(detail::import_content_type(analyze_conversations, "Luis") == "application/json");
    CHECK(detail::import_content_type(query_knowledgebases, "TSV") == "text/tab-separated-values");
    CHECK(detail::import_content_type(query_knowledgebases, "excel") ==
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
}

} // namespace submission_test
