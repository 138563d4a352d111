#ifndef LANGEXPORT_FLEET_REDIS_QUOTA_PARAMS_HPP
#define LANGEXPORT_FLEET_REDIS_QUOTA_PARAMS_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {

/// What clients do while Redis cannot be reached.
enum class unreachable_policy : unsigned char {
    wait, ///< Requests wait, and the observer receives `quota_failed_event`.
    /// The process uses a fixed part of the quota, `redis_quota_params::local_share`, from one window after its last
    /// permits have expired. The sum of the parts of all processes must be at most 1.
    local_share
};

/// The settings of a `redis_quota`.
///
/// A plain value. Thread safety: as the standard library's types.
class redis_quota_params {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    /// @param its_resource  See `resource`.
    explicit redis_quota_params(std::string its_resource) : resource(std::move(its_resource)) {}

    /// The resource whose quota is shared: any name that all processes use, usually the host of the endpoint. A gateway
    /// and its backends are one resource. 1 to 253 letters, digits, dots, colons, hyphens and underscores.
    std::string resource;
    std::string host = "127.0.0.1"; ///< The server of Redis.
    std::uint16_t port = 6379;      ///< Its port.
    std::string user;               ///< Of Redis's access control; empty: `default`.
    std::string password;           ///< Empty: none. No message contains it.
    bool tls = false;               ///< Use TLS. The certificate must be for `host`.
    std::string
        ca_file;      ///< A PEM file of certificates to trust with TLS; empty: those of the system.
    int database = 0; ///< The number of the database.
    /// The begin of every key, so that other programs can use the same database. Characters as in `resource`.
    std::string prefix = "langexport";

    /// How long permits may be used. Shorter: a process that ends without notice blocks less. Longer: fewer messages.
    /// 0: half of the window. At most 24 h.
    duration valid_for{};
    /// The longest time from sending a request until the service has counted it. At most 24 h.
    duration longest_request = std::chrono::seconds(60);
    /// How long a response of Redis may take, connecting included. 1 ms to 1 h.
    duration timeout = std::chrono::seconds(5);

    /// What clients do while Redis cannot be reached.
    unreachable_policy when_unreachable = unreachable_policy::wait;
    /// The part of the quota for this process with `unreachable_policy::local_share`. 0 to 1.
    double local_share = 0;
};

namespace detail {

inline bool is_redis_name(const std::string& text) noexcept {
    for (const char c : text)
        if (!is_letter(c) && !is_digit(c) && c != '.' && c != ':' && c != '-' && c != '_')
            return false;
    return !text.empty() && text.size() <= 253;
}

inline redis_quota_params checked(redis_quota_params params) {
    const auto require = [](bool is_so, const char* rule) {
        if (!is_so)
            throw_error(errc::invalid_configuration, std::string("redis_quota_params::") + rule);
    };
    const auto within = [](redis_quota_params::duration value, redis_quota_params::duration least,
                           redis_quota_params::duration most) {
        return value >= least && value <= most;
    };
    using namespace std::chrono_literals;
    const std::string name =
        " must be 1 to 253 letters, digits, dots, colons, hyphens and underscores";
    require(is_redis_name(params.resource), ("resource" + name).c_str());
    require(is_redis_name(params.prefix), ("prefix" + name).c_str());
    require(!params.host.empty(), "host is empty");
    require(params.database >= 0, "database must not be negative");
    require(within(params.valid_for, 0s, 24h), "valid_for must be 0 to 24 h");
    require(within(params.longest_request, 0s, 24h), "longest_request must be 0 to 24 h");
    require(within(params.timeout, 1ms, 1h), "timeout must be 1 ms to 1 h");
    require(params.local_share >= 0 && params.local_share <= 1, "local_share must be 0 to 1");
    return params;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
