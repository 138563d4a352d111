#ifndef LANGEXPORT_DETAIL_TRANSPORT_CLIENT_CERTIFICATE_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_CLIENT_CERTIFICATE_HPP

#include <langexport/detail/transport/tls_settings.hpp>
#include <langexport/version.hpp>

#include <openssl/ssl.h>

namespace langexport {
inline namespace v0 {
namespace detail {

// Makes the context present the client certificate of the settings, if there is one. Returns false if
// the certificate or its key cannot be used; then `problem` has the reason.
LANGEXPORT_DECL bool use_client_certificate(SSL_CTX* context, const tls_settings& settings,
                                            tls_problem& problem);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/client_certificate.ipp>
#endif

#endif
