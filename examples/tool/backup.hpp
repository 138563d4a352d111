#ifndef LANGEXPORT_EXAMPLES_TOOL_BACKUP_HPP
#define LANGEXPORT_EXAMPLES_TOOL_BACKUP_HPP

#include "command_line.hpp"
#include "live_run.hpp"
#include "output_files.hpp"
#include "program_errors.hpp"
#include "resource_run.hpp"

#include <langexport/endpoint.hpp>
#include <langexport/file/folder_lock.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tool {

using steady = std::chrono::steady_clock;

// Thrown if none of the resources can be used. It contains the reason for each of them.
class no_resource : public std::exception {
public:
    explicit no_resource(std::vector<std::exception_ptr> all) : problems(std::move(all)) {}
    const char* what() const noexcept override { return "no resource can be used"; }

    std::vector<std::exception_ptr> problems;
};

// A run of the tool.
class backup {
public:
    // Throws `no_resource` if no resource can be used. If only some of them can be used, these are
    // exported.
    explicit backup(const settings& s);

    // Runs the exports and returns the exit status.
    //
    // `command` is the program in the syntax of a shell. A second signal prints how to resume the run.
    int run(const std::string& command);
    // The lines that are not in the report, and the command that resumes the run. Empty if no work
    // remains.
    std::string advice(const std::string& command) const;

private:
    void start_reports();
    void set_aside(const std::exception_ptr& problem);
    void start_lanes(resource_run& one);
    std::vector<resource_work> work() const;
    void write_metrics();
    std::vector<const langexport::client*> clients() const;
    std::string summary() const;
    std::string resume_line(const std::string& command) const;

    session session_;
    live_run live_{session_, [this] { return clients(); }, [this] { return work(); }};
    std::deque<resource_run> runs_;
    std::vector<std::exception_ptr> problems_;
    texts unusable_; // the endpoints of resources without a run; empty: unknown
    bool is_locked_ = false;
};

inline backup::backup(const settings& s) : session_(s) {
    std::vector<fs::path> folders;
    for (const backup_resource& one : s.resources)
        if (!one.output_dir.empty())
            folders.push_back(one.output_dir);
    check_output_files(s.report, s.metrics, folders);
    for (const backup_resource& one : s.resources)
        try {
            runs_.emplace_back(session_, one);
            if (runs_.back().problem())
                set_aside(runs_.back().problem());
        } catch (...) {
            unusable_.push_back(one.endpoint);
            set_aside(std::current_exception());
        }
    const auto is_usable = [](const resource_run& one) { return !one.problem(); };
    if (std::any_of(runs_.begin(), runs_.end(), is_usable))
        start_reports();
    if (std::none_of(runs_.begin(), runs_.end(), is_usable))
        throw no_resource(problems_);
}

// Writes the whole plan to the reports.
inline void backup::start_reports() {
    for (resource_run& one : runs_)
        one.record_plan();
    for (resource_run& one : runs_)
        try {
            one.open_report();
        } catch (...) {
            one.set_problem(std::current_exception());
            set_aside(one.problem());
        }
}

inline void backup::set_aside(const std::exception_ptr& problem) {
    problems_.push_back(problem);
    const std::string text = langexport::message_of(problem);
    try {
        std::rethrow_exception(problem);
    } catch (const langexport::folder_in_use&) {
        is_locked_ = true;
        session_.log(langexport::log_level::error, text);
    } catch (...) {
        session_.fail(text);
    }
}

inline int backup::run(const std::string& command) {
    for (resource_run& one : runs_)
        if (!one.problem())
            live_.spawn(one.list(), [this, &one] { start_lanes(one); });
    live_.run(resume_line(command));
    for (resource_run& one : runs_) {
        one.count_rest();
        one.finish_manifest(!live_.is_interrupted());
    }
    session_.log(langexport::log_level::info, summary());
    if (session_.set.log_level >= langexport::log_level::info)
        session_.display.note_failures();
    for (const resource_run& one : runs_)
        one.show_removed();
    write_metrics();
    live_.close();
    if (live_.is_cut())
        return status_stopped;
    if (session_.has_failed || session_.display.count("failed") > 0)
        return status_failed;
    return is_locked_ ? status_locked : status_good;
}

// The projects of a resource are known.
inline void backup::start_lanes(resource_run& one) {
    for (std::size_t lane = 0; lane < one.lanes(); ++lane)
        live_.spawn(one.work(lane));
}

inline std::vector<const langexport::client*> backup::clients() const {
    std::vector<const langexport::client*> all;
    for (const resource_run& one : runs_)
        for (const surface_run& surface : one.surfaces())
            if (surface.client())
                all.push_back(surface.client());
    return all;
}

inline std::vector<resource_work> backup::work() const {
    std::map<std::string, resource_work> by_resource; // several objects of a config may name one
    for (const resource_run& one : runs_)
        if (!one.problem())
            one.add_work(by_resource[one.endpoint()]);
    std::vector<resource_work> all;
    for (const auto& [endpoint, work] : by_resource)
        all.push_back(work);
    return all;
}

inline void backup::write_metrics() {
    if (session_.set.metrics.empty())
        return;
    run_metrics run;
    for (const resource_run& one : runs_) {
        resource_metrics its;
        one.add_metrics(its);
        run.resources[one.endpoint()].add(its);
    }
    for (const std::string& endpoint : unusable_)
        try {
            run.add_unusable(langexport::endpoint::parse(endpoint).to_string());
        } catch (const std::exception&) { // it is missing or wrong
            run.has_unnamed = true;
        }
    run.duration = session_.display.progress(steady::now()).elapsed;
    run.ended = std::chrono::system_clock::now();
    try {
        tool::write_metrics(session_.set.metrics, run);
    } catch (const std::exception& error) {
        session_.fail(error.what());
    }
}

inline std::string backup::summary() const {
    std::size_t all = 0;
    for (const resource_run& one : runs_)
        for (const surface_run& surface : one.surfaces())
            all += surface.size();
    if (all == 0)
        return session_.set.is_resumed() ? "0 projects: nothing was left to do" : "0 projects";
    return session_.display.summary(steady::now());
}

inline std::string backup::advice(const std::string& command) const {
    std::string text;
    for (const auto& [path, report] : session_.reports())
        if (report->writer()->is_open() && !report->writer()->kept().empty())
            text += "append these lines to " + path.string() + ":\n" + report->writer()->kept();
    if (text.empty() && !session_.has_left)
        return {};
    return text + resume_line(command);
}

inline std::string backup::resume_line(const std::string& command) const {
    std::string text =
        session_.set.hint + "resume with: " + command + session_.set.kept + " --resume";
    const fs::path& named = !session_.set.report.empty() || !session_.set.resume
                                ? session_.set.report
                                : *session_.set.resume;
    return text + (named.empty() ? "" : ' ' + shell_word(named.string())) + '\n';
}

} // namespace tool

#endif
