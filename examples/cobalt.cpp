// Exports a project in a coroutine of Boost.Cobalt, which Boost has from 1.84 on. Link Boost::cobalt.
//
// What it shows: the token `cobalt::use_op`, a client on Cobalt's executor, an error in a Cobalt coroutine.

#include <langexport.hpp>
#include <langexport/file/standard_streams.hpp>

#include <boost/cobalt.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

namespace cobalt = boost::cobalt;

namespace {

constexpr const char* help =
    "usage: cobalt PROJECT > PROJECT.json\n"
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

// [region cobalt]
cobalt::task<std::string> export_document(langexport::client_params params, std::string project) {
    langexport::client client(co_await cobalt::this_coro::executor, params);
    langexport::export_request request(project);
    auto result = co_await langexport::export_project(client, request, cobalt::use_op);
    co_return result.document;
}
// [end cobalt]

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
        print(cobalt::run(export_document(params, project)));
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "cobalt: " << error.what() << "\n";
        return 1;
    }
}
