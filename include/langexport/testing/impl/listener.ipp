#ifndef LANGEXPORT_TESTING_IMPL_LISTENER_IPP
#define LANGEXPORT_TESTING_IMPL_LISTENER_IPP

#include <langexport/testing/impl/listener.hpp>
#include <langexport/testing/impl/session.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL listener::listener(asio::any_io_executor executor,
                                   const asio::ip::tcp::endpoint& wanted,
                                   std::shared_ptr<server_state> state)
    : sessions_executor_(executor), acceptor_(asio::make_strand(executor)),
      timer_(acceptor_.get_executor()), state_(std::move(state)) {
    error_code ec;
    acceptor_.open(wanted.protocol(), ec);
    if (!ec)
        acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec)
        acceptor_.bind(wanted, ec);
    if (!ec)
        acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    // Makes a new error code, because the original one contains a source location in Asio.
    if (ec)
        throw boost::system::system_error(error_code(ec.value(), ec.category()),
                                          "cannot listen on " + wanted.address().to_string() +
                                              " port " + std::to_string(wanted.port()));
}

LANGEXPORT_DECL void listener::start(std::shared_ptr<listener> self) {
    const asio::any_io_executor executor = self->get_executor();
    asio::co_spawn(executor, run(std::move(self)), asio::detached);
}

LANGEXPORT_DECL void listener::close() {
    error_code ignored;
    acceptor_.close(ignored);
    timer_.cancel();
}

LANGEXPORT_DECL asio::awaitable<void> listener::run(std::shared_ptr<listener> self) {
    while (self->acceptor_.is_open()) {
        error_code ec;
        asio::ip::tcp::socket socket(asio::make_strand(self->sessions_executor_));
        co_await self->acceptor_.async_accept(socket,
                                              asio::redirect_error(asio::use_awaitable, ec));
        if (!self->acceptor_.is_open())
            co_return;
        if (ec) {
            // For example, no descriptor is free. Tries again, because other connections may close.
            self->timer_.expires_after(std::chrono::milliseconds(50));
            co_await self->timer_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
            continue;
        }
        auto next = std::make_shared<session>(std::move(socket), self->state_);
        const std::uint64_t number = self->state_->add(next);
        if (number == 0)
            co_return;
        next->set_number(number);
        const asio::any_io_executor executor = next->get_executor();
        asio::co_spawn(executor, session::serve(std::move(next)), asio::detached);
    }
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
