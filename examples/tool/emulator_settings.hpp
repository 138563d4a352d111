#ifndef LANGEXPORT_EXAMPLES_TOOL_EMULATOR_SETTINGS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_EMULATOR_SETTINGS_HPP

// The command line of the emulator.

#include "emulator_faults.hpp"
#include "emulator_values.hpp"

#include <langexport/testing/emulator_options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emulator_program {

inline constexpr std::string_view usage =
    "usage: emulator [options]\n"
    "\n"
    "Projects. The options in this part apply to the projects after them, except --documents and\n"
    "--job-duration, which apply to all. Imports have the options that are set last.\n"
    "  --project NAME[=FILE]   a project, and the file that is its result; can be repeated\n"
    "                          (default: one named Demo; without a file: a generated result)\n"
    "  --empty                 no project until one is imported\n"
    "  --kind KIND             the kind of project, in the service's word: Conversation,\n"
    "                          CustomEntityRecognition, QuestionAnswering (a knowledge base), ...\n"
    "                          (default: CustomSingleLabelClassification)\n"
    "  --documents N           documents in a generated result (default: 10)\n"
    "  --zip-tables            send a knowledge base in the form tsv or excel as a zip archive\n"
    "  --trained-model LABEL   a trained model that submissions may name; can be repeated\n"
    "  --job-duration D        run time of a job, such as 500ms, 2s, 1m, 1h (default: 1s)\n"
    "  --creation-lag D        for this long, the status of a new job is 404\n"
    "                          (default: 0s)\n"
    "  --statuses WORD,...     what successive polls show before the job ends, one word each\n"
    "                          (default: notStarted, then running)\n"
    "  --end HOW               how a job ends: succeeded, failed, cancelled, partiallyCompleted,\n"
    "                          or never; resets errors and warnings (default: succeeded)\n"
    "  --job-error CODE=TEXT   an error in the status of an ended job; can be repeated\n"
    "  --job-warning CODE=TEXT a warning there; can be repeated\n"
    "\n"
    "Service:\n"
    "  --page-size N           projects in a page of a list (default: 100)\n"
    "  --job-lifetime D        delete a job and its result after this time (default: 7 days;\n"
    "                          6 hours for knowledge bases)\n"
    "  --quota-posts N         submissions allowed in a window; the service: 10 (default: 0, no\n"
    "                          limit)\n"
    "  --quota-gets N          GETs allowed in a window; the service: 100 (default: 0, no limit)\n"
    "  --quota-window D        length of that window (default: 1m)\n"
    "  --import-limit N        bytes that an import may have (default: 1073741824)\n"
    "  --api-version V         every surface has this version and no other; can be repeated\n"
    "                          (default: those that the service has on each surface)\n"
    "  --lenient               accept any version (unless --api-version names some), any\n"
    "                          stringIndexType or none, any trainedModelLabel, and any name of\n"
    "                          a new project\n"
    "  --key KEY               the valid key, twice for two (default: two generated ones)\n"
    "  --token TOKEN           a valid bearer token; can be repeated\n"
    "  --token-lifetime D      a token expires this long after its first use (default: never)\n"
    "  --time-scale X          let time pass X times as fast\n"
    "\n"
    "Faults. The first one that matches a request or a connection counts.\n"
    "  --fault KIND:WHICH:WHAT a fault for requests; can be repeated\n"
    "                          KIND: any, submission, import, status, result, listing, metadata,\n"
    "                          other\n"
    "                          WHICH, counted from 1: N, N-M, N- (and all after it), 1/N (one in\n"
    "                          N), all\n"
    "                          WHAT: 400 to 599 (that status), 429+5s (with Retry-After),\n"
    "                          429@N, 429+5s@N (after N bytes of the request, with a close),\n"
    "                          cut-request=N, reset-request=N (closed after N bytes of the "
    "request),\n"
    "                          delay=D (late), cut=N (closed after N bytes of the body), reset=N,\n"
    "                          stall=N (sends no more), lost (processed, but closed without\n"
    "                          a response), html, half-json, wrong-json, no-body, no-http\n"
    "  --connection-fault WHICH:WHAT\n"
    "                          what happens to new connections: close, reset, stall\n"
    "\n"
    "Network:\n"
    "  --address IP            listen on this address (default: 127.0.0.1)\n"
    "  --port N                listen on this port (default: a free one)\n"
    "  --path-prefix PATH      serve below this path, as an API gateway does\n"
    "  --tls                   speak TLS, with a certificate made for this run\n"
    "  --certificate-out FILE  write the certificate to trust to this file\n"
    "  --run-for D             stop after this time (default: on SIGINT, SIGTERM\n"
    "                          or SIGHUP)\n"
    "  --help, --version\n"
    "\n"
    "Exit status: 0 stopped by a signal or --run-for, 1 cannot serve, 2 wrong usage.\n";

class settings {
public:
    settings() {}

    testing::emulator_options service;
    testing::project pattern = testing::project("Demo"); // of the projects that follow
    std::vector<testing::project> projects;
    bool is_empty = false;
    std::vector<request_fault> faults;
    std::vector<broken_connection> connection_faults;
    std::uint64_t documents = 10;
    std::chrono::nanoseconds job_duration = std::chrono::seconds(1);
    std::string certificate_file;
    std::optional<std::chrono::nanoseconds> run_for;
};

// Reads an option of one of the parts of the usage text. Returns false if it is not among them. `value`
// returns the next argument.

template <class Value>
bool read_project_option(settings& result, const std::string& option, const Value& value) {
    testing::project& p = result.pattern;
    if (option == "--project")
        result.projects.push_back(to_project(value(), p));
    else if (option == "--empty")
        result.is_empty = true;
    else if (option == "--kind")
        p.kind = to_named_value(option, value(), testing::sample_kinds());
    else if (option == "--documents")
        result.documents = to_number<std::uint32_t>(option, value());
    else if (option == "--zip-tables")
        p.zips_tables = true;
    else if (option == "--trained-model")
        p.trained_models.push_back(value());
    else if (option == "--job-duration")
        result.job_duration = to_duration(option, value());
    else if (option == "--creation-lag")
        p.creation_lag = to_duration(option, value());
    else if (option == "--statuses")
        p.states = split(value(), ',');
    else if (option == "--end") {
        p.end = to_named_value(option, value(), testing::job_ends());
        p.errors.clear();
        p.warnings.clear();
    } else if (option == "--job-error")
        p.errors.push_back(to_error(option, value()));
    else if (option == "--job-warning")
        p.warnings.push_back(to_error(option, value()));
    else
        return false;
    return true;
}

template <class Value>
bool read_service_option(settings& result, const std::string& option, const Value& value) {
    testing::emulator_options& service = result.service;
    if (option == "--page-size")
        service.page_size = to_number<std::uint16_t>(option, value());
    else if (option == "--job-lifetime")
        service.job_lifetime = service.knowledge_base_job_lifetime = to_duration(option, value());
    else if (option == "--quota-posts")
        service.quota_posts = to_number<std::uint32_t>(option, value());
    else if (option == "--quota-gets")
        service.quota_gets = to_number<std::uint32_t>(option, value());
    else if (option == "--quota-window")
        service.quota_window = to_duration(option, value());
    else if (option == "--import-limit")
        service.max_import_body = to_number<std::uint64_t>(option, value());
    else if (option == "--api-version")
        service.api_versions.push_back(value());
    else if (option == "--lenient")
        service.lenient = true;
    else if (option == "--key")
        service.keys.push_back(value());
    else if (option == "--token")
        service.bearer_tokens.push_back(value());
    else if (option == "--token-lifetime")
        service.bearer_token_lifetime = to_duration(option, value());
    else if (option == "--time-scale")
        service.time_scale = to_factor(option, value());
    else if (option == "--fault")
        result.faults.push_back(to_request_fault(option, value()));
    else if (option == "--connection-fault")
        result.connection_faults.push_back(to_connection_fault(option, value()));
    else
        return false;
    return true;
}

template <class Value>
bool read_network_option(settings& result, const std::string& option, const Value& value) {
    if (option == "--address")
        result.service.address = value();
    else if (option == "--port")
        result.service.port = to_number<std::uint16_t>(option, value());
    else if (option == "--path-prefix")
        result.service.path_prefix = value();
    else if (option == "--tls")
        result.service.tls = true;
    else if (option == "--certificate-out")
        result.certificate_file = value();
    else if (option == "--run-for")
        result.run_for = to_duration(option, value());
    else
        return false;
    return true;
}

inline settings read_arguments(const std::vector<std::string>& arguments) {
    settings result;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& option = arguments[i];
        const auto value = [&]() -> const std::string& {
            if (i + 1 == arguments.size())
                throw usage_error(option + " needs a value");
            return arguments[++i];
        };
        if (!read_project_option(result, option, value) &&
            !read_service_option(result, option, value) &&
            !read_network_option(result, option, value))
            throw usage_error("unknown option '" + option + "'");
    }
    if (result.is_empty && !result.projects.empty())
        throw usage_error("--empty: there is a --project");
    if (result.projects.empty() && !result.is_empty)
        result.projects.push_back(result.pattern);
    result.pattern.job_duration = result.job_duration;
    for (testing::project& project : result.projects) {
        project.documents = result.documents;
        project.job_duration = result.job_duration;
    }
    if (!result.certificate_file.empty() && !result.service.tls)
        throw usage_error("--certificate-out needs --tls");
    return result;
}

} // namespace emulator_program

#endif
