// Whole exports through the public API: the number per second, and the cost of one.
//
//   --endpoint URL  --ca FILE  --connections N  --exports N  --concurrent N  --by callback|co_await

#include "support/many.hpp"
#include "support/options.hpp"
#include "support/target.hpp"
#include "support/usage.hpp"

#include <langexport.hpp>

#include <string>
#include <utility>

namespace asio = boost::asio;
using namespace langexport_benchmarks;

namespace {

asio::awaitable<void> export_once(const langexport::client& client) {
    langexport::export_request request("Project");
    co_await langexport::export_project(client, request);
}

void run(const options& given) {
    const std::uint64_t total = given.number("exports", 10'000);
    const std::uint64_t concurrent = given.number("concurrent", 200);
    const bool awaits = given.text("by", "callback") == "co_await";

    asio::io_context context(1);
    const langexport::client client(context.get_executor(), bare_params(given));
    const auto repeat = [&](std::uint64_t count) {
        repetition all(context, count, concurrent);
        if (awaits)
            all.run_awaiting([&] { return export_once(client); });
        else
            all.run([&](auto handler) {
                export_project(client, langexport::export_request("Project"), std::move(handler));
            });
    };

    repeat(given.number("warm-up", concurrent)); // connections are open, memory is there
    const usage before = usage::of_process();
    repeat(total);
    const usage used = usage::of_process() - before;

    boost::json::object result = to_json(used);
    result["exports"] = total;
    result["peak_rss"] = peak_resident_bytes();
    print_result(result);
}

} // namespace

int main(int count, char** arguments) {
    return run_program(count, arguments, run);
}
