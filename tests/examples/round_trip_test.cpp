// A resource is backed up, the folder is verified, restored into an empty resource, and that is backed up: both
// folders are the same, also if the services fail at times and the programs are killed.

#include "examples/restore_tool_bench.hpp"

#include <langexport/report/manifest.hpp>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace round_trip_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;
using testing::call_kind;
using testing::canned_response;
using testing::occurrences;

namespace {

// What a manifest says, without times and the resource.
std::vector<manifest_entry> entries_in(const std::filesystem::path& folder) {
    std::vector<manifest_entry> entries = manifest::read(folder / manifest::usual_name).projects();
    for (manifest_entry& one : entries) {
        one.exported_at = {};
        one.last_modified = one.last_trained = one.last_deployed = std::nullopt;
    }
    return entries;
}

class round_trip : public restore_tool_bench {
public:
    // Adds projects of all kinds in turn.
    explicit round_trip(int projects, std::chrono::nanoseconds import_duration = 10ms)
        : restore_tool_bench(true, import_duration), seed(std::random_device()()), random_(seed) {
        const auto kinds = testing::sample_kinds();
        add_targets();
        for (int i = 2; i < projects; ++i)
            add("Project-" + std::to_string(i), kinds[static_cast<std::size_t>(i) % kinds.size()]);
    }

    // One request and one connection in twenty fail.
    void add_faults() {
        for (tool_bench* one : {&from, &to}) {
            one->service.on(call_kind::any, occurrences::one_in(20), canned_response(503));
            one->service.on(call_kind::any, occurrences::one_in(33),
                            canned_response::no_response(true));
            one->service.on(call_kind::import_submission, occurrences::one_in(7),
                            canned_response::cut_request_after(100, testing::early_end::reset));
        }
    }
    // Starts a program until it succeeds, and kills it before, each time after a random number of requests to its
    // service. `start` resumes, if its argument is true.
    void run_with_kills(tool_bench& its, const std::string& its_report, int kills, unsigned most,
                        const std::function<std::unique_ptr<child_process>(bool)>& start) {
        for (int runs = 0;; ++runs) {
            REQUIRE(runs < kills + 50);
            const std::uint64_t before = its.service.counters().requests;
            const std::uint64_t requests = 1 + random_() % most;
            const auto tool = start(!content_of(its_report).empty());
            if (kills > 0) {
                tool->wait_until(
                    [&] { return its.service.counters().requests >= before + requests; });
                std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 10));
                tool->send(SIGKILL);
            }
            const int status = tool->wait();
            INFO(tool->err());
            if (status == -SIGKILL) {
                --kills;
                check_begun();
                continue;
            }
            if (status == 0) {
                missed_kills += kills;
                return;
            }
            // A fault after the last byte of a submission fails it.
            REQUIRE(status == 1);
        }
    }
    // Whatever was sent to the service is in the report of the restore.
    void check_begun() const {
        const std::string text = content_of(report());
        const texts all = sent();
        if (all.empty())
            return;
        const export_report known = export_report::parse(text);
        for (const std::string& project : all) {
            INFO(project);
            const report_line* const line = known.find(project);
            REQUIRE(line);
            CHECK((line->submits.value_or(0) > 0 || !line->resume_token.empty() ||
                   line->outcome == export_outcome::imported));
        }
    }
    void check_folders() {
        REQUIRE(back_up(to) == 0);
        CHECK(from.files() == to.files());
        for (const std::string& file : from.files()) {
            INFO(file);
            CHECK(content_of(to.folder / "out" / file) == content_of(out() / file));
        }
        CHECK(entries_in(out()) == entries_in(to.folder / "out"));
    }

    const unsigned seed;
    int missed_kills = 0; // the program had ended before

private:
    std::mt19937 random_;
};

// Both programs with kills, and faults.
void run_all(int projects, int kills) {
    round_trip b(projects, 60ms);
    CAPTURE(b.seed);
    b.add_faults();
    const auto most = static_cast<unsigned>(2 * projects / (kills + 1));
    b.run_with_kills(b.from, b.from.usual_report(), kills, most, [&](bool is_resumed) {
        texts arguments = b.with_certificate(b.from, {"--max-in-flight", "4"});
        arguments.emplace_back(is_resumed ? "--resume" : "--all");
        return b.from.start(arguments);
    });
    b.from.service.clear_faults();
    CHECK(b.verify() == 0);
    b.run_with_kills(b.to, b.report(), kills, most, [&](bool is_resumed) {
        texts arguments{"--max-in-flight", "4"};
        if (is_resumed)
            arguments.insert(arguments.end(), {"--resume", b.report()});
        return b.start_restore(arguments);
    });
    b.to.service.clear_faults();
    b.check_folders();
    CHECK(b.missed_kills < kills); // a program that ended before shows nothing
    std::cout << projects << " projects, " << kills << " kills of each program, " << b.missed_kills
              << " of them too late, " << b.sent().size() << " imports sent; seed " << b.seed
              << "\n";
}

} // namespace

TEST_CASE("a resource is backed up, restored and backed up again without a difference",
          "[round_trip]") {
    round_trip b(60);
    REQUIRE(b.back_up(b.from) == 0);
    CHECK(b.verify() == 0);
    CHECK(b.restore() == 0);
    INFO(b.err);
    CHECK(b.sent().size() == 60);
    b.check_folders();
}

TEST_CASE("a round trip survives faults and ten kills of each program", "[round_trip]") {
    run_all(60, 10);
}

} // namespace round_trip_test
