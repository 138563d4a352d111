#ifndef LANGEXPORT_TESTING_IMPL_LISTENER_HPP
#define LANGEXPORT_TESTING_IMPL_LISTENER_HPP

#include <langexport/testing/impl/server_state.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// Accepts connections, on its own strand, and starts a session for each.
class listener final : public stoppable {
public:
    // Starts to listen. Throws the system's error if that is not possible.
    LANGEXPORT_DECL listener(asio::any_io_executor executor, const asio::ip::tcp::endpoint& wanted,
                             std::shared_ptr<server_state> state);

    // After construction, only the coroutine owns the listener.
    LANGEXPORT_DECL static void start(std::shared_ptr<listener> self);

    asio::any_io_executor get_executor() override { return acceptor_.get_executor(); }
    asio::ip::tcp::endpoint local_endpoint() const { return acceptor_.local_endpoint(); }

    LANGEXPORT_DECL void close() override;

private:
    LANGEXPORT_DECL static asio::awaitable<void> run(std::shared_ptr<listener> self);

    asio::any_io_executor sessions_executor_;
    asio::ip::tcp::acceptor acceptor_;
    asio::steady_timer timer_;
    std::shared_ptr<server_state> state_;
};

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/listener.ipp>
#endif

#endif
