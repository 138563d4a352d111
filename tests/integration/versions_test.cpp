// The versions of the service: which one a request names, and its path.

#include <langexport/list_projects.hpp>

#include "integration/surface_bench.hpp"
#include "support/catch.hpp"

#include <string>
#include <utility>
#include <vector>

namespace versions_test {

namespace testing = langexport::testing;

namespace {

using langexport::client;
using langexport::client_params;
using langexport::errc;
using langexport::project_surface;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::outcome;
using langexport_tests::quick_project_of;
using langexport_tests::request_to;
using testing::sample_kind;

using project_list = std::vector<langexport::project_info>;

outcome<project_list> list(client_bench& b, const client& c, project_surface surface) {
    return b.run<project_list>(
        [&](auto token) { langexport::list_projects(c, surface, std::move(token)); });
}

} // namespace

TEST_CASE("each surface uses its newest stable version unless one is set", "[versions]") {
    client_bench b(false);
    b->remove_project("Demo");
    const std::pair<sample_kind, std::string> rows[] = {
        {sample_kind::healthcare, "2023-04-01"},
        {sample_kind::orchestration, "2025-11-01"},
        {sample_kind::question_answering, "2023-04-01"}};
    for (const std::string given : {"", "2025-05-15-preview"}) {
        client_params params = b.params();
        params.api_version = given;
        const client c = b.make_client(params);
        for (const auto& [kind, usual] : rows) {
            CAPTURE(to_string(kind), given);
            b->add_project(quick_project_of(kind));
            b->clear_requests();
            REQUIRE(b.export_project(c, request_to(surface_of(kind))).is_good());
            const auto listed = list(b, c, surface_of(kind));
            REQUIRE(listed.is_good());
            CHECK(listed.result.size() == 1);
            REQUIRE(b->requests().size() == 4);
            for (const auto& sent : b->requests())
                CHECK(sent.target.ends_with("api-version=" + (given.empty() ? usual : given)));
            b->remove_project("Demo");
        }
    }
}

TEST_CASE("a job is resumed at the version of its link, regardless of the settings", "[versions]") {
    client_bench b(false);
    client_params old = b.params();
    old.api_version = "2022-05-01";
    const auto job = b.submit(b.make_client(old));
    REQUIRE(job.is_good());
    b->clear_requests();
    REQUIRE(b.resume(b.make_client(), job.result).is_good());
    CHECK(b->requests().size() >= 2);
    for (const auto& sent : b->requests())
        CHECK(sent.target.ends_with("api-version=2022-05-01"));
}

TEST_CASE("an error for a rejected version names the setting", "[versions]") {
    testing::emulator_options options;
    options.api_versions = {"2022-05-01"};
    client_bench b(GENERATE(false, true), options);
    const client c = b.make_client();
    const auto check_text = [](const std::string& text) {
        CHECK_THAT(text, contains_text("api-version 2023-04-01") &&
                             contains_text("client_params::api_version") &&
                             contains_text("UnsupportedApiVersion"));
    };
    const auto exported = b.export_project(c, langexport::export_request("Demo"));
    CHECK(exported.code() == errc::invalid_request);
    check_text(exported.what());
    const auto listed = list(b, c, project_surface::analyze_text);
    CHECK(listed.code() == errc::invalid_request);
    check_text(listed.what());
}

TEST_CASE("version 2021-10-01 of question answering uses paths without authoring", "[versions]") {
    client_bench b(GENERATE(false, true));
    b->add_project(quick_project_of(sample_kind::question_answering));
    client_params params = b.params();
    params.api_version = "2021-10-01";
    const client c = b.make_client(params);
    const auto done = b.export_project(c, request_to(project_surface::query_knowledgebases));
    REQUIRE(done.is_good());
    const auto listed = list(b, c, project_surface::query_knowledgebases);
    REQUIRE(listed.is_good());
    CHECK(listed.result.size() == 1);
    REQUIRE(b->requests().size() == 4);
    for (const auto& sent : b->requests())
        CHECK(sent.target.starts_with("/language/query-knowledgebases/projects"));
    REQUIRE(b.resume(c, done.result.status.job()).is_good());
    // The other surfaces have neither that path nor that version.
    b->add_project(quick_project_of(sample_kind::conversation));
    const auto rejected = b.export_project(c, request_to(project_surface::analyze_conversations));
    CHECK(rejected.code() == errc::invalid_request);
    CHECK_THAT(b->requests().back().target, contains_text("/language/authoring/analyze-"));
}

} // namespace versions_test
