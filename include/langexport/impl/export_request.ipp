#ifndef LANGEXPORT_IMPL_EXPORT_REQUEST_IPP
#define LANGEXPORT_IMPL_EXPORT_REQUEST_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>
#include <langexport/export_request.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

[[noreturn]] inline void reject_request(std::string_view field, const std::string& why) {
    throw_error(errc::invalid_request, "export_request::" + std::string(field) + " " + why);
}

// Text that may be shown and encoded: UTF-8 without control characters.
inline void check_text(std::string_view field, std::string_view text, std::size_t longest) {
    if (text.empty())
        return;
    const std::size_t invalid = find_invalid_utf8(text);
    if (invalid != std::string_view::npos)
        reject_request(field, "is not UTF-8 at byte " + std::to_string(invalid));
    const std::size_t control = find_control(text);
    if (control != std::string_view::npos)
        reject_request(field, "has a control character at byte " + std::to_string(control));
    const auto characters =
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
    if (static_cast<std::size_t>(characters) > longest)
        reject_request(field, "has " + std::to_string(characters) + " characters; at most " +
                                  std::to_string(longest) + " are possible");
}

inline void check_lifetime(std::string_view field,
                           const std::optional<export_request::duration>& value) {
    using namespace std::chrono_literals;
    if (value && (*value < 1ms || *value > 24h * 366))
        reject_request(field, "must be from 1 ms to 366 days");
}

// One of some words, or nothing.
template <std::size_t Count>
void check_word(std::string_view field, std::string_view word,
                const std::array<std::string_view, Count>& words, project_surface surface) {
    if (word.empty() || std::find(words.begin(), words.end(), word) != words.end())
        return;
    check_text(field, word, 256);
    std::string all;
    for (const std::string_view known : words)
        all.append(all.empty() ? "" : ", ").append(known);
    reject_request(field, "'" + std::string(word) + "' is unknown to " +
                              std::string(to_string(surface)) + ", which knows: " + all);
}

// A field that a surface does not use must have its default: otherwise callers would notice late that it has
// no effect.
inline void check_unused(std::string_view field, bool is_untouched, project_surface surface) {
    if (!is_untouched)
        reject_request(field, "is not known to " + std::string(to_string(surface)) +
                                  ": leave it as it is");
}

inline void check_for_surface(const export_request& request) {
    constexpr std::array<std::string_view, 2> conversation_formats{"Conversation", "Luis"};
    constexpr std::array<std::string_view, 3> knowledge_base_formats{"json", "tsv", "excel"};
    constexpr std::array<std::string_view, 2> knowledge_base_assets{"qnas", "synonyms"};
    const project_surface surface = request.surface;
    switch (surface) {
    case project_surface::analyze_text:
        return check_unused("format", request.format.empty(), surface);
    case project_surface::analyze_conversations:
        return check_word("format", request.format, conversation_formats, surface);
    case project_surface::query_knowledgebases: {
        const export_request untouched("");
        check_word("format", request.format, knowledge_base_formats, surface);
        check_word("asset_kind", request.asset_kind, knowledge_base_assets, surface);
        check_unused("string_index_type",
                     request.string_index_type.empty() ||
                         request.string_index_type == untouched.string_index_type,
                     surface);
        check_unused("trained_model_label", request.trained_model_label.empty(), surface);
        return check_unused("assets_to_export",
                            request.assets_to_export.empty() ||
                                request.assets_to_export == untouched.assets_to_export,
                            surface);
    }
    }
    reject_request("surface", "is none of the enumerators of project_surface");
}

inline void check_index_type(std::string_view word) {
    const bool is_word = std::all_of(
        word.begin(), word.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
    if (word.empty() || word.size() > 64 || !is_word)
        reject_request("string_index_type",
                       "must be 1 to 64 letters, digits or '_' (usually Utf16CodeUnit)");
}

LANGEXPORT_DECL void check_tag(const export_request& request) {
    check_text("tag", request.tag, 256);
}

LANGEXPORT_DECL void check_settings(const export_request& request) {
    check_lifetime("deadline", request.deadline);
    check_lifetime("job_timeout", request.job_timeout);
    check_tag(request);
    if (request.priority > request_priority::low)
        reject_request("priority", "is none of the enumerators of request_priority");
}

} // namespace detail

LANGEXPORT_DECL export_request::export_request(std::string name) : project_name(std::move(name)) {}
LANGEXPORT_DECL export_request::export_request(const export_request&) = default;
LANGEXPORT_DECL export_request::export_request(export_request&&) noexcept = default;
LANGEXPORT_DECL export_request& export_request::operator=(const export_request&) = default;
LANGEXPORT_DECL export_request& export_request::operator=(export_request&&) noexcept = default;
LANGEXPORT_DECL export_request::~export_request() = default;

LANGEXPORT_DECL void validate(const export_request& request, std::string_view api_version) {
    if (request.project_name.empty())
        detail::reject_request("project_name", "is empty");
    detail::check_text("project_name", request.project_name, 100);
    if (request.project_name == "." || request.project_name == "..")
        detail::reject_request("project_name", "'" + request.project_name +
                                                   "' would be taken for a step in a path");
    detail::check_for_surface(request);
    if (request.surface != project_surface::query_knowledgebases)
        detail::check_index_type(request.string_index_type);
    detail::check_text("trained_model_label", request.trained_model_label, 256);
    // An api-version begins with its date, so that a comparison of texts finds the later one. A preview comes after
    // the stable version of the same date.
    const std::string_view version = detail::version_for(request.surface, api_version);
    if (!request.trained_model_label.empty() && version < "2023-04-01")
        detail::reject_request("trained_model_label",
                               "needs api-version 2023-04-01 or later; client_params::api_version "
                               "is " +
                                   std::string(version));
    detail::check_text("asset_kind", request.asset_kind, 256);
    if (request.assets_to_export.size() > 1000)
        detail::reject_request("assets_to_export", "has more than 1,000 names");
    for (const std::string& asset : request.assets_to_export) {
        if (asset.empty())
            detail::reject_request("assets_to_export", "has an empty name");
        detail::check_text("assets_to_export", asset, 256);
    }
    detail::check_settings(request);
}

} // namespace v0
} // namespace langexport

#endif
