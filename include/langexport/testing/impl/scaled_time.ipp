#ifndef LANGEXPORT_TESTING_IMPL_SCALED_TIME_IPP
#define LANGEXPORT_TESTING_IMPL_SCALED_TIME_IPP

#include <langexport/testing/scaled_time.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// Does not change values that are at most `least`: 0 for "none", and invalid values.
inline void shrink(client_params::duration& value, double factor,
                   client_params::duration least = std::chrono::milliseconds(1)) {
    // Larger than every valid value, and small enough for the type of every result.
    constexpr client_params::duration most = std::chrono::hours(24 * 366);
    if (value <= least)
        return;
    const double exact = static_cast<double>(value.count()) / factor;
    value =
        exact < static_cast<double>(most.count())
            ? (std::max)(least,
                         client_params::duration(static_cast<client_params::duration::rep>(exact)))
            : (std::max)(value, most);
}

} // namespace detail

LANGEXPORT_DECL client_params in_scaled_time(client_params params, double factor) {
    if (!std::isfinite(factor) || factor <= 0)
        throw std::invalid_argument("the factor of scaled time must be finite and greater than 0");
    constexpr std::chrono::seconds for_a_request(1);

    for (client_params::duration* value :
         {&params.quota.window, &params.polling.first, &params.polling.min_interval,
          &params.polling.max_interval, &params.retry.first_backoff, &params.retry.max_backoff,
          &params.retry.not_found_grace, &params.job_timeout, &params.max_idle_time,
          &params.max_connection_age})
        detail::shrink(*value, factor);
    detail::shrink(params.retry.max_retry_after, factor, std::chrono::seconds(1));
    if (params.deadline)
        detail::shrink(*params.deadline, factor);
    for (client_params::duration* value :
         {&params.resolve_timeout, &params.connect_timeout, &params.handshake_timeout,
          &params.proxy_timeout, &params.response_timeout, &params.read_timeout,
          &params.attempt_timeout, &params.result_timeout, &params.upload_timeout})
        detail::shrink(*value, factor, for_a_request);
    params.retry.rate = (std::min)(params.retry.rate * factor, 1e6);
    return params;
}

} // namespace testing
} // namespace v0
} // namespace langexport

#endif
