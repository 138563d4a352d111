// The sinks by themselves: what they keep, what they forget, how they fail.

#include <langexport/result_sink.hpp>
#include <langexport/sink/file_sink.hpp>
#include <langexport/sink/sha256_sink.hpp>

#include "support/catch.hpp"
#include "support/small_disk.hpp"
#include "support/temporary_folder.hpp"
#include "support/watched_sink.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cerrno>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>

#include <unistd.h>

namespace asio = boost::asio;
namespace fs = std::filesystem;
using namespace langexport;
using namespace langexport_tests;

namespace {

asio::awaitable<void> write_all(result_sink& sink, std::string bytes, bool and_commit) {
    const std::size_t half = bytes.size() / 2;
    co_await sink.write(asio::const_buffer(bytes.data(), half));
    co_await sink.write(asio::const_buffer(bytes.data() + half, bytes.size() - half));
    if (and_commit)
        co_await sink.commit();
}

// Writes it in two pieces; throws what the sink throws.
void write_to(result_sink& sink, const std::string& bytes, bool and_commit = true) {
    asio::io_context context;
    std::exception_ptr thrown;
    asio::co_spawn(context, write_all(sink, bytes, and_commit),
                   [&](std::exception_ptr error) { thrown = error; });
    context.run();
    if (thrown)
        std::rethrow_exception(thrown);
}

std::string failure_of(result_sink& sink, const std::string& bytes) {
    try {
        write_to(sink, bytes);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "none";
}

} // namespace

TEST_CASE("a counting sink counts and forgets", "[sinks]") {
    counting_sink sink;
    write_to(sink, "12345", false);
    CHECK(sink.size() == 5);
    CHECK_FALSE(sink.is_committed());
    sink.discard();
    CHECK(sink.size() == 0);
    write_to(sink, "123");
    CHECK(sink.size() == 3);
    CHECK(sink.is_committed());
}

TEST_CASE("a sink in memory has the whole result, or nothing", "[sinks]") {
    memory_sink sink(100);
    write_to(sink, "half of it", false);
    CHECK(sink.document().empty());
    sink.discard();
    write_to(sink, "all of it");
    CHECK(sink.document() == "all of it");
    CHECK(sink.is_committed());
    CHECK(sink.take_document() == "all of it");
    CHECK(sink.document().empty());
}

TEST_CASE("a sink in memory keeps to its limit", "[sinks]") {
    memory_sink sink(100);
    CHECK(failure_of(sink, std::string(100, 'x')) == "none");
    memory_sink other(100);
    CHECK(failure_of(other, std::string(101, 'x')) ==
          "the result exceeds the limit of the memory_sink (100 bytes)");
    other.discard();
    CHECK(other.document().empty());
    write_to(other, std::string(100, 'y'));
    CHECK(other.document() == std::string(100, 'y'));
}

TEST_CASE("a file sink makes a file that is whole, or none", "[sinks][files]") {
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

TEST_CASE("a file sink that goes without a commit leaves the old file", "[sinks][files]") {
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

TEST_CASE("a file sink says at once that its file cannot be written", "[sinks][files]") {
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

TEST_CASE("a file sink tells that the disk is full, and gives back what it took",
          "[sinks][files]") {
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

TEST_CASE("a file sink leaves a file alone that says the same, if told to", "[sinks][files]") {
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

TEST_CASE("a checksum is that of what came, on its way and alone", "[sinks][sha256]") {
    const std::string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const auto next = std::make_shared<watched_sink>();
    sha256_sink sink(next);
    write_to(sink, "something else", false);
    CHECK(sink.checksum().empty());
    sink.discard();
    CHECK(next->document.empty());
    write_to(sink, "abc");
    CHECK(sink.checksum() == abc);
    CHECK(sink.size() == 3);
    CHECK(next->document == "abc");
    CHECK(next->calls == std::vector<std::string>{"write", "discard", "write", "commit"});

    sha256_sink alone(nullptr);
    write_to(alone, "abc");
    CHECK(alone.checksum() == abc);
}

TEST_CASE("a checksum is none where the sink behind it fails", "[sinks][sha256]") {
    sha256_sink sink(std::make_shared<memory_sink>(2));
    CHECK_THAT(failure_of(sink, "abc"), contains_text("exceeds the limit"));
    CHECK(sink.checksum().empty());

    const auto next = std::make_shared<watched_sink>();
    next->at_commit = []() -> asio::awaitable<void> { throw std::runtime_error("no more room"); };
    sha256_sink other(next);
    CHECK(failure_of(other, "abc") == "no more room");
    CHECK(other.checksum().empty());
}
