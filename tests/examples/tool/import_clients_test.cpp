#include "examples/tool/import_clients.hpp"

#include "examples/tool/restore_bench.hpp"
#include "support/catch.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace import_clients_test {

using namespace tool;
using namespace langexport_tests;

namespace {

constexpr project_surface text = project_surface::analyze_text,
                          answers = project_surface::query_knowledgebases;

class clients_bench : public restore_files {
public:
    clients_bench()
        : settings(settings_for("http://127.0.0.1:1")), owner(settings.run),
          clients(owner, settings, "", {},
                  [this](project_surface surface, const langexport::import_job& job) {
                      late += std::string(to_string(surface)) + " " + job.project_name();
                  }) {
        owner.show = [] {};
    }

    tool::restore_settings settings;
    session owner;
    std::string late;
    import_clients clients;
};

} // namespace

TEST_CASE("each surface and version has one client", "[tool][import_clients]") {
    clients_bench b;
    const langexport::client* const first = &b.clients.client_for(text);
    CHECK(first == &b.clients.client_for(text));
    CHECK(first != &b.clients.client_for(text, "2025-05-15-preview"));
    CHECK(first != &b.clients.client_for(answers));
    CHECK(b.clients.all().size() == 3);
}

TEST_CASE("a file is imported with the version that exported it, unless the options name one",
          "[tool][import_clients]") {
    clients_bench b;
    planned_restore one(manifest_entry(), text);
    CHECK(b.clients.version_for(one).empty());
    one.entry.api_version = "2022-05-01";
    CHECK(b.clients.version_for(one) == "2022-05-01");
    b.settings.run.resources[0].set_version("analyze-text=2023-04-01");
    CHECK(b.clients.version_for(one) == "2023-04-01");
    one.surface = answers;
    CHECK(b.clients.version_for(one) == "2022-05-01");
}

TEST_CASE("a job that is confirmed after its operation has ended is reported",
          "[tool][import_clients]") {
    clients_bench b;
    import_logger& logger = b.clients.logger_of(answers);
    CHECK(&logger == &b.clients.logger_of(answers));
    const langexport::export_job job("FAQ", "https://a.example/jobs/1", {},
                                     langexport::job_kind::importing);
    langexport::submitted_event event{job, {}, false};
    logger.on_submitted(event);
    CHECK(b.late.empty());
    event.is_late = true;
    logger.on_submitted(event);
    CHECK(b.late == "query-knowledgebases FAQ");
}

TEST_CASE("the times of requests are kept in a file, if there is a place for it",
          "[tool][import_clients]") {
    restore_files files;
    restore_settings settings = files.settings_for("http://127.0.0.1:1");
    settings.run.resources[0].quota.submissions = 10;
    session owner(settings.run);
    const import_clients clients(owner, settings, files.folder / "requests", {}, {});
    CHECK(std::filesystem::exists(files.folder / "requests"));
}

} // namespace import_clients_test
