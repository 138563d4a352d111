#include "support/tls_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace langexport_tests {

namespace {

int check(int result) {
    if (result < 0)
        throw std::system_error(errno, std::generic_category(), "tls_server");
    return result;
}

void require(bool is_good) {
    if (!is_good)
        throw std::runtime_error("tls_server: OpenSSL");
}

using bio_ptr = std::unique_ptr<BIO, decltype([](BIO* bio) { BIO_free(bio); })>;

std::string text_of(const bio_ptr& bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return std::string(data, static_cast<std::size_t>(size));
}

} // namespace

tls_server::tls_server(const langexport::testing::server_certificate& identity, conversation talk,
                       const std::function<void(SSL_CTX*)>& prepare)
    : context_(SSL_CTX_new(TLS_server_method())), talk_(std::move(talk)) {
    namespace ssl = boost::asio::ssl;
    std::signal(SIGPIPE, SIG_IGN); // OpenSSL may write to a closed connection
    require(context_ != nullptr && SSL_CTX_up_ref(context_.get()) == 1);
    ssl::context loading(context_.get()); // gives its reference back
    loading.use_certificate(boost::asio::buffer(identity.certificate_pem), ssl::context::pem);
    loading.use_private_key(boost::asio::buffer(identity.private_key_pem), ssl::context::pem);
    prepare(context_.get());
    listener_ = check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in local{};
    local.sin_family = AF_INET;
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(local);
    check(bind(listener_, reinterpret_cast<sockaddr*>(&local), size));
    check(listen(listener_, 16));
    check(getsockname(listener_, reinterpret_cast<sockaddr*>(&local), &size));
    port_ = ntohs(local.sin_port);
    thread_ = std::thread([this] { run(); });
}

tls_server::~tls_server() {
    is_ending_ = true;
    shutdown(listener_, SHUT_RDWR); // ends the wait for a connection
    thread_.join();
    close(listener_);
}

void tls_server::run() {
    while (!is_ending_) {
        const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0)
            continue;
        ++accepted_;
        // A failed test does not hang.
        const timeval most{20, 0};
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most));
        setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof(most));
        SSL* const tls = SSL_new(context_.get());
        SSL_set_fd(tls, connection);
        SSL_set_accept_state(tls);
        talk_(tls);
        SSL_free(tls);
        close(connection);
        ++served_;
    }
}

bool write_all(SSL* tls, std::string_view bytes) {
    std::size_t written = 0;
    return SSL_write_ex(tls, bytes.data(), bytes.size(), &written) == 1 && written == bytes.size();
}

void wait_until_received(SSL* tls) {
    int unacknowledged = 0;
    while (ioctl(SSL_get_fd(tls), SIOCOUTQ, &unacknowledged) == 0 && unacknowledged > 0)
        std::this_thread::yield();
}

std::string read_request(SSL* tls) {
    std::string all;
    char byte = 0;
    std::size_t count = 0;
    while (all.find("\r\n\r\n") == std::string::npos && SSL_read_ex(tls, &byte, 1, &count) == 1)
        all += byte;
    return all;
}

void read_to_end(SSL* tls) {
    std::array<char, 1024> bytes;
    while (read(SSL_get_fd(tls), bytes.data(), bytes.size()) > 0) {
    }
}

namespace {

struct extension {
    int id;
    const char* value; // as in OpenSSL's configuration
};

langexport::testing::server_certificate
self_signed_certificate(const std::string& common_name, std::initializer_list<extension> more) {
    using key_ptr = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* key) { EVP_PKEY_free(key); })>;
    using certificate_ptr = std::unique_ptr<X509, decltype([](X509* x) { X509_free(x); })>;
    const key_ptr key(EVP_EC_gen("P-256"));
    const certificate_ptr created(X509_new());
    require(key && created);
    X509* const x = created.get();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_NAME* const name = X509_get_subject_name(x);
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(common_name.c_str()),
                                       -1, -1, 0) == 1);
    X509_set_issuer_name(x, name);
    X509_set_pubkey(x, key.get());
    for (const extension& each : more) {
        X509_EXTENSION* const made = X509V3_EXT_conf_nid(nullptr, nullptr, each.id, each.value);
        require(made && X509_add_ext(x, made, -1) == 1);
        X509_EXTENSION_free(made);
    }
    require(X509_sign(x, key.get(), EVP_sha256()) > 0);
    const bio_ptr certificate(BIO_new(BIO_s_mem())), secret(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_X509(certificate.get(), x) == 1 &&
            PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                     nullptr) == 1);
    langexport::testing::server_certificate result;
    result.certificate_pem = result.authority_pem = text_of(certificate);
    result.private_key_pem = text_of(secret);
    return result;
}

} // namespace

langexport::testing::server_certificate certificate_without_names(const std::string& common_name) {
    return self_signed_certificate(common_name, {});
}

langexport::testing::server_certificate certificate_for_usage(const char* usage) {
    return self_signed_certificate(
        "localhost", {{NID_subject_alt_name, "DNS:localhost"}, {NID_ext_key_usage, usage}});
}

} // namespace langexport_tests
