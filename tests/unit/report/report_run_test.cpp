// Runs in a report: where they start, which one counts, and how a folder resumes the last one.

#include <langexport/report/report_run.hpp>

#include "examples/tool/backup_folder.hpp"

#include <langexport/report/export_report.hpp>
#include <langexport/report/report_checkpoint.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "unit/rejection.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace report_run_test {

using namespace langexport;
using namespace tool;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

const report_line::time_point some_time = std::chrono::sys_days(std::chrono::year(2026) / 1 / 31);

std::string run(bool is_resumed = false, const std::vector<report_scope>& all = {}) {
    report_run line(some_time);
    line.is_resumed = is_resumed;
    line.all = all;
    return line.to_json() + '\n';
}

std::string about(const std::string& project, export_outcome outcome,
                  const std::string& endpoint = {}, const std::string& surface = {}) {
    report_line line(project, outcome, some_time);
    line.endpoint = endpoint;
    line.surface = surface;
    return line.to_json() + '\n';
}

std::string left_by(const export_report& report) {
    std::string names;
    for (const planned_export& one : report.plan({}))
        names.append(names.empty() ? "" : " ").append(one.project);
    return names;
}
std::string left_by(const std::string& text) {
    return left_by(export_report::parse(text));
}

constexpr auto done = export_outcome::exported;
constexpr auto left = export_outcome::unfinished;
const std::string west = "https://west.example", north = "https://north.example";

} // namespace

TEST_CASE("the line of a run has its start time and its scope", "[report][run]") {
    CHECK(report_run(some_time).to_json() == R"({"v":1,"run":"2026-01-31T00:00:00.000Z"})");
    report_run line(some_time + 1500ms);
    line.is_resumed = true;
    line.endpoints = {"https://x", "https://y/path"};
    line.all.emplace_back("https://x", "analyze-text", "");
    line.all.emplace_back("https://x", "analyze-conversations", "Luis");
    CHECK(line.to_json() ==
          R"({"v":1,"run":"2026-01-31T00:00:01.500Z","resumed":true,)"
          R"("endpoints":["https://x","https://y/path"],"all":[)"
          R"({"endpoint":"https://x","surface":"analyze-text"},)"
          R"({"endpoint":"https://x","surface":"analyze-conversations","format":"Luis"}]})");
    const report_run read = report_run::from_json(line.to_json());
    CHECK(read.started == line.started);
    CHECK(read.is_resumed);
    CHECK(read.endpoints == line.endpoints);
    CHECK(read.all == line.all);
}

TEST_CASE("the line that continues a run names removed projects", "[report][run]") {
    report_run line(some_time);
    line.is_resumed = true;
    line.removed.emplace_back("Old", "analyze-text");
    line.removed.back().file = "Old.json";
    line.removed.emplace_back("Older", "analyze-text");
    line.removed.back().is_deleted = true;
    CHECK(line.to_json() == R"({"v":1,"run":"2026-01-31T00:00:00.000Z","resumed":true,"removed":[)"
                            R"({"project":"Old","surface":"analyze-text","file":"Old.json"},)"
                            R"({"project":"Older","surface":"analyze-text","deleted":true}]})");
    CHECK(report_run::from_json(line.to_json()).removed == line.removed);
    // It changes nothing about the remaining projects.
    CHECK(left_by(run() + about("a", left) + about("b", done) + line.to_json() + "\n") == "a");
    for (const char* text :
         {R"({"v":1,"run":1,"removed":"x"})", R"({"v":1,"run":1,"removed":[1]})"})
        CHECK_THAT(rejection_of([&] { report_run::from_json(text); }).detail,
                   contains_text("removed"));
}

TEST_CASE("run lines may have other JSON forms, and differ from project lines", "[report][run]") {
    for (const char* text : {R"({"v":1,"run":7})", R"({ "run" : {"id":"x"}, "v" : 1, "new":[] })",
                             R"({"v":1,"run":null})", R"({"v":1,"run":"yesterday"})"}) {
        INFO(text);
        CHECK(report_run::is_run_line(text));
        CHECK(report_run::from_json(text).started == report_run::time_point());
        CHECK(left_by(about("a", left) + text + "\n" + about("b", left)) == "b");
    }
    CHECK_FALSE(report_run::is_run_line(about("run", left)));
    CHECK_FALSE(report_run::is_run_line(R"({"v":1,"project":"p","run":1})"));
    CHECK_FALSE(report_run::is_run_line(R"({"v":1,"run":)"));
    for (const char* text : {R"({"v":2,"run":"x"})", R"({"run":"x"})", R"({"v":1,"run":1,"all":1})",
                             R"({"v":1,"run":1,"all":[1]})", R"({"v":1,"run":1,"endpoints":"x"})",
                             R"({"v":1,"run":1,"endpoints":[1]})"}) {
        INFO(text);
        CHECK_THAT(rejection_of([&] { export_report::parse(text + std::string("\n")); }).detail,
                   contains_text("line 1 of the report"));
    }
}

TEST_CASE("the last run of a report counts", "[report][run]") {
    // Without a line for a run, all is one.
    CHECK(left_by(about("a", left) + about("b", done) + about("c", left)) == "a c");
    CHECK(left_by(about("old", left) + run() + about("a", left)) == "a");
    CHECK(left_by(run() + about("dropped", left) + run() + about("a", done)).empty());
    CHECK(left_by(run() + about("a", left) + run()).empty());
    // What resumes a run belongs to it.
    CHECK(left_by(run() + about("a", left) + about("b", left) + run(true) + about("a", done)) ==
          "b");
    CHECK(left_by(run() + about("a", left) + run(true) + run(true) + about("new", left)) ==
          "a new");
    CHECK(left_by(about("a", left) + run(true) + about("b", left)) == "a b");
    // All submissions count for the quota.
    const std::string job =
        report_line::of_job(export_job("a", "https://x/1", some_time), some_time).to_json() + '\n';
    CHECK(export_report::parse(job + run() + about("a", done)).submissions().size() == 1);
}

TEST_CASE("a truncated run line is ignored", "[report][run]") {
    const std::string whole = run() + about("a", left);
    const std::string last = run(true, {report_scope("https://x", "analyze-text", "")});
    for (std::size_t size = 1; size + 1 < last.size(); ++size) {
        INFO(size);
        const auto report = export_report::parse(whole + last.substr(0, size));
        CHECK(report.is_torn());
        CHECK(report.whole_size() == whole.size());
        CHECK(left_by(report) == "a");
    }
    CHECK(export_report::parse(last.substr(0, 9)).is_torn());
}

TEST_CASE("a shared report has a last run for each resource", "[report][run]") {
    const std::string text = run() + about("w", left, west, "analyze-text") +
                             about("t", left, west, "analyze-conversations") + run() +
                             about("n", left, north, "analyze-text");
    const auto rest = [](const std::string& all, const std::string& endpoint,
                         const std::vector<std::string>& surfaces) {
        const export_report last = export_report::parse(all).last_run_of(endpoint, surfaces);
        std::string names;
        for (const std::string& surface : surfaces)
            names += left_by(last.of(endpoint, surface)) + ';';
        return names;
    };
    const std::vector<std::string> both = {"analyze-text", "analyze-conversations"};
    CHECK(rest(text, north, both) == "n;;");
    CHECK(rest(text, west, both) == "w;t;");
    // A newer run of the resource replaces the older one, on every surface.
    const std::string newer = text + run() + about("w", done, west, "analyze-text");
    CHECK(rest(newer, west, both) == ";;");
    CHECK(rest(newer, west, {"analyze-conversations"}) == "t;");
    // Resumed: each is continued where it was.
    const std::string resumed = text + run(true) + about("w", done, west, "analyze-text");
    CHECK(rest(resumed, west, both) == ";t;");
    CHECK(rest(resumed, north, both) == "n;;");
    CHECK(rest(text, "https://east.example", both) == ";;");
}

TEST_CASE("runs of several resources may write to one report at the same time", "[report][run]") {
    const auto run_about = [](const std::string& endpoint, bool is_resumed = false) {
        report_run line(some_time);
        line.endpoints = {endpoint};
        line.is_resumed = is_resumed;
        return line.to_json() + '\n';
    };
    const auto rest = [](const std::string& text, const std::string& endpoint) {
        return left_by(export_report::parse(text)
                           .last_run_of(endpoint, {"analyze-text"})
                           .of(endpoint, "analyze-text"));
    };
    const auto line = [](const std::string& project, export_outcome outcome,
                         const std::string& endpoint) {
        return about(project, outcome, endpoint, "analyze-text");
    };
    // The first run ends after the second one has started, without its last project.
    const std::string plan = run_about(west) + line("w1", left, west) + line("w2", left, west);
    const std::string other = run_about(north) + line("n", left, north);
    const std::string both = plan + other + line("w1", done, west) + line("n", done, north);
    CHECK(rest(both, west) == "w2");
    CHECK(rest(both, north).empty());
    // The same beside a run that is resumed.
    const std::string resumed =
        other + plan + run_about(north, true) + line("w1", done, west) + line("n", done, north);
    CHECK(rest(resumed, west) == "w2");
    CHECK(rest(resumed, north).empty());
    // A newer run of the resource takes the place of both.
    CHECK(rest(both + run_about(west) + line("w1", done, west), west).empty());
}

TEST_CASE("a run for all projects records its scope before the projects are listed",
          "[report][run]") {
    const report_scope scope(west, "analyze-conversations", "");
    const auto report = export_report::parse(run() + about("old", left, west, "analyze-text") +
                                             run(false, {scope}));
    CHECK(report.lines().empty());
    CHECK_FALSE(report.empty());
    CHECK(report.has_scope(scope));
    CHECK_FALSE(report.has_scope(report_scope(west, "analyze-text", "")));
    const auto last = report.last_run_of(west, {"analyze-text", "analyze-conversations"});
    CHECK(last.of(west, "analyze-conversations").has_scope(scope));
    CHECK(last.of(west, "analyze-text").empty());
}

TEST_CASE("a missing file or an unusable token starts a new export", "[report][backup_folder]") {
    const temporary_folder folder;
    write_content(folder / "here.json", "x");
    const auto exported = [](const std::string& project, const std::string& file) {
        report_line line(project, done, some_time);
        line.file = file;
        return line.to_json() + '\n';
    };
    report_line damaged("damaged", export_outcome::submitted, some_time);
    damaged.resume_token = "lxjob1_damaged";
    report_line anothers = damaged;
    anothers.project = "another's";
    anothers.resume_token = export_job("x", "https://x/1", some_time).to_token();
    const auto report = export_report::parse(exported("here", "elsewhere/here.json") +
                                             exported("gone", (folder / "gone.json").string()) +
                                             about("unknown", done) + damaged.to_json() + '\n' +
                                             anothers.to_json() + '\n');
    backup_folder backups(folder.path());
    std::vector<std::pair<std::string, bool>> plan;
    for (const planned_export& one : backups.plan(report, {}, "", ""))
        plan.emplace_back(one.project, one.job.empty());
    CHECK(plan == std::vector<std::pair<std::string, bool>>{
                      {"gone", true}, {"damaged", true}, {"another's", true}});

    // The checkpoint of a batch without a folder.
    write_content(folder / "r", damaged.to_json() + '\n');
    report_checkpoint kept(folder / "r");
    const std::optional<batch_item> item = kept.taken(export_request("damaged"));
    REQUIRE(item);
    CHECK(item->job.empty());
}

TEST_CASE("a report says which project each file is from, over all runs", "[report]") {
    const auto line = [](const char* surface, const char* file, export_outcome outcome, int hour) {
        report_line one("Home", outcome, some_time + std::chrono::hours(hour));
        one.surface = surface;
        one.file = file;
        return one.to_json() + '\n';
    };
    const auto report =
        export_report::parse(line("s", "b/Home.json", export_outcome::exported, 1) + run(false) +
                             line("t", "b/Home.json", export_outcome::exported, 3) +
                             line("z", "b/Gone.json", export_outcome::failed, 3) + run(false) +
                             line("u", "b/Home.json", export_outcome::exported, 2) +
                             line("v", "b/Other.json", export_outcome::partial, 2) + run(true) +
                             line("w", "", export_outcome::exported, 4) +
                             line("x", "b/X.json", export_outcome::submitted, 4));
    std::vector<std::string> found;
    for (const report_line& one : report.results())
        found.push_back(one.file + " " + one.surface);
    CHECK(found == std::vector<std::string>{"b/Home.json t", "b/Other.json v"});
    CHECK(export_report().results().empty());
}

TEST_CASE("two plans of a folder have one lock and separate files", "[backup_folder]") {
    const temporary_folder folder;
    backup_folder text(folder.path());
    backup_folder talk = text.with_another_plan();
    CHECK(text.plan(export_report(), {"Home", "a.b"}, "", "", {{"Home", "analyze-text"}})
              .at(0)
              .file_name == "Home~analyze-text.json");
    talk.plan(export_report(), {"Home"}, "", "", {{"Home", "analyze-conversations"}});
    CHECK(text.file_of("Home") == folder / "Home~analyze-text.json");
    CHECK(text.file_of("a.b") == folder / "a.b.json");
    CHECK(talk.file_of("Home") == folder / "Home~analyze-conversations.json");
    {
        const backup_folder moved = std::move(text);
        CHECK_THROWS_AS(backup_folder(folder.path()), folder_in_use);
    }
    CHECK_THROWS_AS(backup_folder(folder.path()), folder_in_use);
}

} // namespace report_run_test
