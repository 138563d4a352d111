#ifndef LANGEXPORT_IMPL_BACKUP_FOLDER_IPP
#define LANGEXPORT_IMPL_BACKUP_FOLDER_IPP

#include <langexport/backup_folder.hpp>
#include <langexport/detail/text.hpp>
#include <langexport/error.hpp>
#include <langexport/file_name.hpp>
#include <langexport/file_sink.hpp>
#include <langexport/normalizing_sink.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// For locks, which want a folder that is there.
inline const std::filesystem::path& prepared(const std::filesystem::path& folder) {
    prepare_folder(folder);
    return folder;
}

inline std::filesystem::path real_path(const std::filesystem::path& file) {
    std::error_code unknown;
    std::filesystem::path real = std::filesystem::weakly_canonical(file, unknown);
    return unknown ? file : real;
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

} // namespace detail

LANGEXPORT_DECL backup_folder::backup_folder(std::filesystem::path folder)
    : path_(std::move(folder)), lock_(detail::prepared(path_)) {}

LANGEXPORT_DECL std::vector<planned_export>
backup_folder::plan(const export_report& before, const std::vector<std::string>& projects,
                    const std::string& format, const std::filesystem::path& keep) {
    const std::string extension = extension_of(format);
    std::vector<planned_export> todo = before.plan(projects, extension);
    const auto there = detail::names_in(path_);
    for (planned_export& one : todo) {
        if (detail::is_anothers(one.file_name, there))
            one.file_name = numbered_file_name_of(one.project, extension);
        std::filesystem::path file = path_ / one.file_name;
        if (!keep.empty() && detail::real_path(file) == detail::real_path(keep))
            detail::throw_error(errc::invalid_request, keep.string() + " is also where project '" +
                                                           one.project + "' goes");
        files_[one.project] = std::move(file);
    }
    return todo;
}

LANGEXPORT_DECL std::filesystem::path backup_folder::file_of(const std::string& project) const {
    const auto known = files_.find(project);
    return known == files_.end() ? path_ / file_name_of(project) : known->second;
}

LANGEXPORT_DECL std::shared_ptr<result_sink> backup_folder::sink_for(const std::string& project,
                                                                     bool normalize) const {
    file_options options;
    options.keep_unchanged = true;
    const std::filesystem::path where = file_of(project);
    auto file = std::make_shared<file_sink>(where, options);
    if (!normalize || where.extension() != ".json")
        return file;
    return std::make_shared<normalizing_sink>(std::move(file));
}

LANGEXPORT_DECL std::filesystem::path backup_folder::request_journal() const {
    const std::filesystem::path own = path_ / ".langexport";
    prepare_folder(own);
    const std::filesystem::path ignored = own / ".gitignore";
    std::error_code unknown;
    if (!std::filesystem::exists(ignored, unknown))
        write_file(ignored, "*\n");
    return own / "requests";
}

} // namespace v0
} // namespace langexport

#endif
