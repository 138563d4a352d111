// Which resource the target of a request names.

#include <langexport/testing/impl/route.hpp>

#include "support/catch.hpp"

#include <string>
#include <string_view>

namespace route_test {

using namespace langexport;
using namespace langexport::testing;
using langexport::testing::detail::parse_route;
using langexport::testing::detail::route;

namespace {

const std::string text_projects = "/language/authoring/analyze-text/projects";
const std::string version = "?api-version=2023-04-01";

call_kind kind_of(std::string_view target, std::string_view prefix = "") {
    return parse_route(target, prefix).kind;
}

} // namespace

TEST_CASE("the path says which kind of call it is", "[route]") {
    struct row {
        std::string path;
        call_kind kind;
        const char* project;
        const char* job;
        bool is_of_import;
    };
    for (const row& each : {row{"", call_kind::listing, "", "", false},
                            row{"/P", call_kind::metadata, "P", "", false},
                            row{"/P/:export", call_kind::submission, "P", "", false},
                            row{"/P/:import", call_kind::import_submission, "P", "", true},
                            row{"/P/export/jobs/7", call_kind::status, "P", "7", false},
                            row{"/P/import/jobs/7", call_kind::status, "P", "7", true},
                            row{"/P/export/jobs/7/result", call_kind::result, "P", "7", false}}) {
        CAPTURE(each.path);
        const route found = parse_route(text_projects + each.path + version, "");
        CHECK(found.kind == each.kind);
        CHECK(found.surface == project_surface::analyze_text);
        CHECK(found.project == each.project);
        CHECK(found.job == each.job);
        CHECK(found.is_of_import == each.is_of_import);
        CHECK(found.projects_path == text_projects);
        CHECK(found.query == version.substr(1));
        CHECK(found.version == "2023-04-01");
    }
    for (const char* other :
         {"/P/export", "/P/export/jobs", "/P/import/jobs/7/result", "/P/:export/jobs/7",
          "/P/export/jobs/7/results", "/P/train/jobs/7", "/P/export/job/7", "/P/:export/"}) {
        CAPTURE(other);
        const route found = parse_route(text_projects + other + version, "");
        CHECK(found.kind == call_kind::other);
        CHECK(found.project.empty());
    }
}

TEST_CASE("each surface has its path, which may depend on the version", "[route]") {
    struct row {
        std::string target;
        call_kind kind;
        project_surface surface;
    };
    for (const row& each :
         {row{"/language/authoring/analyze-conversations/projects?api-version=2023-04-01",
              call_kind::listing, project_surface::analyze_conversations},
          row{"/language/authoring/query-knowledgebases/projects?api-version=2023-04-01",
              call_kind::listing, project_surface::query_knowledgebases},
          row{"/language/query-knowledgebases/projects?api-version=2021-10-01", call_kind::listing,
              project_surface::query_knowledgebases},
          row{"/language/query-knowledgebases/projects?api-version=2023-04-01", call_kind::other,
              project_surface::analyze_text},
          row{"/language/authoring/query-knowledgebases/projects?api-version=2021-10-01",
              call_kind::other, project_surface::analyze_text},
          row{"/language/analyze-text/projects?api-version=2023-04-01", call_kind::other,
              project_surface::analyze_text},
          row{"/language/authoring/analyze-speech/projects?api-version=2023-04-01",
              call_kind::other, project_surface::analyze_text}}) {
        CAPTURE(each.target);
        const route found = parse_route(each.target, "");
        CHECK(found.kind == each.kind);
        CHECK(found.surface == each.surface);
        CHECK(found.is_of_knowledge_bases() ==
              (each.surface == project_surface::query_knowledgebases));
    }
}

TEST_CASE("the target may be a whole URL, have a prefix and doubled slashes", "[route]") {
    CHECK(kind_of("http://a.example:80" + text_projects) == call_kind::listing);
    CHECK(kind_of("//" + text_projects) == call_kind::listing);
    CHECK(kind_of("/gate/way" + text_projects, "/gate/way") == call_kind::listing);
    CHECK(kind_of("/gate/way/" + text_projects, "/gate/way") == call_kind::listing);
    CHECK(kind_of("http://a.example/gate" + text_projects, "/gate") == call_kind::listing);
    CHECK(parse_route("/gate" + text_projects, "/gate").projects_path == text_projects);
    for (const std::string& other :
         {text_projects, "/gatez" + text_projects, "/gat" + text_projects, std::string("/gate")})
        CHECK(kind_of(other, "/gate") == call_kind::other);
}

TEST_CASE("names are decoded segment by segment", "[route]") {
    const route found = parse_route(text_projects + "/a%2Fb%20%C3%A4?api-version=2023%2D04-01", "");
    CHECK(found.kind == call_kind::metadata);
    CHECK(found.project == "a/b \u00e4");
    CHECK(found.version == "2023-04-01");
    CHECK(found.query == "api-version=2023%2D04-01");
}

TEST_CASE("no text breaks the parser", "[route]") {
    for (const char* text :
         {"", "/", "//", "*", "?", "/?", "http://", "http://a.example", "http://a.example?x=/",
          "language", "/language", "/language/authoring", "/%", "/language/authoring/analyze-text",
          "/language/authoring/analyze-text/projects/%zz",
          "/language/authoring/analyze-text/models"}) {
        CAPTURE(text);
        CHECK(kind_of(text) == call_kind::other);
        CHECK(kind_of(text, "/gate") == call_kind::other);
    }
}

} // namespace route_test
