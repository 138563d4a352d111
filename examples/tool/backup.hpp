#ifndef LANGEXPORT_EXAMPLES_TOOL_BACKUP_HPP
#define LANGEXPORT_EXAMPLES_TOOL_BACKUP_HPP

#include "resource_run.hpp"

#include <langexport/stop_signals.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace tool {

using steady = std::chrono::steady_clock;

// A run of the tool.
class backup {
public:
    explicit backup(const settings& s);

    // Runs to the end; the exit status.
    int run();
    const langexport::report_writer& report() const { return *session_.report; }

private:
    void show();
    void interrupt();
    void ended(const std::exception_ptr& error);

    session session_;
    langexport::stop_signals signals_{session_.context.get_executor(), 3};
    asio::steady_timer redraw_{session_.context};
    std::deque<resource_run> runs_;
    std::size_t running_ = 0;
    bool is_interrupted_ = false, is_cut_ = false, is_broken_ = false;
};

inline backup::backup(const settings& s) : session_(s) {
    session_.show = [this] { show(); };
    for (const langexport::backup_resource& one : s.resources)
        runs_.emplace_back(session_, one);
    if (!session_.report_path.empty())
        session_.report->open(session_.report_path);
}

inline int backup::run() {
    signals_.ask([this] { interrupt(); });
    running_ = runs_.size();
    for (resource_run& one : runs_)
        asio::co_spawn(session_.context, one.work(), [this](auto error) { ended(error); });
    session_.display.start(steady::now());
    for (show(); running_ > 0;)
        session_.context.run_one();
    // A submission that was in the air when its export was stopped may have made a job.
    const auto is_waiting = [](resource_run& one) { return one.client().stats().in_flight > 0; };
    for (const auto until = steady::now() + 2s;
         steady::now() < until && std::any_of(runs_.begin(), runs_.end(), is_waiting);)
        session_.context.run_one_until(until);
    session_.context.poll();

    session_.log(langexport::log_level::info, session_.display.summary(steady::now()));
    std::cerr << session_.display.close(session_.terminal()) << std::flush;
    return is_cut_ ? 3 : is_broken_ || session_.display.count("failed") > 0 ? 1 : 0;
}

inline void backup::ended(const std::exception_ptr& error) {
    --running_;
    if (!error)
        return;
    // Not all was done that was to be done. After a signal that is no surprise.
    (is_interrupted_ ? is_cut_ : is_broken_) = true;
    if (langexport::code_of(error) != make_error_code(langexport::errc::client_closed))
        session_.log(langexport::log_level::error, langexport::what_of(error));
}

// After the first signal nothing new is submitted, and what runs has its time.
inline void backup::interrupt() {
    is_interrupted_ = true;
    if (!session_.report->is_open())
        try {
            session_.report->open(runs_.front().folder() / "export_projects.jsonl");
        } catch (const std::exception& error) {
            session_.log(langexport::log_level::error, error.what());
        }
    session_.log(langexport::log_level::info,
                 "stopping within " + langexport::format_duration(session_.set.grace));
    for (resource_run& one : runs_)
        one.client().drain(session_.set.grace,
                           [](std::exception_ptr, langexport::drain_summary) {});
    show();
}

// On a terminal ten times a second, elsewhere when there is something new.
inline void backup::show() {
    if (session_.terminal().columns > 0) {
        std::vector<langexport::client_stats> all;
        for (resource_run& one : runs_)
            all.push_back(one.client().stats());
        session_.display.say((is_interrupted_ ? "stopping  " : "") + langexport::describe(all));
        redraw_.expires_after(100ms);
        redraw_.async_wait([this](auto error) { error ? void() : show(); });
    }
    std::cerr << session_.display.draw(steady::now(), session_.terminal()) << std::flush;
}

} // namespace tool

#endif
