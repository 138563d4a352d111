// Reports that grow while a batch runs.

#include <langexport/report/report_checkpoint.hpp>

#include <langexport/report/export_report.hpp>
#include <langexport/report/report_line.hpp>

#include "support/catch.hpp"
#include "support/small_disk.hpp"
#include "support/temporary_folder.hpp"
#include "unit/rejection.hpp"
#include "unit/report/sample_lines.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace report_checkpoint_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;

TEST_CASE("a report is written line by line and can be continued", "[report]") {
    const temporary_folder folder;
    const auto path = folder / "r";
    {
        report_writer writer;
        CHECK_FALSE(writer.is_open());
        std::vector<planned_export> plan = export_report::parse("").plan({"a", "b"});
        plan[1].job = job_of("b");
        writer.append({plan[0].line(some_time), plan[1].line(some_time)}); // is kept
        writer.open(path);
        CHECK(writer.is_open());
        CHECK(content_of(path) == simple("a", export_outcome::unfinished) + submitted("b"));
        writer.append(report_line("a", export_outcome::exported, some_time));
    }
    const std::string so_far = content_of(path);
    CHECK(so_far == simple("a", export_outcome::unfinished) + submitted("b") +
                        simple("a", export_outcome::exported));

    // Torn in the middle, and torn just before its end.
    const std::string last = simple("c", export_outcome::exported);
    write_content(path, so_far + last.substr(0, 30));
    {
        report_writer writer;
        writer.open(path);
        writer.append(report_line("c", export_outcome::exported, some_time));
    }
    CHECK(content_of(path) == so_far + last);
    write_content(path, so_far + last.substr(0, last.size() - 1));
    {
        report_writer writer;
        writer.open(path);
    }
    CHECK(content_of(path) == so_far + last);
}

TEST_CASE("a project name that a report cannot contain does not affect other projects",
          "[report]") {
    const temporary_folder folder;
    report_checkpoint kept(folder / "r");
    const auto rejected = std::make_exception_ptr(
        export_error(make_error_code(errc::invalid_request), diagnostics()));
    for (const char* name : {"good", "", "b\xFF", "line\nfeed"}) {
        batch_outcome outcome(batch_item(export_request(name)), 0);
        outcome.error = rejected;
        kept.finished(outcome);
    }
    const export_report read = export_report::read(folder / "r");
    REQUIRE(read.lines().size() == 2);
    CHECK(read.find("good"));
    CHECK(read.find("line\nfeed"));
}

TEST_CASE("lines of a checkpoint have the time of its clock", "[report]") {
    const temporary_folder folder;
    report_checkpoint kept(folder / "r");
    auto time = some_time;
    kept.now = [&time] { return time += 1s; };
    kept.planned(export_report::parse("").plan({"a"}));
    kept.submitted(job_of("a"));
    batch_outcome outcome(batch_item(export_request("a")), 0);
    outcome.status.status = job_status::succeeded;
    kept.finished(outcome);
    // A report that was read has the last line of a project only; the file has all of them.
    const std::string text = content_of(folder / "r");
    std::size_t at = 0;
    for (const char* printed :
         {"2026-02-28T23:59:59.007Z", "2026-03-01T00:00:00.007Z", "2026-03-01T00:00:01.007Z"}) {
        CAPTURE(printed);
        at = text.find(printed, at);
        CHECK(at != std::string::npos);
    }
    CHECK(make_report_line(outcome, "", some_time).at == some_time);
}

TEST_CASE("the first lines of a report are written completely, or there is no report", "[report]") {
    const temporary_folder folder;
    report_writer writer;
    std::string all;
    for (int i = 0; i < 100; ++i) {
        const report_line line("p" + std::to_string(i), export_outcome::unfinished, some_time);
        all += line.to_json() + '\n';
        writer.append(line);
    }
    {
        const small_disk disk(4096);
        CHECK_THROWS_AS(writer.open(folder / "r"), file_error);
    }
    CHECK(folder.names().empty());
    writer.open(folder / "r");
    CHECK(content_of(folder / "r") == all);
}

TEST_CASE("lines that did not fit on the disk are written later", "[report]") {
    const temporary_folder folder;
    report_writer writer;
    const std::string path = (folder / "my r").string();
    writer.open(path);
    std::string all;
    const auto append = [&](int number) {
        const report_line line("p" + std::to_string(number), export_outcome::unfinished, some_time);
        all += line.to_json() + '\n';
        writer.append(line);
    };
    append(1);
    const std::string first = all;
    {
        const small_disk disk(first.size() + 10);
        CHECK_THROWS_AS(append(2), file_error);
        CHECK_THROWS_AS(append(3), file_error);
        CHECK(content_of(path) == first);
    }
    CHECK(first + writer.kept() == all);
    const std::string command = "resume with: tool --resume '" + path + "'\n";
    CHECK(writer.resume_advice("tool") ==
          "append these lines to " + path + ":\n" + writer.kept() + command);
    append(4);
    CHECK(content_of(path) == all);
    CHECK(writer.resume_advice("tool") == command);
    CHECK(report_writer().resume_advice("tool") == "resume with: tool --resume REPORT\n");
}

TEST_CASE("a file that is not a report is not changed", "[report]") {
    const temporary_folder folder;
    write_content(folder / "notes", "buy milk");
    report_writer writer;
    CHECK_THAT(rejection_of([&] { writer.open(folder / "notes"); }).detail,
               contains_text("line 1 of the report"));
    CHECK(content_of(folder / "notes") == "buy milk");
    CHECK_FALSE(writer.is_open());
    CHECK_THROWS_AS(writer.open(folder / "no" / "r"), file_error);
    report_writer to_nowhere;
    to_nowhere.open("/dev/null");
    to_nowhere.append(report_line("a", export_outcome::exported, some_time));
}

TEST_CASE("a report of several resources separates them", "[report]") {
    const auto line_of = [](const char* endpoint, const char* surface, export_outcome outcome) {
        report_line line("p", outcome, some_time);
        line.endpoint = endpoint;
        line.surface = surface;
        return line.to_json() + '\n';
    };
    const auto all = export_report::parse(line_of("https://a", "", export_outcome::exported) +
                                          line_of("https://b", "", export_outcome::unfinished) +
                                          line_of("https://b", "x", export_outcome::exported) +
                                          simple("q", export_outcome::exported));
    CHECK(all.lines().size() == 4);
    CHECK(all.of("https://a", "").plan({"p"}).empty());
    const auto in_form = [](const char* format, export_outcome outcome) {
        report_line line("p", outcome, some_time);
        line.endpoint = "https://a";
        line.format = format;
        return line.to_json() + '\n';
    };
    const auto forms = export_report::parse(in_form("", export_outcome::unfinished) +
                                            in_form("Luis", export_outcome::exported));
    CHECK(forms.lines().size() == 2);
    CHECK(forms.of("https://a", "").plan({"p"}).size() == 1);
    CHECK(forms.of("https://a", "", "Luis").plan({"p"}).empty());
    CHECK(all.of("https://b", "").plan({}).size() == 1);
    CHECK(all.of("https://b", "x").plan({"p", "q"}).empty());
    CHECK(all.of("https://c", "").plan({"p"}, ".tsv").at(0).file_name == "p.tsv");
}

TEST_CASE("a report has the submission time of each job once", "[report]") {
    const auto all = export_report::parse(submitted("p") + submitted("p") + submitted("p", "2") +
                                          simple("q", export_outcome::exported));
    CHECK(all.submissions() ==
          std::vector<report_line::time_point>{some_time + 1ms, some_time + 1ms});
    // What is carried over from an older report keeps its time.
    CHECK(planned_export("p", job_of("p")).line(some_time + 1h).at == some_time);
    CHECK(planned_export("p", export_job()).line(some_time + 1h).at == some_time + 1h);
}

TEST_CASE("a batch with a report continues where another one stopped", "[report][checkpoint]") {
    const temporary_folder folder;
    const auto path = folder / "r";
    const auto taken = [](report_checkpoint& by, const char* project) {
        return by.taken(export_request(project));
    };
    export_job seen;
    {
        report_checkpoint first(path);
        first.file_of = [](const batch_item& item) { return item.request.project_name + ".json"; };
        for (const char* project : {"done", "running", "failed", "lost"}) {
            const auto item = taken(first, project);
            REQUIRE(item);
            CHECK(item->job.empty());
            batch_outcome outcome(*item, 0);
            if (item->request.project_name != "failed")
                first.submitted(job_of(project));
            outcome.item.job = job_of(project);
            outcome.submits = 1;
            outcome.polls = 3;
            outcome.bytes = 12;
            outcome.queue_time = 5ms;
            outcome.run_time = 70ms;
            outcome.status.status_text = "succeeded";
            if (item->request.project_name == "done")
                first.finished(outcome);
            diagnostics known;
            known.submits = 1;
            if (item->request.project_name == "failed") {
                outcome.error = std::make_exception_ptr(
                    export_error(make_error_code(errc::project_not_found), known));
                first.finished(outcome);
            }
            if (item->request.project_name == "lost") {
                known.job = std::make_shared<const export_job>(job_of(project));
                outcome.error = std::make_exception_ptr(
                    export_error(make_error_code(errc::job_expired), known));
                first.finished(outcome);
            }
        }
    }
    const report_line done = *export_report::read(path).find("done");
    CHECK(done.outcome == export_outcome::exported);
    CHECK(done.file == "done.json");
    CHECK(done.bytes == 12u);
    CHECK(done.submits == 1u);
    CHECK(done.polls == 3u);
    CHECK(done.queue == 5ms);
    CHECK(done.elapsed == 75ms);

    write_content(path, content_of(path) + "{\"v\":1,\"proj");
    report_checkpoint second(path);
    CHECK(second.before().submissions().size() == 3);
    CHECK_FALSE(taken(second, "done"));
    CHECK(taken(second, "running")->job == job_of("running"));
    CHECK(taken(second, "failed")->job.empty());
    CHECK(taken(second, "lost")->job.empty());
    CHECK(taken(second, "new")->job.empty());
    // An item with a job of its own takes precedence.
    CHECK(second.taken(batch_item(export_request("done"), job_of("done", "7")))->job ==
          job_of("done", "7"));
    second.submitted(job_of("new"));
    CHECK(export_report::read(path).find("new")->has_job());
}

TEST_CASE("a writer passes each text on once, also if it cannot be written yet", "[report]") {
    const temporary_folder folder;
    report_writer writer;
    std::string copy;
    writer.copy_to = [&](std::string_view text) { copy += text; };
    writer.append(report_line("a", export_outcome::unfinished, some_time));
    CHECK(copy == simple("a", export_outcome::unfinished));
    writer.open(folder / "r");
    writer.append(report_line("a", export_outcome::exported, some_time));
    writer.append(report_line("", export_outcome::exported, some_time)); // is skipped
    CHECK(copy == content_of(folder / "r"));
}

TEST_CASE("a checkpoint knows which files are unchanged", "[report]") {
    report_checkpoint checkpoint(std::make_shared<report_writer>());
    batch_outcome outcome(batch_item(export_request("a")), 0);
    CHECK_FALSE(checkpoint.line_of(outcome).unchanged);
    checkpoint.is_unchanged = [](const batch_item& item) {
        return item.request.project_name == "a";
    };
    CHECK(checkpoint.line_of(outcome).unchanged);
    outcome.item.request.project_name = "b";
    CHECK_FALSE(checkpoint.line_of(outcome).unchanged);
    outcome.item.request.project_name = "a";
    outcome.error = std::make_exception_ptr(std::bad_alloc());
    CHECK_FALSE(checkpoint.line_of(outcome).unchanged);
}

} // namespace report_checkpoint_test
