#ifndef LANGEXPORT_EXAMPLES_FLEET_FLEET_RESOURCES_HPP
#define LANGEXPORT_EXAMPLES_FLEET_FLEET_RESOURCES_HPP

#include "../tool/backup_config.hpp"
#include "fenced_result.hpp"
#include "job_queue.hpp"
#include "redis_address.hpp"

#include <langexport/client.hpp>
#include <langexport/client_stats.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/file/file_name.hpp>
#include <langexport/fleet/redis_quota.hpp>
#include <langexport/observer.hpp>
#include <langexport/request_quota.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace fleet {

/// An endpoint in the form that jobs have. @throws export_error
inline std::string resource_of(const std::string& endpoint) {
    return langexport::endpoint::parse(endpoint).to_string();
}

/// The name of a resource's quota: the host and the port of the endpoint.
inline std::string quota_name_of(const std::string& resource) {
    std::string name = langexport::endpoint::parse(resource).origin().authority();
    std::erase_if(name, [](char c) { return c == '[' || c == ']'; });
    return name;
}

/// One surface of a resource of the configuration, and its client.
class export_target {
public:
    export_target(tool::backup_resource its_settings, langexport::project_surface its_surface,
                  langexport::client its_client, fs::path its_folder)
        : settings(std::move(its_settings)), surface(its_surface), client(std::move(its_client)),
          folder(std::move(its_folder)) {}

    /// The file for a project: as the backup tool names it. If the resource has several surfaces, `~SURFACE`
    /// distinguishes files of all but the first one.
    fenced_result result_of(const claimed_job& job) const {
        const std::vector<std::string> extensions = tool::extensions_of(settings.format);
        std::string name = langexport::file_name_of(job.project, extensions.front());
        if (surface != settings.surfaces().front())
            name.insert(name.size() - extensions.front().size(),
                        '~' + std::string(to_string(surface)));
        return fenced_result(folder, name, extensions, std::stoull(job.fence));
    }

    tool::backup_resource settings;
    langexport::project_surface surface;
    langexport::client client;
    fs::path folder; ///< For results.
};

/// The clients for all resources of a configuration.
class fleet_resources {
public:
    /// Creates the clients and the folders for results.
    ///
    /// @param executor    Runs everything.
    /// @param config      The configuration.
    /// @param file        Its file: a folder inside of its folder has the same place in `output_dir`.
    /// @param output_dir  The folder for the results of all resources.
    /// @param observer    Observes all clients.
    /// @throws export_error, file_error, std::invalid_argument
    fleet_resources(const asio::any_io_executor& executor, const tool::backup_config& config,
                    const fs::path& file, const fs::path& output_dir, const redis_address& redis,
                    std::chrono::milliseconds longest_request,
                    std::shared_ptr<langexport::observer> observer);

    /// Where a job is exported from; null: no resource of the configuration fits. Of several that fit, one that
    /// names the project comes first.
    const export_target* find(const claimed_job& job) const;

    /// The queues of each resource, each once.
    std::map<std::string, std::set<std::string>> queues() const {
        std::map<std::string, std::set<std::string>> all;
        for (const export_target& each : targets_) {
            const std::string resource = resource_of(each.settings.endpoint);
            all[resource].insert(queue_of(resource, to_string(each.surface)));
        }
        return all;
    }
    /// Ends all clients, see `client::drain`.
    void drain(std::chrono::milliseconds within) {
        for (const export_target& each : targets_)
            each.client.drain(within, [](std::exception_ptr, const langexport::drain_summary&) {});
    }

private:
    std::deque<export_target> targets_;
};

// The place of a resource's folder below the folder for all results.
inline fs::path folder_below(const fs::path& output_dir, const fs::path& config_file,
                             const fs::path& folder) {
    const fs::path base = config_file.has_parent_path() ? config_file.parent_path() : fs::path(".");
    const fs::path inside = folder.lexically_normal().lexically_relative(base.lexically_normal());
    const bool is_inside = !inside.empty() && inside != "." && *inside.begin() != "..";
    return output_dir / (is_inside ? inside : folder.filename());
}

inline fleet_resources::fleet_resources(const asio::any_io_executor& executor,
                                        const tool::backup_config& config, const fs::path& file,
                                        const fs::path& output_dir, const redis_address& redis,
                                        std::chrono::milliseconds longest_request,
                                        std::shared_ptr<langexport::observer> observer) {
    std::map<std::string, std::shared_ptr<langexport::request_quota>> quotas;
    std::set<fs::path> folders;
    for (const tool::backup_resource& one : config.resources) {
        langexport::client_params params = one.make_params();
        const fs::path folder = folder_below(output_dir, file, one.output_dir);
        if (!folders.insert(folder).second)
            throw std::invalid_argument(one.place +
                                        ".output_dir: another resource has the folder '" +
                                        folder.string() + "', too");
        std::shared_ptr<langexport::request_quota>& quota = quotas[quota_name_of(one.endpoint)];
        if (!quota) {
            auto at_redis = redis.quota_of(quota_name_of(one.endpoint));
            at_redis.longest_request = longest_request;
            auto source = std::make_shared<langexport::redis_quota>(executor, std::move(at_redis));
            quota = std::make_shared<langexport::request_quota>(params.quota, std::move(source));
        }
        params.shared_quota = quota;
        params.application_id = "fleet_worker";
        params.observer = observer;
        for (const langexport::project_surface surface : one.surfaces()) {
            params.api_version = one.version_of(surface);
            targets_.emplace_back(one, surface, langexport::client(executor, params), folder);
        }
    }
    for (const fs::path& each : folders)
        fenced_result::prepare(each);
}

inline const export_target* fleet_resources::find(const claimed_job& job) const {
    const export_target* found = nullptr;
    for (const export_target& each : targets_) {
        if (to_string(each.surface) != job.surface ||
            resource_of(each.settings.endpoint) != job.resource)
            continue;
        const auto& named = each.settings.projects;
        if (std::find(named.begin(), named.end(), job.project) != named.end())
            return &each;
        if (!found || (named.empty() && !found->settings.projects.empty()))
            found = &each;
    }
    return found;
}

} // namespace fleet

#endif
