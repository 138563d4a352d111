#ifndef LANGEXPORT_DETAIL_TRANSPORT_NETWORK_OPENER_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_NETWORK_OPENER_HPP

#include <langexport/detail/transport/connect_race.hpp>
#include <langexport/detail/transport/failed_addresses.hpp>
#include <langexport/detail/transport/host_lookup.hpp>
#include <langexport/detail/transport/network_stream.hpp>
#include <langexport/detail/transport/stream_opener.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/proxy.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

struct opening_timeouts {
    steady_duration resolve;
    steady_duration connect; // for all addresses together
    steady_duration handshake;
    steady_duration proxy = std::chrono::seconds(10); // the response to CONNECT
};

// Resolves the host, connects, and performs the TLS handshake. TCP connections to several addresses race; only the
// winner uses TLS. A failed address is tried after the others for some minutes.
class network_opener final : public stream_opener {
public:
    // `context` may be null, even for https: the first connection then makes it from the settings.
    LANGEXPORT_TEMPLATE_DECL network_opener(strand_type strand, origin peer,
                                            opening_timeouts timeouts,
                                            std::shared_ptr<tls_context> context,
                                            tls_settings settings = {}, proxy_url proxy = {});

    LANGEXPORT_DECL task<void> open(watchdog& watch, opening& result) override;
    LANGEXPORT_DECL void interrupt() override;
    LANGEXPORT_DECL void rejected(opening& by, const exchange_failure& why,
                                  steady_time now) override;
    LANGEXPORT_DECL void destroy_waiters() noexcept override;
    LANGEXPORT_DECL void forked(bool is_child) override;

private:
    LANGEXPORT_TEMPLATE_DECL task<void> run(watchdog& watch, opening& result);
    LANGEXPORT_TEMPLATE_DECL task<void> look_up(watchdog& watch, opening& result,
                                                host_lookup::addresses& found);
    LANGEXPORT_TEMPLATE_DECL task<void> establish(watchdog& watch, opening& result,
                                                  host_lookup::addresses found);
    LANGEXPORT_TEMPLATE_DECL task<void> connect(watchdog& watch, opening& result,
                                                host_lookup::addresses found);
    LANGEXPORT_TEMPLATE_DECL task<void> ask_proxy(watchdog& watch, opening& result);
    LANGEXPORT_TEMPLATE_DECL task<void> secure(watchdog& watch, opening& result);
    void load_context(opening& result);
    void record_failure(opening& by, const exchange_failure& why, steady_time now);
    void record_failures(const connect_race& race, steady_time now);
    exchange_failure handshake_failure(const watchdog& watch, const opening& result, error_code ec,
                                       SSL* tls) const;

    task<void> (network_opener::*const run_)(watchdog&, opening&); // the coroutine of `open`
    strand_type strand_;
    origin peer_;
    proxy_url proxy_;
    origin next_hop_; // the proxy, or else the peer
    opening_timeouts timeouts_;
    std::shared_ptr<tls_context> context_;
    tls_settings tls_settings_;
    std::shared_ptr<host_lookup> lookup_;
    host_lookup::addresses found_; // of the current opening, or the last one
    steady_time began_{};          // … its time
    failed_addresses failed_;
    // The failure of TLS at one address, while the other addresses are tried. It is the error if none of them can be
    // reached.
    std::optional<exchange_failure> tls_failure_;
    std::string tried_;                // describes the failed attempts of the current opening
    bool is_session_rejected_ = false; // perhaps the handshake failed because it offered a session
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/network_opener.ipp>
#endif

#endif
