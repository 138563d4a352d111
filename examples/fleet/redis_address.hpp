#ifndef LANGEXPORT_EXAMPLES_FLEET_REDIS_ADDRESS_HPP
#define LANGEXPORT_EXAMPLES_FLEET_REDIS_ADDRESS_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/fleet/redis_quota_params.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace fleet {

/// How Redis is reached. A plain value.
class redis_address {
public:
    redis_address() = default;

    std::string host;          ///< A name or an address, without brackets.
    std::uint16_t port = 6379; ///< Its port.
    std::string user;          ///< Empty: `default`.
    std::string password;      ///< Empty: none.
    bool tls = false;          ///< Use TLS.
    std::string ca_file;       ///< Certificates to trust; empty: those of the system.
    int database = 0;          ///< Its number.
    std::string prefix;        ///< The begin of every key.

    /// The address without secrets, for messages.
    std::string shown() const { return host + ':' + std::to_string(port); }
    /// The same server, for the quota of a resource.
    langexport::redis_quota_params quota_of(std::string resource) const {
        langexport::redis_quota_params params(std::move(resource));
        params.host = host;
        params.port = port;
        params.user = user;
        params.password = password;
        params.tls = tls;
        params.ca_file = ca_file;
        params.database = database;
        params.prefix = prefix;
        return params;
    }
};

// Messages about a URL do not repeat its text, because it may have a password.
[[noreturn]] inline void reject_url(const std::string& why) {
    throw std::invalid_argument("the URL of Redis " + why +
                                "; it has the form redis://[[user]:password@]host[:port][/db], or "
                                "rediss:// for TLS");
}

inline std::string percent_decoded(std::string_view text) {
    for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 3))
        if (!langexport::detail::percent_value(text.substr(at)))
            reject_url("has a '%' without two hexadecimal digits");
    return langexport::detail::percent_decode(text);
}

inline std::uint64_t number_in_url(std::string_view text, std::uint64_t most, const char* name) {
    const auto number = langexport::detail::parse_decimal(text);
    if (!number || *number > most)
        reject_url(std::string("has a ") + name + " that is not a number up to " +
                   std::to_string(most));
    return *number;
}

inline void read_host(redis_address& address, std::string_view text) {
    const std::size_t closing = text.starts_with('[') ? text.find(']') : std::string_view::npos;
    const std::size_t colon = text.find(':', closing == text.npos ? 0 : closing);
    std::string_view host = text.substr(0, colon);
    if (closing != text.npos)
        host = text.substr(1, closing - 1);
    if (host.empty())
        reject_url("names no host");
    address.host = percent_decoded(host);
    if (colon == text.npos)
        return;
    address.port = static_cast<std::uint16_t>(number_in_url(text.substr(colon + 1), 65535, "port"));
    if (address.port == 0)
        reject_url("has the port 0");
}

/// Reads a URL. @throws std::invalid_argument that does not repeat the URL.
inline redis_address parse_redis_url(std::string_view url) {
    redis_address address;
    std::string_view rest = url;
    for (const std::string_view scheme : {"redis://", "rediss://"})
        if (rest.starts_with(scheme)) {
            address.tls = scheme == "rediss://";
            rest.remove_prefix(scheme.size());
            break;
        }
    if (rest.size() == url.size())
        reject_url("does not begin with redis:// or rediss://");
    const std::size_t slash = rest.find('/', rest.find('@') == rest.npos ? 0 : rest.rfind('@'));
    if (slash != rest.npos && slash + 1 < rest.size())
        address.database =
            static_cast<int>(number_in_url(rest.substr(slash + 1), 1'000'000, "database"));
    rest = rest.substr(0, slash);
    if (const std::size_t at = rest.rfind('@'); at != rest.npos) {
        const std::string_view before = rest.substr(0, at);
        const std::size_t colon = before.find(':');
        if (colon == before.npos)
            reject_url("has a user without a password");
        address.user = percent_decoded(before.substr(0, colon));
        address.password = percent_decoded(before.substr(colon + 1));
        rest.remove_prefix(at + 1);
    }
    read_host(address, rest);
    return address;
}

} // namespace fleet

#endif
