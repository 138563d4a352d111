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

// What an opening leaves: a stream that is ready, or the reason why there is none.
struct opening {
    std::unique_ptr<byte_stream> stream; // set as soon as there is something that can be closed
    std::optional<exchange_failure> failure;
    asio::ip::tcp::endpoint address; // that it reached
    std::string peer;                // … as text
    bool is_resumed = false;         // a TLS session was gone on with
    bool has_other_address = false;  // after a failure: one that has not failed lately
    bool is_given_up = false; // set by whoever has no need of it any more: do not try further
};

// Makes the streams of a client. At most one opening at a time.
class stream_opener {
public:
    stream_opener() = default;
    stream_opener(const stream_opener&) = delete;
    stream_opener& operator=(const stream_opener&) = delete;
    virtual ~stream_opener() = default;

    // Every phase is watched by `dog`. Never throws but for want of memory.
    virtual task<void> open(watchdog& dog, opening& result) = 0;
    // Ends what `open` waits for while there is no stream to be closed.
    virtual void interrupt() = 0;
    // The peer has refused a connection that had been opened, for this reason.
    virtual void refused(opening& by, const exchange_failure& why, steady_time now) = 0;
    // The context is going down: destroys what waits in `open`, which would keep its own opener alive.
    virtual void forget() noexcept = 0;
    // The process has forked, and nothing runs. In the child, what `open` waits for ends, and nothing is kept that
    // the parent will use.
    virtual void forked(bool is_child) = 0;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
