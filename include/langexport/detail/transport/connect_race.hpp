#ifndef LANGEXPORT_DETAIL_TRANSPORT_CONNECT_RACE_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_CONNECT_RACE_HPP

#include <langexport/detail/policy/timer_queue.hpp>
#include <langexport/detail/transport/byte_stream.hpp>
#include <langexport/detail/transport/network_stream.hpp>
#include <langexport/version.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// TCP connections to several addresses (RFC 8305, section 5): each one starts when the one before it has failed
// or has not connected within `delay`. The first that connects wins; the others are closed. Until then this
// stands in the place of the stream: closing it ends the race. On the strand.
class connect_race final : public byte_stream {
public:
    using address = asio::ip::tcp::endpoint;

    struct attempt {
        address to;
        std::unique_ptr<network_stream> stream; // null of the winner, once it was taken
        std::optional<error_code> result;       // nothing: it has not ended
    };

    // At least one address. The timers must live until the race is over.
    LANGEXPORT_DECL connect_race(strand_type strand, timer_queue& timers, std::vector<address> to,
                                 steady_duration delay);

    // Runs the race. No error: there is a winner; else the error of the attempt that ended last.
    LANGEXPORT_DECL io_step running() noexcept;
    // In the order in which they started.
    LANGEXPORT_DECL const std::vector<attempt>& attempts() const noexcept;
    // Its place among the attempts; nothing if all have failed.
    LANGEXPORT_DECL std::optional<std::size_t> winner() const noexcept;
    LANGEXPORT_DECL std::unique_ptr<network_stream> take_winner() noexcept;

    LANGEXPORT_DECL void close() noexcept override;
    // There is nothing to be read or written yet.
    LANGEXPORT_DECL std::size_t read_now(asio::mutable_buffer, error_code& ec) noexcept override;
    LANGEXPORT_DECL std::size_t write_now(asio::const_buffer, error_code& ec) noexcept override;
    LANGEXPORT_DECL void wait(io_handler handler) override;
    bool is_idle() noexcept override { return false; }

private:
    class course;

    // Does not own the one who waits, who owns this: the handlers of the attempts do.
    std::shared_ptr<course> course_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/connect_race.ipp>
#endif

#endif
