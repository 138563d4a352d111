// Reports: which lines count, and which exports remain.

#include <langexport/report/export_report.hpp>

#include <langexport/file/file_error.hpp>
#include <langexport/report/report_line.hpp>

#include "support/catch.hpp"
#include "support/small_disk.hpp"
#include "support/temporary_folder.hpp"
#include "unit/rejection.hpp"
#include "unit/report/sample_lines.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace export_report_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

// Each project that is to be exported, with the link of its job.
std::vector<std::pair<std::string, std::string>>
plan_of(const std::string& text, const std::vector<std::string>& more = {}) {
    std::vector<std::pair<std::string, std::string>> plan;
    for (const planned_export& one : export_report::parse(text).plan(more))
        plan.emplace_back(one.project, one.job.operation_location());
    return plan;
}

using pairs = std::vector<std::pair<std::string, std::string>>;

} // namespace

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

TEST_CASE("a truncated last line is ignored", "[report]") {
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
    // After a power failure the file may have its new size, but not its content.
    const std::string zeros(5000, '\0');
    for (std::size_t size = 0; size < last.size(); ++size) {
        INFO(size);
        const auto zeroed = export_report::parse(whole + last.substr(0, size) + zeros);
        CHECK(zeroed.lines().size() == 1);
        CHECK(zeroed.is_torn());
        CHECK(zeroed.whole_size() == whole.size());
    }
    for (const std::string& foreign : {zeros, "PK" + zeros, whole + zeros + "x", zeros + "\n"})
        CHECK_FALSE(rejection_of([&] { export_report::parse(foreign); }).detail.empty());
}

TEST_CASE("errors in a report name the line", "[report]") {
    const auto rejection = [](const std::string& text) {
        return rejection_of([&] { export_report::parse(text); }).detail;
    };
    CHECK_THAT(rejection(submitted("a") + "nonsense\n" + submitted("b")),
               contains_text("line 2 of the report: it is not JSON"));
    CHECK_THAT(rejection(submitted("a") + "\n{\"v\":2}\n"), contains_text("line 3 of the report"));
    // Only a line of ours counts as a torn one.
    CHECK_THAT(rejection("my notes"), contains_text("line 1 of the report"));
    CHECK_THAT(rejection(submitted("a") + "{}"), contains_text("line 2 of the report"));
    CHECK_THAT(rejection(submitted("a") + "{\"v\":2"), contains_text("line 2 of the report"));
}

TEST_CASE("unexported projects remain, and jobs that may still run are kept", "[report]") {
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
    // Additional names come last; known names are not repeated.
    CHECK(plan_of(submitted("a") + simple("b", export_outcome::exported), {"c", "b", "a"}) ==
          pairs{{"a", link}, {"c", ""}});
    CHECK(plan_of("", {"x", "y"}) == pairs{{"x", ""}, {"y", ""}});
}

TEST_CASE("a plan rejects repeated projects and tokens that are damaged or of another project",
          "[report]") {
    const auto rejection = [](const std::string& text, const std::vector<std::string>& named) {
        return rejection_of([&] { export_report::parse(text).plan(named); }).detail;
    };
    CHECK(rejection("", {"a", "b", "a"}) == "project 'a' is named twice");
    report_line line("a", export_outcome::submitted, some_time);
    line.resume_token = "lxjob1_x";
    CHECK_THAT(rejection(line.to_json() + "\n", {}),
               contains_text("line of project 'a': the resume"));
    line.resume_token = job_of("b").to_token();
    CHECK_THAT(rejection(line.to_json() + "\n", {}), contains_text("its token is of project 'b'"));
}

TEST_CASE("a project keeps its file when its run is resumed", "[report]") {
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

TEST_CASE("only the end of a large report is parsed", "[report]") {
    const temporary_folder folder;
    const auto path = folder / "r";
    const std::string last = simple("b", export_outcome::exported);
    // The first line could not be parsed.
    for (const std::size_t size : {std::size_t(10), std::size_t(200'000)}) {
        INFO(size);
        write_content(path, std::string(size, 'x') + "\n" + last);
        for (const std::size_t more : {0U, 1U, 5U}) {
            const export_report end = export_report::read_end(path, last.size() + more);
            REQUIRE(end.lines().size() == 1);
            CHECK(end.lines()[0].project == "b");
        }
        CHECK(export_report::read_end(path, last.size() - 1).empty());
        CHECK_THROWS_AS(export_report::read_end(path, size + 1 + last.size()), export_error);
        CHECK_THROWS_AS(export_report::read(path), export_error);
    }
    write_content(path, last);
    CHECK(export_report::read_end(path, last.size()).lines().size() == 1);
    CHECK(export_report::read_end(path, 0).empty());
    CHECK_THROWS_AS(export_report::read_end(folder / "absent", 10), file_error);
}

} // namespace export_report_test
