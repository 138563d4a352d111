#include "examples/tool/restore_check.hpp"

#include "examples/tool/restore_bench.hpp"
#include "support/catch.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>

namespace restore_check_test {

using namespace tool;
using namespace langexport_tests;

namespace {

class check_bench : public restore_files {
public:
    restorable_files read(bool without_manifest = false) const {
        return read_restorable(out(), filter, without_manifest);
    }
    std::string failure(bool without_manifest = false) const {
        try {
            read(without_manifest);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return {};
    }
    // The only problem.
    std::string problem(bool without_manifest = false) const {
        const restorable_files files = read(without_manifest);
        REQUIRE(files.problems.size() == 1);
        return files.problems.front();
    }

    name_filter filter;
};

texts names_in(const restorable_files& files) {
    texts names;
    for (const manifest_entry& one : files.projects)
        names.push_back(one.name);
    return names;
}

} // namespace

TEST_CASE("the projects of a manifest can be restored, and the options choose among them",
          "[tool][restore_check]") {
    check_bench b;
    b.add("A");
    b.add("B", "analyze-conversations");
    b.add("C");
    CHECK(names_in(b.read()) == texts{"A", "B", "C"});
    b.filter.exclude = {"B"};
    const restorable_files some = b.read();
    CHECK(names_in(some) == texts{"A", "C"});
    CHECK(some.left_out == texts{"B"});
    CHECK(some.problems.empty());
    CHECK(some.notes.empty());
}

TEST_CASE("a file that does not match its manifest is named with what to do",
          "[tool][restore_check]") {
    check_bench b;
    b.add("A");
    write_content(b.out() / "A.json", "{}");
    CHECK_THAT(b.problem(), contains_text("'A.json' of project 'A'") &&
                                contains_text("it has 2 bytes, and the manifest says") &&
                                contains_text("restore the file from a copy, export the project "
                                              "again, or leave it out: --exclude A"));
    std::filesystem::remove(b.out() / "A.json");
    CHECK_THAT(b.problem(), contains_text("is missing"));
    // Files of projects that are not chosen do not matter.
    b.add("B");
    b.filter.include = {"B"};
    CHECK(b.read().problems.empty());
}

TEST_CASE("a document of another surface is not sent", "[tool][restore_check]") {
    check_bench b;
    b.add("A", "analyze-text", document_of("A", "Conversation"));
    CHECK_THAT(b.problem(),
               contains_text("'A.json' of project 'A' is a project of analyze-conversations, and "
                             "the manifest says analyze-text: export the project again"));
}

TEST_CASE("a surface that this program does not know is not sent", "[tool][restore_check]") {
    check_bench b;
    b.add("A", "analyze-music");
    CHECK_THAT(b.problem(),
               contains_text("of surface 'analyze-music'") && contains_text("use a newer one"));
}

TEST_CASE("files that the manifest does not name are mentioned", "[tool][restore_check]") {
    check_bench b;
    b.add("A");
    write_content(b.out() / "B.json", document_of("B"));
    CHECK(b.read().notes == texts{"'B.json' is not restored: the manifest does not name it"});
}

TEST_CASE("of a project in two formats, the usual one is restored", "[tool][restore_check]") {
    check_bench b;
    b.add("FAQ", "query-knowledgebases", "PK").format = "excel";
    b.entries.back().file = "FAQ.xlsx";
    std::filesystem::rename(b.out() / "FAQ.json", b.out() / "FAQ.xlsx");
    b.add("FAQ", "query-knowledgebases", "{}").format = "json";
    b.write_manifest();
    const restorable_files files = b.read();
    REQUIRE(files.projects.size() == 1);
    CHECK(files.projects[0].file == "FAQ.json");
    CHECK(files.notes == texts{"'FAQ.xlsx' is not restored: 'FAQ.json' is the same project"});
}

TEST_CASE("a folder without a manifest needs an option", "[tool][restore_check]") {
    check_bench b;
    CHECK_THAT(b.failure(),
               contains_text("has no manifest.json") && contains_text("--without-manifest"));
    CHECK_THAT(b.failure(true), contains_text("has no project"));
    write_content(b.out() / "A.json", document_of("My A"));
    write_content(b.out() / "B.json", document_of("B"));
    CHECK(names_in(b.read(true)) == texts{"B", "My A"});
    write_content(b.out() / "notes.txt", "hello");
    CHECK_THAT(b.problem(true), contains_text("'notes.txt'"));
    b.filter.include = {"My*"};
    const restorable_files some = b.read(true);
    CHECK(some.problems.empty());
    CHECK(names_in(some) == texts{"My A"});
    b.filter.include = {"C"};
    CHECK_THAT(b.failure(true), contains_text("--include and --exclude leave no project"));
}

TEST_CASE("two files of one project are not both restored", "[tool][restore_check]") {
    check_bench b;
    write_content(b.out() / "A.json", document_of("A"));
    write_content(b.out() / "copy.json", document_of("A"));
    CHECK_THAT(b.problem(true), contains_text("'A.json' and 'copy.json' are both project 'A'"));
}

} // namespace restore_check_test
