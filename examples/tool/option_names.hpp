#ifndef LANGEXPORT_EXAMPLES_TOOL_OPTION_NAMES_HPP
#define LANGEXPORT_EXAMPLES_TOOL_OPTION_NAMES_HPP

#include <cstddef>
#include <string>
#include <string_view>

namespace tool {

// A message of the library with the names of this program's options in place of those of its fields.
inline std::string with_option_names(std::string text) {
    struct name {
        std::string_view field, option;
    };
    constexpr name names[] = {
        {"client_params::polling.first", "--poll-first"},
        {"client_params::polling.max_interval", "--poll-max"},
        {"client_params::polling.min_interval", "--poll-max"},
        {"client_params::quota.submissions", "--quota-posts"},
        {"client_params::quota.reads", "--quota-gets"},
        {"client_params::quota.window", "--quota-window"},
        {"client_params::gateway_backends", "--gateway-backend"},
        {"client_params::job_timeout", "--job-timeout"},
        {"client_params::attempt_timeout", "--attempt-timeout"},
        {"client_params::deadline", "--deadline"},
        {"client_params::api_version", "--api-version"},
        {"client_params::ca_file", "--ca-file"},
        {"client_params::endpoint", "--endpoint"},
        {"batch_options::max_in_flight", "--max-in-flight"},
        {"export_request::format", "--format"},
        {"export_request::project_name", "the name of the project"},
        {"options.key_env: ", ""},
        {"options.key_file: ", "--key-file: "},
    };
    for (const name& one : names)
        for (std::size_t at = 0; (at = text.find(one.field, at)) != std::string::npos;)
            text.replace(at, one.field.size(), one.option);
    return text;
}

} // namespace tool

#endif
