#ifndef LANGEXPORT_EXAMPLES_TOOL_DOCUMENT_LIST_HPP
#define LANGEXPORT_EXAMPLES_TOOL_DOCUMENT_LIST_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/document/project_data.hpp>
#include <langexport/document/text_format.hpp>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <ios>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace tool {

/// The names of the blobs that a project refers to: its documents and their summaries, each once, in the order of the
/// file.
inline std::vector<std::string> blobs_of(const langexport::project_file& file) {
    std::vector<std::string> names;
    std::set<std::string_view> seen;
    const auto add = [&](const std::string& name) {
        if (!name.empty() && seen.insert(name).second)
            names.push_back(name);
    };
    for (const langexport::project_document& one : file.assets.documents) {
        add(one.location);
        add(one.summary_location);
    }
    return names;
}

/// The list in the form that `azcopy --list-of-files` reads: one name a line, in UTF-8.
///
/// Throws std::runtime_error if a name cannot be written in this form.
inline std::string text_of_list(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        if (name.find_first_of("\r\n") != std::string::npos)
            throw std::runtime_error("the document '" + name +
                                     "' has a line break in its name: such a list cannot name it");
        if (langexport::detail::find_invalid_utf8(name) != std::string::npos)
            throw std::runtime_error("the document '" + name + "' has a name that is not UTF-8");
        text.append(name).append("\n");
    }
    return text;
}

/// Checks that no project is lost if a list is written to this file. It may be one of several names that a shell has
/// made of a pattern, such as `*.json`.
///
/// @param list     Where the list will be written; an old list there is replaced.
/// @param project  The file of the project.
/// @throws std::invalid_argument  It is the project, or has the content of a project, a manifest or a report.
inline void check_list_file(const std::filesystem::path& list,
                            const std::filesystem::path& project) {
    const auto reject = [&](const std::string& why) {
        throw std::invalid_argument("--documents would replace '" + list.string() + "', which " +
                                    why + ": name another file for the list, then one project");
    };
    std::error_code unknown;
    if (std::filesystem::equivalent(list, project, unknown))
        reject("is the project");
    if (!std::filesystem::is_regular_file(list, unknown))
        return; // reading a pipe would take what is in it
    std::string beginning(4096, '\0');
    std::ifstream file(list, std::ios::binary);
    file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
    beginning.resize(static_cast<std::size_t>(file.gcount()));
    const std::size_t first = beginning.find_first_not_of(" \t\r\n\xef\xbb\xbf");
    if (first != std::string::npos && beginning[first] == '{')
        reject("is JSON");
    if (const auto format = langexport::text_format_of(beginning); !format.empty())
        reject("is " + std::string(format));
}

/// What an export does not contain: a line for people for each.
inline std::vector<std::string> missing_from_export(const langexport::project_file& file) {
    using langexport::project_kind;
    std::vector<std::string> lines;
    if (const std::size_t blobs = blobs_of(file).size())
        lines.push_back("the texts of " + langexport::detail::count_of(blobs, "document") +
                        " (--documents lists them)");
    const project_kind kind = file.kind();
    if (kind == project_kind::orchestration)
        lines.emplace_back("the projects that its intents lead to");
    if (kind == project_kind::question_answering)
        lines.emplace_back("files that are sources of answers");
    else
        lines.emplace_back("trained models");
    lines.emplace_back("deployments and role assignments");
    return lines;
}

} // namespace tool

#endif
