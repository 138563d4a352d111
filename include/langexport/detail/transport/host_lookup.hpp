#ifndef LANGEXPORT_DETAIL_TRANSPORT_HOST_LOOKUP_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_HOST_LOOKUP_HPP

#include <langexport/detail/transport/byte_stream.hpp>
#include <langexport/version.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// Resolves one host, one look-up at a time, without a cache. A look-up of the system cannot be cancelled: a waiter
// can stop waiting, and a later waiter then gets the result of the look-up in progress.
class host_lookup : public std::enable_shared_from_this<host_lookup> {
public:
    using addresses = std::vector<asio::ip::tcp::endpoint>;

    LANGEXPORT_DECL host_lookup(strand_type strand, std::string host, std::uint16_t port);

    // One waiter at a time. Afterwards `found()` has the addresses, unless there was an error.
    io_step waiting() noexcept {
        return io_step{this, {}, [](const io_step& self, io_handler handler) {
                           static_cast<host_lookup*>(self.object)->start(std::move(handler));
                       }};
    }

    const addresses& found() const noexcept { return found_; }
    // Calls the waiter with operation_aborted; the look-up continues.
    LANGEXPORT_DECL void dismiss_waiter();
    // The process has forked. Asio has ended the thread of the look-ups; the next look-up also runs those that had
    // not begun.
    LANGEXPORT_DECL void forked();
    // Destroys the waiter, which may own this object.
    LANGEXPORT_DECL void destroy_waiter() noexcept;

private:
    LANGEXPORT_DECL void start(io_handler handler);
    LANGEXPORT_DECL void look_up();
    LANGEXPORT_DECL void wake(error_code ec);

    strand_type strand_;
    asio::ip::basic_resolver<asio::ip::tcp, strand_type> resolver_;
    std::string host_;
    std::string port_;
    int running_ = 0; // one, and after a fork one more
    std::optional<io_handler> waiter_;
    addresses found_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/host_lookup.ipp>
#endif

#endif
