// The backup tool: options that contradict each other, or have values that cannot be used.

#include "examples/tool_bench.hpp"

#include <langexport/export_job.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace export_projects_usage_test {

using namespace langexport_tests;

TEST_CASE("a resume token is rejected as a report and as a project name", "[tool][usage]") {
    tool_bench b;
    const langexport::export_job job("A", b.service.endpoint() + "/language/jobs/1",
                                     std::chrono::system_clock::now());
    CHECK(b.run({"--resume", job.to_token()}) == 2);
    CHECK_THAT(b.err, contains_text("--resume: the name of a report"));
    CHECK(b.err.find(job.to_token()) == std::string::npos);
    CHECK(b.service.counters().requests == 0);
}

TEST_CASE("a wrong poll interval is reported with the name of the option", "[tool][messages]") {
    const tool_bench b;
    const std::pair<texts, std::string> rows[] = {
        {{"--poll-max", "0s"}, "--poll-max must be from"},
        {{"--poll-max", "2h"}, "--poll-max must be from"},
        {{"--poll-first", "0s"}, "--poll-first must be from"},
        {{"--poll-first", "2h", "--job-timeout", "9h"}, "--poll-first must be from"},
        {{"--poll-first", "3s", "--poll-max", "2s"},
         "--poll-first (3 s) is longer than --poll-max (2 s)"},
    };
    for (const auto& [options, why] : rows) {
        CAPTURE(options);
        texts arguments = {LANGEXPORT_EXPORT_PROJECTS, "--output-dir", (b.folder / "out").string(),
                           "A"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        child_process tool(arguments, b.settings());
        CHECK(tool.wait() == 2);
        CHECK_THAT(tool.err(), contains_text(why));
        const bool has_first = options[0] == "--poll-first",
                   has_max = options.size() == 4 || !has_first;
        CHECK((tool.err().find("--poll-first") != std::string::npos) == has_first);
        CHECK((tool.err().find("--poll-max") == std::string::npos || has_max));
    }
}

} // namespace export_projects_usage_test
