// Events of a client on the progress display, and in the log.

#include "examples/tool/progress_logger.hpp"

#include <langexport/export_job.hpp>
#include <langexport/export_status.hpp>
#include <langexport/observer.hpp>
#include <langexport/report/report_line.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace progress_logger_test {

using namespace langexport;
using namespace tool;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

// A display without a terminal, and a logger whose lines end in an exclamation mark.
class logger_bench {
public:
    explicit logger_bench(log_level most = log_level::info, std::string prefix = {})
        : logger(
              most, display, [](std::string_view line) { return std::string(line) + '!'; },
              std::move(prefix), [this] { ++changes; }) {
        logger.expect("P");
    }
    logger_bench(const logger_bench&) = delete;
    logger_bench& operator=(const logger_bench&) = delete;

    // The permanent lines since the last call.
    std::string lines() { return display.draw({}, terminal_size()); }
    // The line of the export that is in progress, on a terminal.
    std::string live() {
        terminal_size terminal;
        terminal.columns = 100;
        terminal.rows = 24;
        return display.draw(std::chrono::steady_clock::time_point(1h), terminal);
    }
    void submitted(bool is_late = false) { logger.on_submitted(submitted_event{job, "", is_late}); }
    void warned(bool is_in_status) {
        logger.on_warning(warning_event{"P", "Code", "a word of caution", is_in_status});
    }

    const export_job job{"P", "https://a.example/jobs/1", {}};
    progress_display display;
    int changes = 0;
    progress_logger logger;
};

report_line exported() {
    report_line line("P", export_outcome::exported, {});
    line.bytes = 12'345;
    line.file = "P.json";
    return line;
}

report_line failed() {
    report_line line("P", export_outcome::failed, {});
    line.error.emplace();
    line.error->message = "no such project";
    return line;
}

} // namespace

TEST_CASE("a submission is a line of the log, or of the terminal", "[tool][progress_logger]") {
    logger_bench log;
    log.submitted();
    CHECK(log.lines() == "submitted P!\n");
    CHECK_THAT(log.live(), contains_text("P") && contains_text("submitted"));
    CHECK(log.changes > 0);

    logger_bench terminal;
    terminal.logger.is_live = true;
    terminal.submitted();
    CHECK(terminal.lines().empty());
    CHECK_THAT(terminal.live(), contains_text("submitted"));

    logger_bench detailed(log_level::debug);
    detailed.logger.is_live = true;
    detailed.submitted();
    CHECK(detailed.lines() == "submitted P!\n");
}

TEST_CASE("a job that was confirmed late does not start its export again",
          "[tool][progress_logger]") {
    logger_bench bench;
    bench.logger.is_live = true;
    bench.submitted(true);
    CHECK_THAT(bench.lines(), contains_text("submitted P, after its export had ended!\n"));
    CHECK(bench.live().find("> ") == std::string::npos);
}

TEST_CASE("a poll changes the line of its export", "[tool][progress_logger]") {
    logger_bench bench(log_level::info, "folder/");
    bench.submitted();
    bench.lines();
    export_status status(bench.job);
    status.status = job_status::running;
    status.status_text = "running";
    const int before = bench.changes;
    bench.logger.on_polled(polled_event{status, 2, 1s});
    CHECK(bench.lines().empty()); // at this level
    CHECK_THAT(bench.live(), contains_text("folder/P") && contains_text("running, polled 2 times"));
    CHECK(before > 0);
}

TEST_CASE("a warning about a job is logged once", "[tool][progress_logger]") {
    logger_bench bench;
    bench.warned(true); // the line of the end has it, too
    CHECK(bench.lines().empty());
    bench.warned(false);
    CHECK(bench.lines() == "warning P: a word of caution!\n");
    CHECK(bench.changes == 2);

    report_line line = exported();
    line.warnings.resize(3);
    line.warnings[0].code = "Code";
    line.warnings[0].message = "text";
    line.warnings[1].message = "no code"; // the third one is empty
    bench.logger.end(line);
    CHECK(bench.lines() == "warning     P: Code: text!\n"
                           "warning     P: no code!\n"
                           "exported    P  12.3 KB to P.json\n");
}

TEST_CASE("the end of an export is a permanent line, and counted", "[tool][progress_logger]") {
    logger_bench bench(log_level::info, "folder/");
    bench.logger.begin("P", "asking");
    CHECK_THAT(bench.live(), contains_text("asking"));
    bench.logger.end(exported());
    CHECK(bench.lines() == "exported    folder/P  12.3 KB to P.json\n");
    CHECK(bench.display.count("exported") == 1);
    CHECK_THAT(bench.display.summary({}), contains_text("1 exported (12.3 KB)"));
    CHECK(bench.changes == 2);
    // The events of the library know less: they are not shown.
    bench.logger.on_finished(finished_event{"P", bench.job, 1, 1s, 0s, 1, 1, 0});
    const export_error error(make_error_code(errc::job_failed), diagnostics());
    bench.logger.on_failed(failed_event{error});
    CHECK(bench.lines().empty());
}

TEST_CASE("a quiet program shows failures only", "[tool][progress_logger]") {
    logger_bench bench(log_level::error);
    bench.submitted();
    bench.warned(false);
    report_line line = exported();
    line.warnings.resize(1);
    line.warnings[0].message = "text";
    bench.logger.end(line);
    CHECK(bench.lines().empty());
    CHECK(bench.display.count("exported") == 1);
    bench.logger.end(failed());
    CHECK(bench.lines() == "failed      P  no such project\n");
}

TEST_CASE("a result that was already in its file is unchanged", "[tool][progress_logger]") {
    logger_bench log;
    report_line line = exported();
    line.unchanged = true;
    log.logger.end(line);
    CHECK_THAT(log.lines(),
               contains_text("unchanged   P  12.3 KB") && contains_text("to P.json\n"));
    CHECK(log.display.count("exported") == 0);
    // Only what changed counts as exported.
    CHECK(log.display.summary({}) == "1 project: 1 unchanged");
}

} // namespace progress_logger_test
