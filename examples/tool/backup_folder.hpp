#ifndef LANGEXPORT_EXAMPLES_TOOL_BACKUP_FOLDER_HPP
#define LANGEXPORT_EXAMPLES_TOOL_BACKUP_FOLDER_HPP

#include "report_lock.hpp"
#include "result_names.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/document/json_normalizer.hpp>
#include <langexport/error.hpp>
#include <langexport/file/atomic_file.hpp>
#include <langexport/file/file_name.hpp>
#include <langexport/file/folder.hpp>
#include <langexport/file/folder_lock.hpp>
#include <langexport/report/export_report.hpp>
#include <langexport/result_sink.hpp>
#include <langexport/sink/file_sink.hpp>
#include <langexport/sink/normalizing_sink.hpp>

#include <boost/system/errc.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tool {

/// A folder that projects are exported into, with one file for each project. Only one run at a time may
/// use it.
///
/// A run keeps its own files (incomplete results, the lock, the times of requests, its report) in the
/// subfolder `.langexport`. Only this user can access it, and version control ignores it.
///
/// Thread safety: none; one thread at a time.
class backup_folder {
public:
    /// Creates the folder if it does not exist, locks it, and deletes incomplete files of earlier runs.
    ///
    /// @throws folder_in_use naming the run that uses it; file_error, also if `.langexport` is a link, a
    ///         file or another user's.
    explicit backup_folder(std::filesystem::path folder);
    backup_folder(backup_folder&&) noexcept = default;
    backup_folder& operator=(backup_folder&&) = delete;

    /// Returns the same folder, under the same lock, with a plan of its own, for the projects of another
    /// surface.
    backup_folder with_another_plan() const;

    /// Prevents results of other surfaces and formats from being replaced. Applies to all plans that are
    /// made afterwards, also by copies.
    ///
    /// According to these lines, the file for a project may contain the result of the same project from
    /// another surface or in another format. Then the project gets a file with another name:
    /// `Home~analyze-conversations.json`, `FAQ~excel.xlsx`. It keeps that name while the other file
    /// exists.
    ///
    /// @param results  See `export_report::results`. Lines of files elsewhere are ignored.
    void keep_results(const std::vector<langexport::report_line>& results);

    /// No project may have this file, in all plans that are made later.
    void reserve(std::filesystem::path file) {
        if (!file.empty())
            reserved_.push_back(std::move(file));
    }

    /// Plans the export of `projects` and of the unfinished projects of `before`: see
    /// `export_report::plan`. A project that `before` calls exported is exported again if its file is
    /// not in the folder. A job whose token cannot be used is submitted again.
    ///
    /// If a file exists whose name differs from a project's only in upper and lower case, it belongs to
    /// another project of an older run. Then the name gets a number, see `file_names_of`. If an older
    /// run of the same project used a name without the number, its file is renamed. A file whose name
    /// has the number keeps it.
    ///
    /// @param before    The report that this run resumes; may be empty.
    /// @param projects  The projects, without duplicates.
    /// @param format    The format of results, see `export_request::format`. It determines the extension
    ///                  of files.
    /// @param keep      A file that belongs to no project, such as the report; may be empty.
    /// @param marks     The marks of projects whose file names would equal those of another plan. A mark
    ///                  follows a `~` in the file's name.
    /// @param own_mark  The surface of this plan, which is the mark of projects that need one; empty:
    ///                  unknown. A file of an older run that has the mark keeps it, unless a file
    ///                  without it exists, too. The same is true for `format`.
    /// @throws export_error (errc::invalid_request), also if a project would go to `keep`, or to a
    ///         file of `reserve`.
    std::vector<langexport::planned_export>
    plan(const langexport::export_report& before, const std::vector<std::string>& projects,
         const std::string& format, const std::filesystem::path& keep,
         const std::map<std::string, std::string>& marks = {}, const std::string& own_mark = {});

    /// The file for a project of the plan. After its result has been written, the name has the extension
    /// of the content, see `extension_of_content`.
    std::filesystem::path file_of(const std::string& project) const;

    /// Whether its result has been written, and is the same as the file was before.
    bool is_unchanged(const std::string& project) const {
        const auto known = places_.find(project);
        return known != places_.end() && known->second.sink && known->second.sink->is_unchanged();
    }

    /// Returns a sink for its file. The file is replaced as a whole, and not touched if its content is
    /// unchanged.
    ///
    /// @param project    A project of the plan.
    /// @param normalize  Write it in its normal form, if it is JSON: see json_normalizer.hpp.
    /// @throws file_error if the file cannot be written.
    std::shared_ptr<langexport::result_sink> sink_for(const std::string& project, bool normalize);
    /// The same with the normal form that `form` describes. Nothing: the result is written unchanged.
    std::shared_ptr<langexport::result_sink>
    sink_for(const std::string& project,
             const std::optional<langexport::normalizing_options>& form);

    /// Deletes a file of an older result of a project. It has another extension (`FAQ.tsv`, if the
    /// service now sends `FAQ.zip` for the same format, or the reverse), or a mark that it no longer
    /// needs. Does nothing before the new result is in place.
    ///
    /// @param project  A project of the plan.
    /// @return         The deleted file; empty if there was none. There may be more: call it again.
    /// @throws file_error if it cannot be deleted.
    std::filesystem::path remove_outdated(const std::string& project) const;

    /// The file for `request_quota` that stores the times of the requests of this folder's runs.
    std::filesystem::path request_journal() const { return own_ / "requests"; }

    /// The default path of a run's report.
    std::filesystem::path report() const { return own_ / "report.jsonl"; }

    const std::filesystem::path& path() const noexcept { return path_; }

private:
    backup_folder(const backup_folder&) = default;

    std::filesystem::path path_;
    std::filesystem::path own_; // `.langexport`
    std::shared_ptr<langexport::folder_lock> lock_;
    // The file of a result.
    class place {
    public:
        std::filesystem::path planned;
        std::vector<std::string>
            extensions; // the possible extensions of the result, the usual one first
        std::vector<std::filesystem::path> outdated; // files that the new result makes obsolete
        std::shared_ptr<langexport::file_sink> sink;
    };

    std::map<std::string, place, std::less<>> places_;
    std::vector<std::filesystem::path> reserved_;
    result_names::results results_; // the result that each file contains, by file name
};

// Creates the folder for projects, and the subfolder for the run's own files.
inline std::filesystem::path prepared_own_folder(const std::filesystem::path& folder) {
    langexport::prepare_folder(folder);
    const std::filesystem::path own = folder / ".langexport";
    langexport::prepare_own_folder(own);
    return own;
}

inline void hide_from_version_control(const std::filesystem::path& folder) {
    const std::filesystem::path ignored = folder / ".gitignore";
    std::error_code unknown;
    if (!std::filesystem::exists(ignored, unknown))
        langexport::write_file(ignored, "*\n");
}

// Only the holder of the folder's lock may call this. Otherwise the files may belong to a running
// program.
inline void remove_part_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> parts;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
        if (entry.path().extension() == ".part")
            parts.push_back(entry.path());
    for (const std::filesystem::path& part : parts)
        std::filesystem::remove(part, ignored);
}

// Version 0.1 stored its lock and incomplete files beside the results.
inline void remove_old_lock(const std::filesystem::path& folder) {
    std::error_code unknown;
    if (std::filesystem::exists(folder / ".langexport.lock", unknown)) {
        const langexport::folder_lock taken_over(folder);
    }
}

inline void remove_old_part_file(const std::filesystem::path& target) {
    std::error_code unknown;
    if (!std::filesystem::exists(langexport::detail::part_file_of(target, {}), unknown))
        return;
    try {
        langexport::atomic_file(target).discard();
    } catch (const langexport::file_error&) {
        // Another program is writing to it.
    }
}

// Whether the report names a file that no longer exists in the folder, or that was in another folder.
inline bool is_lost(const langexport::report_line& line, const std::filesystem::path& folder) {
    const bool has_file = line.outcome == langexport::export_outcome::exported ||
                          line.outcome == langexport::export_outcome::partial;
    std::error_code unknown;
    return has_file && !line.file.empty() &&
           !std::filesystem::exists(folder / std::filesystem::path(line.file).filename(), unknown);
}

inline backup_folder::backup_folder(std::filesystem::path folder)
    : path_(std::move(folder)), own_(prepared_own_folder(path_)),
      lock_(std::make_shared<langexport::folder_lock>(path_, ".langexport/lock")) {
    remove_old_lock(path_);
    remove_part_files(own_);
    hide_from_version_control(own_);
}

inline backup_folder backup_folder::with_another_plan() const {
    backup_folder other(*this);
    other.places_.clear();
    return other;
}

inline void backup_folder::keep_results(const std::vector<langexport::report_line>& results) {
    result_names::add_results(results_, path_, results);
}

// Throws if a project would go to a file that has another purpose.
inline void expect_other_file(const std::string& project, const std::filesystem::path& file,
                              const std::filesystem::path& other) {
    if (!other.empty() && real_path(file) == real_path(other))
        langexport::detail::throw_error(langexport::errc::invalid_request,
                                        other.string() + " is also where project '" + project +
                                            "' goes");
}

inline std::vector<langexport::planned_export>
backup_folder::plan(const langexport::export_report& before,
                    const std::vector<std::string>& projects, const std::string& format,
                    const std::filesystem::path& keep,
                    const std::map<std::string, std::string>& marks, const std::string& own_mark) {
    const result_names names(path_, results_, own_mark, format);
    const std::vector<std::string>& extensions = names.extensions();
    langexport::export_report usable = before;
    usable.restart_if([&](const langexport::report_line& line) {
        return is_lost(line, path_) || !line.is_usable();
    });
    std::vector<langexport::planned_export> todo = usable.plan(projects, extensions.front());
    for (langexport::planned_export& one : todo) {
        const auto mark = marks.find(one.project);
        const file_choice choice = names.choose(one.project, one.file_name,
                                                mark == marks.end() ? std::string() : mark->second);
        for (const auto& [from, to] : choice.moves)
            move_file(path_ / from, path_ / to);
        one.file_name = choice.name;
        place& its = places_[one.project];
        its = place();
        for (const std::string& outdated : choice.outdated)
            its.outdated.push_back(path_ / outdated);
        const auto with = [&](const std::string& extension) {
            return (path_ / one.file_name).replace_extension(extension);
        };
        for (const std::string& extension : extensions) {
            expect_other_file(one.project, with(extension), keep);
            for (const std::filesystem::path& reserved : reserved_)
                expect_other_file(one.project, with(extension), reserved);
        }
        remove_old_part_file(path_ / one.file_name);
        its.planned = path_ / one.file_name;
        its.extensions = extensions;
    }
    return todo;
}

inline std::filesystem::path backup_folder::file_of(const std::string& project) const {
    const auto known = places_.find(project);
    if (known == places_.end())
        return path_ / langexport::file_name_of(project);
    return known->second.sink ? known->second.sink->target() : known->second.planned;
}

inline std::shared_ptr<langexport::result_sink> backup_folder::sink_for(const std::string& project,
                                                                        bool normalize) {
    std::optional<langexport::normalizing_options> form;
    if (normalize)
        form.emplace();
    return sink_for(project, form);
}

inline std::shared_ptr<langexport::result_sink>
backup_folder::sink_for(const std::string& project,
                        const std::optional<langexport::normalizing_options>& form) {
    langexport::file_options options;
    options.keep_unchanged = true;
    options.temporary_folder = own_;
    options.name_after_content = true;
    const std::filesystem::path where = file_of(project);
    auto file = std::make_shared<langexport::file_sink>(where, options);
    if (const auto known = places_.find(project); known != places_.end())
        known->second.sink = file;
    if (!form || where.extension() != ".json")
        return file;
    return std::make_shared<langexport::normalizing_sink>(std::move(file), *form);
}

inline std::filesystem::path backup_folder::remove_outdated(const std::string& project) const {
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
            throw langexport::file_error(
                boost::system::error_code(failure.value(), boost::system::system_category()),
                "cannot delete the older result '" + other.string() + "'");
        return other;
    }
    return {};
}

} // namespace tool

#endif
