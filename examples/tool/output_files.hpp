#ifndef LANGEXPORT_EXAMPLES_TOOL_OUTPUT_FILES_HPP
#define LANGEXPORT_EXAMPLES_TOOL_OUTPUT_FILES_HPP

#include "report_lock.hpp"
#include "run_metrics.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/file/file_name.hpp>
#include <langexport/file/read_file.hpp>
#include <langexport/report/manifest.hpp>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace tool {

/// Whether a path is that of a folder's manifest, on a disk that ignores upper and lower case, too.
inline bool is_manifest_of(const std::filesystem::path& folder, const std::filesystem::path& file) {
    const std::filesystem::path real = real_path(std::filesystem::absolute(file));
    return langexport::detail::equal_ignoring_case(real.filename().string(),
                                                   langexport::manifest::usual_name) &&
           real.parent_path() == real_path(std::filesystem::absolute(folder));
}

/// Rejects the file of an option, such as --report, if it is the manifest of one of the folders.
///
/// @throws std::invalid_argument with a text for people.
inline void expect_no_manifest(const std::string& option, const std::filesystem::path& file,
                               const std::vector<std::filesystem::path>& folders) {
    for (const std::filesystem::path& folder : folders)
        if (!file.empty() && is_manifest_of(folder, file))
            throw std::invalid_argument(option + ": '" + file.string() +
                                        "' is the manifest of the folder: name another file");
}

/// The first bytes of a file, enough to recognize metrics. Throws `file_error`.
inline std::string beginning_of(const std::filesystem::path& file) {
    langexport::detail::system_file input = langexport::detail::open_to_read(file);
    std::string text(64, '\0');
    text.resize(langexport::detail::read_some(input, file, text.data(), text.size()));
    return text;
}

/// Checks the files that the options name, before anything is sent: a run must not replace others.
///
/// @throws std::invalid_argument with a text for people; file_error if the metrics cannot be read.
inline void check_output_files(const std::filesystem::path& report,
                               const std::filesystem::path& metrics,
                               const std::vector<std::filesystem::path>& folders) {
    expect_no_manifest("--report", report, folders);
    expect_no_manifest("--metrics", metrics, folders);
    if (metrics.empty())
        return;
    if (!report.empty() && real_path(std::filesystem::absolute(report)) ==
                               real_path(std::filesystem::absolute(metrics)))
        throw std::invalid_argument("--metrics and --report name the same file");
    std::error_code unknown;
    if (std::filesystem::is_regular_file(metrics, unknown))
        expect_metrics(metrics, beginning_of(metrics));
    else if (std::filesystem::exists(metrics, unknown))
        throw std::invalid_argument("--metrics: '" + metrics.string() +
                                    "' is not a regular file: name another file");
}

} // namespace tool

#endif
