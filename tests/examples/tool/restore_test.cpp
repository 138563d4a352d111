// A whole run of the restore tool, with an emulator on another thread.

#include "examples/tool/restore.hpp"

#include "examples/tool/restore_bench.hpp"
#include "support/catch.hpp"

#include <langexport/file/folder_lock.hpp>
#include <langexport/testing/emulator.hpp>

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

namespace restore_test {

using namespace tool;
using namespace langexport_tests;
using langexport::testing::call_kind;
using langexport::testing::canned_response;
using langexport::testing::occurrences;

namespace {

class restore_bench : public restore_files {
public:
    restore_bench()
        : service(context_.get_executor(), bench_options()), runner_([this] { context_.run(); }) {
        service.set_import_pattern(quick_project(""));
    }
    restore_bench(const restore_bench&) = delete;
    restore_bench& operator=(const restore_bench&) = delete;
    ~restore_bench() {
        service.stop();
        runner_.join();
    }

    // Runs the tool with the settings, and returns its exit status.
    int run() {
        const kept_errors errors;
        std::ostringstream out;
        restore work(settings_for(service.endpoint()));
        const int status = work.run("tool", out);
        shown = errors.text();
        advice = work.advice("tool");
        printed = out.str();
        CHECK(shown.find(bench_key) == std::string::npos);
        return status;
    }
    std::map<std::string, std::string> outcomes() const {
        std::map<std::string, std::string> found;
        const auto read = langexport::export_report::read(restore_journal());
        for (const langexport::report_line& line : read.lines())
            found[line.project] = to_string(line.outcome);
        return found;
    }

private:
    boost::asio::io_context context_;

public:
    langexport::testing::emulator service;
    std::string shown, advice, printed;

private:
    std::thread runner_;
};

using outcomes = std::map<std::string, std::string>;

} // namespace

TEST_CASE("a folder is restored, and what remains by hand is said", "[tool][restore]") {
    restore_bench b;
    b.add("A").container = "texts";
    b.add("B", "analyze-conversations");
    b.entries[0].documents = 12;
    b.write_manifest();
    CHECK(b.run() == status_good);
    CHECK(b.outcomes() == outcomes{{"A", "imported"}, {"B", "imported"}});
    CHECK_THAT(b.shown,
               contains_text("imported    A") && contains_text(" from ") &&
                   contains_text("2 projects: 2 imported (") && contains_text("by hand:") &&
                   contains_text("put 12 documents, unchanged, into the container 'texts'") &&
                   contains_text("training    train a model of each: A, B"));
    CHECK(b.advice.empty());
}

TEST_CASE("an existing project stops a restore before anything is sent", "[tool][restore]") {
    restore_bench b;
    b.add("A");
    b.add("B");
    b.service.add_project(quick_project("A"));
    CHECK(b.run() == status_failed);
    CHECK(b.service.counters().imports == 0);
    CHECK_THAT(b.shown, contains_text("--if-exists replace"));
    CHECK(b.advice.empty());
    CHECK_FALSE(std::filesystem::exists(b.restore_journal()));

    b.restored.existing = existing_projects::skip;
    CHECK(b.run() == status_good);
    CHECK(b.outcomes() == outcomes{{"A", "skipped"}, {"B", "imported"}});
    CHECK_THAT(b.shown, contains_text("2 projects: 1 skipped, 1 imported (") &&
                            contains_text("left as the resource has them: 'A' of analyze-text"));

    b.restored.existing = existing_projects::replace;
    CHECK(b.run() == status_good);
    CHECK(b.service.counters().imports == 3);
    CHECK(b.outcomes() == outcomes{{"A", "imported"}, {"B", "imported"}});
}

TEST_CASE("a file that does not match the manifest stops a restore", "[tool][restore]") {
    restore_bench b;
    b.add("A");
    b.add("B");
    write_content(b.out() / "A.json", "{}");
    CHECK(b.run() == status_failed);
    CHECK_THAT(b.shown, contains_text("'A.json' of project 'A' is not the file"));
    CHECK(b.service.requests().empty());
}

TEST_CASE("a restore of a part names each missing and each skipped project", "[tool][restore]") {
    restore_bench b;
    b.set.quiet = true;
    b.set.log_level = langexport::log_level::warning;
    std::string missing, skipped;
    for (const char* name : {"A", "B", "C", "D", "E", "F", "G"}) {
        b.add(name);
        missing.append(missing.empty() ? "" : ", ")
            .append(std::string("'") + name + "' of analyze-text");
    }
    for (const char* name : {"M", "N", "O", "P", "Q", "R", "S"}) {
        b.add(name);
        b.service.add_project(quick_project(name));
        skipped.append(skipped.empty() ? "" : ", ")
            .append(std::string("'") + name + "' of analyze-text");
    }
    b.restored.existing = existing_projects::skip;
    // After the first failure nothing more is submitted.
    b.set.max_in_flight = 1;
    b.service.on(call_kind::import_submission, occurrences::always(), canned_response(401, "{}"));
    CHECK(b.run() == status_failed);
    CHECK_THAT(b.shown, contains_text("0 of 14 projects restored, not " + missing + "\n") &&
                            contains_text("left as the resource has them: " + skipped + "\n"));
}

TEST_CASE("a restore of a part says so, and how to continue", "[tool][restore]") {
    restore_bench b;
    b.add("A");
    b.add("B");
    b.set.kept = " --if-exists fail DIR";
    b.set.quiet = true;
    b.set.log_level = langexport::log_level::error;
    b.service.on(call_kind::import_submission, 1, canned_response(400, "{}"));
    b.set.max_in_flight = 1;
    CHECK(b.run() == status_failed);
    CHECK(b.outcomes() == outcomes{{"A", "failed"}, {"B", "imported"}});
    CHECK_THAT(b.shown, contains_text("the restore is not complete: 1 of 2 projects restored, not "
                                      "'A' of analyze-text"));
    CHECK(b.advice ==
          "resume with: tool --if-exists fail DIR --resume " + b.restore_journal().string() + "\n");

    b.set.resume = b.restore_journal();
    CHECK(b.run() == status_good);
    CHECK(b.outcomes() == outcomes{{"A", "imported"}, {"B", "imported"}});
    CHECK(b.service.counters().jobs_created == 2);
    CHECK(b.advice.empty());
    b.set.quiet = false;
    b.set.log_level = langexport::log_level::info;
    CHECK(b.run() == status_good);
    CHECK_THAT(b.shown, contains_text("0 projects: nothing was left to do"));
    CHECK(b.service.counters().jobs_created == 2);
}

TEST_CASE("--if-exists does not apply to projects that the resumed restore began",
          "[tool][restore]") {
    restore_bench b;
    b.add("A");
    b.add("B");
    // The job exists, and its 202 is lost.
    b.service.on(call_kind::import_submission, 1, canned_response::no_response(true));
    b.set.max_in_flight = 1;
    CHECK(b.run() == status_failed);
    CHECK(b.outcomes()["A"] == "failed");
    b.set.resume = b.restore_journal();
    CHECK(b.run() == status_good);
    CHECK(b.outcomes() == outcomes{{"A", "imported"}, {"B", "imported"}});
}

TEST_CASE("a resumed restore is not complete without a project that the folder has lost",
          "[tool][restore]") {
    restore_bench b;
    b.add("A");
    b.add("B");
    b.set.quiet = true;
    b.set.log_level = langexport::log_level::error;
    b.service.on(call_kind::import_submission, occurrences::always(), canned_response(400, "{}"));
    CHECK(b.run() == status_failed);
    b.service.clear_faults();
    b.entries.pop_back();
    b.write_manifest();
    b.set.resume = b.restore_journal();
    CHECK(b.run() == status_failed);
    CHECK(b.outcomes()["A"] == "imported");
    CHECK_THAT(b.shown, contains_text("not complete: 'B' of the report is not restored") &&
                            contains_text("--exclude B"));
    CHECK_THAT(b.advice, contains_text("resume with: tool --resume"));
    b.set.filter.exclude = {"B"};
    CHECK(b.run() == status_good);
    CHECK(b.shown.empty());
    CHECK(b.advice.empty());
}

TEST_CASE("--dry-run prints the plan and changes nothing", "[tool][restore]") {
    restore_bench b;
    b.add("All", "analyze-conversations", orchestration_of("All", "Orders"), {"Orders"});
    b.add("Orders", "analyze-conversations");
    b.add("A");
    b.service.add_project(quick_project("A"));
    b.set.dry_run = true;
    b.restored.existing = existing_projects::replace;
    CHECK(b.run() == status_good);
    CHECK(b.printed == "replace\tanalyze-text\tA\tA.json\n"
                       "import\tanalyze-conversations\tOrders\tOrders.json\n"
                       "import\tanalyze-conversations\tAll\tAll.json\n");
    CHECK(b.service.counters().imports == 0);
    CHECK_FALSE(std::filesystem::exists(b.out() / ".langexport"));
    b.restored.existing = existing_projects::fail;
    CHECK(b.run() == status_failed);
    CHECK(b.printed.empty());
}

TEST_CASE("an orchestration whose target is missing stops a restore", "[tool][restore]") {
    restore_bench b;
    b.add("All", "analyze-conversations", orchestration_of("All", "Orders"), {"Orders"});
    CHECK(b.run() == status_failed);
    CHECK_THAT(b.shown, contains_text("'All' leads to project 'Orders'"));
    CHECK(b.service.counters().imports == 0);
}

TEST_CASE("a folder without a manifest is restored if that is wanted", "[tool][restore]") {
    restore_bench b;
    b.add("A");
    std::filesystem::remove(b.out() / "manifest.json");
    CHECK_THROWS_AS(b.run(), std::runtime_error);
    b.restored.without_manifest = true;
    CHECK(b.run() == status_good);
    CHECK(b.outcomes() == outcomes{{"A", "imported"}});
}

TEST_CASE("a folder that a backup uses is not restored", "[tool][restore]") {
    restore_bench b;
    b.add("A");
    const backup_folder other(b.out());
    CHECK_THROWS_AS(b.run(), langexport::folder_in_use);
}

TEST_CASE("a restore says which file it verifies if that takes long", "[tool][restore]") {
    restore_bench b;
    b.add("A");
    const bool is_quiet = GENERATE(false, true);
    b.restored.without_manifest = GENERATE(false, true);
    b.set.silence = std::chrono::milliseconds(0);
    if (is_quiet)
        b.set.log_level = langexport::log_level::error;
    CHECK(b.run() == status_good);
    const std::size_t line =
        b.shown.find(b.restored.without_manifest ? "reading A.json: " : "verifying A.json: ");
    CHECK((line == std::string::npos) == is_quiet);
    CHECK((is_quiet || line < b.shown.find("imported")));
}

} // namespace restore_test
