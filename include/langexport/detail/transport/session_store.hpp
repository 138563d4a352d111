#ifndef LANGEXPORT_DETAIL_TRANSPORT_SESSION_STORE_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_SESSION_STORE_HPP

#include <langexport/version.hpp>

#include <openssl/ssl.h>

#include <array>
#include <cstddef>
#include <ctime>
#include <memory>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

struct free_session {
    void operator()(SSL_SESSION* session) const noexcept { SSL_SESSION_free(session); }
};
using session_ptr = std::unique_ptr<SSL_SESSION, free_session>;

// Whether the session can be offered: it can be resumed and is within the lifetime that its server set.
LANGEXPORT_DECL bool can_be_offered(const SSL_SESSION* session, std::time_t now) noexcept;

// The TLS sessions that a client may resume, which saves half of a handshake. They belong to one SSL_CTX, so to one
// client and its trusted certificates. Used on that client's strand only.
class session_store {
public:
    // A full handshake usually yields two sessions, and a resumed one as many as it uses.
    static constexpr std::size_t capacity = 16;

    session_store() = default;
    session_store(const session_store&) = delete;
    session_store& operator=(const session_store&) = delete;

    // Stores the sessions of the context here. The store must outlive all SSL objects of the context.
    LANGEXPORT_DECL void attach_to(SSL_CTX* context) noexcept;

    // Replaces the oldest session if the store is full.
    LANGEXPORT_DECL void put(session_ptr session) noexcept;
    // The newest session that can be offered, or null. It is removed: a ticket of TLS 1.3 is for one use, and a
    // session that its server has dropped is not offered again and again.
    LANGEXPORT_DECL session_ptr pop(std::time_t now) noexcept;
    std::size_t size() const noexcept { return size_; }
    // Removes all sessions.
    LANGEXPORT_DECL void clear() noexcept;

    // Called when a handshake that offered a session has failed. The session may be the reason: a server that
    // verifies client certificates and has no session context rejects each resumption. Removes all sessions; after
    // several rejections in succession, the store accepts no more sessions.
    LANGEXPORT_DECL void count_rejection() noexcept;
    // Called when a session was resumed.
    void count_resumption() noexcept { rejections_ = 0; }

private:
    static constexpr int most_rejections = 3;

    std::array<session_ptr, capacity> kept_; // the newest last
    std::size_t size_ = 0;
    int rejections_ = 0; // since a session was resumed
};

// Called before the handshake: offers a session from the store of the context of `tls`. Returns false if there is
// none.
LANGEXPORT_DECL bool offer_session(SSL* tls, std::time_t now) noexcept;
// Called after a successful handshake. TLS 1.2 sends no further ticket for a resumed session: it can be used again.
LANGEXPORT_DECL void keep_resumed_session(SSL* tls) noexcept;
// Called before `tls` is freed, even after a failure: otherwise OpenSSL treats its session as aborted and marks it as
// unusable, in the store, too. A session that really failed was marked before.
LANGEXPORT_DECL void spare_session(SSL* tls) noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/session_store.ipp>
#endif

#endif
