// Exports the projects that standard input names, one a line, each into a file of its own.
//
//   export_list < projects.txt
//
// Started again after it was stopped or killed, it goes on where it was: report.jsonl knows.
// What it shows: a batch over a range that is read as exports end, files, a checkpoint.

#include <langexport.hpp>
#include <langexport/file_name.hpp>
#include <langexport/file_sink.hpp>
#include <langexport/report_checkpoint.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

namespace asio = boost::asio;

// A line of the list.
class project_line : public std::string {
    friend std::istream& operator>>(std::istream& from, project_line& line) {
        return std::getline(from, line);
    }
};

// All lines as requests; no more is read than can be exported.
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
asio::awaitable<void> export_list(langexport::client client, requests_from list) {
    langexport::batch_options options;
    options.checkpoint = std::make_shared<langexport::report_checkpoint>("report.jsonl");
    options.sink_for = [](const langexport::batch_item& item) {
        const std::string name = langexport::file_name_of(item.request.project_name);
        return std::make_shared<langexport::file_sink>(name);
    };
    options.on_finished = [](const langexport::batch_outcome& one) {
        const std::string& project = one.item.request.project_name;
        const std::string why = langexport::what_of(one.error);
        std::cout << project << ": " << (one.error ? why : "exported") << "\n";
    };
    auto sum = co_await langexport::export_projects(client, list, options);
    std::cout << sum.exported << " exported, " << sum.skipped << " before, " << sum.failed
              << " failed\n";
}
// [end batch]

int main() {
    const char* endpoint = std::getenv("AZURE_LANGUAGE_ENDPOINT");
    const char* key = std::getenv("AZURE_LANGUAGE_KEY");
    if (!endpoint || !key) {
        std::cerr << "usage: export_list < LIST, with AZURE_LANGUAGE_ENDPOINT and "
                     "AZURE_LANGUAGE_KEY set\n";
        return 2;
    }
    try {
        asio::io_context context;
        langexport::client_params params(endpoint, langexport::subscription_key(key));
        langexport::client client(context.get_executor(), params);
        std::exception_ptr failure;
        requests_from list(std::cin);
        asio::co_spawn(context, export_list(client, list), [&](auto error) { failure = error; });
        context.run();
        if (failure)
            std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        std::cerr << "export_list: " << error.what() << "\n";
        return 1;
    }
}
