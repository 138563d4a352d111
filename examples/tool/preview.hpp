#ifndef LANGEXPORT_EXAMPLES_TOOL_PREVIEW_HPP
#define LANGEXPORT_EXAMPLES_TOOL_PREVIEW_HPP

#include "manifest_check.hpp"
#include "manifest_update.hpp"
#include "name_marks.hpp"
#include "options.hpp"
#include "result_names.hpp"
#include "run_report.hpp"

#include <langexport/client.hpp>
#include <langexport/error.hpp>
#include <langexport/list_projects.hpp>
#include <langexport/log/printable.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace tool {

/// One line of --list or --dry-run.
class preview_line {
public:
    preview_line(std::string_view planned_action, std::string_view surface_name,
                 std::string_view project_name)
        : action(planned_action), surface(surface_name), project(project_name) {}

    /// "analyze-text<TAB>Contracts", or with the action and the file: "export<TAB>analyze-text<TAB>Contracts<TAB>…".
    std::string text(bool has_action) const {
        std::string line = has_action ? action + '\t' : std::string();
        line += surface + '\t' + langexport::printable(project);
        return has_action ? line + '\t' + file : line;
    }
    /// The same as a JSON object in one line.
    std::string json(bool has_action) const {
        boost::json::object line;
        const auto put = [&](std::string_view name, std::string_view value) {
            if (!value.empty())
                line.emplace(name, value);
        };
        put("action", has_action ? action : std::string());
        line.emplace("project", project);
        line.emplace("surface", surface);
        put("kind", kind);
        put("endpoint", endpoint);
        put("file", has_action ? file : std::string());
        return boost::json::serialize(line);
    }

    std::string action;  ///< `export`, `removed` (the file stays) or `delete` (--prune deletes it).
    std::string surface; ///< The surface of the project.
    std::string project; ///< Its name.
    std::string kind;    ///< The service's word for its kind, if a list names it.
    std::string endpoint; ///< The resource.
    std::string file;     ///< The name of its file.
};

/// The name of a file with the extension of the last result, which the content determines.
inline std::string with_last_extension(const std::string& name, const std::string& last) {
    const std::string again = with_extension(name, fs::path(last).extension().string());
    return again == last ? again : name;
}

/// The results that the files of a resource's folder contain, as its run would read them from the reports.
inline result_names::results known_results(const settings& set, const backup_resource& resource) {
    const fs::path usual = resource.output_dir / ".langexport/report.jsonl";
    const fs::path report = set.report.empty() ? usual : set.report;
    result_names::results known;
    for (const fs::path& one : {report, older_report_of(report), usual})
        result_names::add_results(known, resource.output_dir, results_in(one));
    return known;
}

/// What a run would do with one resource, given the lists of its surfaces.
///
/// @param set       The options of the run.
/// @param resource  The resource.
/// @param lists     A list for each surface, also of projects that the operator named.
/// @param last      The manifest of its folder.
/// @param known     The results that the files of its folder contain, by file name.
/// @param is_all    Whether the lists are complete.
inline std::vector<preview_line> preview_lines(const settings& set, const backup_resource& resource,
                                               const std::vector<surface_list>& lists,
                                               const langexport::manifest& last,
                                               const result_names::results& known, bool is_all) {
    std::vector<surface_projects> chosen;
    for (const surface_list& list : lists) {
        surface_projects& its = chosen.emplace_back();
        its.surface = list.surface;
        its.extension = langexport::extension_of(resource.format);
        for (const langexport::project_info& one : list.projects)
            if (set.filter.chooses(one.name))
                its.projects.push_back(one.name);
    }
    const name_marks names(chosen);
    std::vector<preview_line> lines;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        const std::string surface(to_string(chosen[i].surface));
        const result_names its(resource.output_dir, known, surface, resource.format);
        const texts files = langexport::file_names_of(chosen[i].projects, chosen[i].extension);
        for (std::size_t j = 0; j < files.size(); ++j) {
            const std::string& project = chosen[i].projects[j];
            preview_line& line = lines.emplace_back("export", surface, project);
            line.kind = lists[i].find(project)->kind;
            const auto mark = names.marks[i].find(project);
            line.file = its.choose(project, files[j],
                                   mark == names.marks[i].end() ? std::string() : mark->second)
                            .name;
            const std::string format = manifest_format(chosen[i].surface, resource.format);
            if (const manifest_entry* entry = last.find(project, surface, format))
                line.file = with_last_extension(line.file, entry->file);
        }
    }
    if (!is_all)
        return lines;
    for (const manifest_entry& entry : removed_projects(last, lists, set.filter)) {
        lines.emplace_back(set.prune ? "delete" : "removed", entry.surface, entry.name);
        lines.back().file = entry.file;
    }
    return lines;
}

/// Rejects the projects that an operator names as their run would: if one is named twice, or if a request for it is not
/// valid.
///
/// @throws langexport::export_error (errc::invalid_request).
inline void check_named(const settings& set, const backup_resource& resource) {
    static_cast<void>(langexport::export_report().plan(resource.projects));
    for (const project_surface surface : resource.surfaces())
        for (const std::string& project : resource.projects) {
            langexport::export_request request = resource.make_request(project, surface);
            request.trained_model_label = set.trained_model;
            validate(request, resource.version_of(surface));
        }
}

/// Shows what a run would export: --list and --dry-run. Writes nothing, and requests only lists.
class preview {
public:
    /// @param set    The options of the run.
    /// @param out    Receives the lines.
    /// @param error  Receives the message of a failure.
    preview(const settings& set, std::ostream& out, std::function<void(const std::string&)> error)
        : set_(set), out_(out), error_(std::move(error)) {}

    /// Returns whether everything could be listed.
    bool run() {
        for (const backup_resource& one : set_.resources)
            try {
                show(one);
            } catch (...) {
                fail(langexport::message_of(std::current_exception()));
            }
        if (!out_.flush())
            throw std::runtime_error("standard output cannot be written");
        return !has_failed_;
    }

private:
    void show(const backup_resource& resource);
    boost::asio::awaitable<void> list(const backup_resource& resource,
                                      const langexport::client& client, project_surface surface,
                                      const langexport::manifest& last,
                                      std::vector<surface_list>& lists);
    langexport::manifest last_manifest(const backup_resource& resource) const;
    void fail(const std::string& why) {
        has_failed_ = true;
        error_(why);
    }

    const settings& set_;
    std::ostream& out_;
    std::function<void(const std::string&)> error_;
    bool has_failed_ = false;
};

// Without a manifest, and with one of another resource, all is new.
inline langexport::manifest preview::last_manifest(const backup_resource& resource) const {
    std::error_code unknown;
    if (!fs::exists(resource.output_dir / langexport::manifest::usual_name, unknown))
        return {};
    langexport::manifest last = manifest_of(resource.output_dir);
    return last.resource == langexport::endpoint::parse(resource.endpoint).to_string()
               ? std::move(last)
               : langexport::manifest();
}

inline boost::asio::awaitable<void> preview::list(const backup_resource& resource,
                                                  const langexport::client& client,
                                                  project_surface surface,
                                                  const langexport::manifest& last,
                                                  std::vector<surface_list>& lists) {
    const std::string name(to_string(surface));
    std::exception_ptr error;
    try {
        surface_list found(surface);
        found.projects = co_await langexport::list_projects(client, surface);
        lists.push_back(std::move(found));
    } catch (...) {
        error = std::current_exception();
    }
    if (!error)
        co_return;
    const langexport::export_error* known = langexport::get_export_error(error);
    const bool is_missing =
        known && known->diagnostics().http_status == 404 && known->diagnostics().pages == 0;
    if (!is_missing)
        fail("the projects of " + name + " are not known: " + langexport::message_of(error));
    else if (count_of_surface(last, surface) > 0)
        fail(name + " is not offered by " + resource.endpoint +
             " (HTTP 404), but the manifest has projects of it");
}

inline void preview::show(const backup_resource& resource) {
    if (!resource.problem.empty())
        throw std::runtime_error(resource.problem);
    const langexport::manifest last = last_manifest(resource);
    const bool is_all = set_.all || (!set_.config.empty() && resource.projects.empty());
    std::vector<surface_list> lists;
    if (!is_all)
        check_named(set_, resource);
    for (const project_surface surface : resource.surfaces()) {
        if (!is_all) {
            surface_list& named = lists.emplace_back(surface);
            for (const std::string& project : resource.projects)
                named.projects.emplace_back().name = project;
            continue;
        }
        boost::asio::io_context context;
        langexport::client_params params = set_.complete(resource.make_params());
        params.api_version = resource.version_of(surface);
        const langexport::client client(context.get_executor(), params);
        boost::asio::co_spawn(context, list(resource, client, surface, last, lists),
                              [](const std::exception_ptr& error) {
                                  if (error)
                                      std::rethrow_exception(error);
                              });
        context.run();
    }
    for (preview_line& line :
         preview_lines(set_, resource, lists, last, known_results(set_, resource), is_all)) {
        line.endpoint = langexport::endpoint::parse(resource.endpoint).to_string();
        if (!set_.list || line.action == "export")
            out_ << (set_.json ? line.json(set_.dry_run) : line.text(set_.dry_run)) << '\n';
    }
}

} // namespace tool

#endif
