#ifndef LANGEXPORT_DETAIL_OPERATION_ONE_REQUEST_HPP
#define LANGEXPORT_DETAIL_OPERATION_ONE_REQUEST_HPP

#include <langexport/detail/operation/shutdown_service.hpp>
#include <langexport/detail/policy/timer_service.hpp>
#include <langexport/detail/protocol/request_writer.hpp>
#include <langexport/detail/protocol/response_message.hpp>
#include <langexport/detail/transport/byte_stream.hpp>
#include <langexport/detail/transport/exchange.hpp>
#include <langexport/detail/transport/network_opener.hpp>
#include <langexport/detail/transport/stream_opener.hpp>
#include <langexport/detail/transport/watchdog.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// The peer of one request, and the limits of the exchange.
struct request_route {
    origin peer;
    tls_settings tls;
    proxy_url proxy = {}; // of an https peer only
    opening_timeouts opening{std::chrono::seconds(10), std::chrono::seconds(10),
                             std::chrono::seconds(10)};
    steady_duration response_timeout = std::chrono::seconds(30);
    steady_duration read_timeout = std::chrono::seconds(30);
    steady_duration attempt_timeout = std::chrono::seconds(30); // for the whole attempt
    std::size_t max_body_size = 128 * 1024;
};

// One HTTP request on a connection of its own, for rare requests: it has no pool and no retry, and does
// not follow redirects. Request and response may contain secrets, so their memory is wiped. It has a
// strand and a timer of its own, and no outstanding work before it starts and after it has ended.
class one_request final : public std::enable_shared_from_this<one_request>,
                          public shutdown_listener,
                          public timer_listener {
public:
    // Receives the response, or the reason why there is none. The response exists until the handler returns.
    using handler =
        std::function<void(const response_message&, const std::optional<exchange_failure>&)>;

    // Sends the request. `on_end` is called once, on `executor`, never inside this call. If the execution context is
    // destroyed first, `on_end` is destroyed without a call. The same is true in the child of a fork, because the
    // parent receives the response.
    LANGEXPORT_TEMPLATE_DECL static std::shared_ptr<one_request>
    start(const asio::any_io_executor& executor, const request_route& route,
          request_message request, handler on_end);

    LANGEXPORT_TEMPLATE_DECL one_request(const asio::any_io_executor& executor,
                                         const request_route& route, request_message request,
                                         handler on_end);
    LANGEXPORT_DECL ~one_request();

    // Ends the request with errc::cancelled, if it has not ended. May be called from any thread.
    LANGEXPORT_DECL void cancel();

    // Events of the timer and of the execution context.
    LANGEXPORT_DECL void on_timer() override;
    LANGEXPORT_DECL void context_is_going_down() noexcept override;
    LANGEXPORT_DECL void context_has_forked(bool is_child) override;

private:
    class guard final : public watchdog {
    public:
        guard(timer_queue& timers, one_request& owner) noexcept : watchdog(timers), owner_(owner) {}

    private:
        void time_is_up() override { owner_.abort(); }

        one_request& owner_;
    };

    LANGEXPORT_TEMPLATE_DECL static task<void> run(std::shared_ptr<one_request> self);
    LANGEXPORT_TEMPLATE_DECL void begin();
    bool has_opened();
    exchange_limits limits() const noexcept;
    void on_deadline(steady_time now);
    void end(errc reason);
    void abort();
    void on_done(const std::exception_ptr& thrown);
    void describe_failure(const std::exception_ptr& thrown);
    void deliver();
    void wipe() noexcept;

    const asio::any_io_executor executor_;
    const strand_type strand_;
    const request_route route_;
    handler on_end_;
    timer_service timers_;
    guard guard_;
    member_timer<one_request, &one_request::on_deadline> deadline_{*this};
    network_opener opener_;
    opening opening_;
    detail::exchange exchange_;
    std::optional<errc> ended_by_; // it was cancelled, or its deadline has passed
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/operation/impl/one_request.ipp>
#endif

#endif
