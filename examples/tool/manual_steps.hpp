#ifndef LANGEXPORT_EXAMPLES_TOOL_MANUAL_STEPS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_MANUAL_STEPS_HPP

#include "manifest_update.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/project_surface.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tool {

/// "Contracts, Tickets", for messages.
inline std::string names_of(const std::vector<const manifest_entry*>& all) {
    std::string text;
    for (const manifest_entry* one : all)
        text.append(text.empty() ? "" : ", ").append(one->name);
    return text;
}

/// What an operator must do after a restore, because an export does not contain it: a line for each kind of work.
///
/// @param restored  The restored projects.
inline std::vector<std::string> manual_steps(const std::vector<manifest_entry>& restored) {
    using langexport::project_surface;
    std::map<std::string, std::vector<const manifest_entry*>> by_container;
    std::vector<const manifest_entry*> trained, deployed;
    for (const manifest_entry& one : restored) {
        const bool is_knowledge_base =
            one.surface == to_string(project_surface::query_knowledgebases);
        if (!one.container.empty() && one.documents.value_or(1) > 0)
            by_container[one.container].push_back(&one);
        // Without times it is not known whether a project was trained.
        const bool has_times = one.last_modified || one.last_trained || one.last_deployed;
        if (!is_knowledge_base && (one.last_trained || !has_times))
            trained.push_back(&one);
        if (one.last_deployed || !has_times)
            deployed.push_back(&one);
    }
    std::vector<std::string> steps;
    for (const auto& [container, projects] : by_container) {
        std::uint64_t documents = 0;
        for (const manifest_entry* one : projects)
            documents += one->documents.value_or(0);
        steps.push_back(
            "documents   put " +
            (documents > 0 ? langexport::detail::count_of(documents, "document")
                           : std::string("the documents")) +
            ", unchanged, into the container '" + container +
            "' of the storage account that is connected to the resource: " + names_of(projects));
    }
    if (!trained.empty())
        steps.push_back("training    train a model of each: " + names_of(trained));
    if (!deployed.empty())
        steps.push_back("deployment  deploy each, under the names that its users know: " +
                        names_of(deployed));
    return steps;
}

} // namespace tool

#endif
