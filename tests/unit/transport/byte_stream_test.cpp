#include <langexport/detail/transport/byte_stream.hpp>

#include "support/catch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace byte_stream_test {

using namespace langexport;
using namespace langexport::detail;

namespace {

// A stream whose waits end when the test says so.
class held_stream final : public byte_stream {
public:
    std::size_t read_now(asio::mutable_buffer, error_code& ec) noexcept override {
        ec = asio::error::would_block;
        return 0;
    }
    std::size_t write_now(asio::const_buffer, error_code& ec) noexcept override {
        ec = asio::error::would_block;
        return 0;
    }
    void wait(io_handler handler) override { waiting_.emplace(std::move(handler)); }
    bool is_idle() noexcept override { return true; }
    void close() noexcept override {}

    bool is_waited_for() const { return waiting_.has_value(); }
    void end_wait(error_code ec, std::size_t count) {
        auto handler = std::move(*waiting_);
        waiting_.reset();
        std::move(handler)(ec, count);
    }

private:
    std::optional<io_handler> waiting_;
};

struct awaited {
    bool has_ended = false;
    error_code code;
    std::size_t count = 0;
};

task<void> await_stream(byte_stream& stream, awaited& result) {
    auto done = co_await async_io(stream.waiting());
    result.has_ended = true;
    std::tie(result.code, result.count) = done;
}

} // namespace

TEST_CASE("awaiting a step returns its error and its count, and throws nothing", "[byte_stream]") {
    asio::io_context context;
    const auto strand = asio::make_strand(asio::any_io_executor(context.get_executor()));
    held_stream stream;
    awaited result;
    std::exception_ptr thrown;
    asio::co_spawn(strand, await_stream(stream, result),
                   [&](std::exception_ptr error) { thrown = std::move(error); });
    context.poll();
    REQUIRE(stream.is_waited_for());
    CHECK_FALSE(result.has_ended);
    asio::post(strand, [&] { stream.end_wait(asio::error::connection_reset, 7); });
    context.restart();
    context.poll();
    CHECK(result.has_ended);
    CHECK(result.code == asio::error::connection_reset);
    CHECK(result.count == 7);
    CHECK_FALSE(thrown);
}

TEST_CASE("a handler can become a copyable function, which is called once", "[byte_stream]") {
    auto owned = std::make_unique<std::string>("state");
    std::optional<error_code> result;
    std::string seen;
    done_function function =
        ending(io_handler([&, owned = std::move(owned)](error_code ec, std::size_t) {
            result = ec;
            seen = *owned;
        }));
    const done_function copy = function;
    function = nullptr;
    CHECK_FALSE(result);
    copy(asio::error::eof);
    CHECK(result == error_code(asio::error::eof));
    CHECK(seen == "state");
}

TEST_CASE("a stream does not report a rejection unless it can tell one", "[byte_stream]") {
    held_stream stream;
    CHECK_FALSE(stream.was_rejected(asio::error::connection_reset));
}

} // namespace byte_stream_test
