// Exports the projects that standard input names, one a line, each into a file of its own.
//
//   export_list < projects.txt
//
// Started again after it was stopped or killed, it continues where it stopped, as report.jsonl says.
// The exit status is 0 if all are exported, 1 if an export failed, and 2 for wrong usage.
// What it shows: a batch over a range that is read as exports end, files, a checkpoint.

#include <langexport.hpp>
#include <langexport/file/file_name.hpp>
#include <langexport/file/standard_streams.hpp>
#include <langexport/log/printable.hpp>
#include <langexport/report/report_checkpoint.hpp>
#include <langexport/sink/file_sink.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace asio = boost::asio;

const std::string usage =
    "usage: export_list < LIST\n"
    "\n"
    "Exports the projects that standard input names, one a line, each into a file of\n"
    "its own in this folder. report.jsonl, also here, records what was done. Started\n"
    "again, the program continues where it stopped.\n"
    "\n"
    "The environment names the resource:\n"
    "  AZURE_LANGUAGE_ENDPOINT   such as https://NAME.cognitiveservices.azure.com\n"
    "  AZURE_LANGUAGE_KEY        one of the resource's two keys\n"
    "\n"
    "Exit status: 0 all exported, 1 some failed, 2 wrong usage.\n";

void print(const std::string& text) {
    if (!(std::cout << text << std::flush))
        throw std::runtime_error("standard output cannot be written");
}

// A line of the list without a carriage return or a byte order mark, which some editors add.
class project_line : public std::string {
    friend std::istream& operator>>(std::istream& from, project_line& line) {
        if (std::getline(from, line) && line.ends_with('\r'))
            line.pop_back();
        if (line.starts_with("\xEF\xBB\xBF"))
            line.erase(0, 3);
        return from;
    }
};

// All lines as requests. A line is read when its export can start.
class requests_from {
public:
    class iterator : public std::istream_iterator<project_line> {
    public:
        using value_type = langexport::export_request;
        using std::istream_iterator<project_line>::istream_iterator;
        value_type operator*() const {
            return value_type(std::istream_iterator<project_line>::operator*());
        }
        iterator& operator++() {
            std::istream_iterator<project_line>::operator++();
            return *this;
        }
        void operator++(int) { ++*this; }
    };

    explicit requests_from(std::istream& list) : list_(&list) {}
    iterator begin() const { return iterator(*list_); }
    iterator end() const { return iterator(); }

private:
    std::istream* list_;
};

// [region batch]
asio::awaitable<int> export_list(langexport::client client, requests_from list) {
    langexport::batch_options options;
    options.checkpoint = std::make_shared<langexport::report_checkpoint>("report.jsonl");
    options.sink_for = [](const langexport::batch_item& item) {
        const std::string name = langexport::file_name_of(item.request.project_name);
        return std::make_shared<langexport::file_sink>(name);
    };
    options.on_finished = [](const langexport::batch_outcome& one) {
        const std::string project = langexport::printable(one.item.request.project_name);
        const std::string why = langexport::message_of(one.error);
        std::cout << project << ": " << (one.error ? why : "exported") << "\n";
    };
    auto sum = co_await langexport::export_projects(client, list, options);
    std::cout << sum.exported << " exported, " << sum.skipped << " before, " << sum.failed
              << " failed\n";
    co_return sum.failed == 0 ? 0 : 1;
}
// [end batch]

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
    try {
        if (asks_for_help(argc, argv)) {
            print(usage);
            return 0;
        }
        if (argc != 1 || endpoint.empty() || key.empty()) {
            std::cerr << usage;
            return 2;
        }
        asio::io_context context;
        langexport::client_params params(endpoint, langexport::subscription_key(key));
        params.proxy = langexport::proxy_from_environment(params.endpoint);
        langexport::client client(context.get_executor(), params);
        std::exception_ptr failure;
        int status = 1;
        requests_from list(std::cin);
        asio::co_spawn(context, export_list(client, list), [&](auto error, int result) {
            failure = error;
            status = result;
        });
        context.run();
        if (failure)
            std::rethrow_exception(failure);
        if (std::ferror(stdin)) // to a stream that looks like its end
            throw std::runtime_error("standard input cannot be read");
        print(""); // what was printed on the way may be lost
        return status;
    } catch (const std::exception& error) {
        std::cerr << "export_list: " << error.what() << "\n";
        return 1;
    }
}
