#ifndef LANGEXPORT_DETAIL_POLICY_CONNECTION_LIMIT_HPP
#define LANGEXPORT_DETAIL_POLICY_CONNECTION_LIMIT_HPP

#include <langexport/detail/policy/backoff.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace detail {

// How many connections a client may have: the configured number, and fewer while file descriptors are scarce. Each
// shortage removes one, because a file needs its descriptor. Each minute without a shortage allows one more.
class connection_limit {
public:
    static constexpr std::chrono::minutes recovery{1};

    explicit connection_limit(std::size_t configured) noexcept : configured_(configured) {}

    // Called when no descriptor was free while `open` connections were open. At least one connection stays allowed.
    void lacked(std::size_t open, bool for_connection, steady_time now) noexcept {
        const std::size_t had = (std::min)(open, most(now));
        // The failed connection is not among the open ones.
        most_at_last_ = (std::max<std::size_t>)(1, for_connection || had == 0 ? had : had - 1);
        last_ = now;
        is_reduced_ = true;
    }

    std::size_t most(steady_time now) const noexcept {
        if (!is_reduced_)
            return configured_;
        const auto given_back = static_cast<std::size_t>((now - last_) / recovery);
        return (std::min)(configured_, most_at_last_ + given_back);
    }

    // Returns when another connection may be opened in addition to `connections`: now, later, or max() if no more are
    // configured.
    steady_time next_allowed(std::size_t connections, steady_time now) const noexcept {
        if (connections >= configured_)
            return (steady_time::max)();
        return connections >= most(now) ? round_up(now + recovery) : now;
    }

private:
    std::size_t configured_;
    bool is_reduced_ = false;
    std::size_t most_at_last_ = 0;
    steady_time last_{};
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
