#ifndef LANGEXPORT_IDENTITY_TOKEN_CHAIN_HPP
#define LANGEXPORT_IDENTITY_TOKEN_CHAIN_HPP

#include <langexport/credential.hpp>
#include <langexport/version.hpp>

#include <vector>

namespace langexport {
inline namespace v0 {

/// A source that tries several sources in order.
///
/// The first source that returns a token is used from then on, and errors of that source are reported
/// unchanged. If no source returns a token, the error is errc::credential_unavailable and contains the
/// message of each source. It is permanent if all of them are.
///
/// @param sources  At least one: ready-made sources and coroutines of the program.
/// @return         The source.
/// @throws export_error (errc::invalid_configuration) if there is none.
/// @ingroup identity
LANGEXPORT_DECL bearer_token_source token_chain(std::vector<bearer_token_source> sources);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/identity/impl/token_chain.ipp>
#endif

#endif
