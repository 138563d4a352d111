// A process that forks during its work. A separate program does it, because a forked child has only one thread.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace fork_test {

namespace testing = langexport::testing;
using namespace std::chrono_literals;
using langexport_tests::child_process;
using langexport_tests::client_bench;
using langexport_tests::quick_project;
using langexport_tests::temporary_folder;
using testing::call_kind;
using testing::canned_response;
using testing::occurrences;

namespace {

// Jobs and results that take a while, so that there is something in progress at any time of the fork.
void offer_slow_ones(client_bench& b) {
    testing::project job("Job");
    job.job_duration = 1s;
    b->add_project(job);
    testing::project result = quick_project("Result");
    result.result_size = 3'000'000;
    b->add_project(result);
    canned_response drips;
    drips.drip_bytes = 300'000;
    drips.drip_pause = 30ms;
    b->on(call_kind::result, occurrences::always(), drips, testing::for_project("Result"));
}

} // namespace

TEST_CASE("after a fork, parent and child share no connections, results or ids",
          "[client][fork][processes]") {
    const bool tls = GENERATE(false, true);
    CAPTURE(tls);
    client_bench b(tls);
    offer_slow_ones(b);
    for (const char* name : {"First", "Parent", "Child"})
        b->add_project(quick_project(name));
    const temporary_folder folder;
    child_process program({LANGEXPORT_FORK_PROGRAM, b->endpoint(), b->key(), b.params().ca_file,
                           folder.path().string(), "100"});
    const int status = program.wait();
    INFO(program.out() << program.err());
    CHECK(status == 0);
    CHECK(program.out().empty());

    CHECK(b->counters().projects["Parent"].jobs_created == 100);
    CHECK(b->counters().projects["Child"].jobs_created == 100);
    // Operations from before the fork continued in the parent only.
    CHECK(b->counters().projects["Job"].jobs_created == 2);
    CHECK(b->counters().projects["Result"].result_gets == 2);
    CHECK(std::filesystem::file_size(folder / "Result.json") == 3'000'000);
    CHECK(folder.names() == std::set<std::string>{"Result.json"});

    std::set<std::string> ids;
    std::map<std::uint64_t, std::set<std::string>> projects;
    std::size_t requests = 0;
    for (const auto& request : b->requests()) {
        ++requests;
        ids.emplace(request.header("x-ms-client-request-id"));
        projects[request.connection].insert(request.project);
    }
    CHECK(ids.size() == requests);
    for (const auto& [connection, names] : projects)
        if (names.contains("Child"))
            CHECK(names.size() == 1);
    if (tls)
        // The child has no session of its parent to resume.
        CHECK(b->counters().handshakes_new >= 2);
}

TEST_CASE("after a fork a batch continues in the parent only, in every phase",
          "[client][fork][processes]") {
    client_bench b(false);
    for (const char* name : {"P0", "P1", "P2", "P3"})
        b->add_project(quick_project(name));
    child_process program({LANGEXPORT_FORK_BATCH_PROGRAM, b->endpoint(), b->key(), "4"});
    const int status = program.wait();
    INFO(program.out() << program.err());
    CHECK(status == 0);
    const int batches = std::atoi(program.out().c_str());
    CHECK(program.out() == std::to_string(batches) + "\n");
    CHECK(batches > 20); // each of them forked somewhere else
    for (const char* name : {"P0", "P1", "P2", "P3"})
        CHECK(b->counters().projects[name].jobs_created == static_cast<std::size_t>(batches));
}

} // namespace fork_test
