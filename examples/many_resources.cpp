// Exports projects of several resources at once, on a pool of threads.
//
//   many_resources < LIST      each line of the list: ENDPOINT KEY PROJECT
//
// Each resource has a quota of its own, so there is one client for each, and all clients share the threads. A failure
// at one resource does not concern the others.
//
// What it shows: several clients on one thread_pool, a sink for each export, output from several threads.

#include <langexport.hpp>
#include <langexport/file/file_name.hpp>
#include <langexport/file/standard_streams.hpp>
#include <langexport/log/printable.hpp>
#include <langexport/sink/file_sink.hpp>

#include <boost/asio/thread_pool.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace asio = boost::asio;

namespace {

constexpr const char* help =
    "usage: many_resources < LIST\n"
    "\n"
    "Exports projects of several resources at once, each into a file in this folder. Each\n"
    "line of the list has an endpoint, one of its keys and a project's name, with spaces\n"
    "between them. The file is RESOURCE.PROJECT.json.\n"
    "\n"
    "Exit status: 0 all exported, 1 some failed, 2 wrong usage.\n";

void print(const std::string& text) {
    if (!(std::cout << text << std::flush))
        throw std::runtime_error("standard output cannot be written");
}

struct list_line {
    std::string endpoint;
    std::string key;
    std::string project; // may contain spaces
};

std::vector<list_line> read_list(std::istream& from) {
    std::vector<list_line> list;
    std::string text;
    for (int number = 1; std::getline(from, text); ++number) {
        std::istringstream fields(text);
        list_line line;
        fields >> line.endpoint >> line.key >> std::ws;
        std::getline(fields, line.project);
        if (line.project.ends_with('\r'))
            line.project.pop_back();
        if (line.project.empty()) // the line may contain a key: do not print it
            throw std::invalid_argument("line " + std::to_string(number) +
                                        " has no ENDPOINT KEY PROJECT");
        list.push_back(line);
    }
    if (list.empty())
        throw std::invalid_argument("the list has no line");
    return list;
}

// NAME of https://NAME.cognitiveservices.azure.com
std::string resource_of(const std::string& endpoint) {
    const std::string host = endpoint.substr(endpoint.find("//") + 2);
    return host.substr(0, host.find_first_of(".:/"));
}

// Prints how each export ends. Handlers run on all threads of the pool.
class outcomes {
public:
    void report(const list_line& line, const std::exception_ptr& error) {
        const std::string name = resource_of(line.endpoint) + "/" + line.project;
        const std::lock_guard lock(mutex_);
        failed_ += error ? 1 : 0;
        std::cout << langexport::printable(name) << ": "
                  << (error ? langexport::message_of(error) : "exported") << "\n";
    }
    int failed() const { return failed_; }

private:
    std::mutex mutex_;
    int failed_ = 0;
};

// [region pool]
int export_all(const std::vector<list_line>& list) {
    asio::thread_pool pool(4);
    std::map<std::string, langexport::client> clients; // one for each resource
    outcomes seen;
    for (const list_line& line : list) {
        auto at = clients.find(line.endpoint);
        if (at == clients.end()) {
            langexport::client_params params(line.endpoint, langexport::subscription_key(line.key));
            params.proxy = langexport::proxy_from_environment(params.endpoint);
            at = clients.emplace(line.endpoint, langexport::client(pool.get_executor(), params))
                     .first;
        }
        const std::string name = resource_of(line.endpoint) + "." + line.project;
        langexport::export_project_to(
            at->second, langexport::export_request(line.project),
            std::make_shared<langexport::file_sink>(langexport::file_name_of(name)),
            [&seen, line](std::exception_ptr error, langexport::export_status) {
                seen.report(line, error);
            });
    }
    pool.join(); // until no client has work
    return seen.failed();
}
// [end pool]

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
        if (argc != 1)
            throw std::invalid_argument("arguments are not understood");
        const int failed = export_all(read_list(std::cin));
        print(""); // what was printed on the way may be lost
        return failed == 0 ? 0 : 1;
    } catch (const std::invalid_argument& error) {
        std::cerr << "many_resources: " << error.what() << "\n\n" << help;
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "many_resources: " << error.what() << "\n";
        return 1;
    }
}
