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

// Whether it is worth offering: it can be resumed and is no older than its server said.
LANGEXPORT_DECL bool can_be_offered(const SSL_SESSION* session, std::time_t now) noexcept;

// The TLS sessions that a client may go on with, which spares both sides half of a handshake. They
// belong to one SSL_CTX, so to one client and to what it trusts. Used on that client's strand only.
class session_store {
public:
    // A full handshake brings two, as a rule, and a resumed one as many as it uses up.
    static constexpr std::size_t capacity = 16;

    session_store() = default;
    session_store(const session_store&) = delete;
    session_store& operator=(const session_store&) = delete;

    // Has the context's sessions kept in here. The store must live as long as any SSL of it.
    LANGEXPORT_DECL void serve(SSL_CTX* context) noexcept;

    // The oldest one makes room, if there is none.
    LANGEXPORT_DECL void put(session_ptr session) noexcept;
    // The newest one that can be offered, or null. It is gone then: a ticket of TLS 1.3 is for one
    // use, and one that its server has forgotten is not offered for ever.
    LANGEXPORT_DECL session_ptr pop(std::time_t now) noexcept;
    std::size_t size() const noexcept { return size_; }
    // Forgets all.
    LANGEXPORT_DECL void clear() noexcept;

private:
    std::array<session_ptr, capacity> kept_; // the newest last
    std::size_t size_ = 0;
};

// Before the handshake: offers a session of the store that serves the context of `tls`, if any.
LANGEXPORT_DECL void offer_session(SSL* tls, std::time_t now) noexcept;
// After a good one. TLS 1.2 has no further ticket for a resumed session: it can be used again.
LANGEXPORT_DECL void keep_resumed_session(SSL* tls) noexcept;
// Before it is freed, however it came to its end: otherwise OpenSSL takes its session for broken off
// and marks it as of no use, in the store, too. A session that did fail was marked before.
LANGEXPORT_DECL void spare_session(SSL* tls) noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/session_store.ipp>
#endif

#endif
