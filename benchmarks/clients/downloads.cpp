// A large result, to a file or to nowhere.
//
//   --endpoint URL  --ca FILE  --small URL  --result URL
//   --to FILE   (default: nowhere)  --sync 1   wait for the disk

#include "support/options.hpp"
#include "support/target.hpp"
#include "support/usage.hpp"

#include <langexport.hpp>
#include <langexport/sink/file_sink.hpp>

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

namespace asio = boost::asio;
using namespace langexport_benchmarks;

namespace {

std::shared_ptr<langexport::result_sink> make_sink(const options& given) {
    if (!given.has("to"))
        return std::make_shared<langexport::counting_sink>();
    langexport::file_options how;
    how.sync = given.has("sync");
    return std::make_shared<langexport::file_sink>(given.text("to"), how);
}

std::uint64_t fetch(asio::io_context& context, const langexport::client& client,
                    const std::string& url, std::shared_ptr<langexport::result_sink> sink) {
    langexport::export_status status(
        langexport::export_job("Project", url, std::chrono::system_clock::now()));
    status.result_url = url;
    std::uint64_t bytes = 0;
    fetch_result_to(client, status, std::move(sink),
                    [&](const std::exception_ptr& error, std::uint64_t size) {
                        if (error)
                            std::rethrow_exception(error);
                        bytes = size;
                    });
    context.restart();
    context.run();
    return bytes;
}

void run(const options& given) {
    asio::io_context context(1);
    const langexport::client client(context.get_executor(), bare_params(given));
    // The connection is open, and the resources of a first download exist.
    fetch(context, client, given.text("small"), std::make_shared<langexport::counting_sink>());
    const auto sink = make_sink(given);
    const std::uint64_t resident_before = resident_bytes();
    const usage before = usage::of_process();
    const std::uint64_t bytes = fetch(context, client, given.text("result"), sink);
    boost::json::object result = to_json(usage::of_process() - before);
    result["bytes"] = bytes;
    result["peak_growth"] = peak_resident_bytes() - resident_before;
    print_result(result);
}

} // namespace

int main(int count, char** arguments) {
    return run_program(count, arguments, run);
}
