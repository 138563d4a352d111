#ifndef LANGEXPORT_EXAMPLES_SERVICE_ERROR_TEXT_HPP
#define LANGEXPORT_EXAMPLES_SERVICE_ERROR_TEXT_HPP

#include <string>
#include <string_view>
#include <utility>

namespace service {

/// The library's message about a failure, for clients of the service: without the names of C++ functions and classes,
/// and without the tag, which is the id of the export.
inline std::string error_text(std::string message, const std::string& id = "") {
    const std::string tag = ", tag " + id;
    const std::pair<std::string_view, std::string_view> replacements[] = {
        {"; the job's resume token is kept in this error (job()->to_token())", ""},
        {"see the service's reason, then submit it again",
         "see the service's reason, then export it again"},
        {"submit the export again", "export the project again"},
        {"export_request::surface", "surface"},
        {"export_request::project_name", "the name of the project"},
        {"client_params::endpoint", "AZURE_LANGUAGE_ENDPOINT"},
        {"client_params::", ""},
        {"export_request::", ""},
        {id.empty() ? std::string_view() : tag, ""},
    };
    for (const auto& [from, to] : replacements)
        for (std::size_t at = 0; !from.empty() && (at = message.find(from, at)) != message.npos;
             at += to.size())
            message.replace(at, from.size(), to);
    return message;
}

} // namespace service

#endif
