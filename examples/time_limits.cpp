// Three ways to limit the time of an export, and the first result of two exports.
//
// What it shows: the deadline of a request, `||` with a timer, `||` between two exports, `cancel_after` where Boost
// has it, and how to keep the job of a cancelled export.

#include <langexport.hpp>
#include <langexport/file/standard_streams.hpp>
#include <langexport/log/printable.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/version.hpp>

#if BOOST_VERSION >= 108600
#include <boost/asio/cancel_after.hpp>
#endif

#include <charconv>
#include <chrono>
#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <tuple>
#include <variant>

namespace asio = boost::asio;

namespace {

constexpr const char* help =
    "usage: time_limits deadline SECONDS PROJECT > PROJECT.json\n"
    "       time_limits timer SECONDS PROJECT > PROJECT.json\n"
    "       time_limits cancel-after SECONDS PROJECT > PROJECT.json     (Boost 1.86 or newer)\n"
    "       time_limits first-of PROJECT PROJECT > PROJECT.json\n"
    "\n"
    "Exports a project unless it takes longer than SECONDS: with the deadline of the request,\n"
    "with a timer beside the export, or with Asio's cancel_after. first-of exports two\n"
    "projects at once and prints the one that is exported first. The job of a\n"
    "cancelled export continues; its resume token is printed to standard error.\n"
    "\n"
    "The environment names the resource:\n"
    "  AZURE_LANGUAGE_ENDPOINT   such as https://NAME.cognitiveservices.azure.com\n"
    "  AZURE_LANGUAGE_KEY        one of the resource's two keys\n"
    "\n"
    "Exit status: 0 exported, 1 failed, 2 wrong usage, 3 not exported in time.\n";

void print(const std::string& text) {
    if (!(std::cout << text << std::flush))
        throw std::runtime_error("standard output cannot be written");
}

struct too_late : std::runtime_error {
    using std::runtime_error::runtime_error;
};

using seconds = std::chrono::seconds;

// [region deadline]
// The client stops at the deadline by itself. The error has the job, if there is one.
asio::awaitable<std::string> with_deadline(langexport::client client, std::string project,
                                           seconds limit) {
    langexport::export_request request(project);
    request.deadline = limit;
    auto result = co_await langexport::export_project(client, request);
    co_return result.document;
}
// [end deadline]

// Prints the token of each job as soon as there is one: an operation that loses against another in `||` has no way to
// report it.
langexport::export_request request_that_prints_its_token(std::string project) {
    langexport::export_request request(project);
    request.on_submitted = [](langexport::export_job job) -> asio::awaitable<void> {
        std::cerr << "job " << job.to_token() << "\n";
        co_return;
    };
    return request;
}

// [region timer]
// For a limit that belongs to several steps, or to something else than the export. `||` waits for the first success:
// with as_tuple a failure of the export is a result, too, and ends the waiting.
asio::awaitable<std::string> with_timer(langexport::client client, std::string project,
                                        seconds limit) {
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer timer(co_await asio::this_coro::executor, limit);
    langexport::export_request request = request_that_prints_its_token(project);
    auto first = co_await (
        langexport::export_project(client, request, asio::as_tuple(asio::use_awaitable)) ||
        timer.async_wait(asio::use_awaitable));
    if (first.index() == 1)
        throw too_late("not exported within " + std::to_string(limit.count()) + " s");
    auto& [error, result] = std::get<0>(first);
    if (error)
        std::rethrow_exception(error);
    co_return result.document;
}
// [end timer]

// [region first]
// The first that succeeds; the other is cancelled.
asio::awaitable<std::string> first_of(langexport::client client, std::string one,
                                      std::string other) {
    using namespace asio::experimental::awaitable_operators;
    auto first =
        co_await (langexport::export_project(client, request_that_prints_its_token(one)) ||
                  langexport::export_project(client, request_that_prints_its_token(other)));
    co_return std::visit([](auto& result) { return result.document; }, first);
}
// [end first]

#if BOOST_VERSION >= 108600
// [region cancel_after]
asio::awaitable<std::string> with_cancel_after(langexport::client client, std::string project,
                                               seconds limit) {
    langexport::export_request request(project);
    auto result = co_await langexport::export_project(
        client, request, asio::cancel_after(limit, asio::use_awaitable));
    co_return result.document;
}
// [end cancel_after]
#endif

// An argument in quotation marks. A long one is not shown, because it may be a key in the wrong place.
std::string shown(const std::string& argument) {
    return argument.size() < 24 ? "'" + langexport::printable(argument) + "'" : "a long argument";
}

// A number of seconds, at least 1.
seconds seconds_in(const std::string& text) {
    int count = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, count);
    if (read.ec != std::errc() || read.ptr != end || count < 1)
        throw std::invalid_argument(shown(text) + " is not a number of seconds such as 60");
    return seconds(count);
}

asio::awaitable<std::string> begin(langexport::client client, int argc, char** argv) {
    if (argc != 4)
        throw std::invalid_argument("there must be three arguments; see the usage below");
    const std::string way = argv[1];
    if (way == "first-of")
        return first_of(client, argv[2], argv[3]);
    const seconds limit = seconds_in(argv[2]);
    if (way == "deadline")
        return with_deadline(client, argv[3], limit);
    if (way == "timer")
        return with_timer(client, argv[3], limit);
#if BOOST_VERSION >= 108600
    if (way == "cancel-after")
        return with_cancel_after(client, argv[3], limit);
#endif
    throw std::invalid_argument(shown(way) +
                                " is not a way to limit the time; see the usage below");
}

int run(int argc, char** argv) {
    const std::string endpoint = langexport::environment_text("AZURE_LANGUAGE_ENDPOINT");
    const std::string key = langexport::environment_text("AZURE_LANGUAGE_KEY");
    if (endpoint.empty() || key.empty())
        throw std::invalid_argument("AZURE_LANGUAGE_ENDPOINT or AZURE_LANGUAGE_KEY is not set");
    asio::io_context context;
    langexport::client_params params(endpoint, langexport::subscription_key(key));
    params.proxy = langexport::proxy_from_environment(params.endpoint);
    langexport::client client(context.get_executor(), params);
    std::exception_ptr failure;
    std::string document;
    asio::co_spawn(context, begin(client, argc, argv),
                   [&](std::exception_ptr error, std::string text) {
                       failure = error;
                       document = text;
                   });
    context.run();
    if (failure)
        std::rethrow_exception(failure);
    print(document);
    return 0;
}

// Whether the error says that the time was up: by the client's deadline, or by a cancellation.
bool was_too_late(const langexport::export_error& error) {
    return error.code() == langexport::errc::deadline_exceeded ||
           error.code() == asio::error::operation_aborted;
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
        return run(argc, argv);
    } catch (const std::invalid_argument& error) {
        std::cerr << "time_limits: " << error.what() << "\n\n" << help;
        return 2;
    } catch (const langexport::export_error& error) {
        std::cerr << "time_limits: " << error.what() << "\n";
        if (error.job())
            std::cerr << "job " << error.job()->to_token() << "\n";
        return was_too_late(error) ? 3 : 1;
    } catch (const too_late& error) {
        std::cerr << "time_limits: " << error.what() << "\n";
        return 3;
    } catch (const std::exception& error) {
        std::cerr << "time_limits: " << error.what() << "\n";
        return 1;
    }
}
