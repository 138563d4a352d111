// The service's emulator for clients in other processes: with a quota, faults, and a time that runs faster.
//
//   --job SECONDS  --scale X  --posts N  --gets N   the last two: in a window of a minute, scaled
//   --faults N      one request in N gets a 503 or, if it is a GET, a truncated response
//   --tls 1  --certificate FILE
//
// It prints where it listens, and ends, with its counters, when standard input ends.

#include "support/options.hpp"
#include "support/usage.hpp"

#include <langexport/testing/emulator.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>

#include <unistd.h>

namespace asio = boost::asio;
namespace testing = langexport::testing;
using namespace langexport_benchmarks;

namespace {

// One in N requests of each kind meets a fault: a 503, or for half of the GETs a truncated response.
void add_faults(testing::emulator& service, std::uint64_t one_in) {
    const testing::canned_response unavailable(503);
    const auto broken = testing::canned_response::cut_after(40, testing::early_end::close);
    for (const auto kind :
         {testing::call_kind::submission, testing::call_kind::status, testing::call_kind::result})
        service.on(kind, testing::occurrences::one_in(2 * one_in), unavailable);
    for (const auto kind : {testing::call_kind::status, testing::call_kind::result})
        service.on(kind, testing::occurrences::one_in(2 * one_in - 1), broken);
}

void run(const options& given) {
    asio::io_context context(1);
    testing::emulator_options behavior;
    behavior.time_scale = given.real("scale", 1);
    behavior.quota_posts = given.number("posts", 0);
    behavior.quota_gets = given.number("gets", 0);
    behavior.tls = given.has("tls");
    behavior.log_limit = 0;
    testing::emulator service(context.get_executor(), behavior);
    testing::project project("Project");
    project.job_duration = given.seconds("job", 1);
    service.add_project(project);
    if (given.has("faults"))
        add_faults(service, given.number("faults", 20));
    if (given.has("certificate"))
        service.write_certificate(given.text("certificate"));
    print_result({{"endpoint", service.endpoint()}, {"key", service.key()}});

    asio::posix::stream_descriptor input(context, ::dup(STDIN_FILENO));
    input.async_wait(asio::posix::stream_descriptor::wait_read,
                     [&](const auto&) { context.stop(); });
    context.run_for(std::chrono::minutes(20));
    const testing::emulator_counters seen = service.counters();
    print_result({{"connections", seen.connections},
                  {"handshakes_new", seen.handshakes_new},
                  {"handshakes_resumed", seen.handshakes_resumed},
                  {"submissions", seen.submissions},
                  {"status_gets", seen.status_gets},
                  {"result_gets", seen.result_gets},
                  {"jobs", seen.jobs_created},
                  {"throttled", seen.throttled},
                  {"faults", seen.faults}});
}

} // namespace

int main(int count, char** arguments) {
    return run_program(count, arguments, run);
}
