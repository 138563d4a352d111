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
    /// The authority: `https`, or `http` if its host is this machine or in 169.254.0.0/16. Other clouds have
    /// their own: for Azure Government `https://login.microsoftonline.us`, for Azure operated by 21Vianet
    /// `https://login.chinacloudapi.cn`. The secret is sent to this origin and to no other.
    std::string authority_host = "https://login.microsoftonline.com";
    /// The scope of tokens: an audience with `/.default` behind it. It does not follow `authority_host`: in
    /// other clouds set it as well, for example to `https://cognitiveservices.azure.us/.default`.
    std::string scope = "https://cognitiveservices.azure.com/.default";
    /// A PEM file of certificates to trust. If `ca_file` or `ca_folder` is set, the system's certificates are not
    /// trusted; otherwise they are, see `client_params::ca_file`.
    std::string ca_file;
    /// A folder of certificates to trust, named by their hashes (`openssl rehash`).
    std::string ca_folder;
    /// An HTTP proxy on the way to the authority. Empty: none; see `proxy_from_environment`. An authority on
    /// this machine or in 169.254.0.0/16 is always reached without it.
    proxy_url proxy;
    /// Time limits of one request.
    identity_timeouts timeouts;
};

} // namespace v0
} // namespace langexport

#endif
