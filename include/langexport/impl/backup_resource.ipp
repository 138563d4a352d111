#ifndef LANGEXPORT_IMPL_BACKUP_RESOURCE_IPP
#define LANGEXPORT_IMPL_BACKUP_RESOURCE_IPP

#include <langexport/backup_config.hpp>
#include <langexport/error.hpp>
#include <langexport/file/file_error.hpp>
#include <langexport/file/key_file.hpp>
#include <langexport/project_surface.hpp>

#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

inline subscription_key key_of(const backup_resource& resource) {
    if (!resource.key_file.empty())
        return read_key_file(resource.key_file);
    return read_key_variable(resource.key_env);
}

} // namespace detail

LANGEXPORT_DECL client_params backup_resource::make_params() const {
    if (!problem.empty())
        detail::throw_error(errc::invalid_configuration, problem);
    const auto refuse = [&](const std::string& why) {
        detail::throw_error(errc::invalid_configuration, place + why);
    };
    std::optional<subscription_key> key;
    const std::string source = key_file.empty() ? ".key_env: " : ".key_file: ";
    try {
        key = detail::key_of(*this);
    } catch (const file_error& error) {
        refuse(source + error.what());
    } catch (const export_error& error) {
        refuse(source + error.diagnostics().detail);
    }
    // Names go into reports and names of files, where a key that was mistaken for one would stay.
    for (std::size_t i = 0; i < projects.size(); ++i)
        if (key->is_in(projects[i]))
            refuse(".projects[" + std::to_string(i) + "]: the name has the key in it");
    client_params params(endpoint, *key);
    params.api_version = version_of(surface);
    params.quota = quota;
    params.ca_file = ca_file.string();
    params.check_result_structure = !accept_any_result;
    params.gateway_backends = gateway_backends;
    return params;
}

LANGEXPORT_DECL std::vector<project_surface> backup_resource::surfaces() const {
    return several_surfaces.empty() ? std::vector<project_surface>{surface} : several_surfaces;
}

LANGEXPORT_DECL export_request backup_resource::make_request(std::string project) const {
    return make_request(std::move(project), surface);
}

LANGEXPORT_DECL export_request backup_resource::make_request(std::string project,
                                                             project_surface of) const {
    export_request request(std::move(project));
    request.surface = of;
    request.format = format;
    if (!string_index_type.empty())
        request.string_index_type = string_index_type;
    return request;
}

LANGEXPORT_DECL void backup_resource::set_version(std::string_view text) {
    const std::size_t mark = text.find('=');
    const std::string_view version = mark == text.npos ? text : text.substr(mark + 1);
    const auto one = project_surface_of(text.substr(0, mark));
    if (mark != text.npos && !one)
        throw std::invalid_argument("must name a surface before its '=': analyze-text, "
                                    "analyze-conversations or query-knowledgebases");
    const std::string why = detail::what_is_wrong_with_version(version);
    if (!why.empty())
        throw std::invalid_argument(why);
    (mark == text.npos ? api_version : surface_versions[*one]) = version;
}

LANGEXPORT_DECL std::string backup_resource::version_of(project_surface which) const {
    const auto own = surface_versions.find(which);
    return own == surface_versions.end() ? api_version : own->second;
}

} // namespace v0
} // namespace langexport

#endif
