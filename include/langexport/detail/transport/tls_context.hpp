#ifndef LANGEXPORT_DETAIL_TRANSPORT_TLS_CONTEXT_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_TLS_CONTEXT_HPP

#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// TLS 1.2 or later, the peer is verified. Trusts the certificates of a file, or the system's, which are
// loaded once for the process (that takes tens of milliseconds). Sessions are kept with the context
// and shared with no other. Null if there is nothing to trust; `why` then says where it was looked
// for, or what is wrong with the file.
LANGEXPORT_DECL std::shared_ptr<boost::asio::ssl::context>
make_tls_context(const std::string& ca_file, std::string& why);

// Has `tls` announce the host and accept no certificate but one of it.
LANGEXPORT_DECL error_code expect_host(SSL* tls, const std::string& host);

// Why the peer's certificate was not accepted; empty if that is not what failed.
LANGEXPORT_DECL std::string certificate_trouble(SSL* tls);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/tls_context.ipp>
#endif

#endif
