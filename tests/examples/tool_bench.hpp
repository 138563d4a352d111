#ifndef LANGEXPORT_TESTS_EXAMPLES_TOOL_BENCH_HPP
#define LANGEXPORT_TESTS_EXAMPLES_TOOL_BENCH_HPP

// Runs the backup tool as a process against an emulator.

#include <langexport/report/export_report.hpp>
#include <langexport/report/manifest.hpp>
#include <langexport/testing/emulator.hpp>

#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace langexport_tests {

inline constexpr const char* test_key = "e58b081006f7e3dfc967a64cb14028d5";

inline langexport::testing::emulator_options options_of(bool tls) {
    langexport::testing::emulator_options options;
    options.tls = tls;
    options.keys = {test_key};
    return options;
}

inline langexport::testing::project
project_of(std::string name, std::chrono::nanoseconds duration = std::chrono::milliseconds(50)) {
    langexport::testing::project project(std::move(name));
    project.documents = 5;
    project.job_duration = duration;
    return project;
}

using texts = std::vector<std::string>;

/// All lines of a report that name a project.
inline std::vector<langexport::report_line> lines_in(const std::string& report) {
    std::vector<langexport::report_line> lines;
    std::istringstream text(report);
    for (std::string line; std::getline(text, line);)
        if (!langexport::report_run::is_run_line(line))
            lines.push_back(langexport::report_line::from_json(line));
    return lines;
}

/// The service, and the tool's working folder.
class tool_bench {
public:
    explicit tool_bench(bool tls = false) : tool_bench(tls, options_of(tls)) {}
    tool_bench(bool tls, const langexport::testing::emulator_options& options)
        : service(context_.get_executor(), options), runner_([this] { context_.run(); }) {
        if (tls)
            service.write_certificate((folder / "ca.pem").string());
    }
    tool_bench(const tool_bench&) = delete;
    tool_bench& operator=(const tool_bench&) = delete;
    ~tool_bench() {
        service.stop();
        runner_.join();
    }

    std::unique_ptr<child_process> start(std::vector<std::string> arguments,
                                         int errors = -1) const {
        arguments.insert(arguments.begin(),
                         {LANGEXPORT_EXPORT_PROJECTS, "--output-dir", (folder / "out").string(),
                          "--quota-window", "0", "--poll-first", "20ms", "--poll-max", "100ms"});
        return std::make_unique<child_process>(arguments, settings(), errors);
    }
    // Runs the tool, and checks that no output contains a part of the key.
    int run(const std::vector<std::string>& arguments) {
        const auto tool = start(arguments);
        const int status = tool->wait();
        out = tool->out();
        err = tool->err();
        INFO(err);
        CHECK(err.find(test_key) == std::string::npos);
        CHECK(content_of(report()).find(test_key) == std::string::npos);
        return status;
    }
    // The same with these arguments only.
    int run_plainly(texts arguments) {
        arguments.insert(arguments.begin(), LANGEXPORT_EXPORT_PROJECTS);
        child_process tool(arguments, settings());
        const int status = tool.wait();
        out = tool.out();
        err = tool.err();
        return status;
    }
    std::map<std::string, std::string> settings() const {
        return {{"AZURE_LANGUAGE_ENDPOINT", service.endpoint()}, {"AZURE_LANGUAGE_KEY", test_key}};
    }

    std::string report() const { return (folder / "report.jsonl").string(); }
    // The default path of the report.
    std::string usual_report() const {
        return (folder / "out" / ".langexport" / "report.jsonl").string();
    }
    // All lines that name a project, also in older reports.
    std::vector<langexport::report_line> lines_of(const std::string& project) const {
        std::vector<langexport::report_line> found = lines_in(content_of(report()));
        std::erase_if(found, [&](const auto& line) { return line.project != project; });
        return found;
    }
    std::vector<std::string> outcomes_of(const std::string& project) const {
        std::vector<std::string> outcomes;
        for (const langexport::report_line& line : lines_of(project))
            outcomes.emplace_back(to_string(line.outcome));
        return outcomes;
    }
    bool is_exported(const std::string& file, const std::string& project) const {
        return content_of(folder / "out" / file).find("\"projectName\":\"" + project + "\"") !=
               std::string::npos;
    }
    // The files of projects, without the manifest.
    std::set<std::string> files() const {
        std::set<std::string> names;
        if (!std::filesystem::exists(folder / "out")) // the tool creates it
            return names;
        for (const auto& entry : std::filesystem::directory_iterator(folder / "out"))
            if (!entry.path().filename().string().starts_with(".langexport"))
                names.insert(entry.path().filename().string());
        names.erase(langexport::manifest::usual_name);
        return names;
    }
    // The command that the tool printed last.
    std::string resume_command() const {
        const std::string mark = "resume with: ";
        const std::size_t at = err.rfind(mark);
        REQUIRE(at != std::string::npos);
        const std::size_t begin = at + mark.size();
        CHECK(err.find('\n', begin) == err.size() - 1);
        return err.substr(begin);
    }
    int run_in_shell(const std::string& command) {
        child_process shell({"/bin/sh", "-c", command}, settings());
        const int status = shell.wait();
        err = shell.err();
        return status;
    }

    temporary_folder folder;
    std::string out, err;

private:
    boost::asio::io_context context_;

public:
    langexport::testing::emulator service;

private:
    std::thread runner_;
};

inline texts add_projects(tool_bench& b, int number, std::chrono::nanoseconds duration) {
    texts projects;
    for (int i = 1; i <= number; ++i) {
        projects.push_back("Project-" + std::to_string(i));
        b.service.add_project(project_of(projects.back(), duration));
    }
    return projects;
}

} // namespace langexport_tests

#endif
