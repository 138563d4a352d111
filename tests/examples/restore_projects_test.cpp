// The restore tool as a process: what it restores, and the sentences for bad input.

#include "examples/restore_tool_bench.hpp"

#include <langexport/report/file_digest.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>

namespace restore_projects_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;
using testing::call_kind;
using testing::canned_response;
using testing::occurrences;
namespace fs = std::filesystem;

namespace {

// Replaces a project of the folder, and its entry in the manifest.
void replace_document(const restore_tool_bench& b, const std::string& name,
                      const std::string& document) {
    const fs::path file = b.out() / manifest::usual_name;
    manifest all = manifest::read(file);
    manifest_entry entry;
    for (const manifest_entry& one : all.projects())
        if (one.name == name)
            entry = one;
    REQUIRE(entry.name == name);
    write_content(b.out() / entry.file, document);
    const file_digest digest = digest_of(b.out() / entry.file);
    entry.bytes = digest.bytes;
    entry.sha256 = digest.sha256;
    all.set(entry);
    all.write(file);
}

} // namespace

TEST_CASE("--if-exists says what to do with projects that the resource has", "[restore_tool]") {
    restore_tool_bench b;
    b.add("A");
    b.add("B");
    REQUIRE(b.back_up(b.from) == 0);
    b.to.service.add_project(project_of("A"));
    CHECK(b.restore() == 1);
    CHECK(b.err == "the resource already has 'A' of analyze-text: overwrite with --if-exists "
                   "replace, restore only the others with --if-exists skip, or continue an "
                   "interrupted restore with --resume and its report\n");
    CHECK(b.sent().empty());

    CHECK(b.restore({"--if-exists", "skip"}) == 0);
    CHECK(b.sent() == texts{"B"});
    CHECK_THAT(b.err, contains_text("skipped     A") && contains_text("imported    B"));

    b.to.service.clear_requests();
    CHECK(b.restore({"--if-exists", "replace"}) == 0);
    CHECK(b.sent().size() == 2);
    REQUIRE(b.back_up(b.to) == 0);
    CHECK(content_of(b.to.folder / "out/A.json") == content_of(b.out() / "A.json"));
}

TEST_CASE("an orchestration is restored after the projects that it leads to", "[restore_tool]") {
    restore_tool_bench b;
    b.add_targets();
    b.add("All", sample_kind::orchestration);
    b.add("Text");
    REQUIRE(b.back_up(b.from) == 0);
    CHECK(b.restore({"--dry-run"}) == 0);
    CHECK(b.printed == "import\tanalyze-conversations\tOrders\tOrders.json\n"
                       "import\tquery-knowledgebases\tQuestions\tQuestions.json\n"
                       "import\tanalyze-text\tText\tText.json\n"
                       "import\tanalyze-conversations\tAll\tAll.json\n");
    CHECK(b.sent().empty());
    CHECK(b.restore() == 0);
    REQUIRE(b.sent().size() == 4);
    CHECK(b.sent().back() == "All");
    CHECK_THAT(b.err, contains_text("put 5 documents, unchanged, into the container 'documents'"));
}

TEST_CASE("an orchestration whose target is missing is not restored", "[restore_tool]") {
    restore_tool_bench b;
    b.add_targets();
    b.add("All", sample_kind::orchestration);
    REQUIRE(b.back_up(b.from) == 0);
    CHECK(b.restore({"--exclude", "Orders"}) == 1);
    CHECK(b.err == "the orchestration 'All' leads to project 'Orders', which the resource does not "
                   "have: --include and --exclude must not leave it out; or leave it out: "
                   "--exclude All\n");
    CHECK(b.sent().empty());
    // The resource may have it already.
    testing::project target = project_of("Orders");
    target.kind = sample_kind::conversation;
    b.to.service.add_project(target);
    CHECK(b.restore({"--exclude", "Orders"}) == 0);
}

TEST_CASE("a file that does not match its entry stops a restore", "[restore_tool]") {
    restore_tool_bench b;
    b.add("A");
    b.add("B");
    REQUIRE(b.back_up(b.from) == 0);
    write_content(b.out() / "A.json", "{}");
    CHECK(b.restore() == 1);
    CHECK_THAT(b.err, contains_text("'A.json' of project 'A' is not the file that the manifest "
                                    "describes (it has 2 bytes, and the manifest says ") &&
                          contains_text("): restore the file from a copy, export the project "
                                        "again, or leave it out: --exclude A\n"));
    CHECK(b.to.service.requests().empty());
    CHECK(b.restore({"--exclude", "A"}) == 0);
    CHECK(b.sent() == texts{"B"});
}

TEST_CASE("a document of another surface stops a restore", "[restore_tool]") {
    restore_tool_bench b;
    b.add("A");
    b.add("Talk", sample_kind::conversation);
    REQUIRE(b.back_up(b.from) == 0);
    replace_document(b, "A", content_of(b.out() / "Talk.json"));
    CHECK(b.restore() == 1);
    CHECK(b.err == "'A.json' of project 'A' is a project of analyze-conversations, and the "
                   "manifest says analyze-text: export the project again, or leave it out: "
                   "--exclude A\n");
    CHECK(b.to.service.requests().empty());
}

TEST_CASE("a folder without a manifest is restored on request", "[restore_tool]") {
    restore_tool_bench b;
    b.add("A");
    b.add("Talk", sample_kind::conversation);
    b.add("FAQ", sample_kind::question_answering);
    REQUIRE(b.back_up(b.from) == 0);
    fs::remove(b.out() / manifest::usual_name);
    CHECK(b.restore() == 2);
    CHECK_THAT(b.err,
               contains_text("has no manifest.json: ") && contains_text("--without-manifest"));
    CHECK(b.restore({"--without-manifest"}) == 0);
    CHECK(b.sent().size() == 3);
    REQUIRE(b.back_up(b.to) == 0);
    for (const char* file : {"A.json", "Talk.json", "FAQ.json"})
        CHECK(content_of(b.to.folder / "out" / file) == content_of(b.out() / file));
}

TEST_CASE("a folder that is not that of a backup has status 2", "[restore_tool]") {
    restore_tool_bench b;
    b.add("A");
    REQUIRE(b.back_up(b.from) == 0);
    const std::string whole = content_of(b.out() / manifest::usual_name);
    write_content(b.out() / manifest::usual_name, "{");
    CHECK(b.restore() == 2);
    CHECK_THAT(b.err, contains_text("manifest.json") && contains_text("Restore the file"));
    CHECK(b.verify() == 2);
    fs::remove(b.out() / manifest::usual_name);
    CHECK(b.restore() == 2);
    CHECK(b.verify() == 2);
    fs::remove(b.out() / "A.json");
    CHECK(b.restore({"--without-manifest"}) == 2);
    CHECK_THAT(b.err, contains_text("has no project"));
    CHECK(b.to.service.requests().empty());
    // A difference between the folder and its manifest is a failure.
    write_content(b.out() / manifest::usual_name, whole);
    CHECK(b.restore() == 1);
    CHECK(b.verify() == 1);
    for (const char* option : {"--help", "-h"}) {
        b.restore({option});
        CHECK_THAT(b.printed, contains_text("2 wrong usage or\nsettings, or DIR is not the folder "
                                            "of a backup"));
    }
}

TEST_CASE("an import that the service rejects is explained", "[restore_tool]") {
    restore_tool_bench b;
    b.add("A");
    b.add("B");
    REQUIRE(b.back_up(b.from) == 0);
    std::string document = content_of(b.out() / "A.json");
    const std::string kind = "CustomSingleLabelClassification";
    for (std::size_t at = 0; (at = document.find(kind, at)) != document.npos;)
        document.replace(at, kind.size(), "CustomNonsense");
    replace_document(b, "A", document);
    CHECK(b.restore() == 1);
    INFO(b.err);
    CHECK_THAT(b.err,
               contains_text("failed      A") &&
                   contains_text("the import of project 'A' failed") &&
                   contains_text("the service says InvalidArgument: ") &&
                   contains_text("\"The project kind 'CustomNonsense' is not valid") &&
                   contains_text("; the service rejects 'metadata.projectKind'") &&
                   contains_text("imported    B") &&
                   contains_text("the restore is not complete: 1 of 2 projects restored, not 'A' "
                                 "of analyze-text") &&
                   contains_text("resume with: "));
}

TEST_CASE("a job that fails is explained, and imported again by the next run", "[restore_tool]") {
    restore_tool_bench b;
    b.add("A");
    REQUIRE(b.back_up(b.from) == 0);
    testing::project failing = project_of("", 10ms);
    failing.end = testing::job_end::failed;
    failing.errors.emplace_back("InvalidRequest", "The container does not exist.");
    failing.errors.back().target = "storageInputContainerName";
    b.to.service.set_import_pattern(failing);
    CHECK(b.restore() == 1);
    INFO(b.err);
    CHECK_THAT(b.err, contains_text("The container does not exist.") &&
                          contains_text("; the service rejects 'storageInputContainerName'") &&
                          contains_text("--resume"));
    b.to.service.set_import_pattern(project_of("", 10ms));
    CHECK(b.restore({"--resume", b.report()}) == 0);
    CHECK(b.sent() == texts{"A", "A"});
}

TEST_CASE("a stopped restore is resumed by its job's token", "[restore_tool]") {
    restore_tool_bench b(false, 1h);
    b.add("A");
    b.add("B");
    REQUIRE(b.back_up(b.from) == 0);
    const auto tool = b.start_restore({"--grace", "0s", "--max-in-flight", "1"});
    REQUIRE(tool->wait_until([&] {
        return b.to.service.counters().jobs_created == 1 && !content_of(b.report()).empty();
    }));
    REQUIRE(tool->wait_until(
        [&] { return content_of(b.report()).find("resume_token") != std::string::npos; }));
    tool->send(SIGTERM);
    CHECK(tool->wait() == 3);
    CHECK_THAT(tool->err(), contains_text("unfinished  A") &&
                                contains_text("its job continues at the service") &&
                                contains_text("1 not started") &&
                                contains_text("the restore is not complete: 0 of 2 projects"));
    b.to.service.set_import_pattern(project_of("", 10ms));
    // The job of A does not end, so its import is not sent again.
    const auto resumed = b.start_restore({"--resume", b.report(), "--grace", "0s"});
    REQUIRE(resumed->wait_until(
        [&] { return content_of(b.report()).find("\"imported\"") != std::string::npos; }));
    resumed->send(SIGTERM);
    CHECK(resumed->wait() == 3);
    CHECK(b.sent() == texts{"A", "B"});
}

TEST_CASE("a restore that another run prevents has a status of its own", "[restore_tool]") {
    restore_tool_bench b(false, 1h);
    b.add("A");
    REQUIRE(b.back_up(b.from) == 0);
    const auto tool = b.start_restore({"--grace", "0s"});
    REQUIRE(tool->wait_until([&] { return b.to.service.counters().jobs_created == 1; }));
    CHECK(b.restore() == 4);
    CHECK_THAT(b.err, contains_text("in use by process"));
    CHECK(b.back_up(b.from) == 4);
    tool->send(SIGTERM);
    CHECK(tool->wait() == 3);
}

TEST_CASE("tables of knowledge bases are restored in their format", "[restore_tool]") {
    restore_tool_bench b;
    const std::string format = GENERATE("tsv", "excel");
    b.add("FAQ", sample_kind::question_answering);
    REQUIRE(b.back_up(b.from, {"--surface", "query-knowledgebases", "--format", format, "FAQ"}) ==
            0);
    CHECK(b.restore() == 0);
    REQUIRE(b.back_up(b.to, {"--surface", "query-knowledgebases", "--format", format, "FAQ"}) == 0);
    CHECK(b.from.files() == b.to.files());
    for (const std::string& file : b.from.files())
        CHECK(content_of(b.to.folder / "out" / file) == content_of(b.out() / file));
}

TEST_CASE("wrong usage of the restore tool has status 2", "[restore_tool]") {
    restore_tool_bench b;
    CHECK(b.restore() == 2); // no folder
    CHECK_THAT(b.err, contains_text("is not a folder"));
    b.add("A");
    REQUIRE(b.back_up(b.from) == 0);
    CHECK(b.restore({"--if-exists", "ask"}) == 2);
    CHECK(b.restore({"another-folder"}) == 2);
    CHECK_THAT(b.err, contains_text("name one folder of projects"));
    CHECK(b.restore({"--resume", (b.out() / "none.jsonl").string()}) == 2);
    CHECK(b.restore({"--resume", b.from.usual_report()}) == 2);
    CHECK_THAT(b.err, contains_text("is the report of a backup"));
    CHECK(b.restore({"--include", test_key}) == 2);
    CHECK(b.to.service.requests().empty());
}

} // namespace restore_projects_test
