#ifndef LANGEXPORT_EXAMPLES_TOOL_MANIFEST_CHECK_HPP
#define LANGEXPORT_EXAMPLES_TOOL_MANIFEST_CHECK_HPP

#include "reading_notes.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>
#include <langexport/file/file_error.hpp>
#include <langexport/log/printable.hpp>
#include <langexport/report/file_digest.hpp>
#include <langexport/report/manifest.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <fstream>
#include <ios>
#include <ostream>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace tool {

/// A difference between a folder and its manifest.
class manifest_difference {
public:
    enum class kind { missing, changed, unreadable, unknown };

    manifest_difference(kind difference, std::string name, std::string text)
        : what(difference), file(std::move(name)), why(std::move(text)) {}

    /// One line for people, without its end: "changed     A.json: it has 5 bytes, not 7".
    std::string line() const {
        constexpr const char* words[] = {"missing     ", "changed     ", "unreadable  ",
                                         "unknown     "};
        return langexport::printable(words[static_cast<int>(what)] + file + ": " + why);
    }

    kind what;
    std::string file; ///< The name of the file.
    std::string why;  ///< A text for people.
};

/// Whether a file is a report, see `export_report`. A run may store it in the folder of the projects.
inline bool is_report(const std::filesystem::path& file) {
    constexpr std::string_view beginning = "{\"v\":1,";
    std::error_code unknown;
    // A pipe would wait for its other end.
    if (file.extension() != ".jsonl" || !std::filesystem::is_regular_file(file, unknown))
        return false;
    std::string first(beginning.size(), '\0');
    std::ifstream stream(file, std::ios::binary);
    return stream.read(first.data(), static_cast<std::streamsize>(first.size())) &&
           first == beginning;
}

/// The names of the files in a folder that may be those of projects: no hidden ones, no folders, neither the manifest
/// nor reports. Throws `std::filesystem::filesystem_error`.
inline std::set<std::string> project_files_in(const std::filesystem::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        std::error_code unknown;
        if (!name.starts_with('.') && name != langexport::manifest::usual_name &&
            !entry.is_directory(unknown) && !is_report(entry.path()))
            names.insert(name);
    }
    return names;
}

/// The difference between a file and what the manifest says; an empty text if there is none.
inline std::string difference_of(const langexport::manifest_entry& entry,
                                 const langexport::file_digest& digest) {
    if (digest.bytes != entry.bytes)
        return "it has " + langexport::detail::count_of(digest.bytes, "byte") +
               ", and the manifest says " + std::to_string(entry.bytes);
    return digest.sha256 == entry.sha256
               ? std::string()
               : "its SHA-256 is " + digest.sha256 + ", and the manifest says " + entry.sha256;
}

inline void check_entry(const langexport::manifest_entry& entry,
                        const std::filesystem::path& folder,
                        std::vector<manifest_difference>& differences,
                        const read_watch& watch = {}) {
    using kind = manifest_difference::kind;
    const auto add = [&](kind difference, std::string why) {
        differences.emplace_back(difference, entry.file, std::move(why));
    };
    std::error_code unknown;
    const auto found = std::filesystem::symlink_status(folder / entry.file, unknown);
    if (!std::filesystem::exists(found))
        return add(kind::missing, "the file of project '" + entry.name + "' of " + entry.surface);
    if (!std::filesystem::is_regular_file(found))
        return add(kind::changed, "it is not a regular file");
    try {
        const std::filesystem::path file = folder / entry.file;
        const std::string why =
            difference_of(entry, langexport::digest_of(file, watch_of(watch, file)));
        if (!why.empty())
            add(kind::changed, why);
    } catch (const langexport::file_error& error) {
        add(kind::unreadable, error.what());
    }
}

/// Compares the files of a folder with a manifest. Returns the differences in the order of the names of files.
///
/// Throws `std::filesystem::filesystem_error` if the folder cannot be read.
inline std::vector<manifest_difference> check_folder(const langexport::manifest& all,
                                                     const std::filesystem::path& folder,
                                                     const read_watch& watch = {}) {
    std::vector<manifest_difference> differences;
    std::set<std::string> unknown = project_files_in(folder);
    for (const langexport::manifest_entry& entry : all.projects()) {
        unknown.erase(entry.file);
        check_entry(entry, folder, differences, watch);
    }
    for (const std::string& name : unknown)
        differences.emplace_back(manifest_difference::kind::unknown, name,
                                 "the manifest does not name it");
    std::sort(differences.begin(), differences.end(),
              [](const auto& a, const auto& b) { return a.file < b.file; });
    return differences;
}

/// Reads the manifest of a folder. Throws std::runtime_error if there is none, or if it cannot be used.
inline langexport::manifest manifest_of(const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / langexport::manifest::usual_name;
    std::error_code unknown;
    if (!std::filesystem::is_directory(folder, unknown))
        throw std::runtime_error("'" + folder.string() +
                                 "' is not a folder: name the output folder of a backup");
    if (!std::filesystem::exists(std::filesystem::symlink_status(file, unknown)))
        throw std::runtime_error("'" + folder.string() + "' has no " +
                                 langexport::manifest::usual_name +
                                 ": export into the folder, which writes one");
    if (!std::filesystem::is_regular_file(file, unknown)) // a pipe would wait for its other end
        throw std::runtime_error("the manifest '" + file.string() +
                                 "' is not a regular file. Restore the file, or delete it and "
                                 "export again");
    try {
        return langexport::manifest::read(file);
    } catch (const langexport::export_error& error) {
        throw std::runtime_error(error.diagnostics().detail +
                                 ". Restore the file, or delete it and export again");
    }
}

/// Prints a line for each difference. Returns whether there is none.
///
/// @param out    Receives the lines.
/// @param notes  Receives a summary, and the file that is read if it takes long; null: neither is wanted.
/// @param silence  See `reading_notes`.
inline bool print_differences(const std::filesystem::path& folder, std::ostream& out,
                              std::ostream* notes,
                              std::chrono::milliseconds silence = std::chrono::seconds(9)) {
    const langexport::manifest all = manifest_of(folder);
    read_watch watch;
    if (notes)
        watch = reading_notes(
            "verifying",
            [notes](const std::string& line) {
                *notes << langexport::printable(line) << std::endl;
            },
            silence);
    const auto differences = check_folder(all, folder, watch);
    for (const manifest_difference& one : differences)
        out << one.line() << '\n';
    if (!out.flush())
        throw std::runtime_error("standard output cannot be written");
    using langexport::detail::count_of;
    if (notes && differences.empty())
        *notes << count_of(all.projects().size(), "project") << ": as the manifest says\n";
    else if (notes)
        *notes << count_of(all.projects().size(), "project") << ", "
               << count_of(differences.size(), "difference")
               << ": export these projects again, or restore their files from a copy\n";
    return differences.empty();
}

} // namespace tool

#endif
