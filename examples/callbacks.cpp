// Exports a project without a coroutine: with a callback, or with a future that an ordinary thread waits for.
//
// What it shows: a completion handler, `use_future`, an io_context on a thread of its own, and how both report a
// failure.

#include <langexport.hpp>
#include <langexport/file/standard_streams.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <csignal>
#include <exception>
#include <future>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace asio = boost::asio;

namespace {

constexpr const char* help =
    "usage: callbacks [--future] PROJECT > PROJECT.json\n"
    "\n"
    "Exports a project with a callback; with --future, a thread waits for the result.\n"
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

// [region callback]
std::string export_with_callback(const langexport::client_params& params, std::string project) {
    asio::io_context context;
    langexport::client client(context.get_executor(), params);
    std::exception_ptr failure;
    std::string document;
    langexport::export_project(client, langexport::export_request(project),
                               [&](std::exception_ptr error, langexport::exported_project result) {
                                   failure = error; // null if the export succeeded
                                   document = std::move(result.document);
                               });
    context.run(); // until nothing is left to do
    if (failure)
        std::rethrow_exception(failure);
    return document;
}
// [end callback]

// [region future]
std::string export_with_future(const langexport::client_params& params, std::string project) {
    asio::io_context context;
    langexport::client client(context.get_executor(), params);
    std::future<langexport::exported_project> result =
        langexport::export_project(client, langexport::export_request(project), asio::use_future);
    std::jthread worker([&] { context.run(); });
    return result.get().document; // throws the export_error
}
// [end future]

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
    const bool waits = argc > 1 && std::string(argv[1]) == "--future";
    const std::string project = argc == (waits ? 3 : 2) ? argv[argc - 1] : "";
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
        print(waits ? export_with_future(params, project) : export_with_callback(params, project));
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "callbacks: " << error.what() << "\n";
        return 1;
    }
}
