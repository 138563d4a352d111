#include <langexport/detail/operation/operation_awaitable.hpp>

#include "support/catch.hpp"

#include <langexport/export_project.hpp>
#include <langexport/list_projects.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstddef>
#include <exception>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace operation_awaitable_test {

namespace asio = boost::asio;
using langexport::client;
using langexport::export_request;
using langexport::operation_awaitable;
using namespace asio::experimental::awaitable_operators;

namespace {

static_assert(std::is_base_of_v<asio::awaitable<int>, operation_awaitable<int>>);
static_assert(
    std::is_same_v<decltype(export_project(std::declval<client&>(), export_request("Demo"))),
                   operation_awaitable<langexport::exported_project>>);
static_assert(std::is_same_v<decltype(list_projects(std::declval<client&>())),
                             operation_awaitable<std::vector<langexport::project_info>>>);

asio::awaitable<int> number_later(int number) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
    co_return number;
}

operation_awaitable<int> number(int value) {
    return number_later(value);
}

asio::awaitable<void> wait_forever(bool& was_cancelled) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    timer.expires_at((asio::steady_timer::time_point::max)());
    boost::system::error_code ec;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    was_cancelled = ec == asio::error::operation_aborted;
}

operation_awaitable<void> endless(bool& was_cancelled) {
    return wait_forever(was_cancelled);
}

asio::awaitable<int> fail() {
    throw std::runtime_error("no number");
    co_return 0;
}

// Runs a coroutine, and rethrows its exception.
void run(asio::awaitable<void> coroutine) {
    asio::io_context context;
    int calls = 0;
    std::exception_ptr error;
    asio::co_spawn(context, std::move(coroutine), [&](std::exception_ptr result) {
        ++calls;
        error = std::move(result);
    });
    context.run();
    CHECK(calls == 1);
    if (error)
        std::rethrow_exception(error);
}

asio::awaitable<int> pass_on(asio::awaitable<int> operation) {
    const int result = co_await std::move(operation);
    co_return result + 1;
}

} // namespace

TEST_CASE("an operation can be awaited, at once or later", "[operation_awaitable]") {
    int direct = 0, later = 0;
    const auto coroutine = [&]() -> asio::awaitable<void> {
        direct = co_await number(1);
        auto operation = number(2);
        CHECK(operation.valid());
        later = co_await std::move(operation);
    };
    run(coroutine());
    CHECK(direct == 1);
    CHECK(later == 2);
}

TEST_CASE("an operation throws its error where it is awaited", "[operation_awaitable]") {
    const auto coroutine = []() -> asio::awaitable<void> {
        operation_awaitable<int> operation(fail());
        co_await std::move(operation);
    };
    CHECK_THROWS_WITH(run(coroutine()), "no number");
}

TEST_CASE("an operation is an asio::awaitable for a function that takes one",
          "[operation_awaitable]") {
    int result = 0;
    const auto coroutine = [&]() -> asio::awaitable<void> {
        asio::awaitable<int> passed = number(3);
        result = co_await pass_on(std::move(passed));
        result += co_await pass_on(number(10));
    };
    run(coroutine());
    CHECK(result == 4 + 11);
}

TEST_CASE("operations can be combined with || and &&", "[operation_awaitable]") {
    SECTION("the first result cancels the other operation") {
        bool was_cancelled = false;
        std::size_t winner = 0;
        int result = 0;
        const auto coroutine = [&]() -> asio::awaitable<void> {
            auto either = co_await (endless(was_cancelled) || number(5));
            winner = either.index();
            result = std::get<1>(either);
        };
        run(coroutine());
        CHECK(winner == 1);
        CHECK(result == 5);
        CHECK(was_cancelled);
    }
    SECTION("both results") {
        int sum = 0;
        const auto coroutine = [&]() -> asio::awaitable<void> {
            auto both = co_await (number(5) && number(6));
            sum = std::get<0>(both) + std::get<1>(both);
        };
        run(coroutine());
        CHECK(sum == 11);
    }
    SECTION("with a coroutine that is not an operation") {
        int sum = 0;
        const auto coroutine = [&]() -> asio::awaitable<void> {
            auto both = co_await (number_later(7) && number(8));
            sum = std::get<0>(both) + std::get<1>(both);
        };
        run(coroutine());
        CHECK(sum == 15);
    }
}

TEST_CASE("an operation can be spawned", "[operation_awaitable]") {
    asio::io_context context;
    int result = 0;
    asio::co_spawn(context, number(9), [&](std::exception_ptr error, int value) {
        CHECK_FALSE(error);
        result = value;
    });
    CHECK(result == 0); // never inside the call
    context.run();
    CHECK(result == 9);
}

} // namespace operation_awaitable_test
