#include "examples/tool/restore_work.hpp"

#include "examples/tool/restore_bench.hpp"
#include "support/catch.hpp"

#include <langexport/testing/emulator.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace restore_work_test {

using namespace tool;
using namespace langexport_tests;
using langexport::testing::call_kind;
using langexport::testing::canned_response;
using langexport::testing::occurrences;

namespace {

constexpr project_surface conversation = project_surface::analyze_conversations;

// A restore with an emulator in its context.
class work_bench : public restore_files {
public:
    work_bench()
        : owner(set), service(owner.context.get_executor(), bench_options()),
          settings(settings_for(service.endpoint())), live(owner, [this] { return clients.all(); }),
          clients(owner, settings, "", {}, {}), work(owner, live, settings, clients) {
        service.set_import_pattern(quick_project(""));
    }

    resource_projects list(const std::set<project_surface>& surfaces) {
        resource_projects there;
        live.spawn(work.list(surfaces, there));
        live.run("");
        return there;
    }
    // Imports the entries of the folder.
    void run() {
        for (const langexport::manifest_entry& entry : entries)
            plan.projects.emplace_back(entry, *langexport::project_surface_of(entry.surface));
        order_phases(plan);
        start();
    }
    void start() {
        lines.emplace(folder / "restore.jsonl", "", out(), service.endpoint());
        lines->begin(plan);
        work.start(plan, *lines);
        live.run("");
        work.count_rest();
    }
    std::string outcome_of(const std::string& name) const {
        return std::string(to_string(line_of(name).outcome));
    }
    langexport::report_line line_of(const std::string& name) const {
        const auto all = langexport::export_report::read(folder / "restore.jsonl");
        REQUIRE(all.find(name));
        return *all.find(name);
    }
    // The projects in the order of their imports.
    texts imported() {
        texts names;
        for (const auto& request : service.requests())
            if (request.kind == call_kind::import_submission)
                names.push_back(request.project);
        return names;
    }

    kept_errors errors;
    session owner;
    langexport::testing::emulator service;
    restore_settings settings;
    live_run live;
    import_clients clients;
    restore_work work;
    restore_plan plan;
    std::optional<restore_report> lines;
};

} // namespace

TEST_CASE("the lists of a resource say what it has, and which surfaces it does not have",
          "[tool][restore_work]") {
    work_bench b;
    b.service.add_project(quick_project("A"));
    b.service.on(call_kind::listing, occurrences::always(), canned_response(404, "{}"),
                 [](const auto& request) {
                     return request.target.find("query-knowledgebases") != std::string::npos;
                 });
    const resource_projects there = b.list(
        {project_surface::analyze_text, conversation, project_surface::query_knowledgebases});
    CHECK(there.has(project_surface::analyze_text, "A"));
    CHECK_FALSE(there.has(conversation, "A"));
    CHECK(there.not_offered == std::set<project_surface>{project_surface::query_knowledgebases});
    CHECK_FALSE(b.owner.has_failed);
}

TEST_CASE("a list that cannot be read fails the restore", "[tool][restore_work]") {
    work_bench b;
    b.service.on(call_kind::listing, occurrences::always(), canned_response(401, "{}"));
    b.list({conversation});
    CHECK(b.owner.has_failed);
}

TEST_CASE("the projects of a plan are imported, orchestrations last", "[tool][restore_work]") {
    work_bench b;
    b.add("All", "analyze-conversations", orchestration_of("All", "Orders"), {"Orders"});
    b.add("Contracts");
    b.add("Orders", "analyze-conversations");
    b.run();
    CHECK(b.work.restored().size() == 3);
    CHECK(b.service.counters().imports == 3);
    CHECK(b.imported().back() == "All");
    const auto line = b.line_of("Contracts");
    CHECK(line.outcome == langexport::export_outcome::imported);
    CHECK(line.bytes == b.entries[1].bytes);
    CHECK(line.status == "succeeded");
    CHECK(line.resume_token.empty());
    CHECK_FALSE(b.owner.has_failed);
    CHECK_FALSE(b.owner.has_left);
}

TEST_CASE("an import that the service rejects does not stop the others", "[tool][restore_work]") {
    work_bench b;
    b.add("A", "analyze-text", document_of("A", "CustomNonsense"));
    b.add("B");
    b.run();
    CHECK(b.outcome_of("A") == "failed");
    CHECK_THAT(b.line_of("A").error->message, contains_text("metadata.projectKind"));
    CHECK(b.outcome_of("B") == "imported");
    CHECK(b.owner.display.count("failed") == 1);
    CHECK(b.owner.has_left);
}

TEST_CASE("a file that was changed after its check is not sent", "[tool][restore_work]") {
    work_bench b;
    b.add("A", "analyze-text", document_of("A"));
    b.add("B");
    std::string document = document_of("A");
    document.replace(document.find("\"en\""), 4, "\"de\""); // of the same size
    write_content(b.out() / "A.json", document);
    b.run();
    CHECK(b.imported() == texts{"B"});
    CHECK(b.outcome_of("A") == "failed");
    CHECK_THAT(b.line_of("A").error->message,
               contains_text("'A.json' has changed since it was verified (its SHA-256 is ") &&
                   contains_text("): export the project again, or restore the file from a copy"));
}

TEST_CASE("an orchestration waits for what it leads to, and is not imported without it",
          "[tool][restore_work]") {
    work_bench b;
    b.add("All", "analyze-conversations", orchestration_of("All", "Orders"), {"Orders"});
    b.add("Orders", "analyze-conversations");
    b.service.on(call_kind::import_submission, 1, canned_response(400, "{}"));
    b.run();
    CHECK(b.imported() == texts{"Orders"});
    CHECK_THAT(b.line_of("All").error->message, contains_text("because 'Orders'"));
    CHECK(b.work.restored().empty());
}

TEST_CASE("a job of an earlier run is waited for, and a lost one is imported again",
          "[tool][restore_work]") {
    work_bench b;
    const bool is_lost = GENERATE(false, true);
    b.add("A");
    langexport::import_job job;
    {
        const langexport::import_request request(
            "A", langexport::import_source::from_file(b.out() / "A.json"));
        b.live.spawn([](const langexport::client& client, langexport::import_request submitted,
                        langexport::import_job& result) -> asio::awaitable<void> {
            result = co_await langexport::submit_import(client, submitted);
        }(b.clients.client_for(project_surface::analyze_text), request, job));
        b.live.run("");
    }
    if (is_lost)
        b.service.on(call_kind::status, 1, canned_response(410));
    b.plan.projects.emplace_back(b.entries[0], project_surface::analyze_text);
    b.plan.projects[0].job = job;
    b.plan.projects[0].is_begun = true;
    b.start();
    CHECK(b.outcome_of("A") == "imported");
    CHECK(b.imported().size() == (is_lost ? 2 : 1));
}

TEST_CASE("projects that are done or skipped are not imported", "[tool][restore_work]") {
    work_bench b;
    for (const char* name : {"A", "B"})
        b.plan.projects.emplace_back(b.add(name), project_surface::analyze_text);
    b.plan.projects[0].is_done = b.plan.projects[0].is_begun = true;
    b.plan.projects[1].is_skipped = true;
    b.start();
    CHECK(b.imported().empty());
    CHECK(b.work.restored().size() == 1);
    CHECK(b.outcome_of("B") == "skipped");
    CHECK(b.owner.display.count("skipped") == 1);
}

TEST_CASE("a failure of the resource stops the restore", "[tool][restore_work]") {
    work_bench b;
    b.settings.run.max_in_flight = 1;
    for (const char* name : {"A", "B", "C"})
        b.add(name);
    b.service.on(call_kind::import_submission, occurrences::always(), canned_response(401, "{}"));
    b.run();
    CHECK(b.imported().size() <= 2); // with each key
    CHECK(b.owner.has_failed);
    CHECK(b.owner.display.count("not started") == 2);
    CHECK_FALSE(b.live.is_cut());
}

TEST_CASE("projects that are not submitted yet wait for the quota", "[tool][restore_work]") {
    work_bench b;
    b.settings.run.max_in_flight = 1; // further ones do not wait in a client
    b.settings.run.resources[0].quota.window = std::chrono::minutes(7);
    b.add("A");
    b.add("B");
    b.add("C");
    b.add("D");
    CHECK(b.work.quota_work().queued == 0);
    CHECK(b.work.quota_work().window == std::chrono::minutes(7));
    std::vector<std::size_t> queued;
    b.service.on(call_kind::import_submission, occurrences::always(), canned_response(),
                 [&](const auto&) {
                     queued.push_back(b.work.quota_work().queued);
                     return false;
                 });
    b.run();
    CHECK(queued == std::vector<std::size_t>{4, 3, 2, 1});
    CHECK(b.work.quota_work().queued == 0);
}

} // namespace restore_work_test
