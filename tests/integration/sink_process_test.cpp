// Properties that only a separate process can show: its memory, and its state after SIGKILL.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace sink_process_test {

namespace testing = langexport::testing;
using namespace std::chrono_literals;
using langexport_tests::child_process;
using langexport_tests::client_bench;
using langexport_tests::content_of;
using langexport_tests::temporary_folder;
using langexport_tests::write_content;

namespace {

std::vector<std::string> words_for(client_bench& b, const std::filesystem::path& target) {
    return {LANGEXPORT_SINK_PROGRAM, b->endpoint(), b->key(), b.params().ca_file, target.string()};
}

void offer(client_bench& b, std::uint64_t size) {
    testing::project p = langexport_tests::quick_project();
    p.result_size = size;
    b->add_project(p);
}

} // namespace

TEST_CASE("a killed process leaves the old file or the complete new one",
          "[sinks][files][processes]") {
    client_bench b(false);
    constexpr std::uint64_t size = 20'000'000;
    offer(b, size);
    const temporary_folder folder;
    const auto target = folder / "p.json";
    const auto words = words_for(b, target);
    {
        child_process whole(words);
        REQUIRE(whole.wait() == 0);
    }
    const std::string complete = content_of(target);
    REQUIRE(complete.size() == size);
    std::mt19937 random(20);
    int killed = 0;
    for (int round = 0; round < 20; ++round) {
        write_content(target, "old");
        child_process child(words);
        // A moment is a number of sent bytes; some moments are after the last byte.
        const std::uint64_t moment = b->counters().bytes_sent +
                                     std::uniform_int_distribution<std::uint64_t>(0, size)(random);
        child.wait_until([&] { return b->counters().bytes_sent >= moment; });
        child.send(SIGKILL);
        killed += child.wait() == -SIGKILL;
        const std::string left = content_of(target);
        CHECK((left == "old" || left == complete));
        for (const std::string& name : folder.names())
            CHECK((name == "p.json" || name == ".p.json.part"));
    }
    CHECK(killed > 10);
    // Their leftovers do not affect later runs.
    child_process next(words);
    CHECK(next.wait() == 0);
    CHECK(content_of(target) == complete);
    CHECK(folder.names() == std::set<std::string>{"p.json"});
}

#if !defined(LANGEXPORT_SANITIZED_BUILD)
TEST_CASE("a result of one gigabyte is written to a file with constant memory",
          "[sinks][files][processes]") {
    const bool tls = GENERATE(false, true);
    CAPTURE(tls);
    client_bench b(tls);
    constexpr std::uint64_t size = 1ull << 30;
    offer(b, size);
    const temporary_folder folder;
    child_process child(words_for(b, folder / "p.json"));
    // It takes minutes where other programs use the processors.
    REQUIRE(child.wait(std::chrono::minutes(5)) == 0);
    CHECK(std::filesystem::file_size(folder / "p.json") == size);
    std::istringstream said(child.out());
    long before = 0, peak = 0, took = 0;
    REQUIRE(said >> before >> peak >> took);
    INFO(child.out());
    CHECK(before > 1000);
    CHECK(peak - before <= 12 * 1024);
}
#endif

} // namespace sink_process_test
