#ifndef LANGEXPORT_DETAIL_TRANSPORT_STREAM_OPENER_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_STREAM_OPENER_HPP

#include <langexport/detail/transport/byte_stream.hpp>
#include <langexport/detail/transport/exchange.hpp>
#include <langexport/detail/transport/watchdog.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <optional>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// The result of an opening: a stream that is ready, or the reason why there is none.
struct opening {
    std::unique_ptr<byte_stream> stream; // set as soon as there is a stream that can be closed
    std::optional<exchange_failure> failure;
    asio::ip::tcp::endpoint address; // the remote endpoint
    std::string peer;                // … as text
    bool is_resumed = false;         // a TLS session was resumed
    bool has_other_address = false;  // after a failure: another address has not failed recently
    bool is_cancelled =
        false; // set when no operation needs the opening, which then tries no further address
};

// Opens the streams of a client. At most one opening at a time.
class stream_opener {
public:
    stream_opener() = default;
    stream_opener(const stream_opener&) = delete;
    stream_opener& operator=(const stream_opener&) = delete;
    virtual ~stream_opener() = default;

    // `watch` limits every phase. Throws only if memory is exhausted.
    virtual task<void> open(watchdog& watch, opening& result) = 0;
    // Cancels the waits of `open` while there is no stream to close.
    virtual void interrupt() = 0;
    // Called when the peer has rejected a connection after it was opened, for this reason.
    virtual void rejected(opening& by, const exchange_failure& why, steady_time now) = 0;
    // Called while the context is destroyed. Destroys the handlers that wait in `open`, which would keep their own
    // opener alive.
    virtual void destroy_waiters() noexcept = 0;
    // Called after a fork, while no other code runs. In the child, it ends the waits of `open` and drops everything
    // that the parent uses.
    virtual void forked(bool is_child) = 0;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
