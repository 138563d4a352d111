#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_HOST_LOOKUP_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_HOST_LOOKUP_IPP

#include <langexport/detail/transport/host_lookup.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL host_lookup::host_lookup(strand_type strand, std::string host, std::uint16_t port)
    : strand_(strand), resolver_(std::move(strand)), host_(std::move(host)),
      port_(std::to_string(port)) {}

LANGEXPORT_DECL void host_lookup::start(io_handler handler) {
    waiter_.emplace(std::move(handler));
    if (running_ == 0)
        look_up();
}

LANGEXPORT_DECL void host_lookup::look_up() {
    // Asio starts a thread for the first look-up, and throws if it cannot.
    try {
        resolver_.async_resolve(host_, port_, asio::ip::resolver_base::numeric_service,
                                [self = shared_from_this()](error_code ec, auto results) {
                                    --self->running_;
                                    self->found_.clear();
                                    for (const auto& entry : results)
                                        self->found_.push_back(entry.endpoint());
                                    self->wake(ec);
                                });
        ++running_;
    } catch (const boost::system::system_error& error) {
        wake(error.code());
    }
}

LANGEXPORT_DECL void host_lookup::forked() {
    if (running_ > 0)
        look_up();
}

LANGEXPORT_DECL void host_lookup::dismiss_waiter() {
    wake(asio::error::operation_aborted);
}

LANGEXPORT_DECL void host_lookup::destroy_waiter() noexcept {
    const std::optional<io_handler> leaving = std::move(waiter_);
    waiter_.reset();
}

LANGEXPORT_DECL void host_lookup::wake(error_code ec) {
    if (!waiter_)
        return;
    done_function then = ending(std::move(*waiter_));
    waiter_.reset();
    asio::post(strand_, task_function([then, ec] { then(ec); }));
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
