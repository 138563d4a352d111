// The result of an export as a document to import, without a service: see tests/integration for whole copies.

#include <langexport/import/result_source.hpp>

#include "support/catch.hpp"

#include <langexport/client_params.hpp>
#include <langexport/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <string>

namespace result_source_test {

using namespace langexport;

namespace {

client client_in(asio::io_context& context) {
    return client(
        context.get_executor(),
        client_params("https://a.example", subscription_key("e58b081006f7e3dfc967a64cb14028d5")));
}

export_status without_result() {
    return export_status(
        export_job("Claims", "https://a.example/jobs/1", export_job::time_point()));
}

asio::awaitable<void> read_one(import_reader& reader) {
    char byte = 0;
    const asio::mutable_buffer space(&byte, 1);
    const std::size_t count = co_await reader.read(space);
    CHECK(count == 0);
}

std::exception_ptr error_of(asio::io_context& context, import_reader& reader) {
    std::exception_ptr thrown;
    asio::co_spawn(context, read_one(reader),
                   [&thrown](std::exception_ptr error) { thrown = error; });
    context.restart();
    context.run();
    return thrown;
}

} // namespace

TEST_CASE("the size of a result is not known in advance", "[import][result_source]") {
    asio::io_context context;
    CHECK_FALSE(result_source(client_in(context), without_result()).size());
}

TEST_CASE("a result that cannot be fetched fails each reader with the reason",
          "[import][result_source]") {
    asio::io_context context;
    const import_source source = result_source(client_in(context), without_result());
    const auto first = source.open();
    const auto second = source.open();
    for (import_reader* const reader : {first.get(), second.get()}) {
        const std::exception_ptr thrown = error_of(context, *reader);
        REQUIRE(get_export_error(thrown));
        CHECK(get_export_error(thrown)->code() == errc::invalid_request);
    }
}

TEST_CASE("a reader that is never used requests nothing", "[import][result_source]") {
    asio::io_context context;
    const client from = client_in(context);
    {
        const import_source source = result_source(from, without_result());
        const auto reader = source.open();
    }
    context.run(); // returns, because nothing waits
    CHECK(from.stats().bytes_sent == 0);
}

} // namespace result_source_test
