#ifndef LANGEXPORT_EXAMPLES_TOOL_RESTORE_OPTIONS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RESTORE_OPTIONS_HPP

#include "options.hpp"
#include "output_files.hpp"

#include <langexport/client_params.hpp>
#include <langexport/detail/base/name_table.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tool {

/// What to do with projects that the resource has already.
enum class existing_projects {
    fail,    ///< Restore nothing.
    replace, ///< Replace them.
    skip     ///< Restore the other ones.
};

inline constexpr langexport::detail::named_value<existing_projects> existing_projects_names[] = {
    {existing_projects::fail, "fail"},
    {existing_projects::replace, "replace"},
    {existing_projects::skip, "skip"}};

/// The options of a restore.
class restore_settings {
public:
    restore_settings() = default;

    /// The settings of a client.
    langexport::client_params make_params() const {
        langexport::client_params params = run.complete(resource().make_params());
        params.application_id = "restore_projects";
        return params;
    }
    const backup_resource& resource() const { return run.resources.front(); }

    settings run;    ///< What restores and backups share: the resource, limits, the report.
    fs::path folder; ///< The folder of the projects.
    existing_projects existing = existing_projects::fail;
    bool without_manifest = false;
};

inline void read_folder(restore_settings& s, const texts& names) {
    need(names.size() == 1, "name one folder of projects, which a backup has written");
    need(!names.front().empty(), "the name of the folder is empty");
    s.folder = names.front();
}

// Reads the options. Throws std::invalid_argument or export_error with a text for people.
inline restore_settings read_restore_arguments(const texts& arguments) {
    restore_settings s;
    backup_resource one;
    std::string existing = "fail";
    std::string resumed;
    option_reader options;
    common_options common(s.run, one);
    common.add_to(options);
    options.add("--include", &s.run.filter.include).add("--exclude", &s.run.filter.exclude);
    options.add("--dry-run", &s.run.dry_run).add("--if-exists", &existing);
    options.add("--without-manifest", &s.without_manifest);
    options.add("--report", &s.run.report).add("--resume", &resumed);
    const texts names = options.read(arguments);
    check_values(options, {{"--if-exists", existing}, {"--resume", resumed}});
    keep_options(options, s.run);
    common.finish(options);
    read_folder(s, names);
    expect_no_manifest("--report", s.run.report, {s.folder});
    s.run.kept += ' ' + shell_word((names.front().starts_with('-') ? "./" : "") + names.front());
    const auto known = langexport::detail::value_in(existing_projects_names, existing);
    need(known.has_value(),
         "--if-exists: " + langexport::detail::names_in(existing_projects_names, " or "));
    s.existing = *known;
    if (options.has("--resume"))
        s.run.resume = resumed;
    check_resource(one);
    s.run.resources.push_back(std::move(one));
    return s;
}

} // namespace tool

#endif
