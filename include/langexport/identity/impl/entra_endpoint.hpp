#ifndef LANGEXPORT_IDENTITY_IMPL_ENTRA_ENDPOINT_HPP
#define LANGEXPORT_IDENTITY_IMPL_ENTRA_ENDPOINT_HPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/detail/protocol/token_request.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/identity/entra_options.hpp>
#include <langexport/identity/impl/issuer_source.hpp>
#include <langexport/version.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The application's credential for one request: a client secret or a signed assertion.
using proof_function = std::function<std::shared_ptr<const secret_bytes>()>;

// Host and path prefix of an authority. Throws an error whose sentence begins with the name.
LANGEXPORT_DECL split_url parse_entra_authority(std::string_view name, const std::string& url);

// The token endpoint of an application. Throws if the options are not valid. The caller sets `subject` and `advice`.
LANGEXPORT_DECL token_endpoint make_entra_endpoint(const entra_options& options, client_proof kind,
                                                   proof_function proof);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/identity/impl/entra_endpoint.ipp>
#endif

#endif
