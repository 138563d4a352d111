#include <langexport/detail/transport/session_store.hpp>
#include <langexport/testing/certificate.hpp>

#include "support/catch.hpp"
#include "support/memory_tls.hpp"

#include <openssl/ssl.h>

#include <cstddef>
#include <ctime>
#include <memory>
#include <optional>

namespace session_store_test {

using namespace langexport;
using namespace langexport::detail;
using langexport_tests::memory_tls_server;
using langexport_tests::openssl_ptr;

namespace {

session_ptr made_session(unsigned char id, long time, long lifetime) {
    session_ptr session(SSL_SESSION_new());
    SSL_SESSION_set1_id(session.get(), &id, 1);
#if OPENSSL_VERSION_NUMBER >= 0x30300000L
    SSL_SESSION_set_time_ex(session.get(), time);
#else
    SSL_SESSION_set_time(session.get(), time);
#endif
    SSL_SESSION_set_timeout(session.get(), lifetime);
    return session;
}

// 0 for none.
unsigned id_of(const session_ptr& session) {
    unsigned size = 0;
    const unsigned char* id = session ? SSL_SESSION_get_id(session.get(), &size) : nullptr;
    return size == 0 ? 0 : id[0];
}

// A server, and a client with a store of sessions. Each connection is made in memory.
class tls_pair {
public:
    tls_pair(int version, bool is_trusted) : client_(SSL_CTX_new(TLS_client_method())) {
        SSL_CTX_set_max_proto_version(server_.get(), version);
        if (is_trusted) {
            const auto text = langexport_tests::read_only(identity_.authority_pem);
            const openssl_ptr<X509> authority(
                PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
            X509_STORE_add_cert(SSL_CTX_get_cert_store(client_.get()), authority.get());
        }
        store.attach_to(client_.get());
    }

    // Connects, and receives the tickets that the server sends.
    void connect() {
        peer.emplace(server_.get());
        client.reset(SSL_new(client_.get()));
        BIO_up_ref(peer->wire());
        SSL_set_bio(client.get(), peer->wire(), peer->wire());
        SSL_set_connect_state(client.get());
        has_offered = offer_session(client.get(), std::time(nullptr));
        REQUIRE(langexport_tests::handshake(
            *peer, [this] { return SSL_do_handshake(client.get()) == 1; }));
        char byte = 0;
        std::size_t count = 0;
        SSL_read_ex(client.get(), &byte, 1, &count);
    }
    bool is_resumed() const { return SSL_session_reused(client.get()) == 1; }

private:
    testing::server_certificate identity_ =
        testing::make_certificate(testing::certificate_options());
    openssl_ptr<SSL_CTX> server_ = langexport_tests::server_context(identity_);

public:
    session_store store; // outlives the connections

private:
    openssl_ptr<SSL_CTX> client_;

public:
    std::optional<memory_tls_server> peer;
    openssl_ptr<SSL> client;
    bool has_offered = false;
};

} // namespace

TEST_CASE("each TLS session is used once, the newest first, and their number is limited",
          "[session_store]") {
    constexpr auto most = static_cast<unsigned char>(session_store::capacity);
    session_store store;
    CHECK(id_of(store.pop(1000)) == 0);
    for (unsigned char i = 1; i <= most + 3; ++i)
        store.put(made_session(i, 1000, 60));
    CHECK(store.size() == most);
    for (unsigned char i = most + 3; i > 3; --i)
        CHECK(id_of(store.pop(1000)) == i);
    CHECK(id_of(store.pop(1000)) == 0);
    store.put(nullptr);
    CHECK(store.size() == 0);
}

TEST_CASE("a session that is too old or not resumable is not offered", "[session_store]") {
    const auto session = made_session(1, 1000, 60);
    CHECK(can_be_offered(session.get(), 1000));
    CHECK(can_be_offered(session.get(), 1059));
    CHECK_FALSE(can_be_offered(session.get(), 1060));
    CHECK_FALSE(can_be_offered(session.get(), 999)); // the clock was set back
    const session_ptr empty(SSL_SESSION_new());
    CHECK_FALSE(can_be_offered(empty.get(), std::time(nullptr)));

    session_store store;
    store.put(made_session(1, 1000, 60));
    store.put(made_session(2, 900, 60));
    CHECK(id_of(store.pop(1000)) == 1);
    CHECK(store.size() == 0);
}

TEST_CASE("a session store stops offering sessions when a server rejects several in a row",
          "[session_store]") {
    session_store store;
    const auto reject = [&store] {
        store.put(made_session(1, 1000, 60));
        store.count_rejection();
        CHECK(store.size() == 0);
    };
    for (int i = 0; i < 2; ++i)
        reject();
    store.count_resumption();
    for (int i = 0; i < 3; ++i) {
        store.put(made_session(1, 1000, 60));
        CHECK(store.size() == 1);
        reject();
    }
    store.put(made_session(1, 1000, 60));
    CHECK(store.size() == 0);
}

TEST_CASE("a verified session is resumed by the next connection, again and again",
          "[session_store]") {
    tls_pair tls(GENERATE(TLS1_2_VERSION, TLS1_3_VERSION), true);
    tls.connect();
    CHECK_FALSE(tls.has_offered);
    CHECK_FALSE(tls.is_resumed());
    keep_resumed_session(tls.client.get()); // it was a full handshake
    const std::size_t sessions = tls.store.size();
    REQUIRE(sessions > 0);
    for (int i = 0; i < 5; ++i) {
        spare_session(tls.client.get());
        tls.connect();
        CHECK(tls.has_offered);
        CHECK(tls.is_resumed());
        keep_resumed_session(tls.client.get());
        CHECK(tls.store.size() == sessions); // as many as before
    }
}

TEST_CASE("the session of an unverified peer is not stored", "[session_store]") {
    tls_pair tls(GENERATE(TLS1_2_VERSION, TLS1_3_VERSION), false);
    tls.connect(); // OpenSSL's default: the verification fails, and the handshake continues
    REQUIRE(SSL_get_verify_result(tls.client.get()) != X509_V_OK);
    CHECK(tls.store.size() == 0);
}

TEST_CASE("a session stays usable if its connection ends without a close_notify",
          "[session_store]") {
    tls_pair tls(TLS1_2_VERSION, true);
    tls.connect();
    const bool is_spared = GENERATE(true, false);
    if (is_spared)
        spare_session(tls.client.get());
    tls.client.reset();
    CHECK((tls.store.pop(std::time(nullptr)) != nullptr) == is_spared);
}

TEST_CASE("a context without a store offers no session and keeps none", "[session_store]") {
    const openssl_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
    const openssl_ptr<SSL> tls(SSL_new(context.get()));
    CHECK_FALSE(offer_session(tls.get(), std::time(nullptr)));
    keep_resumed_session(tls.get()); // has no effect
    CHECK(SSL_get0_session(tls.get()) == nullptr);
}

} // namespace session_store_test
