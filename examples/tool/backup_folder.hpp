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

/// A folder that projects are exported into, each into a file of its own, by one run at a time.
///
/// What a run keeps for itself (incomplete files, the lock, the times of requests, its report) is in the
/// folder `.langexport` within it, which belongs to this user alone and which version control ignores.
///
/// Thread safety: none; one thread at a time.
class backup_folder {
public:
    /// Creates the folder if it does not exist, locks it, and deletes incomplete files that an earlier run left
    /// behind.
    ///
    /// @throws folder_in_use naming the run that works there; file_error, also if `.langexport` is a link,
    ///         a file or another user's.
    explicit backup_folder(std::filesystem::path folder);
    backup_folder(backup_folder&&) noexcept = default;
    backup_folder& operator=(backup_folder&&) = delete;

    /// The same folder, under the same lock, with a plan of its own: for the projects of another surface.
    backup_folder with_another_plan() const;

    /// Keeps results of other surfaces and forms from being replaced. For all plans that are made afterwards,
    /// by copies too.
    ///
    /// If the file that a project would go to has, by one of these lines, the result of the same project on
    /// another surface or in another form, the project gets a file with a name of its own:
    /// `Home~analyze-conversations.json`, `FAQ~excel.xlsx`. That name stays as long as the other file does.
    ///
    /// @param results  See `export_report::results`. Lines of files elsewhere are ignored.
    void keep_results(const std::vector<langexport::report_line>& results);

    /// What of `projects` is to be done, and of what `before` left: see `export_report::plan`. What `before`
    /// calls exported is to be done if its file is not in the folder, and a job whose token cannot be used
    /// is to be submitted again.
    ///
    /// A file that is there already, and whose name differs from a project's in upper and lower case alone,
    /// is another project's of an older run: the name gets a number, see `file_names_of`. A file of an older
    /// run of the same project, whose name got its number since then, is renamed. A file that has its number
    /// keeps it.
    ///
    /// @param before    The report that this run resumes; may be empty.
    /// @param projects  The projects, no two of them the same.
    /// @param format    Of results, see `export_request::format`: files are called accordingly.
    /// @param keep      A file that is none of a project's, such as the report; may be empty.
    /// @param marks     By project, what its file's name gets behind a `~`, because another plan has a
    ///                  file whose name would be the same.
    /// @param own_mark  The surface of this plan, which is the mark that its projects get if they need one;
    ///                  empty: none is known. A file of an older run that has it keeps it, unless there is a
    ///                  file without it, too. The same holds for `format`.
    /// @throws export_error (errc::invalid_request), also if a project would go to `keep`.
    std::vector<langexport::planned_export>
    plan(const langexport::export_report& before, const std::vector<std::string>& projects,
         const std::string& format, const std::filesystem::path& keep,
         const std::map<std::string, std::string>& marks = {}, const std::string& own_mark = {});

    /// Where a project of the plan goes. Once its result is there: where it is, because its name ends in what
    /// arrived, see `extension_of_content`.
    std::filesystem::path file_of(const std::string& project) const;

    /// Its file, as a sink: written whole or not at all, and not touched if its content stays the same.
    ///
    /// @param project    Of the plan.
    /// @param normalize  Write it in its normal form, if it is JSON: see json_normalizer.hpp.
    /// @throws file_error if the file cannot be written.
    std::shared_ptr<langexport::result_sink> sink_for(const std::string& project, bool normalize);
    /// The same with the normal form that `form` describes; nothing: as it comes.
    std::shared_ptr<langexport::result_sink>
    sink_for(const std::string& project,
             const std::optional<langexport::normalizing_options>& form);

    /// Deletes a file of an older result of a project: one that ends in something else (`FAQ.tsv`, if the
    /// service now sends `FAQ.zip` for the same form, and the other way round), or one with a mark that it
    /// does not need any more. Does nothing before the new result is in its place.
    ///
    /// @param project  Of the plan.
    /// @return         The file that was deleted; empty if there was none. There may be more: call it again.
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
    // Where a result goes.
    class place {
    public:
        std::filesystem::path planned;
        std::vector<std::string>
            extensions; // that the form of the result may have, the usual one first
        std::vector<std::filesystem::path> outdated; // what the new result makes outdated
        std::shared_ptr<langexport::file_sink> sink;
    };

    std::map<std::string, place, std::less<>> places_;
    std::map<std::string, langexport::report_line, std::less<>>
        results_; // whose result each file has, by its name
};

// Creates the folder of projects and the one within it that a run keeps its own files in.
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
        // Another program is writing it.
    }
}

// Whether a report knows of a file that is not in the folder any more, or was in another one.
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
    const std::filesystem::path own = real_path(path_);
    for (const langexport::report_line& line : results) {
        const std::filesystem::path file = line.file;
        const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
        std::error_code unknown;
        // What is not where it was written has come here with the folder, or the run had another working folder.
        if (real_path(folder) != own && std::filesystem::exists(file, unknown))
            continue;
        const auto [known, is_new] = results_.emplace(file.filename().string(), line);
        if (!is_new && known->second.at <= line.at)
            known->second = line;
    }
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
        const auto with = [&](const std::string& extension) {
            return (path_ / one.file_name).replace_extension(extension);
        };
        place& operation_kind = places_[one.project];
        operation_kind = place();
        const auto mark = marks.find(one.project);
        if (mark != marks.end())
            one.file_name = names.marked(one.file_name, mark->second);
        else if (names.has_twin(one.file_name))
            one.file_name = langexport::numbered_file_name_of(one.project, extensions.front());
        names.follow_older_file(one);
        for (const std::string& outdated : names.choose_mark(one, mark == marks.end()))
            operation_kind.outdated.push_back(path_ / outdated);
        for (const std::string& extension : extensions)
            if (!keep.empty() && real_path(with(extension)) == real_path(keep))
                langexport::detail::throw_error(langexport::errc::invalid_request,
                                                keep.string() + " is also where project '" +
                                                    one.project + "' goes");
        remove_old_part_file(path_ / one.file_name);
        operation_kind.planned = path_ / one.file_name;
        operation_kind.extensions = extensions;
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
