#ifndef LANGEXPORT_PROJECT_SURFACE_HPP
#define LANGEXPORT_PROJECT_SURFACE_HPP

#include <langexport/version.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {

/// The parts of the service that have projects to export. Their options and results differ; submitting a job,
/// waiting for it and fetching its result do not.
enum class project_surface : unsigned char {
    analyze_text,          ///< Classification, entity recognition and other text projects.
    analyze_conversations, ///< Conversations and orchestrations.
    query_knowledgebases   ///< Knowledge bases of questions and answers.
};

/// The service's name for a surface, as in its paths: `analyze-text`, …
LANGEXPORT_DECL std::string_view to_string(project_surface surface) noexcept;
/// The api-version of requests on a surface if no setting names another one: the newest
/// stable one. An older version omits fields from an export that it does not know.
LANGEXPORT_DECL std::string_view usual_api_version(project_surface surface) noexcept;
/// The surface with that name; nothing for any other text.
LANGEXPORT_DECL std::optional<project_surface> project_surface_of(std::string_view word) noexcept;

namespace detail {

// Every surface, in the order of the enumeration.
LANGEXPORT_DECL std::vector<project_surface> all_surfaces();
// "analyze-text, analyze-conversations or query-knowledgebases", for messages.
LANGEXPORT_DECL std::string surface_choice();

// The version of a request: `configured`, or the surface's own if that is empty.
LANGEXPORT_DECL std::string_view version_for(project_surface surface,
                                             std::string_view configured) noexcept;

// Why a version is not valid: "has a character at byte 1 that …"; empty for a valid one.
LANGEXPORT_DECL std::string what_is_wrong_with_version(std::string_view version);

} // namespace detail

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/project_surface.ipp>
#endif

#endif
