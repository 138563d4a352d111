#ifndef LANGEXPORT_EXAMPLES_TOOL_RESTORE_FOLDER_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RESTORE_FOLDER_HPP

#include "backup_folder.hpp"

#include <langexport/file/file_error.hpp>
#include <langexport/file/folder.hpp>
#include <langexport/file/folder_lock.hpp>

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace tool {

/// A folder that a backup has written, during a restore. No backup can change its files meanwhile.
///
/// Thread safety: none; one thread at a time.
class restore_folder {
public:
    /// Locks the folder. Nothing is written to a folder on a read-only disk, which needs no lock.
    ///
    /// @param folder      The folder.
    /// @param has_report  Whether the report is stored elsewhere.
    /// @throws folder_in_use naming the run that uses it; std::runtime_error if the folder does not exist, or if it
    ///         is read-only and the report has no place.
    restore_folder(std::filesystem::path folder, bool has_report) : path_(std::move(folder)) {
        std::error_code unknown;
        if (!std::filesystem::is_directory(path_, unknown))
            throw std::runtime_error("'" + path_.string() +
                                     "' is not a folder: name the output folder of a backup");
        const std::filesystem::path own = path_ / ".langexport";
        try {
            langexport::prepare_own_folder(own);
            lock_.emplace(path_, ".langexport/lock");
            hide_from_version_control(own);
            own_ = own;
        } catch (const langexport::folder_in_use&) {
            throw;
        } catch (const langexport::file_error& error) {
            if (!has_report)
                throw std::runtime_error(std::string(error.what()) +
                                         ": name a --report elsewhere, which a restore needs");
        }
    }

    /// The default path of the report.
    std::filesystem::path report() const { return own_ / "restore.jsonl"; }
    /// The file that stores the times of requests, see `request_quota`; empty: none.
    std::filesystem::path request_journal() const {
        return own_.empty() ? own_ : own_ / "restore-requests";
    }

private:
    std::filesystem::path path_;
    std::filesystem::path own_; // `.langexport`; empty if it cannot be used
    std::optional<langexport::folder_lock> lock_;
};

} // namespace tool

#endif
