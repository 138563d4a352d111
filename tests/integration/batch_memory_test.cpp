#include "integration/client_bench.hpp"
#include "support/batch_ranges.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include <malloc.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace batch_memory_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::batch_options;
using langexport::batch_outcome;
using langexport::batch_summary;
using langexport::client;
using langexport::export_projects;
using langexport_tests::outcome;
using langexport_tests::quick_project;
using langexport_tests::requests_of;

// An emulator in a process of its own: this process allocates memory only for the client.
class emulator_process {
public:
    emulator_process() {
        int ends[2];
        if (pipe(ends) != 0 || (id_ = fork()) < 0)
            throw std::runtime_error("no process is to be had");
        if (id_ == 0)
            serve(ends[1]);
        close(ends[1]);
        char byte = 0;
        while (read(ends[0], &byte, 1) == 1 && byte != '\n')
            endpoint += byte;
        close(ends[0]);
    }
    emulator_process(const emulator_process&) = delete;
    emulator_process& operator=(const emulator_process&) = delete;
    ~emulator_process() {
        kill(id_, SIGKILL);
        waitpid(id_, nullptr, 0);
    }

    std::string endpoint;

private:
    [[noreturn]] static void serve(int descriptor) {
        asio::io_context context;
        testing::emulator_options options;
        options.keys = {"e58b081006f7e3dfc967a64cb14028d5"};
        testing::emulator service(context.get_executor(), options);
        service.add_project(quick_project());
        const std::string line = service.endpoint() + "\n";
        if (write(descriptor, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
            _exit(1);
        context.run();
        _exit(0);
    }

    pid_t id_ = -1;
};

} // namespace

TEST_CASE("the memory of a batch does not grow with the length of its range", "[batch][memory]") {
    emulator_process service;
    langexport::client_params params(
        service.endpoint, langexport::subscription_key("e58b081006f7e3dfc967a64cb14028d5"));
    params.quota.submissions = params.quota.reads = 0;
    params.polling.first = 1ms;
    asio::io_context context;
    const client with(context.get_executor(), params);
    const auto in_use = [] { return mallinfo2().uordblks; };
    std::size_t finished = 0, before = 0, most = 0;
    batch_options options;
    options.on_finished = [&](const batch_outcome& one) {
        if (!one.is_exported())
            throw std::runtime_error("an export failed");
        if (++finished == 2'000)
            before = in_use();
        if (finished > 2'000 && finished % 50 == 0)
            most = std::max(most, in_use());
    };
    const auto done = std::make_shared<outcome<batch_summary>>();
    export_projects(with, requests_of("Demo", 10'000), options,
                    langexport_tests::keep_in<batch_summary>(done));
    context.run();
    CHECK(done->is_good());
    CHECK(done->result.exported == 10'000);
    // No memory of 8,000 exports may be left; the number of exports in progress varies a little.
    // With sanitizers both numbers are 0.
    CHECK(most <= before + 128 * 1024);
}

} // namespace batch_memory_test
