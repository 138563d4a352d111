// Exports one project of an Azure AI Language resource and writes it to standard output.
#include <langexport.hpp>
#include <langexport/file/standard_streams.hpp>
#include <langexport/identity/identity_from_environment.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

const std::string usage =
    "usage: export_one PROJECT > PROJECT.json, with AZURE_LANGUAGE_ENDPOINT\n"
    "(https://NAME.cognitiveservices.azure.com) and AZURE_LANGUAGE_KEY set. Without\n"
    "a key it uses the identity that AZURE_TENANT_ID, AZURE_CLIENT_ID and\n"
    "AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE describe, or IDENTITY_ENDPOINT\n"
    "and IDENTITY_HEADER; in other clouds also AZURE_AUTHORITY_HOST and\n"
    "AZURE_LANGUAGE_AUDIENCE.\n"
    "Uses https_proxy, no_proxy, SSL_CERT_FILE, and AZURE_LANGUAGE_CLIENT_CERT\n"
    "and AZURE_LANGUAGE_CLIENT_KEY (PEM files) if they are set.\n"
    "Exit status: 0 exported, 1 failed, 2 wrong usage.\n";

void print(const std::string& text) {
    if (!(std::cout << text << std::flush))
        throw std::runtime_error("standard output cannot be written");
}

void rethrow(const std::exception_ptr& error) {
    if (error)
        std::rethrow_exception(error);
}

// Proxy and client certificate; the trusted certificates come from SSL_CERT_FILE or the system.
void use_network_of_environment(langexport::client_params& params) {
    using langexport::environment_text;
    params.proxy = langexport::proxy_from_environment(params.endpoint);
    params.tls.certificate_file = environment_text("AZURE_LANGUAGE_CLIENT_CERT");
    params.tls.key_file = environment_text("AZURE_LANGUAGE_CLIENT_KEY");
}

// The key, or else the identity that the environment describes.
langexport::credential credential_of_environment() {
    const std::string key = langexport::environment_text("AZURE_LANGUAGE_KEY");
    if (!key.empty())
        return langexport::subscription_key(key);
    return langexport::identity_from_environment();
}

bool has_credential() {
    for (const char* variable : {"AZURE_LANGUAGE_KEY", "AZURE_CLIENT_ID", "IDENTITY_ENDPOINT"})
        if (!langexport::environment_text(variable).empty())
            return true;
    return false;
}

boost::asio::awaitable<void> run(langexport::client client, std::string project) {
    langexport::export_request request(project);
    auto result = co_await langexport::export_project(client, request);
    print(result.document);
}

void export_one(std::string endpoint, std::string project) {
    boost::asio::io_context context;
    langexport::client_params params(endpoint, credential_of_environment());
    use_network_of_environment(params);
    langexport::client client(context.get_executor(), params);
    boost::asio::co_spawn(context, run(client, project), rethrow);
    context.run();
}

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
    const std::string project = argc == 2 ? argv[1] : "";
    try {
        if (asks_for_help(argc, argv)) {
            print(usage);
            return 0;
        }
        if (project.empty() || project[0] == '-' || endpoint.empty() || !has_credential()) {
            std::cerr << usage;
            return 2;
        }
        export_one(endpoint, project);
    } catch (const std::exception& error) {
        std::cerr << "export_one: " << error.what() << '\n';
        return 1;
    }
}
