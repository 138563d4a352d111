#ifndef LANGEXPORT_TESTS_SUPPORT_MEMORY_TLS_HPP
#define LANGEXPORT_TESTS_SUPPORT_MEMORY_TLS_HPP

#include <langexport/detail/transport/tls_channel.hpp>
#include <langexport/testing/certificate.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace langexport_tests {

struct free_openssl {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL* tls) const noexcept { SSL_free(tls); }
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
template <class T>
using openssl_ptr = std::unique_ptr<T, free_openssl>;

inline void require_openssl(bool is_good) {
    if (!is_good)
        throw std::runtime_error("memory_tls: OpenSSL");
}

inline openssl_ptr<BIO> read_only(const std::string& text) {
    return openssl_ptr<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// The settings of a TLS server.
inline openssl_ptr<SSL_CTX>
server_context(const langexport::testing::server_certificate& identity) {
    openssl_ptr<SSL_CTX> made(SSL_CTX_new(TLS_server_method()));
    const auto certificate_text = read_only(identity.certificate_pem);
    const auto key_text = read_only(identity.private_key_pem);
    const openssl_ptr<X509> certificate(
        PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr));
    const openssl_ptr<EVP_PKEY> key(
        PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
    require_openssl(made && SSL_CTX_use_certificate(made.get(), certificate.get()) == 1 &&
                    SSL_CTX_use_PrivateKey(made.get(), key.get()) == 1);
    return made;
}

/// One TLS connection of a server, without a network: a pair of buffers connects it with a client.
class memory_tls_server {
public:
    explicit memory_tls_server(SSL_CTX* context) : tls_(SSL_new(context)) {
        BIO* own = nullptr;
        BIO* other = nullptr;
        require_openssl(tls_ && BIO_new_bio_pair(&own, 0, &other, 0) == 1);
        wire_.reset(other);
        SSL_set_bio(tls_.get(), own, own);
        SSL_set_accept_state(tls_.get());
    }

    SSL* native() const noexcept { return tls_.get(); }
    /// The client's end of the connection.
    BIO* wire() const noexcept { return wire_.get(); }

    /// Does what is possible now; whether the handshake is over.
    bool accept() { return SSL_do_handshake(tls_.get()) == 1; }
    bool write(std::string_view bytes) {
        std::size_t written = 0;
        return SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &written) == 1;
    }
    /// What has arrived.
    std::string read() {
        std::string all(100'000, '\0');
        std::size_t count = 0;
        if (SSL_read_ex(tls_.get(), all.data(), all.size(), &count) != 1)
            count = 0;
        all.resize(count);
        return all;
    }
    /// The connection ends, without close_notify.
    void hang_up() { BIO_shutdown_wr(SSL_get_wbio(tls_.get())); }

private:
    openssl_ptr<SSL> tls_;
    openssl_ptr<BIO> wire_;
};

/// Carries the bytes of a client of that server.
class memory_transport final : public langexport::detail::tls_transport {
public:
    explicit memory_transport(memory_tls_server& server) : server_(server) {}

    /// If set, the network has failed.
    langexport::error_code failure;

private:
    std::size_t receive(boost::asio::mutable_buffer into,
                        langexport::error_code& ec) noexcept override {
        const int size = static_cast<int>(into.size());
        return finish(failure ? 0 : BIO_read(server_.wire(), into.data(), size), ec);
    }
    std::size_t send(boost::asio::const_buffer from, langexport::error_code& ec) noexcept override {
        const int size = static_cast<int>(from.size());
        return finish(failure ? 0 : BIO_write(server_.wire(), from.data(), size), ec);
    }
    std::size_t finish(int count, langexport::error_code& ec) const noexcept {
        ec = {};
        if (count > 0)
            return static_cast<std::size_t>(count);
        ec = boost::asio::error::eof;
        if (failure)
            ec = failure;
        else if (BIO_should_retry(server_.wire()))
            ec = boost::asio::error::would_block;
        return 0;
    }

    memory_tls_server& server_;
};

/// Lets both sides speak in turn until their handshake is over, or cannot continue.
inline bool handshake(memory_tls_server& server, const std::function<bool()>& client) {
    bool is_client_done = false, is_server_done = false;
    for (int turn = 0; turn < 10 && !(is_client_done && is_server_done); ++turn) {
        is_client_done = client();
        is_server_done = server.accept();
    }
    return is_client_done && is_server_done;
}

} // namespace langexport_tests

#endif
