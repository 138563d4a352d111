#ifndef LANGEXPORT_IDENTITY_MANAGED_IDENTITY_HPP
#define LANGEXPORT_IDENTITY_MANAGED_IDENTITY_HPP

#include <langexport/credential.hpp>
#include <langexport/identity/identity_timeouts.hpp>
#include <langexport/version.hpp>

#include <string>

namespace langexport {
inline namespace v0 {

/// Selects a managed identity and the purpose of its tokens.
///
/// A plain value. Thread safety: as the standard library's types.
class managed_identity_options {
public:
    /// The identity that the system assigned.
    managed_identity_options() {}

    /// The client id of a user-assigned identity. Empty: the identity that the system assigned. Letters, digits,
    /// hyphens, dots, underscores and tildes.
    std::string client_id;
    /// The resource that tokens are for. In other clouds, for example
    /// `https://cognitiveservices.azure.us`.
    std::string resource = "https://cognitiveservices.azure.com";
    /// Time limits of one request.
    identity_timeouts timeouts;
};

/// Returns a source of tokens of a managed identity. If `IDENTITY_ENDPOINT` is set, it is the one of App
/// Service or Functions, otherwise that of the virtual machine, whose endpoint is
/// `http://169.254.169.254`.
///
/// This function reads the environment once. `IDENTITY_ENDPOINT` may be `http` only if its host is this
/// machine or an address in 169.254.0.0/16.
///
/// @param options  The identity.
/// @return         The source.
/// @throws export_error (errc::invalid_configuration) if an option, `IDENTITY_ENDPOINT` or `IDENTITY_HEADER` cannot
///         be used.
/// @ingroup identity
LANGEXPORT_TEMPLATE_DECL bearer_token_source
managed_identity(managed_identity_options options = managed_identity_options());

namespace detail {
struct identity_environment;
LANGEXPORT_TEMPLATE_DECL bearer_token_source make_managed_identity(
    const managed_identity_options& options, const identity_environment& environment);
} // namespace detail

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/identity/impl/managed_identity.ipp>
#endif

#endif
