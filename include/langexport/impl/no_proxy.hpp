#ifndef LANGEXPORT_IMPL_NO_PROXY_HPP
#define LANGEXPORT_IMPL_NO_PROXY_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The bytes of an address; an IPv4 address that is mapped into IPv6 is the IPv4 address.
class address_bytes {
public:
    explicit address_bytes(const boost::asio::ip::address& from) {
        if (from.is_v4() || from.to_v6().is_v4_mapped()) {
            const auto v4 =
                from.is_v4()
                    ? from.to_v4()
                    : boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, from.to_v6());
            const auto bytes = v4.to_bytes();
            size_ = bytes.size();
            std::copy(bytes.begin(), bytes.end(), bytes_.begin());
        } else {
            bytes_ = from.to_v6().to_bytes();
        }
    }

    std::size_t bits() const noexcept { return 8 * size_; }

    // Whether the first bits are equal.
    bool begins_like(const address_bytes& other, std::size_t bits) const noexcept {
        if (size_ != other.size_ || bits > 8 * size_)
            return false;
        for (std::size_t i = 0; i < bits; ++i)
            if (((bytes_[i / 8] ^ other.bytes_[i / 8]) >> (7 - i % 8) & 1) != 0)
                return false;
        return true;
    }

private:
    std::array<unsigned char, 16> bytes_{};
    std::size_t size_ = 16;
};

inline std::optional<address_bytes> address_of(std::string_view text) {
    error_code bad;
    const auto address = boost::asio::ip::make_address(std::string(text), bad);
    if (bad)
        return std::nullopt;
    return address_bytes(address);
}

// Removes `:port` from an entry; false if it is another port or not a port. Colons of IPv6 are in
// brackets then.
inline bool take_port(std::string_view& entry, std::uint16_t port) {
    std::string_view rest;
    if (entry.starts_with('[')) {
        const std::size_t end = entry.find(']');
        if (end == entry.npos || entry.substr(0, end).find(':') == entry.npos)
            return false;
        rest = entry.substr(end + 1);
        entry = entry.substr(1, end - 1);
        if (rest.empty())
            return true;
    } else {
        const std::size_t colon = entry.find(':');
        if (colon == entry.npos || entry.find(':', colon + 1) != entry.npos)
            return true; // a name, or a bare IPv6 address
        rest = entry.substr(colon);
        entry = entry.substr(0, colon);
    }
    return rest.starts_with(':') && parse_decimal(rest.substr(1)) == port;
}

// As for curl, a range of 0 bits is the address alone.
inline bool is_in_range(std::string_view range, std::string_view host) {
    const std::size_t slash = range.find('/');
    const auto first = address_of(range.substr(0, slash)), address = address_of(host);
    const auto bits = parse_decimal(range.substr(slash + 1));
    return first && address && bits && *bits <= first->bits() &&
           address->begins_like(*first,
                                *bits == 0 ? first->bits() : static_cast<std::size_t>(*bits));
}

inline bool is_no_proxy_entry(std::string_view entry, std::string_view host, std::uint16_t port) {
    if (entry.find('/') != entry.npos)
        return is_in_range(entry, host);
    if (!take_port(entry, port) || entry.empty())
        return false;
    if (const auto address = address_of(host)) {
        const auto listed = address_of(entry);
        return listed && listed->begins_like(*address, address->bits());
    }
    if (entry.starts_with('.'))
        entry.remove_prefix(1);
    if (entry.ends_with('.'))
        entry.remove_suffix(1);
    if (host.ends_with('.'))
        host.remove_suffix(1);
    if (entry.empty() || entry.size() > host.size())
        return false;
    const std::size_t before = host.size() - entry.size();
    return equal_ignoring_case(host.substr(before), entry) &&
           (before == 0 || host[before - 1] == '.');
}

// Whether a list in the format of `no_proxy` contains this host. The host is in lower case, an IPv6 address without
// brackets. Invalid entries are skipped; so is `*`, unless it is the whole list, as in curl. A line break separates no
// entries: an entry that contains one is invalid.
inline bool is_listed_in_no_proxy(std::string_view list, std::string_view host,
                                  std::uint16_t port) {
    constexpr std::string_view separators = ", \t";
    if (list == "*")
        return true;
    while (!list.empty()) {
        const std::size_t end = (std::min)(list.find_first_of(separators), list.size());
        if (end != 0 && is_no_proxy_entry(list.substr(0, end), host, port))
            return true;
        list.remove_prefix((std::min)(end + 1, list.size()));
    }
    return false;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
