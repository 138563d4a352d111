// The backup tool: the manifest of a folder, --verify, removed projects, and the choice of projects.

#include "examples/tool_bench.hpp"

#include <langexport/report/file_digest.hpp>
#include <langexport/report/manifest.hpp>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <set>
#include <string>

namespace export_projects_manifest_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;
using testing::call_kind;
using testing::canned_response;
using testing::occurrences;
using testing::request_record;
namespace fs = std::filesystem;

namespace {

// A service with a project of each surface.
class manifest_bench : public tool_bench {
public:
    manifest_bench() {
        add("Text", testing::sample_kind::single_label_classification);
        add("Orch", testing::sample_kind::orchestration);
        add("FAQ", testing::sample_kind::question_answering);
    }

    void add(const std::string& name,
             testing::sample_kind kind = testing::sample_kind::single_label_classification) {
        testing::project project = project_of(name, 1ms);
        project.kind = kind;
        service.add_project(project);
    }
    std::string text() const { return content_of(folder / "out" / manifest::usual_name); }
    manifest now() const { return manifest::parse(text()); }
    std::string names() const {
        std::string names;
        const manifest all = now();
        for (const manifest_entry& entry : all.projects())
            names.append(entry.name).append(" ");
        return names;
    }
    int verify() { return run_plainly({"--verify", (folder / "out").string()}); }
    void hide_surface(const std::string& surface) {
        service.on(call_kind::listing, occurrences::always(), canned_response(404, "{}"),
                   [surface](const request_record& request) {
                       return request.target.find(surface) != std::string::npos;
                   });
    }
};

} // namespace

TEST_CASE("each run writes a manifest of the folder", "[tool][manifest]") {
    manifest_bench b;
    b.add("manifest");
    CHECK(b.run({"--all"}) == 0);
    const manifest all = b.now();
    CHECK(all.resource == b.service.endpoint());
    CHECK(b.names() == "FAQ Orch Text manifest ");
    const manifest_entry* text = all.find("Text", "analyze-text");
    REQUIRE(text);
    CHECK(text->kind == "CustomSingleLabelClassification");
    CHECK(text->api_version == usual_api_version(project_surface::analyze_text));
    CHECK(text->container == "documents");
    CHECK(text->documents == 5);
    CHECK(text->last_modified);
    const file_digest digest = digest_of(b.folder / "out/Text.json");
    CHECK(text->bytes == digest.bytes);
    CHECK(text->sha256 == digest.sha256);
    const manifest_entry* orchestration = all.find("Orch", "analyze-conversations", "Conversation");
    REQUIRE(orchestration);
    CHECK(orchestration->references == texts{"Orders", "Questions"});
    CHECK(all.find("FAQ", "query-knowledgebases", "json"));
    CHECK(b.is_exported("%6danifest.json", "manifest"));
    CHECK(b.verify() == 0);
    CHECK(b.out.empty());
}

TEST_CASE("a manifest stays the same until a project changes", "[tool][manifest]") {
    manifest_bench b;
    CHECK(b.run({"--all"}) == 0);
    const std::string first = b.text();
    CHECK(b.run({"--all"}) == 0);
    CHECK(b.run({"Text"}) == 0);
    CHECK(b.run({"--resume"}) == 0);
    CHECK(b.text() == first);
    // A run over some projects keeps the others, and a failed project keeps its old entry.
    testing::project longer = project_of("Text", 1ms);
    longer.documents = 6;
    b.service.add_project(longer);
    b.service.remove_project("FAQ");
    CHECK(b.run({"Text"}) == 0);
    CHECK(b.run({"--surface", "query-knowledgebases", "FAQ"}) == 1);
    CHECK(b.names() == "FAQ Orch Text ");
    const manifest before = manifest::parse(first), after = b.now();
    CHECK(after.find("Text", "analyze-text")->documents == 6);
    CHECK(after.find("Text", "analyze-text")->exported_at >
          before.find("Text", "analyze-text")->exported_at);
    CHECK(*after.find("FAQ", "query-knowledgebases", "json") ==
          *before.find("FAQ", "query-knowledgebases", "json"));
    CHECK(b.verify() == 0);
}

TEST_CASE("--verify prints a line for each difference, offline", "[tool][verify]") {
    manifest_bench b;
    CHECK(b.verify() == 2);
    CHECK_THAT(b.err, contains_text("is not a folder"));
    CHECK(b.run({"--all"}) == 0);
    write_content(b.folder / "out/Text.json", "{}");
    fs::remove(b.folder / "out/FAQ.json");
    write_content(b.folder / "out/Mine.json", "{}");
    const auto requests = b.service.counters().requests;
    CHECK(b.verify() == 1);
    CHECK_THAT(b.out, contains_text("missing     FAQ.json: the file of project 'FAQ'") &&
                          contains_text("unknown     Mine.json") &&
                          contains_text("changed     Text.json: it has 2 bytes"));
    CHECK_THAT(b.err, contains_text("3 differences"));
    CHECK(b.run_plainly({"--quiet", "--verify=" + (b.folder / "out").string()}) == 1);
    CHECK(b.err.empty());
    CHECK(b.run_plainly({"--verify", (b.folder / "out").string(), "--all"}) == 2);
    CHECK_THAT(b.err, contains_text("--verify DIR allows only --quiet"));
    write_content(b.folder / "out/manifest.json", "{}");
    CHECK(b.verify() == 2);
    CHECK_THAT(b.err, contains_text("Restore the file, or delete it"));
    CHECK(b.service.counters().requests == requests);
    CHECK(b.run({"--all"}) == 2);
    CHECK_THAT(b.err, contains_text("Rename or delete the file"));
    CHECK(b.service.counters().requests == requests);
}

TEST_CASE("a removed project is named, and its file stays until --prune", "[tool][removed]") {
    manifest_bench b;
    b.add("Old");
    CHECK(b.run({"--all"}) == 0);
    b.service.remove_project("Old");
    write_content(b.folder / "out/Mine.json", "{}");
    const auto says_removed = [&] {
        return b.err.find("removed     Old: analyze-text lists it no longer") != std::string::npos;
    };
    // Options that hide it.
    CHECK(b.run({"Text"}) == 0);
    CHECK_FALSE(says_removed());
    CHECK(b.run({"--all", "--exclude", "O*"}) == 0);
    CHECK_FALSE(says_removed());
    CHECK(b.run({"--include", "T*"}) == 0);
    CHECK_FALSE(says_removed());
    CHECK(b.run({"--all", "--surface", "query-knowledgebases"}) == 0);
    CHECK_FALSE(says_removed());
    CHECK(b.run({"--all", "--dry-run"}) == 0);
    CHECK_THAT(b.out, contains_text("removed\tanalyze-text\tOld\tOld.json\n"));

    CHECK(b.run({"--all", "--report", b.report()}) == 0);
    CHECK(says_removed());
    CHECK_THAT(b.err, contains_text("Old.json stays (--prune deletes it)"));
    CHECK_THAT(content_of(b.report()),
               contains_text(R"("removed":[{"project":"Old","surface":"analyze-text",)"
                             R"("file":"Old.json"}])"));
    CHECK(b.names() == "FAQ Old Orch Text ");
    CHECK(b.run({"--resume", b.report()}) == 0);
    CHECK_THAT(b.err, contains_text("nothing was left to do"));
    CHECK(b.files().count("Old.json") == 1);

    CHECK(b.run({"--all", "--quiet"}) == 0);
    CHECK(says_removed());

    CHECK(b.run({"--all", "--prune", "--quiet", "--report", b.report()}) == 0);
    CHECK(says_removed());
    CHECK_THAT(b.err, contains_text("; deleted ") && contains_text("/Old.json\n"));
    CHECK_THAT(content_of(b.report()), contains_text(R"("deleted":true)"));
    CHECK(b.files() == std::set<std::string>{"FAQ.json", "Mine.json", "Orch.json", "Text.json"});
    CHECK(b.names() == "FAQ Orch Text ");
    CHECK(b.run({"--all", "--prune"}) == 0);
    CHECK_FALSE(says_removed());
}

TEST_CASE("a surface that has become unavailable fails the run", "[tool][removed]") {
    manifest_bench b;
    CHECK(b.run({"--all"}) == 0);
    b.hide_surface("query-knowledgebases");
    CHECK(b.run({"--all", "--prune"}) == 1);
    CHECK_THAT(b.err, contains_text("query-knowledgebases is not offered by") &&
                          contains_text("has 1 project of it") && contains_text("--surface"));
    CHECK(b.files().count("FAQ.json") == 1);
    CHECK(b.names() == "FAQ Orch Text ");
    CHECK(b.run({"--all", "--dry-run"}) == 1);
    CHECK(b.run({"--all", "--surface", "analyze-text"}) == 0);
}

TEST_CASE("an empty list removes nothing", "[tool][removed]") {
    manifest_bench b;
    CHECK(b.run({"--all"}) == 0);
    b.service.remove_project("Text");
    CHECK(b.run({"--all", "--prune"}) == 0);
    CHECK_THAT(b.err, contains_text("analyze-text lists no project, but the manifest has 1"));
    CHECK(b.files().count("Text.json") == 1);
    CHECK(b.names() == "FAQ Orch Text ");
}

TEST_CASE("globs choose among all projects", "[tool][choice]") {
    manifest_bench b;
    b.add("Tickets");
    CHECK(b.run({"--include", "T*", "--include", "F*", "--exclude", "*xt"}) == 0);
    CHECK(b.files() == std::set<std::string>{"FAQ.json", "Tickets.json"});
    CHECK(b.run({"--all", "--include", "None*"}) == 1);
    CHECK_THAT(b.err, contains_text("--include and --exclude leave no project of"));
    CHECK(b.run({"--all", "--include", "None*", "--allow-empty"}) == 0);
    CHECK(b.run({"--include", "T*", "Text"}) == 2);
    CHECK_THAT(b.err, contains_text("name projects, or use these options"));
    CHECK(b.run({"--prune", "Text"}) == 2);
    CHECK(b.run({"--list", "--dry-run", "--all"}) == 2);
    CHECK(b.run({"--list", "--resume"}) == 2);
}

TEST_CASE("--list prints what would be exported, and writes nothing", "[tool][choice]") {
    manifest_bench b;
    CHECK(b.run({"--list", "--all"}) == 0);
    CHECK(b.out == "analyze-text\tText\nanalyze-conversations\tOrch\nquery-knowledgebases\tFAQ\n");
    CHECK(b.err.empty());
    CHECK(b.run({"--list", "--json", "--include", "O*"}) == 0);
    CHECK(b.out == R"({"project":"Orch","surface":"analyze-conversations","kind":"Orchestration",)"
                   R"("endpoint":")" +
                       b.service.endpoint() + "\"}\n");
    CHECK(b.run({"--list", "A", "B"}) == 0);
    CHECK(b.out == "analyze-text\tA\nanalyze-text\tB\n");
    CHECK(b.run({"--dry-run", "Text"}) == 0);
    CHECK(b.out == "export\tanalyze-text\tText\tText.json\n");
    CHECK_FALSE(fs::exists(b.folder / "out"));
    CHECK(b.service.counters().jobs_created == 0);
    b.service.on(call_kind::listing, occurrences::always(), canned_response(403, "{}"));
    CHECK(b.run({"--list", "--all"}) == 1);
    CHECK_THAT(b.err, contains_text("the projects of analyze-text are not known"));
}

TEST_CASE("--json prints the lines of the report during a run", "[tool][choice]") {
    manifest_bench b;
    CHECK(b.run({"--json", "--all"}) == 0);
    CHECK(b.out == content_of(b.folder / "out/.langexport/report.jsonl"));
    CHECK(b.out.starts_with(R"({"v":1,"run":)"));
    CHECK_THAT(b.out, contains_text(R"("outcome":"exported")"));
}

TEST_CASE("--trained-model exports the state of a model", "[tool][choice]") {
    manifest_bench b;
    testing::project project = project_of("Trained", 1ms);
    project.trained_models = {"v1"};
    b.service.add_project(project);
    CHECK(b.run({"--trained-model", "v1", "Trained"}) == 0);
    CHECK(b.run({"--trained-model", "v2", "Trained"}) == 1);
    CHECK(b.run({"--trained-model", "v1", "--surface", "query-knowledgebases", "FAQ"}) == 2);
    CHECK_THAT(b.err, contains_text("knowledge bases have no trained models"));
    // All surfaces that have models.
    CHECK(b.run({"--trained-model", "v1", "--list", "--all"}) == 0);
    CHECK(b.out.find("FAQ") == std::string::npos);
}

TEST_CASE("the manifest is right after a run that was killed", "[tool][manifest][killed]") {
    manifest_bench b;
    CHECK(b.run({"--all"}) == 0);
    testing::project longer = project_of("Text", 1ms), slow = project_of("Slow", 1h);
    longer.documents = 6;
    b.service.add_project(longer);
    b.service.add_project(slow);
    {
        const auto tool = b.start({"--all", "--api-version", "analyze-text=2022-05-01"});
        REQUIRE(tool->wait_until([&] {
            const std::string report = content_of(b.usual_report());
            const std::size_t run = report.rfind("\"run\"");
            return run != report.find("\"run\"") &&
                   report.find("\"project\":\"Text\",\"outcome\":\"exported\"", run) !=
                       std::string::npos;
        }));
        tool->send(SIGKILL);
        tool->wait();
    }
    CHECK(b.verify() == 1);
    slow.job_duration = 1ms;
    b.service.add_project(slow);
    CHECK(b.run({"FAQ", "--surface", "query-knowledgebases"}) == 0);
    CHECK(b.verify() == 0);
    CHECK(b.now().find("Text", "analyze-text")->documents == 6);
    CHECK(b.now().find("Text", "analyze-text")->api_version == "2022-05-01");
}

} // namespace export_projects_manifest_test
