#ifndef LANGEXPORT_EXAMPLES_TOOL_RUN_METRICS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RUN_METRICS_HPP

#include "metrics_text.hpp"

#include <langexport/client_stats.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/file/atomic_file.hpp>
#include <langexport/file/read_file.hpp>
#include <langexport/report/report_line.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace tool {

/// The results of a run for one resource. A plain value.
class resource_metrics {
public:
    /// Adds the results of other exports of the same resource.
    void add(const resource_metrics& other) {
        for (const auto& [outcome, count] : other.outcomes)
            outcomes[outcome] += count;
        bytes += other.bytes;
        has_succeeded = has_succeeded && other.has_succeeded;
        if (other.submissions.left)
            submissions = other.submissions;
        if (other.reads.left)
            reads = other.reads;
    }

    std::map<langexport::export_outcome, std::uint64_t>
        outcomes;                                ///< How many exports ended in which way.
    std::uint64_t bytes = 0;                     ///< Of their results.
    bool has_succeeded = true;                   ///< Whether everything was exported.
    langexport::budget_stats submissions, reads; ///< The quota at the end.
};

/// The metrics of a run: the resources by their endpoints, and when the run ended. A plain value.
class run_metrics {
public:
    /// Adds a resource from which nothing could be exported.
    void add_unusable(const std::string& endpoint) { resources[endpoint].has_succeeded = false; }

    std::map<std::string, resource_metrics> resources;
    bool has_unnamed =
        false; ///< Whether there is a resource, not in `resources`, whose endpoint is not known.
    std::chrono::steady_clock::duration duration{};
    std::chrono::system_clock::time_point ended;
};

/// The samples of an earlier text, by name with labels. Only whole numbers: the others are not needed again.
inline std::map<std::string, std::uint64_t, std::less<>> samples_in(std::string_view text) {
    std::map<std::string, std::uint64_t, std::less<>> samples;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix((std::min)(text.size(), line.size() + 1));
        const std::size_t space = line.rfind(' ');
        if (line.starts_with('#') || space == std::string_view::npos)
            continue;
        if (const auto value = langexport::detail::parse_decimal(line.substr(space + 1)))
            samples.emplace(line.substr(0, space), *value);
    }
    return samples;
}

/// The resources of an earlier text.
inline std::set<std::string> resources_in(std::string_view text) {
    std::string begin = sample_name(last_success_metric.name, {{"resource", ""}});
    begin.erase(begin.rfind("\"}"));
    std::set<std::string> resources;
    for (const auto& [sample, value] : samples_in(text)) {
        const std::string_view rest = sample;
        if (rest.size() < begin.size() + 2 || !rest.starts_with(begin) || !rest.ends_with("\"}"))
            continue;
        std::string name;
        const std::string_view label = rest.substr(begin.size(), rest.size() - begin.size() - 2);
        for (std::size_t i = 0; i < label.size(); ++i) {
            const bool is_escaped = label[i] == '\\' && i + 1 < label.size();
            i += is_escaped ? 1 : 0;
            name += is_escaped && label[i] == 'n' ? '\n' : label[i];
        }
        resources.insert(std::move(name));
    }
    return resources;
}

/// Adds the resources of an earlier text to those of a run if one of them may be the resource that the run cannot name.
inline run_metrics with_earlier_resources(run_metrics run, std::string_view before) {
    if (run.has_unnamed)
        for (const std::string& resource : resources_in(before))
            if (run.resources.count(resource) == 0)
                run.add_unusable(resource);
    return run;
}

/// The text for Prometheus. Counters continue those of the text before, and a resource that has not succeeded keeps the
/// time of its last success.
inline std::string metrics_text_of(const run_metrics& run, std::string_view before) {
    using langexport::export_outcome;
    const auto last = samples_in(before);
    const auto before_of = [&](const std::string& sample) {
        const auto known = last.find(sample);
        return known == last.end() ? 0 : known->second;
    };
    metrics_text text;
    text.begin(last_success_metric);
    for (const auto& [resource, its] : run.resources) {
        const std::uint64_t known =
            before_of(sample_name(last_success_metric.name, {{"resource", resource}}));
        const auto now =
            std::chrono::duration_cast<std::chrono::seconds>(run.ended.time_since_epoch());
        text.add({{"resource", resource}},
                 its.has_succeeded ? static_cast<std::uint64_t>(now.count()) : known);
    }
    text.begin(exports_metric);
    for (const auto& [resource, its] : run.resources)
        for (const export_outcome outcome : {export_outcome::exported, export_outcome::partial,
                                             export_outcome::failed, export_outcome::unfinished}) {
            const auto known = its.outcomes.find(outcome);
            const std::string_view word = to_string(outcome);
            const std::uint64_t earlier = before_of(
                sample_name(exports_metric.name, {{"resource", resource}, {"outcome", word}}));
            text.add({{"resource", resource}, {"outcome", word}},
                     earlier + (known == its.outcomes.end() ? 0 : known->second));
        }
    text.begin(export_bytes_metric);
    for (const auto& [resource, its] : run.resources)
        text.add({{"resource", resource}},
                 its.bytes +
                     before_of(sample_name(export_bytes_metric.name, {{"resource", resource}})));
    text.begin(run_duration_metric);
    for (const auto& [resource, its] : run.resources)
        text.add({{"resource", resource}}, std::chrono::duration<double>(run.duration).count());
    text.begin(quota_remaining_metric);
    for (const auto& [resource, its] : run.resources) {
        if (its.submissions.left)
            text.add({{"resource", resource}, {"class", "POST"}}, *its.submissions.left);
        if (its.reads.left)
            text.add({{"resource", resource}, {"class", "GET"}}, *its.reads.left);
    }
    return text.text();
}

/// Checks that a file may be replaced: it is empty, or has the metrics of an earlier run.
///
/// @throws std::invalid_argument with a text for people.
inline void expect_metrics(const std::filesystem::path& file, std::string_view text) {
    if (!text.empty() && !text.starts_with("# HELP langexport_"))
        throw std::invalid_argument("--metrics: '" + file.string() +
                                    "' has other content than metrics of an earlier run: name "
                                    "another file, or delete it");
}

/// Replaces the file of the last run as a whole. All users can read a new file, because the program that collects
/// metrics usually runs as another one.
///
/// @throws file_error  It cannot be read or written.
/// @throws std::invalid_argument  It has other content, see `expect_metrics`.
inline void write_metrics(const std::filesystem::path& file, const run_metrics& run) {
    using std::filesystem::perms;
    std::error_code unknown;
    // A link is replaced by a new file.
    const bool is_new =
        !std::filesystem::is_regular_file(std::filesystem::symlink_status(file, unknown));
    const std::string before =
        std::filesystem::exists(file, unknown) ? langexport::read_file(file) : std::string();
    expect_metrics(file, before);
    langexport::write_file(file, metrics_text_of(with_earlier_resources(run, before), before));
    if (is_new)
        std::filesystem::permissions(file, perms::group_read | perms::others_read,
                                     std::filesystem::perm_options::add, unknown);
}

} // namespace tool

#endif
