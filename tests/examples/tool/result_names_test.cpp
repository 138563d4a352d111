// Results of several surfaces or in several forms, which separate runs write to one folder.

#include "examples/tool/result_names.hpp"

#include "examples/tool/backup_folder.hpp"

#include <langexport/report/export_report.hpp>
#include <langexport/result_sink.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace result_names_test {

using namespace langexport;
using namespace tool;
using namespace langexport_tests;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

boost::asio::awaitable<void> take(std::shared_ptr<result_sink> sink, std::string bytes) {
    const boost::asio::const_buffer all(bytes.data(), bytes.size());
    co_await sink->write(all);
    co_await sink->commit();
}

// A surface, the requested form of its results, and the content type of the response.
class kind {
public:
    std::string surface, format, content_type;
};

const kind text{"analyze-text", "", "application/json"};
const kind talk{"analyze-conversations", "", "application/json"};
const kind luis{"analyze-conversations", "Luis", "application/json"};
const kind faq{"query-knowledgebases", "", "application/json"};
const kind tsv{"query-knowledgebases", "tsv", "text/tab-separated-values"};
const kind zipped_tsv{"query-knowledgebases", "tsv", "application/zip"};
const kind excel{"query-knowledgebases", "excel",
                 "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"};
const kind zipped_excel{"query-knowledgebases", "excel", "application/zip"};

// Consecutive runs, each of which exports the project "Home".
class nights {
public:
    // The name of the file with the result.
    std::string run(const kind& one) {
        backup_folder backups(folder.path());
        backups.keep_results(report);
        backups.plan(export_report(), {"Home"}, one.format, "", {}, one.surface);
        const auto sink = backups.sink_for("Home", false);
        sink->set_content_type(one.content_type);
        const bool is_archive =
            one.content_type == zipped_tsv.content_type || one.format == "excel";
        boost::asio::io_context context;
        auto done = boost::asio::co_spawn(
            context, take(sink, (is_archive ? "PK\x03\x04 " : "") + text_of(one)),
            boost::asio::use_future);
        context.run();
        done.get();
        while (!backups.remove_outdated("Home").empty()) {
        }
        report_line line("Home", export_outcome::exported, at += 1h);
        line.surface = one.surface;
        line.format = one.format;
        line.file = backups.file_of("Home").string();
        report.push_back(line);
        return backups.file_of("Home").filename().string();
    }
    bool has(const std::string& file, const kind& one) const {
        return content_of(folder / file).ends_with(text_of(one));
    }
    std::set<std::string> files() const {
        std::set<std::string> names = folder.names();
        names.erase(".langexport");
        return names;
    }

    temporary_folder folder;
    std::vector<report_line> report;

private:
    static std::string text_of(const kind& one) {
        return one.surface + ' ' + one.format + ' ' + one.content_type;
    }

    report_line::time_point at{};
};

void write_aged(const fs::path& file, const std::string& content, std::chrono::hours age) {
    write_content(file, content);
    fs::last_write_time(file, fs::file_time_type::clock::now() - age);
}

using strings = std::vector<std::string>;

} // namespace

TEST_CASE("results of a format have its extension, or .zip for a table", "[result_names]") {
    CHECK(extensions_of("") == strings{".json"});
    CHECK(extensions_of("Luis") == strings{".json"});
    CHECK(extensions_of("tsv") == strings{".tsv", ".zip"});
    CHECK(extensions_of("excel") == strings{".xlsx", ".zip"});
    CHECK(with_extension("a.b.tsv", ".zip") == "a.b.zip");
}

TEST_CASE("a moved file replaces an older file only", "[result_names]") {
    const temporary_folder folder;
    const fs::path from = folder / "from", to = folder / "to";
    SECTION("no file") {
        move_file(from, to);
        CHECK(folder.names().empty());
    }
    SECTION("no target") {
        write_content(from, "x");
        move_file(from, to);
        CHECK(folder.names() == std::set<std::string>{"to"});
    }
    SECTION("an older target") {
        write_aged(from, "new", 1h);
        write_aged(to, "old", 2h);
        move_file(from, to);
        CHECK(content_of(to) == "new");
        CHECK_FALSE(fs::exists(from));
    }
    SECTION("a newer target") {
        write_aged(from, "old", 2h);
        write_aged(to, "new", 1h);
        move_file(from, to);
        CHECK(content_of(to) == "new");
        CHECK_FALSE(fs::exists(from));
    }
    SECTION("a folder is not moved") {
        fs::create_directory(from);
        move_file(from, to);
        CHECK(folder.names() == std::set<std::string>{"from"});
    }
    SECTION("a link is not moved") {
        write_content(folder / "target", "x");
        fs::create_symlink(folder / "target", from);
        move_file(from, to);
        CHECK(folder.names() == std::set<std::string>{"from", "target"});
    }
}

TEST_CASE("names in a folder are compared exactly, and without case for twins", "[result_names]") {
    const temporary_folder folder;
    write_content(folder / "Home.json", "x");
    const names_in_folder names(folder.path());
    CHECK(names.has("Home.json"));
    CHECK_FALSE(names.has_twin("Home.json"));
    CHECK_FALSE(names.has("home.json"));
    CHECK(names.has_twin("home.json"));
    CHECK_FALSE(names.has("other.json"));
    CHECK_FALSE(names.has_twin("other.json"));
    CHECK_FALSE(names_in_folder(folder / "none").has("Home.json"));
}

TEST_CASE("a mark stands between the name and its extension", "[result_names]") {
    const temporary_folder folder;
    const fs::path path = folder.path();
    const result_names::results none;
    const result_names names(path, none, "query-knowledgebases", "tsv");
    CHECK(names.extensions() == strings{".tsv", ".zip"});
    CHECK(names.marked("Home.tsv", "tsv") == "Home~tsv.tsv");
    write_content(folder / "HOME.zip", "x");
    const result_names later(path, none, "query-knowledgebases", "tsv");
    CHECK(later.has_twin("Home.tsv"));
    CHECK_FALSE(later.has_twin("HOME.tsv"));
}

TEST_CASE("results of several surfaces or forms do not replace each other", "[result_names]") {
    const std::vector<std::pair<kind, kind>> pairs = {{text, talk},
                                                      {talk, text},
                                                      {talk, luis},
                                                      {luis, talk},
                                                      {text, luis},
                                                      {text, faq},
                                                      {faq, tsv},
                                                      {tsv, excel},
                                                      {zipped_tsv, excel},
                                                      {tsv, zipped_excel},
                                                      {zipped_tsv, zipped_excel},
                                                      {zipped_excel, zipped_tsv},
                                                      {zipped_excel, tsv},
                                                      {excel, zipped_tsv}};
    for (const auto& [first, second] : pairs) {
        CAPTURE(first.surface, first.format, first.content_type, second.surface, second.format,
                second.content_type);
        nights runs;
        runs.run(first);
        runs.run(second);
        // Further runs do not change the names.
        const std::string one = runs.run(first);
        const std::string other = runs.run(second);
        for (int night = 0; night < 2; ++night) {
            CHECK(runs.run(first) == one);
            CHECK(runs.run(second) == other);
        }
        CHECK(runs.files() == std::set<std::string>{one, other});
        CHECK(runs.has(one, first));
        CHECK(runs.has(other, second));
    }
}

TEST_CASE("a file name contains the surface or form that distinguishes a result",
          "[result_names]") {
    nights runs;
    CHECK(runs.run(text) == "Home.json");
    CHECK(runs.run(talk) == "Home~analyze-conversations.json");
    CHECK(runs.run(luis) == "Home~Luis.json");
    CHECK(runs.run(zipped_tsv) == "Home.zip");
    CHECK(runs.run(zipped_excel) == "Home~excel.zip");
    CHECK(runs.files().size() == 5);
    nights forms;
    forms.run(luis);
    CHECK(forms.run(talk) == "Home~json.json");
}

TEST_CASE("a file that gets its form in its name is renamed", "[result_names]") {
    nights runs;
    CHECK(runs.run(tsv) == "Home.tsv");
    CHECK(runs.run(zipped_excel) == "Home.zip");
    CHECK(runs.run(tsv) == "Home~tsv.tsv");
    CHECK(runs.run(zipped_tsv) == "Home~tsv.zip");
    CHECK(runs.files() == std::set<std::string>{"Home.zip", "Home~tsv.zip"});
    CHECK(runs.has("Home.zip", zipped_excel));
    // Without the second form the name stays.
    fs::remove(runs.folder / "Home.zip");
    CHECK(runs.run(zipped_tsv) == "Home~tsv.zip");
    CHECK(runs.files() == std::set<std::string>{"Home~tsv.zip"});
}

TEST_CASE("a file that the report does not assign to another surface or form is replaced",
          "[result_names]") {
    nights runs;
    SECTION("no report") {
        runs.run(text);
        runs.report.clear();
    }
    SECTION("lines of a version that named no surface") {
        runs.run(text);
        runs.report.back().surface.clear();
    }
    SECTION("another project's line") {
        runs.run(text);
        runs.report.back().project = "home";
    }
    SECTION("the same name in another folder") {
        const temporary_folder elsewhere;
        write_content(elsewhere / "Home.json", "");
        runs.run(text);
        runs.report.back().file = (elsewhere / "Home.json").string();
        CHECK(runs.run(talk) == "Home.json");
        return;
    }
    SECTION("the usual form by its name") {
        runs.run(talk);
        runs.report.back().format = "Conversation";
    }
    SECTION("another resource, as after a move") {
        runs.run(talk);
        runs.report.back().endpoint = "https://old.example";
    }
    CHECK(runs.run(talk) == "Home.json");
    CHECK(runs.files() == std::set<std::string>{"Home.json"});
}

TEST_CASE("a folder that was moved keeps its results", "[result_names]") {
    nights runs;
    runs.run(text);
    runs.report.back().file = "/of/another/machine/Home.json";
    CHECK(runs.run(talk) == "Home~analyze-conversations.json");
    CHECK(runs.has("Home.json", text));
}

TEST_CASE("a file of another surface is not renamed for a name that differs only in case",
          "[result_names]") {
    nights runs;
    runs.run(text);
    backup_folder backups(runs.folder.path());
    backups.keep_results(runs.report);
    backups.plan(export_report(), {"Home", "HOME"}, "", "", {}, "analyze-conversations");
    CHECK(runs.has("Home.json", text));
    CHECK(backups.file_of("Home") != runs.folder / "Home.json");
}

} // namespace result_names_test
