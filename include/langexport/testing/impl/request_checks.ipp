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

LANGEXPORT_DECL std::optional<rejection> check_version(const emulator_options& options,
                                                       const route& where) {
    if (where.version.empty())
        return bad_request(std::string(), "MissingApiVersionParameter",
                           "The api-version query parameter (?api-version=) is required.");
    const auto& listed = options.api_versions;
    const bool is_served =
        listed.empty() ? options.lenient || has_version(where.surface, where.version)
                       : std::find(listed.begin(), listed.end(), where.version) != listed.end();
    if (is_served)
        return std::nullopt;
    return bad_request("api-version", "UnsupportedApiVersion",
                       "The api-version '" + where.version + "' is not supported.");
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

LANGEXPORT_DECL std::optional<rejection> check_parameters(const emulator_options& options,
                                                          const route& where) {
    for (const known_words& known : parameter_table) {
        if (known.surface != where.surface || (known.is_required && options.lenient))
            continue;
        const std::string value = query_value(where.query, known.parameter).value_or("");
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
    std::string_view type = find_header(request.headers, "Content-Type");
    type = type.substr(0, type.find_first_of("; \t"));
    if (!equal_ignoring_case(type, "application/json"))
        return rejection(415, error_entry("InvalidRequest", "The content type is not supported."));
    boost::system::error_code ec;
    const boost::json::value body = boost::json::parse(request.body, ec);
    if (!ec && is_list_of_assets(body))
        return std::nullopt;
    return bad_request("body", "InvalidRequestBodyFormat",
                       "Invalid request body. Make sure the request is in JSON format.");
}

// The documentation does not say which error the service returns for an unknown label.
LANGEXPORT_DECL std::optional<rejection> check_trained_model(const emulator_options& options,
                                                             const route& where, const project& p) {
    const bool has_parameter = where.surface != project_surface::query_knowledgebases &&
                               is_since(where.version, trained_models_since);
    const std::string label =
        has_parameter ? query_value(where.query, "trainedModelLabel").value_or("") : std::string();
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
