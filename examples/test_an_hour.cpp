// Tests in a second what a program does with jobs of an hour.
//
// The emulator's time passes 3600 times as fast, and so does that of the client: it has the parameters of
// the program that is tested, put on the same scale. Once the job ends before the program's time
// limit, and once it does not.

#include <langexport.hpp>
#include <langexport/file/standard_streams.hpp>
#include <langexport/testing/emulator.hpp>
#include <langexport/testing/scaled_time.hpp>

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr const char* help =
    "usage: test_an_hour\n"
    "\n"
    "Exports a project whose job takes an hour, and one whose job takes too long, from an\n"
    "emulator in this process whose time passes 3600 times as fast.\n"
    "\n"
    "Exit status: 0 both exports ended as expected, 1 one did not, 2 wrong usage.\n";

void print(const std::string& text) {
    if (!(std::cout << text << std::flush))
        throw std::runtime_error("standard output cannot be written");
}

// Exports a project whose job takes `job_duration`. Returns the error of the export; null after a success.
std::exception_ptr end_of_export(std::chrono::minutes job_duration) {
    asio::io_context context;
    // [region scaled]
    constexpr double factor = 3600; // an hour takes a second
    langexport::testing::emulator_options options;
    options.time_scale = factor;
    langexport::testing::emulator service(context.get_executor(), options);
    langexport::testing::project project("Slow");
    project.job_duration = job_duration;
    service.add_project(project);

    langexport::client_params params(service.endpoint(),
                                     langexport::subscription_key(service.key()));
    params.job_timeout = 90min;
    langexport::client client(context.get_executor(),
                              langexport::testing::in_scaled_time(params, factor));
    // [end scaled]

    std::exception_ptr failure;
    langexport::export_project(client, langexport::export_request("Slow"),
                               [&](std::exception_ptr error, langexport::exported_project) {
                                   failure = error;
                                   service.stop(); // it would keep the context at work
                               });
    context.run();
    return failure;
}

int run() {
    const bool is_exported = !end_of_export(60min);
    const bool is_late =
        langexport::code_of(end_of_export(600min)) == langexport::errc::job_timed_out;
    print(std::string("a job of an hour: ") + (is_exported ? "exported" : "not exported") +
          "\na job of ten hours: " + (is_late ? "timed out" : "not timed out") + "\n");
    return is_exported && is_late ? 0 : 1;
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
    try {
        if (asks_for_help(argc, argv)) {
            print(help);
            return 0;
        }
        if (argc != 1) {
            std::cerr << help;
            return 2;
        }
        return run();
    } catch (const std::exception& error) {
        std::cerr << "test_an_hour: " << error.what() << "\n";
        return 1;
    }
}
