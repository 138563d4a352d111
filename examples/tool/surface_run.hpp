#ifndef LANGEXPORT_EXAMPLES_TOOL_SURFACE_RUN_HPP
#define LANGEXPORT_EXAMPLES_TOOL_SURFACE_RUN_HPP

#include "backup_folder.hpp"
#include "backup_manifest.hpp"
#include "run_metrics.hpp"
#include "session.hpp"
#include "surface_logger.hpp"

#include <langexport/client.hpp>
#include <langexport/export_projects.hpp>
#include <langexport/file/file_error.hpp>
#include <langexport/report/report_checkpoint.hpp>

#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tool {

namespace asio = boost::asio;

// The exports of one surface of a resource.
class surface_run {
public:
    surface_run(session& owner, const backup_resource& resource,
                langexport::project_surface surface, const backup_folder& folder,
                const std::shared_ptr<run_report>& report, std::shared_ptr<resource_state> state)
        : owner_(owner), what_(resource), surface_(surface), folder_(folder.with_another_plan()),
          report_(report), state_(std::move(state)),
          checkpoint_(std::make_shared<langexport::report_checkpoint>(report->writer())) {
        checkpoint_->endpoint = langexport::endpoint::parse(what_.endpoint).to_string();
        checkpoint_->surface = to_string(surface_);
        checkpoint_->format = what_.format;
        checkpoint_->rewrite = [this](std::string message) {
            return owner_.in_words(std::move(message));
        };
        checkpoint_->is_unchanged = [this](const langexport::batch_item& item) {
            return folder_.is_unchanged(item.request.project_name);
        };
        checkpoint_->file_of = [this](const langexport::batch_item& item) {
            return folder_.file_of(item.request.project_name).string();
        };
        const std::string prefix =
            owner_.set.config.empty() ? "" : folder_.path().filename().string() + '/';
        logger_ = std::make_shared<surface_logger>(owner_, prefix, state_);
        logger_->is_live = owner_.terminal().columns > 0;
    }
    surface_run(const surface_run&) = delete;
    surface_run& operator=(const surface_run&) = delete;

    void connect(langexport::client_params params) {
        params.api_version = what_.version_of(surface_);
        params.observer = logger_;
        params.shared_quota =
            owner_.quotas.quota_for(params, folder_.request_journal(), report_->submissions());
        client_.emplace(owner_.context.get_executor(), params);
        state_->add(*client_);
    }

    langexport::project_surface surface() const { return surface_; }
    // The version of the service.
    std::string api_version() const {
        return std::string(langexport::detail::version_for(surface_, what_.version_of(surface_)));
    }
    langexport::report_scope scope() const {
        return {checkpoint_->endpoint, checkpoint_->surface, checkpoint_->format};
    }
    const langexport::client* client() const { return client_ ? &*client_ : nullptr; }
    std::size_t size() const { return todo_.size(); }

    // Plans the unfinished projects of `before`, and those of `projects` that are not in it. If `chosen`
    // is not empty, only its projects are planned.
    void plan(const langexport::export_report& before, const texts& projects, const texts& chosen,
              const std::map<std::string, std::string>& marks) {
        todo_ = folder_.plan(before, projects, what_.format, report_->path(), marks,
                             std::string(to_string(surface_)));
        std::erase_if(todo_, [&](const langexport::planned_export& one) {
            return !chosen.empty() &&
                   std::find(chosen.begin(), chosen.end(), one.project) == chosen.end();
        });
        for (const langexport::planned_export& one : todo_)
            logger_->expect(one.project);
    }
    // The exports that are not submitted yet.
    std::size_t to_submit() const {
        const auto all = static_cast<std::size_t>(
            std::count_if(todo_.begin(), todo_.end(),
                          [](const langexport::planned_export& one) { return one.job.empty(); }));
        const std::uint64_t sent = client_ ? client_->stats().submissions_sent : 0;
        return all - static_cast<std::size_t>((std::min<std::uint64_t>)(all, sent));
    }
    // The results so far.
    const resource_metrics& metrics() const { return metrics_; }
    // Throws the error of the first project whose request is not valid.
    void validate_all() const {
        for (const langexport::planned_export& one : todo_)
            validate(request_for(one.project), what_.version_of(surface_));
    }
    // Tells the manifest which files have new results. Calls `failed` for each that it cannot read.
    void record_results(backup_manifest& manifest,
                        const std::function<void(const std::exception_ptr&)>& failed) const;
    // Writes the plan to the report.
    void record_plan() { checkpoint_->planned(todo_); }
    // Projects without an end were never started.
    void count_not_started() {
        for (const langexport::planned_export& one : todo_) {
            if (ended_.count(one.project) > 0)
                continue;
            owner_.has_left = true;
            logger_->end_hidden(one.project, "not started");
            count(langexport::export_outcome::unfinished);
        }
    }

    asio::awaitable<void> work(std::size_t max_in_flight);

private:
    langexport::export_request request_for(const std::string& project) const {
        langexport::export_request request = what_.make_request(project, surface_);
        request.trained_model_label = owner_.set.trained_model;
        return request;
    }
    manifest_entry entry_of(const std::string& project) const;
    void count(langexport::export_outcome outcome) {
        ++metrics_.outcomes[outcome];
        metrics_.has_succeeded =
            metrics_.has_succeeded && (outcome == langexport::export_outcome::exported ||
                                       outcome == langexport::export_outcome::partial);
    }
    void finished(const langexport::batch_outcome& outcome);
    void remove_outdated(const std::string& project);

    session& owner_;
    const backup_resource& what_;
    const langexport::project_surface surface_;
    backup_folder folder_;
    std::shared_ptr<run_report> report_;
    std::shared_ptr<resource_state> state_;
    std::shared_ptr<langexport::report_checkpoint> checkpoint_;
    std::shared_ptr<surface_logger> logger_;
    std::optional<langexport::client> client_;
    std::vector<langexport::planned_export> todo_;
    std::set<std::string> ended_;
    std::map<std::string, langexport::report_line::time_point> exported_;
    resource_metrics metrics_;
};

inline asio::awaitable<void> surface_run::work(std::size_t max_in_flight) {
    std::vector<langexport::batch_item> items;
    for (const langexport::planned_export& one : todo_)
        items.emplace_back(request_for(one.project), one.job);
    langexport::batch_options options;
    options.max_in_flight = max_in_flight;
    options.checkpoint = checkpoint_;
    options.sink_for = [this](const langexport::batch_item& item) {
        const std::string& project = item.request.project_name;
        if (!item.job.empty())
            logger_->begin(project, "asking");
        return folder_.sink_for(project, owner_.set.normalize);
    };
    options.on_finished = [this](const langexport::batch_outcome& outcome) { finished(outcome); };
    co_await langexport::export_projects(*client_, std::move(items), options);
}

// An older result with another extension would look current.
inline void surface_run::remove_outdated(const std::string& project) {
    try {
        for (fs::path gone; !(gone = folder_.remove_outdated(project)).empty();)
            owner_.log(langexport::log_level::info,
                       "deleted " + gone.string() + ": the result of " + project + " is " +
                           folder_.file_of(project).filename().string() + " now");
    } catch (const langexport::file_error& error) {
        owner_.log(langexport::log_level::error, error.what());
    }
}

inline manifest_entry surface_run::entry_of(const std::string& project) const {
    manifest_entry entry;
    entry.name = project;
    entry.surface = to_string(surface_);
    entry.format = manifest_format(surface_, what_.format);
    entry.api_version = api_version();
    entry.file = folder_.file_of(project).filename().string();
    return entry;
}

inline void
surface_run::record_results(backup_manifest& manifest,
                            const std::function<void(const std::exception_ptr&)>& failed) const {
    for (const langexport::planned_export& one : todo_) {
        manifest_entry entry = entry_of(one.project);
        const auto known = exported_.find(one.project);
        if (known == exported_.end()) {
            manifest.kept(entry);
            continue;
        }
        entry.exported_at = known->second;
        try {
            manifest.exported(std::move(entry));
        } catch (...) {
            failed(std::current_exception());
        }
    }
}

inline void surface_run::finished(const langexport::batch_outcome& outcome) {
    const bool is_started =
        !outcome.is_unfinished() || !outcome.item.job.empty() || outcome.submits > 0;
    if (outcome.error)
        owner_.has_left = true;
    if (!is_started)
        return;
    ended_.insert(outcome.item.request.project_name);
    const auto line = checkpoint_->line_of(outcome);
    count(line.outcome);
    metrics_.bytes += line.bytes.value_or(0);
    if (!outcome.error) {
        exported_[line.project] = line.at;
        state_->exported();
    }
    if (!outcome.error || outcome.is_unfinished()) {
        logger_->end(line);
        return remove_outdated(outcome.item.request.project_name);
    }
    const auto show = [logger = logger_, line] { logger->end(line); };
    const auto hide = [logger = logger_, line] {
        logger->end_hidden(line.project, to_string(line.outcome));
    };
    if (state_->failed(scope_of(outcome.error), reason_of(outcome.error), show, hide))
        owner_.fail("nothing more is submitted to " + checkpoint_->endpoint +
                    ": other exports would fail in the same way");
}

} // namespace tool

#endif
