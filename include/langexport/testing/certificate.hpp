#ifndef LANGEXPORT_TESTING_CERTIFICATE_HPP
#define LANGEXPORT_TESTING_CERTIFICATE_HPP

#include <langexport/version.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {

/// The contents of a certificate that is created at run time.
class certificate_options {
public:
    /// Valid now, for localhost, 127.0.0.1 and ::1.
    certificate_options() {}

    /// Host names it is valid for. Default: localhost.
    std::vector<std::string> host_names = std::vector<std::string>(1, "localhost");
    /// IP addresses it is valid for. Default: 127.0.0.1 and ::1.
    std::vector<std::string> ip_addresses = loopback_addresses();
    /// Age of the certificate: it is valid from now less this. Default: one hour.
    std::chrono::seconds age = std::chrono::hours(1);
    /// It is valid until now plus this; a negative value creates an expired one. Default: 30 days.
    std::chrono::seconds remaining = std::chrono::hours(24 * 30);

private:
    LANGEXPORT_DECL static std::vector<std::string> loopback_addresses();
};

/// A certificate, its private key, and the authority that a client must trust for it.
class server_certificate {
public:
    /// Empty.
    server_certificate() {}

    /// The authority's certificate, PEM: the CA file of a client.
    std::string authority_pem;
    /// The server's certificate, PEM.
    std::string certificate_pem;
    /// The server's private key, PEM.
    std::string private_key_pem;
};

/// Creates an authority and a server certificate signed by it, both with EC P-256 keys. The
/// authority's key is deleted at once. A client can present the certificate, too.
///
/// @param options  The contents of the certificate.
/// @return         The certificate.
/// @throws boost::system::system_error  OpenSSL failed (for an invalid IP address, for instance).
LANGEXPORT_DECL server_certificate make_certificate(const certificate_options& options);

} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/certificate.ipp>
#endif

#endif
