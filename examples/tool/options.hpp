#ifndef LANGEXPORT_EXAMPLES_TOOL_OPTIONS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_OPTIONS_HPP

#include <langexport/backup_config.hpp>
#include <langexport/command_line.hpp>
#include <langexport/json_normalizer.hpp>
#include <langexport/line_logger.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace tool {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

// The options of a run.
class settings {
public:
    settings() {}
    std::vector<langexport::backup_resource> resources;
    std::string kept; // what a resuming run is given, too
    std::string config, report, resume;
    langexport::log_level log_level = langexport::log_level::info;
    std::chrono::milliseconds deadline{0}, job_timeout = 30min, attempt_timeout = 1min, grace = 25s,
                                           poll_first = 500ms, poll_max = 30s;
    std::size_t max_in_flight = 64;
    bool all = false, accept_partial = false, accept_any_result = false, quiet = false;
    std::optional<langexport::normalizing_options> normalize;
};

// Rejects what was given.
inline void need(bool is_so, const std::string& otherwise) {
    if (!is_so)
        throw std::invalid_argument(otherwise);
}

// Reads the options. Throws std::invalid_argument or export_error with a text for people.
inline settings read_arguments(const texts& arguments) {
    settings s;
    std::string surface = "analyze-text", level = "info";
    std::optional<std::string> normalize;
    texts versions;
    std::chrono::milliseconds window = 1min;
    langexport::backup_resource one;
    if (const char* endpoint = std::getenv("AZURE_LANGUAGE_ENDPOINT"))
        one.endpoint = endpoint;
    one.key_env = "AZURE_LANGUAGE_KEY";
    one.output_dir = ".";
    one.place = "options";
    langexport::option_reader options;
    options.add("--endpoint", &one.endpoint).add("--key-file", &one.key_file);
    options.add("--output-dir", &one.output_dir).add("--api-version", &versions);
    options.add("--ca-file", &one.ca_file).add("--format", &one.format);
    options.add("--quota-posts", &one.quota.submissions).add("--quota-gets", &one.quota.reads);
    options.add("--quota-window", &window).add("--surface", &surface).add("--all", &s.all);
    options.add("--config", &s.config).add("--report", &s.report).add("--resume", &s.resume);
    options.add("--accept-partial", &s.accept_partial).add("--normalize", &normalize);
    options.add("--accept-any-result", &s.accept_any_result);
    options.add("--deadline", &s.deadline).add("--job-timeout", &s.job_timeout);
    options.add("--attempt-timeout", &s.attempt_timeout).add("--grace", &s.grace);
    options.add("--poll-first", &s.poll_first).add("--poll-max", &s.poll_max);
    options.add("--max-in-flight", &s.max_in_flight);
    options.add("--log-level", &level).add("--quiet", &s.quiet);
    one.projects = options.read(arguments);
    s.kept = options.given_but({"--report", "--resume"});
    if (normalize) {
        need(normalize->empty() || *normalize == "sorted", "--normalize: alone, or =sorted");
        s.normalize.emplace().sort_items = *normalize == "sorted";
    }
    const bool names_some = !one.projects.empty();
    const auto known_level = langexport::parse_log_level(s.quiet ? "error" : level);
    need(known_level.has_value(), "--log-level: error, warning, info, debug or trace");
    s.log_level = *known_level;
    need(s.max_in_flight > 0, "--max-in-flight: 1 or more");
    if (!s.config.empty()) {
        for (const char* name :
             {"--endpoint", "--key-file", "--output-dir", "--api-version", "--ca-file", "--surface",
              "--format", "--all", "--quota-posts", "--quota-gets", "--quota-window"})
            need(!options.has(name), std::string(name) + " has its place in the --config");
        need(!names_some, "projects have their place in the --config");
        s.resources = langexport::backup_config::read(s.config).resources;
        return s;
    }
    need(!s.all || !names_some, "--all, or the names of projects, not both");
    need(s.all || names_some || !s.resume.empty(), "name a project, or --all");
    need(!one.endpoint.empty(), "name the resource: --endpoint, or AZURE_LANGUAGE_ENDPOINT");
    const auto known = langexport::project_surface_of(surface);
    need(known.has_value(),
         "--surface: analyze-text, analyze-conversations or query-knowledgebases");
    one.surface = *known;
    for (const std::string& version : versions)
        try {
            one.set_version(version);
        } catch (const std::invalid_argument& error) {
            need(false, std::string("--api-version ") + error.what());
        }
    if (window == 0ms)
        one.quota.submissions = one.quota.reads = 0;
    one.quota.window = std::max(window, 1ms);
    s.resources.push_back(one);
    return s;
}

} // namespace tool

#endif
