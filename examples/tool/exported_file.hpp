#ifndef LANGEXPORT_EXAMPLES_TOOL_EXPORTED_FILE_HPP
#define LANGEXPORT_EXAMPLES_TOOL_EXPORTED_FILE_HPP

#include "manifest_update.hpp"
#include "project_outline.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/file/file_name.hpp>
#include <langexport/project_surface.hpp>
#include <langexport/report/file_digest.hpp>
#include <langexport/report/manifest.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace tool {

/// The surface of a project, according to its document; nothing if that does not show it.
inline std::optional<langexport::project_surface> surface_of(const project_outline& outline) {
    using langexport::project_surface;
    using langexport::detail::equal_ignoring_case;
    if (outline.is_luis)
        return project_surface::analyze_conversations;
    for (const std::string_view kind :
         {"Conversation", "Orchestration", "CustomConversationSummarization"})
        if (equal_ignoring_case(outline.kind, kind))
            return project_surface::analyze_conversations;
    constexpr std::string_view of_texts = "Custom";
    if (equal_ignoring_case(outline.kind.substr(0, of_texts.size()), of_texts))
        return project_surface::analyze_text;
    if (outline.kind.empty() && outline.has_answers)
        return project_surface::query_knowledgebases;
    return std::nullopt;
}

/// The parts of a file's name that a backup has written: see `file_name_of` and `name_marks`.
class exported_file_name {
public:
    explicit exported_file_name(const std::string& file) {
        const std::filesystem::path path = file;
        extension = langexport::detail::to_lower(path.extension().string());
        const std::string stem = path.stem().string();
        const std::size_t end = (std::min)(stem.find('~'), stem.size());
        marks = stem.substr(end);
        project = langexport::detail::percent_decode(std::string_view(stem).substr(0, end));
    }

    bool has_mark(std::string_view mark) const {
        return (marks + '~').find('~' + std::string(mark) + '~') != std::string::npos;
    }

    std::string project;   ///< The name of the project; cut if it is very long.
    std::string marks;     ///< What follows: "~analyze-text", "~excel", or a number; may be empty.
    std::string extension; ///< ".json", in lower case.
};

/// The format of a table; empty if it is unknown.
inline std::string format_of_table(const exported_file_name& name) {
    if (name.extension == ".tsv" || name.has_mark("tsv"))
        return "tsv";
    if (name.extension == ".xlsx" || name.has_mark("excel"))
        return "excel";
    return {};
}

/// Describes a file without a manifest: its surface and project are those that the document or the name of the file
/// say.
///
/// @throws std::invalid_argument for a file that is damaged or not an exported project, with a text for people;
///         file_error.
inline manifest_entry entry_of_file(const std::filesystem::path& folder, const std::string& file,
                                    const read_watch& watch = {}) {
    using langexport::project_surface;
    const exported_file_name name(file);
    std::error_code unknown;
    if (const auto found = std::filesystem::status(folder / file, unknown);
        std::filesystem::exists(found) && !std::filesystem::is_regular_file(found))
        throw std::invalid_argument("'" + file +
                                    "' is not a regular file: move it out of the folder");
    const project_outline outline = outline_of(folder / file, watch);
    if (std::filesystem::path(file).extension() == ".json" && !outline.documents)
        throw std::invalid_argument("'" + file +
                                    "' is not complete JSON: restore the file from a copy, or "
                                    "move it out of the folder");
    manifest_entry entry;
    entry.name = outline.name.empty() ? name.project : outline.name;
    entry.file = file;
    std::optional<project_surface> surface = surface_of(outline);
    for (const project_surface one : langexport::detail::all_surfaces())
        if (!surface && name.has_mark(to_string(one)))
            surface = one;
    const std::string table = format_of_table(name);
    if (!table.empty())
        surface = project_surface::query_knowledgebases;
    if (!surface || (table.empty() && name.extension != ".json"))
        throw std::invalid_argument(
            "'" + file +
            "' does not say of which surface and project it is: move it out of the "
            "folder, or restore it with the manifest of its backup");
    entry.surface = to_string(*surface);
    entry.format = !table.empty()    ? table
                   : outline.is_luis ? "Luis"
                                     : manifest_format(*surface, "");
    entry.api_version = version_in(outline);
    const std::filesystem::path path = folder / file;
    add_file(entry, langexport::digest_of(path, watch_of(watch, path)), outline);
    return entry;
}

} // namespace tool

#endif
