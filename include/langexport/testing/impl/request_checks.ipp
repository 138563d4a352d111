#ifndef LANGEXPORT_TESTING_IMPL_REQUEST_CHECKS_IPP
#define LANGEXPORT_TESTING_IMPL_REQUEST_CHECKS_IPP

#include <langexport/testing/impl/request_checks.hpp>
#include <langexport/testing/impl/service_versions.hpp>
#include <langexport/testing/impl/wire_format.hpp>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

inline rejection bad_request(std::string target, std::string code, std::string message) {
    error_entry error("InvalidRequest", "Invalid Request.");
    error.target = std::move(target);
    error.inner_code = std::move(code);
    error.inner_message = std::move(message);
    return rejection(400, std::move(error));
}

inline rejection bad_argument(std::string_view parameter, std::string message) {
    error_entry error("InvalidArgument", "Invalid argument.");
    error.target = std::string(parameter);
    error.inner_code = "InvalidParameterValue";
    error.inner_message = std::move(message);
    return rejection(400, std::move(error));
}

inline std::optional<rejection> check_version(const emulator_options& options,
                                              const route& call_route) {
    if (call_route.version.empty())
        return bad_request(std::string(), "MissingApiVersionParameter",
                           "The api-version query parameter (?api-version=) is required.");
    const auto& listed = options.api_versions;
    const bool is_served =
        listed.empty()
            ? options.lenient || has_version(call_route.surface, call_route.version)
            : std::find(listed.begin(), listed.end(), call_route.version) != listed.end();
    if (is_served)
        return std::nullopt;
    return bad_request("api-version", "UnsupportedApiVersion",
                       "The api-version '" + call_route.version + "' is not supported.");
}

// The values that a surface accepts for a parameter.
struct known_words {
    project_surface surface;
    std::string_view parameter;
    bool is_required;
    std::array<std::string_view, 3> words;
};

inline constexpr known_words parameter_table[] = {
    {project_surface::analyze_text, "stringIndexType", true, {"Utf16CodeUnit"}},
    {project_surface::analyze_conversations,
     "stringIndexType",
     true,
     {"Utf16CodeUnit", "Utf8CodeUnit", "Utf32CodeUnit"}},
    {project_surface::analyze_conversations, "format", false, {"Conversation", "Luis"}},
    {project_surface::query_knowledgebases, "format", false, {"json", "tsv", "excel"}},
    {project_surface::query_knowledgebases, "assetKind", false, {"qnas", "synonyms"}},
};

LANGEXPORT_DECL std::string format_of(const route& call_route) {
    const std::string asked = query_value(call_route.query, "format").value_or("");
    for (const known_words& known : parameter_table) {
        if (known.surface != call_route.surface || known.parameter != "format")
            continue;
        for (const std::string_view word : known.words)
            if (!word.empty() && equal_ignoring_case(word, asked))
                return std::string(word);
        return std::string(known.words.front());
    }
    return std::string();
}

inline std::optional<rejection> check_parameters(const emulator_options& options,
                                                 const route& call_route) {
    const bool is_import = call_route.kind == call_kind::import_submission;
    if (is_import && !query_value(call_route.query, "assetKind").value_or("").empty())
        return bad_argument("assetKind", "The emulator imports whole knowledge bases only.");
    for (const known_words& known : parameter_table) {
        if (known.surface != call_route.surface ||
            (known.is_required && (options.lenient || is_import)))
            continue;
        const std::string value = query_value(call_route.query, known.parameter).value_or("");
        if (value.empty() && known.is_required)
            return bad_argument(known.parameter, "The query parameter '" +
                                                     std::string(known.parameter) +
                                                     "' is required.");
        const bool is_known =
            std::any_of(known.words.begin(), known.words.end(), [&value](std::string_view word) {
                return equal_ignoring_case(word, value);
            });
        if (!is_known && !value.empty())
            return bad_argument(known.parameter, "The value '" + value + "' is not valid.");
    }
    return std::nullopt;
}

inline bool has_json_content(const service_request& request) {
    std::string_view type = find_header(request.headers, "Content-Type");
    type = type.substr(0, type.find_first_of("; \t"));
    return equal_ignoring_case(type, "application/json");
}

inline rejection bad_content_type() {
    return rejection(415, error_entry("InvalidRequest", "The content type is not supported."));
}

inline rejection bad_body() {
    return bad_request("body", "InvalidRequestBodyFormat",
                       "Invalid request body. Make sure the request is in JSON format.");
}

inline bool is_json(const route& call_route) {
    return !call_route.is_of_knowledge_bases() || format_of(call_route) == "json";
}

LANGEXPORT_DECL std::optional<rejection> check_header(const emulator_options& options,
                                                      const route& call_route,
                                                      const service_request& header) {
    const bool is_import = call_route.kind == call_kind::import_submission;
    const bool is_submission = is_import || call_route.kind == call_kind::submission;
    if (header.method != (is_submission ? "POST" : "GET"))
        return rejection(
            405, error_entry("InvalidRequest", "The method is not allowed for this resource."));
    std::optional<rejection> why = check_version(options, call_route);
    if (!why && is_submission)
        why = check_parameters(options, call_route);
    if (!why && is_import && is_json(call_route) && !has_json_content(header))
        why = bad_content_type();
    return why;
}

inline bool is_list_of_assets(const boost::json::value& body) {
    const boost::json::object* const object = body.if_object();
    const boost::json::value* const assets =
        object != nullptr ? object->if_contains("assetsToExport") : nullptr;
    if (assets == nullptr || assets->is_null())
        return object != nullptr;
    return assets->is_array() &&
           std::all_of(assets->get_array().begin(), assets->get_array().end(),
                       [](const boost::json::value& asset) { return asset.is_string(); });
}

LANGEXPORT_DECL std::optional<rejection> check_body(const service_request& request) {
    if (request.body.empty())
        return std::nullopt;
    if (!has_json_content(request))
        return bad_content_type();
    boost::system::error_code ec;
    const boost::json::value body = boost::json::parse(request.body, ec);
    if (!ec && is_list_of_assets(body))
        return std::nullopt;
    return bad_body();
}

LANGEXPORT_DECL std::optional<rejection> check_format(const route& call_route, const project& p) {
    if (p.document_format.empty() || equal_ignoring_case(p.document_format, format_of(call_route)))
        return std::nullopt;
    return bad_argument("format",
                        "The emulator does not convert formats. This project was imported as '" +
                            p.document_format + "'.");
}

// A member with one of a few words as its value.
inline std::optional<rejection> check_index_type(const route& call_route,
                                                 const std::string& value) {
    for (const known_words& known : parameter_table) {
        if (known.surface != call_route.surface || known.parameter != "stringIndexType")
            continue;
        if (value.empty())
            return bad_argument("stringIndexType", "The field 'stringIndexType' is required.");
        for (const std::string_view word : known.words)
            if (equal_ignoring_case(word, value))
                return std::nullopt;
        return bad_argument("stringIndexType", "The value '" + value + "' is not valid.");
    }
    return std::nullopt;
}

inline std::optional<rejection> check_kinds(const route& call_route,
                                            const imported_document& document) {
    const std::optional<sample_kind> kind = sample_kind_of(document.kind);
    if (document.kind.empty())
        return bad_argument("metadata.projectKind", "The field 'projectKind' is required.");
    if (!kind || surface_of(*kind) != call_route.surface)
        return bad_argument("metadata.projectKind", "The project kind '" + document.kind +
                                                        "' is not valid for this resource.");
    if (!document.has_assets || equal_ignoring_case(document.kind, document.kind_of_assets))
        return std::nullopt;
    return bad_argument("assets.projectKind",
                        "The project kind of the assets is '" + document.kind_of_assets +
                            "', but that of the metadata is '" + document.kind + "'.");
}

LANGEXPORT_DECL std::optional<rejection> check_document(const emulator_options& options,
                                                        const route& call_route,
                                                        const imported_document& document) {
    if (document.is_empty || (is_json(call_route) && !document.is_object))
        return bad_body();
    if (!is_json(call_route))
        return std::nullopt;
    if (format_of(call_route) == "Luis")
        return document.luis_version.empty()
                   ? bad_argument("luis_schema_version",
                                  "The field 'luis_schema_version' is required.")
                   : std::optional<rejection>();
    if (call_route.is_of_knowledge_bases()) {
        const bool is_other = !document.kind.empty() || !document.luis_version.empty();
        return document.has_assets && !is_other
                   ? std::optional<rejection>()
                   : bad_argument("assets", "The document is not a knowledge base.");
    }
    std::optional<rejection> why = check_kinds(call_route, document);
    if (!why && !options.lenient)
        why = check_index_type(call_route, document.string_index_type);
    return why;
}

// The specification allows 100 characters.
LANGEXPORT_DECL std::optional<rejection> check_name(const emulator_options& options,
                                                    const std::string& name) {
    constexpr std::size_t longest = 100;
    const bool has_good_characters = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_.-").find(c) != std::string_view::npos;
    });
    if (options.lenient || (!name.empty() && name.size() <= longest && has_good_characters))
        return std::nullopt;
    return bad_argument("projectName", "The name of a project has 1 to 100 characters. Letters, "
                                       "digits, '_', '.' and '-' are allowed.");
}

// The documentation does not say which error the service returns for an unknown label.
LANGEXPORT_DECL std::optional<rejection>
check_trained_model(const emulator_options& options, const route& call_route, const project& p) {
    const bool has_parameter = call_route.surface != project_surface::query_knowledgebases &&
                               is_since(call_route.version, trained_models_since);
    const std::string label = has_parameter
                                  ? query_value(call_route.query, "trainedModelLabel").value_or("")
                                  : std::string();
    const auto& labels = p.trained_models;
    if (label.empty() || options.lenient ||
        std::find(labels.begin(), labels.end(), label) != labels.end())
        return std::nullopt;
    return bad_argument("trainedModelLabel",
                        "The project has no trained model with the label '" + label + "'.");
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
