#ifndef LANGEXPORT_TESTING_IMPL_IMPORT_TABLE_IPP
#define LANGEXPORT_TESTING_IMPL_IMPORT_TABLE_IPP

#include <langexport/testing/impl/import_table.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL void import_table::set_pattern(project pattern) {
    const std::string name = pattern.name;
    patterns_.insert_or_assign(name, std::move(pattern));
}

LANGEXPORT_DECL project import_table::pattern_for(const std::string& name) const {
    auto found = patterns_.find(name);
    if (found == patterns_.end())
        found = patterns_.find(std::string());
    project pattern = found != patterns_.end() ? found->second : project(std::string());
    pattern.name = name;
    return pattern;
}

LANGEXPORT_DECL void import_table::add(const std::string& job, project imported) {
    pending_.push_back({job, std::make_shared<project>(std::move(imported))});
}

LANGEXPORT_DECL void import_table::apply(job_table& jobs, project_map& projects, time_point now) {
    std::erase_if(pending_, [&](const pending_import& pending) {
        job_record* const job = jobs.find(pending.job);
        if (job == nullptr)
            return true;
        if (!job->has_ended(now))
            return false;
        if (!job->is_success())
            return true;
        project& imported = *pending.imported;
        imported.last_modified = job->updated;
        if (projects.find(imported.name) == projects.end())
            imported.created = job->updated;
        projects[imported.name] = pending.imported;
        return true;
    });
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
