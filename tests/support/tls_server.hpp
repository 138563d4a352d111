#ifndef LANGEXPORT_TESTS_SUPPORT_TLS_SERVER_HPP
#define LANGEXPORT_TESTS_SUPPORT_TLS_SERVER_HPP

#include <langexport/testing/certificate.hpp>

#include <openssl/ssl.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace langexport_tests {

/// A TLS server for unusual behavior: OpenSSL on a blocking socket, on a thread of its own, with a
/// function of the test for each connection, one after the other.
class tls_server {
public:
    /// Serves one connection; the handshake is the function's, too.
    using conversation = std::function<void(SSL*)>;

    /// @param identity  What it presents; its certificate is for localhost and 127.0.0.1 by default.
    /// @param talk      Called on the server's thread.
    /// @param prepare   Changes other settings before the first connection.
    explicit tls_server(
        const langexport::testing::server_certificate& identity, conversation talk,
        const std::function<void(SSL_CTX*)>& prepare = [](SSL_CTX*) {});
    /// Waits until the connection that is served has ended.
    ~tls_server();
    tls_server(const tls_server&) = delete;
    tls_server& operator=(const tls_server&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    /// How many connections were accepted, and how many of them have ended.
    int accepted() const noexcept { return accepted_; }
    int served() const noexcept { return served_; }

private:
    void run();

    struct free_context {
        void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    };
    std::unique_ptr<SSL_CTX, free_context> context_;
    conversation talk_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<int> accepted_ = 0;
    std::atomic<int> served_ = 0;
    std::atomic<bool> is_ending_ = false;
    std::thread thread_;
};

/// Writes all of it; whether that went well.
bool write_all(SSL* tls, std::string_view bytes);
/// Until all that was written has reached the other side.
void wait_until_received(SSL* tls);
/// Reads up to an empty line, or up to the end.
std::string read_request(SSL* tls);
/// Reads until the peer has ended the connection.
void read_to_end(SSL* tls);

/// A certificate without a subject alternative name, which is its own authority.
langexport::testing::server_certificate certificate_without_names(const std::string& common_name);
/// A certificate for localhost, which is its own authority, with a text of OpenSSL's configuration as its extended
/// key usage, such as `serverAuth`.
langexport::testing::server_certificate certificate_for_usage(const char* usage);

} // namespace langexport_tests

#endif
