// The work for one resource: which projects it has, and what happens to all of them.

#include "examples/tool/resource_run.hpp"

#include "examples/tool/run_bench.hpp"
#include "support/catch.hpp"

#include <langexport/error.hpp>
#include <langexport/report/report_line.hpp>
#include <langexport/report/report_run.hpp>
#include <langexport/testing/fault.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace resource_run_test {

using namespace tool;
using namespace langexport_tests;
using langexport::export_outcome;
using langexport::report_line;
using langexport::testing::sample_kind;

namespace {

constexpr const char* endpoint = "https://a.example";

// One resource of a session.
class resource_bench : public session_bench {
public:
    // Made at the first call.
    resource_run& work_of(const backup_resource& one) {
        if (!run_)
            run_.emplace(session(), one);
        return *run_;
    }
    // The resource of the emulator, with all projects of two surfaces.
    backup_resource all_of_service() {
        backup_resource one = resource(service().endpoint());
        one.several_surfaces = {project_surface::analyze_text,
                                project_surface::analyze_conversations};
        return one;
    }
    // Everything that a run does with one resource.
    void export_all(const backup_resource& one) {
        resource_run& run = work_of(one);
        run.record_plan();
        run.open_report();
        REQUIRE_FALSE(session_bench::run(run.list()));
        for (std::size_t lane = 0; lane < run.lanes(); ++lane)
            REQUIRE_FALSE(session_bench::run(run.work(lane)));
        run.count_rest();
    }
    // A report of a run of `endpoint`.
    void write_report(const std::vector<report_line>& lines,
                      const std::vector<langexport::report_scope>& scopes = {}) const {
        std::filesystem::create_directories(report().parent_path());
        langexport::report_run start(report_line::time_point(std::chrono::hours(1)));
        start.all = scopes;
        std::string text = start.to_json() + '\n';
        for (const report_line& line : lines)
            text += line.to_json() + '\n';
        write_content(report(), text);
    }
    static report_line line(const std::string& project, export_outcome outcome,
                            const std::string& surface = "analyze-text") {
        report_line made(project, outcome, report_line::time_point(std::chrono::hours(2)));
        made.endpoint = endpoint;
        made.surface = surface;
        return made;
    }
    // How many projects of each surface are to be exported.
    static std::vector<std::size_t> sizes(const resource_run& run) {
        std::vector<std::size_t> found;
        for (const surface_run& surface : run.surfaces())
            found.push_back(surface.size());
        return found;
    }

private:
    std::optional<resource_run> run_;
};

using counts = std::vector<std::size_t>;
using outcomes = std::map<std::string, std::string>;

} // namespace

TEST_CASE("named projects are planned without asking the service", "[tool][resource_run]") {
    resource_bench bench;
    resource_run& run = bench.work_of(bench.resource(endpoint, {"A", "B"}));
    CHECK_FALSE(run.problem());
    CHECK(resource_bench::sizes(run) == counts{2});
    CHECK(run.lanes() == 1);
    CHECK(run.surfaces()[0].client() != nullptr);
    CHECK_FALSE(std::filesystem::exists(bench.report()));
    run.record_plan();
    run.open_report();
    CHECK(bench.outcomes() == outcomes{{"A", "unfinished"}, {"B", "unfinished"}});
    CHECK_FALSE(bench.run(run.list())); // there is nothing to be listed
    run.count_rest();
    CHECK(bench.session().display.count("not started") == 2);
}

TEST_CASE("a resource with a problem leaves no file", "[tool][resource_run]") {
    resource_bench bench;
    backup_resource one = bench.resource(endpoint, {"A"});
    one.problem = "backup.json:2:3: resources[0] lacks 'endpoint'";
    CHECK_THROWS_WITH(bench.work_of(one), one.problem);
    CHECK_FALSE(std::filesystem::exists(bench.out()));
}

TEST_CASE("a resource without a client has its plan in the report", "[tool][resource_run]") {
    resource_bench bench;
    backup_resource one = bench.resource(endpoint, {"A"});
    one.connection.ca_file = bench.folder / "none.pem";
    resource_run& run = bench.work_of(one);
    REQUIRE(run.problem());
    CHECK_THAT(langexport::message_of(run.problem()), contains_text("none.pem"));
    run.record_plan();
    run.open_report();
    CHECK(bench.outcomes() == outcomes{{"A", "unfinished"}});
}

TEST_CASE("the name of a project is checked before anything is written to the report",
          "[tool][resource_run]") {
    resource_bench bench;
    CHECK_THROWS_AS(bench.work_of(bench.resource(endpoint, {std::string(200, 'x')})),
                    langexport::export_error);
    CHECK_FALSE(std::filesystem::exists(bench.report()));
}

TEST_CASE("a key file that others can write is a warning, also in a quiet run",
          "[tool][resource_run]") {
    resource_bench bench;
    bench.set.log_level = langexport::log_level::error;
    std::filesystem::permissions(bench.key_file(), static_cast<std::filesystem::perms>(0666));
    bench.work_of(bench.resource(endpoint, {"A"}));
    CHECK_THAT(bench.lines(), contains_text(bench.key_file().string()));
    resource_bench other;
    other.work_of(other.resource(endpoint, {"A"}));
    CHECK(other.lines().empty());
}

TEST_CASE("a resumed run has the unfinished projects, a choice of them, or further ones",
          "[tool][resource_run]") {
    struct row {
        texts chosen;
        std::size_t size;
    };
    for (const row& each : {row{{}, 2}, row{{"Open"}, 1}, row{{"Done"}, 0}, row{{"New"}, 1}}) {
        CAPTURE(each.chosen);
        resource_bench bench;
        bench.set.resume.emplace();
        report_line done = resource_bench::line("Done", export_outcome::exported);
        done.file = (bench.out() / "Done.json").string();
        bench.write_report({done, resource_bench::line("Open", export_outcome::unfinished),
                            resource_bench::line("Bad", export_outcome::failed)});
        write_content(bench.out() / "Done.json", "{}");
        const resource_run& run = bench.work_of(bench.resource(endpoint, each.chosen));
        CHECK(resource_bench::sizes(run) == counts{each.size});
    }
}

TEST_CASE("a resumed run whose report has no project of the resource is rejected",
          "[tool][resource_run]") {
    resource_bench bench;
    bench.set.resume.emplace();
    report_line other = resource_bench::line("A", export_outcome::unfinished);
    other.endpoint = "https://b.example";
    bench.write_report({other});
    CHECK_THROWS_WITH(bench.work_of(bench.resource(endpoint)),
                      contains_text("names no project of this resource: name projects, or give "
                                    "--all"));
    CHECK_NOTHROW(bench.work_of(bench.resource(endpoint, {"A"})));
}

TEST_CASE("the report of a restore is not resumed", "[tool][resource_run]") {
    for (const char* const resource : {endpoint, "https://b.example"}) {
        resource_bench bench;
        bench.set.resume.emplace();
        bench.set.all = true;
        report_line restored = resource_bench::line("A", export_outcome::unfinished);
        restored.endpoint = resource;
        restored.file = "A.json";
        bench.write_report({restored});
        CHECK_THROWS_WITH(bench.work_of(bench.resource(endpoint, {"A"})),
                          "--resume: '" + bench.report().string() +
                              "' is the report of a restore: name that of the backup");
    }
}

TEST_CASE("all projects of each surface are listed and exported", "[tool][resource_run]") {
    resource_bench bench;
    bench.set.all = true;
    bench.service().add_project(quick_project("Text"));
    bench.service().add_project(quick_project("Talk", sample_kind::conversation));
    bench.service().add_project(quick_project("FAQ", sample_kind::question_answering));
    const backup_resource one = bench.all_of_service();
    resource_run& run = bench.work_of(one);
    CHECK(resource_bench::sizes(run) == counts{0, 0}); // they are not known yet
    CHECK(run.lanes() == 0);
    bench.export_all(one);
    CHECK(resource_bench::sizes(run) == counts{1, 1});
    CHECK(bench.results() == std::set<std::string>{"Talk.json", "Text.json"});
    CHECK(bench.outcomes() == outcomes{{"Text", "exported"}, {"Talk", "exported"}});
    CHECK_FALSE(bench.session().has_failed);
    // A run that is interrupted before the list is known covers these surfaces.
    const auto known = langexport::export_report::read(bench.report());
    CHECK(known.has_scope({one.endpoint, "analyze-text", ""}));
    CHECK(known.has_scope({one.endpoint, "analyze-conversations", ""}));
}

TEST_CASE("a run that was interrupted before its list lists the projects again",
          "[tool][resource_run]") {
    resource_bench bench;
    bench.set.resume.emplace();
    bench.service().add_project(quick_project("A"));
    backup_resource one = bench.resource(bench.service().endpoint());
    bench.write_report({}, {{one.endpoint, "analyze-text", ""}});
    bench.export_all(one);
    CHECK(bench.outcomes() == outcomes{{"A", "exported"}});
}

TEST_CASE("a project of two surfaces has two files, and the run fails", "[tool][resource_run]") {
    resource_bench bench;
    bench.set.all = true;
    bench.set.resume.emplace();
    // The emulator keeps one project for each name, so the report names the other one.
    bench.service().add_project(quick_project("Home"));
    backup_resource one = bench.all_of_service();
    report_line other =
        resource_bench::line("Home", export_outcome::unfinished, "analyze-conversations");
    other.endpoint = one.endpoint;
    bench.write_report({other});
    bench.export_all(one);
    CHECK(bench.results() == std::set<std::string>{"Home~analyze-text.json"});
    CHECK(bench.session().has_failed);
    CHECK_THAT(bench.lines(), contains_text("several surfaces have a project 'Home'") &&
                                  contains_text("Export each --surface into a folder of its own"));
}

TEST_CASE("at most as many surfaces export at the same time as exports may",
          "[tool][resource_run]") {
    resource_bench bench;
    bench.set.max_in_flight = 1;
    bench.set.all = true;
    bench.service().add_project(quick_project("Text"));
    bench.service().add_project(quick_project("Talk", sample_kind::conversation));
    const backup_resource one = bench.all_of_service();
    resource_run& run = bench.work_of(one);
    bench.export_all(one);
    CHECK(run.lanes() == 1);
    CHECK(bench.results().size() == 2); // the lane exports one surface after the other
}

TEST_CASE("a resource without projects is a failure unless it is expected",
          "[tool][resource_run]") {
    for (const bool is_expected : {false, true}) {
        CAPTURE(is_expected);
        resource_bench bench;
        bench.set.all = true;
        bench.set.allow_empty = is_expected;
        const backup_resource one = bench.all_of_service();
        bench.export_all(one);
        CHECK(bench.session().has_failed == !is_expected);
        const std::string shown = bench.lines();
        if (is_expected)
            CHECK(shown.empty());
        else
            CHECK_THAT(shown,
                       contains_text(one.endpoint + " has no project (surfaces: analyze-text, "
                                                    "analyze-conversations). If that is right, "
                                                    "use --allow-empty"));
    }
}

TEST_CASE("a surface that the resource does not offer is no failure", "[tool][resource_run]") {
    resource_bench bench;
    bench.set.all = true;
    bench.service().add_project(quick_project("Talk", sample_kind::conversation));
    bench.service().on(langexport::testing::call_kind::listing, 1,
                       langexport::testing::canned_response(404));
    const backup_resource one = bench.all_of_service();
    bench.export_all(one);
    CHECK_FALSE(bench.session().has_failed);
    CHECK(bench.results() == std::set<std::string>{"Talk.json"});
    CHECK_THAT(bench.lines(),
               contains_text("analyze-text is not offered by " + one.endpoint + " (HTTP 404)"));
}

TEST_CASE("a rejected key stops the list of every surface", "[tool][resource_run]") {
    resource_bench bench;
    bench.set.all = true;
    bench.set_key("another-key-that-is-not-valid");
    bench.service().add_project(quick_project("Text"));
    const backup_resource one = bench.all_of_service();
    bench.export_all(one);
    CHECK(bench.session().has_failed);
    CHECK(bench.session().has_left);
    const std::string shown = bench.lines();
    CHECK_THAT(shown, contains_text("the projects of analyze-text are not known: ") &&
                          contains_text("nothing more is submitted to " + one.endpoint) &&
                          !contains_text("has no project"));
    CHECK(shown.find("analyze-conversations are not known") == std::string::npos);
    CHECK(bench.results().empty());
}

TEST_CASE("a list that fails for one surface does not stop the next one", "[tool][resource_run]") {
    resource_bench bench;
    bench.set.all = true;
    bench.service().add_project(quick_project("Talk", sample_kind::conversation));
    bench.service().on(langexport::testing::call_kind::listing, 1,
                       langexport::testing::canned_response(403));
    bench.export_all(bench.all_of_service());
    CHECK(bench.session().has_failed);
    CHECK_THAT(bench.lines(), contains_text("the projects of analyze-text are not known: ") &&
                                  !contains_text("nothing more is submitted"));
    CHECK(bench.results() == std::set<std::string>{"Talk.json"});
}

TEST_CASE("a file that two surfaces shared is deleted once each has its own",
          "[tool][resource_run]") {
    resource_bench bench;
    bench.set.all = true;
    bench.set.resume.emplace();
    bench.service().add_project(quick_project("Home"));
    backup_resource one = bench.all_of_service();
    report_line other =
        resource_bench::line("Home", export_outcome::exported, "analyze-conversations");
    other.endpoint = one.endpoint;
    other.file = (bench.out() / "Home~analyze-conversations.json").string();
    bench.write_report({other});
    write_content(bench.out() / "Home~analyze-conversations.json", "{}");
    write_content(bench.out() / "Home.json", "shared");
    std::filesystem::last_write_time(bench.out() / "Home.json",
                                     std::filesystem::file_time_type::clock::now() -
                                         std::chrono::hours(1));
    bench.export_all(one);
    CHECK(bench.results() ==
          std::set<std::string>{"Home~analyze-conversations.json", "Home~analyze-text.json"});
    CHECK_THAT(bench.lines(), contains_text("deleted " + (bench.out() / "Home.json").string()));
}

} // namespace resource_run_test
