// The folder of exported projects: its lock, its hidden folder, and the names of its files.

#include "examples/tool/backup_folder.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <cctype>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace backup_folder_test {

using namespace langexport;
using namespace tool;
using namespace langexport_tests;
namespace fs = std::filesystem;

TEST_CASE("a backup folder is created, and locked by one run at a time", "[backup_folder]") {
    const temporary_folder folder;
    const fs::path where = folder / "a/b";
    {
        const backup_folder first(where);
        CHECK(first.path() == where);
        CHECK_THROWS_AS(backup_folder(where), folder_in_use);
    }
    const backup_folder next(where);
    write_content(folder / "file", "");
    CHECK_THROWS_AS(backup_folder(folder / "file"), file_error);
}

TEST_CASE("the files of the tool itself are in one hidden folder that version control ignores",
          "[backup_folder]") {
    const temporary_folder folder;
    const auto old = ::umask(0);
    const fs::path own = folder / ".langexport";
    {
        backup_folder backups(folder.path());
        ::umask(old);
        CHECK(folder.names() == std::set<std::string>{".langexport"});
        CHECK(fs::status(own).permissions() == fs::perms::owner_all);
        CHECK(content_of(own / ".gitignore") == "*\n");
        CHECK(fs::exists(own / "lock"));
        CHECK(backups.request_journal() == own / "requests");
        CHECK(backups.report() == own / "report.jsonl");
    }
    CHECK_FALSE(fs::exists(own / "lock"));
    // A file that the user has changed stays.
    write_content(own / ".gitignore", "requests\n");
    const backup_folder again(folder.path());
    CHECK(content_of(own / ".gitignore") == "requests\n");
}

TEST_CASE("a run deletes incomplete files of earlier runs", "[backup_folder]") {
    const temporary_folder folder;
    const fs::path own = folder / ".langexport";
    fs::create_directory(own);
    fs::permissions(own, static_cast<fs::perms>(0755)); // as version 0.1 created it
    write_content(own / ".Big.json.part", "half");
    write_content(own / ".Gone.tsv.part", "half of one that is no longer named");
    write_content(own / "report.jsonl", "");
    write_content(own / "lock", "of a process that was killed");
    // The place of incomplete files in version 0.1.
    write_content(folder / ".langexport.lock", "process 4711 on build-7");
    write_content(folder / ".A.json.part", "half");
    write_content(folder / ".vimrc.part", "of another user");
    backup_folder backups(folder.path());
    backups.plan(export_report(), {"A"}, "", "");
    CHECK(folder.names() == std::set<std::string>{".langexport", ".vimrc.part"});
    CHECK(fs::status(own).permissions() == fs::perms::owner_all);
    std::set<std::string> kept;
    for (const auto& entry : fs::directory_iterator(own))
        kept.insert(entry.path().filename().string());
    CHECK(kept == std::set<std::string>{".gitignore", "lock", "report.jsonl"});
}

TEST_CASE("files that version 0.1 or another program is writing are not deleted",
          "[backup_folder]") {
    const temporary_folder folder;
    {
        const folder_lock old_run(folder.path());
        CHECK_THROWS_AS(backup_folder(folder.path()), folder_in_use);
    }
    backup_folder backups(folder.path());
    atomic_file other(folder / "A.json");
    other.write("of another program");
    backups.plan(export_report(), {"A"}, "", "");
    CHECK(other.commit());
    CHECK(content_of(folder / "A.json") == "of another program");
}

TEST_CASE("a hidden folder that does not belong to the user is rejected with the reason",
          "[backup_folder]") {
    const temporary_folder folder;
    const fs::path own = folder / ".langexport";
    const auto rejection = [&] {
        try {
            backup_folder backups(folder.path());
        } catch (const file_error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    SECTION("a link") {
        fs::create_directory(folder / "elsewhere");
        fs::create_directory_symlink("elsewhere", own);
        CHECK_THAT(rejection(), contains_text("it is a link or a file"));
        CHECK(fs::is_empty(folder / "elsewhere"));
    }
    SECTION("a dangling link") {
        fs::create_symlink("nowhere", own);
        CHECK_FALSE(rejection().empty());
        CHECK_FALSE(fs::exists(folder / "nowhere"));
    }
    SECTION("a file") {
        write_content(own, "x");
        CHECK_THAT(rejection(), contains_text("it is a link or a file"));
        CHECK(content_of(own) == "x");
    }
    SECTION("a folder of another user") {
        fs::create_directory(own);
        if (::geteuid() != 0 || ::chown(own.c_str(), 65534, 65534) != 0) {
            WARN("not tested: only root can prepare this");
            return;
        }
        CHECK_THAT(rejection(), contains_text("it belongs to another user"));
        CHECK(fs::is_empty(own));
    }
}

TEST_CASE("each project of a plan has its own file, different from the report", "[backup_folder]") {
    const temporary_folder folder;
    backup_folder backups(folder.path());
    const auto plan = backups.plan(export_report(), {"A", "a", "B"}, "", folder / "report.jsonl");
    REQUIRE(plan.size() == 3);
    CHECK(backups.file_of("B") == folder / "B.json");
    const auto lower = [](const fs::path& file) {
        std::string name = file.filename().string();
        for (char& c : name)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        return name;
    };
    CHECK(lower(backups.file_of("A")) !=
          lower(backups.file_of("a"))); // the same file on a disk that ignores case
    CHECK_THROWS_WITH(backups.plan(export_report(), {"C"}, "", folder / "C.json"),
                      contains_text("is also where project 'C' goes"));
    backups.reserve(folder / "./D.json");
    backups.reserve("");
    CHECK_THROWS_WITH(backups.with_another_plan().plan(export_report(), {"D"}, "", ""),
                      contains_text("is also where project 'D' goes"));
}

TEST_CASE("a file that gets a number in its name is renamed", "[backup_folder]") {
    const temporary_folder folder;
    const auto names_of = [&](const std::vector<std::string>& projects) {
        backup_folder backups(folder.path());
        std::vector<std::string> names;
        for (const planned_export& one : backups.plan(export_report(), projects, "", ""))
            names.push_back(one.file_name);
        return names;
    };
    write_content(folder / "UPPER.json", "of UPPER");
    // A project whose name differs only in case appears. The existing file is renamed, and stays until the new
    // result replaces it.
    const auto both = names_of({"UPPER", "upper"});
    CHECK(both[0].starts_with("UPPER~"));
    CHECK(both[1].starts_with("upper~"));
    CHECK(folder.names() == std::set<std::string>{".langexport", both[0]});
    CHECK(content_of(folder / both[0]) == "of UPPER");
    // Without the second project the name stays.
    CHECK(names_of({"UPPER"}) == std::vector<std::string>{both[0]});
    CHECK(names_of({"upper", "UPPER"}) == std::vector<std::string>{both[1], both[0]});
    CHECK(folder.names() == std::set<std::string>{".langexport", both[0]});

    // If both files exist, as after an older version, the newer one is used.
    const auto now = fs::file_time_type::clock::now();
    for (const bool is_plain_newer : {false, true}) {
        write_content(folder / "UPPER.json", "plain");
        write_content(folder / both[0], "numbered");
        fs::last_write_time(folder / "UPPER.json",
                            now + std::chrono::hours(is_plain_newer ? 1 : -1));
        fs::last_write_time(folder / both[0], now);
        CHECK(names_of({"UPPER", "upper"}) == both);
        CHECK(folder.names() == std::set<std::string>{".langexport", both[0]});
        CHECK(content_of(folder / both[0]) == (is_plain_newer ? "plain" : "numbered"));
    }
    // Other kinds of files are not changed.
    fs::create_directory(folder / "UPPER.json");
    CHECK(names_of({"UPPER", "upper"}) == both);
    CHECK(fs::is_directory(folder / "UPPER.json"));
}

TEST_CASE("a file is named after its project, with any extension", "[backup_folder]") {
    for (const char* ending : {".tsv", ".zip"}) {
        INFO(ending);
        const temporary_folder folder;
        write_content(folder / (std::string("FAQ") + ending), "of FAQ");
        std::string numbered;
        {
            backup_folder backups(folder.path());
            numbered = backups.plan(export_report(), {"FAQ", "faq"}, "tsv", "").at(0).file_name;
        }
        CHECK(numbered.starts_with("FAQ~"));
        const std::string moved = fs::path(numbered).replace_extension(ending).string();
        CHECK(folder.names() == std::set<std::string>{".langexport", moved});
        CHECK(content_of(folder / moved) == "of FAQ");
        // The number stays.
        backup_folder backups(folder.path());
        CHECK(backups.plan(export_report(), {"FAQ"}, "tsv", "").at(0).file_name == numbered);
        CHECK(folder.names() == std::set<std::string>{".langexport", moved});
    }
}

TEST_CASE("a file of an older run with a similar name belongs to another project",
          "[backup_folder]") {
    const temporary_folder folder;
    write_content(folder / "contracts.json", "of the project contracts");
    backup_folder backups(folder.path());
    const auto name_of = [&](const std::string& project) {
        const auto plan = backups.plan(export_report(), {project}, "", "");
        CHECK(backups.file_of(project) == folder / plan.at(0).file_name);
        return plan.at(0).file_name;
    };
    CHECK(name_of("contracts") == "contracts.json");
    const std::string other = name_of("Contracts");
    CHECK(other.starts_with("Contracts~"));
    write_content(folder / other, "of the project Contracts");
    CHECK(name_of("Contracts") == other);
    CHECK(name_of("contracts") == "contracts.json");
    // If both files exist, the disk distinguishes case.
    write_content(folder / "Contracts.json", "");
    CHECK(name_of("Contracts") == "Contracts.json");
}

namespace {

// Receives a complete result in two pieces, and commits it.
boost::asio::awaitable<void> take(std::shared_ptr<result_sink> sink, std::string_view bytes) {
    const boost::asio::const_buffer first(bytes.data(), 1);
    const boost::asio::const_buffer rest(bytes.data() + 1, bytes.size() - 1);
    co_await sink->write(first);
    co_await sink->write(rest);
    co_await sink->commit();
}

void store(const std::shared_ptr<result_sink>& sink, std::string_view content_type,
           std::string_view bytes) {
    boost::asio::io_context context;
    sink->set_content_type(content_type);
    auto done = boost::asio::co_spawn(context, take(sink, bytes), boost::asio::use_future);
    context.run();
    done.get();
}

// The first response was truncated, and the result is fetched again.
boost::asio::awaitable<void> take_again(std::shared_ptr<result_sink> sink, std::string_view before,
                                        std::string_view bytes) {
    const boost::asio::const_buffer cut(before.data(), before.size());
    const boost::asio::const_buffer whole(bytes.data(), bytes.size());
    co_await sink->write(cut);
    sink->discard();
    co_await sink->write(whole);
    co_await sink->commit();
}

constexpr std::string_view archive = "PK\x03\x04 and more";

} // namespace

TEST_CASE("the extension of a file is that of the received format", "[backup_folder]") {
    struct row {
        const char* format;
        const char* content_type;
        std::string_view bytes;
        const char* planned;
        const char* name;
    };
    const row rows[] = {
        {"", "application/json", "{}", "FAQ.json", "FAQ.json"},
        {"json", "", "{}", "FAQ.json", "FAQ.json"},
        {"tsv", "text/tab-separated-values", "a\tb", "FAQ.tsv", "FAQ.tsv"},
        {"tsv", "application/zip", archive, "FAQ.tsv", "FAQ.zip"},
        {"tsv", "application/octet-stream", archive, "FAQ.tsv", "FAQ.zip"},
        {"tsv", "", "??", "FAQ.tsv", "FAQ.tsv"},
        {"excel", "application/zip", archive, "FAQ.xlsx", "FAQ.zip"},
        {"excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", archive,
         "FAQ.xlsx", "FAQ.xlsx"},
    };
    for (const row& r : rows) {
        CAPTURE(r.format, r.content_type);
        const temporary_folder folder;
        backup_folder backups(folder.path());
        backups.plan(export_report(), {"FAQ"}, r.format, "");
        CHECK(backups.file_of("FAQ") == folder / r.planned);
        const auto sink = backups.sink_for("FAQ", true);
        store(sink, r.content_type, r.bytes);
        CHECK(backups.file_of("FAQ") == folder / r.name);
        CHECK(fs::exists(folder / r.name));
        CHECK(backups.remove_outdated("FAQ").empty());
    }
}

TEST_CASE("a result that is fetched again has the extension of the last response",
          "[backup_folder]") {
    const temporary_folder folder;
    backup_folder backups(folder.path());
    backups.plan(export_report(), {"FAQ"}, "tsv", "");
    boost::asio::io_context context;
    auto done = boost::asio::co_spawn(
        context, take_again(backups.sink_for("FAQ", false), "Question\tAnswer\n", archive),
        boost::asio::use_future);
    context.run();
    done.get();
    CHECK(backups.file_of("FAQ") == folder / "FAQ.zip");
    CHECK(content_of(folder / "FAQ.zip") == archive);
}

TEST_CASE("a folder with the name of an older result does not decide the name of a result",
          "[backup_folder]") {
    const temporary_folder folder;
    const fs::path pipe = folder / "FAQ.zip";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    backup_folder backups(folder.path());
    backups.plan(export_report(), {"FAQ"}, "tsv", "");
    const auto sink = backups.sink_for("FAQ", false);
    CHECK_THROWS_AS(store(sink, "application/zip", archive), file_error);
    CHECK(fs::is_fifo(pipe));
}

TEST_CASE("an older result with another extension is removed", "[backup_folder]") {
    const temporary_folder folder;
    for (const char* name : {"FAQ.tsv", "FAQ.json", "FAQ.xlsx", "Other.tsv", "FAQ.tsv.tsv"})
        write_content(folder / name, "old");
    {
        backup_folder backups(folder.path());
        backups.plan(export_report(), {"FAQ"}, "tsv", "");
        CHECK(backups.remove_outdated("FAQ").empty()); // no result has arrived yet
        const auto sink = backups.sink_for("FAQ", false);
        store(sink, "application/zip", archive);
        CHECK(backups.remove_outdated("FAQ") == folder / "FAQ.tsv");
        CHECK(backups.remove_outdated("FAQ").empty());
        CHECK(backups.remove_outdated("Other").empty());
    }
    CHECK_FALSE(fs::exists(folder / "FAQ.tsv"));
    CHECK(content_of(folder / "FAQ.zip") == archive);
    backup_folder backups(folder.path());
    backups.plan(export_report(), {"FAQ"}, "tsv", "");
    store(backups.sink_for("FAQ", false), "text/tab-separated-values", "a\tb");
    CHECK(backups.remove_outdated("FAQ") == folder / "FAQ.zip");
    CHECK(content_of(folder / "FAQ.tsv") == "a\tb");
    // Files of another form or of another project are not changed.
    for (const char* name : {"FAQ.json", "FAQ.xlsx", "Other.tsv", "FAQ.tsv.tsv"})
        CHECK(content_of(folder / name) == "old");
}

TEST_CASE("a file with a surface in its name keeps the name, or is removed", "[backup_folder]") {
    const temporary_folder folder;
    const auto plan = [](backup_folder& backups) {
        return backups.plan(export_report(), {"Home"}, "", "", {}, "analyze-text").at(0).file_name;
    };
    write_content(folder / "Home~analyze-text.json", "old");
    write_content(folder / "Home~analyze-conversations.json", "another surface's");
    {
        backup_folder backups(folder.path());
        CHECK(plan(backups) == "Home~analyze-text.json");
    }
    // If there is a file without the surface, its name is used. The other file stays until the new result is
    // complete.
    write_content(folder / "Home.json", "new");
    backup_folder backups(folder.path());
    CHECK(plan(backups) == "Home.json");
    CHECK(backups.remove_outdated("Home").empty());
    CHECK(content_of(folder / "Home~analyze-text.json") == "old");
    store(backups.sink_for("Home", false), "application/json", "{}");
    CHECK(backups.remove_outdated("Home") == folder / "Home~analyze-text.json");
    CHECK(backups.remove_outdated("Home").empty());
    CHECK(folder.names() ==
          std::set<std::string>{".langexport", "Home.json", "Home~analyze-conversations.json"});
}

TEST_CASE("files of two projects differ under every extension", "[backup_folder]") {
    const temporary_folder folder;
    write_content(folder / "faq.zip", "of the project faq");
    backup_folder backups(folder.path());
    CHECK(backups.plan(export_report(), {"FAQ"}, "tsv", "").at(0).file_name.starts_with("FAQ~"));
    CHECK(backups.plan(export_report(), {"FAQ"}, "", "").at(0).file_name == "FAQ.json");
    CHECK_THROWS_WITH(backups.plan(export_report(), {"B"}, "excel", folder / "B.zip"),
                      contains_text("is also where project 'B' goes"));
}

} // namespace backup_folder_test
