#ifndef LANGEXPORT_IDENTITY_IDENTITY_FROM_ENVIRONMENT_HPP
#define LANGEXPORT_IDENTITY_IDENTITY_FROM_ENVIRONMENT_HPP

#include <langexport/credential.hpp>
#include <langexport/identity/entra_options.hpp>
#include <langexport/identity/managed_identity.hpp>
#include <langexport/version.hpp>

#include <string>

namespace langexport {
inline namespace v0 {

/// A source as the environment describes it, with the variables that other tools for Azure use.
///
/// It is a `token_chain` of those that are described, in this order:
///   - a client secret: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`;
///   - a workload identity: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_FEDERATED_TOKEN_FILE`;
///   - the managed identity of App Service: `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`;
///   - if there is none of these, the managed identity of the virtual machine that `AZURE_CLIENT_ID` names. Each
///     request to its endpoint is limited to one second, because other machines have no such endpoint. To
///     wait longer, use `managed_identity`.
///
/// `AZURE_AUTHORITY_HOST` replaces the authority; without `https://` in front it is a host name. The tokens are for the
/// cloud of the authority: those of Azure Government (`login.microsoftonline.us`) and of Azure operated by 21Vianet
/// (`login.chinacloudapi.cn`) are known, every other one counts as the public cloud. In other clouds
/// `AZURE_LANGUAGE_AUDIENCE` is the audience of the tokens, such as `https://cognitiveservices.azure.us`.
/// `AZURE_CLIENT_ID` selects the managed identity as well. The proxy is that of `proxy_from_environment`. The
/// environment is read once, by this function.
///
/// @return  The source.
/// @throws export_error (errc::invalid_configuration) if no variable is set (the message lists them), if some of
///         those that belong together are missing, or if a value cannot be used.
/// @ingroup identity
LANGEXPORT_TEMPLATE_DECL bearer_token_source identity_from_environment();

/// The application that the environment describes: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and, if they are set,
/// `AZURE_AUTHORITY_HOST` and `AZURE_LANGUAGE_AUDIENCE`, as for `identity_from_environment`. For a program
/// that reads its client secret or token file elsewhere, or needs other options as well.
///
/// @return  The options; all others have their defaults, `entra_options::proxy` too.
/// @throws export_error (errc::invalid_configuration) if one of the first two variables is not set, or a value cannot
///         be used. The message names the variable, not its value.
LANGEXPORT_DECL entra_options entra_options_from_environment();

/// The managed identity that the environment describes. `AZURE_CLIENT_ID` selects it, and
/// `AZURE_AUTHORITY_HOST` and `AZURE_LANGUAGE_AUDIENCE` determine the audience of its tokens, as for
/// `identity_from_environment`. No variable is required.
///
/// @return  The options; the time limits have their defaults.
/// @throws export_error (errc::invalid_configuration) if a value cannot be used. The message names the
///         variable, not its value.
LANGEXPORT_DECL managed_identity_options managed_identity_options_from_environment();

namespace detail {
struct identity_environment;
LANGEXPORT_TEMPLATE_DECL bearer_token_source
make_identity_from_environment(const identity_environment& environment);
LANGEXPORT_DECL entra_options make_entra_options(const identity_environment& environment);
LANGEXPORT_DECL managed_identity_options
make_managed_identity_options(const identity_environment& environment);
// Whether requests to an authority use the proxy of the environment. If they do not, its value is not checked.
LANGEXPORT_DECL bool uses_proxy(const std::string& authority_host);
} // namespace detail

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/identity/impl/identity_from_environment.ipp>
#endif

#endif
