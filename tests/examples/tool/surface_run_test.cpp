// The exports of one surface of a resource.

#include "examples/tool/surface_run.hpp"

#include "examples/tool/run_bench.hpp"
#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <langexport/error.hpp>

#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace surface_run_test {

using namespace tool;
using namespace langexport_tests;
using langexport::testing::sample_kind;

namespace {

// One surface of the resource of a session, without a client at first.
class surface_bench : public session_bench {
public:
    surface_run& surface() {
        if (!surface_) {
            if (one.endpoint.empty())
                one = resource("https://a.example");
            folder_.emplace(out());
            report_ = session().report_in(*folder_);
            surface_.emplace(session(), one, one.surface, *folder_, report_,
                             session().state_of(one));
        }
        return *surface_;
    }
    void plan(const texts& projects, const texts& chosen = {}) {
        surface().plan(langexport::export_report(), projects, chosen, {});
    }
    // The plan, and the line of the run before it.
    void record() {
        report_->start();
        surface().record_plan();
        report_->open();
    }
    // Exports the projects of the emulator that have these names.
    std::exception_ptr work(const texts& projects) {
        one.endpoint = service().endpoint();
        plan(projects);
        record();
        surface().connect(session().set.complete(one.make_params()));
        return run(surface().work(2));
    }

    backup_resource one = resource("");

private:
    std::optional<backup_folder> folder_;
    std::shared_ptr<run_report> report_;
    std::optional<surface_run> surface_;
};

} // namespace

TEST_CASE("a surface of a report has a normal form of its endpoint", "[tool][surface_run]") {
    surface_bench bench;
    bench.one.endpoint = "https://A.example:443/";
    bench.one.surface = project_surface::query_knowledgebases;
    bench.one.format = "tsv";
    CHECK(bench.surface().scope() ==
          langexport::report_scope("https://a.example", "query-knowledgebases", "tsv"));
    CHECK(bench.surface().surface() == project_surface::query_knowledgebases);
    CHECK(bench.surface().client() == nullptr);
    CHECK(bench.surface().size() == 0);
}

TEST_CASE("a plan is in the report before anything is submitted", "[tool][surface_run]") {
    surface_bench bench;
    bench.plan({"A", "B"});
    CHECK(bench.surface().size() == 2);
    bench.record();
    CHECK(bench.outcomes() ==
          std::map<std::string, std::string>{{"A", "unfinished"}, {"B", "unfinished"}});
    const auto lines = langexport::export_report::read(bench.report()).lines();
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].endpoint == "https://a.example");
    CHECK(lines[0].surface == "analyze-text");
}

TEST_CASE("only the chosen projects of a plan are exported", "[tool][surface_run]") {
    surface_bench bench;
    bench.plan({"A", "B", "C"}, {"B", "X"});
    CHECK(bench.surface().size() == 1);
    bench.record();
    CHECK(bench.outcomes() == std::map<std::string, std::string>{{"B", "unfinished"}});
}

TEST_CASE("an invalid name is found before anything is submitted", "[tool][surface_run]") {
    surface_bench bench;
    bench.plan({"A", std::string(200, 'x')});
    const auto rejected = rejection_of([&] { bench.surface().validate_all(); });
    CHECK(rejected.code == langexport::errc::invalid_request);
    surface_bench other;
    other.plan({"A"});
    CHECK_NOTHROW(other.surface().validate_all());
}

TEST_CASE("projects that were never started are counted without a line", "[tool][surface_run]") {
    surface_bench bench;
    bench.plan({"A", "B"});
    CHECK_FALSE(bench.session().has_left);
    bench.surface().count_not_started();
    CHECK(bench.session().has_left);
    CHECK(bench.session().display.count("not started") == 2);
    CHECK(bench.lines().empty());
}

TEST_CASE("exported projects are files, lines of the report and lines of the display",
          "[tool][surface_run]") {
    surface_bench bench;
    bench.set.config = "backup.json"; // then lines name the folder, too
    bench.service().add_project(quick_project("A"));
    bench.service().add_project(quick_project("B"));
    CHECK_FALSE(bench.work({"A", "B"}));
    CHECK(bench.results() == std::set<std::string>{"A.json", "B.json"});
    CHECK(bench.outcomes() ==
          std::map<std::string, std::string>{{"A", "exported"}, {"B", "exported"}});
    CHECK_THAT(content_of(bench.out() / "A.json"), contains_text("\"projectName\":\"A\""));
    const std::string shown = bench.lines();
    CHECK_THAT(shown, contains_text("submitted A") && contains_text("exported    out/A  ") &&
                          contains_text((bench.out() / "B.json").string()));
    bench.surface().count_not_started();
    CHECK(bench.session().display.count("exported") == 2);
    CHECK(bench.session().display.count("not started") == 0);
    CHECK_FALSE(bench.session().has_left);
    CHECK_FALSE(bench.session().has_failed);
}

TEST_CASE("a project that cannot be exported does not stop the others", "[tool][surface_run]") {
    surface_bench bench;
    bench.service().add_project(quick_project("B"));
    CHECK_FALSE(bench.work({"A", "B"}));
    CHECK(bench.outcomes() ==
          std::map<std::string, std::string>{{"A", "failed"}, {"B", "exported"}});
    CHECK(bench.session().display.count("failed") == 1);
    CHECK(bench.session().has_left);
    CHECK_FALSE(bench.session().has_failed); // the count decides the exit status
    CHECK_THAT(bench.lines(), contains_text("failed      A"));
}

TEST_CASE("a rejected key is shown once, and stops the surface", "[tool][surface_run]") {
    surface_bench bench;
    bench.set_key("another-key-that-is-not-valid");
    for (const char* name : {"A", "B", "C", "D"})
        bench.service().add_project(quick_project(name));
    const std::exception_ptr error = bench.work({"A", "B", "C", "D"});
    CHECK(langexport::code_of(error) == langexport::errc::client_closed);
    const std::string shown = bench.lines();
    CHECK_THAT(shown, contains_text("failed      ") &&
                          contains_text("nothing more is submitted to " + bench.one.endpoint +
                                        ": other exports would fail in the same way"));
    CHECK(shown.find("failed  ") == shown.rfind("failed  "));
    CHECK(shown.find("another-key") == std::string::npos);
    CHECK(bench.session().has_failed);
    CHECK(bench.session().state_of(bench.one)->is_stopped());
    CHECK(bench.service().counters().jobs_created == 0);
    bench.surface().count_not_started();
    CHECK(bench.session().display.count("failed") + bench.session().display.count("not started") ==
          4);
}

TEST_CASE("an older result with another extension is deleted, and the log says so",
          "[tool][surface_run]") {
    surface_bench bench;
    bench.one.surface = project_surface::query_knowledgebases;
    bench.one.format = "tsv";
    auto zipped = quick_project("FAQ", sample_kind::question_answering);
    zipped.zips_tables = true;
    bench.service().add_project(zipped);
    std::filesystem::create_directory(bench.out());
    write_content(bench.out() / "FAQ.tsv", "old");
    CHECK_FALSE(bench.work({"FAQ"}));
    CHECK(bench.results() == std::set<std::string>{"FAQ.zip"});
    CHECK_THAT(bench.lines(), contains_text("deleted " + (bench.out() / "FAQ.tsv").string() +
                                            ": the result of FAQ is FAQ.zip now"));
}

} // namespace surface_run_test
