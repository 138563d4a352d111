#ifndef LANGEXPORT_IDENTITY_ENTRA_WORKLOAD_IDENTITY_HPP
#define LANGEXPORT_IDENTITY_ENTRA_WORKLOAD_IDENTITY_HPP

#include <langexport/credential.hpp>
#include <langexport/identity/entra_options.hpp>
#include <langexport/version.hpp>

#include <filesystem>

namespace langexport {
inline namespace v0 {

/// Returns a source of tokens for an application that trusts another issuer, such as a Kubernetes
/// cluster (workload identity federation).
///
/// The source reads the file again for each token, because the cluster replaces it. If the file cannot
/// be read or contains no token, the client retries.
///
/// @param options     The application and its authority.
/// @param token_file  A file that contains only the other issuer's token, at most 64 KiB. White space at
///                    its end is ignored. Reading it blocks, so it should be a local file.
/// @return            The source.
/// @throws export_error (errc::invalid_configuration) if an option cannot be used or the path is empty.
/// @ingroup identity
LANGEXPORT_TEMPLATE_DECL bearer_token_source
entra_workload_identity(entra_options options, std::filesystem::path token_file);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/identity/impl/entra_workload_identity.ipp>
#endif

#endif
