// The backup tool is killed and resumed. The requests that the service received from each run, in their order,
// are compared with the lines of the report after the run.

#include "examples/tool_bench.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace export_projects_killed_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;
using testing::call_kind;
using testing::request_record;

namespace {

testing::emulator_options keeping_all_requests(testing::emulator_options options) {
    options.log_limit = 1'000'000;
    return options;
}

// The id in the requests for a job's status and result, and in the report's token.
std::string job_path(std::string_view link) {
    const std::size_t path = link.find("/language/");
    const std::size_t id = link.find("/jobs/", path);
    if (path == std::string_view::npos || id == std::string_view::npos)
        return {};
    const std::size_t end = link.find_first_of("/?", id + std::string_view("/jobs/").size());
    return std::string(link.substr(path, end - path));
}

// By project, every job that the report names. An incomplete line names none.
std::map<std::string, std::set<std::string>> jobs_of(const std::string& report) {
    std::map<std::string, std::set<std::string>> jobs;
    for (const report_line& line :
         lines_in(report.substr(0, export_report::parse(report).whole_size())))
        if (!line.resume_token.empty())
            jobs[line.project].insert(
                job_path(export_job::from_token(line.resume_token).operation_location()));
    return jobs;
}

// A backup that is killed and resumed repeatedly.
class killed_backup {
public:
    killed_backup(tool_bench& bench, texts options, int size, std::chrono::nanoseconds duration)
        : bench_(bench), options_(std::move(options)), size_(size), duration_(duration),
          seed(std::random_device()()), random_(seed) {
        add_work();
    }

    // Starts or resumes a run, and kills it at a random moment. Returns whether it was still running then.
    // If it had finished before, the next run starts from the beginning.
    bool run_and_kill(unsigned longest) {
        bench_.service.clear_requests();
        const testing::emulator_counters before = bench_.service.counters();
        const auto tool = bench_.start(arguments());
        const auto has_done = [&](std::uint64_t requests, std::uint64_t jobs) {
            const testing::emulator_counters now = bench_.service.counters();
            return now.requests >= before.requests + requests &&
                   now.jobs_created >= before.jobs_created + jobs;
        };
        // The delay starts when the process starts, when it has begun, or at the responses to its submissions.
        switch (random_() % 3) {
        case 0:
            tool->wait_until([&] { return has_done(1, 0); });
            std::this_thread::sleep_for(std::chrono::milliseconds(random_() % longest));
            break;
        case 1: {
            const std::uint64_t jobs = 1 + random_() % 6;
            tool->wait_until([&] { return has_done(1, jobs); });
            break;
        }
        default:
            std::this_thread::sleep_for(std::chrono::milliseconds(random_() % longest));
        }
        tool->send(SIGKILL);
        const int status = tool->wait();
        INFO(tool->err());
        REQUIRE((status == -SIGKILL || status == 0));
        wait_for_silence();
        const export_report report = export_report::parse(content_of(bench_.report()));
        std::erase_if(news_, [&](const std::string& name) { return report.find(name); });
        if (status == 0) {
            CHECK(news_.empty());
            add_work();
        } else {
            ++kills;
            early_kills += bench_.service.counters().requests == before.requests ? 1 : 0;
        }
        return status == -SIGKILL;
    }
    int finish() { return bench_.run(arguments()); }

private:
    texts arguments() const {
        texts all = options_;
        all.insert(all.end(), {content_of(bench_.report()).empty() ? "--report" : "--resume",
                               bench_.report()});
        all.insert(all.end(), news_.begin(), news_.end());
        return all;
    }
    void add_work() {
        for (int i = 0; i < size_; ++i) {
            news_.push_back("Project-" + std::to_string(projects.size() + 1));
            projects.push_back(news_.back());
            bench_.service.add_project(project_of(projects.back(), duration_));
        }
    }
    // Requests that the tool sent before the kill may reach the service after it.
    void wait_for_silence() const {
        for (int i = 0; bench_.service.counters().open_connections > 0; ++i) {
            REQUIRE(i < 30'000);
            std::this_thread::sleep_for(1ms);
        }
    }

    tool_bench& bench_;
    const texts options_;
    const int size_;
    const std::chrono::nanoseconds duration_;
    texts news_; // the report does not name them yet

public:
    const unsigned seed;
    texts projects;
    int kills = 0;       // before the run was over
    int early_kills = 0; // of these, before the first request

private:
    std::mt19937 random_;
};

// Compares the report with the requests that the service received from one run. Returns the projects with jobs
// that the report does not name.
texts check_run(const std::vector<request_record>& seen, const std::string& before,
                const std::string& after) {
    const auto known = jobs_of(before), now = jobs_of(after);
    std::map<std::string, std::size_t> submitted;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        const request_record& request = seen[i];
        INFO(request.method << ' ' << request.target);
        REQUIRE(!request.project.empty());
        const auto jobs = now.find(request.project);
        if (request.kind != call_kind::submission) {
            // The line is written before the first poll: a polled job is in the report.
            REQUIRE(jobs != now.end());
            CHECK(jobs->second.count(job_path(request.target)) == 1);
        } else if (request.status == 202) {
            CHECK(known.count(request.project) == 0);
            CHECK(submitted.emplace(request.project, i).second);
        }
    }
    texts lost;
    for (const auto& [project, place] : submitted) {
        if (now.count(project) > 0)
            continue;
        lost.push_back(project);
        INFO(project);
        // The 202 arrived so late that its line was not yet written. So the tool sent no further request for
        // this job, and no other export completed meanwhile, which takes three requests.
        std::map<std::string, int> later;
        for (std::size_t i = place + 1; i < seen.size(); ++i)
            ++later[seen[i].project];
        CHECK(later.count(project) == 0);
        for (const auto& [other, requests] : later) {
            INFO(other);
            CHECK(requests < 3);
        }
    }
    return lost;
}

} // namespace

TEST_CASE("after kills at random moments, only submissions without a response are sent again",
          "[tool_killed]") {
    constexpr std::size_t in_flight = 6;
    tool_bench b(true, keeping_all_requests(options_of(true)));
    killed_backup backup(b, {"--ca-file", (b.folder / "ca.pem").string(), "--max-in-flight", "6"},
                         60, 100ms);
    CAPTURE(backup.seed);

    std::map<std::string, std::uint64_t> lost;
    std::size_t all_lost = 0, torn = 0;
    while (backup.kills < 10) {
        const std::string before = content_of(b.report());
        const bool was_killed = backup.run_and_kill(250);
        const std::string after = content_of(b.report());
        const texts lost_now = check_run(b.service.requests(), before, after);
        CHECK(lost_now.size() <= (was_killed ? in_flight : 0));
        for (const std::string& project : lost_now)
            ++lost[project];
        all_lost += lost_now.size();
        torn += export_report::parse(after).is_torn() ? 1 : 0;
        for (const std::string& name : b.files())
            if (name.front() != '.')
                CHECK(b.is_exported(name, name.substr(0, name.size() - 5)));
    }
    REQUIRE(backup.finish() == 0);

    const auto jobs = jobs_of(content_of(b.report()));
    const testing::emulator_counters counted = b.service.counters();
    for (const std::string& project : backup.projects) {
        INFO(project);
        CHECK(b.outcomes_of(project).back() == "exported");
        CHECK(b.is_exported(project + ".json", project));
        CHECK(jobs.at(project).size() == 1);
        CHECK(counted.projects.at(project).jobs_created == 1 + lost[project]);
    }
    CHECK(b.files().size() == backup.projects.size());
    std::cout << backup.projects.size() << " projects, " << backup.kills << " kills, "
              << backup.early_kills << " of them early: " << counted.jobs_created << " jobs, "
              << all_lost << " of them lost in the air, " << torn << " reports torn; seed "
              << backup.seed << "\n";
}

TEST_CASE("a batch of 200 that is killed ten times writes 200 files, and the report names each job",
          "[tool_killed]") {
    tool_bench b(false, keeping_all_requests(options_of(false)));
    killed_backup backup(b, {}, 200, 20ms);
    CAPTURE(backup.seed);
    std::uint64_t lost = 0;
    while (backup.kills < 10) {
        const std::string before = content_of(b.report());
        const bool was_killed = backup.run_and_kill(250);
        const texts lost_now = check_run(b.service.requests(), before, content_of(b.report()));
        CHECK(lost_now.size() <= (was_killed ? 64 : 0));
        lost += lost_now.size();
    }
    CHECK(backup.finish() == 0);
    for (const std::string& project : backup.projects) {
        INFO(project);
        CHECK(b.is_exported(project + ".json", project));
    }
    CHECK(b.files().size() == backup.projects.size());
    const auto jobs = jobs_of(content_of(b.report()));
    CHECK(jobs.size() == backup.projects.size());
    for (const auto& [project, known] : jobs) {
        INFO(project);
        CHECK(known.size() == 1);
    }
    CHECK(b.service.counters().jobs_created == backup.projects.size() + lost);
    std::cout << backup.projects.size() << " projects, " << backup.kills << " kills, "
              << backup.early_kills << " of them early: " << lost << " jobs lost in the air; seed "
              << backup.seed << "\n";
}

TEST_CASE("a run that is killed ten times stays within the quota", "[tool_killed]") {
    testing::emulator_options options = options_of(false);
    options.quota_posts = 10;
    options.quota_gets = 100;
    options.quota_window = 1s;
    tool_bench b(false, options);
    killed_backup backup(b, {"--quota-window", "1s"}, 40, 50ms);
    CAPTURE(backup.seed);
    while (backup.kills < 10)
        backup.run_and_kill(700);
    CHECK(backup.finish() == 0);
    CHECK(b.service.counters().throttled == 0);
    CHECK(b.files().size() == backup.projects.size());
}

} // namespace export_projects_killed_test
