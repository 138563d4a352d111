#ifndef LANGEXPORT_DETAIL_TRANSPORT_FAILED_ADDRESSES_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_FAILED_ADDRESSES_HPP

#include <langexport/detail/policy/backoff.hpp>
#include <langexport/version.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <vector>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

namespace detail {

// The recently failed addresses of a host, by value: each opening resolves the name again and may get the addresses
// in another order.
class failed_addresses {
public:
    using address = asio::ip::tcp::endpoint;

    // After this time a failed address has the same priority as all others.
    static constexpr std::chrono::minutes memory{5};
    // The maximum number of addresses; the oldest failure is dropped first.
    static constexpr std::size_t capacity = 64;

    LANGEXPORT_DECL void add(const address& failed, steady_time now);
    // Removes an address that was reached, unless it has failed since `began`.
    LANGEXPORT_DECL void remove(const address& good, steady_time began);

    // The order of the attempts: that of the resolver, except that the families alternate (RFC 8305, section 4) and
    // that recently failed addresses come last, the oldest failure first.
    LANGEXPORT_DECL std::vector<address> order(const std::vector<address>& found,
                                               steady_time now) const;

    // Whether one of these has not failed recently.
    LANGEXPORT_DECL bool has_good_address(const std::vector<address>& found,
                                          steady_time now) const noexcept;

    // Removes the addresses that have failed recently.
    LANGEXPORT_DECL void remove_failed(std::vector<address>& addresses, steady_time now) const;

private:
    struct failure {
        address where;
        steady_time at;
    };

    steady_time failed_at(const address& peer, steady_time now) const noexcept;

    std::vector<failure> known_; // the oldest failure first
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/failed_addresses.ipp>
#endif

#endif
