#ifndef LANGEXPORT_REPORT_MANIFEST_HPP
#define LANGEXPORT_REPORT_MANIFEST_HPP

#include <langexport/file/file_error.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {

/// What a manifest says about one exported project. Empty members are unknown or do not apply. A plain
/// value. Thread safety: as the standard library's types.
class manifest_entry {
public:
    /// The clock of manifests.
    using time_point = std::chrono::system_clock::time_point;

    /// Of no project.
    manifest_entry() = default;

    std::string name;        ///< The project's name.
    std::string surface;     ///< Its part of the service: `analyze-text`, …
    std::string kind;        ///< The service's word for its kind: `Conversation`, …
    std::string format;      ///< The format of the file, if its surface has several.
    std::string api_version; ///< The version of the service that exported it.
    std::string file;        ///< The name of the file, in the folder of the manifest.
    std::uint64_t bytes = 0; ///< The size of the file in bytes.
    std::string sha256;      ///< Of the file: 64 hexadecimal digits in lower case.
    time_point exported_at;  ///< When this content was first written.
    std::optional<time_point> last_modified; ///< When the project was last changed.
    std::optional<time_point> last_trained;  ///< When a model was last trained from it.
    std::optional<time_point> last_deployed; ///< When it was last deployed.
    std::string
        container; ///< The blob container of its documents, which the file does not contain.
    std::optional<std::uint64_t> documents; ///< How many documents of the container it names.
    std::vector<std::string> references;    ///< Projects that it names, if it is an orchestration.

    /// Whether the two are about the same project in the same format.
    bool is_about_same(const manifest_entry& other) const noexcept {
        return name == other.name && surface == other.surface && format == other.format;
    }
    /// Whether all members are equal.
    friend bool operator==(const manifest_entry&, const manifest_entry&) = default;
};

/// The list of the files in a folder of exported projects.
///
/// The file is JSON with one line for each project, sorted by name, surface and format:
/// `{"version":1,"resource":…,"projects":[…]}`. The same projects give the same bytes. Times have
/// milliseconds. A plain value. Thread safety: as the standard library's types.
class manifest {
public:
    /// Without projects.
    manifest() = default;

    /// Its usual name. `file_name_of` returns another name for a project of the name `manifest`.
    static constexpr const char* usual_name = "manifest.json";

    /// Parses a manifest. Unknown fields are ignored.
    ///
    /// @param text  The whole manifest.
    /// @return      The manifest.
    /// @throws export_error (errc::invalid_request). The detail names the entry and the error. A file name
    ///         that leads out of the folder, and a file or project that occurs twice, are errors.
    LANGEXPORT_DECL static manifest parse(std::string_view text);

    /// Reads and parses a manifest.
    ///
    /// @param file  The file.
    /// @return      The manifest.
    /// @throws file_error  It cannot be read.
    /// @throws export_error (errc::invalid_request), which names the file.
    LANGEXPORT_DECL static manifest read(const std::filesystem::path& file);

    /// Returns the text of the file. It ends with a line feed.
    LANGEXPORT_DECL std::string to_json() const;

    /// Writes the file as a whole: see `atomic_file`. A file with the same bytes is not touched. Blocks.
    ///
    /// @param file              The file.
    /// @param temporary_folder  See `file_options::temporary_folder`.
    /// @return                  Whether the file was replaced.
    /// @throws file_error  It cannot be written.
    LANGEXPORT_DECL bool write(const std::filesystem::path& file,
                               const std::filesystem::path& temporary_folder = {}) const;

    /// The entries, sorted by name, surface and format.
    const std::vector<manifest_entry>& projects() const noexcept { return projects_; }
    /// The entry of a project in a format; null if there is none.
    LANGEXPORT_DECL const manifest_entry* find(std::string_view name, std::string_view surface,
                                               std::string_view format = {}) const noexcept;
    /// Adds an entry. It replaces those about the same project and about the same file.
    ///
    /// @param entry  The entry.
    /// @throws export_error (errc::invalid_request) for an entry that could not be read again: without
    ///         a name or surface, with a file outside of the folder, or with a text that is not UTF-8.
    LANGEXPORT_DECL void set(manifest_entry entry);
    /// Removes the entry about this project in this format. Returns whether there was one.
    LANGEXPORT_DECL bool remove(const manifest_entry& entry) noexcept;

    std::string resource; ///< The endpoint of the resource that has the projects.

    /// Whether both have the same resource and entries.
    friend bool operator==(const manifest&, const manifest&) = default;

private:
    std::vector<manifest_entry> projects_;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/report/impl/manifest.ipp>
#endif

#endif
