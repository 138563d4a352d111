#ifndef LANGEXPORT_EXAMPLES_TOOL_IMPORT_CLIENTS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_IMPORT_CLIENTS_HPP

#include "restore_plan.hpp"
#include "surface_logger.hpp"

#include <langexport/client.hpp>
#include <langexport/client_params.hpp>
#include <langexport/import/import_job.hpp>
#include <langexport/observer.hpp>
#include <langexport/request_quota.hpp>

#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tool {

// Shows the imports of a surface. Reports jobs whose submission was confirmed after its operation had ended.
class import_logger final : public surface_logger {
public:
    using late_job = std::function<void(project_surface, const langexport::import_job&)>;

    import_logger(session& owner, const std::shared_ptr<resource_state>& state,
                  project_surface surface, late_job late)
        : surface_logger(owner, {}, state), surface_(surface), late_(std::move(late)) {}

    void on_submitted(const langexport::submitted_event& event) noexcept override {
        surface_logger::on_submitted(event);
        try {
            if (event.is_late)
                late_(surface_, langexport::import_job(event.job));
        } catch (const std::exception&) {
            // Without the line in the report, a resumed restore imports the project again.
        }
    }

private:
    project_surface surface_;
    late_job late_;
};

// The clients of a restore: one for each surface and version of the service.
class import_clients {
public:
    // `journal` keeps the times of requests; empty: none. `submissions` are those of earlier runs.
    import_clients(session& owner, const restore_settings& set,
                   const std::filesystem::path& journal,
                   const std::vector<std::chrono::system_clock::time_point>& submissions,
                   import_logger::late_job late)
        : owner_(owner), set_(set), params_(set.make_params()), late_(std::move(late)),
          state_(std::make_shared<resource_state>()) {
        if (!journal.empty())
            params_.shared_quota = owner_.quotas.quota_for(params_, journal, submissions);
        else {
            params_.shared_quota = std::make_shared<langexport::request_quota>(params_.quota);
            params_.shared_quota->remember_submissions(submissions);
        }
    }
    import_clients(const import_clients&) = delete;
    import_clients& operator=(const import_clients&) = delete;

    // The client for a surface. An empty version is that of the options, or the usual one.
    const langexport::client& client_for(project_surface surface, std::string version = {});
    // The version to import a file with: that of the options, or else the one that exported it.
    std::string version_for(const planned_restore& one) const {
        const std::string chosen = set_.resource().version_of(one.surface);
        return chosen.empty() ? one.entry.api_version : chosen;
    }
    import_logger& logger_of(project_surface surface);
    resource_state& state() { return *state_; }
    std::vector<const langexport::client*> all() const {
        std::vector<const langexport::client*> found;
        for (const auto& [key, one] : clients_)
            found.push_back(&one);
        return found;
    }

private:
    session& owner_;
    const restore_settings& set_;
    langexport::client_params params_;
    import_logger::late_job late_;
    std::shared_ptr<resource_state> state_;
    std::map<project_surface, std::shared_ptr<import_logger>> loggers_;
    std::map<std::pair<project_surface, std::string>, langexport::client> clients_;
};

inline import_logger& import_clients::logger_of(project_surface surface) {
    std::shared_ptr<import_logger>& logger = loggers_[surface];
    if (!logger) {
        logger = std::make_shared<import_logger>(owner_, state_, surface, late_);
        logger->is_live = owner_.terminal().columns > 0;
    }
    return *logger;
}

inline const langexport::client& import_clients::client_for(project_surface surface,
                                                            std::string version) {
    if (version.empty())
        version = set_.resource().version_of(surface);
    const std::pair key(surface, version);
    const auto known = clients_.find(key);
    if (known != clients_.end())
        return known->second;
    logger_of(surface);
    langexport::client_params params = params_;
    params.api_version = version;
    params.observer = loggers_[surface];
    const auto [made, is_new] =
        clients_.emplace(key, langexport::client(owner_.context.get_executor(), std::move(params)));
    state_->add(made->second);
    return made->second;
}

} // namespace tool

#endif
