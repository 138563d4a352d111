#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_READ_STATUS_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_READ_STATUS_IPP

#include <langexport/detail/protocol/impl/parse_json.hpp>
#include <langexport/detail/protocol/read_error.hpp>
#include <langexport/detail/protocol/read_status.hpp>
#include <langexport/detail/protocol/timestamp.hpp>
#include <langexport/detail/text.hpp>

#include <boost/json/monotonic_resource.hpp>

#include <algorithm>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr std::size_t longest_status = 200;
inline constexpr std::size_t most_job_errors = 1000;

inline job_status read_status_word(std::string_view word) noexcept {
    for (const job_status status :
         {job_status::not_started, job_status::running, job_status::succeeded, job_status::failed,
          job_status::cancelled, job_status::cancelling, job_status::partially_completed}) {
        if (word == to_string(status))
            return status;
    }
    return word == "canceled" ? job_status::cancelled : job_status::unknown;
}

inline std::optional<std::chrono::system_clock::time_point>
read_time(const boost::json::value* field) noexcept {
    const auto* text = field ? field->if_string() : nullptr;
    return text ? parse_timestamp(*text) : std::nullopt;
}

inline std::vector<service_error> read_job_errors(const boost::json::value* field,
                                                  const redactor& redact) {
    std::vector<service_error> errors;
    if (!field || !field->is_array())
        return errors;
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
                                 export_status& status, std::string& why, const redactor& redact) {
    if (trim(body).empty())
        return why = "it is empty", false;
    // An answer of the usual size stays on the stack.
    unsigned char buffer[4096];
    boost::json::monotonic_resource memory(buffer, sizeof(buffer));
    const auto document = parse_json(body, max_depth, &memory, why);
    if (!document)
        return false;
    const auto* object = document->if_object();
    if (!object)
        return why = std::string("it is ") + kind_name(*document) + ", not an object", false;

    using boost::json::kind;
    struct {
        std::string_view name;
        kind expected;
        const char* expected_name;
        const boost::json::value* found = nullptr;
    } fields[] = {{"status", kind::string, "a string"},
                  {"resultUrl", kind::string, "a string"},
                  {"errors", kind::array, "an array"},
                  {"warnings", kind::array, "an array"}};
    for (auto& field : fields) {
        field.found = object->if_contains(field.name);
        if (field.found && field.found->is_null())
            field.found = nullptr;
        if (field.found && field.found->kind() != field.expected) {
            why = "field '";
            why.append(field.name).append("' is ");
            why.append(kind_name(*field.found)).append(", not ").append(field.expected_name);
            return false;
        }
    }
    const auto& [word, result_url, errors, warnings] = fields;
    if (!word.found)
        return why = "field 'status' is missing", false;

    std::string text(std::string_view(word.found->get_string()));
    status.status = read_status_word(text);
    if (status.status == job_status::unknown)
        redact_with(redact, text);
    status.status_text = cut_utf8(text, longest_status);
    status.result_url =
        result_url.found ? std::string_view(result_url.found->get_string()) : std::string_view();
    status.errors = read_job_errors(errors.found, redact);
    status.warnings = read_job_errors(warnings.found, redact);
    status.created = read_time(object->if_contains("createdDateTime"));
    status.last_updated = read_time(object->if_contains("lastUpdatedDateTime"));
    status.expires = read_time(object->if_contains("expirationDateTime"));
    return true;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
