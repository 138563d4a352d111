// Exports a project of any size into a file, piece by piece, and prints its SHA-256.
//
// The result is never in memory as a whole (except with --normalize). The file appears in one step when all
// of it is on the disk. If the program ends early, the old file is unchanged. A download that breaks is
// repeated from its start.
//
// What it shows: streaming into a sink, a checksum on the way, the form for version control, files that are
// not touched if nothing changed.

#include <langexport.hpp>
#include <langexport/file/standard_streams.hpp>
#include <langexport/sink/file_sink.hpp>
#include <langexport/sink/normalizing_sink.hpp>
#include <langexport/sink/sha256_sink.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace asio = boost::asio;

namespace {

constexpr const char* help =
    "usage: export_to_file [--normalize[=sorted]] PROJECT FILE\n"
    "\n"
    "Exports a project to FILE and prints the file's SHA-256, as sha256sum does:\n"
    "\n"
    "  export_to_file Reviews Reviews.json > Reviews.sha256 && sha256sum -c Reviews.sha256\n"
    "\n"
    "--normalize writes the form for version control: members in a fixed order, one\n"
    "document a line, in the service's order. A FILE with the same content is not\n"
    "touched. --normalize=sorted sorts the documents by name, too.\n"
    "\n"
    "The environment names the resource:\n"
    "  AZURE_LANGUAGE_ENDPOINT   such as https://NAME.cognitiveservices.azure.com\n"
    "  AZURE_LANGUAGE_KEY        one of the resource's two keys\n"
    "\n"
    "Exit status: 0 exported, 1 failed (FILE is as it was), 2 wrong usage.\n";

void print(const std::string& text) {
    if (!(std::cout << text << std::flush))
        throw std::runtime_error("standard output cannot be written");
}

std::string environment(const char* name) {
    std::string value = langexport::environment_text(name);
    if (value.empty())
        throw std::invalid_argument(std::string(name) + " is not set");
    return value;
}

// [region sinks]
asio::awaitable<void> export_to_file(langexport::client client, std::string project,
                                     std::string path,
                                     std::optional<langexport::normalizing_options> form) {
    // From the end of the chain to its beginning: the file, its checksum, the normal form.
    langexport::file_options options;
    options.keep_unchanged = form.has_value();
    auto file = std::make_shared<langexport::file_sink>(path, options); // fails here if it must
    auto checksum = std::make_shared<langexport::sha256_sink>(file);
    std::shared_ptr<langexport::result_sink> first = checksum;
    if (form)
        first = std::make_shared<langexport::normalizing_sink>(checksum, *form);

    langexport::export_request request(project);
    auto status = co_await langexport::export_project_to(client, request, first);
    for (const auto& warning : status.warnings)
        std::cerr << "warning: " << warning.code << ": " << warning.message << "\n";
    std::cerr << path << ": " << file->size() << " bytes"
              << (file->is_unchanged() ? ", as before" : "") << "\n";
    print(checksum->checksum() + "  " + path + "\n");
}
// [end sinks]

void run(const std::string& project, const std::string& path,
         const std::optional<langexport::normalizing_options>& form) {
    asio::io_context context;
    langexport::subscription_key key(environment("AZURE_LANGUAGE_KEY"));
    langexport::client_params params(environment("AZURE_LANGUAGE_ENDPOINT"), key);
    params.proxy = langexport::proxy_from_environment(params.endpoint);
    params.application_id = "export_to_file";
    langexport::client client(context.get_executor(), params);

    std::exception_ptr failure;
    asio::co_spawn(context, export_to_file(client, project, path, form),
                   [&](std::exception_ptr error) { failure = error; });
    context.run();
    if (failure)
        std::rethrow_exception(failure);
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
    std::vector<std::string> arguments(argv + 1, argv + argc);
    try {
        if (asks_for_help(argc, argv)) {
            print(help);
            return 0;
        }
        std::optional<langexport::normalizing_options> form;
        const bool is_sorted = std::erase(arguments, "--normalize=sorted") > 0;
        if (std::erase(arguments, "--normalize") > 0 || is_sorted)
            form.emplace().sort_items = is_sorted;
        if (arguments.size() != 2 || arguments[0].starts_with("-") || arguments[1].starts_with("-"))
            throw std::invalid_argument("name a project and a file");
        run(arguments[0], arguments[1], form);
        return 0;
    } catch (const std::invalid_argument& error) {
        std::cerr << "export_to_file: " << error.what() << "\n\n" << help;
        return 2;
    } catch (const std::exception& error) { // one line, with what to do next
        std::cerr << "export_to_file: " << error.what() << "\n";
        return 1;
    }
}
