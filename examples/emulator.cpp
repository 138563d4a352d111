// The export service as a program, without an account: it listens on this machine, has the projects
// of its options, and responds as the service does. Try it with curl (it prints the lines), with
// the other examples, or with any other client.
//
//   emulator --port 8080 --project Contracts=contracts.json --project Tickets --documents 1000
//   emulator --end failed --job-error InvalidRequest="No documents." --fault status:1/5:503+1s
//
// What it shows: langexport::testing::emulator, which a test runs in its own process.

#include "tool/emulator_settings.hpp"
#include "tool/process.hpp"
#include "tool/stop_signals.hpp"

#include <langexport/testing/emulator.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace asio = boost::asio;
namespace testing = langexport::testing;

using namespace emulator_program;

namespace {

void check_output() {
    if (!std::cout.flush())
        throw std::runtime_error("standard output cannot be written");
}

void print_curl_lines(const testing::emulator& service, const settings& s) {
    std::string curl = "curl -sS";
    if (s.service.tls)
        curl += s.certificate_file.empty() ? " -k" : " --cacert '" + s.certificate_file + "'";
    curl += " -H 'Ocp-Apim-Subscription-Key: " + service.key() + "'";
    const testing::project& shown = s.projects.empty() ? s.pattern : s.projects[0];
    const auto surface = surface_of(shown.kind);
    const bool is_knowledge_base = surface == langexport::project_surface::query_knowledgebases;
    const auto& versions = s.service.api_versions;
    const std::string version =
        versions.empty() ? std::string(usual_api_version(surface)) : versions.front();
    const bool has_old_path = is_knowledge_base && version == "2021-10-01";
    const std::string project =
        service.endpoint() + (has_old_path ? "/language/" : "/language/authoring/") +
        std::string(to_string(surface)) + "/projects/" + path_segment(shown.name);
    const std::string body =
        is_knowledge_base
            ? " -X POST"
            : " -H 'Content-Type: application/json' -d '{\"assetsToExport\":[\"*\"]}'";
    const std::string query = (is_knowledge_base ? "" : "stringIndexType=Utf16CodeUnit&") +
                              ("api-version=" + path_segment(version));
    if (s.projects.empty())
        std::cout << "\n# import: create the project from an exported file\n"
                  << curl << " -H 'Content-Type: application/json' --data-binary @FILE '" << project
                  << "/:import?api-version=" << path_segment(version) << "'\n";
    std::cout << "\n# submit: the job is in the operation-location of the response\n"
              << "job=$(" << curl << " -D - -o /dev/null" << body << " '" << project << "/:export?"
              << query << "' | tr -d '\\r' | sed -n 's/^operation-location: //p')\n"
              << "\n# poll: repeat it until the status is succeeded\n"
              << curl << " \"$job\"; echo\n"
              << "\n# fetch\n"
              << "result=$(" << curl << " \"$job\" | sed -n 's/.*\"resultUrl\": *\"\\([^\"]*\\)\""
              << ".*/\\1/p')\n"
              << curl << " \"$result\"\n";
}

void run(settings s) {
    asio::io_context context;
    // Before the output: a program that reads it may stop this one at once.
    asio::signal_set signals(context);
    tool::add_stop_signals(signals); // those that nohup ignores stay ignored
    testing::emulator service(context.get_executor(), s.service);
    for (const testing::project& project : s.projects)
        service.add_project(project);
    testing::project pattern = s.pattern;
    pattern.name.clear(); // for all imports
    service.set_import_pattern(pattern);
    for (const request_fault& rule : s.faults)
        service.on(rule.kind, rule.which, rule.fault);
    for (const broken_connection& rule : s.connection_faults)
        service.on_connection(rule.which, rule.fault);
    if (!s.certificate_file.empty())
        service.write_certificate(s.certificate_file);

    std::cout << "listening on " << service.endpoint() << "\n";
    for (const std::string& key : service.keys())
        std::cout << "key: " << key << "\n";
    print_curl_lines(service, s);
    check_output(); // a user who cannot read it cannot connect

    asio::steady_timer end(context);
    const auto stop = [&] {
        service.stop();
        signals.cancel();
        end.cancel();
    };
    signals.async_wait([&](const boost::system::error_code& ec, int) {
        if (!ec)
            stop();
    });
    if (s.run_for) {
        end.expires_after(*s.run_for);
        end.async_wait([&](const boost::system::error_code& ec) {
            if (!ec)
                stop();
        });
    }
    context.run();

    const testing::emulator_counters seen = service.counters();
    std::cout << "\nstopped after " << seen.requests << " requests: " << seen.jobs_created
              << " jobs, " << seen.status_gets << " polls, " << seen.result_gets << " results\n";
    check_output();
}

} // namespace

int main(int count, char** arguments) {
    tool::prepare_process(); // lost output is an error, not a signal
    try {
        const std::vector<std::string> all(arguments + 1, arguments + count);
        const bool wants_help = tool::asks_for_help(count, arguments);
        if (wants_help || std::find(all.begin(), all.end(), "--version") != all.end()) {
            if (wants_help)
                std::cout << usage;
            else
                std::cout << "langexport emulator " << LANGEXPORT_VERSION_STRING << "\n";
            check_output();
            return 0;
        }
        run(read_arguments(all));
        return 0;
    } catch (const usage_error& error) {
        std::cerr << "emulator: " << error.what() << "\n\n" << usage;
        return 2;
    } catch (const std::invalid_argument& error) {
        std::cerr << "emulator: " << error.what() << "\n";
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "emulator: " << error.what() << "\n";
        return 1;
    }
}
