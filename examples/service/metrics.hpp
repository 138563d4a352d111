#ifndef LANGEXPORT_EXAMPLES_SERVICE_METRICS_HPP
#define LANGEXPORT_EXAMPLES_SERVICE_METRICS_HPP

#include "../tool/metrics_text.hpp"
#include "exporter.hpp"

#include <langexport/client_stats.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace service {

/// The text that Prometheus reads (text format 0.0.4).
///
/// @param resource  The origin of the resource: a label of every metric.
inline std::string metrics_text(const std::string& resource, const export_counts& counts,
                                const langexport::client_stats& stats,
                                const std::vector<export_record>& records) {
    tool::metrics_text text;
    text.begin(tool::exports_metric);
    const auto outcome = [&](export_state end, std::uint64_t count) {
        text.add({{"resource", resource}, {"outcome", to_string(end)}}, count);
    };
    outcome(export_state::exported, counts.exported);
    outcome(export_state::failed, counts.failed);
    outcome(export_state::cancelled, counts.cancelled);

    text.begin({"langexport_exports", "gauge", "Exports by state."});
    for (const auto& [state, name] : state_names)
        text.add({{"resource", resource}, {"state", name}},
                 std::count_if(
                     records.begin(), records.end(),
                     [state = state](const export_record& each) { return each.state == state; }));

    text.begin(tool::export_bytes_metric);
    text.add({{"resource", resource}}, counts.bytes.load());
    text.begin(tool::last_success_metric);
    text.add({{"resource", resource}}, counts.last_success.load());
    const auto of_each_class = [&](const tool::metric& one, auto value_of) {
        text.begin(one);
        const auto line = [&](std::string_view word, const langexport::budget_stats& budget) {
            if (const auto value = value_of(budget))
                text.add({{"resource", resource}, {"class", word}}, *value);
        };
        line("POST", stats.submissions);
        line("GET", stats.reads);
    };
    of_each_class(tool::quota_remaining_metric, [](const auto& budget) { return budget.left; });
    of_each_class(
        {"langexport_quota_limit", "gauge", "Requests that may be sent in a minute."},
        [](const auto& budget) { return budget.rate ? std::optional(budget.rate) : std::nullopt; });
    of_each_class(
        {"langexport_throttled_seconds", "gauge", "Until throttling by the service ends."},
        [](const auto& budget) {
            return std::optional(std::chrono::duration<double>(budget.throttled_for).count());
        });
    return text.text();
}

} // namespace service

#endif
