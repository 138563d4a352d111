// What a run of the backup tool reads before it begins, in a folder with a year of nightly reports.

#include "examples/tool/run_report.hpp"
#include "examples/tool_bench.hpp"

#include <langexport/export_job.hpp>
#include <langexport/report/file_digest.hpp>
#include <langexport/report/report_line.hpp>
#include <langexport/report/report_run.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>

namespace export_projects_start_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

#if !defined(LANGEXPORT_SANITIZED_BUILD)
namespace {

constexpr int nights = 365, projects = 500;
const report_line::time_point first_night = std::chrono::sys_days(std::chrono::year(2025) / 1 / 1);

std::string name_of(int number) {
    return "Project-" + std::to_string(number);
}

// The lines of one night: each project is planned, submitted and exported.
std::string lines_of_night(const std::string& endpoint, const fs::path& out,
                           report_line::time_point when) {
    std::string planned, ended;
    for (int i = 0; i < projects; ++i) {
        const std::string name = name_of(i);
        const auto add = [&](report_line line, std::string& to) {
            line.endpoint = endpoint;
            line.surface = "analyze-text";
            to += line.to_json() + '\n';
        };
        add(report_line(name, export_outcome::unfinished, when), planned);
        const export_job job(name,
                             endpoint + "/language/authoring/analyze-text/projects/" + name +
                                 "/export/jobs/0e5cf8a7-4bd2-4d9c-9b2f-7c1a2f3e4d5b",
                             when);
        add(report_line::of_job(job, when), ended);
        report_line line(name, export_outcome::exported, when);
        line.file = (out / (name + ".json")).string();
        line.bytes = 12'345;
        line.unchanged = true;
        line.status = "succeeded";
        line.elapsed = 4'100ms;
        add(line, ended);
    }
    return report_run(when).to_json() + '\n' + planned + ended;
}

// Writes the files of all projects, and their manifest.
void write_results(const fs::path& out) {
    fs::create_directories(out / ".langexport");
    manifest all;
    for (int i = 0; i < projects; ++i) {
        manifest_entry entry;
        entry.name = name_of(i);
        entry.surface = "analyze-text";
        entry.file = entry.name + ".json";
        write_content(out / entry.file, std::string(50'000, ' '));
        entry.bytes = 50'000;
        entry.sha256 = std::string(64, 'a');
        entry.exported_at = first_night;
        all.set(entry);
    }
    all.write(out / manifest::usual_name);
}

// How many bytes this process and its ended children have read, from files and pipes; nothing if the system does not
// say so.
std::optional<std::uint64_t> bytes_read() {
    std::ifstream io("/proc/self/io");
    std::string word;
    std::uint64_t value = 0;
    return io >> word >> value && word == "rchar:" ? std::optional(value) : std::nullopt;
}

// The processor time of ended children, in seconds.
double seconds_used() {
    rusage used{};
    REQUIRE(getrusage(RUSAGE_CHILDREN, &used) == 0);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::uintmax_t size_of(const fs::path& file) {
    std::error_code unknown;
    const std::uintmax_t size = fs::file_size(file, unknown);
    return unknown ? 0 : size;
}

} // namespace

TEST_CASE("a run starts within a second after a year of nightly reports", "[tool][report][start]") {
    tool_bench b;
    b.service.add_project(project_of(name_of(0), 10ms));
    const fs::path out = b.folder / "out", report = b.usual_report();
    write_results(out);
    std::uintmax_t night_bytes = 0, year_bytes = 0, read = 0;
    double seconds = 0;
    for (int night = 0; night < nights; ++night) {
        // Runs between these would read less. The last night is always run.
        if (size_of(report) >= tool::most_report_bytes || night == nights - 1) {
            const std::uintmax_t before = size_of(report) + size_of(tool::older_report_of(report));
            CHECK(before <= 2 * (tool::most_report_bytes + night_bytes));
            const auto read_before = bytes_read();
            const double seconds_before = seconds_used();
            const auto tool = b.start({"--quiet", name_of(0)});
            const int status = tool->wait();
            seconds = std::max(seconds, seconds_used() - seconds_before);
            INFO(tool->err());
            REQUIRE(status == 0);
            if (read_before)
                read = *bytes_read() - *read_before;
            // Each report once; the manifest, the old result, libraries.
            CHECK(read <= before + 1'000'000);
        }
        const std::string lines =
            lines_of_night(b.service.endpoint(), out, first_night + night * 24h);
        std::ofstream(report, std::ios::binary | std::ios::app) << lines;
        night_bytes = lines.size();
        year_bytes += night_bytes;
    }
    CHECK(year_bytes > 5 * tool::most_report_bytes);
    if (!bytes_read())
        WARN("the system does not say how much a process reads");
    std::cout << "start after a year of reports (" << year_bytes / 1'000'000
              << " MB written): at most " << seconds << " s of processor time, " << read / 1'000'000
              << " MB read\n";
#if defined(__OPTIMIZE__)
    CHECK(seconds < 1);
#endif
}
#endif

} // namespace export_projects_start_test
