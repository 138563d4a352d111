#ifndef LANGEXPORT_IMPL_PROJECT_SURFACE_IPP
#define LANGEXPORT_IMPL_PROJECT_SURFACE_IPP

#include <langexport/detail/base/name_table.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/project_surface.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace langexport {
inline namespace v0 {

namespace detail {

// One row for each surface, in the order of the enumeration: its name and its newest stable version.
struct surface_row {
    project_surface value;
    std::string_view name;
    std::string_view version;
};

inline constexpr surface_row surface_table[] = {
    {project_surface::analyze_text, "analyze-text", "2023-04-01"},
    {project_surface::analyze_conversations, "analyze-conversations", "2025-11-01"},
    {project_surface::query_knowledgebases, "query-knowledgebases", "2023-04-01"},
};

inline surface_row row_of(project_surface surface) noexcept {
    const auto index = static_cast<std::size_t>(surface);
    return index < std::size(surface_table) ? surface_table[index]
                                            : surface_row{surface, "unknown", {}};
}

} // namespace detail

LANGEXPORT_DECL std::string_view to_string(project_surface surface) noexcept {
    return detail::row_of(surface).name;
}

LANGEXPORT_DECL std::string_view usual_api_version(project_surface surface) noexcept {
    return detail::row_of(surface).version;
}

LANGEXPORT_DECL std::optional<project_surface> project_surface_of(std::string_view word) noexcept {
    return detail::value_in(detail::surface_table, word);
}

namespace detail {

LANGEXPORT_DECL std::vector<project_surface> all_surfaces() {
    return values_in(surface_table);
}

LANGEXPORT_DECL std::string surface_choice() {
    return names_in(surface_table, " or ");
}

LANGEXPORT_DECL std::string_view version_for(project_surface surface,
                                             std::string_view configured) noexcept {
    return configured.empty() ? usual_api_version(surface) : configured;
}

LANGEXPORT_DECL std::string what_is_wrong_with_version(std::string_view version) {
    const auto allowed = [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
    };
    if (version.empty() || version.size() > 64)
        return "must have 1 to 64 characters";
    const auto bad = std::find_if_not(version.begin(), version.end(), allowed);
    if (bad == version.end())
        return {};
    return "has a character at byte " + std::to_string(bad - version.begin()) +
           " that is not a letter, digit, '-', '.' or '_'";
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
