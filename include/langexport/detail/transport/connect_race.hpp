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

// TCP connections to several addresses (RFC 8305, section 5): each one starts when the previous one has failed or has
// not connected within `delay`. The race keeps the first one that connects and closes the others. During the race,
// this object takes the place of the stream: closing it ends the race. Used on the strand.
class connect_race final : public byte_stream {
public:
    using address = asio::ip::tcp::endpoint;

    struct attempt {
        address to;
        std::unique_ptr<network_stream> stream; // null after `take_winner`
        std::optional<error_code> result;       // nothing: in progress
    };

    // At least one address. The timers must live until the race is over.
    LANGEXPORT_DECL connect_race(strand_type strand, timer_queue& timers,
                                 std::vector<address> addresses, steady_duration delay);

    // Runs the race. Completes without an error if there is a winner, otherwise with the error of the attempt that
    // ended last.
    LANGEXPORT_DECL io_step running() noexcept;
    // The attempts in the order of their start.
    LANGEXPORT_DECL const std::vector<attempt>& attempts() const noexcept;
    // The index of the winner; nothing if all attempts have failed.
    LANGEXPORT_DECL std::optional<std::size_t> winner() const noexcept;
    LANGEXPORT_DECL std::unique_ptr<network_stream> take_winner() noexcept;

    LANGEXPORT_DECL void close() noexcept override;
    // Nothing can be read or written yet.
    LANGEXPORT_DECL std::size_t read_now(asio::mutable_buffer, error_code& ec) noexcept override;
    LANGEXPORT_DECL std::size_t write_now(asio::const_buffer, error_code& ec) noexcept override;
    LANGEXPORT_DECL void wait(io_handler handler) override;
    bool is_idle() noexcept override { return false; }

private:
    class race_state;

    // Does not own the waiting handler, which owns this object: the handlers of the attempts own it.
    std::shared_ptr<race_state> state_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/connect_race.ipp>
#endif

#endif
