// The export service as a program, without an account: it listens on this machine, has the projects
// that it is given, and answers as the service does. Try it with curl (it prints the lines), with
// the other examples, or with any other client.
//
//   emulator --port 8080 --project Contracts=contracts.json --project Tickets --documents 1000
//
// It shows langexport::testing::emulator, which a test has in its own process.

#include <langexport/process.hpp>
#include <langexport/stop_signals.hpp>
#include <langexport/testing/emulator.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <locale>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

constexpr std::string_view usage =
    "usage: emulator [options]\n"
    "\n"
    "  --project NAME[=FILE]   a project, and the file that is its result; can be repeated\n"
    "                          (default: one named Demo; without a file it is made up)\n"
    "  --kind KIND             what the projects after it are, in the service's word: "
    "Conversation,\n"
    "                          CustomEntityRecognition, QuestionAnswering (a knowledge base), ...\n"
    "                          (default: CustomSingleLabelClassification)\n"
    "  --documents N           documents in a made-up result (default: 10)\n"
    "  --page-size N           projects in a page of a list (default: 100)\n"
    "  --job-duration D        run time of a job, such as 500ms, 2s, 1m (default: 1s)\n"
    "  --time-scale X          let time pass X times as fast\n"
    "  --address IP            listen on this address (default: 127.0.0.1)\n"
    "  --port N                listen on this port (default: one that is free)\n"
    "  --path-prefix PATH      serve below this path, as an API gateway does\n"
    "  --key KEY               the valid key, twice for two (default: two are made up)\n"
    "  --tls                   speak TLS, with a certificate made for this run\n"
    "  --certificate-out FILE  write the certificate to trust to this file\n"
    "  --run-for D             stop after this time (default: on SIGINT, SIGTERM\n"
    "                          or SIGHUP)\n"
    "  --help, --version\n"
    "\n"
    "Exit status: 0 stopped as it was asked to, 1 it cannot serve, 2 wrong usage.\n";

void check_output() {
    if (!std::cout.flush())
        throw std::runtime_error("standard output cannot be written");
}

class usage_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class settings {
public:
    settings() {}

    testing::emulator_options service;
    testing::project_kind kind = testing::project_kind::single_label_classification;
    std::vector<testing::project> projects;
    std::uint64_t documents = 10;
    std::chrono::nanoseconds job_duration = std::chrono::seconds(1);
    std::string certificate_file;
    std::optional<std::chrono::nanoseconds> run_for;
};

usage_error no_number(const std::string& option, std::string_view text) {
    return usage_error(option + ": '" + std::string(text) + "' is no number that fits");
}

template <class Number>
Number to_number(const std::string& option, std::string_view text) {
    Number number = Number();
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end)
        throw no_number(option, text);
    return number;
}

// By a stream: libc++ 19 has no `from_chars` for it.
double to_factor(const std::string& option, std::string_view text) {
    std::istringstream from{std::string(text)};
    from.imbue(std::locale::classic());
    double number = 0;
    if (!(from >> std::noskipws >> number) || from.peek() != std::char_traits<char>::eof())
        throw no_number(option, text);
    return number;
}

std::chrono::nanoseconds to_duration(const std::string& option, std::string_view text) {
    const std::size_t unit_at = text.find_first_not_of("0123456789");
    const std::string_view unit =
        unit_at == text.npos ? text.substr(text.size()) : text.substr(unit_at);
    const auto count = to_number<std::uint32_t>(option, text.substr(0, unit_at));
    if (unit == "ms")
        return std::chrono::milliseconds(count);
    if (unit == "s")
        return std::chrono::seconds(count);
    if (unit == "m")
        return std::chrono::minutes(count);
    if (unit == "h")
        return std::chrono::hours(count);
    throw usage_error(option + ": '" + std::string(text) + "' is no time such as 500ms, 2s or 1m");
}

testing::project_kind to_kind(std::string_view word) {
    using testing::project_kind;
    std::string known;
    for (const project_kind kind :
         {project_kind::single_label_classification, project_kind::multi_label_classification,
          project_kind::entity_recognition, project_kind::healthcare, project_kind::text_sentiment,
          project_kind::abstractive_summarization, project_kind::conversation,
          project_kind::orchestration, project_kind::question_answering}) {
        if (word == to_string(kind))
            return kind;
        known.append(known.empty() ? "" : ", ").append(to_string(kind));
    }
    throw usage_error("--kind: '" + std::string(word) + "' is none of " + known);
}

testing::project to_project(const std::string& text, testing::project_kind kind) {
    const std::size_t equals = text.find('=');
    testing::project project(text.substr(0, equals));
    project.kind = kind;
    if (project.name.empty())
        throw usage_error("--project: '" + text + "' is not NAME or NAME=FILE");
    if (equals != std::string::npos) {
        project.document_file = text.substr(equals + 1);
        if (!std::ifstream(project.document_file))
            throw usage_error("--project: cannot read '" + project.document_file + "'");
    }
    return project;
}

settings read_arguments(const std::vector<std::string>& arguments) {
    settings result;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& option = arguments[i];
        const auto value = [&]() -> const std::string& {
            if (i + 1 == arguments.size())
                throw usage_error(option + " needs a value");
            return arguments[++i];
        };
        if (option == "--project")
            result.projects.push_back(to_project(value(), result.kind));
        else if (option == "--kind")
            result.kind = to_kind(value());
        else if (option == "--documents")
            result.documents = to_number<std::uint32_t>(option, value());
        else if (option == "--page-size")
            result.service.page_size = to_number<std::uint16_t>(option, value());
        else if (option == "--job-duration")
            result.job_duration = to_duration(option, value());
        else if (option == "--time-scale")
            result.service.time_scale = to_factor(option, value());
        else if (option == "--address")
            result.service.address = value();
        else if (option == "--port")
            result.service.port = to_number<std::uint16_t>(option, value());
        else if (option == "--path-prefix")
            result.service.path_prefix = value();
        else if (option == "--key")
            result.service.keys.push_back(value());
        else if (option == "--tls")
            result.service.tls = true;
        else if (option == "--certificate-out")
            result.certificate_file = value();
        else if (option == "--run-for")
            result.run_for = to_duration(option, value());
        else
            throw usage_error("unknown option '" + option + "'");
    }
    if (result.projects.empty())
        result.projects.push_back(to_project("Demo", result.kind));
    for (testing::project& project : result.projects) {
        project.documents = result.documents;
        project.job_duration = result.job_duration;
    }
    if (!result.certificate_file.empty() && !result.service.tls)
        throw usage_error("--certificate-out needs --tls");
    return result;
}

std::string percent_encoded(std::string_view name) {
    static constexpr std::string_view hex = "0123456789ABCDEF";
    static constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string result;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (plain.find(c) != plain.npos)
            result += c;
        else
            result.append({'%', hex[byte / 16], hex[byte % 16]});
    }
    return result;
}

void print_curl_lines(const testing::emulator& service, const settings& s) {
    std::string curl = "curl -sS";
    if (s.service.tls)
        curl += s.certificate_file.empty() ? " -k" : " --cacert '" + s.certificate_file + "'";
    curl += " -H 'Ocp-Apim-Subscription-Key: " + service.key() + "'";
    const auto surface = surface_of(s.projects[0].kind);
    const bool is_knowledge_base = surface == langexport::project_surface::query_knowledgebases;
    const std::string project = service.endpoint() + "/language/authoring/" +
                                std::string(to_string(surface)) + "/projects/" +
                                percent_encoded(s.projects[0].name);
    const std::string body =
        is_knowledge_base
            ? " -X POST"
            : " -H 'Content-Type: application/json' -d '{\"assetsToExport\":[\"*\"]}'";
    const std::string query = (is_knowledge_base ? "" : "stringIndexType=Utf16CodeUnit&") +
                              ("api-version=" + std::string(usual_api_version(surface)));
    std::cout << "\n# submit: the job is in the operation-location of the answer\n"
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
    testing::emulator service(context.get_executor(), s.service);
    for (const testing::project& project : s.projects)
        service.add_project(project);
    if (!s.certificate_file.empty())
        service.write_certificate(s.certificate_file);

    std::cout << "listening on " << service.endpoint() << "\n";
    for (const std::string& key : service.keys())
        std::cout << "key: " << key << "\n";
    print_curl_lines(service, s);
    check_output(); // a user who cannot read it cannot connect

    asio::signal_set signals(context);
    langexport::add_stop_signals(signals); // those that nohup ignores stay ignored
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
    langexport::prepare_process(); // lost output is an error, not a signal
    try {
        const std::vector<std::string> all(arguments + 1, arguments + count);
        for (const std::string& argument : all) {
            const bool wants_help = argument == "--help" || argument == "-h";
            if (!wants_help && argument != "--version")
                continue;
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
