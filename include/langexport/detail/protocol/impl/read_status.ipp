#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_READ_STATUS_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_READ_STATUS_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/timestamp.hpp>
#include <langexport/detail/protocol/impl/parse_json.hpp>
#include <langexport/detail/protocol/read_error.hpp>
#include <langexport/detail/protocol/read_status.hpp>

#include <boost/json/monotonic_resource.hpp>

#include <algorithm>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr std::size_t longest_status = 200;
inline constexpr std::size_t most_job_errors = 1000;

inline std::string_view text_or_none(const boost::json::value* field) noexcept {
    const auto* text = field ? field->if_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

inline std::optional<std::chrono::system_clock::time_point>
read_time(const boost::json::value* field) noexcept {
    return parse_timestamp(text_or_none(field));
}

inline bool says_nothing(const service_error& error) noexcept {
    return error.empty();
}

// Reads the errors or warnings of a job. They are usually a list of objects, but an unexpected shape
// must not lose the result. A single error object or a string is one element. Of any other object, each
// member is one.
inline std::vector<service_error> read_job_errors(const boost::json::value* field,
                                                  const redact_hook& redact) {
    std::vector<service_error> errors;
    if (!field || field->is_null() || field->is_bool() || field->is_number())
        return errors;
    if (!field->is_array()) {
        service_error whole = read_error_tree(*field, redact);
        const bool has_words = !whole.code.empty() || !whole.message.empty();
        const auto* members = field->if_object();
        if (members && !has_words && whole.details.empty() && whole.inner.empty())
            whole = read_error_tree(boost::json::object{{"details", *members}}, redact);
        for (auto& [name, text] : whole.properties) {
            service_error& one = errors.emplace_back();
            one.code = std::move(name);
            one.message = std::move(text);
        }
        if (errors.empty() && !whole.empty())
            errors.push_back(std::move(whole));
        return errors;
    }
    const auto& array = field->get_array();
    errors.reserve((std::min)(array.size(), most_job_errors + 1));
    for (const auto& element : array) {
        if (errors.size() == most_job_errors) {
            errors.emplace_back().message =
                "(" + std::to_string(array.size() - most_job_errors) + " more were left out)";
            break;
        }
        errors.push_back(read_error_tree(element, redact));
    }
    return errors;
}

LANGEXPORT_DECL bool read_status(std::string_view body, std::size_t max_depth,
                                 export_status& status, std::string& why,
                                 const redact_hook& redact) {
    if (trim(body).empty())
        return why = "it is empty", false;
    // A response of the usual size stays on the stack.
    unsigned char buffer[4096];
    boost::json::monotonic_resource memory(buffer, sizeof(buffer));
    const auto document = parse_json(body, max_depth, &memory, why);
    if (!document)
        return false;
    const auto* object = document->if_object();
    if (!object)
        return why = std::string("it is ") + kind_name(*document) + ", not an object", false;

    const auto* word = object->if_contains("status");
    if (!word || word->is_null())
        return why = "field 'status' is missing", false;
    if (!word->is_string())
        return why = std::string("field 'status' is ") + kind_name(*word) + ", not a string", false;
    std::string text(std::string_view(word->get_string()));
    if (is_damaged(text, why))
        return false;
    const job_status read = job_status_of(text);
    const auto* link = object->if_contains("resultUrl");
    const bool is_link = !link || link->is_null() || link->is_string();
    std::string_view result_url = text_or_none(link);
    if (read == job_status::failed || read == job_status::cancelled) {
        // There is no result. The reason is reported even if the link is wrong.
        if (is_damaged(result_url, why))
            result_url = {};
    } else if (!is_link) {
        return why = std::string("field 'resultUrl' is ") + kind_name(*link) + ", not a string",
               false;
    } else if (is_damaged(result_url, why)) {
        return false;
    }
    status.status = read;
    if (status.status == job_status::unknown)
        redact_with(redact, text);
    status.status_text = cut_utf8(text, longest_status);
    status.result_url = result_url;
    status.errors = read_job_errors(object->if_contains("errors"), redact);
    if (std::all_of(status.errors.begin(), status.errors.end(), says_nothing)) {
        // Related services use this name.
        auto single = read_job_errors(object->if_contains("error"), redact);
        if (!single.empty())
            status.errors = std::move(single);
    }
    status.warnings = read_job_errors(object->if_contains("warnings"), redact);
    status.created = read_time(object->if_contains("createdDateTime"));
    status.last_updated = read_time(object->if_contains("lastUpdatedDateTime"));
    status.expires = read_time(object->if_contains("expirationDateTime"));
    why.clear();
    return true;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
