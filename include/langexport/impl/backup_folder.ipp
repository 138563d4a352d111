#ifndef LANGEXPORT_IMPL_BACKUP_FOLDER_IPP
#define LANGEXPORT_IMPL_BACKUP_FOLDER_IPP

#include <langexport/backup_folder.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/detail/impl/result_names.hpp>
#include <langexport/error.hpp>
#include <langexport/file/atomic_file.hpp>
#include <langexport/file/file_name.hpp>
#include <langexport/file/folder.hpp>
#include <langexport/sink/file_sink.hpp>
#include <langexport/sink/normalizing_sink.hpp>

#include <boost/system/errc.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// Creates the folder of projects and the one within it that a run keeps its own files in.
inline std::filesystem::path prepare_own_folder(const std::filesystem::path& folder) {
    prepare_folder(folder);
    std::filesystem::path own = folder / ".langexport";
    error_code failure;
    const folder_owner owner = make_own_folder(own, failure);
    check_file(failure, "cannot make the folder", own);
    if (owner == folder_owner::none)
        throw file_error(make_error_code(boost::system::errc::not_a_directory),
                         "'" + own.string() +
                             "' is needed for files of this program, but it is a link or a file: "
                             "remove it");
    if (owner == folder_owner::other)
        throw file_error(make_error_code(boost::system::errc::operation_not_permitted),
                         "'" + own.string() +
                             "' is needed for files of this program, but it belongs to another "
                             "user: export as that user, or into another folder");
    return own;
}

inline void hide_from_version_control(const std::filesystem::path& folder) {
    const std::filesystem::path ignored = folder / ".gitignore";
    std::error_code unknown;
    if (!std::filesystem::exists(ignored, unknown))
        write_file(ignored, "*\n");
}

// Only for the holder of the folder's lock: those of a run that still writes them look the same.
inline void remove_part_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> parts;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
        if (entry.path().extension() == ".part")
            parts.push_back(entry.path());
    for (const std::filesystem::path& part : parts)
        std::filesystem::remove(part, ignored);
}

// Version 0.1 kept its lock and its part files beside the results.
inline void remove_old_lock(const std::filesystem::path& folder) {
    std::error_code unknown;
    if (std::filesystem::exists(folder / ".langexport.lock", unknown)) {
        const folder_lock taken_over(folder);
    }
}

inline void remove_old_part_file(const std::filesystem::path& target) {
    std::error_code unknown;
    if (!std::filesystem::exists(part_file_of(target, {}), unknown))
        return;
    try {
        atomic_file(target).discard();
    } catch (const file_error&) {
        // Another program is writing it.
    }
}

inline std::filesystem::path real_path(const std::filesystem::path& file) {
    std::error_code unknown;
    std::filesystem::path real = std::filesystem::weakly_canonical(file, unknown);
    return unknown ? file : real;
}

// Whether a report knows of a file that is not in the folder any more, or was in another one.
inline bool is_lost(const report_line& line, const std::filesystem::path& folder) {
    const bool has_file =
        line.outcome == export_outcome::exported || line.outcome == export_outcome::partial;
    std::error_code unknown;
    return has_file && !line.file.empty() &&
           !std::filesystem::exists(folder / std::filesystem::path(line.file).filename(), unknown);
}

} // namespace detail

LANGEXPORT_DECL backup_folder::backup_folder(std::filesystem::path folder)
    : path_(std::move(folder)), own_(detail::prepare_own_folder(path_)),
      lock_(std::make_shared<folder_lock>(path_, ".langexport/lock")) {
    detail::remove_old_lock(path_);
    detail::remove_part_files(own_);
    detail::hide_from_version_control(own_);
}

LANGEXPORT_DECL backup_folder backup_folder::with_another_plan() const {
    backup_folder other(*this);
    other.places_.clear();
    return other;
}

LANGEXPORT_DECL void backup_folder::keep_results(const std::vector<report_line>& results) {
    const std::filesystem::path own = detail::real_path(path_);
    for (const report_line& line : results) {
        const std::filesystem::path file = line.file;
        const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
        std::error_code unknown;
        // What is not where it was written has come here with the folder, or the run had another working folder.
        if (detail::real_path(folder) != own && std::filesystem::exists(file, unknown))
            continue;
        const auto [known, is_new] = results_.emplace(file.filename().string(), line);
        if (!is_new && known->second.at <= line.at)
            known->second = line;
    }
}

LANGEXPORT_DECL std::vector<planned_export>
backup_folder::plan(const export_report& before, const std::vector<std::string>& projects,
                    const std::string& format, const std::filesystem::path& keep,
                    const std::map<std::string, std::string>& marks, const std::string& own_mark) {
    const detail::result_names names(path_, results_, own_mark, format);
    const std::vector<std::string>& extensions = names.extensions();
    export_report usable = before;
    usable.restart_if(
        [&](const report_line& line) { return detail::is_lost(line, path_) || !line.is_usable(); });
    std::vector<planned_export> todo = usable.plan(projects, extensions.front());
    for (planned_export& one : todo) {
        const auto with = [&](const std::string& extension) {
            return (path_ / one.file_name).replace_extension(extension);
        };
        place& goal = places_[one.project];
        goal = place();
        const auto mark = marks.find(one.project);
        if (mark != marks.end())
            one.file_name = names.marked(one.file_name, mark->second);
        else if (names.has_twin(one.file_name))
            one.file_name = numbered_file_name_of(one.project, extensions.front());
        names.follow_older_file(one);
        for (const std::string& outdated : names.choose_mark(one, mark == marks.end()))
            goal.outdated.push_back(path_ / outdated);
        for (const std::string& extension : extensions)
            if (!keep.empty() && detail::real_path(with(extension)) == detail::real_path(keep))
                detail::throw_error(errc::invalid_request, keep.string() +
                                                               " is also where project '" +
                                                               one.project + "' goes");
        detail::remove_old_part_file(path_ / one.file_name);
        goal.planned = path_ / one.file_name;
        goal.extensions = extensions;
    }
    return todo;
}

LANGEXPORT_DECL std::filesystem::path backup_folder::file_of(const std::string& project) const {
    const auto known = places_.find(project);
    if (known == places_.end())
        return path_ / file_name_of(project);
    return known->second.sink ? known->second.sink->target() : known->second.planned;
}

LANGEXPORT_DECL std::shared_ptr<result_sink> backup_folder::sink_for(const std::string& project,
                                                                     bool normalize) {
    std::optional<normalizing_options> form;
    if (normalize)
        form.emplace();
    return sink_for(project, form);
}

LANGEXPORT_DECL std::shared_ptr<result_sink>
backup_folder::sink_for(const std::string& project,
                        const std::optional<normalizing_options>& form) {
    file_options options;
    options.keep_unchanged = true;
    options.temporary_folder = own_;
    options.name_after_content = true;
    const std::filesystem::path where = file_of(project);
    auto file = std::make_shared<file_sink>(where, options);
    if (const auto known = places_.find(project); known != places_.end())
        known->second.sink = file;
    if (!form || where.extension() != ".json")
        return file;
    return std::make_shared<normalizing_sink>(std::move(file), *form);
}

LANGEXPORT_DECL std::filesystem::path
backup_folder::remove_outdated(const std::string& project) const {
    const auto known = places_.find(project);
    if (known == places_.end() || !known->second.sink || !known->second.sink->is_committed())
        return {};
    const std::filesystem::path current = known->second.sink->target();
    std::vector<std::filesystem::path> others = known->second.outdated;
    for (const std::string& extension : known->second.extensions)
        others.push_back(std::filesystem::path(current).replace_extension(extension));
    for (const std::filesystem::path& other : others) {
        std::error_code failure;
        if (other == current ||
            !std::filesystem::is_regular_file(std::filesystem::symlink_status(other, failure)))
            continue;
        std::filesystem::remove(other, failure);
        if (failure)
            throw file_error(error_code(failure.value(), boost::system::system_category()),
                             "cannot delete the older result '" + other.string() + "'");
        return other;
    }
    return {};
}

} // namespace v0
} // namespace langexport

#endif
