// The first export of a process, from nothing to a file: look-up, connection, TLS, submission, poll, result.
//
//   --endpoint URL  --ca FILE  --to FILE

#include "support/options.hpp"
#include "support/target.hpp"

#include <langexport.hpp>
#include <langexport/sink/file_sink.hpp>

#include <boost/asio/io_context.hpp>

#include <memory>

namespace asio = boost::asio;
using namespace langexport_benchmarks;

namespace {

void run(const options& given) {
    asio::io_context context(1);
    const langexport::client client(context.get_executor(), bare_params(given));
    langexport::file_options how;
    how.sync = false; // curl does not wait for the disk
    const auto sink = std::make_shared<langexport::file_sink>(given.text("to"), how);
    export_project_to(client, langexport::export_request("Project"), sink,
                      [](const std::exception_ptr& error, const auto&) {
                          if (error)
                              std::rethrow_exception(error);
                      });
    context.run();
}

} // namespace

int main(int count, char** arguments) {
    return run_program(count, arguments, run);
}
