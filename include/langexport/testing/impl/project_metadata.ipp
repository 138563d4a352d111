#ifndef LANGEXPORT_TESTING_IMPL_PROJECT_METADATA_IPP
#define LANGEXPORT_TESTING_IMPL_PROJECT_METADATA_IPP

#include <langexport/testing/impl/project_metadata.hpp>
#include <langexport/testing/impl/service_versions.hpp>
#include <langexport/testing/impl/wire_format.hpp>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

inline void add_times(boost::json::object& fields, const project& p) {
    fields.emplace("createdDateTime", timestamp(p.created));
    fields.emplace("lastModifiedDateTime", timestamp(p.last_modified));
    if (p.last_trained)
        fields.emplace("lastTrainedDateTime", timestamp(*p.last_trained));
    if (p.last_deployed)
        fields.emplace("lastDeployedDateTime", timestamp(*p.last_deployed));
}

inline boost::json::object knowledge_base_metadata(const project& p, std::string_view api_version) {
    boost::json::object fields;
    fields.emplace("projectName", p.name);
    fields.emplace("description", p.description);
    fields.emplace("language", p.language);
    fields.emplace("multilingualResource", p.is_multilingual);
    add_times(fields, p);
    // In recorded sessions, the newer version returned the setting that it added, and no other setting.
    if (is_since(api_version, semantic_ranking_since))
        fields.emplace("configureSemanticRanking", false);
    else
        fields.emplace("settings", boost::json::object{{"defaultAnswer", "No answer found."}});
    return fields;
}

LANGEXPORT_DECL boost::json::object metadata_of(const project& p, std::string_view api_version,
                                                bool is_listed) {
    const project_surface surface = surface_of(p.kind);
    if (surface == project_surface::query_knowledgebases)
        return knowledge_base_metadata(p, api_version);
    const bool is_text = surface == project_surface::analyze_text;
    const bool has_details = is_since(api_version, conversation_details_since);
    boost::json::object fields;
    add_times(fields, p);
    fields.emplace("projectKind", to_string(p.kind));
    if (!is_text && !is_listed) {
        boost::json::object settings{{"confidenceThreshold", 0.5}};
        if (has_details) {
            settings.emplace("normalizeCasing", false);
            settings.emplace("augmentDiacritics", false);
        }
        fields.emplace("settings", std::move(settings));
    }
    if (is_text)
        fields.emplace("storageInputContainerName", p.storage_container);
    fields.emplace("projectName", p.name);
    fields.emplace("multilingual", p.is_multilingual);
    fields.emplace("description", p.description);
    fields.emplace("language", p.language);
    return fields;
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
