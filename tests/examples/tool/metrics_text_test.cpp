// The text format of Prometheus.

#include "examples/tool/metrics_text.hpp"

#include "support/catch.hpp"

namespace metrics_text_test {

using namespace tool;

TEST_CASE("a metric has a description, a type and samples", "[tool][metrics_text]") {
    metrics_text text;
    text.begin(exports_metric);
    text.add({{"resource", "https://a.example"}, {"outcome", "failed"}}, 3);
    text.add({}, 0.5);
    CHECK(text.text() == "# HELP langexport_exports_total Exports that have ended.\n"
                         "# TYPE langexport_exports_total counter\n"
                         "langexport_exports_total{resource=\"https://a.example\",outcome="
                         "\"failed\"} 3\n"
                         "langexport_exports_total 0.5\n");
}

TEST_CASE("values of labels are escaped", "[tool][metrics_text]") {
    CHECK(sample_name("m", {{"a", "quote \" backslash \\ line\nfeed"}}) ==
          "m{a=\"quote \\\" backslash \\\\ line\\nfeed\"}");
}

TEST_CASE("metrics have the names that dashboards know", "[tool][metrics_text]") {
    CHECK(last_success_metric.name == "langexport_last_success_timestamp_seconds");
    CHECK(exports_metric.name == "langexport_exports_total");
    CHECK(export_bytes_metric.name == "langexport_export_bytes_total");
    CHECK(run_duration_metric.name == "langexport_run_duration_seconds");
    CHECK(quota_remaining_metric.name == "langexport_quota_remaining");
}

} // namespace metrics_text_test
