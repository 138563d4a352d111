// Exports projects and shows what the client does: log lines, and metrics in the text format of Prometheus.
//
// What it shows: an observer that passes events to a logger and to counters, the client's own counts, and how a
// program gives both to its own logging and metrics.

#include <langexport.hpp>
#include <langexport/file/atomic_file.hpp>
#include <langexport/file/standard_streams.hpp>
#include <langexport/log/line_logger.hpp>
#include <langexport/log/printable.hpp>

#include <boost/asio/io_context.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace asio = boost::asio;

namespace {

constexpr const char* help =
    "usage: logs_and_metrics [--log-level LEVEL] [--metrics FILE] PROJECT...\n"
    "\n"
    "Exports projects, forgets the results, and writes log lines to standard error and\n"
    "metrics for Prometheus to FILE (default: standard output).\n"
    "LEVEL is error, warning, info (default), debug or trace.\n"
    "\n"
    "The environment names the resource:\n"
    "  AZURE_LANGUAGE_ENDPOINT   such as https://NAME.cognitiveservices.azure.com\n"
    "  AZURE_LANGUAGE_KEY        one of the resource's two keys\n"
    "\n"
    "Exit status: 0 all exported, 1 some failed, 2 wrong usage.\n";

void print(const std::string& text) {
    if (!(std::cout << text << std::flush))
        throw std::runtime_error("standard output cannot be written");
}

struct settings {
    langexport::log_level most = langexport::log_level::info;
    std::string metrics_file;
    std::vector<std::string> projects;
};

// An argument in quotation marks. A long one is not shown, because it may be a key in the wrong place.
std::string shown(const std::string& argument) {
    return argument.size() < 24 ? "'" + langexport::printable(argument) + "'" : "a long argument";
}

settings read_arguments(int argc, char** argv) {
    settings result;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--log-level" && i + 1 < argc) {
            const auto level = langexport::parse_log_level(argv[++i]);
            if (!level)
                throw std::invalid_argument(
                    "--log-level: " + shown(argv[i]) +
                    " is not a level; choose error, warning, info, debug or trace");
            result.most = *level;
        } else if (argument == "--metrics" && i + 1 < argc) {
            result.metrics_file = argv[++i];
        } else if (argument.starts_with("-")) {
            throw std::invalid_argument(
                shown(argument.substr(0, argument.find('='))) +
                " is not an option, or its value is missing; see the usage below");
        } else {
            result.projects.push_back(argument);
        }
    }
    if (result.projects.empty())
        throw std::invalid_argument("name at least one project");
    return result;
}

// A line of the library after its level. The system that collects the output adds the time. Put your own logger here.
void write_line(langexport::log_level level, std::string_view line) {
    std::clog << to_string(level) << " " << line << "\n";
}

// [region observer]
// Logs all events, and counts what the client does not count itself. It is called on the client's strand, one call
// at a time, and must not throw or block.
class counting_logger : public langexport::line_logger {
public:
    using line_logger::line_logger;

    void on_finished(const langexport::finished_event& event) noexcept override {
        line_logger::on_finished(event);
        ++outcomes["exported"];
    }
    void on_failed(const langexport::failed_event& event) noexcept override {
        line_logger::on_failed(event);
        ++outcomes[langexport::error_name(event.error.code())];
    }

    std::map<std::string, int> outcomes; // read after the context has run
};
// [end observer]

// [region metrics]
std::string metrics_text(const langexport::client_stats& stats, const counting_logger& counts) {
    std::ostringstream text;
    text << "# TYPE langexport_exports_total counter\n";
    for (const auto& [outcome, count] : counts.outcomes)
        text << "langexport_exports_total{outcome=\"" << outcome << "\"} " << count << "\n";
    text << "# TYPE langexport_requests_total counter\n"
         << "langexport_requests_total{class=\"POST\"} " << stats.submissions_sent << "\n"
         << "langexport_requests_total{class=\"GET\"} " << stats.polls_sent + stats.results_sent
         << "\n# TYPE langexport_throttled_total counter\n"
         << "langexport_throttled_total " << stats.throttled << "\n";
    text << "# TYPE langexport_quota_remaining gauge\n";
    if (stats.submissions.left)
        text << "langexport_quota_remaining{class=\"POST\"} " << *stats.submissions.left << "\n";
    if (stats.reads.left)
        text << "langexport_quota_remaining{class=\"GET\"} " << *stats.reads.left << "\n";
    return text.str();
}
// [end metrics]

int run(const settings& wanted) {
    const std::string endpoint = langexport::environment_text("AZURE_LANGUAGE_ENDPOINT");
    const std::string key = langexport::environment_text("AZURE_LANGUAGE_KEY");
    if (endpoint.empty() || key.empty())
        throw std::invalid_argument("AZURE_LANGUAGE_ENDPOINT or AZURE_LANGUAGE_KEY is not set");

    const auto logger = std::make_shared<counting_logger>(wanted.most, write_line);
    asio::io_context context;
    langexport::client_params params(endpoint, langexport::subscription_key(key));
    params.proxy = langexport::proxy_from_environment(params.endpoint);
    params.observer = logger;
    langexport::client client(context.get_executor(), params);
    int failed = 0;
    for (const std::string& project : wanted.projects) {
        langexport::export_request request(project);
        request.tag = "example"; // in each event of this export, and in its log lines
        langexport::export_project(
            client, request, [&](std::exception_ptr error, const langexport::exported_project&) {
                failed += error ? 1 : 0;
            });
    }
    context.run();

    const std::string metrics = metrics_text(client.stats(), *logger);
    if (wanted.metrics_file.empty()) {
        print(metrics);
    } else {
        langexport::write_file(wanted.metrics_file, metrics);
    }
    if (!std::clog)
        throw std::runtime_error("standard error cannot be written");
    return failed == 0 ? 0 : 1;
}

// Whether --help or -h is among the arguments, before any --.
bool asks_for_help(int argc, char** argv) {
    for (int i = 1; i < argc && std::string(argv[i]) != "--"; ++i)
        if (std::string(argv[i]) == "--help" || std::string(argv[i]) == "-h")
            return true;
    return false;
}

} // namespace

int main(int argc, char** argv) {
    langexport::open_standard_streams();
#if defined(SIGPIPE) // lost output is an error, not a signal
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
#endif
    try {
        if (asks_for_help(argc, argv)) {
            print(help);
            return 0;
        }
        return run(read_arguments(argc, argv));
    } catch (const std::invalid_argument& error) {
        std::cerr << "logs_and_metrics: " << error.what() << "\n\n" << help;
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "logs_and_metrics: " << error.what() << "\n";
        return 1;
    }
}
