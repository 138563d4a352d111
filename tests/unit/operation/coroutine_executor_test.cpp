#include <langexport/detail/operation/coroutine_executor.hpp>

#include "support/catch.hpp"

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>

#include <optional>
#include <utility>

namespace coroutine_executor_test {

using langexport::detail::coroutine_executor_of;
namespace asio = boost::asio;

TEST_CASE("coroutines run on the executor of their handler", "[coroutine_executor]") {
    asio::io_context context;
    const asio::any_io_executor own(context.get_executor());
    const auto handler = [](int) {};
    SECTION("that of a context") {
        CHECK(coroutine_executor_of(asio::bind_executor(context.get_executor(), handler)) == own);
    }
    SECTION("a strand") {
        const auto strand = asio::make_strand(context);
        const auto found = coroutine_executor_of(asio::bind_executor(strand, handler));
        CHECK(found == asio::any_io_executor(strand));
        CHECK(found != own);
    }
    SECTION("an executor of any type") {
        CHECK(coroutine_executor_of(asio::bind_executor(own, handler)) == own);
    }
}

TEST_CASE("a handler without an executor names none for coroutines", "[coroutine_executor]") {
    CHECK_FALSE(coroutine_executor_of([](int) {}));
}

TEST_CASE("the executor of a future is not used, because it starts threads",
          "[coroutine_executor]") {
    std::optional<asio::any_io_executor> found;
    auto future = asio::async_initiate<const asio::use_future_t<>&, void(int)>(
        [&](auto handler) {
            found = coroutine_executor_of(handler);
            std::move(handler)(7);
        },
        asio::use_future);
    REQUIRE(found);
    CHECK_FALSE(*found);
    CHECK(future.get() == 7);
}

TEST_CASE("an executor that coroutines cannot use is not used", "[coroutine_executor]") {
    asio::io_context context;
    const asio::any_completion_executor limited(context.get_executor());
    CHECK_FALSE(coroutine_executor_of(asio::bind_executor(limited, [](int) {})));
}

} // namespace coroutine_executor_test
