#ifndef LANGEXPORT_IDENTITY_ENTRA_OPTIONS_HPP
#define LANGEXPORT_IDENTITY_ENTRA_OPTIONS_HPP

#include <langexport/identity/identity_timeouts.hpp>
#include <langexport/proxy.hpp>
#include <langexport/version.hpp>

#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {

/// An application in Microsoft Entra ID, and where it requests its tokens.
///
/// The functions that make a source of tokens from it validate every field. They throw export_error
/// (errc::invalid_configuration) with a message that names the field and does not show its value.
///
/// A plain value. Thread safety: as the standard library's types.
class entra_options {
public:
    /// No application yet: set `tenant_id` and `client_id`.
    entra_options() {}
    /// @param tenant  See `tenant_id`.
    /// @param client  See `client_id`.
    entra_options(std::string tenant, std::string client)
        : tenant_id(std::move(tenant)), client_id(std::move(client)) {}

    /// The tenant (directory): its id, or one of its domain names. Letters, digits, hyphens and dots.
    std::string tenant_id;
    /// The application's id ("Application (client) ID" in the portal). Letters, digits, hyphens, dots,
    /// underscores and tildes.
    std::string client_id;
    /// The authority: `https`, or `http` if its host is this machine or in 169.254.0.0/16. Other clouds have their own: for Azure
    /// Government `https://login.microsoftonline.us`, for Azure operated by 21Vianet
    /// `https://login.chinacloudapi.cn`. The secret is sent to this origin and to no other.
    std::string authority_host = "https://login.microsoftonline.com";
    /// What the token is for. In other clouds, for example `https://cognitiveservices.azure.us/.default`.
    std::string scope = "https://cognitiveservices.azure.com/.default";
    /// A PEM file of certificates to trust instead of the system's. Empty: the system's.
    std::string ca_file;
    /// An HTTP proxy on the way to the authority. Empty: none; see `proxy_from_environment`. An authority on
    /// this machine or in 169.254.0.0/16 is always reached without it.
    proxy_url proxy;
    /// Time limits of one request.
    identity_timeouts timeouts;
};

} // namespace v0
} // namespace langexport

#endif
