// Runs 1,000 exports against a service in the process, with a clock that stands still between events: the schedule, the
// quota and the engine, without a network. For counting instructions.
//
//   --times N   does it so often

#include "support/engine_bench.hpp"
#include "support/options.hpp"

#include <langexport/export_project.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

using namespace langexport_benchmarks;
using langexport_tests::engine_bench;

namespace {

constexpr std::size_t exports = 1000;

std::size_t export_all() {
    langexport::client_params params = engine_bench::default_params();
    params.max_pending = exports;
    engine_bench bench(params);
    bench.service->run_time = std::chrono::seconds(30);
    std::size_t exported = 0;
    for (std::size_t i = 0; i < exports; ++i)
        langexport::export_project(
            bench.client(), langexport::export_request("Project" + std::to_string(i)),
            [&](std::exception_ptr error, langexport::exported_project) { exported += !error; });
    bench.run();
    if (exported != exports)
        throw std::runtime_error("only " + std::to_string(exported) + " were exported");
    return bench.service->requests.size();
}

void run(const options& given) {
    std::size_t requests = 0;
    for (std::uint64_t i = 0; i < given.number("times", 1); ++i)
        requests += export_all();
    std::cout << requests << "\n";
}

} // namespace

int main(int count, char** arguments) {
    return run_program(count, arguments, run);
}
