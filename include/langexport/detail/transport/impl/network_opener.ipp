#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_NETWORK_OPENER_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_NETWORK_OPENER_IPP

#include <langexport/detail/transport/network_opener.hpp>
#include <langexport/detail/transport/session_store.hpp>
#include <langexport/detail/transport/tls_context.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <tuple>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL network_opener::network_opener(strand_type strand, origin peer,
                                               opening_timeouts timeouts,
                                               std::shared_ptr<tls_context> context)
    : strand_(std::move(strand)), peer_(std::move(peer)), timeouts_(timeouts),
      context_(std::move(context)),
      lookup_(std::make_shared<host_lookup>(strand_, peer_.host, peer_.port)) {}

inline std::string peer_text(const asio::ip::tcp::endpoint& peer) {
    const std::string address = peer.address().to_string();
    return (peer.address().is_v6() ? "[" + address + "]" : address) + ":" +
           std::to_string(peer.port());
}

LANGEXPORT_DECL void network_opener::interrupt() {
    lookup_->dismiss_waiter();
}

LANGEXPORT_DECL void network_opener::forget() noexcept {
    lookup_->forget_waiter();
}

LANGEXPORT_DECL task<void> network_opener::open(watchdog& dog, opening& result) {
    result.stream.reset();
    result.failure.reset();
    result.is_given_up = result.is_resumed = false;
    dog.begin_attempt((steady_time::max)(), errc::connect_timeout);
    if (peer_.is_secure && !context_) {
        std::string why;
        context_ = make_tls_context({}, why);
        if (!context_)
            result.failure = exchange_failure{errc::tls_failed, std::move(why), {}};
    }
    host_lookup::addresses to;
    if (!result.failure)
        co_await look_up(dog, result, to);
    if (!result.failure && !result.is_given_up)
        co_await connect(dog, result, std::move(to));
    if (!result.failure && !result.is_given_up && peer_.is_secure)
        co_await secure(dog, result);
    if (result.failure || result.is_given_up)
        result.stream.reset();
    dog.rest();
}

LANGEXPORT_DECL task<void> network_opener::look_up(watchdog& dog, opening& result,
                                                   host_lookup::addresses& found) {
    // No resolver is to be asked for this name (RFC 6761), and bare machines have none that knows it.
    if (peer_.host == "localhost" || peer_.host.ends_with(".localhost")) {
        found.emplace_back(asio::ip::address_v4::loopback(), peer_.port);
        found.emplace_back(asio::ip::address_v6::loopback(), peer_.port);
        co_return;
    }
    error_code is_name;
    const auto address = asio::ip::make_address(peer_.host, is_name);
    if (!is_name) {
        found.emplace_back(address, peer_.port);
        co_return;
    }
    dog.expect_by(steady_now() + timeouts_.resolve, errc::resolve_timeout);
    auto waited = co_await async_io(lookup_->waiting());
    const error_code ec = std::get<0>(waited);
    if (dog.expired())
        result.failure = exchange_failure{*dog.expired(), "host '" + peer_.host + "'", {}};
    else if (ec)
        result.failure = exchange_failure{errc::resolve_failed, "host '" + peer_.host + "'", ec};
    else
        found = lookup_->found();
}

LANGEXPORT_DECL task<void> network_opener::connect(watchdog& dog, opening& result,
                                                   host_lookup::addresses to) {
    const steady_time end = steady_now() + timeouts_.connect;
    std::string tried;
    error_code last;
    for (std::size_t i = 0; i < to.size(); ++i) {
        // What is left is shared by the addresses that are left: none can use up the time of the others.
        const auto share = (end - steady_now()) / static_cast<steady_duration::rep>(to.size() - i);
        dog.begin_attempt(steady_now() + (std::max)(share, steady_duration::zero()),
                          errc::connect_timeout);
        auto stream = std::make_unique<network_stream>(strand_, context_);
        const io_step connecting = stream->connecting(to[i]);
        result.stream = std::move(stream);
        auto connected = co_await async_io(connecting);
        last = std::get<0>(connected);
        if (!last || result.is_given_up) {
            result.peer = peer_text(to[i]);
            co_return;
        }
        tried += tried.empty() ? "" : ", ";
        tried += to[i].address().to_string() + ": " +
                 (dog.expired() ? "no answer in time" : last.message());
    }
    const errc code = dog.expired() ? errc::connect_timeout : errc::connection_failed;
    if (dog.expired())
        last = make_error_code(code); // not that we cancelled it
    result.failure = exchange_failure{code, "to " + peer_.authority() + " (" + tried + ")", last};
}

LANGEXPORT_DECL task<void> network_opener::secure(watchdog& dog, opening& result) {
    auto& stream = static_cast<network_stream&>(*result.stream);
    const error_code not_set = expect_host(stream.tls(), peer_.host);
    if (not_set) {
        result.failure = exchange_failure{errc::tls_failed, "host name refused by OpenSSL", {}};
        co_return;
    }
    offer_session(stream.tls(), std::time(nullptr));
    const steady_time end = steady_now() + timeouts_.handshake;
    dog.begin_attempt(end, errc::handshake_timeout);
    error_code ec;
    stream.shake_hands(ec);
    while (ec == asio::error::would_block) {
        auto waited = co_await async_io(stream.waiting());
        ec = std::get<0>(waited);
        if (!ec)
            stream.shake_hands(ec);
    }
    const std::string trouble = certificate_trouble(stream.tls());
    if (!ec && trouble.empty()) {
        keep_resumed_session(stream.tls());
        result.is_resumed = SSL_session_reused(stream.tls()) == 1;
        co_return;
    }
    if (dog.expired())
        result.failure = exchange_failure{*dog.expired(), "with " + peer_.authority(), {}};
    else if (!trouble.empty())
        result.failure =
            exchange_failure{errc::tls_failed,
                             "the certificate of '" + peer_.host + "' was not accepted: " + trouble,
                             {}};
    else if (ec.category() == asio::error::get_ssl_category())
        result.failure = exchange_failure{errc::tls_failed, "with " + peer_.authority(), ec};
    else
        result.failure = exchange_failure{errc::connection_failed,
                                          "during the TLS handshake with " + peer_.authority(), ec};
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
