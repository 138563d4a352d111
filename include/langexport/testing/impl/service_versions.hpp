#ifndef LANGEXPORT_TESTING_IMPL_SERVICE_VERSIONS_HPP
#define LANGEXPORT_TESTING_IMPL_SERVICE_VERSIONS_HPP

#include <langexport/project_surface.hpp>
#include <langexport/version.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// The api-versions of each surface, both stable and preview.
LANGEXPORT_DECL bool has_version(project_surface surface, std::string_view api_version) noexcept;

// Versions are dates: their order as text is their order by age. A preview has the order of its date.
inline bool is_since(std::string_view api_version, std::string_view date) noexcept {
    return api_version.substr(0, date.size()) >= date;
}

// The first versions with fields that older versions do not have.
inline constexpr std::string_view trained_models_since = "2023-04-01";
inline constexpr std::string_view text_descriptions_since = "2024-11";
inline constexpr std::string_view conversation_details_since = "2025-05-15";
inline constexpr std::string_view semantic_ranking_since = "2025-05-15";
// The oldest version of question answering sends fewer header fields than later ones.
inline constexpr std::string_view full_headers_since = "2023-04-01";

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/service_versions.ipp>
#endif

#endif
