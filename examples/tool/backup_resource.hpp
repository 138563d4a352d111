#ifndef LANGEXPORT_EXAMPLES_TOOL_BACKUP_RESOURCE_HPP
#define LANGEXPORT_EXAMPLES_TOOL_BACKUP_RESOURCE_HPP

#include "connection_settings.hpp"
#include "credential_settings.hpp"

#include <langexport/client_params.hpp>
#include <langexport/error.hpp>
#include <langexport/export_request.hpp>
#include <langexport/file/file_error.hpp>
#include <langexport/file/key_file.hpp>
#include <langexport/project_surface.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

/// The exports of one Language resource: its projects, its settings and the folder. A plain value.
class backup_resource {
public:
    backup_resource() = default;

    std::string endpoint;              ///< The resource: see `endpoint::parse`.
    credential_settings credential;    ///< Its keys, or the source of its tokens.
    std::vector<std::string> projects; ///< Names of projects; empty: all of the surface.
    std::filesystem::path output_dir;  ///< The folder for results, without a slash at its end.
    /// The part of the service that the projects belong to.
    langexport::project_surface surface = langexport::project_surface::analyze_text;
    /// Several parts instead of `surface`, each once: all projects of each are exported. Empty: `surface`.
    std::vector<langexport::project_surface> several_surfaces;
    std::string format;            ///< Of results; empty: the surface's own.
    std::string string_index_type; ///< The unit of offsets; empty: the library's default.
    std::string
        api_version; ///< The service's version for surfaces without one in `surface_versions`.
    std::map<langexport::project_surface, std::string>
        surface_versions;           ///< Versions for single surfaces.
    langexport::quota_params quota; ///< The resource's request quota.
    connection_settings connection; ///< Proxy and certificates.
    bool accept_any_result = false; ///< The opposite of `client_params::check_result_structure`.
    /// Origins that the endpoint, a gateway, stands for: see `client_params::gateway_backends`.
    std::vector<std::string> gateway_backends;
    /// Why nothing can be exported from it; empty: nothing is wrong. See `broken_resources::keep`.
    std::string problem;
    std::string
        place; ///< Its place in the config, for errors: "backup.json:12:5: resources[1]"; empty: in options.

    /// Sets a version of the service from a setting's text: `VERSION` for all surfaces without a version
    /// of their own, or `SURFACE=VERSION` for one of them.
    ///
    /// @throws std::invalid_argument with a text for people: what is wrong with it.
    void set_version(std::string_view text);

    /// The api-version of requests to a surface. Empty: the newest stable one, see `usual_api_version`.
    std::string version_of(langexport::project_surface its_surface) const;

    /// Settings for a client, with the key.
    ///
    /// @throws export_error (errc::invalid_configuration) with the place, if there is no key, if the text is
    ///         not a key, or if the name of a project contains the key.
    langexport::client_params make_params() const;

    /// The request for one of its projects.
    langexport::export_request make_request(std::string project) const;
    /// The same for one of a certain surface.
    langexport::export_request make_request(std::string project,
                                            langexport::project_surface requested) const;

    /// The surfaces to export; at least one.
    std::vector<langexport::project_surface> surfaces() const;
};

inline langexport::client_params backup_resource::make_params() const {
    if (!problem.empty())
        langexport::detail::throw_error(langexport::errc::invalid_configuration, problem);
    const auto reject = [&](const std::string& why) {
        langexport::detail::throw_error(langexport::errc::invalid_configuration, place + why);
    };
    const std::string colon = place.empty() ? "" : ": ";
    const auto in_place = [&](const std::string& mark, const auto& call) {
        try {
            call();
        } catch (const std::invalid_argument& error) {
            reject(colon + error.what());
        } catch (const langexport::export_error& error) {
            reject(mark + error.diagnostics().detail);
        }
    };
    std::vector<langexport::subscription_key> keys;
    in_place("", [&] {
        credential.check();
        keys = credential.keys();
    });
    // Names are stored in reports and in names of files. A key that was passed as a name must not be stored.
    for (std::size_t i = 0; i < projects.size(); ++i)
        for (const langexport::subscription_key& key : keys)
            if (key.is_in(projects[i]))
                reject((place.empty() ? "projects[" : ".projects[") + std::to_string(i) +
                       "]: the name has the key in it");
    std::optional<langexport::client_params> made;
    in_place(colon, [&] {
        made.emplace(endpoint, credential.make(endpoint, connection, keys));
        connection.apply_to(*made);
    });
    langexport::client_params& params = *made;
    params.api_version = version_of(surface);
    params.quota = quota;
    params.check_result_structure = !accept_any_result;
    params.gateway_backends = gateway_backends;
    return params;
}

inline std::vector<langexport::project_surface> backup_resource::surfaces() const {
    return several_surfaces.empty() ? std::vector<langexport::project_surface>{surface}
                                    : several_surfaces;
}

inline langexport::export_request backup_resource::make_request(std::string project) const {
    return make_request(std::move(project), surface);
}

inline langexport::export_request
backup_resource::make_request(std::string project, langexport::project_surface requested) const {
    langexport::export_request request(std::move(project));
    request.surface = requested;
    request.format = format;
    if (!string_index_type.empty())
        request.string_index_type = string_index_type;
    return request;
}

inline void backup_resource::set_version(std::string_view text) {
    const std::size_t mark = text.find('=');
    const std::string_view version = mark == text.npos ? text : text.substr(mark + 1);
    const auto one = langexport::project_surface_of(text.substr(0, mark));
    if (mark != text.npos && !one)
        throw std::invalid_argument("must name a surface before its '=': " +
                                    langexport::detail::surface_choice());
    const std::string why = langexport::detail::what_is_wrong_with_version(version);
    if (!why.empty())
        throw std::invalid_argument(why);
    (mark == text.npos ? api_version : surface_versions[*one]) = version;
}

inline std::string backup_resource::version_of(langexport::project_surface its_surface) const {
    const auto own = surface_versions.find(its_surface);
    return own == surface_versions.end() ? api_version : own->second;
}

} // namespace tool

#endif
