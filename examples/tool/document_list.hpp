#ifndef LANGEXPORT_EXAMPLES_TOOL_DOCUMENT_LIST_HPP
#define LANGEXPORT_EXAMPLES_TOOL_DOCUMENT_LIST_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/document/project_data.hpp>

#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
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

/// What an export does not contain, as a sentence for people; empty if that depends on nothing in the file.
inline std::string missing_from_export(const langexport::project_file& file) {
    using langexport::project_kind;
    const std::size_t blobs = blobs_of(file).size();
    const project_kind kind = file.kind();
    if (blobs > 0)
        return "the texts of " + langexport::detail::count_of(blobs, "document") +
               " (list them: --documents), trained models, deployments";
    if (kind == project_kind::question_answering)
        return "the files that answers came from, deployments";
    if (kind == project_kind::orchestration)
        return "the projects that its intents lead to, trained models, deployments";
    return "trained models, deployments";
}

} // namespace tool

#endif
