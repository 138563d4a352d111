#ifndef LANGEXPORT_EXAMPLES_TOOL_BACKUP_HPP
#define LANGEXPORT_EXAMPLES_TOOL_BACKUP_HPP

#include "command_line.hpp"
#include "resource_run.hpp"
#include "stop_signals.hpp"

#include <langexport/detail/base/duration_text.hpp>
#include <langexport/file/folder_lock.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tool {

using steady = std::chrono::steady_clock;

// Exit statuses.
inline constexpr int status_good = 0, status_failed = 1, status_unusable = 2, status_stopped = 3,
                     status_locked = 4;

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
    void listed(resource_run& one, const std::exception_ptr& error);
    void ended(const std::exception_ptr& error);
    void interrupt();
    void show();
    void update_state();
    void write_metrics();
    std::vector<const langexport::client*> clients() const;
    std::string summary() const;
    std::string resume_line(const std::string& command) const;

    session session_;
    stop_signals signals_{session_.context.get_executor(), status_stopped};
    asio::steady_timer redraw_{session_.context};
    std::deque<resource_run> runs_;
    std::vector<std::exception_ptr> problems_;
    std::size_t running_ = 0;
    bool is_interrupted_ = false, is_cut_ = false, is_locked_ = false;
};

inline backup::backup(const settings& s) : session_(s) {
    session_.show = [this] { show(); };
    for (const backup_resource& one : s.resources)
        try {
            runs_.emplace_back(session_, one);
            if (runs_.back().problem())
                set_aside(runs_.back().problem());
        } catch (...) {
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
    signals_.print_when_ended(resume_line(command));
    signals_.ask([this] { interrupt(); });
    for (resource_run& one : runs_) {
        if (one.problem())
            continue;
        ++running_;
        asio::co_spawn(session_.context, one.list(),
                       [this, &one](const std::exception_ptr& error) { listed(one, error); });
    }
    session_.display.start(steady::now());
    for (show(); running_ > 0;)
        session_.context.run_one();
    // A submission that was in progress when its export was stopped may have created a job.
    const auto is_waiting = [](const langexport::client* one) {
        return one->stats().in_flight > 0;
    };
    const auto all = clients();
    for (const auto until = steady::now() + 2s;
         steady::now() < until && std::any_of(all.begin(), all.end(), is_waiting);)
        session_.context.run_one_until(until);
    session_.context.poll();

    for (resource_run& one : runs_) {
        one.count_rest();
        one.finish_manifest(!is_interrupted_);
    }
    session_.log(langexport::log_level::info, summary());
    if (session_.set.log_level >= langexport::log_level::info)
        session_.display.note_failures();
    for (const resource_run& one : runs_)
        one.show_removed();
    write_metrics();
    std::cerr << session_.display.close(session_.terminal()) << std::flush;
    if (is_cut_)
        return status_stopped;
    if (session_.has_failed || session_.display.count("failed") > 0)
        return status_failed;
    return is_locked_ ? status_locked : status_good;
}

inline void backup::listed(resource_run& one, const std::exception_ptr& error) {
    if (!error)
        for (std::size_t lane = 0; lane < one.lanes(); ++lane) {
            ++running_;
            asio::co_spawn(session_.context, one.work(lane),
                           [this](const std::exception_ptr& failure) { ended(failure); });
        }
    ended(error);
}

inline void backup::ended(const std::exception_ptr& error) {
    --running_;
    if (!error)
        return;
    session_.has_left = true;
    // Some work was not done. After a signal that is expected.
    (is_interrupted_ ? is_cut_ : session_.has_failed) = true;
    if (langexport::code_of(error) != make_error_code(langexport::errc::client_closed))
        session_.log(langexport::log_level::error, langexport::message_of(error));
}

// After the first signal nothing new is submitted, and running exports get `--grace` to finish.
inline void backup::interrupt() {
    is_interrupted_ = true;
    session_.log(langexport::log_level::info,
                 "stopping within " + langexport::detail::format_duration(session_.set.grace));
    for (const langexport::client* one : clients())
        one->drain(session_.set.grace, [](std::exception_ptr, langexport::drain_summary) {});
    show();
}

inline std::vector<const langexport::client*> backup::clients() const {
    std::vector<const langexport::client*> all;
    for (const resource_run& one : runs_)
        for (const surface_run& surface : one.surfaces())
            if (surface.client())
                all.push_back(surface.client());
    return all;
}

// Draws ten times a second on a terminal. Elsewhere it prints lines after each change, and the state of the run if
// there was none for some time.
inline void backup::show() {
    const terminal_size terminal = session_.terminal();
    update_state();
    redraw_.expires_after(terminal.columns > 0 ? 100ms : 1000ms);
    redraw_.async_wait([this](auto error) { error ? void() : show(); });
    std::cerr << session_.display.draw(steady::now(), terminal) << std::flush;
}

inline void backup::update_state() {
    std::map<std::string, resource_work> by_resource; // several objects of a config may name one
    for (const resource_run& one : runs_)
        if (!one.problem())
            one.add_work(by_resource[one.endpoint()]);
    std::vector<resource_work> all;
    for (const auto& [endpoint, work] : by_resource)
        all.push_back(work);
    progress_display& display = session_.display;
    display.say((is_interrupted_ ? "stopping  " : "") + describe(all));
    display.estimate(is_interrupted_ ? std::nullopt
                                     : remaining_time(all, display.progress(steady::now())));
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
