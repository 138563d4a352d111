// The lines of reports.

#include <langexport/report/report_line.hpp>

#include <langexport/report/export_report.hpp>

#include "support/catch.hpp"
#include "support/small_disk.hpp"
#include "unit/rejection.hpp"
#include "unit/report/sample_lines.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>

namespace report_line_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;

TEST_CASE("a line has the known values and nothing else", "[report]") {
    CHECK(report_line("p", export_outcome::unfinished, some_time).to_json() ==
          R"({"v":1,"project":"p","outcome":"unfinished","at":"2026-02-28T23:59:58.007Z"})");

    report_line line("p \"q\"", export_outcome::failed, some_time);
    line.file = "out/p.json";
    line.bytes = 12345678901;
    line.status = "failed";
    line.warnings.resize(1);
    line.warnings[0].code = "Warning";
    line.warnings[0].message = "two\nlines";
    line.error.emplace();
    line.error->code = "job_failed";
    line.error->message = "it failed";
    line.error->http_status = 200;
    line.error->service_code = "InternalServerError";
    line.error->request_id = "r-1";
    line.resume_token = "t";
    line.submits = 1;
    line.polls = 0;
    line.queue = 5ms;
    line.elapsed = 1500ms;
    CHECK(
        line.to_json() ==
        R"({"v":1,"project":"p \"q\"","outcome":"failed","file":"out/p.json","bytes":12345678901,)"
        R"("status":"failed","warnings":[{"code":"Warning","message":"two lines"}],"error":)"
        R"({"code":"job_failed","message":"it failed","http_status":200,"service_code":)"
        R"("InternalServerError","request_id":"r-1"},"resume_token":"t","submits":1,"polls":0,)"
        R"("queue_ms":5,"elapsed_ms":1500,"at":"2026-02-28T23:59:58.007Z"})");

    const report_line read = report_line::from_json(line.to_json());
    CHECK(read.to_json() == line.to_json());
    CHECK(read.at == some_time);
    CHECK(read.error == line.error);
    CHECK(read.queue == 5ms);
}

TEST_CASE("the line of a job has its token and time", "[report]") {
    const report_line line = report_line::of_job(job_of("p"), some_time);
    CHECK(line.to_json() == R"({"v":1,"project":"p","outcome":"submitted","resume_token":")" +
                                job_of("p").to_token() + R"(","at":"2026-02-28T23:59:58.007Z"})");
    CHECK(line.has_job());
}

TEST_CASE("the line of a result says whether it is complete", "[report]") {
    export_status status(job_of("p"));
    status.status = job_status::succeeded;
    status.status_text = "succeeded";
    report_line line = report_line::of_result("p", status, "out/p.json", 2100, some_time);
    CHECK(line.to_json() ==
          R"({"v":1,"project":"p","outcome":"exported","file":"out/p.json","bytes":2100,)"
          R"("status":"succeeded","warnings":[],"at":"2026-02-28T23:59:58.007Z"})");
    line.elapsed = 1200ms;
    CHECK(line.text() == "2.1 KB in 1.2 s to out/p.json");

    status.status = job_status::partially_completed;
    status.warnings.resize(2);
    CHECK(report_line::of_result("p", status, "f", 0, some_time).outcome ==
          export_outcome::partial);
    CHECK(report_line::of_result("p", status, "f", 0, some_time).warnings.size() == 2);
}

TEST_CASE("the lines of imports say where a project came from, or why it was skipped", "[report]") {
    report_line line("p", export_outcome::imported, some_time);
    line.bytes = 2000;
    line.file = "in/p.json";
    CHECK(line.text() == "2.0 KB from in/p.json");
    CHECK(report_line::from_json(line.to_json()).outcome == export_outcome::imported);
    line.outcome = export_outcome::skipped;
    CHECK(line.text() == "the resource has a project of this name");
    CHECK(report_line::from_json(line.to_json()).outcome == export_outcome::skipped);
}

TEST_CASE("the line of a failure has the details of its error", "[report]") {
    diagnostics known;
    known.doing = "waiting for the export of project";
    known.project_name = "p";
    known.http_status = 429;
    known.service.code = "TooManyRequests";
    known.request_id = "r-2";
    known.job = std::make_shared<export_job>(job_of("p"));
    known.submission = submission_state::confirmed;
    known.submits = 2;
    known.polls = 3;
    known.queue_time = 40ms;
    known.run_time = 2s;
    const auto line_of = [&](errc code) {
        const export_error error(make_error_code(code), known);
        return report_line::of_failure("p", std::make_exception_ptr(error), some_time);
    };

    const report_line line = line_of(errc::throttled);
    CHECK(line.outcome == export_outcome::failed);
    REQUIRE(line.error);
    CHECK(line.error->code == "throttled");
    CHECK_THAT(line.error->message, contains_text("the service's request quota is used up"));
    CHECK(line.error->http_status == 429);
    CHECK(line.error->service_code == "TooManyRequests");
    CHECK(line.error->request_id == "r-2");
    CHECK(line.resume_token == known.job->to_token());
    CHECK(line.submits == 2u);
    CHECK(line.polls == 3u);
    CHECK(line.queue == 40ms);
    CHECK(line.elapsed == 2040ms);
    CHECK(line.text() == line.error->message);

    // Stopped by this program: not the export's fault.
    CHECK(line_of(errc::cancelled).outcome == export_outcome::unfinished);
    CHECK(line_of(errc::cancelled).error->code == "cancelled");
    CHECK(line_of(errc::cancelled).text() == "its job continues at the service");
    CHECK(line_of(errc::client_closed).outcome == export_outcome::unfinished);
    CHECK(line_of(errc::deadline_exceeded).outcome == export_outcome::failed);
    // An expired token does not help.
    CHECK(line_of(errc::job_failed).resume_token.empty());
    CHECK(line_of(errc::job_expired).resume_token.empty());
    CHECK_FALSE(line_of(errc::job_timed_out).resume_token.empty());
    CHECK_FALSE(line_of(errc::job_partially_completed).resume_token.empty());
    CHECK(report_line("p", export_outcome::unfinished, some_time).text() == "not submitted");
    // Nor is that of a job that has failed and has no successor yet.
    known.submission = submission_state::not_sent;
    CHECK(line_of(errc::deadline_exceeded).resume_token.empty());
    known.submission = submission_state::confirmed;
    // A job whose link no token can hold does no harm.
    known.job = std::make_shared<export_job>("p", "no url\n", some_time);
    CHECK(line_of(errc::job_timed_out).resume_token.empty());
}

TEST_CASE("an export whose result cannot be stored has failed and keeps its job", "[report]") {
    const auto failure = std::make_exception_ptr(std::runtime_error("disk full"));
    const report_line line = report_line::of_failure("p", failure, some_time, job_of("p"));
    CHECK(line.outcome == export_outcome::failed);
    CHECK(line.error->code == "sink_failed");
    CHECK(line.error->message == "disk full");
    CHECK(line.has_job());
    CHECK_FALSE(report_line::of_failure("p", failure, some_time).has_job());
}

TEST_CASE("invalid lines are rejected with the reason", "[report]") {
    const auto rejection = [](const std::string& text) {
        return rejection_of([&] { report_line::from_json(text); }).detail;
    };
    const std::string end = R"(,"at":"2026-02-28T23:59:58.007Z"})";
    CHECK_THAT(rejection(""), contains_text("it is not JSON"));
    CHECK_THAT(rejection("[]"), contains_text("it is not an object"));
    CHECK_THAT(rejection("{}"), contains_text("it has no \"v\""));
    CHECK_THAT(rejection(R"({"v":2})"), contains_text("of version 2"));
    CHECK_THAT(rejection(R"({"v":1})"), contains_text("\"project\" is not"));
    CHECK_THAT(rejection(R"({"v":1,"project":7})"), contains_text("\"project\" is not a string"));
    CHECK_THAT(rejection(R"({"v":1,"project":"p","outcome":"done"})"),
               contains_text("\"outcome\" is not one of submitted"));
    for (const char* time :
         {"", "2026-02-30T00:00:00.000Z", "2026-02-28T24:00:00.000Z", "2026-02-28T23:59:58Z",
          "2026-02-28 23:59:58.000Z", "9999-01-01T00:00:00.000Z", "2026-02-28T23:59:58.00xZ"}) {
        INFO(time);
        CHECK_THAT(rejection(R"({"v":1,"project":"p","outcome":"failed","at":")" +
                             std::string(time) + "\"}"),
                   contains_text("\"at\" is not a time"));
    }
    for (const char* field :
         {R"("bytes":-1)", R"("bytes":1.5)", R"("bytes":"1")", R"("submits":4294967296)",
          R"("file":1)", R"("warnings":{})", R"("warnings":[1])", R"("error":[])",
          R"("error":{"http_status":"x"})", R"("elapsed_ms":-3)"}) {
        INFO(field);
        CHECK_FALSE(
            rejection(R"({"v":1,"project":"p","outcome":"failed",)" + std::string(field) + end)
                .empty());
    }
    CHECK(rejection(R"({"v":1,"project":"p","outcome":"failed","file":null,"new":[{}])" + end) ==
          "");
}

TEST_CASE("a line says whether the file had the same content before", "[report]") {
    report_line line("p", export_outcome::exported, some_time);
    CHECK(line.to_json().find("unchanged") == std::string::npos);
    CHECK_FALSE(report_line::from_json(line.to_json()).unchanged);
    line.unchanged = true;
    CHECK(line.to_json().find(",\"unchanged\":true,") != std::string::npos);
    CHECK(report_line::from_json(line.to_json()).unchanged);
    // Anything else is no information.
    for (const char* value : {"false", "null", "1", "\"true\""})
        CHECK_FALSE(report_line::from_json(
                        std::string(R"({"v":1,"project":"p","outcome":"exported","unchanged":)") +
                        value + R"(,"at":"2026-02-28T23:59:58.007Z"})")
                        .unchanged);
}

} // namespace report_line_test
