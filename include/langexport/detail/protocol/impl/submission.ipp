#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_SUBMISSION_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_SUBMISSION_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/api_version.hpp>
#include <langexport/detail/protocol/result_form.hpp>
#include <langexport/detail/protocol/submission.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL std::string submission_target(const endpoint& service, std::string_view api_version,
                                              const export_request& request) {
    const bool is_knowledge_base = request.surface == project_surface::query_knowledgebases;
    std::string target;
    target.reserve(256); // usually enough, so that the text does not move
    target.append(service.path_prefix()).append(projects_path(request.surface, api_version));
    target.append("/").append(percent_encode(request.project_name)).append("/:export?");
    const auto add = [&target](std::string_view name, std::string_view value) {
        if (value.empty())
            return;
        target.append(name).append("=");
        append_percent_encoded(target, value);
        target.append("&");
    };
    add("stringIndexType",
        is_knowledge_base ? std::string_view() : std::string_view(request.string_index_type));
    add("format", request.format);
    add("trainedModelLabel", request.trained_model_label);
    add("assetKind", request.asset_kind);
    target.append("api-version=");
    append_percent_encoded(target, api_version);
    return target;
}

LANGEXPORT_DECL std::string import_target(const endpoint& service, std::string_view api_version,
                                          project_surface surface, std::string_view project_name,
                                          std::string_view format) {
    std::string target = service.path_prefix() + projects_path(surface, api_version);
    target.append("/").append(percent_encode(project_name)).append("/:import?");
    if (!format.empty())
        target.append("format=").append(percent_encode(format)).append("&");
    target.append("api-version=");
    append_percent_encoded(target, api_version);
    return target;
}

LANGEXPORT_DECL std::string_view import_content_type(project_surface surface,
                                                     std::string_view format) noexcept {
    switch (forms_of(surface, format)) {
    case result_forms::table:
        return "text/tab-separated-values";
    case result_forms::workbook:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    default:
        return "application/json";
    }
}

inline void append_json_string(std::string& json, std::string_view text) {
    json += '"';
    for (const char c : text) {
        const auto value = static_cast<unsigned char>(c);
        if (value < 0x20) {
            append_hex(json.append("\\u"), value, 4);
            continue;
        }
        if (c == '"' || c == '\\')
            json += '\\';
        json += c;
    }
    json += '"';
}

LANGEXPORT_DECL std::string submission_body(const export_request& request) {
    if (request.assets_to_export.empty() ||
        request.surface == project_surface::query_knowledgebases)
        return {};
    std::string json = "{\"assetsToExport\":";
    char before = '[';
    for (const std::string& asset : request.assets_to_export) {
        json += before;
        append_json_string(json, asset);
        before = ',';
    }
    json += "]}";
    return json;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
