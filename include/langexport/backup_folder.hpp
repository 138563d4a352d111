#ifndef LANGEXPORT_BACKUP_FOLDER_HPP
#define LANGEXPORT_BACKUP_FOLDER_HPP

#include <langexport/document/json_normalizer.hpp>
#include <langexport/file/folder_lock.hpp>
#include <langexport/report/export_report.hpp>
#include <langexport/result_sink.hpp>
#include <langexport/sink/file_sink.hpp>
#include <langexport/version.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace langexport {
inline namespace v0 {

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
    LANGEXPORT_DECL explicit backup_folder(std::filesystem::path folder);
    backup_folder(backup_folder&&) noexcept = default;
    backup_folder& operator=(backup_folder&&) = delete;

    /// The same folder, under the same lock, with a plan of its own: for the projects of another surface.
    LANGEXPORT_DECL backup_folder with_another_plan() const;

    /// Keeps results of other surfaces and forms from being replaced. For all plans that are made afterwards,
    /// by copies too.
    ///
    /// If the file that a project would go to has, by one of these lines, the result of the same project on
    /// another surface or in another form, the project gets a file with a name of its own:
    /// `Home~analyze-conversations.json`, `FAQ~excel.xlsx`. That name stays as long as the other file does.
    ///
    /// @param results  See `export_report::results`. Lines of files elsewhere are ignored.
    LANGEXPORT_DECL void keep_results(const std::vector<report_line>& results);

    /// What of `projects` is to be done, and of what `before` left: see `export_report::plan`. What `before`
    /// calls exported is to be done if its file is not in the folder, and a job whose token cannot be used
    /// is to be submitted again.
    ///
    /// A file that is there already, and whose name differs from a project's in upper and lower case alone,
    /// is another project's of an older run: the name gets a number, see `file_names_of`. A file of an older
    /// run of the same project, whose name got its number since then, is renamed. A file that has its number
    /// keeps it.
    ///
    /// @param before    The report that is gone on with; may be empty.
    /// @param projects  The projects, no two of them the same.
    /// @param format    Of results, see `export_request::format`: files are called accordingly.
    /// @param keep      A file that is none of a project's, such as the report; may be empty.
    /// @param marks     By project, what its file's name gets behind a `~`, because another plan has a
    ///                  file whose name would be the same.
    /// @param own_mark  The surface of this plan, which is the mark that its projects get if they need one;
    ///                  empty: none is known. A file of an older run that has it keeps it, unless there is a
    ///                  file without it, too. The same holds for `format`.
    /// @throws export_error (errc::invalid_request), also if a project would go to `keep`.
    LANGEXPORT_DECL std::vector<planned_export>
    plan(const export_report& before, const std::vector<std::string>& projects,
         const std::string& format, const std::filesystem::path& keep,
         const std::map<std::string, std::string>& marks = {}, const std::string& own_mark = {});

    /// Where a project of the plan goes. Once its result is there: where it is, because its name ends in what
    /// arrived, see `extension_of_content`.
    LANGEXPORT_DECL std::filesystem::path file_of(const std::string& project) const;

    /// Its file, as a sink: whole or not there at all, and left alone if it would stay as it is.
    ///
    /// @param project    Of the plan.
    /// @param normalize  Write it in its normal form, if it is JSON: see json_normalizer.hpp.
    /// @throws file_error if the file cannot be written.
    LANGEXPORT_DECL std::shared_ptr<result_sink> sink_for(const std::string& project,
                                                          bool normalize);
    /// The same with the normal form that `form` describes; nothing: as it comes.
    LANGEXPORT_DECL std::shared_ptr<result_sink>
    sink_for(const std::string& project, const std::optional<normalizing_options>& form);

    /// Deletes a file of an older result of a project: one that ends in something else (`FAQ.tsv`, if the
    /// service now sends `FAQ.zip` for the same form, and the other way round), or one with a mark that it
    /// does not need any more. Does nothing before the new result is in its place.
    ///
    /// @param project  Of the plan.
    /// @return         The file that was deleted; empty if there was none. There may be more: call it again.
    /// @throws file_error if it cannot be deleted.
    LANGEXPORT_DECL std::filesystem::path remove_outdated(const std::string& project) const;

    /// The file for `request_quota` that stores the times of the requests of this folder's runs.
    std::filesystem::path request_journal() const { return own_ / "requests"; }

    /// The default path of a run's report.
    std::filesystem::path report() const { return own_ / "report.jsonl"; }

    const std::filesystem::path& path() const noexcept { return path_; }

private:
    backup_folder(const backup_folder&) = default;

    std::filesystem::path path_;
    std::filesystem::path own_; // `.langexport`
    std::shared_ptr<folder_lock> lock_;
    // Where a result goes.
    class place {
    public:
        std::filesystem::path planned;
        std::vector<std::string>
            extensions; // that the form of the result may have, the usual one first
        std::vector<std::filesystem::path> outdated; // what the new result makes outdated
        std::shared_ptr<file_sink> sink;
    };

    std::map<std::string, place, std::less<>> places_;
    std::map<std::string, report_line, std::less<>>
        results_; // whose result each file has, by its name
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/backup_folder.ipp>
#endif

#endif
