// The manifest of a folder during a run, and what the run says about it.

#include "examples/tool/manifest_run.hpp"

#include "examples/tool/run_bench.hpp"
#include "support/catch.hpp"

#include <langexport/report/manifest.hpp>

#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace manifest_run_test {

using namespace tool;
using namespace langexport_tests;
using langexport::manifest;

namespace {

const std::string endpoint = "https://a.example";

std::vector<langexport::project_info> infos_of(const texts& names) {
    std::vector<langexport::project_info> infos;
    for (const std::string& name : names)
        infos.emplace_back().name = name;
    return infos;
}

// A folder whose manifest has the projects Old and Both of texts, and their files.
class folder_bench : public session_bench {
public:
    folder_bench() {
        std::filesystem::create_directories(report().parent_path());
        manifest last;
        last.resource = endpoint;
        for (const std::string name : {"Old", "Both"}) {
            write_content(out() / (name + ".json"), "{}");
            manifest_entry entry;
            entry.name = name;
            entry.surface = "analyze-text";
            entry.file = name + ".json";
            entry.sha256 = std::string(64, '0');
            last.set(entry);
        }
        last.write(out() / manifest::usual_name);
    }

    manifest_run& run() {
        if (!run_) {
            folder_.emplace(out());
            report_ = session().report_in(*folder_);
            run_.emplace(session(), *folder_, endpoint, *report_);
            report_->start();
            report_->open();
        }
        return *run_;
    }
    // The end of a run without exports. Returns the names of the files.
    std::set<std::string> finish(bool may_prune = true) {
        run().finish(std::deque<surface_run>(), *report_, may_prune);
        std::set<std::string> names = results();
        names.erase(manifest::usual_name);
        return names;
    }
    // The projects of the manifest in the folder.
    std::string written() const {
        std::string names;
        const manifest now = manifest::read(out() / manifest::usual_name);
        for (const manifest_entry& entry : now.projects())
            names += entry.name + ' ';
        return names;
    }
    std::string reported() const { return content_of(report()); }

private:
    std::optional<backup_folder> folder_;
    std::shared_ptr<run_report> report_;
    std::optional<manifest_run> run_;
};

using files = std::set<std::string>;

} // namespace

TEST_CASE("a listed project that is not filtered out is exported", "[tool][manifest_run]") {
    folder_bench bench;
    bench.set.filter.exclude = {"B*"};
    CHECK_FALSE(bench.run().has_listed_some());
    CHECK(bench.run().listed(project_surface::analyze_text, infos_of({"Both", "New"})) ==
          texts{"New"});
    CHECK(bench.run().has_listed_some());
    CHECK(bench.lines().empty());
}

TEST_CASE("an empty list of a surface with projects is a warning, and nothing is removed",
          "[tool][manifest_run]") {
    folder_bench bench;
    bench.set.prune = true;
    CHECK(bench.run().listed(project_surface::analyze_text, {}).empty());
    CHECK_THAT(bench.lines(),
               contains_text("analyze-text lists no project, but the manifest has 2"));
    CHECK(bench.finish() == files{"Both.json", "Old.json"});
    CHECK(bench.written() == "Both Old ");
    bench.run().listed(project_surface::analyze_conversations, {});
    CHECK(bench.lines().empty());
}

TEST_CASE("a surface that is not offered fails the run if the folder has its projects",
          "[tool][manifest_run]") {
    folder_bench bench;
    bench.run().not_offered(project_surface::query_knowledgebases);
    CHECK_FALSE(bench.session().has_failed);
    bench.run().not_offered(project_surface::analyze_text);
    CHECK(bench.session().has_failed);
    CHECK_THAT(bench.lines(), contains_text("analyze-text is not offered by https://a.example "
                                            "(HTTP 404), but the manifest") &&
                                  contains_text("has 2 projects of it") &&
                                  contains_text("name the other ones: --surface"));
}

TEST_CASE("the file of a removed project stays, and is named", "[tool][manifest_run]") {
    folder_bench bench;
    bench.set.log_level = GENERATE(langexport::log_level::info, langexport::log_level::error);
    const bool may_prune = GENERATE(false, true);
    bench.set.prune = !may_prune; // both are needed
    bench.run().listed(project_surface::analyze_text, infos_of({"Both"}));
    CHECK(bench.finish(may_prune) == files{"Both.json", "Old.json"});
    CHECK(bench.written() == "Both Old ");
    bench.run().show_removed();
    CHECK_THAT(bench.lines(), contains_text("removed     Old: analyze-text lists it no longer; "
                                            "Old.json stays (--prune deletes it)"));
    CHECK_THAT(bench.reported(), contains_text(R"("removed":[{"project":"Old")") &&
                                     contains_text(R"("file":"Old.json")") &&
                                     !contains_text(R"("deleted":true)"));
}

TEST_CASE("--prune deletes the file of a removed project", "[tool][manifest_run]") {
    folder_bench bench;
    bench.set.log_level = GENERATE(langexport::log_level::info, langexport::log_level::error);
    bench.set.prune = true;
    bench.run().listed(project_surface::analyze_text, infos_of({"Both"}));
    CHECK(bench.finish() == files{"Both.json"});
    CHECK(bench.written() == "Both ");
    bench.run().show_removed();
    CHECK_THAT(bench.lines(),
               contains_text("removed     Old: analyze-text lists it no longer; deleted " +
                             (bench.out() / "Old.json").string()));
    CHECK_THAT(bench.reported(), contains_text(R"("deleted":true)"));
}

TEST_CASE("what was removed is not known of a surface that was not listed",
          "[tool][manifest_run]") {
    folder_bench bench;
    bench.set.prune = true;
    bench.run().listed(project_surface::analyze_conversations, infos_of({"Talk"}));
    CHECK(bench.finish() == files{"Both.json", "Old.json"});
    CHECK(bench.written() == "Both Old ");
}

} // namespace manifest_run_test
