#ifndef LANGEXPORT_EXAMPLES_TOOL_CONFIG_READER_HPP
#define LANGEXPORT_EXAMPLES_TOOL_CONFIG_READER_HPP

#include "backup_resource.hpp"
#include "config_fields.hpp"
#include "config_value.hpp"

#include <langexport/client_params.hpp>
#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/error.hpp>
#include <langexport/export_request.hpp>
#include <langexport/project_surface.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>

namespace tool {

// Reads the resources of a config from its text.
class config_reader : private config_fields {
public:
    config_reader(std::string_view text, const std::filesystem::path& path, broken_resources broken)
        : config_fields(text, path), broken_(broken) {}

    std::vector<backup_resource> read() {
        located_value root;
        located_error wrong;
        if (!parse_located_json(text_, root, wrong))
            reject(wrong.byte, {}, wrong.why);
        const config_value file(root, {});
        check_fields(file, file_fields);
        const config_value resources = require(file, "resources");
        expect(resources, located_value::kind::array);
        if (resources.value->list.empty())
            reject(resources, "is empty: name a resource");
        std::vector<backup_resource> all;
        for (std::size_t i = 0; i < resources.value->list.size(); ++i)
            all.push_back(read_one(resources, i, all));
        choose_surfaces(resources, all);
        return all;
    }

private:
    static constexpr std::string_view file_fields[] = {"resources"};

    static config_value object_at(const config_value& resources, std::size_t index) {
        return {resources.value->list[index], resources.path + '[' + std::to_string(index) + ']'};
    }

    // Calls a function for a resource. If it fails and broken resources are kept, the error becomes the problem of
    // this resource alone.
    template <class Call>
    void about(backup_resource& one, Call call) const try {
        call();
    } catch (const langexport::export_error& error) {
        if (broken_ == broken_resources::reject)
            throw;
        one.problem = error.diagnostics().detail;
    }

    backup_resource read_one(const config_value& resources, std::size_t index,
                             const std::vector<backup_resource>& earlier) {
        const config_value object = object_at(resources, index);
        backup_resource one;
        one.place = place(object.value->byte, object.path);
        about(one, [&] {
            read_resource(object, one);
            for (std::size_t other = 0; other < earlier.size(); ++other)
                check_together(object, one, earlier[other], object_at(resources, other));
        });
        // The metrics of a run name the resource that cannot be used, too.
        if (one.endpoint.empty() && object.value->what == located_value::kind::object)
            if (const auto endpoint = find(object, "endpoint"))
                one.endpoint = endpoint->value->text;
        return one;
    }

    void read_resource(const config_value& object, backup_resource& result) {
        check_fields(object, resource_fields);
        result.endpoint = text(require(object, "endpoint"));
        read_credential(object, result.credential);
        read_surface(object, result);
        read_quota(object, result.quota);
        read_connection(object, result.connection);
        if (const auto accepts = find(object, "accept_any_result")) {
            expect(*accepts, located_value::kind::boolean);
            result.accept_any_result = accepts->value->flag;
        }
        read_backends(object, result.gateway_backends);
        check_client(object, result);
        check_proxy(object, result);
        read_projects(require(object, "projects"), object, result);
        read_folder(require(object, "output_dir"), result);
    }

    void read_connection(const config_value& object, connection_settings& result) const {
        for (const path_setting& each : path_settings)
            result.*each.member = path_or_none(object, each.field);
        result.proxy = text_or(object, "proxy", {});
        try {
            result.check();
        } catch (const std::invalid_argument& error) {
            reject(object, std::string(": ") + error.what());
        }
    }

    void check_proxy(const config_value& object, const backup_resource& result) const {
        const auto proxy = find(object, "proxy");
        try {
            result.connection.proxy_to(result.endpoint);
        } catch (const std::invalid_argument& error) {
            reject(*proxy, error.what());
        } catch (const langexport::export_error& error) {
            reject(proxy ? *proxy : object, ": " + error.diagnostics().detail);
        }
    }

    void check_client(const config_value& object, const backup_resource& result) const {
        check_as_said(object, [&] {
            langexport::client_params params(result.endpoint, langexport::subscription_key("any"));
            params.quota = result.quota;
            params.gateway_backends = result.gateway_backends;
            langexport::validate(params);
        });
    }

    void read_backends(const config_value& object, std::vector<std::string>& backends) const {
        if (const auto one = find(object, "gateway_backend"))
            backends.push_back(text(*one));
        const auto several = find(object, "gateway_backends");
        if (!several)
            return;
        expect(*several, located_value::kind::array);
        for (std::size_t i = 0; i < several->value->list.size(); ++i)
            backends.push_back(
                text({several->value->list[i], several->path + '[' + std::to_string(i) + ']'}));
    }

    void read_credential(const config_value& object, credential_settings& result) const {
        result.is_of_config = true;
        read_key(object, "key_file", "key_env", result.key_file, result.key_env);
        read_key(object, "key2_file", "key2_env", result.key2_file, result.key2_env);
        result.token_command = text_or(object, "token_command", {});
        result.audience = text_or(object, "audience", {});
        const auto word = find(object, "auth");
        result.auth = word ? auth_kind_of(text(*word)) : std::nullopt;
        if (word && !result.auth)
            reject(*word, "must be " + auth_kind_choice() + ", it is '" + word->value->text + "'");
        if (word)
            return;
        if (!result.key_file.empty() || !result.key_env.empty())
            result.auth = auth_kind::key;
        else if (result.token_command.empty())
            reject(object, "lacks 'key_file', 'key_env', 'auth' or 'token_command'");
    }

    void read_key(const config_value& object, std::string_view file_field,
                  std::string_view variable_field, std::filesystem::path& to_file,
                  std::string& to_variable) const {
        const auto file = find(object, file_field), variable = find(object, variable_field);
        if (file && variable)
            reject(*variable, "is not allowed together with '" + std::string(file_field) + "'");
        to_file = path_or_none(object, file_field);
        to_variable = text_or(object, variable_field, {});
        if (to_variable.find('=') != std::string::npos)
            reject(*variable, "is not the name of an environment variable");
    }

    void read_surface(const config_value& object, backup_resource& result) const {
        if (const auto word = find(object, "surface")) {
            const auto surface = langexport::project_surface_of(text(*word));
            if (!surface)
                reject(*word, "must be " + langexport::detail::surface_choice() + ", it is '" +
                                  word->value->text + "'");
            result.surface = *surface;
        }
        read_versions(object, result);
        result.format = text_or(object, "format", {});
        result.string_index_type = text_or(object, "string_index_type", {});
    }

    void read_versions(const config_value& object, backup_resource& result) const {
        const auto found = find(object, "api_version");
        if (!found)
            return;
        const auto add = [&](const config_value& version) {
            try {
                result.set_version(text(version));
            } catch (const std::invalid_argument& error) {
                reject(version, error.what());
            }
        };
        if (found->value->what != located_value::kind::array)
            return add(*found);
        for (std::size_t i = 0; i < found->value->list.size(); ++i)
            add({found->value->list[i], found->path + '[' + std::to_string(i) + ']'});
    }

    void read_quota(const config_value& object, langexport::quota_params& quota) const {
        const auto found = find(object, "quota");
        if (!found)
            return;
        check_fields(*found, quota_fields);
        read_count(*found, "submissions", quota.submissions);
        read_count(*found, "reads", quota.reads);
        if (const auto window = find(*found, "window")) {
            const auto time = langexport::detail::parse_duration(text(*window));
            if (!time)
                reject(*window,
                       "must be a time like 500ms, 60s or 1m, it is '" + window->value->text + "'");
            quota.window = *time;
        }
    }

    static void check_request(const backup_resource& resource, const std::string& project) {
        langexport::validate(resource.make_request(project), resource.version_of(resource.surface));
    }

    void read_projects(const config_value& projects, const config_value& object,
                       backup_resource& result) const {
        if (projects.value->what == located_value::kind::text && projects.value->text == "all") {
            const auto format = find(object, "format");
            if (!find(object, "surface") && format && !result.format.empty())
                reject(*format, "belongs to one surface: name it with 'surface'");
            if (!find(object, "surface"))
                result.several_surfaces = langexport::detail::all_surfaces();
            check_as_said(object, [&] { check_request(result, "any"); });
            return;
        }
        if (projects.value->what != located_value::kind::array || projects.value->list.empty())
            reject(projects, "must be an array of names, or \"all\"");
        std::set<std::string_view> seen;
        for (std::size_t i = 0; i < projects.value->list.size(); ++i) {
            const config_value project(projects.value->list[i],
                                       projects.path + '[' + std::to_string(i) + ']');
            const std::string& name = text(project);
            if (!seen.insert(name).second)
                reject(project, "is '" + name + "', which is named twice");
            check_as_said(
                object, [&] { check_request(result, name); }, &project);
            result.projects.push_back(name);
        }
    }

    void read_folder(const config_value& folder, backup_resource& result) {
        result.output_dir = (folder_ / text(folder)).lexically_normal();
        if (!result.output_dir.has_filename()) // a slash at its end
            result.output_dir = result.output_dir.parent_path();
        if (!folders_.insert(result.output_dir.string()).second)
            reject(folder, "is another resource's, too: their files would be mixed");
    }

    // Several objects may name one resource, with different exports. But it has one quota, and a
    // report must be able to distinguish its exports.
    void check_together(const config_value& object, const backup_resource& one,
                        const backup_resource& other, const config_value& other_object) const {
        if (!one.problem.empty() || !other.problem.empty())
            return;
        const langexport::endpoint mine = langexport::endpoint::parse(one.endpoint);
        const langexport::endpoint its = langexport::endpoint::parse(other.endpoint);
        if (mine.origin() != its.origin())
            return;
        const langexport::quota_params &a = one.quota, &b = other.quota;
        if (a.submissions != b.submissions || a.reads != b.reads || a.window != b.window)
            reject(object,
                   "has another quota than " + other_object.path + ", which is the same resource");
        if (mine != its || one.surface != other.surface || one.format != other.format ||
            gives_way(one, other_object) || gives_way(other, object))
            return;
        const config_value projects = require(object, "projects");
        if (one.projects.empty() || other.projects.empty())
            reject(projects, "has what " + other_object.path + " exports, too");
        for (const std::string& name : one.projects)
            if (std::find(other.projects.begin(), other.projects.end(), name) !=
                other.projects.end())
                reject(projects,
                       "has '" + name + "', which " + other_object.path + " exports, too");
    }

    // An object for every surface does not export the surfaces that other objects of the same endpoint name.
    static bool gives_way(const backup_resource& one, const config_value& other) {
        return !one.several_surfaces.empty() && find(other, "surface");
    }
    void choose_surfaces(const config_value& resources, std::vector<backup_resource>& all) const {
        for (std::size_t i = 0; i < all.size(); ++i) {
            backup_resource& one = all[i];
            if (one.several_surfaces.empty() || !one.problem.empty())
                continue;
            for (std::size_t j = 0; j < all.size(); ++j) {
                const backup_resource& other = all[j];
                const config_value object(resources.value->list[j], {});
                if (gives_way(one, object) && other.format == one.format && other.problem.empty() &&
                    langexport::endpoint::parse(one.endpoint) ==
                        langexport::endpoint::parse(other.endpoint))
                    std::erase(one.several_surfaces, other.surface);
            }
            about(one, [&] {
                if (one.several_surfaces.empty())
                    reject(object_at(resources, i),
                           "has nothing to export: other objects name every surface");
            });
        }
    }

    // Runs a check of the library. Its error gets the place of the field that it names.
    template <class Validation>
    void check_as_said(const config_value& object, Validation validation,
                       const config_value* project = nullptr) const {
        try {
            validation();
        } catch (const langexport::export_error& error) {
            std::string_view why = error.diagnostics().detail;
            for (const std::string_view owner : {"client_params::", "export_request::"})
                why.remove_prefix(why.starts_with(owner) ? owner.size() : 0);
            if (why.starts_with("project_name ") && project)
                reject(*project, std::string(why.substr(why.find(' ') + 1)));
            config_value at = object;
            const std::string_view named = why.substr(0, why.find(' '));
            for (std::string_view rest = named; !rest.empty();) {
                const std::string_view name = rest.substr(0, rest.find('.'));
                const auto member = find(at, name.substr(0, name.find('[')));
                if (!member)
                    reject(at, ": " + std::string(why));
                at = *member;
                rest.remove_prefix((std::min)(rest.size(), name.size() + 1));
            }
            reject(at, std::string(why.substr((std::min)(why.size(), named.size() + 1))));
        }
    }

    broken_resources broken_;
    std::set<std::string> folders_;
};

} // namespace tool

#endif
