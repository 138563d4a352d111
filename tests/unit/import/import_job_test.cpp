#include <langexport/import/import_job.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <chrono>
#include <string>

namespace import_job_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

const std::string location =
    "https://name.cognitiveservices.azure.com/language/authoring/analyze-text/"
    "projects/p/import/jobs/1?api-version=2023-04-01";
const export_job::time_point submitted{std::chrono::seconds(1'700'000'000)};

} // namespace

TEST_CASE("the token of an import job restores it", "[import][import_job]") {
    const import_job job("p", location, submitted);
    const std::string token = job.to_token();
    CHECK(token.starts_with("lximport1_"));
    CHECK(import_job::from_token(token) == job);
    CHECK(import_job::from_token("  " + token + "\r\n") == job);
    CHECK(job.project_name() == "p");
    CHECK(job.operation_location() == location);
    CHECK(job.submitted() == submitted);
    CHECK_FALSE(job.empty());
    CHECK(import_job().empty());
}

TEST_CASE("a token of version 1 of an import job stays readable", "[import][import_job]") {
    const auto job = import_job::from_token(
        "lximport1_MTY4MzU4NzU1MTEyMzQ1Njc4OQpodHRwczovL2EuZXhhbXBsZS9qCnA6svOw");
    CHECK(job.project_name() == "p");
    CHECK(job.operation_location() == "https://a.example/j");
}

TEST_CASE("tokens of exports and imports are not taken for each other", "[import][import_job]") {
    const std::string exported = export_job("p", location, submitted).to_token();
    const std::string imported = import_job("p", location, submitted).to_token();
    const auto no_import = rejection_of([&] { import_job::from_token(exported); });
    CHECK(no_import.code == errc::invalid_request);
    CHECK(no_import.detail ==
          "the resume token is that of an export job: read it with export_job::from_token");
    const auto no_export = rejection_of([&] { export_job::from_token(imported); });
    CHECK(no_export.code == errc::invalid_request);
    CHECK(no_export.detail ==
          "the resume token is that of an import job: read it with import_job::from_token");
}

TEST_CASE("damaged tokens of imports are rejected", "[import][import_job]") {
    const std::string token = import_job("p", location, submitted).to_token();
    const auto rejected = [](const std::string& text) {
        return rejection_of([&] { import_job::from_token(text); }).detail;
    };
    CHECK(rejected("hello") == "the resume token is not valid: tokens start with 'lximport'");
    CHECK(rejected("") == "the resume token is empty");
    CHECK(rejected("lximport") == "the resume token is damaged: no version after 'lximport'");
    CHECK(rejected("lximport2_AAAA") == "the resume token has format version 2; this library reads "
                                        "version 1: use a newer one");
    CHECK_THAT(rejected(token.substr(0, token.size() - 4)), contains_text("was cut"));
    CHECK_FALSE(rejection_of([] { import_job().to_token(); }).detail.empty());
}

TEST_CASE("an import job is made from the job of an event or error", "[import][import_job]") {
    const export_job found("p", location, submitted, job_kind::importing);
    CHECK(found.kind() == job_kind::importing);
    CHECK(to_string(found.kind()) == "import");
    CHECK(import_job(found) == import_job("p", location, submitted));
    CHECK(found.to_token() == import_job("p", location, submitted).to_token());
    CHECK_FALSE(found == export_job("p", location, submitted));
    CHECK(rejection_of([] { import_job(export_job("p", location, submitted)); }).code ==
          errc::invalid_request);
    CHECK(rejection_of([] { import_job{export_job()}; }).code == errc::invalid_request);
}

} // namespace import_job_test
