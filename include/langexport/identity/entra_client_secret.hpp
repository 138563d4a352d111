#ifndef LANGEXPORT_IDENTITY_ENTRA_CLIENT_SECRET_HPP
#define LANGEXPORT_IDENTITY_ENTRA_CLIENT_SECRET_HPP

#include <langexport/credential.hpp>
#include <langexport/identity/entra_options.hpp>
#include <langexport/version.hpp>

#include <string>

namespace langexport {
inline namespace v0 {

/// @defgroup identity Ready-made sources of tokens
/// Sources of access tokens of Microsoft Entra ID, for `credential`.
///
/// They are not part of `langexport.hpp`: include the header of each one. Each source sends one request
/// per token and stores no token: the client stores it, requests the next one in time, and decides about
/// retries. A source starts no thread. While no request is in progress it does not keep
/// `io_context::run()` from returning. Copies of a source share their settings and secrets; several
/// clients may use one at the same time.
///
/// @par Errors Every failure is an `export_error` of errc::credential_unavailable. Its `diagnostics`
/// have the issuer's own error code and description (`service`), its trace id (`request_id`), the HTTP
/// status and advice. If the issuer rejects the request (for example `invalid_client`,
/// `unauthorized_client`, `invalid_request` or `invalid_scope`), `diagnostics::is_permanent` is set and
/// the client does not retry. The client retries after responses with 408, 429 or 5xx, network failures
/// and responses that cannot be read; with a managed identity also after 404 and 410. `Retry-After` is
/// respected. Redirects are rejected.
///
/// @par Secrets
/// Secrets, assertions and tokens are sent to the configured origin and to no other. Their memory is wiped, and no
/// message contains them, even if the issuer returns them.

/// Returns a source of tokens for an application that has a client secret.
///
/// @param options  The application and its authority.
/// @param secret   The client secret's value (not its id): 1 to 1,024 visible ASCII characters. The string is
///                 wiped before the function returns.
/// @return         The source.
/// @throws export_error (errc::invalid_configuration) if an option or the secret cannot be used. The message names
///         the field, never the secret.
/// @ingroup identity
LANGEXPORT_TEMPLATE_DECL bearer_token_source entra_client_secret(entra_options options,
                                                                 std::string secret);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/identity/impl/entra_client_secret.ipp>
#endif

#endif
