#ifndef LANGEXPORT_DETAIL_POLICY_THROTTLING_HPP
#define LANGEXPORT_DETAIL_POLICY_THROTTLING_HPP

#include <langexport/detail/policy/backoff.hpp>
#include <langexport/detail/policy/export_state.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace langexport {
inline namespace v0 {
namespace detail {

// The effect of 429 and 503 on all requests to a resource. export_state decides about the operation
// itself, and rate_window lowers the rate.
class throttling {
public:
    explicit throttling(const retry_params& retry) noexcept : retry_(retry) {}

    // Returns how long no request of the response's class is sent; null if the response does not demand that.
    // `random` is between 0 and 1. A single 503 without a time has no effect; a second one in a row has.
    std::optional<steady_duration> pause_after(const response_event& event,
                                               double random) noexcept {
        const status_class category = event.outcome.category;
        unavailable_in_row_ = category == status_class::unavailable ? unavailable_in_row_ + 1 : 0;
        const bool asks = category == status_class::throttled ||
                          (category == status_class::unavailable &&
                           (event.retry_after || unavailable_in_row_ >= 2));
        if (!asks)
            return std::nullopt;
        return event.retry_after.value_or(
            backoff(retry_, std::max<std::uint32_t>(1, unavailable_in_row_), random));
    }

private:
    retry_params retry_;
    std::uint32_t unavailable_in_row_ = 0; // consecutive responses of 503
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
