#ifndef LANGEXPORT_EXAMPLES_TOOL_BACKUP_MANIFEST_HPP
#define LANGEXPORT_EXAMPLES_TOOL_BACKUP_MANIFEST_HPP

#include "backup_folder.hpp"
#include "manifest_update.hpp"

#include <langexport/error.hpp>
#include <langexport/report/manifest.hpp>
#include <langexport/report/report_line.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace tool {

/// The time of a file's last change; nothing if there is no such file.
inline std::optional<std::chrono::system_clock::time_point>
time_of_file(const std::filesystem::path& file) {
    std::error_code unknown;
    const auto time = std::filesystem::last_write_time(file, unknown);
    if (unknown)
        return std::nullopt;
    const auto age = std::filesystem::file_time_type::clock::now() - time;
    return std::chrono::system_clock::now() -
           std::chrono::duration_cast<std::chrono::system_clock::duration>(age);
}

/// Whether a file of this name is in a folder, and no link.
inline bool is_file_in(const std::filesystem::path& folder, const std::string& name) {
    std::error_code unknown;
    return std::filesystem::is_regular_file(
        std::filesystem::symlink_status(folder / name, unknown));
}

/// The manifest of a folder of projects during a run.
///
/// Thread safety: none; one thread at a time.
class backup_manifest {
public:
    using version_source = std::function<std::string(langexport::project_surface)>;

    /// Reads the manifest of an earlier run.
    ///
    /// @param folder    The folder, which must exist.
    /// @param resource  The endpoint whose projects it has.
    /// @param results   The results of earlier runs, see `export_report::results`.
    /// @throws std::runtime_error  Its file is not a manifest, or that of a newer version.
    backup_manifest(const std::filesystem::path& folder, std::string resource,
                    std::vector<langexport::report_line> results);

    /// A warning if the folder has projects of another resource: the manifest forgets them. Empty: it has not.
    const std::string& warning() const { return warning_; }
    /// The manifest as it is now.
    const langexport::manifest& now() const { return now_; }

    /// Sets what is called while a file is read.
    void watch(read_watch watch) { watch_ = std::move(watch); }

    /// The complete list of a surface.
    void listed(surface_list list) { lists_.push_back(std::move(list)); }
    const std::vector<surface_list>& lists() const { return lists_; }

    /// A result is in a file of the folder. Reads the file. Throws `file_error`.
    void exported(manifest_entry entry);
    /// A project of the plan has no new result. If its older file was renamed to the planned name, its entry follows.
    void kept(const manifest_entry& planned);
    /// Adds the results of earlier runs that were killed before they wrote the manifest. A file whose content the
    /// manifest has already keeps its entry.
    ///
    /// @param version_of  The version of the service for a surface, for results that do not name theirs; empty:
    ///                    unknown.
    void adopt_results(const version_source& version_of = {});

    /// The projects that were removed from the service.
    std::vector<manifest_entry> removed(const name_filter& filter) const {
        return removed_projects(now_, lists_, filter);
    }
    /// Deletes the file of a removed project, and forgets the project. Returns the file; empty if there was none.
    /// Throws `file_error`.
    std::filesystem::path prune(const manifest_entry& removed);

    /// Writes the manifest. Throws `file_error`.
    void write() const { now_.write(file_, folder_ / ".langexport"); }

private:
    void read();
    void rename_project() const;
    bool is_in_folder(const langexport::report_line& line) const;
    void adopt(const langexport::report_line& line, const std::string& file,
               const version_source& version_of);
    void record(manifest_entry entry, const langexport::file_digest& digest,
                const project_outline& outline);
    const manifest_entry* entry_about_file(const std::string& name) const;
    const langexport::project_info* info_of(const manifest_entry& entry) const;

    const std::filesystem::path folder_, file_;
    const std::string resource_;
    std::vector<langexport::report_line> results_;
    std::optional<std::chrono::system_clock::time_point> written_;
    langexport::manifest now_;
    std::vector<surface_list> lists_;
    std::string warning_;
    read_watch watch_;
};

inline backup_manifest::backup_manifest(const std::filesystem::path& folder, std::string resource,
                                        std::vector<langexport::report_line> results)
    : folder_(folder), file_(folder / langexport::manifest::usual_name),
      resource_(std::move(resource)), results_(std::move(results)) {
    std::stable_sort(results_.begin(), results_.end(),
                     [](const auto& a, const auto& b) { return a.at > b.at; });
    read();
    const std::string last = std::exchange(now_.resource, resource_);
    if (last.empty() || last == resource_)
        return;
    warning_ = file_.string() + " is about " + last + ", and now about " + resource_ +
               ": it forgets the other projects, whose files stay. Give each resource a folder";
    now_ = langexport::manifest();
    now_.resource = resource_;
}

inline void backup_manifest::read() {
    std::error_code unknown;
    if (!std::filesystem::exists(std::filesystem::symlink_status(file_, unknown)))
        return;
    if (!std::filesystem::is_regular_file(file_, unknown)) // a pipe would wait for its other end
        throw std::runtime_error("the manifest '" + file_.string() +
                                 "' is not a regular file. Rename or delete it: the next run "
                                 "writes a new one");
    std::string why;
    try {
        now_ = langexport::manifest::read(file_);
        written_ = time_of_file(file_);
        return;
    } catch (const langexport::export_error& error) {
        why = error.diagnostics().detail;
    }
    rename_project();
    if (std::filesystem::exists(std::filesystem::symlink_status(file_, unknown)))
        throw std::runtime_error(why +
                                 ". Rename or delete the file: the next run writes a new one");
}

// Older versions stored a project of the name 'manifest' there.
inline void backup_manifest::rename_project() const {
    for (const langexport::report_line& line : results_) {
        const std::string name = langexport::file_name_of(line.project);
        const bool is_its = langexport::detail::equal_ignoring_case(line.project, "manifest") &&
                            std::filesystem::path(line.file).filename() == file_.filename();
        std::error_code failure;
        if (is_its && is_in_folder(line) && !is_file_in(folder_, name))
            std::filesystem::rename(file_, folder_ / name, failure);
    }
}

// If the file is not at the path in the report, the folder may have been moved.
inline bool backup_manifest::is_in_folder(const langexport::report_line& line) const {
    const std::filesystem::path file = line.file;
    const std::filesystem::path parent = file.has_parent_path() ? file.parent_path() : ".";
    std::error_code unknown;
    return is_file_in(folder_, file.filename().string()) &&
           (real_path(parent) == real_path(folder_) || !std::filesystem::exists(file, unknown));
}

inline const manifest_entry* backup_manifest::entry_about_file(const std::string& name) const {
    for (const manifest_entry& one : now_.projects())
        if (one.file == name)
            return &one;
    return nullptr;
}

inline const langexport::project_info* backup_manifest::info_of(const manifest_entry& entry) const {
    for (const surface_list& list : lists_)
        if (entry.surface == to_string(list.surface))
            return list.find(entry.name);
    return nullptr;
}

inline void backup_manifest::exported(manifest_entry entry) {
    const std::filesystem::path file = folder_ / entry.file;
    const langexport::file_digest digest = langexport::digest_of(file, watch_of(watch_, file));
    record(std::move(entry), digest, outline_of(file, watch_));
}

inline void backup_manifest::record(manifest_entry entry, const langexport::file_digest& digest,
                                    const project_outline& outline) {
    add_file(entry, digest, outline);
    const langexport::project_info* const info = info_of(entry);
    if (info)
        add_info(entry, *info);
    if (const manifest_entry* last = now_.find(entry.name, entry.surface, entry.format))
        add_last(entry, *last, info != nullptr);
    now_.set(std::move(entry));
}

inline void backup_manifest::kept(const manifest_entry& planned) {
    const manifest_entry* const last = now_.find(planned.name, planned.surface, planned.format);
    if (!last || is_file_in(folder_, last->file) || !is_file_in(folder_, planned.file) ||
        entry_about_file(planned.file))
        return;
    manifest_entry renamed = *last;
    renamed.file = planned.file;
    now_.set(std::move(renamed));
}

inline void backup_manifest::adopt_results(const version_source& version_of) {
    std::set<std::string> seen; // the newest line about a file counts
    for (const langexport::report_line& line : results_) {
        const std::string name = std::filesystem::path(line.file).filename().string();
        if (!is_in_folder(line) || !seen.insert(name).second || line.endpoint != resource_ ||
            !langexport::project_surface_of(line.surface))
            continue;
        const auto written = time_of_file(folder_ / name);
        if (!written || !is_result_missing(entry_about_file(name), written_,
                                           reported_result(line.at, *written)))
            continue;
        try {
            adopt(line, name, version_of);
        } catch (const std::exception&) {
            // The file cannot be read or named: `--verify` reports it.
        }
    }
}

inline void backup_manifest::adopt(const langexport::report_line& line, const std::string& file,
                                   const version_source& version_of) {
    const auto surface = langexport::project_surface_of(line.surface).value();
    manifest_entry entry;
    entry.name = line.project;
    entry.surface = line.surface;
    entry.format = manifest_format(surface, line.format);
    entry.file = file;
    entry.exported_at = line.at;
    const std::filesystem::path path = folder_ / file;
    const langexport::file_digest digest = langexport::digest_of(path, watch_of(watch_, path));
    const manifest_entry* const last = now_.find(entry.name, entry.surface, entry.format);
    const bool is_unchanged = last && last->sha256 == digest.sha256;
    if (is_unchanged && last->file == file)
        return;
    const project_outline outline = outline_of(path, watch_);
    entry.api_version = is_unchanged ? last->api_version : version_in(outline);
    if (entry.api_version.empty() && version_of)
        entry.api_version = version_of(surface);
    record(std::move(entry), digest, outline);
}

inline std::filesystem::path backup_manifest::prune(const manifest_entry& removed) {
    const std::filesystem::path file = folder_ / removed.file;
    const bool is_there = is_file_in(folder_, removed.file) && may_be_pruned(now_, removed);
    std::error_code failure;
    if (is_there)
        std::filesystem::remove(file, failure);
    if (failure)
        throw langexport::file_error(
            boost::system::error_code(failure.value(), boost::system::system_category()),
            "cannot delete '" + file.string() + "', whose project was removed");
    now_.remove(removed);
    return is_there ? file : std::filesystem::path();
}

} // namespace tool

#endif
