// Why the service rejects a request, check by check. The tests of service_model have the responses.

#include <langexport/testing/impl/request_checks.hpp>

#include "support/catch.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace request_checks_test {

using namespace langexport;
using namespace langexport::testing;
using namespace langexport::testing::detail;

namespace {

constexpr auto text = project_surface::analyze_text;
constexpr auto conversations = project_surface::analyze_conversations;
constexpr auto knowledge_bases = project_surface::query_knowledgebases;

route route_of(project_surface surface, std::string query, call_kind kind = call_kind::submission) {
    route made;
    made.kind = kind;
    made.surface = surface;
    made.is_of_import = kind == call_kind::import_submission;
    made.version = "2023-04-01";
    made.query = std::move(query);
    return made;
}

service_request request_of(std::string method, std::string body = "",
                           std::string content_type = "") {
    service_request made;
    made.method = std::move(method);
    made.body = std::move(body);
    if (!content_type.empty())
        made.headers.emplace_back("content-type", std::move(content_type));
    return made;
}

// The status and the target of a rejection: "400 format"; "" if the request passes.
std::string shown(const std::optional<rejection>& why) {
    if (!why)
        return {};
    return std::to_string(why->status) + (why->error.target.empty() ? "" : " " + why->error.target);
}

std::string header_shown(const route& r, const service_request& header, bool lenient = false) {
    emulator_options options;
    options.lenient = lenient;
    return shown(check_header(options, r, header));
}

} // namespace

TEST_CASE("the format of a surface has a default", "[request_checks]") {
    struct row {
        project_surface surface;
        const char* query;
        const char* format;
    };
    for (const row& each :
         {row{text, "format=json", ""}, row{conversations, "", "Conversation"},
          row{conversations, "format=LUIS", "Luis"},
          row{conversations, "format=tsv", "Conversation"}, row{knowledge_bases, "", "json"},
          row{knowledge_bases, "a=b&format=Excel", "excel"}})
        CHECK(format_of(route_of(each.surface, each.query)) == each.format);
}

TEST_CASE("each kind of call has its method", "[request_checks]") {
    const std::string query = "stringIndexType=Utf16CodeUnit";
    for (const call_kind kind : {call_kind::submission, call_kind::import_submission}) {
        const route posted = route_of(text, query, kind);
        CHECK(header_shown(posted, request_of("POST", "", "application/json")).empty());
        CHECK(header_shown(posted, request_of("GET")) == "405");
    }
    for (const call_kind kind :
         {call_kind::status, call_kind::result, call_kind::listing, call_kind::metadata}) {
        CHECK(header_shown(route_of(text, "", kind), request_of("GET")).empty());
        CHECK(header_shown(route_of(text, "", kind), request_of("POST")) == "405");
    }
}

TEST_CASE("a version is needed, and must be one of the surface", "[request_checks]") {
    route r = route_of(text, "", call_kind::listing);
    r.version.clear();
    CHECK(header_shown(r, request_of("GET")) == "400");
    CHECK(header_shown(r, request_of("GET"), true) == "400");
    r.version = "2021-10-01"; // of knowledge bases
    CHECK(header_shown(r, request_of("GET")) == "400 api-version");
    CHECK(header_shown(r, request_of("GET"), true).empty());
    emulator_options options;
    options.api_versions = {"2021-10-01"};
    CHECK_FALSE(check_header(options, r, request_of("GET")));
    r.version = "2023-04-01";
    options.lenient = true; // the list counts
    CHECK(shown(check_header(options, r, request_of("GET"))) == "400 api-version");
}

TEST_CASE("parameters of a submission have known values", "[request_checks]") {
    struct row {
        project_surface surface;
        const char* query;
        const char* shown;
    };
    for (const row& each :
         {row{text, "", "400 stringIndexType"},
          row{text, "stringIndexType=", "400 stringIndexType"},
          row{text, "stringIndexType=utf16codeunit", ""},
          row{text, "stringIndexType=Utf8CodeUnit", "400 stringIndexType"},
          row{text, "stringIndexType=Utf16CodeUnit&format=nonsense", ""},
          row{conversations, "stringIndexType=Utf8CodeUnit", ""},
          row{conversations, "stringIndexType=Utf8CodeUnit&format=luis", ""},
          row{conversations, "stringIndexType=Utf8CodeUnit&format=tsv", "400 format"},
          row{knowledge_bases, "", ""}, row{knowledge_bases, "format=tsv&assetKind=qnas", ""},
          row{knowledge_bases, "format=Luis", "400 format"},
          row{knowledge_bases, "assetKind=sources", "400 assetKind"}}) {
        CAPTURE(each.query);
        CHECK(header_shown(route_of(each.surface, each.query), request_of("POST")) == each.shown);
    }
    CHECK(header_shown(route_of(text, ""), request_of("POST"), true).empty());
    const auto import = [](project_surface surface, const char* query, const char* type) {
        return header_shown(route_of(surface, query, call_kind::import_submission),
                            request_of("POST", "", type));
    };
    CHECK(import(text, "", "application/json").empty());
    CHECK(import(text, "", "") == "415");
    CHECK(import(knowledge_bases, "assetKind=qnas", "application/json") == "400 assetKind");
    CHECK(import(knowledge_bases, "format=tsv", "text/plain").empty());
    CHECK(import(knowledge_bases, "format=json", "text/plain") == "415");
}

TEST_CASE("the body of a submission is empty, or a list of assets", "[request_checks]") {
    const char* const json = "application/json; charset=utf-8";
    CHECK_FALSE(check_body(request_of("POST")));
    CHECK(shown(check_body(request_of("POST", "{}"))) == "415");
    CHECK(shown(check_body(request_of("POST", "{}", "application/jsonx"))) == "415");
    for (const char* good : {"{}", R"({"assetsToExport":null})", R"({"assetsToExport":[]})",
                             R"({"assetsToExport":["*"]})", R"({"other":1})"})
        CHECK_FALSE(check_body(request_of("POST", good, json)));
    for (const char* bad :
         {"{", "[]", "null", R"({"assetsToExport":"*"})", R"({"assetsToExport":["*",1]})"})
        CHECK(shown(check_body(request_of("POST", bad, json))) == "400 body");
}

TEST_CASE("an imported document has one format", "[request_checks]") {
    project p("P");
    const route r = route_of(knowledge_bases, "format=tsv");
    CHECK_FALSE(check_format(r, p));
    p.document_format = "TSV";
    CHECK_FALSE(check_format(r, p));
    p.document_format = "json";
    CHECK(shown(check_format(r, p)) == "400 format");
}

TEST_CASE("a document to import is one of its surface", "[request_checks]") {
    const emulator_options options;
    const auto check = [&](project_surface surface, const imported_document& document,
                           const char* query = "") {
        return shown(check_document(options, route_of(surface, query), document));
    };
    imported_document d;
    CHECK(check(text, d) == "400 body"); // empty
    CHECK(check(knowledge_bases, d, "format=tsv") == "400 body");
    d.is_empty = false;
    CHECK(check(text, d) == "400 body"); // no object
    CHECK(check(knowledge_bases, d, "format=tsv").empty());
    d.is_object = true;
    CHECK(check(text, d) == "400 metadata.projectKind");
    CHECK(check(conversations, d, "format=Luis") == "400 luis_schema_version");
    CHECK(check(knowledge_bases, d) == "400 assets");

    d.kind = "Conversation";
    CHECK(check(text, d) == "400 metadata.projectKind"); // of another surface
    CHECK(check(conversations, d) == "400 stringIndexType");
    d.string_index_type = "utf8codeunit";
    CHECK(check(conversations, d).empty());
    d.string_index_type = "Utf9CodeUnit";
    CHECK(check(conversations, d) == "400 stringIndexType");
    d.string_index_type = "Utf16CodeUnit";
    d.has_assets = true;
    CHECK(check(conversations, d) == "400 assets.projectKind");
    d.kind_of_assets = "conversation";
    CHECK(check(conversations, d).empty());
    CHECK(check(knowledge_bases, d) == "400 assets"); // a project of another surface
    d.kind.clear();
    CHECK(check(knowledge_bases, d).empty());
    d.luis_version = "7.0.0";
    CHECK(check(knowledge_bases, d) == "400 assets");
    CHECK(check(conversations, d, "format=Luis").empty());
}

TEST_CASE("a new project has a short name of few characters", "[request_checks]") {
    emulator_options options;
    for (const std::string& good : {std::string("A_z.0-9"), std::string(100, 'a')})
        CHECK_FALSE(check_name(options, good));
    for (const std::string& bad : {std::string(), std::string("a b"), std::string("a/b"),
                                   std::string("\u00e4"), std::string(101, 'a')}) {
        options.lenient = false;
        CHECK(shown(check_name(options, bad)) == "400 projectName");
        options.lenient = true;
        CHECK_FALSE(check_name(options, bad));
    }
}

TEST_CASE("a label names a trained model, where the version knows labels", "[request_checks]") {
    emulator_options options;
    project p("P");
    p.trained_models = {"first"};
    CHECK_FALSE(check_trained_model(options, route_of(text, ""), p));
    CHECK_FALSE(check_trained_model(options, route_of(text, "trainedModelLabel=first"), p));
    route r = route_of(text, "trainedModelLabel=second");
    CHECK(shown(check_trained_model(options, r, p)) == "400 trainedModelLabel");
    r = route_of(text, "trainedModelLabel=%zz"); // an invalid escape
    CHECK(shown(check_trained_model(options, r, p)) == "400 trainedModelLabel");
    r.version = "2022-05-01";
    CHECK_FALSE(check_trained_model(options, r, p));
    r = route_of(knowledge_bases, "trainedModelLabel=second");
    CHECK_FALSE(check_trained_model(options, r, p));
    options.lenient = true;
    CHECK_FALSE(check_trained_model(options, route_of(text, "trainedModelLabel=second"), p));
}

} // namespace request_checks_test
