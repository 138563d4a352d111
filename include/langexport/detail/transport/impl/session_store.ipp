#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_SESSION_STORE_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_SESSION_STORE_IPP

#include <langexport/detail/transport/session_store.hpp>

#include <openssl/err.h>
#include <openssl/x509.h>

#include <algorithm>

namespace langexport {
inline namespace v0 {
namespace detail {

// There is no function that frees, because OpenSSL would call it after a plug-in with this code was unloaded.
inline int place_of_store() noexcept {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

inline session_store* store_of(SSL* tls) noexcept {
    return static_cast<session_store*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(tls), place_of_store()));
}

// OpenSSL 3.4 deprecates the name that 3.0 has; its seconds end in 2038 if a long has 32 bits.
inline std::time_t time_of(const SSL_SESSION* session) noexcept {
#if OPENSSL_VERSION_NUMBER >= 0x30300000L
    return SSL_SESSION_get_time_ex(session);
#else
    return SSL_SESSION_get_time(session);
#endif
}

LANGEXPORT_DECL bool can_be_offered(const SSL_SESSION* session, std::time_t now) noexcept {
    if (SSL_SESSION_is_resumable(session) != 1)
        return false;
    // OpenSSL's default, or the server's value if it sent one.
    std::time_t lifetime = SSL_SESSION_get_timeout(session);
    if (const auto said = static_cast<std::time_t>(SSL_SESSION_get_ticket_lifetime_hint(session));
        said > 0)
        lifetime = (std::min)(lifetime, said);
    const std::time_t made = time_of(session);
    return made <= now && now - made < lifetime;
}

LANGEXPORT_DECL void session_store::attach_to(SSL_CTX* context) noexcept {
    if (SSL_CTX_set_ex_data(context, place_of_store(), this) != 1)
        return; // then every handshake is a full one
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    // TLS 1.2 calls this at the end of a full handshake, TLS 1.3 for every ticket.
    SSL_CTX_sess_set_new_cb(context, [](SSL* tls, SSL_SESSION* session) {
        session_store* const store = store_of(tls);
        // A resumed session is not verified again, so only verified sessions are kept.
        if (!store || SSL_get_verify_result(tls) != X509_V_OK)
            return 0;
        store->put(session_ptr(session));
        return 1;
    });
}

LANGEXPORT_DECL void session_store::put(session_ptr session) noexcept {
    if (!session || rejections_ >= most_rejections)
        return;
    if (size_ == capacity) {
        std::move(kept_.begin() + 1, kept_.end(), kept_.begin());
        --size_;
    }
    kept_[size_++] = std::move(session);
}

LANGEXPORT_DECL session_ptr session_store::pop(std::time_t now) noexcept {
    while (size_ > 0) {
        session_ptr newest = std::move(kept_[--size_]);
        if (can_be_offered(newest.get(), now))
            return newest;
    }
    return nullptr;
}

LANGEXPORT_DECL void session_store::clear() noexcept {
    while (size_ > 0)
        kept_[--size_].reset();
}

LANGEXPORT_DECL void session_store::count_rejection() noexcept {
    clear();
    if (rejections_ < most_rejections)
        ++rejections_;
}

LANGEXPORT_DECL bool offer_session(SSL* tls, std::time_t now) noexcept {
    session_store* const store = store_of(tls);
    const session_ptr session = store ? store->pop(now) : nullptr;
    if (!session)
        return false;
    if (SSL_set_session(tls, session.get()) == 1)
        return true;
    ERR_clear_error(); // then it is a full handshake
    return false;
}

LANGEXPORT_DECL void keep_resumed_session(SSL* tls) noexcept {
    session_store* const store = store_of(tls);
    if (!store || SSL_session_reused(tls) != 1)
        return;
    store->count_resumption();
    if (SSL_version(tls) < TLS1_3_VERSION)
        store->put(session_ptr(SSL_get1_session(tls)));
}

LANGEXPORT_DECL void spare_session(SSL* tls) noexcept {
    SSL_set_shutdown(tls, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
