#include "examples/tool/restore_report.hpp"

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <langexport/report/export_report.hpp>

#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace restore_report_test {

using namespace tool;
using namespace langexport_tests;
using langexport::errc;
using langexport::export_outcome;
using langexport::import_job;

namespace {

const std::string endpoint = "https://a.example";

planned_restore planned(const std::string& name,
                        project_surface surface = project_surface::analyze_text) {
    manifest_entry entry;
    entry.name = name;
    entry.surface = to_string(surface);
    entry.file = name + ".json";
    return planned_restore(entry, surface);
}

import_job job_of(const std::string& name) {
    return import_job(name, "https://a.example/jobs/" + name, std::chrono::system_clock::now());
}

class report_bench {
public:
    report_bench() { plan.projects = {planned("A"), planned("B"), planned("C")}; }

    restore_report& begin() {
        report.emplace(path, "", folder.path(), endpoint);
        CHECK(report->begin(plan).empty());
        return *report;
    }
    // What another process knows from the report.
    restore_plan resumed() {
        report.reset();
        restore_plan all;
        all.projects = {planned("A"), planned("B"), planned("C"), planned("New")};
        report.emplace(path, path, folder.path(), endpoint);
        report->resume(all);
        return all;
    }
    std::string rejection(const std::string& resource = endpoint) {
        report.reset();
        restore_plan all = plan;
        try {
            report.emplace(path, path, folder.path(), resource);
            report->resume(all);
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return {};
    }
    std::vector<langexport::report_line> lines() const {
        return langexport::export_report::read(path).lines();
    }

    temporary_folder folder;
    std::filesystem::path path = folder / "restore.jsonl";
    restore_plan plan;
    std::optional<restore_report> report;
};

} // namespace

TEST_CASE("the report has the whole plan before anything is sent", "[tool][restore_report]") {
    report_bench b;
    b.plan.projects[1].is_skipped = true;
    b.begin();
    const auto lines = b.lines();
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].project == "A");
    CHECK(lines[0].outcome == export_outcome::unfinished);
    CHECK(lines[0].endpoint == endpoint);
    CHECK(lines[0].surface == "analyze-text");
    CHECK(lines[0].file == (b.folder / "A.json").string());
    CHECK_FALSE(lines[0].submits);
    CHECK(lines[1].outcome == export_outcome::skipped);
    const restore_plan all = b.resumed();
    REQUIRE(all.projects.size() == 3); // the new project is of another restore
    for (const planned_restore& one : all.projects) {
        CHECK(one.is_skipped == (one.entry.name == "B"));
        CHECK_FALSE(one.is_begun);
        CHECK_FALSE(one.is_done);
        CHECK(one.job.empty());
    }
}

TEST_CASE("a resumed restore knows which projects it began, and their jobs",
          "[tool][restore_report]") {
    report_bench b;
    restore_report& report = b.begin();
    report.begun(b.plan.projects[0]);
    report.begun(b.plan.projects[1]);
    report.submitted(b.plan.projects[1], job_of("B"));
    CHECK(b.lines()[0].submits == 1);
    restore_plan all = b.resumed();
    CHECK(all.projects[0].is_begun);
    CHECK(all.projects[0].job.empty());
    CHECK(all.projects[1].is_begun);
    CHECK(all.projects[1].job.operation_location() == "https://a.example/jobs/B");
    CHECK_FALSE(all.projects[2].is_begun);

    // The next run does not forget it.
    CHECK(b.report->begin(all).empty());
    all = b.resumed();
    CHECK(all.projects[0].is_begun);
    CHECK(all.projects[1].job.operation_location() == "https://a.example/jobs/B");
    CHECK_FALSE(all.projects[2].is_begun);
}

TEST_CASE("a resumed restore does not repeat what was imported", "[tool][restore_report]") {
    report_bench b;
    restore_report& report = b.begin();
    report.begun(b.plan.projects[0]);
    report.ended(report.line_about(b.plan.projects[0], export_outcome::imported));
    const restore_plan all = b.resumed();
    CHECK(all.projects[0].is_done);
    CHECK(all.projects[0].is_begun);
    CHECK(b.report->begin(all).empty());
    CHECK(b.lines()[0].outcome == export_outcome::imported);
}

TEST_CASE("a failure of a later run does not forget that a project was begun",
          "[tool][restore_report]") {
    report_bench b;
    restore_report& report = b.begin();
    report.begun(b.plan.projects[0]);
    // Nothing was sent in this attempt.
    const auto failure = std::make_exception_ptr(
        langexport::export_error(make_error_code(errc::resolve_failed), langexport::diagnostics()));
    report.ended(report.line_of_failure(b.plan.projects[0], failure));
    report.ended(report.line_of_failure(b.plan.projects[1], failure));
    const restore_plan all = b.resumed();
    CHECK(all.projects[0].is_begun);
    CHECK_FALSE(all.projects[1].is_begun);
}

TEST_CASE("a project whose job ended with a part of it is imported again",
          "[tool][restore_report]") {
    report_bench b;
    restore_report& report = b.begin();
    langexport::diagnostics known;
    known.job = std::make_shared<langexport::export_job>("A", "https://a.example/jobs/A",
                                                         std::chrono::system_clock::now(),
                                                         langexport::job_kind::importing);
    known.submission = langexport::submission_state::confirmed;
    const errc code = GENERATE(errc::job_partially_completed, errc::job_timed_out);
    report.ended(report.line_of_failure(
        b.plan.projects[0],
        std::make_exception_ptr(langexport::export_error(make_error_code(code), known))));
    const restore_plan all = b.resumed();
    CHECK(all.projects[0].is_begun);
    CHECK(all.projects[0].job.empty() == (code == errc::job_partially_completed));
}

TEST_CASE("the line of a failure is for operators", "[tool][restore_report]") {
    report_bench b;
    restore_report& report = b.begin();
    report.rewrite = [](std::string text) { return "rewritten: " + text; };
    langexport::diagnostics known;
    known.service.code = "InvalidArgument";
    known.service.target = "metadata.projectKind";
    const auto line = report.line_of_failure(b.plan.projects[0],
                                             std::make_exception_ptr(langexport::export_error(
                                                 make_error_code(errc::invalid_request), known)));
    CHECK(line.outcome == export_outcome::failed);
    CHECK_THAT(line.error->message,
               contains_text("rewritten: ") && contains_text("InvalidArgument") &&
                   contains_text("; the service rejects 'metadata.projectKind'"));
    const auto other = report.line_of_failure(
        b.plan.projects[0], std::make_exception_ptr(std::runtime_error("the disk is full")));
    CHECK(other.error->message == "rewritten: the disk is full");
    CHECK(other.error->code == "callback_failed");
}

TEST_CASE("projects of the report that the folder does not have are named",
          "[tool][restore_report]") {
    report_bench b;
    restore_report& report = b.begin();
    report.ended(report.line_about(b.plan.projects[0], export_outcome::imported));
    b.report.reset();
    b.report.emplace(b.path, b.path, b.folder.path(), endpoint);
    restore_plan all;
    all.projects = {planned("B")};
    CHECK(b.report->resume(all) == std::vector<std::string>{"C"});
    CHECK(all.projects.size() == 1);
}

TEST_CASE("a report of something else is not resumed", "[tool][restore_report]") {
    report_bench b;
    b.begin();
    CHECK_THAT(b.rejection("https://b.example"),
               contains_text("names no restore of these projects to https://b.example"));
    for (const export_outcome outcome : {export_outcome::exported, export_outcome::unfinished}) {
        langexport::report_line line("A", outcome, std::chrono::system_clock::now());
        line.endpoint = endpoint;
        line.surface = "analyze-text";
        b.report.reset();
        write_content(b.path, line.to_json() + "\n");
        for (const std::string& resource : {endpoint, std::string("https://b.example")})
            CHECK_THAT(b.rejection(resource), contains_text("is the report of a backup"));
    }
}

TEST_CASE("a job whose token cannot be read is imported again", "[tool][restore_report]") {
    report_bench b;
    restore_report& report = b.begin();
    langexport::report_line line = report.line_about(b.plan.projects[0], export_outcome::submitted);
    line.resume_token = "nonsense";
    report.ended(line);
    const restore_plan all = b.resumed();
    CHECK(all.projects[0].is_begun);
    CHECK(all.projects[0].job.empty());
}

} // namespace restore_report_test
