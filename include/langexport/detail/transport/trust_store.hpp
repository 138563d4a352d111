#ifndef LANGEXPORT_DETAIL_TRANSPORT_TRUST_STORE_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_TRUST_STORE_HPP

#include <langexport/detail/transport/tls_settings.hpp>
#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <openssl/x509.h>

#include <memory>

namespace langexport {
inline namespace v0 {
namespace detail {

struct free_store {
    void operator()(X509_STORE* store) const noexcept { X509_STORE_free(store); }
};
using store_ptr = std::unique_ptr<X509_STORE, free_store>;

// The certificates to trust: those of the settings, or else the system's, which are loaded once for the process. Null
// if there are none; `problem` then has the reason.
LANGEXPORT_DECL store_ptr trusted_certificates(const tls_settings& settings, tls_problem& problem);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/trust_store.ipp>
#endif

#endif
