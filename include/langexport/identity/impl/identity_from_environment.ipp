#ifndef LANGEXPORT_IDENTITY_IMPL_IDENTITY_FROM_ENVIRONMENT_IPP
#define LANGEXPORT_IDENTITY_IMPL_IDENTITY_FROM_ENVIRONMENT_IPP

#include <langexport/error.hpp>
#include <langexport/identity/entra_client_secret.hpp>
#include <langexport/identity/entra_workload_identity.hpp>
#include <langexport/identity/identity_from_environment.hpp>
#include <langexport/identity/impl/entra_endpoint.hpp>
#include <langexport/identity/impl/identity_environment.hpp>
#include <langexport/identity/impl/identity_options.hpp>
#include <langexport/identity/managed_identity.hpp>
#include <langexport/identity/token_chain.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL bool uses_proxy(const std::string& authority_host) {
    return !is_near(parse_issuer("entra_options::authority_host", authority_host).origin);
}

// The authority that the environment names; empty: none.
inline std::string authority_in(const identity_environment& environment) {
    const std::string authority = environment.variable("AZURE_AUTHORITY_HOST");
    return authority.empty() || authority.find("://") != std::string::npos ? authority
                                                                           : "https://" + authority;
}

// The audience of the tokens: the variable's, or else that of the authority's cloud.
inline std::string audience_from(const identity_environment& environment) {
    const std::string named = environment.variable("AZURE_LANGUAGE_AUDIENCE");
    if (named.empty())
        return audience_of_authority(authority_in(environment));
    check_word("AZURE_LANGUAGE_AUDIENCE", named);
    return audience_in(named);
}

LANGEXPORT_DECL entra_options make_entra_options(const identity_environment& environment) {
    entra_options options;
    for (const auto& [name, value] : {std::pair("AZURE_TENANT_ID", &options.tenant_id),
                                      std::pair("AZURE_CLIENT_ID", &options.client_id)}) {
        *value = environment.variable(name);
        if (value->empty())
            reject_option(name, "is not set");
        check_id(name, *value, true);
    }
    const std::string authority = authority_in(environment);
    if (!authority.empty())
        options.authority_host = authority;
    parse_entra_authority("AZURE_AUTHORITY_HOST", options.authority_host);
    options.scope = audience_from(environment) + "/.default";
    return options;
}

// The application, for a credential that the environment has.
inline entra_options application_of(const identity_environment& environment,
                                    const std::string& proof) {
    for (const char* const name : {"AZURE_TENANT_ID", "AZURE_CLIENT_ID"})
        if (environment.variable(name).empty())
            reject_option(proof, std::string("is set, but ") + name + " is not");
    entra_options options = make_entra_options(environment);
    if (uses_proxy(options.authority_host))
        options.proxy = proxy_from_environment(options.authority_host);
    return options;
}

LANGEXPORT_DECL managed_identity_options
make_managed_identity_options(const identity_environment& environment) {
    managed_identity_options options;
    options.client_id = environment.variable("AZURE_CLIENT_ID");
    check_id("AZURE_CLIENT_ID", options.client_id, false);
    options.resource = audience_from(environment);
    return options;
}

LANGEXPORT_TEMPLATE_DECL bearer_token_source
make_identity_from_environment(const identity_environment& environment) {
    std::vector<bearer_token_source> sources;
    std::string secret = environment.variable("AZURE_CLIENT_SECRET");
    if (!secret.empty())
        sources.push_back(entra_client_secret(application_of(environment, "AZURE_CLIENT_SECRET"),
                                              std::move(secret)));
    const std::string file = environment.variable("AZURE_FEDERATED_TOKEN_FILE");
    if (!file.empty())
        sources.push_back(entra_workload_identity(
            application_of(environment, "AZURE_FEDERATED_TOKEN_FILE"), file));
    managed_identity_options options = make_managed_identity_options(environment);
    const bool is_app = !environment.variable("IDENTITY_ENDPOINT").empty();
    if (sources.empty() && !is_app) {
        if (options.client_id.empty())
            throw_error(errc::invalid_configuration,
                        "the environment describes no identity: set AZURE_TENANT_ID, "
                        "AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or AZURE_TENANT_ID, "
                        "AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE, or IDENTITY_ENDPOINT "
                        "and IDENTITY_HEADER, or AZURE_CLIENT_ID alone for the managed identity "
                        "of a virtual machine; AZURE_AUTHORITY_HOST and AZURE_LANGUAGE_AUDIENCE "
                        "are optional, for other clouds");
        // Most machines have no such endpoint, and nothing there may ever respond.
        constexpr std::chrono::seconds longest_wait{1};
        options.timeouts.connect = options.timeouts.response = options.timeouts.whole =
            longest_wait;
    }
    if (sources.empty() || is_app)
        sources.push_back(make_managed_identity(options, environment));
    return sources.size() == 1 ? sources.front() : token_chain(std::move(sources));
}

} // namespace detail

LANGEXPORT_TEMPLATE_DECL bearer_token_source identity_from_environment() {
    return detail::make_identity_from_environment(detail::system_identity_environment());
}

LANGEXPORT_DECL managed_identity_options managed_identity_options_from_environment() {
    return detail::make_managed_identity_options(detail::system_identity_environment());
}

LANGEXPORT_DECL entra_options entra_options_from_environment() {
    return detail::make_entra_options(detail::system_identity_environment());
}

} // namespace v0
} // namespace langexport

#endif
