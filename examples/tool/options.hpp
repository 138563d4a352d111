#ifndef LANGEXPORT_EXAMPLES_TOOL_OPTIONS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_OPTIONS_HPP

#include "backup_config.hpp"
#include "command_line.hpp"
#include "glob.hpp"
#include "process.hpp"

#include <langexport/batch_options.hpp>
#include <langexport/client_params.hpp>
#include <langexport/credential.hpp>
#include <langexport/detail/base/duration_text.hpp>
#include <langexport/document/json_normalizer.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/export_job.hpp>
#include <langexport/log/line_logger.hpp>
#include <langexport/project_surface.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using texts = std::vector<std::string>;
using langexport::project_surface;

// The options of a run.
class settings {
public:
    settings() {}

    // Adds the options of the run to `params`, which a resource has made for its client.
    langexport::client_params complete(langexport::client_params params) const {
        params.application_id = "export_projects";
        params.accept_partial = accept_partial;
        if (accept_any_result)
            params.check_result_structure = false;
        if (deadline > 0ms)
            params.deadline = deadline;
        params.job_timeout = job_timeout;
        params.attempt_timeout = attempt_timeout;
        params.polling.first = poll_first;
        params.polling.max_interval = poll_max;
        params.polling.min_interval =
            std::min(params.polling.min_interval, params.polling.max_interval);
        return params;
    }
    bool is_resumed() const { return resume.has_value(); }
    // Whether nothing is exported or written.
    bool is_preview() const { return list || dry_run; }

    std::vector<backup_resource> resources;
    std::string kept; // the options that the command for resuming this run repeats
    std::string hint; // one line about what to do before resuming; may be empty
    fs::path config, report;
    std::optional<fs::path> resume; // the report to resume; empty: the one in the output folder
    texts names;                    // of projects; for a run that resumes another one: a choice
    langexport::log_level log_level = langexport::log_level::info;
    std::chrono::milliseconds deadline{0},
        job_timeout = 30min, attempt_timeout = 1min, grace = 25s, poll_first = 500ms,
        poll_max = 30s,
        silence = 9s; // without a line, where there is no terminal
    std::size_t max_in_flight = 64;
    bool all = false, allow_empty = false, accept_partial = false, accept_any_result = false,
         quiet = false;
    std::optional<langexport::normalizing_options> normalize;
    name_filter filter; // of the projects that are listed, or that a config names
    std::string
        trained_model; // the label of the model whose state is exported; empty: the working copy
    fs::path verify;   // the folder to compare with its manifest; empty: none
    bool prune = false, list = false, dry_run = false, json = false, log_time = false;
    fs::path metrics; // the file for Prometheus; empty: none
};

// Rejects what was given.
inline void need(bool is_so, const std::string& otherwise) {
    if (!is_so)
        throw std::invalid_argument(otherwise);
}

inline bool is_token(const std::string& word) {
    try {
        return !langexport::export_job::from_token(word).empty();
    } catch (const langexport::export_error&) {
        return false;
    }
}

// The word after --resume is the name of a project if it cannot be a report.
inline void set_name_from_report(settings& s) {
    if (!s.resume || s.resume->empty())
        return;
    std::error_code unknown;
    const std::string word = s.resume->string();
    if (word.find('/') != std::string::npos || s.resume->extension() == ".jsonl" ||
        fs::exists(*s.resume, unknown))
        return;
    need(!is_token(word), "--resume: the name of a report, or of projects of its last run; the "
                          "report has the tokens of jobs");
    s.names.insert(s.names.begin(), word);
    s.resume->clear();
}

inline std::vector<project_surface> read_surfaces(const texts& words) {
    std::vector<project_surface> surfaces;
    for (const std::string& word : words) {
        const auto known = langexport::project_surface_of(word);
        need(known.has_value(), "--surface: " + langexport::detail::surface_choice());
        if (std::find(surfaces.begin(), surfaces.end(), *known) == surfaces.end())
            surfaces.push_back(*known);
    }
    return surfaces;
}

// If the proxy of the options or of the environment cannot be used, the run fails before anything is sent.
inline void check_proxy(const backup_resource& one) {
    langexport::endpoint::parse(one.endpoint);
    one.connection.check();
    try {
        one.connection.proxy_to(one.endpoint);
    } catch (const std::invalid_argument& error) {
        need(false, std::string("--proxy ") + error.what());
    }
}

// Whether the resource can be used, as far as that is known without a request.
inline void check_resource(const backup_resource& one) {
    need(!one.endpoint.empty(), "name the resource: --endpoint, or AZURE_LANGUAGE_ENDPOINT");
    check_proxy(one);
    one.credential.check();
}

// Knowledge bases are not trained.
inline void leave_out_untrained(const settings& s, std::vector<project_surface>& surfaces) {
    if (!s.trained_model.empty())
        std::erase(surfaces, project_surface::query_knowledgebases);
}

// Reads the options of the resource; without --config there is only one.
inline void read_resource(settings& s, backup_resource one, const texts& surface_words) {
    need(!s.all || s.names.empty(), "--all, or the names of projects, not both");
    need(s.all || !s.names.empty() || s.resume, "name a project, or --all");
    check_resource(one);
    std::vector<project_surface> surfaces = read_surfaces(surface_words);
    const bool needs_one = !s.all && !s.resume;
    need(!needs_one || surfaces.size() < 2,
         "--surface: projects that are named are of one surface; several are for --all");
    if (surfaces.empty() && needs_one)
        surfaces.push_back(project_surface::analyze_text);
    const std::vector<project_surface> named = surfaces;
    if (surfaces.empty())
        surfaces = langexport::detail::all_surfaces();
    leave_out_untrained(s, surfaces);
    need(named.empty() || surfaces == named,
         "--trained-model: knowledge bases have no trained models");
    need(one.format.empty() || surfaces.size() == 1, "--format: name the --surface that it is of");
    one.surface = surfaces.front();
    if (surfaces.size() > 1)
        one.several_surfaces = surfaces;
    one.projects = s.names;
    s.resources.push_back(one);
}

// A variable of a script that is not set, or an option that swallowed the next one, would otherwise mean
// another file, or another resource.
inline void check_values(const option_reader& options,
                         std::initializer_list<std::pair<const char*, std::string>> values) {
    for (const auto& [name, value] : values)
        need(!options.has(name) || (!value.empty() && !value.starts_with("--")),
             std::string(name) + " needs a value" +
                 (value.empty() ? "" : ", and '" + value + "' is an option"));
}

// The same for an option that can be repeated.
inline void check_values(const option_reader& options, const char* name, const texts& values) {
    for (const std::string& value : values)
        check_values(options, {{name, value}});
}

// If only one of the two times between polls was given, the other one adapts, to any value.
inline void fit_polling(const option_reader& options, settings& s) {
    if (!options.has("--poll-first"))
        s.poll_first = std::min(s.poll_first, std::max(s.poll_max, 1ms));
    if (!options.has("--poll-max"))
        s.poll_max = std::max(s.poll_max, std::min<std::chrono::milliseconds>(s.poll_first, 1h));
    need(!options.has("--poll-first") || !options.has("--poll-max") || s.poll_first <= s.poll_max,
         "--poll-first (" + langexport::detail::format_duration(s.poll_first) +
             ") is longer than --poll-max (" + langexport::detail::format_duration(s.poll_max) +
             ")");
    need(!options.has("--poll-first") || s.poll_first < s.job_timeout || s.job_timeout <= 0ms,
         "--poll-first (" + langexport::detail::format_duration(s.poll_first) +
             ") is not shorter than --job-timeout (" +
             langexport::detail::format_duration(s.job_timeout) + "): no job would be polled");
}

// Options that choose among the projects of a list.
inline void check_choice(settings& s) {
    const bool has_filter = !s.filter.is_open();
    if (has_filter && s.names.empty() && s.config.empty() && !s.resume)
        s.all = true;
    need(!has_filter || s.names.empty(),
         "--include and --exclude choose among all projects: name projects, or use these options");
    need(!s.prune || s.all || s.resume || !s.config.empty(), "--prune is for --all");
    need(!s.is_preview() || !s.resume, "--list and --dry-run show a new run: leave out --resume");
    need(!s.list || !s.dry_run, "--list, or --dry-run, not both");
    need(s.metrics.empty() || !s.is_preview(),
         "--metrics is for a run that exports: leave out --list and --dry-run");
}

// Comparing a folder with its manifest needs no other settings.
inline bool is_only_verify(const option_reader& options, const settings& s) {
    if (!options.has("--verify"))
        return false;
    check_values(options, {{"--verify", s.verify.string()}});
    need(s.names.empty() && options.arguments_except({"--verify", "--quiet"}).empty(),
         "--verify DIR allows only --quiet beside it");
    return true;
}

// Contradictory options, and values that the library does not accept for any resource.
inline void check_limits(const settings& s) {
    need(s.max_in_flight > 0, "--max-in-flight: 1 or more");
    langexport::batch_options batch;
    batch.max_in_flight = s.max_in_flight;
    validate(batch);
    validate(s.complete({"https://any.example", langexport::subscription_key("any")}));
}

// A command for tokens may contain a secret, so it is never shown.
inline void keep_options(const option_reader& options, settings& s) {
    s.kept = options.arguments_except({"--report", "--resume", "--token-command"});
    if (!options.has("--token-command"))
        return;
    s.kept += " --token-command \"$TOKEN_COMMAND\"";
    s.hint = "the --token-command is not shown, because it may contain a secret: set the variable "
             "TOKEN_COMMAND to it\n";
}

// The options that the programs for a resource share: the resource, and how a run works.
class common_options {
public:
    common_options(settings& s, backup_resource& one) : set_(s), resource_(one) {
        one.endpoint = langexport::environment_text("AZURE_LANGUAGE_ENDPOINT");
        one.credential.key_env = "AZURE_LANGUAGE_KEY";
        one.credential.key2_env = "AZURE_LANGUAGE_KEY2";
    }

    void add_to(option_reader& options) {
        backup_resource& one = resource_;
        options.add("--endpoint", &one.endpoint).add("--key-file", &one.credential.key_file);
        options.add("--auth", &auth_).add("--token-command", &one.credential.token_command);
        options.add("--audience", &one.credential.audience).add("--api-version", &versions_);
        for (const path_setting& each : path_settings)
            options.add(each.option, &(one.connection.*each.member));
        options.add("--proxy", &one.connection.proxy);
        options.add("--gateway-backend", &one.gateway_backends);
        options.add("--quota-posts", &one.quota.submissions).add("--quota-gets", &one.quota.reads);
        options.add("--quota-window", &window_);
        options.add("--deadline", &set_.deadline).add("--job-timeout", &set_.job_timeout);
        options.add("--attempt-timeout", &set_.attempt_timeout).add("--grace", &set_.grace);
        options.add("--poll-first", &set_.poll_first).add("--poll-max", &set_.poll_max);
        options.add("--max-in-flight", &set_.max_in_flight);
        options.add("--log-level", &level_).add("--quiet", &set_.quiet);
        options.add("--log-time", &set_.log_time);
    }

    // Checks the values that were read, and completes the settings and the resource.
    void finish(const option_reader& options) {
        need(!set_.quiet || !options.has("--log-level"), "--quiet, or a --log-level, not both");
        const auto level = langexport::parse_log_level(set_.quiet ? "error" : level_);
        need(level.has_value(), "--log-level: " + langexport::detail::log_level_choice());
        set_.log_level = *level;
        check_values(options, {{"--key-file", resource_.credential.key_file.string()},
                               {"--auth", auth_},
                               {"--token-command", resource_.credential.token_command},
                               {"--audience", resource_.credential.audience},
                               {"--proxy", resource_.connection.proxy},
                               {"--report", set_.report.string()}});
        check_values(options, "--include", set_.filter.include);
        check_values(options, "--exclude", set_.filter.exclude);
        check_values(options, "--api-version", versions_);
        check_values(options, "--gateway-backend", resource_.gateway_backends);
        for (const path_setting& each : path_settings)
            check_values(options, {{each.option, (resource_.connection.*each.member).string()}});
        fit_polling(options, set_);
        check_limits(set_);
        for (const std::string& version : versions_)
            try {
                resource_.set_version(version);
            } catch (const std::invalid_argument& error) {
                need(false, std::string("--api-version ") + error.what());
            }
        resource_.credential.auth = auth_kind_of(auth_);
        need(auth_.empty() || resource_.credential.auth, "--auth: " + auth_kind_choice());
        if (window_ == 0ms)
            resource_.quota.submissions = resource_.quota.reads = 0;
        resource_.quota.window = std::max(window_, 1ms);
    }

private:
    settings& set_;
    backup_resource& resource_;
    std::string auth_, level_ = "info";
    texts versions_;
    std::chrono::milliseconds window_ = 1min;
};

// Reads the options. Throws std::invalid_argument or export_error with a text for people.
inline settings read_arguments(const texts& arguments) {
    settings s;
    std::optional<std::string> normalize;
    texts surfaces;
    backup_resource one;
    one.output_dir = ".";
    option_reader options;
    common_options common(s, one);
    common.add_to(options);
    options.add("--output-dir", &one.output_dir).add("--format", &one.format);
    options.add("--surface", &surfaces).add("--all", &s.all);
    options.add("--config", &s.config).add("--report", &s.report).add("--resume", &s.resume);
    options.add("--accept-partial", &s.accept_partial).add("--normalize", &normalize);
    options.add("--accept-any-result", &s.accept_any_result).add("--allow-empty", &s.allow_empty);
    options.add("--include", &s.filter.include).add("--exclude", &s.filter.exclude);
    options.add("--trained-model", &s.trained_model).add("--verify", &s.verify);
    options.add("--prune", &s.prune).add("--list", &s.list).add("--dry-run", &s.dry_run);
    options.add("--json", &s.json).add("--metrics", &s.metrics);
    s.names = options.read(arguments);
    if (is_only_verify(options, s))
        return s;
    set_name_from_report(s);
    keep_options(options, s);
    check_choice(s);
    if (normalize) {
        need(normalize->empty() || *normalize == "sorted", "--normalize: alone, or =sorted");
        s.normalize.emplace().sort_items = *normalize == "sorted";
        s.normalize->max_depth = readable_depth();
    }
    check_values(options, {{"--output-dir", one.output_dir.string()},
                           {"--format", one.format},
                           {"--config", s.config.string()},
                           {"--trained-model", s.trained_model},
                           {"--metrics", s.metrics.string()}});
    check_values(options, "--surface", surfaces);
    common.finish(options);
    need(!s.allow_empty || s.all || s.resume || !s.config.empty(), "--allow-empty is for --all");
    if (s.config.empty()) {
        read_resource(s, one, surfaces);
        return s;
    }
    for (const char* name :
         {"--endpoint", "--key-file", "--output-dir", "--api-version", "--proxy", "--auth",
          "--token-command", "--audience", "--surface", "--format", "--all", "--quota-posts",
          "--quota-gets", "--quota-window", "--gateway-backend"})
        need(!options.has(name), std::string(name) + " belongs in the --config");
    for (const path_setting& each : path_settings)
        need(!options.has(each.option), std::string(each.option) + " belongs in the --config");
    need(s.names.empty(), "projects have their place in the --config");
    s.resources = backup_config::read(s.config, broken_resources::keep).resources;
    for (backup_resource& each : s.resources)
        leave_out_untrained(s, each.several_surfaces);
    return s;
}

} // namespace tool

#endif
