// Reports: their lines, what counts in them, what is left to do.

#include <langexport/report/export_report.hpp>
#include <langexport/report/report_checkpoint.hpp>
#include <langexport/report/report_line.hpp>

#include "support/catch.hpp"
#include "support/small_disk.hpp"
#include "support/temporary_folder.hpp"
#include "unit/refusal.hpp"

#include <chrono>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

using std::chrono::sys_days;
const report_line::time_point some_time =
    sys_days(std::chrono::year(2026) / 2 / 28) + 23h + 59min + 58s + 7ms;

export_job job_of(const std::string& project, const std::string& id = "1") {
    return export_job(project, "https://name.example/jobs/" + id, some_time);
}

std::string submitted(const std::string& project, const std::string& id = "1") {
    return report_line::of_job(job_of(project, id), some_time).to_json() + '\n';
}

std::string simple(const std::string& project, export_outcome outcome) {
    return report_line(project, outcome, some_time).to_json() + '\n';
}

std::string failed(const std::string& project, const std::string& code, bool has_token = false) {
    report_line line(project, export_outcome::failed, some_time);
    line.error.emplace();
    line.error->code = code;
    if (has_token)
        line.resume_token = job_of(project).to_token();
    return line.to_json() + '\n';
}

// Each project that is to be done, with the link of its job.
std::vector<std::pair<std::string, std::string>>
plan_of(const std::string& text, const std::vector<std::string>& more = {}) {
    std::vector<std::pair<std::string, std::string>> plan;
    for (const planned_export& one : export_report::parse(text).plan(more))
        plan.emplace_back(one.project, one.job.operation_location());
    return plan;
}

using pairs = std::vector<std::pair<std::string, std::string>>;

} // namespace

TEST_CASE("a line has what is known, and nothing else", "[report]") {
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

TEST_CASE("a line of a job has its token and time", "[report]") {
    const report_line line = report_line::of_job(job_of("p"), some_time);
    CHECK(line.to_json() == R"({"v":1,"project":"p","outcome":"submitted","resume_token":")" +
                                job_of("p").to_token() + R"(","at":"2026-02-28T23:59:58.007Z"})");
    CHECK(line.has_job());
}

TEST_CASE("a line of a result tells whether it is whole", "[report]") {
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

TEST_CASE("a line of a failure has what its error knows", "[report]") {
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
    // A token that is of no use any more is no help.
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

TEST_CASE("a result that could not be kept is failed, and its job is", "[report]") {
    const auto failure = std::make_exception_ptr(std::runtime_error("disk full"));
    const report_line line = report_line::of_failure("p", failure, some_time, job_of("p"));
    CHECK(line.outcome == export_outcome::failed);
    CHECK(line.error->code == "sink_failed");
    CHECK(line.error->message == "disk full");
    CHECK(line.has_job());
    CHECK_FALSE(report_line::of_failure("p", failure, some_time).has_job());
}

TEST_CASE("lines that are none are refused with the reason", "[report]") {
    const auto refusal = [](const std::string& text) {
        return refusal_of([&] { report_line::from_json(text); }).detail;
    };
    const std::string end = R"(,"at":"2026-02-28T23:59:58.007Z"})";
    CHECK_THAT(refusal(""), contains_text("it is no JSON"));
    CHECK_THAT(refusal("[]"), contains_text("it is no JSON object"));
    CHECK_THAT(refusal("{}"), contains_text("it has no \"v\""));
    CHECK_THAT(refusal(R"({"v":2})"), contains_text("of version 2"));
    CHECK_THAT(refusal(R"({"v":1})"), contains_text("\"project\" is not"));
    CHECK_THAT(refusal(R"({"v":1,"project":7})"), contains_text("\"project\" is not a string"));
    CHECK_THAT(refusal(R"({"v":1,"project":"p","outcome":"done"})"),
               contains_text("\"outcome\" is not one of submitted"));
    for (const char* time :
         {"", "2026-02-30T00:00:00.000Z", "2026-02-28T24:00:00.000Z", "2026-02-28T23:59:58Z",
          "2026-02-28 23:59:58.000Z", "9999-01-01T00:00:00.000Z", "2026-02-28T23:59:58.00xZ"}) {
        INFO(time);
        CHECK_THAT(refusal(R"({"v":1,"project":"p","outcome":"failed","at":")" + std::string(time) +
                           "\"}"),
                   contains_text("\"at\" is not a time"));
    }
    for (const char* field :
         {R"("bytes":-1)", R"("bytes":1.5)", R"("bytes":"1")", R"("submits":4294967296)",
          R"("file":1)", R"("warnings":{})", R"("warnings":[1])", R"("error":[])",
          R"("error":{"http_status":"x"})", R"("elapsed_ms":-3)"}) {
        INFO(field);
        CHECK_FALSE(
            refusal(R"({"v":1,"project":"p","outcome":"failed",)" + std::string(field) + end)
                .empty());
    }
    CHECK(refusal(R"({"v":1,"project":"p","outcome":"failed","file":null,"new":[{}])" + end) == "");
}

TEST_CASE("the last line of a project counts", "[report]") {
    const auto report = export_report::parse(
        simple("a", export_outcome::unfinished) + simple("b", export_outcome::unfinished) + "\n" +
        submitted("a") + simple("a", export_outcome::exported) + failed("b", "project_not_found"));
    REQUIRE(report.lines().size() == 2);
    CHECK(report.lines()[0].project == "a");
    CHECK(report.lines()[0].outcome == export_outcome::exported);
    REQUIRE(report.find("b"));
    CHECK(report.find("b")->error->code == "project_not_found");
    CHECK_FALSE(report.find("c"));
    CHECK_FALSE(report.is_torn());
    CHECK(export_report::parse("").lines().empty());
    INFO("an editor has left a byte order mark, or a text has half a character");
    const std::string marked = "\xEF\xBB\xBF" + simple("a", export_outcome::exported);
    CHECK(export_report::parse(marked).lines().size() == 1);
    CHECK(export_report::parse(marked).whole_size() == marked.size());
    std::string halved = simple("a", export_outcome::exported);
    halved.insert(1, R"("note":"\ud83d",)");
    CHECK(export_report::parse(halved).lines().size() == 1);
}

TEST_CASE("a last line torn anywhere is left out", "[report]") {
    const std::string whole = submitted("a");
    const std::string last = failed("b", "throttled");
    for (std::size_t size = 1; size + 1 < last.size(); ++size) {
        INFO(size);
        const auto report = export_report::parse(whole + last.substr(0, size));
        CHECK(report.lines().size() == 1);
        CHECK(report.is_torn());
        CHECK(report.whole_size() == whole.size());
    }
    const auto report = export_report::parse(whole + last.substr(0, last.size() - 1));
    CHECK(report.lines().size() == 2);
    CHECK_FALSE(report.is_torn());
    CHECK(report.lacks_line_end());
    // After a power failure the file may have its new size, but not what belongs there.
    const std::string zeros(5000, '\0');
    for (std::size_t size = 0; size < last.size(); ++size) {
        INFO(size);
        const auto zeroed = export_report::parse(whole + last.substr(0, size) + zeros);
        CHECK(zeroed.lines().size() == 1);
        CHECK(zeroed.is_torn());
        CHECK(zeroed.whole_size() == whole.size());
    }
    for (const std::string& foreign : {zeros, "PK" + zeros, whole + zeros + "x", zeros + "\n"})
        CHECK_FALSE(refusal_of([&] { export_report::parse(foreign); }).detail.empty());
}

TEST_CASE("errors in a report name the line", "[report]") {
    const auto refusal = [](const std::string& text) {
        return refusal_of([&] { export_report::parse(text); }).detail;
    };
    CHECK_THAT(refusal(submitted("a") + "nonsense\n" + submitted("b")),
               contains_text("line 2 of the report: it is no JSON"));
    CHECK_THAT(refusal(submitted("a") + "\n{\"v\":2}\n"), contains_text("line 3 of the report"));
    // A torn line is ours, or it is none.
    CHECK_THAT(refusal("my notes"), contains_text("line 1 of the report"));
    CHECK_THAT(refusal(submitted("a") + "{}"), contains_text("line 2 of the report"));
    CHECK_THAT(refusal(submitted("a") + "{\"v\":2"), contains_text("line 2 of the report"));
}

TEST_CASE("what is left is what was not exported; jobs that may live are kept", "[report]") {
    const std::string link = "https://name.example/jobs/1";
    CHECK(plan_of(simple("a", export_outcome::exported) + simple("b", export_outcome::partial))
              .empty());
    CHECK(plan_of(submitted("a") + simple("b", export_outcome::unfinished)) ==
          pairs{{"a", link}, {"b", ""}});
    // A new run began after the job: the old one does not count.
    CHECK(plan_of(submitted("a") + simple("a", export_outcome::unfinished)) == pairs{{"a", ""}});
    CHECK(plan_of(failed("a", "job_timed_out", true)) == pairs{{"a", link}});
    CHECK(plan_of(failed("a", "job_failed", true)) == pairs{{"a", ""}});
    CHECK(plan_of(failed("a", "job_expired", true)) == pairs{{"a", ""}});
    CHECK(plan_of(failed("a", "project_not_found")) == pairs{{"a", ""}});
    // Those that are named besides come last; those that are known are not named twice.
    CHECK(plan_of(submitted("a") + simple("b", export_outcome::exported), {"c", "b", "a"}) ==
          pairs{{"a", link}, {"c", ""}});
    CHECK(plan_of("", {"x", "y"}) == pairs{{"x", ""}, {"y", ""}});
}

TEST_CASE("a plan refuses projects named twice and tokens that are damaged or another's",
          "[report]") {
    const auto refusal = [](const std::string& text, const std::vector<std::string>& named) {
        return refusal_of([&] { export_report::parse(text).plan(named); }).detail;
    };
    CHECK(refusal("", {"a", "b", "a"}) == "project 'a' is named twice");
    report_line line("a", export_outcome::submitted, some_time);
    line.resume_token = "lxjob1_x";
    CHECK_THAT(refusal(line.to_json() + "\n", {}),
               contains_text("line of project 'a': the resume"));
    line.resume_token = job_of("b").to_token();
    CHECK_THAT(refusal(line.to_json() + "\n", {}), contains_text("its token is of project 'b'"));
}

TEST_CASE("a project has the same file when its run is resumed", "[report]") {
    const std::vector<std::string> projects = {"reviews", "Reviews", "Tickets"};
    const auto first = export_report::parse("").plan(projects);
    const auto resumed = export_report::parse(simple("reviews", export_outcome::exported) +
                                              simple("Reviews", export_outcome::unfinished) +
                                              simple("Tickets", export_outcome::unfinished))
                             .plan({});
    REQUIRE(first.size() == 3);
    REQUIRE(resumed.size() == 2);
    CHECK(resumed[0].file_name == first[1].file_name);
    CHECK(resumed[1].file_name == "Tickets.json");
}

TEST_CASE("a report is written line by line, and gone on with", "[report]") {
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

TEST_CASE("a project that no report can name does not spoil it for the others", "[report]") {
    const temporary_folder folder;
    report_checkpoint kept(folder / "r");
    const auto refused = std::make_exception_ptr(
        export_error(make_error_code(errc::invalid_request), diagnostics()));
    for (const char* name : {"good", "", "b\xFF", "line\nfeed"}) {
        batch_outcome outcome(batch_item(export_request(name)), 0);
        outcome.error = refused;
        kept.finished(outcome);
    }
    const export_report read = export_report::read(folder / "r");
    REQUIRE(read.lines().size() == 2);
    CHECK(read.find("good"));
    CHECK(read.find("line\nfeed"));
}

TEST_CASE("what a report begins with is there as a whole, or there is no report", "[report]") {
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

TEST_CASE("lines that found no room are written when there is some", "[report]") {
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

TEST_CASE("a file that is no report is not touched", "[report]") {
    const temporary_folder folder;
    write_content(folder / "notes", "buy milk");
    report_writer writer;
    CHECK_THAT(refusal_of([&] { writer.open(folder / "notes"); }).detail,
               contains_text("line 1 of the report"));
    CHECK(content_of(folder / "notes") == "buy milk");
    CHECK_FALSE(writer.is_open());
    CHECK_THROWS_AS(writer.open(folder / "no" / "r"), file_error);
    report_writer to_nowhere;
    to_nowhere.open("/dev/null");
    to_nowhere.append(report_line("a", export_outcome::exported, some_time));
}

TEST_CASE("a report of several resources keeps them apart", "[report]") {
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

TEST_CASE("a report knows when jobs were submitted, each once", "[report]") {
    const auto all = export_report::parse(submitted("p") + submitted("p") + submitted("p", "2") +
                                          simple("q", export_outcome::exported));
    CHECK(all.submissions() ==
          std::vector<report_line::time_point>{some_time + 1ms, some_time + 1ms});
    // What is carried over from an older report keeps its time.
    CHECK(planned_export("p", job_of("p")).line(some_time + 1h).at == some_time);
    CHECK(planned_export("p", export_job()).line(some_time + 1h).at == some_time + 1h);
}

TEST_CASE("a batch that keeps a report goes on where another one stopped", "[report][checkpoint]") {
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
    // Who brings a job of his own knows better.
    CHECK(second.taken(batch_item(export_request("done"), job_of("done", "7")))->job ==
          job_of("done", "7"));
    second.submitted(job_of("new"));
    CHECK(export_report::read(path).find("new")->has_job());
}
