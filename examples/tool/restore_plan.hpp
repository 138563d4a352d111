#ifndef LANGEXPORT_EXAMPLES_TOOL_RESTORE_PLAN_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RESTORE_PLAN_HPP

#include "restore_check.hpp"
#include "restore_options.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/import/import_job.hpp>
#include <langexport/project_surface.hpp>
#include <langexport/report/manifest.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tool {

/// The projects that a resource has, as far as a restore needs to know them.
class resource_projects {
public:
    resource_projects() = default;

    bool has(project_surface surface, const std::string& name) const {
        const auto known = names.find(surface);
        return known != names.end() && known->second.count(name) > 0;
    }
    /// Whether an orchestration can lead to a project of this name.
    bool has_target(const std::string& name) const {
        return has(project_surface::analyze_conversations, name) ||
               has(project_surface::query_knowledgebases, name);
    }

    std::map<project_surface, std::set<std::string>> names;
    std::set<project_surface> not_offered; ///< Surfaces that the resource does not have.
};

/// What a restore does with one project.
class planned_restore {
public:
    planned_restore(manifest_entry its_entry, project_surface its_surface)
        : entry(std::move(its_entry)), surface(its_surface) {}

    manifest_entry entry;
    project_surface surface;
    langexport::import_job job; ///< A job to wait for; empty: import the file.
    bool is_begun = false;      ///< Whether this restore has, or may have, imported it before.
    bool is_done = false;       ///< Whether this restore has imported it before.
    bool is_skipped = false;    ///< Whether it stays as the resource has it.
    bool replaces = false;      ///< Whether the resource has a project of its name.
    std::size_t phase = 0;      ///< Phases run one after the other.
};

/// The plan of a restore.
class restore_plan {
public:
    restore_plan() = default;

    std::vector<planned_restore> projects; ///< In the order of their phases.
    std::vector<std::string> problems;     ///< Why nothing is sent: a sentence each.
};

/// "'A' of analyze-text, 'B' of analyze-text and 3 more", for messages: at most `most` of them.
inline std::string list_of(const std::vector<const planned_restore*>& all, std::size_t most = 5) {
    std::string text;
    for (std::size_t i = 0; i < all.size() && i < most; ++i)
        text.append(i == 0 ? "" : ", ")
            .append("'" + all[i]->entry.name + "' of " + all[i]->entry.surface);
    if (all.size() > most)
        text.append(" and ").append(std::to_string(all.size() - most)).append(" more");
    return text;
}

/// Decides about projects that the resource has already. One that this restore has begun is its own, and one that it
/// has skipped before stays skipped.
inline void decide_existing(restore_plan& plan, const resource_projects& there,
                            existing_projects choice) {
    std::vector<const planned_restore*> existing;
    for (planned_restore& one : plan.projects) {
        one.replaces = !one.is_begun && !one.is_skipped && there.has(one.surface, one.entry.name);
        if (!one.replaces)
            continue;
        existing.push_back(&one);
        one.is_skipped = choice == existing_projects::skip;
    }
    if (!existing.empty() && choice == existing_projects::fail)
        plan.problems.push_back(
            "the resource already has " + list_of(existing) +
            ": overwrite with --if-exists replace, restore only the others with --if-exists skip, "
            "or continue an interrupted restore with --resume and its report");
}

inline void check_surfaces(restore_plan& plan, const resource_projects& there) {
    for (const project_surface surface : there.not_offered) {
        std::vector<const planned_restore*> its;
        for (const planned_restore& one : plan.projects)
            if (one.surface == surface)
                its.push_back(&one);
        if (!its.empty())
            plan.problems.push_back("the resource does not offer " +
                                    std::string(to_string(surface)) + " (HTTP 404), which " +
                                    list_of(its) + " need" + (its.size() == 1 ? "s" : "") +
                                    ": check --endpoint, or leave out such projects: --exclude");
    }
}

/// Whether an orchestration can lead to this project.
inline bool is_target(const planned_restore& one, const std::string& name) {
    return one.entry.name == name && one.surface != project_surface::analyze_text;
}

/// Checks that each orchestration finds the projects that it leads to.
///
/// @param left_out  Projects of the folder that are not restored.
inline void check_targets(restore_plan& plan, const resource_projects& there,
                          const std::vector<std::string>& left_out) {
    for (const planned_restore& one : plan.projects)
        for (const std::string& target : one.entry.references) {
            const auto leads_to = [&](const planned_restore& other) {
                return is_target(other, target);
            };
            if (one.is_done || one.is_skipped || there.has_target(target) ||
                std::any_of(plan.projects.begin(), plan.projects.end(), leads_to))
                continue;
            const bool is_in_folder =
                std::find(left_out.begin(), left_out.end(), target) != left_out.end();
            plan.problems.push_back(
                "the orchestration '" + one.entry.name + "' leads to project '" + target +
                "', which the resource does not have" +
                (is_in_folder ? ": --include and --exclude must not leave it out; or "
                              : " and the folder neither: create it in the resource first, or ") +
                how_to_leave_out(one.entry.name));
        }
}

/// Sets the phases: the projects that an orchestration leads to are restored before it.
inline void order_phases(restore_plan& plan) {
    std::vector<planned_restore*> rest;
    for (planned_restore& one : plan.projects)
        rest.push_back(&one);
    for (std::size_t phase = 0; !rest.empty(); ++phase) {
        const auto waits = [&](const planned_restore* one) {
            return std::any_of(rest.begin(), rest.end(), [&](const planned_restore* other) {
                const auto& targets = one->entry.references;
                return other != one &&
                       std::any_of(targets.begin(), targets.end(), [&](const std::string& target) {
                           return is_target(*other, target);
                       });
            });
        };
        std::vector<planned_restore*> later;
        std::copy_if(rest.begin(), rest.end(), std::back_inserter(later), waits);
        if (later.size() == rest.size()) // they lead to each other
            later.clear();
        for (planned_restore* one : rest)
            if (std::find(later.begin(), later.end(), one) == later.end())
                one->phase = phase;
        rest = std::move(later);
    }
    std::stable_sort(plan.projects.begin(), plan.projects.end(),
                     [](const auto& a, const auto& b) { return a.phase < b.phase; });
}

/// Completes a plan that has projects, with what the resource has.
inline void complete(restore_plan& plan, const resource_projects& there, existing_projects choice,
                     const std::vector<std::string>& left_out) {
    check_surfaces(plan, there);
    decide_existing(plan, there, choice);
    check_targets(plan, there, left_out);
    order_phases(plan);
}

/// The surfaces whose lists a restore needs.
inline std::set<project_surface> needed_lists(const restore_plan& plan) {
    std::set<project_surface> needed;
    for (const planned_restore& one : plan.projects) {
        needed.insert(one.surface);
        if (!one.entry.references.empty())
            needed.insert(
                {project_surface::analyze_conversations, project_surface::query_knowledgebases});
    }
    return needed;
}

} // namespace tool

#endif
