#ifndef LANGEXPORT_EXAMPLES_TOOL_CREDENTIAL_SETTINGS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_CREDENTIAL_SETTINGS_HPP

#include "connection_settings.hpp"
#include "token_command.hpp"

#include <langexport/credential.hpp>
#include <langexport/detail/base/name_table.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/error.hpp>
#include <langexport/file/file_error.hpp>
#include <langexport/file/key_file.hpp>
#include <langexport/identity/entra_client_secret.hpp>
#include <langexport/identity/entra_options.hpp>
#include <langexport/identity/entra_workload_identity.hpp>
#include <langexport/identity/identity_from_environment.hpp>
#include <langexport/identity/managed_identity.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

/// The kinds of credentials.
enum class auth_kind { key, entra, managed, command };

inline constexpr langexport::detail::named_value<auth_kind> auth_kind_names[] = {
    {auth_kind::key, "key"},
    {auth_kind::entra, "entra"},
    {auth_kind::managed, "managed"},
    {auth_kind::command, "command"}};

inline std::optional<auth_kind> auth_kind_of(std::string_view word) {
    return langexport::detail::value_in(auth_kind_names, word);
}

/// "key, entra, managed or command", for messages.
inline std::string auth_kind_choice() {
    return langexport::detail::names_in(auth_kind_names, " or ");
}

/// The settings of the credentials for one resource. A plain value.
class credential_settings {
public:
    credential_settings() = default;

    std::optional<auth_kind> auth;   ///< Nothing: the first kind that is set up, see `kind`.
    std::filesystem::path key_file;  ///< The file with the key; empty: see `key_env`.
    std::string key_env;             ///< The environment variable with the key; empty: none.
    std::filesystem::path key2_file; ///< The other key of the resource; empty: see `key2_env`.
    std::string key2_env;            ///< The environment variable that has it; empty: none.
    std::string token_command;       ///< A command of the shell that prints a token.
    std::string audience; ///< The audience of tokens; empty: see `audience_of` and the environment.
    bool is_of_config = false; ///< Whether messages name fields of a config instead of options.

    /// The kind that was chosen, or else the first one that the settings and the environment have: a command, a
    /// key, an application (AZURE_TENANT_ID and AZURE_CLIENT_ID), a managed identity (IDENTITY_ENDPOINT).
    ///
    /// @throws std::invalid_argument naming the possibilities, if there is none.
    auth_kind kind() const;
    /// Checks what can be checked without reading a secret. @throws std::invalid_argument
    void check() const;
    /// The keys, if `kind` is `key`. Called once, because a file may be a pipe.
    ///
    /// @throws export_error (errc::invalid_configuration) that begins with the field of the key in a config
    ///         (".key_file: "), or with the option.
    std::vector<langexport::subscription_key> keys() const;
    /// The credential for an endpoint, with these keys if there are any. @throws export_error
    langexport::credential make(const std::string& endpoint, const connection_settings& connection,
                                const std::vector<langexport::subscription_key>& keys) const;
    /// Equal texts mean that a failure of one credential is a failure of the other one.
    std::string label() const;

private:
    bool has_second_key() const;
    std::string audience_for(const std::string& endpoint, const std::string& of_environment) const;
    std::string name_of(const std::string& setting) const;
    std::string auth_of(const std::string& word) const;
    langexport::bearer_token_source application(const std::string& endpoint,
                                                const connection_settings& connection) const;
};

inline bool is_set(const char* variable) {
    return !langexport::environment_text(variable).empty();
}

inline bool credential_settings::has_second_key() const {
    return !key2_file.empty() || (!key2_env.empty() && is_set(key2_env.c_str()));
}

inline std::string credential_settings::label() const {
    const int kind = auth ? static_cast<int>(*auth) : -1;
    return std::to_string(kind) + '\n' + key_file.string() + '\n' + key_env + '\n' +
           key2_file.string() + '\n' + key2_env + '\n' + token_command + '\n' + audience;
}

inline auth_kind credential_settings::kind() const {
    if (auth)
        return *auth;
    if (!token_command.empty())
        return auth_kind::command;
    if (!key_file.empty() || (!key_env.empty() && is_set(key_env.c_str())))
        return auth_kind::key;
    if (is_set("AZURE_TENANT_ID") && is_set("AZURE_CLIENT_ID"))
        return auth_kind::entra;
    if (is_set("IDENTITY_ENDPOINT"))
        return auth_kind::managed;
    throw std::invalid_argument(
        "there is no credential: set " + (key_env.empty() ? "AZURE_LANGUAGE_KEY" : key_env) +
        " or --key-file, AZURE_TENANT_ID and AZURE_CLIENT_ID (--auth entra), run where a managed "
        "identity is (--auth managed), or name a --token-command");
}

// An option, or the field of a config that has the same words.
inline std::string credential_settings::name_of(const std::string& setting) const {
    std::string field = setting;
    std::replace(field.begin(), field.end(), '-', '_');
    return is_of_config ? '"' + field + '"' : "--" + setting;
}
inline std::string credential_settings::auth_of(const std::string& word) const {
    return is_of_config ? "\"auth\": \"" + word + '"' : "--auth " + word;
}

inline void credential_settings::check() const {
    const auth_kind chosen = kind();
    if (chosen == auth_kind::command && token_command.empty())
        throw std::invalid_argument(auth_of("command") + " needs a " + name_of("token-command"));
    if (chosen != auth_kind::command && !token_command.empty())
        throw std::invalid_argument(name_of("token-command") + " is for " + auth_of("command"));
    if (chosen == auth_kind::key && key_file.empty() && key_env.empty())
        throw std::invalid_argument(auth_of("key") + " needs a " + name_of("key-file") + " or a " +
                                    name_of("key-env"));
    if (!audience.empty() && chosen != auth_kind::entra && chosen != auth_kind::managed)
        throw std::invalid_argument(name_of("audience") + " is for " + auth_of("entra") + " and " +
                                    auth_of("managed"));
    if (langexport::detail::find_invisible(audience) != std::string::npos)
        throw std::invalid_argument(name_of("audience") +
                                    " has a space, control or non-ASCII character");
    // Without a config, the variables of keys have their default names.
    for (const auto& [name, is_there] :
         {std::pair("key-file", !key_file.empty()), std::pair("key2-file", !key2_file.empty()),
          std::pair("key-env", is_of_config && !key_env.empty()),
          std::pair("key2-env", is_of_config && !key2_env.empty())})
        if (chosen != auth_kind::key && is_there)
            throw std::invalid_argument(name_of(name) + " is for " + auth_of("key"));
    if (chosen == auth_kind::key && has_second_key() && key_file.empty() &&
        !is_set(key_env.c_str()))
        throw std::invalid_argument("there is a second key and no first one");
    if (chosen == auth_kind::entra && !(is_set("AZURE_TENANT_ID") && is_set("AZURE_CLIENT_ID")))
        throw std::invalid_argument(auth_of("entra") +
                                    " needs AZURE_TENANT_ID and AZURE_CLIENT_ID");
    if (chosen == auth_kind::entra && !is_set("AZURE_CLIENT_SECRET") &&
        !is_set("AZURE_FEDERATED_TOKEN_FILE"))
        throw std::invalid_argument(auth_of("entra") +
                                    " needs AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE");
}

inline std::vector<langexport::subscription_key> credential_settings::keys() const {
    std::vector<langexport::subscription_key> found;
    const auto read = [&found](const std::filesystem::path& file, const std::string& variable,
                               const std::string& name) {
        const auto reject = [&](const std::string& why) {
            langexport::detail::throw_error(langexport::errc::invalid_configuration, name + why);
        };
        try {
            found.push_back(file.empty() ? langexport::read_key_variable(variable)
                                         : langexport::read_key_file(file));
        } catch (const langexport::file_error& error) {
            reject(error.what());
        } catch (const langexport::export_error& error) {
            reject(error.diagnostics().detail);
        }
    };
    if (kind() != auth_kind::key)
        return found;
    // In a config the field, else the option; the variable names itself.
    const auto name_of_key = [this](const std::filesystem::path& file, const std::string& key) {
        return is_of_config   ? "." + key + (file.empty() ? "_env: " : "_file: ")
               : file.empty() ? std::string()
                              : "--" + key + "-file: ";
    };
    read(key_file, key_env, name_of_key(key_file, "key"));
    if (has_second_key())
        read(key2_file, key2_env, name_of_key(key2_file, "key2"));
    return found;
}

/// The audience of tokens in the cloud of an endpoint; empty if its name says nothing about it, as that of a gateway.
inline std::string audience_of(const std::string& endpoint) {
    const std::string host = langexport::endpoint::parse(endpoint, true).origin().host;
    for (const char* const cloud : {"azure.com", "azure.us", "azure.cn"})
        if (host.ends_with(std::string(".") + cloud))
            return std::string("https://cognitiveservices.") + cloud;
    return {};
}

inline std::string credential_settings::audience_for(const std::string& endpoint,
                                                     const std::string& of_environment) const {
    const std::string_view named = audience, end = "/.default"; // of a scope
    if (!named.empty())
        return std::string(named.substr(0, named.size() - (named.ends_with(end) ? end.size() : 0)));
    const std::string of_cloud =
        is_set("AZURE_LANGUAGE_AUDIENCE") ? std::string() : audience_of(endpoint);
    return of_cloud.empty() ? of_environment : of_cloud;
}

inline langexport::bearer_token_source
credential_settings::application(const std::string& endpoint,
                                 const connection_settings& connection) const {
    using langexport::environment_text;
    langexport::entra_options options = langexport::entra_options_from_environment();
    const std::string end = "/.default";
    options.scope =
        audience_for(endpoint, options.scope.substr(0, options.scope.size() - end.size())) + end;
    options.ca_file = connection.ca_file.string();
    options.ca_folder = connection.ca_folder.string();
    if (langexport::detail::uses_proxy(options.authority_host))
        options.proxy = connection.proxy_to(options.authority_host);
    if (is_set("AZURE_CLIENT_SECRET"))
        return langexport::entra_client_secret(options, environment_text("AZURE_CLIENT_SECRET"));
    return langexport::entra_workload_identity(options,
                                               environment_text("AZURE_FEDERATED_TOKEN_FILE"));
}

inline langexport::credential
credential_settings::make(const std::string& endpoint, const connection_settings& connection,
                          const std::vector<langexport::subscription_key>& keys) const {
    switch (kind()) {
    case auth_kind::entra:
        return application(endpoint, connection);
    case auth_kind::managed: {
        langexport::managed_identity_options options =
            langexport::managed_identity_options_from_environment();
        options.resource = audience_for(endpoint, options.resource);
        return langexport::managed_identity(options);
    }
    case auth_kind::command:
        return tool::token_command(token_command, "the " + name_of("token-command"));
    case auth_kind::key:
        break;
    }
    return keys.size() == 1 ? langexport::credential(keys[0])
                            : langexport::credential(keys[0], keys[1]);
}

} // namespace tool

#endif
