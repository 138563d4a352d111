#ifndef LANGEXPORT_EXAMPLES_TOOL_METRICS_TEXT_HPP
#define LANGEXPORT_EXAMPLES_TOOL_METRICS_TEXT_HPP

#include <initializer_list>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace tool {

/// A metric: the name, type and description that its samples have in common.
struct metric {
    std::string_view name, type, help;
};

// The metrics of both the backup tool and the export service. Each has the label `resource`.

inline constexpr metric last_success_metric = {
    "langexport_last_success_timestamp_seconds", "gauge",
    "When the last complete success was, in seconds since 1970."};
inline constexpr metric exports_metric = {"langexport_exports_total", "counter",
                                          "Exports that have ended."};
inline constexpr metric export_bytes_metric = {"langexport_export_bytes_total", "counter",
                                               "Bytes of results."};
inline constexpr metric run_duration_metric = {"langexport_run_duration_seconds", "gauge",
                                               "The duration of the last run."};
inline constexpr metric quota_remaining_metric = {"langexport_quota_remaining", "gauge",
                                                  "Requests that may be sent now."};

/// The name and the labels of a sample, such as
/// `langexport_exports_total{resource="https://a.example",outcome="failed"}`.
inline std::string
sample_name(std::string_view metric_name,
            std::initializer_list<std::pair<std::string_view, std::string_view>> labels) {
    std::string text(metric_name);
    char separator = '{';
    for (const auto& [name, value] : labels) {
        text.append(1, separator).append(name).append("=\"");
        for (const char each : value)
            text.append(each == '\n'                  ? "\\n"
                        : each == '"' || each == '\\' ? "\\"
                                                      : "")
                .append(each == '\n' ? 0 : 1, each);
        text += '"';
        separator = ',';
    }
    return labels.size() == 0 ? text : text + '}';
}

/// Makes the text that Prometheus reads (text format 0.0.4).
class metrics_text {
public:
    metrics_text() = default;

    /// Begins a metric. Its samples follow.
    void begin(const metric& one) {
        text_ << "# HELP " << one.name << ' ' << one.help << "\n# TYPE " << one.name << ' '
              << one.type << '\n';
        name_ = one.name;
    }
    /// Adds a sample.
    template <class Number>
    void add(std::initializer_list<std::pair<std::string_view, std::string_view>> labels,
             Number value) {
        text_ << sample_name(name_, labels) << ' ' << value << '\n';
    }
    std::string text() const { return text_.str(); }

private:
    std::ostringstream text_;
    std::string_view name_;
};

} // namespace tool

#endif
