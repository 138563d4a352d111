#ifndef LANGEXPORT_EXAMPLES_SERVICE_METRICS_HPP
#define LANGEXPORT_EXAMPLES_SERVICE_METRICS_HPP

#include "exporter.hpp"

#include <langexport/client_stats.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <sstream>
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
    std::ostringstream text;
    const std::string label = "resource=\"" + resource + "\"";
    const auto begin = [&](std::string_view name, std::string_view type, std::string_view help) {
        text << "# HELP " << name << " " << help << "\n# TYPE " << name << " " << type << "\n";
    };
    begin("langexport_exports_total", "counter", "Exports that ended since the start.");
    const auto outcome = [&](export_state end, std::uint64_t count) {
        text << "langexport_exports_total{" << label << ",outcome=\"" << to_string(end) << "\"} "
             << count << "\n";
    };
    outcome(export_state::exported, counts.exported);
    outcome(export_state::failed, counts.failed);
    outcome(export_state::cancelled, counts.cancelled);

    begin("langexport_exports", "gauge", "Exports by state.");
    for (const auto& [state, name] : state_names) {
        const auto count = std::count_if(
            records.begin(), records.end(),
            [state = state](const export_record& each) { return each.state == state; });
        text << "langexport_exports{" << label << ",state=\"" << name << "\"} " << count << "\n";
    }

    begin("langexport_export_bytes_total", "counter", "Bytes of results since the start.");
    text << "langexport_export_bytes_total{" << label << "} " << counts.bytes << "\n";
    begin("langexport_last_success_timestamp_seconds", "gauge", "When an export last succeeded.");
    text << "langexport_last_success_timestamp_seconds{" << label << "} " << counts.last_success
         << "\n";
    const auto of_each_class = [&](std::string_view name, std::string_view help, auto value_of) {
        begin(name, "gauge", help);
        const auto line = [&](std::string_view word, const langexport::budget_stats& budget) {
            if (const auto value = value_of(budget))
                text << name << "{" << label << ",class=\"" << word << "\"} " << *value << "\n";
        };
        line("POST", stats.submissions);
        line("GET", stats.reads);
    };
    of_each_class("langexport_quota_remaining", "Requests that may be sent now.",
                  [](const auto& budget) { return budget.left; });
    of_each_class(
        "langexport_quota_limit", "Requests that may be sent in a minute.",
        [](const auto& budget) { return budget.rate ? std::optional(budget.rate) : std::nullopt; });
    of_each_class("langexport_throttled_seconds", "Until throttling by the service ends.",
                  [](const auto& budget) {
                      return std::optional(
                          std::chrono::duration<double>(budget.throttled_for).count());
                  });
    return text.str();
}

} // namespace service

#endif
