#ifndef LANGEXPORT_DETAIL_OPERATION_IMPL_ONE_REQUEST_IPP
#define LANGEXPORT_DETAIL_OPERATION_IMPL_ONE_REQUEST_IPP

#include <langexport/detail/operation/one_request.hpp>
#include <langexport/detail/transport/network_stream.hpp>
#include <langexport/detail/transport/strand_time_source.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/strand.hpp>

#include <openssl/crypto.h>
#include <openssl/ssl.h>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The size of the receive buffer. It is fixed, because a buffer that grows would leave copies of a secret in memory.
inline constexpr std::size_t one_response_buffer = 128 * 1024;

LANGEXPORT_TEMPLATE_DECL std::shared_ptr<one_request>
one_request::start(const asio::any_io_executor& executor, const request_route& route,
                   request_message request, handler on_end) {
    auto made =
        std::make_shared<one_request>(executor, route, std::move(request), std::move(on_end));
    made->timers_.set_listener(made);
    asio::use_service<shutdown_service>(asio::query(executor, asio::execution::context)).add(made);
    asio::post(made->strand_, task_function([made] { made->begin(); }));
    return made;
}

LANGEXPORT_TEMPLATE_DECL one_request::one_request(const asio::any_io_executor& executor,
                                                  const request_route& route,
                                                  request_message request, handler on_end)
    : executor_(executor), strand_(asio::make_strand(executor)), route_(route),
      on_end_(std::move(on_end)), timers_(std::make_unique<strand_time_source>(strand_)),
      guard_(timers_.queue(), *this),
      opener_(strand_, route.peer, route.opening, nullptr, route.tls, route.proxy) {
    exchange_.request = std::move(request);
    exchange_.received.resize(one_response_buffer);
    exchange_.response.body.reserve(route.max_body_size);
    exchange_.is_secure = route.peer.is_secure;
}

LANGEXPORT_DECL one_request::~one_request() {
    wipe();
}

LANGEXPORT_TEMPLATE_DECL void one_request::begin() {
    timers_.set(deadline_, round_up(timers_.now() + route_.attempt_timeout));
    asio::co_spawn(
        strand_, run(shared_from_this()),
        [self = shared_from_this()](std::exception_ptr thrown) { self->on_done(thrown); });
}

LANGEXPORT_TEMPLATE_DECL task<void> one_request::run(std::shared_ptr<one_request> self) {
    co_await self->opener_.open(self->guard_, self->opening_);
    if (!self->has_opened())
        co_return;
    co_await run_exchange(*self->opening_.stream, self->guard_, self->exchange_, self->limits());
}

LANGEXPORT_DECL bool one_request::has_opened() {
    exchange_.failure = std::move(opening_.failure);
    if (exchange_.failure || ended_by_)
        return false;
    // OpenSSL wipes what it has decrypted.
    if (SSL* const tls = static_cast<network_stream&>(*opening_.stream).tls())
        SSL_set_options(tls, SSL_OP_CLEANSE_PLAINTEXT);
    guard_.begin_attempt((steady_time::max)(), errc::attempt_timeout);
    return true;
}

LANGEXPORT_DECL exchange_limits one_request::limits() const noexcept {
    constexpr std::size_t max_header_size = 32 * 1024;
    return exchange_limits{
        route_.response_timeout, route_.read_timeout, max_header_size, route_.max_body_size, "",
        route_.max_body_size};
}

LANGEXPORT_DECL void one_request::on_deadline(steady_time) {
    end(errc::attempt_timeout);
}

LANGEXPORT_DECL void one_request::cancel() {
    asio::post(strand_, task_function([self = shared_from_this()] { self->end(errc::cancelled); }));
}

LANGEXPORT_DECL void one_request::end(errc reason) {
    if (ended_by_ || !on_end_)
        return;
    ended_by_ = reason;
    opening_.is_cancelled = true;
    abort();
}

// Cancels the current wait of the coroutine.
LANGEXPORT_DECL void one_request::abort() {
    if (opening_.stream)
        opening_.stream->close();
    else
        opener_.interrupt();
}

LANGEXPORT_DECL void one_request::on_done(const std::exception_ptr& thrown) {
    guard_.disarm();
    deadline_.clear();
    timers_.disarm_if_unused();
    opening_.stream.reset();
    describe_failure(thrown);
    asio::post(executor_, task_function([self = shared_from_this()] { self->deliver(); }));
}

LANGEXPORT_DECL void one_request::describe_failure(const std::exception_ptr& thrown) {
    std::optional<exchange_failure>& failure = exchange_.failure;
    if (thrown)
        failure = exchange_failure{errc::connection_failed, "an exception inside the library",
                                   code_of(thrown), thrown};
    else if (ended_by_ && (failure || exchange_.response.status == 0))
        failure = exchange_failure{*ended_by_, {}, make_error_code(*ended_by_)};
    else if (failure && failure->code == errc::response_too_large)
        failure->detail = "it has more than " + std::to_string(route_.max_body_size) +
                          " bytes, or a header of more than 32768 bytes";
    else if (!failure && exchange_.response.may_be_cut && exchange_.is_secure)
        failure = exchange_failure{errc::response_truncated, "TLS ended without close_notify", {}};
}

LANGEXPORT_DECL void one_request::deliver() {
    const handler call = std::exchange(on_end_, nullptr);
    if (call)
        call(exchange_.response, exchange_.failure);
    wipe();
}

LANGEXPORT_DECL void one_request::wipe() noexcept {
    // The vector of the request wipes itself.
    exchange_.request.bytes = secret_bytes();
    std::string& body = exchange_.response.body;
    body.resize(body.capacity());
    OPENSSL_cleanse(body.data(), body.size());
    body.clear();
    OPENSSL_cleanse(exchange_.received.data(), exchange_.received.size());
}

LANGEXPORT_DECL void one_request::on_timer() {
    timers_.on_timer();
    timers_.arm();
}

LANGEXPORT_DECL void one_request::context_is_going_down() noexcept {
    const handler leaving = std::exchange(on_end_, nullptr);
    // The coroutine waits in the opener, and owns this.
    opener_.destroy_waiters();
}

LANGEXPORT_DECL void one_request::context_has_forked(bool is_child) {
    opener_.forked(is_child);
    if (!is_child)
        return;
    end(errc::client_closed);
    on_end_ = nullptr;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
