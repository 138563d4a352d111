#ifndef LANGEXPORT_IMPL_BACKUP_FOLDER_IPP
#define LANGEXPORT_IMPL_BACKUP_FOLDER_IPP

#include <langexport/backup_folder.hpp>
#include <langexport/detail/text.hpp>
#include <langexport/error.hpp>
#include <langexport/file_name.hpp>
#include <langexport/file_sink.hpp>
#include <langexport/normalizing_sink.hpp>

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

// What files with results of this form may end in, the usual extension first.
inline std::vector<std::string> extensions_of(const std::string& format) {
    std::vector<std::string> all{extension_of(format)};
    if (all.front() != ".json") // the service may send tables as archives
        all.emplace_back(".zip");
    return all;
}

// The names in a folder, by their lower case.
inline std::multimap<std::string, std::string> names_in(const std::filesystem::path& folder) {
    std::multimap<std::string, std::string> names;
    std::error_code hidden; // where names cannot be read, none is known
    for (const auto& entry : std::filesystem::directory_iterator(folder, hidden)) {
        std::string name = entry.path().filename().string();
        std::string lower = to_lower(name);
        names.emplace(std::move(lower), std::move(name));
    }
    return names;
}

// Whether a disk that takes no notice of upper and lower case would take a name for another one's.
inline bool is_anothers(const std::string& name,
                        const std::multimap<std::string, std::string>& there) {
    const auto [begin, end] = there.equal_range(to_lower(name));
    return begin != end &&
           std::none_of(begin, end, [&](const auto& one) { return one.second == name; });
}

inline bool is_there(const std::string& name,
                     const std::multimap<std::string, std::string>& there) {
    const auto [begin, end] = there.equal_range(to_lower(name));
    return std::any_of(begin, end, [&](const auto& one) { return one.second == name; });
}

// Gives the newer of two files of a project the one name, and removes the other.
inline void move_file(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code failure;
    if (!std::filesystem::is_regular_file(symlink_status(from, failure)))
        return;
    const auto age_of_target = last_write_time(to, failure);
    const bool has_target = !failure;
    if (has_target && age_of_target >= last_write_time(from, failure) && !failure)
        remove(from, failure);
    else
        rename(from, to, failure);
}

inline std::string with_extension(const std::string& file_name, const std::string& extension) {
    return std::filesystem::path(file_name).replace_extension(extension).string();
}

inline bool is_any_there(const std::string& file_name, const std::vector<std::string>& extensions,
                         const std::multimap<std::string, std::string>& there) {
    return std::any_of(extensions.begin(), extensions.end(), [&](const std::string& each) {
        return is_there(with_extension(file_name, each), there);
    });
}

// Whether the name of a project's file has a number depends on the other projects of a run. A file of an
// older run is the same project's, with or without a number: it keeps its number, or gets one, and so
// none is left behind.
inline void follow_older_file(planned_export& one, const std::filesystem::path& folder,
                              const std::multimap<std::string, std::string>& there,
                              const std::vector<std::string>& extensions) {
    const std::string plain = file_name_of(one.project, extensions.front());
    const std::string numbered = numbered_file_name_of(one.project, extensions.front());
    if (plain == numbered || (one.file_name != plain && one.file_name != numbered))
        return;
    if (is_any_there(numbered, extensions, there) && !is_any_there(plain, extensions, there))
        one.file_name = numbered;
    for (const std::string& each : extensions) {
        const std::string other = with_extension(one.file_name == plain ? numbered : plain, each);
        if (is_there(other, there))
            move_file(folder / other, folder / with_extension(one.file_name, each));
    }
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

LANGEXPORT_DECL std::vector<planned_export>
backup_folder::plan(const export_report& before, const std::vector<std::string>& projects,
                    const std::string& format, const std::filesystem::path& keep,
                    const std::map<std::string, std::string>& marks, const std::string& own_mark) {
    const std::vector<std::string> extensions = detail::extensions_of(format);
    export_report usable = before;
    usable.restart_if(
        [&](const report_line& line) { return detail::is_lost(line, path_) || !line.is_usable(); });
    std::vector<planned_export> todo = usable.plan(projects, extensions.front());
    const auto there = detail::names_in(path_);
    for (planned_export& one : todo) {
        const auto with = [&](const std::string& extension) {
            return (path_ / one.file_name).replace_extension(extension);
        };
        const auto marked = [&](const std::string& mark) {
            std::string name = one.file_name;
            return name.insert(name.size() - extensions.front().size(), '~' + mark);
        };
        place& goal = places_[one.project];
        goal = place();
        if (const auto mark = marks.find(one.project); mark != marks.end())
            one.file_name = marked(mark->second);
        else if (std::any_of(
                     extensions.begin(), extensions.end(), [&](const std::string& extension) {
                         return detail::is_anothers(with(extension).filename().string(), there);
                     }))
            one.file_name = numbered_file_name_of(one.project, extensions.front());
        detail::follow_older_file(one, path_, there, extensions);
        // A file of an older run that had a mark, when there was a reason for it, keeps it.
        if (const std::string older = own_mark.empty() ? std::string() : marked(own_mark);
            marks.count(one.project) == 0 && !older.empty() &&
            detail::is_any_there(older, extensions, there)) {
            if (!detail::is_any_there(one.file_name, extensions, there))
                one.file_name = older;
            else
                for (const std::string& extension : extensions)
                    goal.outdated.push_back(path_ / detail::with_extension(older, extension));
        }
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
