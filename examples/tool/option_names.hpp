#ifndef LANGEXPORT_EXAMPLES_TOOL_OPTION_NAMES_HPP
#define LANGEXPORT_EXAMPLES_TOOL_OPTION_NAMES_HPP

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace tool {

// The library's messages name fields of its classes. An operator knows options, or the fields of a config.
struct message_part {
    std::string_view of_library, of_tool;
};

inline constexpr message_part phrases[] = {
    {"the job's resume token is kept in this error (job()->to_token())",
     "the report keeps the job for --resume"},
    {"within job_timeout", "within --job-timeout"},
    {"see the service's reason, then submit it again; the report keeps the job for --resume",
     "see the service's reason; --resume submits it again"},
    {"submit the export again; the report keeps the job for --resume", "--resume submits it again"},
    {"submit the import again; the report keeps the job for --resume", "--resume submits it again"},
    {"compare the project with its document, and import it again; the report keeps the job for "
     "--resume",
     "see the service's reason; --resume imports the whole document again"},
    {"a job may be running: submit again if a second job does no harm",
     "a job may be running: --resume submits again, which does no harm"},
    {"the deadline of the operation passed", "the time limit (--deadline) passed"},
    {"fetch what there is with fetch_result, or set accept_partial", "accept it: --accept-partial"},
    {"; raise the limit named in client_params", ""},
    {"; correct the field named", ""},
    {"the sink could not take the result", "the result could not be stored"},
    {"the source could not deliver the document: ", ""},
    {"; see the cause", ""},
    {"a function of the caller threw: the checkpoint's finished", "the report failed"},
    {"a function of the caller threw: the checkpoint's submitted", "the report failed"},
    {"a function of the caller threw: the checkpoint's taken", "the report failed"},
    {"a function of the caller threw", "a part of this program failed"},
    {", or set client_params::allow_insecure_http", ""},
};

// The options that belong to a resource: a config has a field for each of them.
inline constexpr message_part resource_settings[] = {
    {"client_params::endpoint", "--endpoint"},
    {"client_params::api_version", "--api-version"},
    {"client_params::ca_file", "--ca-file"},
    {"client_params::gateway_backends", "--gateway-backend"},
    {"client_params::proxy", "--proxy"},
    {"client_params::tls.ca_folder", "--ca-folder"},
    {"entra_options::ca_file", "--ca-file"},
    {"entra_options::ca_folder", "--ca-folder"},
    {"entra_options::proxy", "--proxy"},
    {"client_params::tls.certificate_file", "--client-cert"},
    {"client_params::tls.key_file", "--client-key"},
    {"client_params::tls.passphrase", "--client-key-passphrase-file"},
    {"client_params::quota.submissions", "--quota-posts"},
    {"client_params::quota.reads", "--quota-gets"},
    {"client_params::quota.window", "--quota-window"},
    {"export_request::surface", "--surface"},
    {"export_request::format", "--format"},
};

inline constexpr message_part run_settings[] = {
    {"client_params::accept_partial", "--accept-partial"},
    {"client_params::attempt_timeout", "--attempt-timeout"},
    {"client_params::check_result_structure", "--accept-any-result"},
    {"client_params::deadline", "--deadline"},
    {"client_params::job_timeout", "--job-timeout"},
    {"client_params::max_pending", "--max-in-flight"},
    {"client_params::polling.first", "--poll-first"},
    {"client_params::polling.max_interval", "--poll-max"},
    {"client_params::polling.min_interval", "--poll-max"},
    {"batch_options::max_in_flight", "--max-in-flight"},
    {"entra_options::authority_host", "AZURE_AUTHORITY_HOST"},
    {"entra_options::client_id", "AZURE_CLIENT_ID"},
    {"entra_options::tenant_id", "AZURE_TENANT_ID"},
    {"managed_identity_options::client_id", "AZURE_CLIENT_ID"},
    {"export_request::project_name", "the name of the project"},
    {"export_request::deadline", "--deadline"},
    {"export_request::trained_model_label", "--trained-model"},
    {"export_request::job_timeout", "--job-timeout"},
    {"import_request::project_name", "the name of the project"},
    {"import_request::deadline", "--deadline"},
    {"import_request::job_timeout", "--job-timeout"},
};

inline void replace_all(std::string& text, std::string_view pattern, std::string_view replacement) {
    for (std::size_t at = 0; (at = text.find(pattern, at)) != std::string::npos;
         at += replacement.size())
        text.replace(at, pattern.size(), replacement);
}

// In a config, the fields for TLS have the names of the options.
inline std::string field_of_config(const std::string& words, std::string_view option) {
    if (!words.starts_with("tls."))
        return words;
    std::string field(option.substr(2));
    std::replace(field.begin(), field.end(), '-', '_');
    return field;
}

// A field in words: "client_params::job_timeout" is "job timeout".
inline std::string words_of_field(std::string_view field) {
    std::string words(field.substr(field.find("::") + 2));
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

// The name of a field in a message. A field without an option gets its name in words.
inline std::string name_of_setting(std::string_view field, bool has_config) {
    for (const message_part& each : run_settings)
        if (each.of_library == field)
            return std::string(each.of_tool);
    const std::string name(field.substr(field.find("::") + 2));
    for (const message_part& each : resource_settings)
        if (each.of_library == field)
            return has_config ? '"' + field_of_config(name, each.of_tool) + '"'
                              : std::string(each.of_tool);
    return words_of_field(field);
}

// Replaces each field of the library's classes in a message by what `name_of` returns for it.
template <class NameOf>
void replace_fields(std::string& text, NameOf name_of) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz_.";
    for (const std::string_view owner :
         {"client_params::", "export_request::", "import_request::", "batch_options::",
          "entra_options::", "managed_identity_options::"})
        for (std::size_t at = 0; (at = text.find(owner, at)) != std::string::npos;) {
            std::size_t end = text.find_first_not_of(letters, at + owner.size());
            end = end == std::string::npos ? text.size() : end;
            if (text[end - 1] == '.')
                --end; // of the sentence
            const std::string name = name_of(std::string_view(text).substr(at, end - at));
            text.replace(at, end - at, name);
            at += name.size();
        }
}

// A message of the library's in words of the tool's operator. With a config the fields of a resource have the
// names that they have there.
inline std::string with_option_names(std::string text, bool has_config = false) {
    for (const message_part& each : phrases)
        replace_all(text, each.of_library, each.of_tool);
    if (!has_config)
        replace_all(
            text, "the environment variable AZURE_LANGUAGE_KEY is not set",
            "the environment variable AZURE_LANGUAGE_KEY is not set: set it, or use --key-file");
    replace_all(text, "use an access token (Microsoft Entra ID)",
                has_config ? R"(use "auth": "entra", "auth": "managed" or "token_command")"
                           : "use --auth entra, --auth managed or --token-command");
    replace_fields(
        text, [has_config](std::string_view field) { return name_of_setting(field, has_config); });
    return text;
}

} // namespace tool

#endif
