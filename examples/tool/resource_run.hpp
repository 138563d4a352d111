#ifndef LANGEXPORT_EXAMPLES_TOOL_RESOURCE_RUN_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RESOURCE_RUN_HPP

#include "manifest_run.hpp"
#include "name_marks.hpp"
#include "run_estimate.hpp"

#include <langexport/endpoint.hpp>
#include <langexport/file/key_file.hpp>
#include <langexport/list_projects.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tool {

// The work for one resource: an object of the --config, or the resource of the options.
class resource_run {
public:
    // Checks all settings before anything is submitted. If no client can be created, the report still
    // gets the plan: see `problem`.
    resource_run(session& owner, const backup_resource& resource);
    resource_run(const resource_run&) = delete;
    resource_run& operator=(const resource_run&) = delete;

    // The reason why nothing can be exported; null if there is none.
    const std::exception_ptr& problem() const { return problem_; }
    void set_problem(std::exception_ptr problem) { problem_ = std::move(problem); }
    std::deque<surface_run>& surfaces() { return surfaces_; }
    const std::deque<surface_run>& surfaces() const { return surfaces_; }

    // Writes the remaining projects, as far as they are known, to the report. Call this when the scopes
    // of all resources are in the report.
    void record_plan() {
        report_->start();
        for (surface_run& one : surfaces_)
            one.record_plan();
    }
    void open_report() {
        if (const std::string warning = report_->open(); !warning.empty())
            owner_.log(langexport::log_level::warning, warning);
    }

    // Lists the projects to export, if they are not known yet.
    asio::awaitable<void> list();
    // The number of surfaces that may export at the same time.
    std::size_t lanes() const;
    // Exports every `lanes`-th surface, one after the other.
    asio::awaitable<void> work(std::size_t lane);
    // Writes the manifest, see manifest_run. Call this after all exports have ended.
    void finish_manifest(bool may_prune) {
        if (!problem_)
            manifest_->finish(surfaces_, *report_, may_prune);
    }
    void show_removed() const { manifest_->show_removed(); }
    // The endpoint, as in reports.
    std::string endpoint() const { return surfaces_.front().scope().endpoint; }
    // Adds the exports that wait for the quota, and the quota.
    void add_work(resource_work& total) const;
    // Adds the results, and the quota. Call this after all exports have ended.
    void add_metrics(resource_metrics& total) const;
    // Call this after all exports have ended.
    void count_rest() {
        state_->show_held();
        remove_common_files();
        for (surface_run& one : surfaces_)
            one.count_not_started();
    }

private:
    texts chosen() const;
    bool is_to_be_listed(const surface_run& one) const;
    bool is_any_to_be_listed() const;
    langexport::export_report before(const surface_run& one) const;
    texts projects_of(const surface_run& one) const;
    void connect();
    void find_before();
    void plan();
    void list_failed(const surface_run& one, const std::exception_ptr& error);
    void check_found();
    void remove_common_files();
    // The run has failed because of this resource.
    void fail(const std::string& why) {
        has_failed_ = true;
        owner_.fail(why);
    }

    session& owner_;
    const backup_resource what_;
    const bool is_all_;
    backup_folder folder_;
    std::shared_ptr<run_report> report_;
    std::shared_ptr<resource_state> state_;
    std::deque<surface_run> surfaces_;
    std::exception_ptr problem_;
    langexport::export_report before_; // the run to resume
    std::map<project_surface, texts> listed_;
    std::vector<std::map<std::string, std::string>> marks_; // see name_marks
    bool has_failed_list_ = false;
    bool has_failed_ = false;
    std::optional<manifest_run> manifest_;
};

// Fails before anything is written if the resource cannot be used.
inline fs::path folder_of(const backup_resource& resource) {
    if (!resource.problem.empty())
        throw std::runtime_error(resource.problem);
    return resource.output_dir;
}

inline resource_run::resource_run(session& owner, const backup_resource& resource)
    : owner_(owner), what_(resource),
      is_all_(owner.set.all || (!owner.set.config.empty() && resource.projects.empty())),
      folder_(folder_of(resource)), report_(owner.report_in(folder_)),
      state_(owner.state_of(resource)) {
    for (const fs::path& file :
         {what_.credential.key_file, what_.credential.key2_file, what_.connection.client_key,
          what_.connection.client_key_passphrase_file})
        if (const std::string warning = langexport::key_file_warning(file); !warning.empty())
            owner_.warn_of_danger(warning);
    folder_.reserve(owner_.set.metrics);
    folder_.keep_results(report_->results());
    if (report_->path() != folder_.report())
        folder_.keep_results(results_in(folder_.report()));
    for (const project_surface surface : what_.surfaces())
        surfaces_.emplace_back(owner_, what_, surface, folder_, report_, state_);
    report_->add_endpoint(surfaces_.front().scope().endpoint);
    manifest_.emplace(owner_, folder_, surfaces_.front().scope().endpoint, *report_);
    try {
        connect();
    } catch (...) {
        problem_ = std::current_exception();
    }
    find_before();
    for (const surface_run& one : surfaces_)
        if (is_to_be_listed(one))
            report_->add_scope(one.scope());
    if (!is_any_to_be_listed())
        plan();
    for (const surface_run& one : surfaces_)
        one.validate_all();
}

inline void resource_run::connect() {
    const langexport::client_params common = owner_.set.complete(what_.make_params());
    for (surface_run& one : surfaces_)
        one.connect(common);
}

// For a resumed run: the given names select some of its projects.
inline texts resource_run::chosen() const {
    return owner_.set.is_resumed() && owner_.set.config.empty() ? what_.projects : texts();
}

inline void resource_run::find_before() {
    if (!owner_.set.is_resumed())
        return;
    texts surfaces;
    for (const surface_run& one : surfaces_)
        surfaces.push_back(one.scope().surface);
    before_ =
        report_->run_to_resume(surfaces_.front().scope().endpoint, surfaces, run_kind::backup);
    const bool has_some = std::any_of(surfaces_.begin(), surfaces_.end(),
                                      [&](const auto& one) { return !before(one).empty(); });
    need(has_some || is_all_ || !what_.projects.empty(),
         report_->resumed().string() +
             " names no project of this resource: name projects, or give --all");
}

inline langexport::export_report resource_run::before(const surface_run& one) const {
    const langexport::report_scope scope = one.scope();
    langexport::export_report its = before_.of(scope.endpoint, scope.surface, scope.format);
    // Lines without resource and surface would belong to each of them.
    if (&one != &surfaces_.front())
        its.remove_if([](const langexport::report_line& line) { return line.endpoint.empty(); });
    return its;
}

inline bool resource_run::is_to_be_listed(const surface_run& one) const {
    const bool is_open = before_.has_scope(one.scope()) && before(one).lines().empty();
    return is_all_ || (is_open && chosen().empty());
}

inline bool resource_run::is_any_to_be_listed() const {
    return std::any_of(surfaces_.begin(), surfaces_.end(),
                       [&](const surface_run& one) { return is_to_be_listed(one); });
}

// The projects of a surface in addition to those of the resumed run.
inline texts resource_run::projects_of(const surface_run& one) const {
    if (const auto known = listed_.find(one.surface()); known != listed_.end())
        return known->second;
    if (is_all_ || chosen().empty()) {
        texts named = what_.projects;
        std::erase_if(named,
                      [&](const std::string& name) { return !owner_.set.filter.chooses(name); });
        return named;
    }
    if (&one != &surfaces_.front())
        return {};
    texts unknown;
    for (const std::string& name : what_.projects)
        if (std::none_of(surfaces_.begin(), surfaces_.end(),
                         [&](const surface_run& other) { return before(other).find(name); }))
            unknown.push_back(name);
    return unknown;
}

inline void resource_run::plan() {
    std::vector<surface_projects> all;
    for (const surface_run& one : surfaces_) {
        surface_projects its;
        its.surface = one.surface();
        its.extension = langexport::extension_of(what_.format);
        its.projects = projects_of(one);
        const langexport::export_report known = before(one);
        for (const langexport::report_line& line : known.lines())
            if (std::find(its.projects.begin(), its.projects.end(), line.project) ==
                its.projects.end())
                its.projects.push_back(line.project);
        all.push_back(std::move(its));
    }
    const name_marks names(all);
    marks_ = names.marks;
    for (const std::string& project : names.on_several)
        fail("several surfaces have a project '" + project +
             "': the names of its files end in ~SURFACE. Export each " +
             (owner_.set.config.empty() ? "--surface" : "\"surface\"") +
             " into a folder of its own");
    for (std::size_t i = 0; i < surfaces_.size(); ++i)
        surfaces_[i].plan(before(surfaces_[i]), projects_of(surfaces_[i]), chosen(),
                          names.marks[i]);
}

inline asio::awaitable<void> resource_run::list() {
    if (!is_any_to_be_listed())
        co_return;
    for (const surface_run& one : surfaces_) {
        if (!is_to_be_listed(one) || state_->is_stopped())
            continue;
        std::exception_ptr error;
        try {
            auto found = co_await langexport::list_projects(*one.client(), one.surface());
            state_->responded();
            listed_[one.surface()] = manifest_->listed(one.surface(), std::move(found));
        } catch (...) {
            error = std::current_exception();
        }
        if (error)
            list_failed(one, error);
    }
    state_->show_held();
    plan();
    check_found();
    for (surface_run& one : surfaces_)
        one.record_plan();
}

inline void resource_run::list_failed(const surface_run& one, const std::exception_ptr& error) {
    using langexport::errc;
    const langexport::export_error* known = langexport::get_export_error(error);
    if (!known || known->code() == make_error_code(errc::client_closed)) {
        has_failed_ = true;
        std::rethrow_exception(error);
    }
    const std::string surface(to_string(one.surface()));
    // If a page is missing, its projects are missing, too.
    if (known->diagnostics().http_status == 404 && known->diagnostics().pages == 0) {
        manifest_->not_offered(one.surface());
        return;
    }
    has_failed_list_ = owner_.has_left = owner_.has_failed = true;
    const auto show = [this, text = "the projects of " + surface +
                                    " are not known: " + known->what()] { fail(text); };
    // No request has succeeded yet. A key may be allowed to read the next surface, but every other
    // failure of a connection affects all surfaces.
    failure_scope scope = scope_of(error);
    if (scope == failure_scope::unclear && known->code() != make_error_code(errc::forbidden))
        scope = failure_scope::resource;
    if (state_->failed(scope, reason_of(error), show, [] {}))
        fail("nothing more is submitted to " + one.scope().endpoint +
             ": other exports would fail in the same way");
}

// A run that saves nothing must be distinguishable from one that has saved everything.
inline void resource_run::check_found() {
    const bool has_some =
        std::any_of(surfaces_.begin(), surfaces_.end(), [&](const surface_run& one) {
            return one.size() > 0 || !before(one).lines().empty();
        });
    if (has_some || has_failed_list_ || state_->is_stopped() || owner_.set.allow_empty)
        return;
    std::string asked;
    for (const surface_run& one : surfaces_)
        if (is_to_be_listed(one))
            asked.append(asked.empty() ? "" : ", ").append(to_string(one.surface()));
    if (manifest_->has_listed_some())
        return fail("--include and --exclude leave no project of " + asked +
                    ". If that is right, use --allow-empty");
    const std::string& url = surfaces_.front().scope().endpoint;
    const std::string path = langexport::endpoint::parse(url, true).path_prefix();
    fail(url + " has no project (surfaces: " + asked + "). If that is right, use --allow-empty" +
         (path.empty() ? ""
                       : "; the endpoint has the path '" + path +
                             "': only a gateway needs one, the service itself has none"));
}

inline void resource_run::add_work(resource_work& total) const {
    total.window = what_.quota.window;
    for (const surface_run& one : surfaces_) {
        if (!one.client())
            continue;
        const langexport::client_stats stats = one.client()->stats();
        total.queued += state_->is_stopped() ? 0 : one.to_submit();
        total.submissions = stats.submissions;
        total.reads = stats.reads;
    }
}

inline void resource_run::add_metrics(resource_metrics& total) const {
    for (const surface_run& one : surfaces_)
        total.add(one.metrics());
    total.has_succeeded = total.has_succeeded && !problem_ && !has_failed_ && !has_failed_list_ &&
                          !state_->is_stopped() && !manifest_->has_failed();
    resource_work work;
    add_work(work);
    total.submissions = work.submissions;
    total.reads = work.reads;
}

inline void resource_run::remove_common_files() {
    for (const fs::path& file : name_marks::outdated_in(folder_.path(), marks_)) {
        std::error_code failure;
        fs::remove(file, failure);
        owner_.log(failure ? langexport::log_level::error : langexport::log_level::info,
                   failure ? "cannot delete " + file.string() + ": " + failure.message()
                           : "deleted " + file.string() +
                                 ": each surface has a file of its own for it now");
    }
}

inline std::size_t resource_run::lanes() const {
    const auto busy = static_cast<std::size_t>(std::count_if(
        surfaces_.begin(), surfaces_.end(), [](const surface_run& one) { return one.size() > 0; }));
    return std::min(busy, owner_.set.max_in_flight);
}

inline asio::awaitable<void> resource_run::work(std::size_t lane) {
    const std::size_t most = lanes();
    std::size_t place = 0;
    for (surface_run& one : surfaces_)
        if (one.size() > 0 && place++ % most == lane)
            co_await one.work(owner_.set.max_in_flight / most);
}

} // namespace tool

#endif
