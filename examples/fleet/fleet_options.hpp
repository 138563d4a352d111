#ifndef LANGEXPORT_EXAMPLES_FLEET_FLEET_OPTIONS_HPP
#define LANGEXPORT_EXAMPLES_FLEET_FLEET_OPTIONS_HPP

#include "../tool/command_line.hpp"
#include "../tool/option_names.hpp"
#include "fleet_resources.hpp"
#include "redis_address.hpp"

#include <langexport/credential.hpp>
#include <langexport/error.hpp>
#include <langexport/export_request.hpp>
#include <langexport/project_surface.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace fleet {

inline constexpr std::string_view help =
    R"(usage: fleet_worker [options] submit PROJECT...
       fleet_worker [options] --config FILE work --output-dir DIR
       fleet_worker [options] status

A queue of exports in Redis or Valkey. Workers on several machines share the
quota of each resource, and take over the jobs of workers that have ended.

All commands:
  --redis URL          redis://[[user:]password@]host[:port][/db], or rediss://
                       for TLS (default: $LANGEXPORT_REDIS_URL; a URL with a
                       password belongs there, because other users can read
                       arguments)
  --ca-file PEM        certificates to trust with TLS (default: the system's)
  --prefix P           the begin of every key in Redis (default: langexport)
submit: adds each project, unless it is in the queue already, and prints the id
of its job
  --resource ENDPOINT  the resource (default: $AZURE_LANGUAGE_ENDPOINT)
  --surface S          analyze-text (default), analyze-conversations or
                       query-knowledgebases
work: exports until SIGTERM or SIGINT, and prints the file of each result
  --config FILE        the resources: the file of export_projects
  --output-dir DIR     the folder for results; the results of a resource go to
                       DIR/NAME, where NAME is its output_dir. All workers must
                       use the same folder
  --once               end when the queue has nothing more for this worker
  --concurrency N      jobs of a resource at the same time (default: 64)
  --claim-timeout D    other workers take over a job that this one has not
                       refreshed for so long (default: 60s); use the same for
                       all workers
  --attempts N         of a job with temporary failures (default: 3)
  --retry-delay D      before the next attempt (default: 30s)
  --longest-request D  from sending a request until the service has counted it
                       (default: 60s); the permits of a worker that was killed
                       stay used for that long and one and a half windows
  --grace D            time to finish after SIGTERM (default: 30s)
status: prints the queue, the workers and the quota of each resource
  --json               as a JSON object
  -h, --help; --version

Jobs that have failed permanently are in the dead-letter stream of the queue, see
status. Submit them again when their cause is corrected.
Exit status: 0 good, also after SIGTERM, 1 a job of this worker has failed
permanently, Redis cannot be used or the service rejects the key, 2 wrong usage or
settings, 3 ended at once by a second signal: other workers take over its jobs.
)";

/// The options. A plain value.
class fleet_options {
public:
    fleet_options() = default;

    std::string command; ///< `submit`, `work` or `status`.
    redis_address redis;
    // submit
    std::string resource, surface = "analyze-text";
    std::vector<std::string> projects;
    // work
    fs::path config, output_dir;
    bool once = false;
    std::size_t concurrency = 64, attempts = 3;
    std::chrono::milliseconds claim_timeout = std::chrono::seconds(60);
    std::chrono::milliseconds retry_delay = std::chrono::seconds(30);
    std::chrono::milliseconds longest_request = std::chrono::seconds(60);
    std::chrono::milliseconds grace = std::chrono::seconds(30);
    // status
    bool json = false;
};

inline void require(bool is_so, const std::string& why) {
    if (!is_so)
        throw std::invalid_argument(why);
}

// A word of the command line for a message. One with a URL may have a password in it.
inline std::string shown_word(const std::string& word) {
    const bool is_url = word.find("://") != word.npos || word.find('@') != word.npos;
    return is_url ? "a URL" : "'" + word + "'";
}

inline void check_submit(fleet_options& options) {
    if (options.resource.empty())
        options.resource = langexport::environment_text("AZURE_LANGUAGE_ENDPOINT");
    require(!options.resource.empty(), "use --resource, or set AZURE_LANGUAGE_ENDPOINT");
    try {
        options.resource = resource_of(options.resource);
    } catch (const langexport::export_error& error) {
        std::string why = error.diagnostics().detail;
        tool::replace_all(why, "client_params::endpoint", "--resource");
        throw std::invalid_argument(why);
    }
    const auto surface = langexport::project_surface_of(options.surface);
    require(surface.has_value(), "--surface: " + shown_word(options.surface) + " is no surface");
    require(!options.projects.empty(), "submit needs the names of projects");
    for (const std::string& project : options.projects) {
        langexport::export_request request(project);
        request.surface = *surface;
        validate(request, "");
    }
}

inline void check_work(const fleet_options& options) {
    using namespace std::chrono_literals;
    require(options.projects.empty(), "work takes no further argument");
    require(!options.config.empty(), "work needs --config");
    require(!options.output_dir.empty(), "work needs --output-dir");
    require(options.concurrency >= 1 && options.concurrency <= 10'000,
            "--concurrency must be 1 to 10000");
    require(options.attempts >= 1, "--attempts must be at least 1");
    require(options.claim_timeout >= 1s, "--claim-timeout must be at least 1s");
}

/// Reads a command line. @throws std::invalid_argument, export_error
inline fleet_options read_arguments(const std::vector<std::string>& arguments) {
    fleet_options options;
    std::string url = langexport::environment_text("LANGEXPORT_REDIS_URL"), prefix = "langexport";
    std::string ca_file;
    tool::option_reader reader;
    reader.add("--redis", &url).add("--prefix", &prefix).add("--ca-file", &ca_file);
    reader.add("--resource", &options.resource).add("--surface", &options.surface);
    reader.add("--config", &options.config).add("--output-dir", &options.output_dir);
    reader.add("--once", &options.once).add("--concurrency", &options.concurrency);
    reader.add("--attempts", &options.attempts).add("--claim-timeout", &options.claim_timeout);
    reader.add("--retry-delay", &options.retry_delay).add("--grace", &options.grace);
    reader.add("--longest-request", &options.longest_request).add("--json", &options.json);
    options.projects = reader.read(arguments);
    require(!options.projects.empty(), "name a command: submit, work or status");
    options.command = options.projects.front();
    options.projects.erase(options.projects.begin());
    const std::vector<std::pair<std::string_view, std::string_view>> owners = {
        {"--resource", "submit"},
        {"--surface", "submit"},
        {"--config", "work"},
        {"--output-dir", "work"},
        {"--once", "work"},
        {"--concurrency", "work"},
        {"--attempts", "work"},
        {"--claim-timeout", "work"},
        {"--retry-delay", "work"},
        {"--grace", "work"},
        {"--longest-request", "work"},
        {"--json", "status"}};
    require(options.command == "submit" || options.command == "work" || options.command == "status",
            shown_word(options.command) + " is no command: use submit, work or status");
    for (const auto& [name, owner] : owners)
        require(!reader.has(name) || options.command == owner,
                std::string(name) + " is an option of " + std::string(owner));
    require(!url.empty(), "use --redis, or set LANGEXPORT_REDIS_URL");
    require(langexport::detail::is_redis_name(prefix),
            "--prefix must be 1 to 253 letters, digits, dots, colons, hyphens and underscores");
    options.redis = parse_redis_url(url);
    options.redis.prefix = prefix;
    options.redis.ca_file = ca_file;
    if (options.command == "submit")
        check_submit(options);
    if (options.command == "work")
        check_work(options);
    require(options.command != "status" || options.projects.empty(),
            "status takes no further argument");
    return options;
}

} // namespace fleet

#endif
