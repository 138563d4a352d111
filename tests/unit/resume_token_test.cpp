// Tokens of jobs of both kinds. tests/unit/export_job_test.cpp has those of exports in all forms, damaged ones as well.

#include <langexport/impl/resume_token.hpp>

#include <langexport/detail/base/text.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <chrono>
#include <string>

namespace resume_token_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

const export_job::time_point submitted(std::chrono::seconds(1'700'000'000));
const std::string location = "https://a.example/language/jobs/1?api-version=x";

export_job job_of(job_kind kind) {
    return export_job("My project", location, submitted, kind);
}

std::string why_not(const std::string& token, job_kind expected) {
    const rejection found = rejection_of([&] { detail::decode_resume_token(token, expected); });
    CHECK(found.code == errc::invalid_request);
    return found.detail;
}

} // namespace

TEST_CASE("a token restores a job of its kind", "[resume_token]") {
    const job_kind kind = GENERATE(job_kind::exporting, job_kind::importing);
    const std::string token = detail::encode_resume_token(job_of(kind));
    CHECK(token.starts_with(kind == job_kind::importing ? "lximport1_" : "lxjob1_"));
    const export_job job = detail::decode_resume_token(token, kind);
    CHECK(job == job_of(kind));
    CHECK(job.kind() == kind);
    CHECK(job.project_name() == "My project");
    CHECK(job.operation_location() == location);
    CHECK(job.submitted() == submitted);
    CHECK(detail::decode_resume_token("\t" + token + "\r\n", kind) == job);
}

TEST_CASE("a token of another kind is rejected with the function that reads it", "[resume_token]") {
    const std::string exporting = detail::encode_resume_token(job_of(job_kind::exporting));
    const std::string importing = detail::encode_resume_token(job_of(job_kind::importing));
    CHECK_THAT(why_not(importing, job_kind::exporting),
               contains_text("is that of an import job: read it with import_job::from_token"));
    CHECK_THAT(why_not(exporting, job_kind::importing),
               contains_text("is that of an export job: read it with export_job::from_token"));
    // The family is a part of the text only: a changed one is not noticed.
    CHECK(detail::decode_resume_token("lxjob" + importing.substr(8), job_kind::exporting).kind() ==
          job_kind::exporting);
}

TEST_CASE("a text that is no token is rejected with the beginning of tokens", "[resume_token]") {
    CHECK_THAT(why_not("https://a.example", job_kind::exporting),
               contains_text("tokens start with 'lxjob'"));
    CHECK_THAT(why_not("https://a.example", job_kind::importing),
               contains_text("tokens start with 'lximport'"));
    CHECK_THAT(why_not("lximport2_AAAA", job_kind::importing),
               contains_text("has format version 2; this library reads version 1"));
    CHECK_THAT(why_not("lximport_AAAA", job_kind::importing),
               contains_text("no version after 'lximport'"));
}

TEST_CASE("a job without a usable link has no token", "[resume_token]") {
    CHECK_THAT(rejection_of([] { detail::encode_resume_token(export_job()); }).detail,
               contains_text("an empty export_job has no resume token"));
    CHECK_THAT(rejection_of([] {
                   detail::encode_resume_token(export_job("p", "https://a b", submitted));
               }).detail,
               contains_text("its operation location is not a URL"));
}

} // namespace resume_token_test
