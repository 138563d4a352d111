// The example fleet_worker: a queue of exports in a real Redis, with workers that are killed, suspended and stopped.

#include "examples/fleet/fenced_result.hpp"
#include "examples/fleet/quota_notes.hpp"
#include "fleet/fleet_bench.hpp"
#include "fleet/worker_bench.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace fleet_worker_test {
using namespace std::chrono_literals;
using namespace langexport_tests;
namespace fs = std::filesystem;
namespace testing = langexport::testing;
TEST_CASE("submit prints an id for each project, and adds a job once", "[worker]") {
    worker_bench b;
    const texts first = b.submit(0, {"A", "B"});
    REQUIRE(first.size() == 2);
    CHECK(first[0] != first[1]);
    CHECK(b.submit(0, {"B", "C", "A"})[0] == first[1]);
    CHECK(b.submit(0, {"A"}) == texts{first[0]});
    CHECK(b.count("queued") == 3);
}

TEST_CASE("a worker exports what is in the queue, and ends", "[worker]") {
    worker_bench b(2);
    for (const char* name : {"A", "B"})
        b.service(0).add_project(quick_project(name));
    b.service(1).add_project(quick_project("A"));
    const texts ids = b.submit(0, {"A", "B"});
    b.submit(1, {"A"});
    // For a worker that has this surface in its configuration.
    const auto other = b.start({"submit", "--resource", b.service().endpoint(), "--surface",
                                "analyze-conversations", "A"});
    CHECK(other->wait() == 0);
    const auto worker = b.start_worker({"--once"});
    INFO(worker->err());
    CHECK(worker->wait(30s) == 0);
    CHECK(occurrences(worker->out(), "\n") == 3);
    CHECK(b.count_results() == 3);
    CHECK_THAT(content_of(b.result("A", 1)), contains_text("\"projectName\":"));
    CHECK(b.submitted() == 3);
    CHECK(b.count("queued") == 1);
    for (const char* field : {"running", "waiting", "dead"})
        CHECK(b.count(field) == 0);
    CHECK(b.submit(0, {"A"})[0] != ids[0]); // it has ended, so that this is another job
}

TEST_CASE("what is in the wrong place is an error that shows no password", "[worker]") {
    worker_bench b;
    const auto fails = [&](const texts& arguments, int status, const std::string& why) {
        CAPTURE(arguments, why);
        texts words{LANGEXPORT_EXAMPLE_WORKER};
        words.insert(words.end(), arguments.begin(), arguments.end());
        child_process process(words);
        CHECK(process.wait() == status);
        CHECK(process.out().empty());
        CHECK(occurrences(process.err(), "\n") == 1);
        CHECK_THAT(process.err(), contains_text(why));
        CHECK(process.err().find("sesame") == std::string::npos);
    };
    fails({}, 2, "name a command");
    fails({"--redis", b.url(), "wrok"}, 2, "no command");
    fails({"redis://u:sesame@h", "status"}, 2, "no command");
    fails({"--redis", b.url(), "submit", "--surface", "redis://u:sesame@h", "--resource",
           "https://h.example", "A"},
          2, "no surface");
    fails({"--redis", "http://u:sesame@h", "status"}, 2, "does not begin with redis://");
    fails({"--redis", "redis://u:sesame@h:port", "status"}, 2, "port");
    fails({"--redis", b.url(), "status", "--once"}, 2, "--once is an option of work");
    fails({"--redis", b.url(), "submit", "--resource", "https://h.example"}, 2,
          "names of projects");
    fails({"--redis", b.url(), "submit", "--resource", "h.example", "A"}, 2, "--resource");
    fails({"--redis", "rediss://127.0.0.1", "--ca-file", "/nope", "status"}, 1, "'/nope'");
    const std::string plain = std::to_string(b.redis.port());
    fails({"--redis", "rediss://:sesame@127.0.0.1:" + plain, "status"}, 1, "speaks TLS");
    redis_server guarded;
    guarded.start({"--requirepass", "open"});
    const std::string there = "127.0.0.1:" + std::to_string(guarded.port());
    for (const char* const given : {"redis://", "redis://:sesame@", "redis://u:sesame@"})
        fails({"--redis", given + there, "status"}, 1, "check the user and the password");
    b.redis.stop();
    const std::string port = std::to_string(b.redis.port());
    fails({"--redis", "redis://u:sesame@127.0.0.1:" + port, "status"}, 1, "127.0.0.1:" + port);
    const auto worker = b.start_worker();
    CHECK(worker->wait() == 1);
    CHECK(occurrences(worker->err(), "\n") == 1);
    CHECK_THAT(worker->err(), contains_text("127.0.0.1:" + port));
}

TEST_CASE("the worker has the conventions of all programs", "[worker]") {
    const auto run = [](const texts& arguments, const std::string& redirection) {
        texts words{"/bin/sh", "-c", "exec \"$0\" \"$@\" " + redirection,
                    LANGEXPORT_EXAMPLE_WORKER};
        words.insert(words.end(), arguments.begin(), arguments.end());
        return std::make_unique<child_process>(words);
    };
    const auto help = run({"work", "--help"}, "");
    CHECK(help->wait() == 0);
    CHECK(help->out().starts_with("usage: fleet_worker"));
    CHECK_THAT(help->out(), contains_text("xit status: 0 "));
    CHECK(run({"--nonsense"}, "")->wait() == 2);
    worker_bench b;
    b.service().add_project(quick_project("A"));
    const texts submit{"--redis", b.url(), "submit", "--resource", b.service().endpoint(), "A"};
    for (const texts& arguments : {texts{"--help"}, submit, texts{"--redis", b.url(), "status"}}) {
        const auto lost = run(arguments, ">/dev/full");
        CHECK(lost->wait() == 1);
        CHECK(lost->err() == "fleet_worker: standard output cannot be written\n");
    }
    const auto lost = run({"--redis", b.url(), "work", "--config", b.config().string(),
                           "--output-dir", b.results().string(), "--once"},
                          ">/dev/full");
    CHECK(lost->wait() == 1);
    CHECK(fs::exists(b.result("A")));
    CHECK_THAT(lost->err(), contains_text("standard output cannot be written"));
}

TEST_CASE("a worker that is killed is replaced by one that resumes its job by the token",
          "[worker]") {
    worker_bench b;
    b.service().add_project(slow_project("A", 3s));
    b.submit(0, {"A"});
    const auto killed = b.start_worker();
    REQUIRE(killed->wait_until([&] { return b.has_submitted_job(); }, 20s));
    killed->send(SIGKILL);
    CHECK(killed->wait() == -SIGKILL);
    const auto other = b.start_worker();
    CHECK(other->wait_until([&] { return fs::exists(b.result("A")); }, 30s));
    CHECK_THAT(other->err(), contains_text("taking over job"));
    CHECK(b.submitted() == 1);
    CHECK(other->wait_until([&] { return b.count("running") == 0; }));
    other->send(SIGTERM);
    CHECK(other->wait() == 0);
}

TEST_CASE("a result replaces only one of an earlier claim", "[worker]") {
    const temporary_folder folder;
    fleet::fenced_result::prepare(folder.path());
    const auto commit = [&](std::uint64_t fence, const std::string& text) {
        fleet::fenced_result result(folder.path(), "A.json", {".json"}, fence);
        const fs::path part =
            folder.path() / ".langexport/fleet/parts" / (std::to_string(fence) + "-A.json");
        write_content(part, text);
        return result.commit(part);
    };
    using outcome = fleet::fenced_result::outcome;
    write_content(folder.path() / ".langexport/fleet/parts/.3-A.json.part", "of a killed worker");
    CHECK(commit(5, "five") == outcome::committed);
    CHECK(commit(4, "four") == outcome::superseded);
    CHECK(commit(5, "five again") == outcome::superseded);
    CHECK(content_of(folder / "A.json") == "five");
    CHECK(commit(6, "six") == outcome::committed);
    CHECK(content_of(folder / "A.json") == "six");
    CHECK(fs::is_empty(folder.path() / ".langexport/fleet/parts"));
    const fleet::descriptor other(folder.path() / ".langexport/fleet/lock", O_RDWR);
    REQUIRE(::flock(other.number(), LOCK_EX) == 0);
    CHECK(commit(7, "seven") == outcome::busy);
    CHECK(content_of(folder / "A.json") == "six");
}

TEST_CASE("a worker that was suspended replaces no newer result", "[worker]") {
    worker_bench b;
    testing::project project = slow_project("A", 1s);
    project.description = "the old one";
    b.service().add_project(project);
    const texts ids = b.submit(0, {"A"});
    // It does not notice by itself that it has lost its claim, because it refreshes the claim after minutes.
    const auto suspended = b.start_worker({"--claim-timeout", "1h"});
    REQUIRE(suspended->wait_until([&] { return b.has_submitted_job(); }, 20s));
    suspended->send(SIGSTOP);
    b.send({"ZADD", "langexport:jobs1:{jobs}:claims:" + b.service().endpoint() + " analyze-text",
            "0", ids[0]});
    const auto other = b.start_worker();
    REQUIRE(other->wait_until([&] { return fs::exists(b.result("A")); }, 30s));
    project.description = "the new one";
    b.service().add_project(project);
    REQUIRE(other->wait_until([&] { return b.submit(0, {"A"})[0] != ids[0]; }));
    const auto has_new = [&] {
        return content_of(b.result("A")).find("the new one") != std::string::npos;
    };
    REQUIRE(other->wait_until(has_new, 30s));
    suspended->send(SIGCONT);
    CHECK(suspended->wait_until(
        [&] { return suspended->err().find("another worker has claimed it") != std::string::npos; },
        30s));
    CHECK(has_new());
    for (const auto* each : {&suspended, &other}) {
        (*each)->send(SIGTERM);
        CHECK((*each)->wait() == 0);
    }
    CHECK(has_new());
    CHECK(b.submitted() == 2);
    CHECK(fs::is_empty(b.results() / "r0/.langexport/fleet/parts"));
}

TEST_CASE("a worker that waits for the lock of the folder says so once", "[worker]") {
    worker_bench b;
    const texts projects{"A", "B"};
    for (const std::string& each : projects)
        b.service().add_project(slow_project(each, 1s));
    b.submit(0, projects);
    const auto worker = b.start_worker();
    REQUIRE(worker->wait_until([&] { return b.has_submitted_job(); }, 20s));
    const auto has_said = [&] {
        return occurrences(worker->err(), "another worker has locked the folder") == 1;
    };
    {
        const fleet::descriptor other(b.results() / "r0/.langexport/fleet/lock", O_RDWR | O_CREAT);
        REQUIRE(::flock(other.number(), LOCK_EX) == 0);
        CHECK(worker->wait_until(has_said, 20s));
        CHECK(b.count_results() == 0);
    }
    CHECK(worker->wait_until([&] { return b.count_results() == 2; }, 20s));
    CHECK(has_said());
    worker->send(SIGTERM);
    CHECK(worker->wait() == 0);
}

TEST_CASE("a worker that was suspended stops working on jobs that others have taken over",
          "[worker]") {
    worker_bench b;
    testing::project endless = quick_project("Endless");
    endless.end = testing::job_end::never;
    b.service().add_project(endless);
    b.submit(0, {"Endless"});
    const auto suspended = b.start_worker({"--grace", "0s"});
    REQUIRE(suspended->wait_until([&] { return b.has_submitted_job(); }, 20s));
    suspended->send(SIGSTOP);
    const auto other = b.start_worker({"--grace", "0s"});
    const auto has_said = [](const std::unique_ptr<child_process>& process, const char* text) {
        return process->err().find(text) != std::string::npos;
    };
    REQUIRE(other->wait_until([&] { return has_said(other, "taking over"); }, 20s));
    suspended->send(SIGCONT);
    CHECK(suspended->wait_until(
        [&] { return has_said(suspended, "another worker has claimed it"); }, 20s));
    suspended->send(SIGTERM);
    CHECK(suspended->wait() == 0);
    CHECK(b.count("running") == 1); // it has not released the job
    other->send(SIGTERM);
    CHECK(other->wait() == 0);
    CHECK_FALSE(has_said(other, "another worker has claimed it"));
    CHECK(b.submitted() == 1);
}

TEST_CASE("a job that fails permanently becomes a dead letter, and the exit status says so",
          "[worker]") {
    worker_bench b;
    testing::project broken = quick_project("Broken");
    broken.end = testing::job_end::failed;
    b.service().add_project(broken);
    b.service().add_project(quick_project("Good"));
    const texts ids = b.submit(0, {"Broken", "Missing", "Good"});
    const auto worker = b.start_worker({"--once"});
    CHECK(worker->wait(30s) == 1);
    CHECK_THAT(worker->err(), contains_text("(Broken) has failed: "));
    CHECK(fs::exists(b.result("Good")));
    CHECK(b.count_results() == 1);
    const boost::json::object status = b.status();
    CHECK(status.at("dead") == 2);
    CHECK(status.at("queued") == 0);
    std::set<std::string> dead;
    for (const auto& each : status.at("dead_letters").as_array()) {
        dead.insert(std::string(each.at("project").as_string()));
        CHECK_FALSE(each.at("error").as_string().empty());
    }
    CHECK(dead == std::set<std::string>{"Broken", "Missing"});
    CHECK(b.submit(0, {"Broken"})[0] != ids[0]);
}

TEST_CASE("a job with a temporary failure is tried again, but not for ever", "[worker]") {
    worker_bench b;
    b.service().add_project(quick_project("A"));
    b.service().add_project(quick_project("B"));
    // 409: the project is busy.
    b.service().on(testing::call_kind::submission, 1, testing::canned_response(409),
                   testing::for_project("A"));
    b.service().on(testing::call_kind::submission, testing::occurrences::always(),
                   testing::canned_response(409), testing::for_project("B"));
    b.submit(0, {"A", "B"});
    const auto worker = b.start_worker({"--once"});
    CHECK(worker->wait(30s) == 1);
    CHECK(fs::exists(b.result("A")));
    CHECK(occurrences(worker->err(), "(A) failed, and waits for another attempt") == 1);
    CHECK(occurrences(worker->err(), "(B) failed, and waits for another attempt") == 2);
    CHECK(b.count("dead") == 1);
    CHECK(b.submitted() == 2 + 3);
}

TEST_CASE("SIGTERM releases the jobs, and another worker has them at once", "[worker]") {
    worker_bench b;
    testing::project endless = quick_project("Endless");
    endless.end = testing::job_end::never;
    b.service().add_project(endless);
    b.service().add_project(slow_project("Short", 1s));
    b.submit(0, {"Endless", "Short"});
    // Its claims would not expire in this test.
    const auto worker = b.start_worker({"--claim-timeout", "10m", "--grace", "2s"});
    REQUIRE(worker->wait_until([&] { return b.service().counters().jobs_created == 2; }, 20s));
    worker->send(SIGTERM);
    CHECK(worker->wait(20s) == 0);
    CHECK(fs::exists(b.result("Short"))); // in the grace period
    CHECK_THAT(worker->err(), contains_text("released job"));
    CHECK(b.count("waiting") == 1);
    CHECK(b.count("running") == 0);
    const auto other = b.start_worker({"--claim-timeout", "10m", "--grace", "0s"});
    CHECK(other->wait_until([&] { return b.has_submitted_job(); }, 20s));
    other->send(SIGTERM);
    CHECK(other->wait() == 0);
    CHECK(b.submitted() == 2);
}

TEST_CASE("while Redis is stopped, exports continue, and no job is lost or submitted again",
          "[worker]") {
    worker_bench b;
    const texts projects = names(15);
    for (const std::string& each : projects)
        b.service().add_project(slow_project(each, 1s));
    b.submit(0, projects);
    const auto worker = b.start_worker();
    const auto other = b.start_worker();
    REQUIRE(worker->wait_until([&] { return b.submitted() >= 4; }, 20s));
    b.redis.stop();
    for (const auto* each : {&worker, &other})
        REQUIRE((*each)->wait_until(
            [&] { return (*each)->err().find("trying again") != std::string::npos; }, 20s));
    wait_for(10s); // longer than claims and permits are valid
    b.redis.start();
    REQUIRE(worker->wait_until([&] { return b.count_results() == 15; }, 40s));
    CHECK(worker->wait_until([&] { return b.count("running") == 0; }));
    for (const auto* each : {&worker, &other}) {
        (*each)->send(SIGTERM);
        CHECK((*each)->wait() == 0);
        INFO((*each)->err());
        CHECK(occurrences((*each)->err(), "trying again") == 1);
        CHECK(occurrences((*each)->err(), "responds again") == 1);
        // The claims have expired, but their workers had no possibility to refresh them.
        CHECK(occurrences((*each)->err(), "taking over") == 0);
    }
    CHECK(b.submitted() == 15);
    CHECK(b.throttled() == 0);
}

TEST_CASE(
    "after an interruption of Redis, workers can refresh their claims before others take over",
    "[worker]") {
    redis_server server;
    server.start();
    direct_queue direct(address_of(server));
    const std::chrono::milliseconds lease = 1s;
    const auto claim = [&](const std::string& worker, const std::string& resource) {
        return direct.get(direct.queue.claim(worker, lease, {{resource + " analyze-text", 1}}))
            .jobs;
    };
    const auto refresh = [&](const fleet::claimed_job& job) {
        return direct.get(direct.queue.refresh(lease, {job.id, job.fence}));
    };
    for (const char* resource : {"a", "b", "c"})
        direct.get(direct.queue.submit(resource, "analyze-text", "A"));
    const auto first = claim("w1", "a"), second = claim("w2", "b");
    REQUIRE(first.size() == 1);
    REQUIRE(second.size() == 1);
    {
        const suspended_server suspended(server);
        wait_for(3 * lease / 2);
    }
    SECTION("another worker refreshes its claim") {
        CHECK(refresh(first[0]).empty());
    }
    SECTION("another worker claims a job of another resource") {
        CHECK(claim("w3", "c").size() == 1);
    }
    CHECK(claim("w1", "b").empty());
    CHECK(refresh(second[0]).empty());
    send_to(server, {"HSET", "langexport:jobs1:{jobs}:state", "hold", "0"});
    send_to(server, {"ZADD", "langexport:jobs1:{jobs}:claims:b analyze-text", "0", second[0].id});
    const auto taken = claim("w1", "b");
    REQUIRE(taken.size() == 1);
    CHECK(taken[0].taken_from == "w2");
    CHECK(refresh(second[0]) == fleet::texts{second[0].id});
}

TEST_CASE("the queue is used over TLS", "[worker]") {
    redis_server server;
    start_with_tls(server);
    fleet::redis_address address = address_of(server);
    address.tls = true;
    direct_queue wary(address); // it trusts the authorities of the system
    CHECK_THROWS_WITH(wary.get(wary.queue.submit("a", "analyze-text", "A")),
                      contains_text("the certificate"));
    address.ca_file = server.path("ca.pem");
    direct_queue direct(address);
    CHECK_FALSE(direct.get(direct.queue.submit("a", "analyze-text", "A")).empty());
    CHECK(direct.get(direct.queue.claim("w", 1s, {{"a analyze-text", 1}})).jobs.size() == 1);
}

TEST_CASE("a Redis that is suspended does not respond, and responds later", "[worker]") {
    redis_server server;
    server.start();
    direct_queue direct(address_of(server));
    {
        const suspended_server suspended(server);
        CHECK_THROWS_WITH(direct.get(direct.queue.submit("a", "analyze-text", "A")),
                          contains_text("no response within 5 s"));
    }
    CHECK_FALSE(direct.get(direct.queue.submit("a", "analyze-text", "A")).empty());
}

TEST_CASE("a problem of the shared quota is shown once, and its end", "[worker]") {
    texts shown;
    fleet::quota_notes notes([&](const std::string& line) { shown.push_back(line); });
    const auto at = [](std::chrono::seconds time) {
        return fleet::quota_notes::clock::time_point(time);
    };
    notes.failed("why", 1s, at(2s)); // of one resource
    notes.failed("why", 1s, at(2s)); // of another one
    notes.continued(at(4s));         // with a permit from before
    notes.failed("why", 2s, at(8s));
    REQUIRE(shown.size() == 1);
    CHECK_THAT(shown[0], contains_text("why"));
    notes.failed("another", 2s, at(9s));
    CHECK(shown.size() == 2);
    notes.continued(at(18s));
    notes.continued(at(19s));
    REQUIRE(shown.size() == 3);
    CHECK_THAT(shown[2], contains_text("again"));
    notes.failed("why", 1s, at(20s));
    CHECK(shown.size() == 4);
}

TEST_CASE("a Redis that may drop keys is reported", "[worker]") {
    worker_bench b;
    b.service().add_project(quick_project("A"));
    b.service().add_project(quick_project("B"));
    const auto set_policy = [&](const char* policy) {
        b.send({"CONFIG", "SET", "maxmemory-policy", policy});
    };
    set_policy("allkeys-lru");
    const auto rejected = b.start_worker();
    CHECK(rejected->wait() == 1);
    CHECK_THAT(rejected->err(), contains_text("is allkeys-lru; set it to noeviction"));
    set_policy("noeviction");
    b.submit(0, {"A"});
    const auto worker = b.start_worker();
    REQUIRE(worker->wait_until([&] { return fs::exists(b.result("A")); }, 30s));
    set_policy("allkeys-lru");
    wait_for(1s); // the permits of before have expired
    b.submit(0, {"B"});
    const auto has_said = [&] {
        return occurrences(worker->err(), "the shared quota gives no permits") == 1;
    };
    CHECK(worker->wait_until(has_said, 20s));
    wait_for(1s);
    set_policy("noeviction");
    CHECK(worker->wait_until([&] { return fs::exists(b.result("B")); }, 30s));
    CHECK(has_said());
    worker->send(SIGTERM);
    CHECK(worker->wait() == 0);
}

TEST_CASE("a worker that the service rejects ends, and its jobs stay in the queue", "[worker]") {
    worker_bench b;
    b.service().add_project(quick_project("A"));
    b.submit(0, {"A"});
    const auto rejected =
        b.start({"work", "--config", b.config_with_wrong_key().string(), "--output-dir",
                 b.results().string(), "--longest-request", "500ms"});
    CHECK(rejected->wait(30s) == 1);
    CHECK_THAT(rejected->err(), contains_text("cannot use the resource " + b.service().endpoint()));
    CHECK(b.count("dead") == 0);
    CHECK(b.count("waiting") == 1);
    const auto worker = b.start_worker({"--once"});
    CHECK(worker->wait(30s) == 0);
    CHECK(fs::exists(b.result("A")));
}

TEST_CASE("status shows the queue, the workers and the quotas to people", "[worker]") {
    worker_bench b;
    testing::project endless = quick_project("Endless");
    endless.end = testing::job_end::never;
    b.service().add_project(endless);
    b.submit(0, {"Endless", "Missing"});
    const auto worker = b.start_worker({"--grace", "0s"});
    REQUIRE(worker->wait_until([&] { return b.count("dead") == 1 && b.has_submitted_job(); }, 20s));
    b.send({"XADD", "langexport:jobs1:{jobs}:dead", "*", "project", "A\x1b[31mB", "resource", "r",
            "error", "e\nf"});
    const auto status = b.start({"status"});
    CHECK(status->wait() == 0);
    const std::string text = status->out();
    INFO(text);
    CHECK_THAT(text, contains_text("queue: 0 queued, 1 running, 0 waiting"));
    CHECK_THAT(text, contains_text("2 failed permanently"));
    CHECK_THAT(text, contains_text(": 1 running\n  Endless"));
    CHECK_THAT(text, contains_text("submitted"));
    CHECK_THAT(text, contains_text("quota of " + b.service().endpoint()));
    CHECK_THAT(text, contains_text("processes: 1"));
    CHECK_THAT(text, contains_text("  Missing  "));
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK_THAT(text, contains_text("e f"));
    const boost::json::object all = b.status();
    CHECK(all.at("quotas").at(0).at("processes") == 1);
    worker->send(SIGTERM);
    CHECK(worker->wait() == 1); // because of the project that does not exist
}

TEST_CASE("500 exports by four workers that are killed, and a Redis that restarts", "[worker]") {
    constexpr std::size_t each_resource = 167, all = 3 * each_resource, kills = 10;
    worker_bench b(3);
    const texts projects = names(each_resource);
    for (std::size_t i = 0; i < 3; ++i) {
        for (const std::string& name : projects)
            b.service(i).add_project(quick_project(name));
        CHECK(b.submit(i, projects).size() == each_resource);
    }
    const char* const given = std::getenv("LANGEXPORT_TEST_SEED");
    const unsigned seed =
        given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device()();
    std::cout << "LANGEXPORT_TEST_SEED=" << seed << std::endl;
    std::mt19937 random(seed);
    const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    const auto began = std::chrono::steady_clock::now();
    std::vector<std::chrono::steady_clock::time_point> moments;
    for (std::size_t i = 0; i < kills; ++i)
        moments.push_back(began + 2s + std::chrono::milliseconds(below(14'000)));
    std::sort(moments.begin(), moments.end());
    std::size_t not_submitted = 0; // of all killed workers
    // How many jobs a project may have at the end: one more for each worker that died during its submission.
    std::map<std::pair<std::string, std::string>, std::uint64_t> allowed;
    std::vector<std::unique_ptr<child_process>> workers;
    for (int i = 0; i < 4; ++i)
        workers.push_back(b.start_worker());
    for (std::size_t i = 0; i < kills; ++i) {
        std::unique_ptr<child_process>& killed = workers[below(4)];
        const bool is_running =
            killed->wait_until([&] { return std::chrono::steady_clock::now() >= moments[i]; }, 60s);
        INFO(killed->err());
        REQUIRE(is_running);
        killed->send(SIGKILL);
        killed->wait();
        for (const auto& [resource, project] : b.claimed_without_token(*killed)) {
            ++not_submitted;
            if (const std::uint64_t created = b.jobs_created(resource, project); created > 0)
                allowed[{resource, project}] = created + 1;
        }
        if (i == kills / 2) {
            b.redis.stop();
            b.redis.start();
        }
        killed = b.start_worker(); // it would not start without Redis
        REQUIRE(killed->wait_until([&] { return b.send({"PING"}) == "PONG\n"; }, 20s));
    }
    REQUIRE(workers[0]->wait_until([&] { return b.count_results() == all; }, 90s));
    REQUIRE(workers[0]->wait_until([&] { return b.count("running") == 0; }, 30s));
    const auto took = std::chrono::steady_clock::now() - began;
    for (const auto& each : workers) {
        each->send(SIGTERM);
        INFO(each->err());
        CHECK(each->wait() == 0);
    }
    std::cout << all << " exports: " << took / 1s << " s, " << b.submitted() - all
              << " submitted twice, of " << allowed.size() << " allowed\n";
    std::uint64_t created = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        for (const std::string& name : projects) {
            CAPTURE(i, name);
            const std::string resource = b.service(i).endpoint();
            const auto more = allowed.find({resource, name});
            const std::uint64_t jobs = b.jobs_created(resource, name);
            created += jobs;
            CHECK(jobs <= (more == allowed.end() ? 1 : more->second));
            const auto result = boost::json::parse(content_of(b.result(name, i)));
            CHECK(result.at("metadata").at("projectName").as_string() == name);
        }
        CHECK(fs::is_empty(b.results() / ("r" + std::to_string(i)) / ".langexport/fleet/parts"));
    }
    CHECK(b.submitted() == created);
    CHECK(not_submitted > 0);
    CHECK(b.throttled() == 0);
    for (const char* field : {"queued", "running", "waiting", "dead"})
        CHECK(b.count(field) == 0);
}
} // namespace fleet_worker_test
