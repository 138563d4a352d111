#include <langexport/detail/protocol/api_version.hpp>

#include "support/catch.hpp"

#include <string>

namespace api_version_test {

using langexport::project_surface;
using langexport::service_error;
using langexport::detail::is_about_version;
using langexport::detail::projects_path;
using langexport::detail::version_in;

namespace {

service_error error_of(std::string code, std::string message, std::string target = {}) {
    service_error error;
    error.code = std::move(code);
    error.message = std::move(message);
    error.target = std::move(target);
    return error;
}

} // namespace

TEST_CASE("the path of projects depends on the surface and, for one surface, on the version",
          "[api_version]") {
    CHECK(projects_path(project_surface::analyze_text, "2023-04-01") ==
          "/language/authoring/analyze-text/projects");
    CHECK(projects_path(project_surface::analyze_conversations, "2021-10-01") ==
          "/language/authoring/analyze-conversations/projects");
    CHECK(projects_path(project_surface::query_knowledgebases, "2023-04-01") ==
          "/language/authoring/query-knowledgebases/projects");
    CHECK(projects_path(project_surface::query_knowledgebases, "2021-10-01") ==
          "/language/query-knowledgebases/projects");
}

TEST_CASE("the version of a target is the value of its query field", "[api_version]") {
    struct row {
        const char* target;
        const char* version;
    };
    const row rows[] = {
        {"/a?api-version=2023-04-01", "2023-04-01"},
        {"/a?format=x&api-version=1&b=2", "1"},
        {"/a?api-version=", ""},
        {"/a?my-api-version=1", ""},
        {"/api-version=1", ""},
        {"/a?", ""},
        {"/a", ""},
        {"", ""},
    };
    for (const row& r : rows) {
        CAPTURE(r.target);
        CHECK(version_in(r.target) == r.version);
    }
}

TEST_CASE("an error is about the version if any part of it names the parameter or the version",
          "[api_version]") {
    const std::string version = "2023-04-01";
    CHECK(is_about_version(error_of("UnsupportedApiVersion", ""), version));
    CHECK(is_about_version(error_of("InvalidArgument", "", "api-version"), version));
    CHECK(is_about_version(error_of("", "This API version is not known."), version));
    CHECK(is_about_version(error_of("", "2023-04-01 is not supported here."), version));
    CHECK_FALSE(is_about_version(error_of("InvalidArgument", "The format is not known."), version));
    CHECK_FALSE(is_about_version(error_of("", ""), version));

    SECTION("in a nested error, too") {
        service_error outer = error_of("BadRequest", "See the details.");
        outer.details.push_back(error_of("UnsupportedApiVersion", ""));
        CHECK(is_about_version(outer, version));
        outer.details.clear();
        outer.inner.push_back(error_of("", "", "api-version"));
        CHECK(is_about_version(outer, version));
    }
    SECTION("a short version, which occurs in any text, does not count") {
        CHECK_FALSE(is_about_version(error_of("", "There is 1 mistake."), "1"));
    }
    SECTION("an error about a missing project may quote the request") {
        CHECK_FALSE(is_about_version(
            error_of("ProjectNotFound", "No project at /projects/x?api-version=2023-04-01."),
            version));
    }
}

} // namespace api_version_test
