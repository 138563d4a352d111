#ifndef LANGEXPORT_IMPL_PROJECT_SURFACE_IPP
#define LANGEXPORT_IMPL_PROJECT_SURFACE_IPP

#include <langexport/project_surface.hpp>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL std::string_view to_string(project_surface surface) noexcept {
    switch (surface) {
    case project_surface::analyze_text:
        return "analyze-text";
    case project_surface::analyze_conversations:
        return "analyze-conversations";
    case project_surface::query_knowledgebases:
        return "query-knowledgebases";
    }
    return "unknown";
}

LANGEXPORT_DECL std::string_view usual_api_version(project_surface surface) noexcept {
    return surface == project_surface::query_knowledgebases ? "2023-04-01" : "2022-05-01";
}

LANGEXPORT_DECL std::optional<project_surface> project_surface_of(std::string_view word) noexcept {
    for (const project_surface surface :
         {project_surface::analyze_text, project_surface::analyze_conversations,
          project_surface::query_knowledgebases}) {
        if (word == to_string(surface))
            return surface;
    }
    return std::nullopt;
}

} // namespace v0
} // namespace langexport

#endif
