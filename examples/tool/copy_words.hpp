#ifndef LANGEXPORT_EXAMPLES_TOOL_COPY_WORDS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_COPY_WORDS_HPP

#include "option_names.hpp"

#include <langexport/log/printable.hpp>

#include <string>

namespace tool {

// What the library's messages say, in the words of copy_project: it has environment variables instead of options, and
// no command that resumes a job.
inline constexpr message_part phrases_of_copy[] = {
    {"the job continues: resume it; ", ""},
    {"submit the export again; ", ""},
    {"submit the import again; ", ""},
    {"see the service's reason, then submit it again; ", "see the service's reason; "},
    {"the job's resume token is kept in this error (job()->to_token())", "copy the project again"},
    {"submit again if a second job does no harm", "copy the project again"},
    {"fetch what there is with fetch_result, or set accept_partial; ", ""},
    {"the source could not deliver the document: ", ""},
    {"; raise the limit named in client_params", ""},
    {"; correct the field named", ""},
    {"; see the cause", ""},
    {"within job_timeout", "in time"},
    {", or set client_params::allow_insecure_http", ""},
    {"if a gateway is in front of the service, name its backend in client_params::gateway_backends",
     "name the endpoint of the service, not that of a gateway"},
    {"export_request::surface", "SURFACE"},
    {"client_params::endpoint", "the endpoint"},
    {"client_params::ca_file", "SSL_CERT_FILE"},
    {"client_params::proxy", "https_proxy"},
};

// A message of the library's without the names of its classes, in one printable line.
inline std::string in_words_of_copy(std::string text) {
    for (const message_part& each : phrases_of_copy)
        replace_all(text, each.of_library, each.of_tool);
    replace_fields(text, words_of_field);
    return langexport::printable(text);
}

} // namespace tool

#endif
