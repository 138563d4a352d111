#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_NETWORK_OPENER_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_NETWORK_OPENER_IPP

#include <langexport/detail/transport/network_opener.hpp>
#include <langexport/detail/transport/openssl_error.hpp>
#include <langexport/detail/transport/proxy_tunnel.hpp>
#include <langexport/detail/transport/session_store.hpp>
#include <langexport/detail/transport/tls_context.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <tuple>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_TEMPLATE_DECL
network_opener::network_opener(strand_type strand, origin peer, opening_timeouts timeouts,
                               std::shared_ptr<tls_context> context, tls_settings settings,
                               proxy_url proxy)
    : run_(&network_opener::run), strand_(std::move(strand)), peer_(std::move(peer)),
      proxy_(std::move(proxy)),
      next_hop_(proxy_.empty() ? peer_ : origin{false, proxy_.host(), proxy_.port()}),
      timeouts_(timeouts), context_(std::move(context)), tls_settings_(std::move(settings)),
      lookup_(std::make_shared<host_lookup>(strand_, next_hop_.host, next_hop_.port)) {}

// The time until the next address is tried in parallel (RFC 8305, section 8).
inline constexpr std::chrono::milliseconds attempt_delay{250};

LANGEXPORT_DECL void network_opener::interrupt() {
    lookup_->dismiss_waiter();
}

// Records a failure, so that the next opening prefers another address.
LANGEXPORT_DECL void network_opener::record_failure(opening& by, const exchange_failure& why,
                                                    steady_time now) {
    if (!proxy_.empty())
        return; // the proxy's address works: the failure is in the origin's TLS
    failed_.add(by.address, now);
    by.has_other_address = failed_.has_good_address(found_, now);
    if (by.has_other_address && why.code == errc::tls_failed)
        tls_failure_ = why;
}

LANGEXPORT_DECL void network_opener::rejected(opening& by, const exchange_failure& why,
                                              steady_time now) {
    record_failure(by, why, now);
}

LANGEXPORT_DECL void network_opener::destroy_waiters() noexcept {
    lookup_->destroy_waiter();
}

LANGEXPORT_DECL void network_opener::forked(bool is_child) {
    lookup_->forked();
    if (!is_child)
        return;
    lookup_->dismiss_waiter();
    if (context_)
        context_->sessions.clear();
}

// Loads the trusted certificates on first use.
LANGEXPORT_DECL void network_opener::load_context(opening& result) {
    tls_problem problem;
    context_ = make_tls_context(tls_settings_, problem);
    if (!context_)
        result.failure =
            exchange_failure{problem.shortage ? errc::connection_failed : errc::tls_failed,
                             std::move(problem.why), problem.shortage};
}

LANGEXPORT_DECL task<void> network_opener::open(watchdog& watch, opening& result) {
    return (this->*run_)(watch, result);
}

LANGEXPORT_TEMPLATE_DECL task<void> network_opener::run(watchdog& watch, opening& result) {
    result.stream.reset();
    result.failure.reset();
    result.is_cancelled = result.is_resumed = result.has_other_address = false;
    began_ = watch.now();
    watch.begin_attempt((steady_time::max)(), errc::connect_timeout);
    if (peer_.is_secure && !context_)
        load_context(result);
    host_lookup::addresses to;
    if (!result.failure)
        co_await look_up(watch, result, to);
    found_ = to;
    is_session_rejected_ = false;
    if (!result.failure && !result.is_cancelled)
        co_await establish(watch, result, std::move(to));
    if (is_session_rejected_ && !result.is_cancelled) {
        // This time with a full handshake.
        host_lookup::addresses same;
        same.push_back(result.address);
        result.failure.reset();
        result.stream.reset();
        co_await establish(watch, result, std::move(same));
    }
    if (result.failure || result.is_cancelled)
        result.stream.reset();
    watch.disarm();
}

// Connects to one of the addresses, opens the tunnel of a proxy, and performs the TLS handshake.
LANGEXPORT_TEMPLATE_DECL task<void> network_opener::establish(watchdog& watch, opening& result,
                                                              host_lookup::addresses found) {
    co_await connect(watch, result, std::move(found));
    if (!result.failure && !result.is_cancelled && peer_.is_secure && !proxy_.empty())
        co_await ask_proxy(watch, result);
    if (!result.failure && !result.is_cancelled && peer_.is_secure)
        co_await secure(watch, result);
}

LANGEXPORT_TEMPLATE_DECL task<void> network_opener::look_up(watchdog& watch, opening& result,
                                                            host_lookup::addresses& found) {
    // The client must not resolve this name (RFC 6761), and some resolvers do not know it.
    if (next_hop_.host == "localhost" || next_hop_.host.ends_with(".localhost")) {
        found.emplace_back(asio::ip::address_v4::loopback(), next_hop_.port);
        found.emplace_back(asio::ip::address_v6::loopback(), next_hop_.port);
        co_return;
    }
    error_code is_name;
    const auto address = asio::ip::make_address(next_hop_.host, is_name);
    if (!is_name) {
        found.emplace_back(address, next_hop_.port);
        co_return;
    }
    watch.expect_by(watch.now() + timeouts_.resolve, errc::resolve_timeout);
    const std::string name =
        (proxy_.empty() ? "host '" : "the proxy's host '") + next_hop_.host + "'";
    auto waited = co_await async_io(lookup_->waiting());
    error_code ec = std::get<0>(waited);
    if (!ec && lookup_->found().empty())
        ec = asio::error::host_not_found;
    if (watch.expired())
        result.failure = exchange_failure{*watch.expired(), name, {}};
    else if (ec)
        result.failure = exchange_failure{errc::resolve_failed, name, ec};
    else
        found = lookup_->found();
}

// Describes the failed attempts of a race.
inline std::string outcome_of(const connect_race& race) {
    std::string text;
    for (std::size_t i = 0; i < race.attempts().size(); ++i) {
        if (i == race.winner())
            continue;
        const auto& each = race.attempts()[i];
        const bool has_failed = each.result && *each.result != asio::error::operation_aborted;
        text += (text.empty() ? "" : ", ") + each.to.address().to_string() + ": " +
                (has_failed ? each.result->message() : "no response in time");
    }
    return text;
}

// Records the attempts that failed, and those without a response before a later one connected.
LANGEXPORT_DECL void network_opener::record_failures(const connect_race& race, steady_time now) {
    const std::size_t end = race.winner().value_or(race.attempts().size());
    for (std::size_t i = 0; i < end; ++i) {
        const auto& each = race.attempts()[i];
        if (!each.result || !is_shortage(*each.result))
            failed_.add(each.to, now);
    }
}

LANGEXPORT_TEMPLATE_DECL task<void> network_opener::connect(watchdog& watch, opening& result,
                                                            host_lookup::addresses found) {
    const steady_time now = watch.now();
    host_lookup::addresses to = failed_.order(found, now);
    // TLS would fail again at the addresses where it failed before.
    std::optional<exchange_failure> at_one = std::exchange(tls_failure_, std::nullopt);
    if (at_one && failed_.has_good_address(found, now))
        failed_.remove_failed(to, now);
    else
        at_one.reset();
    watch.begin_attempt(now + timeouts_.connect, errc::connect_timeout);
    // Each address is tried, even if the time limit is short.
    const steady_duration share = timeouts_.connect / static_cast<steady_duration::rep>(
                                                          (std::max<std::size_t>)(1, to.size()));
    auto stream = std::make_unique<connect_race>(strand_, watch.timers(), std::move(to),
                                                 (std::min<steady_duration>)(attempt_delay, share));
    connect_race& race = *stream;
    result.stream = std::move(stream);
    const io_step running = race.running();
    auto waited = co_await async_io(running);
    error_code ec = std::get<0>(waited);
    if (result.is_cancelled)
        co_return;
    record_failures(race, watch.now());
    tried_ = outcome_of(race);
    if (!ec) {
        result.address = race.attempts()[*race.winner()].to;
        result.peer = host_and_port(result.address.address().to_string(), result.address.port());
        result.stream = race.take_winner();
        if (!peer_.is_secure || !proxy_.empty())
            failed_.remove(result.address, began_);
        co_return;
    }
    if (at_one) {
        result.failure = std::move(at_one);
        result.failure->detail += " (" + tried_ + ")";
        co_return;
    }
    const errc code = watch.expired() ? errc::connect_timeout : errc::connection_failed;
    if (watch.expired())
        ec = make_error_code(code); // not the cancellation by the watchdog
    const std::string where =
        proxy_.empty() ? "to " + peer_.authority() : "to the proxy " + proxy_.to_string();
    result.failure = exchange_failure{code, where + " (" + tried_ + ")", ec};
}

// Whether the first bytes of the peer are not TLS. Servers of other protocols (mail, SSH, HTTP) send first, or
// respond to bytes that they do not understand.
inline bool speaks_no_tls(error_code ec) {
    return ec.category() == asio::error::get_ssl_category() &&
           ERR_GET_REASON(static_cast<unsigned long>(ec.value())) == SSL_R_WRONG_VERSION_NUMBER;
}

LANGEXPORT_DECL exchange_failure network_opener::handshake_failure(const watchdog& watch,
                                                                   const opening& result,
                                                                   error_code ec, SSL* tls) const {
    // The address, and the failures of the others that were tried.
    std::string addresses;
    const std::string reached = result.address.address().to_string();
    if (!proxy_.empty())
        addresses = " (through the proxy " + proxy_.to_string() + ")";
    else if (reached != peer_.host || !tried_.empty())
        addresses = " (" + reached + (tried_.empty() ? "" : "; " + tried_) + ")";
    const std::string where = peer_.authority() + addresses;
    const std::string problem = certificate_problem(tls);
    if (watch.expired())
        return exchange_failure{*watch.expired(),
                                "with " + where + ", which perhaps does not speak TLS",
                                make_error_code(*watch.expired())};
    if (is_shortage(ec))
        return exchange_failure{errc::connection_failed, "during the TLS handshake with " + where,
                                ec};
    if (!problem.empty())
        return exchange_failure{errc::tls_failed,
                                "the certificate of '" + peer_.host +
                                    "' was not accepted: " + problem + addresses,
                                {}};
    if (speaks_no_tls(ec))
        return exchange_failure{errc::tls_failed, speaks_no_tls_detail + (", " + where), ec};
    if (ec.category() == asio::error::get_ssl_category())
        return exchange_failure{errc::tls_failed, "with " + where, ec};
    return exchange_failure{errc::connection_failed, "during the TLS handshake with " + where, ec};
}

LANGEXPORT_TEMPLATE_DECL task<void> network_opener::ask_proxy(watchdog& watch, opening& result) {
    watch.begin_attempt(watch.now() + timeouts_.proxy, errc::connect_timeout);
    co_await open_tunnel(*result.stream, watch, proxy_, peer_, result.failure);
}

LANGEXPORT_TEMPLATE_DECL task<void> network_opener::secure(watchdog& watch, opening& result) {
    auto& stream = static_cast<network_stream&>(*result.stream);
    stream.begin_tls(context_);
    const error_code not_set = expect_host(stream.tls(), peer_.host);
    if (not_set) {
        result.failure = exchange_failure{
            errc::tls_failed, "OpenSSL rejects the host name '" + peer_.host + "'", {}};
        co_return;
    }
    const bool may_resume = !std::exchange(is_session_rejected_, false);
    // OpenSSL notes the system's time in each session, so the age of a session needs the same clock.
    const bool has_offered = may_resume && offer_session(stream.tls(), std::time(nullptr));
    const steady_time end = watch.now() + timeouts_.handshake;
    watch.begin_attempt(end, errc::handshake_timeout);
    error_code ec;
    stream.handshake(ec);
    while (ec == asio::error::would_block) {
        auto waited = co_await async_io(stream.waiting());
        ec = std::get<0>(waited);
        if (!ec)
            stream.handshake(ec);
    }
    if (!ec && SSL_get_verify_result(stream.tls()) == X509_V_OK) {
        keep_resumed_session(stream.tls());
        result.is_resumed = SSL_session_reused(stream.tls()) == 1;
        failed_.remove(result.address, began_);
        co_return;
    }
    if (result.is_cancelled)
        co_return;
    result.failure = handshake_failure(watch, result, ec, stream.tls());
    const bool may_be_session =
        !is_shortage(ec) && !speaks_no_tls(ec) && certificate_problem(stream.tls()).empty();
    if (has_offered && may_be_session) {
        context_->sessions.count_rejection();
        is_session_rejected_ = !watch.expired();
    }
    if (!is_shortage(ec) && !is_session_rejected_)
        record_failure(result, *result.failure, watch.now());
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
