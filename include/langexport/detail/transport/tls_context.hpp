#ifndef LANGEXPORT_DETAIL_TRANSPORT_TLS_CONTEXT_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_TLS_CONTEXT_HPP

#include <langexport/detail/transport/session_store.hpp>
#include <langexport/detail/transport/tls_settings.hpp>
#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

struct free_tls {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL* tls) const noexcept { SSL_free(tls); }
    void operator()(BIO_METHOD* method) const noexcept { BIO_meth_free(method); }
};

// The common settings of a client's TLS connections. It outlives all of them.
struct tls_context {
    session_store sessions;
    std::unique_ptr<BIO_METHOD, free_tls> carrying; // connects them with their transports
    std::unique_ptr<SSL_CTX, free_tls> native;
};

// TLS 1.3, or 1.2 with suites that have forward secrecy and authenticated encryption, without renegotiation; the peer
// is verified. Sessions belong to the context and are shared with no other. Returns null if the settings cannot be
// used, or if there are no trusted certificates; `problem` then has the reason.
LANGEXPORT_DECL std::shared_ptr<tls_context> make_tls_context(const tls_settings& settings,
                                                              tls_problem& problem);

// Makes `tls` send the host name to the server (SNI), and accept only a certificate with the host as a subject
// alternative name. The common name is ignored (RFC 9525).
LANGEXPORT_DECL error_code expect_host(SSL* tls, const std::string& host);

// Why a certificate of the peer was rejected, and which one; empty if something else failed.
LANGEXPORT_DECL std::string certificate_problem(SSL* tls);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/tls_context.ipp>
#endif

#endif
