// The report of a run: the run before, the lines of this one, and reports that are put aside.

#include "examples/tool/run_report.hpp"

#include <langexport/error.hpp>
#include <langexport/file/file_error.hpp>
#include <langexport/report/report_line.hpp>
#include <langexport/report/report_run.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <chrono>
#include <filesystem>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace run_report_test {

using namespace tool;
using namespace langexport_tests;
using langexport::export_outcome;
using langexport::report_line;
using langexport::report_run;

namespace {

const std::string run_line = R"({"v":1,"run":"2026-01-31T02:15:00.000Z"})"
                             "\n";

std::string line_of(const std::string& project, export_outcome outcome,
                    const std::string& file = {}) {
    report_line line(project, outcome, report_line::time_point(std::chrono::hours(500000)));
    line.file = file;
    return line.to_json() + '\n';
}

std::string last_line_of(const fs::path& file) {
    std::istringstream all(content_of(file));
    std::string last;
    for (std::string line; std::getline(all, line);)
        last = line;
    return last;
}

template <class Call>
std::string message_of(Call call) {
    try {
        call();
    } catch (const std::exception& error) {
        return error.what();
    }
    return {};
}

std::vector<std::string> projects_of(const std::vector<report_line>& lines) {
    std::vector<std::string> names;
    for (const report_line& line : lines)
        names.push_back(line.project);
    return names;
}

using names = std::vector<std::string>;

const std::string own_endpoint = "https://a.example";

langexport::export_report run_before(const run_report& report) {
    return report.run_to_resume(own_endpoint, {"analyze-text"}, run_kind::backup);
}

} // namespace

TEST_CASE("a new report begins with the line of its run", "[tool][run_report]") {
    const temporary_folder folder;
    run_report report(folder / "r.jsonl", {});
    CHECK(report.resumed() == folder / "r.jsonl");
    CHECK(run_before(report).empty());
    report.add_endpoint("https://a.example");
    report.add_scope({"https://a.example", "analyze-text", ""});
    report.start();
    report.start(); // once for each resource
    report.writer()->append(
        report_line("P", export_outcome::unfinished, std::chrono::system_clock::now()));
    CHECK_FALSE(fs::exists(folder / "r.jsonl"));
    CHECK(report.open().empty());
    CHECK(report.open().empty());

    const std::string text = content_of(folder / "r.jsonl");
    const report_run run = report_run::from_json(text.substr(0, text.find('\n')));
    CHECK_FALSE(run.is_resumed);
    CHECK(run.endpoints.empty()); // there is no other run to be distinguished from
    REQUIRE(run.all.size() == 1);
    CHECK(run.all[0].surface == "analyze-text");
    CHECK(last_line_of(folder / "r.jsonl").find("\"project\":\"P\"") != std::string::npos);
    CHECK(text.find("\"run\"") == text.rfind("\"run\""));
}

TEST_CASE("a run in the report of others names its resources, each once", "[tool][run_report]") {
    const temporary_folder folder;
    write_content(folder / "r.jsonl", run_line + line_of("P", export_outcome::exported, "P.json"));
    run_report report(folder / "r.jsonl", {});
    CHECK(run_before(report).empty()); // it is not resumed
    CHECK(projects_of(report.results()) == names{"P"});
    for (const char* endpoint : {"https://a.example", "https://b.example", "https://a.example"})
        report.add_endpoint(endpoint);
    report.start();
    CHECK(report.open().empty());
    CHECK(content_of(folder / "r.jsonl").starts_with(run_line));
    const report_run run = report_run::from_json(last_line_of(folder / "r.jsonl"));
    CHECK(run.endpoints == names{"https://a.example", "https://b.example"});
}

TEST_CASE("a resumed run continues its report", "[tool][run_report]") {
    const temporary_folder folder;
    const fs::path path = folder / "r.jsonl";
    write_content(path, run_line + line_of("P", export_outcome::unfinished));
    fs::create_symlink("r.jsonl", folder / "link.jsonl");
    run_report report(path, folder / "link.jsonl"); // another path of the same file
    CHECK(projects_of(run_before(report).lines()) == names{"P"});
    report.start();
    report.open();
    CHECK(report_run::from_json(last_line_of(path)).is_resumed);
}

TEST_CASE("a run may resume a report and write to another", "[tool][run_report]") {
    const temporary_folder folder;
    write_content(folder / "old.jsonl", run_line + line_of("P", export_outcome::unfinished));
    run_report report(folder / "new.jsonl", folder / "old.jsonl");
    CHECK(report.path() == folder / "new.jsonl");
    CHECK(report.resumed() == folder / "old.jsonl");
    CHECK(projects_of(run_before(report).lines()) == names{"P"});
    report.start();
    report.open();
    CHECK_FALSE(report_run::from_json(last_line_of(folder / "new.jsonl")).is_resumed);
    // No other run may use either of them.
    CHECK_THROWS_AS(run_report(folder / "new.jsonl", {}), report_in_use);
    CHECK_THROWS_AS(run_report(folder / "old.jsonl", {}), report_in_use);
}

TEST_CASE("a report that is missing, or is not a regular file, cannot be resumed",
          "[tool][run_report]") {
    const temporary_folder folder;
    CHECK_THROWS_AS(run_report(folder / "r.jsonl", folder / "r.jsonl"), langexport::file_error);
    CHECK_THROWS_AS(run_report(folder / "r.jsonl", folder / "old.jsonl"), langexport::file_error);
    fs::create_directory(folder / "folder");
    for (const auto& paths : {std::pair(folder / "folder", fs::path()),
                              std::pair(folder / "r.jsonl", folder / "folder")})
        CHECK_THROWS_WITH(run_report(paths.first, paths.second),
                          contains_text("folder' is not a regular file"));
}

TEST_CASE("the lines of a restore differ from those of a backup", "[tool][run_report]") {
    const struct {
        export_outcome outcome;
        const char* file;
        run_kind kind;
    } cases[] = {
        {export_outcome::unfinished, "", run_kind::backup},
        {export_outcome::submitted, "", run_kind::backup},
        {export_outcome::failed, "", run_kind::backup},
        {export_outcome::exported, "p.json", run_kind::backup},
        {export_outcome::partial, "p.json", run_kind::backup},
        {export_outcome::unfinished, "p.json", run_kind::restore},
        {export_outcome::submitted, "p.json", run_kind::restore},
        {export_outcome::failed, "p.json", run_kind::restore},
        {export_outcome::imported, "p.json", run_kind::restore},
        {export_outcome::skipped, "", run_kind::restore},
    };
    for (const auto& each : cases) {
        report_line line("P", each.outcome, report_line::time_point());
        line.file = each.file;
        CAPTURE(to_string(each.outcome), each.file);
        CHECK(kind_of(line) == each.kind);
    }
}

TEST_CASE("only a run of the same kind is resumed", "[tool][run_report]") {
    const temporary_folder folder;
    const fs::path path = folder / "r.jsonl";
    const auto line = [](const std::string& resource, const std::string& file) {
        report_line made("P", export_outcome::unfinished, report_line::time_point());
        made.endpoint = resource;
        made.surface = "analyze-text";
        made.file = file;
        return made.to_json() + '\n';
    };
    const std::string backup = run_line + line(own_endpoint, ""),
                      restore = run_line + line(own_endpoint, "P.json"),
                      other_restore = run_line + line("https://b.example", "P.json");
    const std::string name = "--resume: '" + path.string() + "' is the report of a ",
                      no_backup = name + "restore: name that of the backup",
                      no_restore = name + "backup: name that of the restore";
    const struct {
        std::string text;
        run_kind kind;
        std::string message;
    } cases[] = {
        {backup, run_kind::backup, ""},
        {backup, run_kind::restore, no_restore},
        {restore, run_kind::restore, ""},
        {restore, run_kind::backup, no_backup},
        // The last run of the resource decides.
        {restore + backup, run_kind::backup, ""},
        {backup + restore, run_kind::backup, no_backup},
        {backup + other_restore, run_kind::backup, ""},
        // A process that restores to another resource writes to the same report.
        {backup + line("https://b.example", "P.json"), run_kind::backup, ""},
        // Without a run of the resource, the last run of the report does.
        {other_restore, run_kind::backup, no_backup},
        {other_restore, run_kind::restore, ""},
        {"", run_kind::backup, ""},
        {"", run_kind::restore, ""},
    };
    for (const auto& each : cases) {
        CAPTURE(each.text, each.message);
        write_content(path, each.text);
        const run_report report(path, path);
        CHECK(message_of([&] {
                  report.run_to_resume(own_endpoint, {"analyze-text"}, each.kind);
              }) == each.message);
        CHECK(content_of(path) == each.text);
    }
}

TEST_CASE("a damaged report is put aside, unless it is resumed", "[tool][run_report]") {
    const temporary_folder folder;
    const fs::path path = folder / "r.jsonl", damaged = folder / "r.damaged.jsonl";
    const std::string content = run_line + "nonsense\n" + line_of("P", export_outcome::exported);
    write_content(path, content);
    CHECK_THROWS_WITH(run_report(path, path), contains_text("line 2"));

    SECTION("a new one begins") {
        run_report report(path, {});
        report.start();
        const std::string warning = report.open();
        CHECK_THAT(warning, contains_text("the report is damaged (") && contains_text("line 2") &&
                                contains_text("it is " + damaged.string() + " now"));
        CHECK(content_of(damaged) == content);
        CHECK(content_of(path).find("nonsense") == std::string::npos);
    }
    SECTION("a file of another program is not replaced") {
        write_content(damaged, "of another program");
        run_report report(path, {});
        report.start();
        CHECK_THAT(message_of([&] { report.open(); }),
                   contains_text("cannot be renamed to " + damaged.string()));
        CHECK(content_of(damaged) == "of another program");
        CHECK(content_of(path) == content);
    }
    SECTION("a file that was never a report is rejected") {
        write_content(path, "of another program");
        CHECK_THROWS_AS(run_report(path, {}), langexport::export_error);
        CHECK(content_of(path) == "of another program");
    }
}

TEST_CASE("a large report is renamed when a run starts", "[tool][run_report]") {
    const temporary_folder folder;
    const fs::path path = folder / "r.jsonl", older = folder / "r.1.jsonl";
    const std::string filler = R"({"v":1,"run":"2026-01-31T02:15:00.000Z","filler":")" +
                               std::string(most_report_bytes, 'x') + "\"}\n";
    const std::string content = filler + line_of("P", export_outcome::exported, "P.json");
    write_content(path, content);

    SECTION("its results stay known") {
        write_content(older, run_line); // of a report before it
        {
            run_report report(path, {});
            CHECK(projects_of(report.results()) == names{"P"});
            report.start();
            CHECK(report.open().empty());
            CHECK(fs::file_size(older) == content.size());
            CHECK(content_of(path).size() < 200);
        }
        CHECK(projects_of(run_report(path, {}).results()) == names{"P"});
    }
    SECTION("a resumed report keeps its name") {
        run_report report(path, path);
        report.start();
        CHECK(report.open().empty());
        CHECK_FALSE(fs::exists(older));
    }
    SECTION("a link keeps its name") {
        fs::create_symlink("r.jsonl", folder / "link.jsonl");
        run_report report(folder / "link.jsonl", {});
        report.start();
        CHECK(report.open().empty());
        CHECK(fs::is_symlink(folder / "link.jsonl"));
        CHECK_FALSE(fs::exists(folder / "link.1.jsonl"));
    }
    SECTION("it is continued if the other name is taken") {
        write_content(older, "of another program");
        run_report report(path, {});
        report.start();
        CHECK_THAT(report.open(), contains_text("is large, and cannot be renamed to"));
        CHECK(content_of(older) == "of another program");
        CHECK(fs::file_size(path) > content.size());
    }
}

TEST_CASE("only a free name or an older report is replaced", "[tool][run_report]") {
    const temporary_folder folder;
    CHECK(older_report_of("a/r.jsonl") == "a/r.1.jsonl");
    CHECK(may_be_replaced(folder / "absent"));
    write_content(folder / "report", run_line);
    CHECK(may_be_replaced(folder / "report"));
    for (const char* content : {"", "{\"v\":1", "of another program"}) {
        INFO(content);
        write_content(folder / "other", content);
        CHECK_FALSE(may_be_replaced(folder / "other"));
    }
    fs::create_symlink("report", folder / "link");
    CHECK_FALSE(may_be_replaced(folder / "link"));
    CHECK_FALSE(may_be_replaced(folder.path()));
}

TEST_CASE("a file that is not a report has no results", "[tool][run_report]") {
    const temporary_folder folder;
    CHECK(results_in(folder / "absent").empty());
    CHECK(results_in(folder.path()).empty());
    write_content(folder / "other", "of another program\n");
    CHECK(results_in(folder / "other").empty());
    write_content(folder / "report", line_of("P", export_outcome::exported, "P.json") +
                                         line_of("Q", export_outcome::failed));
    CHECK(projects_of(results_in(folder / "report")) == names{"P"});
}

TEST_CASE("a run parses the end of an enormous report, unless it resumes it",
          "[tool][run_report]") {
    const temporary_folder folder;
    const fs::path path = folder / "r.jsonl";
    // A line that could not be parsed shows that it is not parsed.
    const std::string filler = run_line + std::string(most_read_bytes, 'x') + '\n';
    write_content(path, filler + line_of("P", export_outcome::exported, "P.json"));
    {
        run_report report(path, {});
        CHECK(projects_of(report.results()) == names{"P"});
        report.start();
        CHECK(report.open().empty());
    }
    CHECK(projects_of(run_report(path, {}).results()) == names{"P"}); // of the older report
    CHECK_THROWS_AS(run_report(folder / "r.1.jsonl", folder / "r.1.jsonl"),
                    langexport::export_error);
}

} // namespace run_report_test
