// Exports one project and prints each step.
//
// Without settings it needs no account: it starts an emulator of the service in the same process and
// exports a small project from it. With AZURE_LANGUAGE_ENDPOINT, AZURE_LANGUAGE_KEY and the name of a
// project it does the same against the service.
//
// What it shows: a client on the program's own io_context, an observer that prints events, an export in
// a coroutine, the resume token to store, and the contents of an error.

#include <langexport.hpp>
#include <langexport/file/atomic_file.hpp>
#include <langexport/file/file_name.hpp>
#include <langexport/file/standard_streams.hpp>
#include <langexport/log/printable.hpp>
#include <langexport/testing/emulator.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace asio = boost::asio;

namespace {

constexpr const char* help =
    "usage: quickstart [--output FILE] [--output-dir DIR] [PROJECT]\n"
    "\n"
    "Exports a project and writes it to FILE (default: PROJECT.json in DIR, which is this folder\n"
    "by default).\n"
    "Without PROJECT: exports a small project from an emulator of the service that runs in this\n"
    "process. With PROJECT: exports that from the resource that the environment names:\n"
    "  AZURE_LANGUAGE_ENDPOINT   such as https://NAME.cognitiveservices.azure.com\n"
    "  AZURE_LANGUAGE_KEY        one of the resource's two keys\n"
    "\n"
    "Exit status: 0 exported, 1 failed, 2 wrong usage.\n";

struct settings {
    std::string project;
    std::string output;
    std::string folder;
};

// An argument in quotation marks. A long one is not shown, because it may be a key in the wrong place.
std::string shown(const std::string& argument) {
    return argument.size() < 24 ? "'" + langexport::printable(argument) + "'" : "a long argument";
}

// Rejects an argument.
[[noreturn]] void reject(const std::string& argument) {
    if (!argument.starts_with("-"))
        throw std::invalid_argument("more than one project is named; name only one");
    throw std::invalid_argument(shown(argument.substr(0, argument.find('='))) +
                                " is not an option, or its value is missing; see the usage below");
}

settings read_arguments(int argc, char** argv) {
    settings result;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--output" && i + 1 < argc)
            result.output = argv[++i];
        else if (argument == "--output-dir" && i + 1 < argc)
            result.folder = std::string(argv[++i]) + '/';
        else if (argument.starts_with("-") || !result.project.empty())
            reject(argument);
        else
            result.project = argument;
    }
    return result;
}

// Prints one step at once. At the end the program checks that no output was lost.
void check_output() {
    if (!std::cout.flush())
        throw std::runtime_error("standard output cannot be written");
}

std::string environment(const char* name) {
    std::string value = langexport::environment_text(name);
    if (value.empty())
        throw std::invalid_argument(std::string(name) + " is not set");
    return value;
}

// Prints each step. A service would write the token to its database here.
class step_printer : public langexport::observer {
public:
    void on_submitted(const langexport::submitted_event& event) noexcept override {
        std::cout << "  202  the job was accepted, request id " << event.request_id << "\n"
                  << "       resume token: " << event.job.to_token().substr(0, 40) << "...\n";
    }
    void on_polled(const langexport::polled_event& event) noexcept override {
        using namespace std::chrono;
        std::cout << "  200  the job is '" << event.status.status_text << "'";
        if (event.next_poll > steady_clock::duration::zero())
            std::cout << ", next poll in " << duration_cast<milliseconds>(event.next_poll).count()
                      << " ms";
        std::cout << "\n";
    }
    void on_finished(const langexport::finished_event& event) noexcept override {
        using namespace std::chrono;
        std::cout << "  200  the result has " << event.bytes << " bytes; in total "
                  << duration_cast<milliseconds>(event.elapsed).count() << " ms\n";
    }
};

asio::awaitable<void> export_to_file(langexport::client client, std::string project,
                                     std::string path) {
    langexport::export_request request(project);
    langexport::exported_project result = co_await langexport::export_project(client, request);

    langexport::write_file(path, result.document); // the file is replaced as a whole, or not at all
    std::cout << "       written to " << path << "\n";
}

int run(const settings& wanted) {
    asio::io_context context;
    std::optional<langexport::testing::emulator> emulator;
    std::string project = wanted.project;
    std::string endpoint, key;
    if (project.empty()) {
        emulator.emplace(context.get_executor());
        langexport::testing::project sample("SupportTickets");
        sample.documents = 25;
        sample.job_duration = std::chrono::milliseconds(800);
        emulator->add_project(sample);
        project = sample.name;
        endpoint = emulator->endpoint();
        key = emulator->key();
        std::cout << "No project was named: here is an emulator of the service.\n";
    } else {
        endpoint = environment("AZURE_LANGUAGE_ENDPOINT");
        key = environment("AZURE_LANGUAGE_KEY");
    }

    const langexport::subscription_key secret(key);
    langexport::client_params params(endpoint, secret);
    params.proxy = langexport::proxy_from_environment(params.endpoint);
    params.application_id = "quickstart";
    params.observer = std::make_shared<step_printer>();
    langexport::client client(context.get_executor(), params);

    const std::string path =
        wanted.output.empty() ? wanted.folder + langexport::file_name_of(project) : wanted.output;
    std::string beginning = "Exporting '" + project + "' from " + endpoint + "\n";
    secret.redact(beginning); // the key may be in the wrong place
    std::cout << beginning;
    std::exception_ptr failure;
    asio::co_spawn(context, export_to_file(client, project, path), [&](std::exception_ptr error) {
        failure = error;
        emulator.reset(); // otherwise the emulator would keep the context running
    });
    context.run();

    if (const langexport::export_error* error = langexport::get_export_error(failure)) {
        std::cerr << "quickstart: " << error->what() << "\n";
        if (error->job())
            std::cerr << "resume with: " << error->job()->to_token() << "\n";
        return 1;
    }
    if (failure)
        std::rethrow_exception(failure);
    check_output();
    return 0;
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
            std::cout << help;
            check_output();
            return 0;
        }
        return run(read_arguments(argc, argv));
    } catch (const std::invalid_argument& error) {
        std::cerr << "quickstart: " << error.what() << "\n\n" << help;
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "quickstart: " << error.what() << "\n";
        return 1;
    }
}
