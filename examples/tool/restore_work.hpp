#ifndef LANGEXPORT_EXAMPLES_TOOL_RESTORE_WORK_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RESTORE_WORK_HPP

#include "import_clients.hpp"
#include "live_run.hpp"
#include "restore_report.hpp"
#include "verified_file.hpp"

#include <langexport/error.hpp>
#include <langexport/import/import_project.hpp>
#include <langexport/list_projects.hpp>

#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tool {

// Lists what a resource has, and imports the projects of a plan.
class restore_work {
public:
    restore_work(session& owner, live_run& live, const restore_settings& set,
                 import_clients& clients)
        : owner_(owner), live_(live), set_(set), clients_(clients) {}
    restore_work(const restore_work&) = delete;
    restore_work& operator=(const restore_work&) = delete;

    // Reads the lists of these surfaces.
    asio::awaitable<void> list(std::set<project_surface> surfaces, resource_projects& there);
    // Starts to import the projects of a plan. Both objects must exist until the run has ended.
    void start(restore_plan& plan, restore_report& report);
    // The projects that wait for the quota, and the quota.
    resource_work quota_work() const;
    // Counts what was not started. Call this after the run has ended.
    void count_rest();
    // The projects that the resource has from this restore.
    const std::set<const planned_restore*>& restored() const { return restored_; }

private:
    void show_plan();
    void start_phase(std::size_t phase);
    asio::awaitable<void> work_through();
    asio::awaitable<void> restore(planned_restore& one);
    asio::awaitable<langexport::import_status> import(planned_restore& one);
    langexport::import_request request_for(const planned_restore& one) const;
    std::string missing_target(const planned_restore& one) const;
    void succeeded(planned_restore& one, const langexport::import_status& status);
    void failed(planned_restore& one, const std::exception_ptr& error);

    session& owner_;
    live_run& live_;
    const restore_settings& set_;
    import_clients& clients_;
    restore_plan* plan_ = nullptr;
    restore_report* report_ = nullptr;
    std::vector<planned_restore*> queue_; // of the phase
    std::size_t next_ = 0, workers_ = 0;
    std::set<const planned_restore*> restored_, ended_;
};

inline asio::awaitable<void> restore_work::list(std::set<project_surface> surfaces,
                                                resource_projects& there) {
    for (const project_surface surface : surfaces) {
        std::exception_ptr error;
        try {
            const auto found =
                co_await langexport::list_projects(clients_.client_for(surface), surface);
            for (const langexport::project_info& one : found)
                there.names[surface].insert(one.name);
        } catch (...) {
            error = std::current_exception();
        }
        if (!error)
            continue;
        const langexport::export_error* known = langexport::get_export_error(error);
        // If a page is missing, its projects are missing, too.
        if (!known || known->diagnostics().http_status != 404 || known->diagnostics().pages > 0)
            std::rethrow_exception(error);
        there.not_offered.insert(surface);
    }
}

inline void restore_work::start(restore_plan& plan, restore_report& report) {
    plan_ = &plan;
    report_ = &report;
    show_plan();
    start_phase(0);
}

inline resource_work restore_work::quota_work() const {
    resource_work found = work_of(clients_.all());
    found.window = set_.resource().quota.window;
    if (!plan_)
        return found;
    found.queued = 0;
    if (!clients_.state().is_stopped())
        for (const planned_restore& one : plan_->projects)
            found.queued += one.job.empty() && ended_.count(&one) == 0 ? 1 : 0;
    return found;
}

inline void restore_work::show_plan() {
    for (const planned_restore& one : plan_->projects)
        if (!one.is_done)
            clients_.logger_of(one.surface).expect(one.entry.name);
    for (planned_restore& one : plan_->projects) {
        if (one.is_done) {
            restored_.insert(&one);
            ended_.insert(&one);
        } else if (one.is_skipped) {
            ended_.insert(&one);
            clients_.logger_of(one.surface)
                .end(report_->line_about(one, langexport::export_outcome::skipped));
        }
    }
}

// Starts the projects of a phase, or of the next one that has some.
inline void restore_work::start_phase(std::size_t phase) {
    queue_.clear();
    next_ = 0;
    for (; queue_.empty() && phase <= plan_->projects.size(); ++phase)
        for (planned_restore& one : plan_->projects)
            if (one.phase == phase && ended_.count(&one) == 0)
                queue_.push_back(&one);
    workers_ = (std::min)(queue_.size(), set_.run.max_in_flight);
    for (std::size_t i = 0; i < workers_; ++i)
        live_.spawn(work_through(), [this, phase] {
            if (--workers_ == 0)
                start_phase(phase);
        });
}

inline asio::awaitable<void> restore_work::work_through() {
    while (next_ < queue_.size() && !live_.is_interrupted() && !clients_.state().is_stopped()) {
        planned_restore& one = *queue_[next_++];
        co_await restore(one);
    }
}

inline asio::awaitable<void> restore_work::restore(planned_restore& one) {
    std::exception_ptr error;
    langexport::import_status status;
    try {
        status = co_await import(one);
    } catch (...) {
        error = std::current_exception();
    }
    if (error)
        failed(one, error);
    else
        succeeded(one, status);
}

inline langexport::import_request restore_work::request_for(const planned_restore& one) const {
    langexport::import_request request(one.entry.name, verified_file(set_.folder, one.entry));
    request.surface = one.surface;
    // The usual form of a surface needs no parameter, which older versions of the service do not know.
    if (one.entry.format != manifest_format(one.surface, {}))
        request.format = one.entry.format;
    return request;
}

// A project that an orchestration leads to and that could not be restored.
inline std::string restore_work::missing_target(const planned_restore& one) const {
    for (const planned_restore& other : plan_->projects)
        if (other.phase < one.phase && !other.is_skipped && !other.replaces &&
            restored_.count(&other) == 0)
            for (const std::string& target : one.entry.references)
                if (is_target(other, target))
                    return target;
    return {};
}

// Whether the service no longer knows a job.
inline bool is_gone(const langexport::error_code& code) {
    using langexport::errc;
    return code == make_error_code(errc::job_expired) ||
           code == make_error_code(errc::job_not_found);
}

inline asio::awaitable<langexport::import_status> restore_work::import(planned_restore& one) {
    const langexport::client& client = clients_.client_for(one.surface, clients_.version_for(one));
    import_logger& logger = clients_.logger_of(one.surface);
    if (const std::string target = missing_target(one); !target.empty())
        throw std::runtime_error("not imported, because '" + target +
                                 "', which it leads to, was not restored: --resume tries both");
    if (!one.job.empty()) {
        logger.begin(one.entry.name, "asking");
        bool is_lost = false;
        try {
            co_return co_await langexport::wait_for_import(client, one.job);
        } catch (const langexport::export_error& error) {
            is_lost = is_gone(error.code());
            if (!is_lost)
                throw;
        }
        one.job = langexport::import_job();
    }
    logger.begin(one.entry.name, "checking the file");
    const langexport::import_request request = request_for(one);
    report_->begun(one);
    one.job = co_await langexport::submit_import(client, request);
    report_->submitted(one, one.job);
    co_return co_await langexport::wait_for_import(client, one.job);
}

inline void restore_work::succeeded(planned_restore& one, const langexport::import_status& status) {
    ended_.insert(&one);
    restored_.insert(&one);
    langexport::report_line line = report_->line_about(one, langexport::export_outcome::imported);
    line.bytes = one.entry.bytes;
    line.status = status.status_text;
    line.warnings = status.warnings;
    clients_.state().exported();
    clients_.logger_of(one.surface).end(line);
    try {
        report_->ended(line);
    } catch (const std::exception& error) {
        owner_.fail(error.what());
    }
}

inline void restore_work::failed(planned_restore& one, const std::exception_ptr& error) {
    owner_.has_left = true;
    ended_.insert(&one);
    langexport::report_line line = report_->line_of_failure(one, error);
    const langexport::export_error* const known = langexport::get_export_error(error);
    // A job whose submission is reported, if the failure does not have it.
    if (!known && !one.job.empty())
        line.resume_token = one.job.to_token();
    try {
        report_->ended(line);
    } catch (const std::exception& lost) {
        owner_.fail(lost.what());
    }
    import_logger& logger = clients_.logger_of(one.surface);
    if (line.outcome == langexport::export_outcome::unfinished) {
        if (live_.is_interrupted())
            live_.set_cut();
        return logger.end(line);
    }
    const auto show = [&logger, line] { logger.end(line); };
    const auto hide = [&logger, line] { logger.end_hidden(line.project, to_string(line.outcome)); };
    if (clients_.state().failed(scope_of(error), reason_of(error), show, hide))
        owner_.fail("nothing more is submitted to " + set_.resource().endpoint +
                    ": other imports would fail in the same way");
}

inline void restore_work::count_rest() {
    clients_.state().show_held();
    if (!plan_)
        return;
    for (const planned_restore& one : plan_->projects)
        if (ended_.count(&one) == 0) {
            owner_.has_left = true;
            if (live_.is_interrupted())
                live_.set_cut();
            clients_.logger_of(one.surface).end_hidden(one.entry.name, "not started");
        }
}

} // namespace tool

#endif
