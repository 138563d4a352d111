#include <langexport/sink/file_sink.hpp>

#include <langexport/result_sink.hpp>

#include "support/catch.hpp"
#include "support/small_disk.hpp"
#include "support/temporary_folder.hpp"
#include "unit/sink/written.hpp"

#include <chrono>
#include <filesystem>
#include <set>
#include <string>

#include <unistd.h>

namespace file_sink_test {

namespace fs = std::filesystem;
using namespace langexport;
using namespace langexport_tests;

TEST_CASE("a file sink creates a complete file or none", "[sinks][files]") {
    const temporary_folder folder;
    file_sink sink(folder / "p.json");
    CHECK(sink.target() == folder / "p.json");
    CHECK(folder.names().empty()); // nothing stays open while an export waits
    write_to(sink, "half of it", false);
    CHECK(folder.names() == std::set<std::string>{".p.json.part"});
    sink.discard();
    CHECK(folder.names().empty());
    CHECK(sink.size() == 0);

    write_to(sink, "all of it");
    CHECK(content_of(folder / "p.json") == "all of it");
    CHECK(folder.names() == std::set<std::string>{"p.json"});
    CHECK(sink.size() == 9);
    CHECK(sink.is_committed());
    CHECK((static_cast<unsigned>(fs::status(folder / "p.json").permissions()) & 0777u) == 0600u);
}

TEST_CASE("a file sink that is destroyed without a commit leaves the old file", "[sinks][files]") {
    const temporary_folder folder;
    write_content(folder / "p", "old");
    fs::permissions(folder / "p", static_cast<fs::perms>(0640));
    {
        file_sink sink(folder / "p");
        write_to(sink, "new and half", false);
        CHECK(content_of(folder / "p") == "old");
    }
    CHECK(content_of(folder / "p") == "old");
    CHECK(folder.names() == std::set<std::string>{"p"});

    file_options quick;
    quick.sync = false;
    file_sink sink(folder / "p", quick);
    write_to(sink, "new");
    CHECK(content_of(folder / "p") == "new");
    CHECK((static_cast<unsigned>(fs::status(folder / "p").permissions()) & 0777u) == 0640u);
}

TEST_CASE("a file sink reports at once that its file cannot be written", "[sinks][files]") {
    const temporary_folder folder;
    CHECK_THROWS_WITH(file_sink(folder / "no/p"), contains_text("No such file or directory"));
    CHECK_THROWS_WITH(file_sink("/proc/p"), contains_text("cannot write '/proc/p'"));
    fs::create_directory(folder / "closed");
    fs::permissions(folder / "closed", static_cast<fs::perms>(0500));
    if (::geteuid() != 0)
        CHECK_THROWS_WITH(file_sink(folder / "closed" / "p"), contains_text("Permission denied"));

    file_sink first(folder / "p");
    write_to(first, "first", false);
    CHECK_THROWS_WITH(file_sink(folder / "p"), contains_text("another process is writing it"));
}

TEST_CASE("a file sink reports a full disk and removes its part file", "[sinks][files]") {
    const temporary_folder folder;
    write_content(folder / "p", "old");
    file_sink sink(folder / "p");
    {
        const small_disk disk(4096);
        CHECK_THAT(failure_of(sink, std::string(100'000, 'x')),
                   contains_text("cannot write '" + (folder / "p").string() + "': "));
        sink.discard();
    }
    CHECK(content_of(folder / "p") == "old");
    CHECK(folder.names() == std::set<std::string>{"p"});
    write_to(sink, "new");
    CHECK(content_of(folder / "p") == "new");
}

TEST_CASE("a file sink does not replace a file with the same content, if configured",
          "[sinks][files]") {
    const temporary_folder folder;
    write_content(folder / "p", "same");
    const auto before = fs::last_write_time(folder / "p") - std::chrono::hours(1);
    fs::last_write_time(folder / "p", before);
    file_options options;
    options.keep_unchanged = true;
    file_sink same(folder / "p", options);
    write_to(same, "same");
    CHECK(same.is_unchanged());
    CHECK(same.is_committed());
    CHECK(fs::last_write_time(folder / "p") == before);
    CHECK(folder.names() == std::set<std::string>{"p"});

    file_sink other(folder / "p", options);
    write_to(other, "else");
    CHECK_FALSE(other.is_unchanged());
    CHECK(content_of(folder / "p") == "else");
}

} // namespace file_sink_test
