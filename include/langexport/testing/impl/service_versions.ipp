#ifndef LANGEXPORT_TESTING_IMPL_SERVICE_VERSIONS_IPP
#define LANGEXPORT_TESTING_IMPL_SERVICE_VERSIONS_IPP

#include <langexport/testing/impl/service_versions.hpp>

#include <algorithm>
#include <iterator>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

struct version_row {
    project_surface surface;
    std::string_view version;
};

inline constexpr version_row version_table[] = {
    {project_surface::analyze_text, "2022-05-01"},
    {project_surface::analyze_text, "2023-04-01"},
    {project_surface::analyze_text, "2025-05-15-preview"},
    {project_surface::analyze_conversations, "2023-04-01"},
    {project_surface::analyze_conversations, "2025-05-15-preview"},
    {project_surface::analyze_conversations, "2025-11-01"},
    {project_surface::analyze_conversations, "2025-11-15-preview"},
    {project_surface::query_knowledgebases, "2021-10-01"},
    {project_surface::query_knowledgebases, "2023-04-01"},
    {project_surface::query_knowledgebases, "2025-05-15-preview"},
};

LANGEXPORT_DECL bool has_version(project_surface surface, std::string_view api_version) noexcept {
    return std::any_of(std::begin(version_table), std::end(version_table),
                       [&](const version_row& row) {
                           return row.surface == surface && row.version == api_version;
                       });
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
