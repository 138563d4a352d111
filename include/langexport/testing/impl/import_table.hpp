#ifndef LANGEXPORT_TESTING_IMPL_IMPORT_TABLE_HPP
#define LANGEXPORT_TESTING_IMPL_IMPORT_TABLE_HPP

#include <langexport/testing/impl/job_table.hpp>
#include <langexport/testing/impl/wire_format.hpp>
#include <langexport/testing/project.hpp>
#include <langexport/version.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

using project_map = std::map<std::string, std::shared_ptr<const project>, std::less<>>;

// How imports behave, and the imported projects whose jobs have not ended.
class import_table {
public:
    LANGEXPORT_DECL void set_pattern(project pattern);
    // The settings for an import into the project of that name.
    LANGEXPORT_DECL project pattern_for(const std::string& name) const;

    // Keeps a project until its job has ended.
    LANGEXPORT_DECL void add(const std::string& job, project imported);
    // Creates or replaces the projects of all jobs that have ended with success.
    LANGEXPORT_DECL void apply(job_table& jobs, project_map& projects, time_point now);

private:
    class pending_import {
    public:
        std::string job;
        std::shared_ptr<project> imported;
    };

    std::map<std::string, project> patterns_;
    std::vector<pending_import> pending_; // the oldest first
};

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/import_table.ipp>
#endif

#endif
