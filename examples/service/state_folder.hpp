#ifndef LANGEXPORT_EXAMPLES_SERVICE_STATE_FOLDER_HPP
#define LANGEXPORT_EXAMPLES_SERVICE_STATE_FOLDER_HPP

#include "export_record.hpp"

#include <langexport/file/atomic_file.hpp>
#include <langexport/file/folder_lock.hpp>
#include <langexport/file/read_file.hpp>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <tuple>
#include <vector>

namespace service {

/// The folder with the state of a service: `ID.json` for each export, and `ID.result`. Only one process at a time can
/// use it.
///
/// Its functions block. Thread safety: different exports may be written by different threads at the same time.
class state_folder {
public:
    /// Creates the folder if it is missing, and locks it.
    ///
    /// @throws langexport::folder_in_use  Another service uses it.
    /// @throws std::exception             It cannot be created or written.
    explicit state_folder(const std::filesystem::path& folder)
        : folder_(create(folder)), lock_(folder_) {}

    /// Reads all exports, in the order in which they were created.
    ///
    /// @throws std::runtime_error  A file is not an export; the message names it.
    std::vector<export_record> read_all() const {
        std::vector<export_record> records;
        for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
            if (entry.path().extension() != ".json" || !entry.is_regular_file())
                continue;
            try {
                records.push_back(read_record(langexport::read_file(entry.path())));
                if (records.back().id != entry.path().stem().string())
                    throw std::runtime_error("its 'id' is not its name");
            } catch (const std::exception& error) {
                throw std::runtime_error("'" + entry.path().string() +
                                         "' is not the state of an export (" + error.what() +
                                         "): move it out of the folder");
            }
        }
        std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
            return std::tie(a.created, a.id) < std::tie(b.created, b.id);
        });
        return records;
    }

    /// Writes an export durably: it survives a crash.
    void write(const export_record& record) const {
        langexport::write_file(folder_ / (record.id + ".json"), file_text_of(record));
    }

    /// Removes an export and its result.
    void remove(const std::string& id) const noexcept {
        std::error_code ignored;
        std::filesystem::remove(result_of(id), ignored);
        std::filesystem::remove(folder_ / (id + ".json"), ignored);
    }

    /// The file of a result.
    std::filesystem::path result_of(const std::string& id) const {
        return folder_ / (id + ".result");
    }

private:
    static std::filesystem::path create(const std::filesystem::path& folder) {
        std::filesystem::create_directories(folder);
        return folder;
    }

    std::filesystem::path folder_;
    langexport::folder_lock lock_;
};

} // namespace service

#endif
