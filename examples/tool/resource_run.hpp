#ifndef LANGEXPORT_EXAMPLES_TOOL_RESOURCE_RUN_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RESOURCE_RUN_HPP

#include "session.hpp"

#include <langexport/backup_folder.hpp>
#include <langexport/client.hpp>
#include <langexport/export_projects.hpp>
#include <langexport/list_projects.hpp>
#include <langexport/progress_logger.hpp>
#include <langexport/report_checkpoint.hpp>

#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tool {

namespace asio = boost::asio;
namespace fs = std::filesystem;

inline langexport::client_params make_params(const settings& s,
                                             const langexport::backup_resource& of) {
    langexport::client_params params = of.make_params();
    params.application_id = "export_projects";
    params.accept_partial = s.accept_partial;
    if (s.accept_any_result)
        params.check_result_structure = false;
    if (s.deadline > 0ms)
        params.deadline = s.deadline;
    params.job_timeout = s.job_timeout;
    params.attempt_timeout = s.attempt_timeout;
    params.polling.first = s.poll_first;
    params.polling.max_interval = s.poll_max;
    params.polling.min_interval =
        std::min(params.polling.min_interval, params.polling.max_interval);
    return params;
}

// What is done for one resource.
class resource_run {
public:
    resource_run(session& owner, langexport::backup_resource what);

    asio::awaitable<void> work();
    langexport::client& client() { return *client_; }
    const fs::path& folder() const { return folder_.path(); }

private:
    void plan(const texts& projects);
    void remove_outdated(const std::string& project);

    session& owner_;
    const langexport::backup_resource what_;
    const bool is_all_;
    langexport::backup_folder folder_;
    std::shared_ptr<langexport::report_checkpoint> report_;
    std::shared_ptr<langexport::progress_logger> logger_;
    std::optional<langexport::client> client_;
    std::vector<langexport::batch_item> items_;
};

// Everything that can be wrong with the settings is found out here, before anything is submitted.
inline resource_run::resource_run(session& owner, langexport::backup_resource what)
    : owner_(owner), what_(std::move(what)),
      is_all_(what_.projects.empty() && (owner.set.all || !owner.set.config.empty())),
      folder_(what_.output_dir),
      report_(std::make_shared<langexport::report_checkpoint>(owner.report)) {
    const std::string prefix = owner.set.config.empty() ? "" : folder().filename().string() + '/';
    report_->endpoint = langexport::endpoint::parse(what_.endpoint).to_string();
    report_->surface = to_string(what_.surface);
    report_->format = what_.format;
    report_->file_of = [this](const langexport::batch_item& item) {
        return folder_.file_of(item.request.project_name).string();
    };
    logger_ = std::make_shared<langexport::progress_logger>(owner.set.log_level, owner.display,
                                                            prefix, [this] { owner_.show(); });
    logger_->is_live = owner.terminal().columns > 0;
    langexport::client_params params = make_params(owner.set, what_);
    params.observer = logger_;
    params.shared_quota =
        owner.quotas.quota_for(params, folder_.request_journal(), owner.sent_before);
    client_.emplace(owner.context.get_executor(), params);
    if (!is_all_)
        plan(what_.projects);
}

inline void resource_run::plan(const texts& projects) {
    const auto left = owner_.before.of(report_->endpoint, report_->surface, report_->format);
    need(is_all_ || !projects.empty() || !left.lines().empty(),
         owner_.set.resume + " tells of no project of this resource: name them, or --all");
    const auto todo = folder_.plan(left, projects, what_.format, owner_.report_path);
    for (const langexport::planned_export& one : todo) {
        items_.emplace_back(what_.make_request(one.project), one.job);
        if (!is_all_) // or it fails alone
            validate(items_.back().request, what_.version_of(what_.surface));
        logger_->expect(one.project);
    }
    report_->planned(todo);
}

// What ends in something else than the new result would look like a result of today.
inline void resource_run::remove_outdated(const std::string& project) {
    try {
        const fs::path gone = folder_.remove_outdated(project);
        if (!gone.empty())
            owner_.log(langexport::log_level::info,
                       "deleted " + gone.string() + ": the result of " + project + " is " +
                           folder_.file_of(project).filename().string() + " now");
    } catch (const langexport::file_error& error) {
        owner_.log(langexport::log_level::error, error.what());
    }
}

inline asio::awaitable<void> resource_run::work() {
    if (is_all_) {
        const auto listed = co_await langexport::list_projects(*client_, what_.surface);
        texts projects;
        for (const langexport::project_info& one : listed)
            projects.push_back(one.name);
        plan(projects);
    }
    langexport::batch_options options;
    options.max_in_flight = owner_.set.max_in_flight;
    options.checkpoint = report_;
    options.sink_for = [this](const langexport::batch_item& item) {
        const std::string& project = item.request.project_name;
        if (!item.job.empty())
            logger_->begin(project, "asking");
        return folder_.sink_for(project, owner_.set.normalize);
    };
    options.on_finished = [this](const langexport::batch_outcome& outcome) {
        logger_->end(langexport::make_report_line(outcome, report_->file_of(outcome.item)));
        remove_outdated(outcome.item.request.project_name);
    };
    co_await langexport::export_projects(*client_, std::move(items_), options);
}

} // namespace tool

#endif
