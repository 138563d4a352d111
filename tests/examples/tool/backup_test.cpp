// A whole run of the backup tool, with an emulator on another thread.

#include "examples/tool/backup.hpp"

#include "examples/tool/run_bench.hpp"
#include "support/catch.hpp"

#include <langexport/file/folder_lock.hpp>
#include <langexport/testing/fault.hpp>

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <unistd.h>

namespace backup_test {

using namespace tool;
using namespace langexport_tests;
using langexport::testing::call_kind;
using langexport::testing::canned_response;

namespace {

// The service, and a folder for runs.
class backup_bench : public run_files {
public:
    backup_bench()
        : service(context_.get_executor(), bench_options()), runner_([this] { context_.run(); }) {}
    backup_bench(const backup_bench&) = delete;
    backup_bench& operator=(const backup_bench&) = delete;
    ~backup_bench() {
        service.stop();
        runner_.join();
    }

    void add_resource(texts projects) {
        set.resources.push_back(resource(service.endpoint(), std::move(projects)));
    }
    // Runs the tool with the settings, and returns its exit status.
    int run() {
        const kept_errors errors;
        backup work(set);
        const int status = work.run("tool");
        shown = errors.text();
        advice = work.advice("tool");
        CHECK(shown.find(bench_key) == std::string::npos);
        return status;
    }

private:
    boost::asio::io_context context_;

public:
    langexport::testing::emulator service;
    std::string shown, advice;

private:
    std::thread runner_;
};

using outcomes = std::map<std::string, std::string>;

} // namespace

TEST_CASE("a run that exports everything succeeds and has no advice", "[tool][backup]") {
    backup_bench bench;
    bench.service.add_project(quick_project("A"));
    bench.service.add_project(quick_project("B"));
    bench.add_resource({"A", "B"});
    CHECK(bench.run() == status_good);
    CHECK(bench.results() == std::set<std::string>{"A.json", "B.json", "manifest.json"});
    CHECK(bench.outcomes() == outcomes{{"A", "exported"}, {"B", "exported"}});
    CHECK_THAT(bench.shown, contains_text("exported    A") && contains_text("exported    B") &&
                                contains_text("2 projects: 2 exported ("));
    CHECK(bench.advice.empty());
}

TEST_CASE("a run with a failed export says how to resume it", "[tool][backup]") {
    backup_bench bench;
    bench.service.add_project(quick_project("A"));
    bench.add_resource({"A", "B"});
    bench.set.kept = " --output-dir 'my out'";
    bench.set.hint = "set a variable first\n";
    CHECK(bench.run() == status_failed);
    CHECK(bench.outcomes() == outcomes{{"A", "exported"}, {"B", "failed"}});
    CHECK(bench.advice == "set a variable first\nresume with: tool --output-dir 'my out' "
                          "--resume\n");

    // The resumed run exports the rest, and nothing remains for a third one.
    bench.service.add_project(quick_project("B"));
    bench.set.resources[0].projects.clear();
    bench.set.resume.emplace();
    CHECK(bench.run() == status_good);
    CHECK(bench.outcomes() == outcomes{{"A", "exported"}, {"B", "exported"}});
    CHECK(bench.service.counters().jobs_created == 2);
    CHECK(bench.run() == status_good);
    CHECK_THAT(bench.shown, contains_text("0 projects: nothing was left to do"));
    CHECK(bench.service.counters().jobs_created == 2);
}

TEST_CASE("the command that resumes a run names the report that the run was given",
          "[tool][backup]") {
    backup_bench bench;
    bench.add_resource({"A"});
    bench.set.report = bench.folder / "my report.jsonl";
    CHECK(bench.run() == status_failed);
    CHECK(bench.advice == "resume with: tool --resume '" + bench.set.report.string() + "'\n");
}

TEST_CASE("a run without any usable resource has the reason of each", "[tool][backup]") {
    backup_bench bench;
    bench.add_resource({"A"});
    bench.add_resource({"B"});
    bench.set.resources[0].problem = "backup.json:2:3: resources[0] lacks 'endpoint'";
    bench.set.resources[1].endpoint = "https://a.example";
    bench.set.resources[1].connection.ca_file = bench.folder / "none.pem";
    texts reasons;
    try {
        backup work(bench.set);
    } catch (const no_resource& error) {
        for (const std::exception_ptr& problem : error.problems)
            reasons.push_back(langexport::message_of(problem));
        CHECK(std::string(error.what()) == "no resource can be used");
    }
    REQUIRE(reasons.size() == 2);
    CHECK(reasons[0] == "backup.json:2:3: resources[0] lacks 'endpoint'");
    CHECK_THAT(reasons[1], contains_text("none.pem"));
}

TEST_CASE("a resource that cannot be used does not stop the others", "[tool][backup]") {
    backup_bench bench;
    bench.service.add_project(quick_project("A"));
    bench.add_resource({"A"});
    bench.add_resource({"B"});
    bench.set.resources[1].problem = "backup.json:2:3: resources[1] lacks 'endpoint'";
    CHECK(bench.run() == status_failed);
    CHECK(bench.results() == std::set<std::string>{"A.json", "manifest.json"});
    CHECK_THAT(bench.shown, contains_text("resources[1] lacks 'endpoint'\n"));
}

TEST_CASE("a folder that another run uses has an exit status of its own", "[tool][backup]") {
    backup_bench bench;
    bench.service.add_project(quick_project("A"));
    bench.add_resource({"A"});
    bench.add_resource({"B"});
    bench.set.resources[1].output_dir = bench.folder / "locked";
    const backup_folder other_run(bench.folder / "locked");
    CHECK(bench.run() == status_locked);
    CHECK(bench.results() == std::set<std::string>{"A.json", "manifest.json"});
    CHECK_THAT(bench.shown, contains_text("locked' is in use by process "));
}

TEST_CASE("a signal stops a run, which keeps its jobs for the next one", "[tool][backup]") {
    backup_bench bench;
    auto endless = quick_project("A");
    endless.end = langexport::testing::job_end::never;
    bench.service.add_project(endless);
    bench.add_resource({"A"});
    // The signal arrives while the job is polled. A second one would end the tests.
    const auto is_sent = std::make_shared<std::atomic<bool>>(false);
    bench.service.on(call_kind::status, 1, canned_response(),
                     [is_sent](const langexport::testing::request_record&) {
                         return !is_sent->exchange(true) && ::kill(::getpid(), SIGTERM) == 0;
                     });
    CHECK(bench.run() == status_stopped);
    CHECK(bench.outcomes() == outcomes{{"A", "unfinished"}});
    CHECK_THAT(bench.shown, contains_text("stopping within 1 ms") &&
                                contains_text("unfinished  A") &&
                                contains_text("its job continues at the service"));
    CHECK(bench.advice == "resume with: tool --resume\n");
    const auto lines = langexport::export_report::read(bench.report()).lines();
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].has_job());
}

TEST_CASE("a run of all projects may find none if that is expected", "[tool][backup]") {
    backup_bench bench;
    bench.set.all = true;
    bench.set.allow_empty = true;
    bench.add_resource({});
    CHECK(bench.run() == status_good);
    CHECK_THAT(bench.shown, contains_text("0 projects\n"));
    CHECK(bench.advice.empty());
}

TEST_CASE("a file with the same content is unchanged, also in the report", "[tool][backup]") {
    backup_bench bench;
    bench.service.add_project(quick_project("A"));
    bench.service.add_project(quick_project("B"));
    bench.add_resource({"A", "B"});
    CHECK(bench.run() == status_good);
    CHECK(content_of(bench.report()).find("unchanged") == std::string::npos);
    write_content(bench.out() / "B.json", "{}");
    CHECK(bench.run() == status_good);
    CHECK_THAT(bench.shown, contains_text("unchanged   A") && contains_text("exported    B") &&
                                contains_text(" 1 unchanged"));
    const auto report = langexport::export_report::read(bench.report());
    REQUIRE(report.find("A"));
    CHECK(report.find("A")->unchanged);
    CHECK(report.find("A")->outcome == langexport::export_outcome::exported);
    CHECK_FALSE(report.find("B")->unchanged);
}

TEST_CASE("failed projects are listed again at the end", "[tool][backup]") {
    backup_bench bench;
    bench.service.add_project(quick_project("A"));
    bench.add_resource({"Missing", "A"});
    CHECK(bench.run() == status_failed);
    const std::size_t summary = bench.shown.find("2 projects: ");
    REQUIRE(summary != std::string::npos);
    CHECK(bench.shown.find("failed      Missing") < summary);
    CHECK_THAT(bench.shown.substr(summary), contains_text("failed      Missing"));

    // A quiet run has only failures anyway.
    bench.set.log_level = langexport::log_level::error;
    CHECK(bench.run() == status_failed);
    CHECK(bench.shown.find("failed") == bench.shown.rfind("failed      "));
}

TEST_CASE("a run writes its metrics", "[tool][backup]") {
    backup_bench bench;
    bench.service.add_project(quick_project("A"));
    bench.add_resource({"A"});
    bench.set.resources[0].quota.submissions = 10;
    bench.set.metrics = bench.folder / "langexport.prom";
    const std::string label = "{resource=\"" + bench.service.endpoint() + "\"";
    const auto has = [&](const std::string& sample) {
        return content_of(bench.set.metrics).find("\nlangexport_" + sample) != std::string::npos;
    };
    CHECK(bench.run() == status_good);
    INFO(content_of(bench.set.metrics));
    CHECK(has("exports_total" + label + ",outcome=\"exported\"} 1\n"));
    CHECK(has("exports_total" + label + ",outcome=\"failed\"} 0\n"));
    CHECK(has("quota_remaining" + label + ",class=\"POST\"} "));
    CHECK(has("run_duration_seconds" + label + "} "));
    CHECK_FALSE(has("last_success_timestamp_seconds" + label + "} 0\n"));
    CHECK_FALSE(has("export_bytes_total" + label + "} 0\n"));

    // A second resource fails. It does not concern the first one.
    bench.add_resource({"B"});
    bench.set.resources[1].output_dir = bench.folder / "other";
    bench.set.resources[1].endpoint = bench.service.endpoint() + "/absent";
    CHECK(bench.run() == status_failed);
    INFO(content_of(bench.set.metrics));
    const std::string other = "{resource=\"" + bench.set.resources[1].endpoint + "\"";
    CHECK(has("exports_total" + label + ",outcome=\"exported\"} 2\n"));
    CHECK(has("exports_total" + other + ",outcome=\"failed\"} 1\n"));
    CHECK(has("last_success_timestamp_seconds" + other + "} 0\n"));
    CHECK_FALSE(has("last_success_timestamp_seconds" + label + "} 0\n"));

    // A file that cannot be written fails the run.
    bench.set.metrics = bench.folder / "absent/langexport.prom";
    bench.set.resources.pop_back();
    CHECK(bench.run() == status_failed);
    CHECK_THAT(bench.shown, contains_text("langexport.prom"));
}

TEST_CASE("a resource that cannot be used stays in the metrics, as not successful",
          "[tool][backup]") {
    backup_bench bench;
    bench.service.add_project(quick_project("A"));
    bench.add_resource({"A"});
    bench.set.metrics = bench.folder / "langexport.prom";
    const auto value_of = [&](const std::string& metric, const std::string& endpoint,
                              const std::string& more = {}) {
        const auto samples = samples_in(content_of(bench.set.metrics));
        const auto known = samples.find(metric + "{resource=\"" + endpoint + "\"" + more + "}");
        return known == samples.end() ? -1 : static_cast<std::int64_t>(known->second);
    };
    const std::string success = "langexport_last_success_timestamp_seconds";
    const std::string exports = "langexport_exports_total";
    const std::string exported = ",outcome=\"exported\"";
    CHECK(bench.run() == status_good);
    const std::int64_t then = value_of(success, bench.service.endpoint());
    CHECK(then > 0);

    SECTION("its folder is in use") {
        bench.add_resource({"A"});
        bench.set.resources[1].endpoint = bench.service.endpoint() + "/other";
        bench.set.resources[1].output_dir = bench.folder / "locked";
        const backup_folder other_run(bench.folder / "locked");
        CHECK(bench.run() == status_locked);
        CHECK(value_of(success, bench.set.resources[1].endpoint) == 0);
        CHECK(value_of(exports, bench.set.resources[1].endpoint, exported) == 0);
        CHECK(value_of(success, bench.service.endpoint()) >= then);
    }
    SECTION("its manifest is broken") {
        bench.add_resource({"A"});
        bench.set.resources[1].endpoint = bench.service.endpoint() + "/other";
        bench.set.resources[1].output_dir = bench.folder / "broken";
        std::filesystem::create_directory(bench.folder / "broken");
        write_content(bench.folder / "broken/manifest.json", "{}");
        CHECK(bench.run() == status_failed);
        CHECK(value_of(success, bench.set.resources[1].endpoint) == 0);
        CHECK(value_of(exports, bench.service.endpoint(), exported) == 2);
    }
    SECTION("the first object of a resource can be used, and the second one cannot") {
        bench.add_resource({"B"});
        bench.set.resources[1].problem = "backup.json:2:3: resources[1]: the same folder";
        // As if the last success was earlier.
        write_content(bench.set.metrics, "# HELP langexport_\n" + success + "{resource=\"" +
                                             bench.service.endpoint() + "\"} 7\n");
        CHECK(bench.run() == status_failed);
        CHECK(value_of(success, bench.service.endpoint()) == 7);
    }
    SECTION("it has no name") {
        bench.add_resource({"B"});
        bench.set.resources[1].problem = "backup.json:2:3: resources[1] lacks 'endpoint'";
        bench.set.resources[1].endpoint.clear();
        const std::string old = "https://old.example";
        write_content(bench.set.metrics, "# HELP langexport_\n" + success + "{resource=\"" + old +
                                             "\"} 7\n" + exports + "{resource=\"" + old + "\"" +
                                             exported + "} 9\n");
        CHECK(bench.run() == status_failed);
        CHECK(value_of(success, old) == 7);
        CHECK(value_of(exports, old, exported) == 9);
        CHECK(value_of(success, bench.service.endpoint()) >= then);
    }
}

TEST_CASE("a run rejects files of the options that would replace others", "[tool][backup]") {
    backup_bench bench;
    bench.service.add_project(quick_project("A"));
    bench.add_resource({"A"});
    const std::uint64_t before = bench.service.counters().requests;
    SECTION("the manifest as report") {
        bench.set.report = bench.out() / "manifest.json";
        CHECK_THROWS_AS(backup(bench.set), std::invalid_argument);
        CHECK_FALSE(std::filesystem::exists(bench.set.report));
    }
    SECTION("the manifest as metrics") {
        bench.set.metrics = bench.out() / "manifest.json";
        CHECK_THROWS_AS(backup(bench.set), std::invalid_argument);
    }
    SECTION("a new project as metrics") {
        bench.set.metrics = bench.out() / "A.json";
        CHECK_THROWS_AS(backup(bench.set), no_resource);
    }
    SECTION("an older project as metrics") {
        std::filesystem::create_directory(bench.out());
        write_content(bench.out() / "Old.json", "{}");
        bench.set.metrics = bench.out() / "Old.json";
        CHECK_THROWS_AS(backup(bench.set), std::invalid_argument);
        CHECK(content_of(bench.out() / "Old.json") == "{}");
    }
    CHECK(bench.service.counters().requests == before);
}

TEST_CASE("a run says which result it reads for the manifest if that takes long",
          "[tool][backup]") {
    backup_bench bench;
    bench.service.add_project(quick_project("A"));
    bench.add_resource({"A"});
    bench.set.silence = std::chrono::milliseconds(0);
    CHECK(bench.run() == status_good);
    const std::size_t exported = bench.shown.find("exported    A");
    REQUIRE(exported != std::string::npos);
    CHECK_THAT(bench.shown.substr(exported), contains_text("reading A.json: "));
    bench.set.log_level = langexport::log_level::error;
    CHECK(bench.run() == status_good);
    CHECK(bench.shown.empty());
}

} // namespace backup_test
