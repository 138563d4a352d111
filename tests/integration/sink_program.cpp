// sink_program ENDPOINT KEY CERTIFICATES TARGET [SYNC]: exports "Demo" into a file, and prints how much memory
// it had when it began, how much at its peak (KiB), and how long it took (ms). CERTIFICATES may be empty.

#include <langexport.hpp>
#include <langexport/sink/file_sink.hpp>

#include "support/process_memory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <memory>
#include <string>

namespace asio = boost::asio;

namespace {

asio::awaitable<void> run(langexport::client client,
                          std::shared_ptr<langexport::result_sink> sink) {
    langexport::export_request request("Demo");
    co_await langexport::export_project_to(client, request, sink);
}

int export_to(const char* const* words, bool sync) {
    const long before = langexport_tests::memory_field("VmRSS:");
    const auto began = std::chrono::steady_clock::now();
    asio::io_context context(1);
    langexport::client_params params(words[1], langexport::subscription_key(words[2]));
    params.ca_file = words[3];
    params.polling.first = std::chrono::milliseconds(1);
    const langexport::client client(context.get_executor(), params);
    langexport::file_options options;
    options.sync = sync;
    const auto sink = std::make_shared<langexport::file_sink>(words[4], options);
    std::exception_ptr failure;
    asio::co_spawn(context, run(client, sink), [&](std::exception_ptr error) { failure = error; });
    context.run();
    if (failure)
        std::rethrow_exception(failure);
    const auto took = std::chrono::steady_clock::now() - began;
    std::cout << before << ' ' << langexport_tests::memory_field("VmHWM:") << ' '
              << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << std::endl;
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 5) {
        std::cerr << "usage: sink_program ENDPOINT KEY CERTIFICATES TARGET [SYNC]\n";
        return 2;
    }
    try {
        return export_to(argv, argc > 5);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
