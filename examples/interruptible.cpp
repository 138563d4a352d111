// An export that can be interrupted without losing the job: by Ctrl-C, SIGTERM, SIGHUP, or a deadline.
//
// A submitted job continues at the service whatever happens here. The program prints the job's resume
// token if it stops early. Started again with that token, it waits for the same job instead of
// submitting another.
//
// What it shows: cancellation by a signal, a deadline, the contents of an error, resuming.

#include <langexport.hpp>
#include <langexport/file/standard_streams.hpp>
#include <langexport/log/printable.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace asio = boost::asio;

namespace {

constexpr const char* help =
    "usage: interruptible [--timeout SECONDS] PROJECT > PROJECT.json\n"
    "       interruptible [--timeout SECONDS] --resume TOKEN > PROJECT.json\n"
    "\n"
    "Exports a project, or resumes an export that was interrupted. If it is interrupted\n"
    "(Ctrl-C, SIGTERM, SIGHUP), or SECONDS have passed, it prints the token to resume with.\n"
    "\n"
    "The environment names the resource:\n"
    "  AZURE_LANGUAGE_ENDPOINT   such as https://NAME.cognitiveservices.azure.com\n"
    "  AZURE_LANGUAGE_KEY        one of the resource's two keys\n"
    "\n"
    "Exit status: 0 exported, 1 failed, 2 wrong usage, 3 interrupted with a job to resume.\n";

void print(const std::string& text) {
    if (!(std::cout << text << std::flush))
        throw std::runtime_error("standard output cannot be written");
}

struct settings {
    std::string project;
    std::string token;
    std::chrono::seconds deadline{0};
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

// A number of seconds, at least 1.
std::chrono::seconds seconds_in(const std::string& text) {
    int count = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, count);
    if (read.ec != std::errc() || read.ptr != end || count < 1)
        throw std::invalid_argument(shown(text) + " is not a number of seconds such as 60");
    return std::chrono::seconds(count);
}

settings read_arguments(int argc, char** argv) {
    settings result;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        const bool has_value = i + 1 < argc;
        if (argument == "--resume" && has_value)
            result.token = argv[++i];
        else if (argument == "--timeout" && has_value)
            result.deadline = seconds_in(argv[++i]);
        else if (argument.starts_with("-") || !result.project.empty())
            reject(argument);
        else
            result.project = argument;
    }
    if (result.project.empty() == result.token.empty())
        throw std::invalid_argument("name either a project or --resume with a token");
    return result;
}

std::string environment(const char* name) {
    std::string value = langexport::environment_text(name);
    if (value.empty())
        throw std::invalid_argument(std::string(name) + " is not set");
    return value;
}

// Adds a signal, unless it was ignored when this program started.
void add_unless_ignored(asio::signal_set& signals, int signal) {
    const auto before = std::signal(signal, SIG_IGN);
    if (before == SIG_IGN)
        return;
    std::signal(signal, before);
    signals.add(signal);
}

void add_stop_signals(asio::signal_set& signals) {
    add_unless_ignored(signals, SIGINT);
    add_unless_ignored(signals, SIGTERM);
#if defined(SIGHUP)
    add_unless_ignored(signals, SIGHUP);
#endif
}

// [region resume]
asio::awaitable<std::string> export_or_resume(langexport::client client, settings wanted) {
    if (!wanted.token.empty()) {
        auto job = langexport::export_job::from_token(wanted.token);
        auto resumed = co_await langexport::resume_export(client, job);
        co_return resumed.document;
    }
    langexport::export_request request(wanted.project);
    auto result = co_await langexport::export_project(client, request);
    co_return result.document;
}
// [end resume]

// [region errors]
int explain(const std::exception_ptr& failure) {
    const langexport::export_error* error = langexport::get_export_error(failure);
    if (!error)
        std::rethrow_exception(failure);
    std::cerr << "interruptible: " << error->what() << "\n"; // one line, with what to do next
    if (error->job() && error->code() != langexport::condition::permanent) {
        std::cerr << "resume with: interruptible --resume " << error->job()->to_token() << "\n";
        return 3;
    }
    if (error->diagnostics().submission == langexport::submission_state::unconfirmed)
        std::cerr << "a job may be running, but its link is not known\n";
    return 1;
}
// [end errors]

int run(const settings& wanted) {
    asio::io_context context;
    langexport::subscription_key key(environment("AZURE_LANGUAGE_KEY"));
    langexport::client_params params(environment("AZURE_LANGUAGE_ENDPOINT"), key);
    params.proxy = langexport::proxy_from_environment(params.endpoint);
    if (wanted.deadline.count() > 0)
        params.deadline = wanted.deadline;
    langexport::client client(context.get_executor(), params);

    // [region cancel]
    asio::cancellation_signal cancellation;
    asio::signal_set signals(context);
    add_stop_signals(signals); // those that nohup ignores stay ignored
    signals.async_wait([&](auto error, int) {
        if (!error)
            cancellation.emit(asio::cancellation_type::terminal);
    });

    std::exception_ptr failure;
    std::string result;
    auto ended = [&](std::exception_ptr error, std::string document) {
        failure = error;
        result = document;
        signals.cancel();
    };
    asio::co_spawn(context, export_or_resume(client, wanted),
                   asio::bind_cancellation_slot(cancellation.slot(), ended));
    context.run();
    // [end cancel]
    if (failure)
        return explain(failure);
    print(result);
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
            print(help);
            return 0;
        }
        return run(read_arguments(argc, argv));
    } catch (const std::invalid_argument& error) {
        std::cerr << "interruptible: " << error.what() << "\n\n" << help;
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "interruptible: " << error.what() << "\n";
        return 1;
    }
}
