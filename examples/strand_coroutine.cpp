// Exports a project in a coroutine whose executor is not any_io_executor: a strand of an io_context.
//
// What it shows: the token that such a coroutine passes to operations.

#include <langexport.hpp>
#include <langexport/file/standard_streams.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

namespace asio = boost::asio;

namespace {

constexpr const char* help =
    "usage: strand_coroutine PROJECT > PROJECT.json\n"
    "\n"
    "Exports a project.\n"
    "\n"
    "The environment names the resource:\n"
    "  AZURE_LANGUAGE_ENDPOINT   such as https://NAME.cognitiveservices.azure.com\n"
    "  AZURE_LANGUAGE_KEY        one of the resource's two keys\n"
    "\n"
    "Exit status: 0 exported, 1 failed, 2 wrong usage.\n";

void print(const std::string& text) {
    if (!(std::cout << text << std::flush))
        throw std::runtime_error("standard output cannot be written");
}

// [region executor]
// Every wait in this coroutine resumes on the strand. Its type is in the coroutine's, so operations need the token for
// it: without one they return an awaitable for any_io_executor.
using strand = asio::strand<asio::io_context::executor_type>;

asio::awaitable<std::string, strand> export_document(langexport::client client,
                                                     std::string project) {
    langexport::export_request request(project);
    auto result =
        co_await langexport::export_project(client, request, asio::use_awaitable_t<strand>());
    co_return result.document;
}
// [end executor]

int run(const langexport::client_params& params, const std::string& project) {
    asio::io_context context;
    langexport::client client(context, params);
    std::exception_ptr failure;
    std::string document;
    asio::co_spawn(asio::make_strand(context.get_executor()), export_document(client, project),
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
    const std::string endpoint = langexport::environment_text("AZURE_LANGUAGE_ENDPOINT");
    const std::string key = langexport::environment_text("AZURE_LANGUAGE_KEY");
    const std::string project = argc == 2 ? argv[1] : "";
    try {
        if (asks_for_help(argc, argv)) {
            print(help);
            return 0;
        }
        if (project.empty() || project[0] == '-' || endpoint.empty() || key.empty()) {
            std::cerr << help;
            return 2;
        }
        langexport::client_params params(endpoint, langexport::subscription_key(key));
        params.proxy = langexport::proxy_from_environment(params.endpoint);
        return run(params, project);
    } catch (const std::exception& error) {
        std::cerr << "strand_coroutine: " << error.what() << "\n";
        return 1;
    }
}
