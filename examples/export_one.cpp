// Exports one project of an Azure AI Language resource and writes it to standard output.
#include <langexport.hpp>
#include <langexport/file/standard_streams.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

const std::string usage = "usage: export_one PROJECT > PROJECT.json, with AZURE_LANGUAGE_ENDPOINT\n"
                          "(https://NAME.cognitiveservices.azure.com) and AZURE_LANGUAGE_KEY set\n"
                          "Exit status: 0 exported, 1 failed, 2 wrong usage.\n";

void print(const std::string& text) {
    if (!(std::cout << text << std::flush))
        throw std::runtime_error("standard output cannot be written");
}

void rethrow(const std::exception_ptr& error) {
    if (error)
        std::rethrow_exception(error);
}

// [region export]
boost::asio::awaitable<void> run(langexport::client client, std::string project) {
    langexport::export_request request(project);
    auto result = co_await langexport::export_project(client, request);
    print(result.document);
}

void export_one(std::string endpoint, std::string key, std::string project) {
    boost::asio::io_context context;
    langexport::client_params params(endpoint, langexport::subscription_key(key));
    langexport::client client(context.get_executor(), params);
    boost::asio::co_spawn(context, run(client, project), rethrow);
    context.run();
}
// [end export]

// Whether --help or -h is among the arguments, before any --.
bool asks_for_help(int argc, char** argv) {
    for (int i = 1; i < argc && std::string(argv[i]) != "--"; ++i)
        if (std::string(argv[i]) == "--help" || std::string(argv[i]) == "-h")
            return true;
    return false;
}

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
            print(usage);
            return 0;
        }
        if (project.empty() || project[0] == '-' || endpoint.empty() || key.empty()) {
            std::cerr << usage;
            return 2;
        }
        export_one(endpoint, key, project);
    } catch (const std::exception& error) {
        std::cerr << "export_one: " << error.what() << '\n';
        return 1;
    }
}
