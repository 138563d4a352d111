// Status requests through the public API, one kept connection or many new ones.
//
//   --endpoint URL  --ca FILE  --connections N  --job URL  --requests N  --concurrent N
//   --reconnect 1   a new connection for each request

#include "support/many.hpp"
#include "support/options.hpp"
#include "support/target.hpp"
#include "support/usage.hpp"

#include <langexport.hpp>

#include <chrono>
#include <utility>

namespace asio = boost::asio;
using namespace langexport_benchmarks;

namespace {

void run(const options& given) {
    const std::uint64_t total = given.number("requests", 10'000);
    const std::uint64_t concurrent = given.number("concurrent", 64);
    langexport::client_params params = bare_params(given);
    if (given.has("reconnect"))
        params.max_connection_age = std::chrono::milliseconds(1);

    asio::io_context context(1);
    const langexport::client client(context.get_executor(), params);
    const langexport::export_job job("Project", given.text("job"),
                                     std::chrono::system_clock::now());
    const auto repeat = [&](std::uint64_t count) {
        repetition all(context, count, concurrent);
        all.run([&](auto handler) { get_export_status(client, job, std::move(handler)); });
    };

    repeat(given.number("warm-up", concurrent));
    const usage before = usage::of_process();
    repeat(total);
    boost::json::object result = to_json(usage::of_process() - before);
    result["requests"] = total;
    print_result(result);
}

} // namespace

int main(int count, char** arguments) {
    return run_program(count, arguments, run);
}
