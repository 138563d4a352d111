#include "support/target.hpp"

#include <algorithm>
#include <chrono>

namespace langexport_benchmarks {

namespace {

using duration = langexport::client_params::duration;

void shrink(duration& time, double scale) {
    const std::chrono::duration<double, duration::period> exact(time);
    time = std::max<duration>(std::chrono::milliseconds(1),
                              std::chrono::duration_cast<duration>(exact / scale));
}

} // namespace

langexport::client_params bare_params(const options& given) {
    const langexport::subscription_key key(given.text("key", "e58b081006f7e3dfc967a64cb14028d5"));
    langexport::client_params params(given.text("endpoint"), key);
    params.ca_file = given.text("ca", "");
    params.max_connections = given.number("connections", params.max_connections);
    params.quota.submissions = params.quota.reads = 0;
    params.polling.first = std::chrono::duration_cast<duration>(given.seconds("first-poll", 0.001));
    return params;
}

void scale_times(langexport::client_params& params, double scale) {
    for (duration* time :
         {&params.polling.first, &params.polling.min_interval, &params.polling.max_interval,
          &params.retry.first_backoff, &params.retry.max_backoff, &params.retry.not_found_grace,
          &params.quota.window})
        shrink(*time, scale);
}

} // namespace langexport_benchmarks
