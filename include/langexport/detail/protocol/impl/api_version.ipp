#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_API_VERSION_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_API_VERSION_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/api_version.hpp>

#include <algorithm>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL std::string projects_path(project_surface surface, std::string_view api_version) {
    const bool is_old_question_answering =
        surface == project_surface::query_knowledgebases && api_version == "2021-10-01";
    std::string path;
    path.reserve(64); // the longest one is shorter
    path.append(is_old_question_answering ? "/language/" : "/language/authoring/");
    return path.append(to_string(surface)).append("/projects");
}

LANGEXPORT_DECL std::string_view version_in(std::string_view target) noexcept {
    constexpr std::string_view name = "api-version=";
    target.remove_prefix((std::min)(target.find('?'), target.size()));
    while (!target.empty()) {
        target.remove_prefix(1);
        const std::string_view field = target.substr(0, target.find('&'));
        if (field.starts_with(name))
            return field.substr(name.size());
        target.remove_prefix(field.size());
    }
    return {};
}

// Matches "api-version", "ApiVersion" and "API version".
inline bool names_version(std::string_view text) {
    std::string letters;
    for (const char c : text)
        if (is_letter(c))
            letters += to_lower(c);
    return letters.find("apiversion") != std::string::npos;
}

// A short version such as "1" may occur in any text.
inline bool quotes_version(std::string_view text, std::string_view version) {
    return version.size() >= 8 && text.find(version) != std::string_view::npos;
}

inline bool mentions_version(const service_error& said, std::string_view version) {
    const auto mentions = [version](const service_error& each) {
        return mentions_version(each, version);
    };
    return names_version(said.code) || names_version(said.target) || names_version(said.message) ||
           quotes_version(said.message, version) ||
           std::any_of(said.details.begin(), said.details.end(), mentions) ||
           std::any_of(said.inner.begin(), said.inner.end(), mentions);
}

LANGEXPORT_DECL bool is_about_version(const service_error& said, std::string_view version) {
    return said.most_specific_code() != "ProjectNotFound" && mentions_version(said, version);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
