#include <langexport/detail/operation/async_start.hpp>

#include "support/catch.hpp"

#include <boost/asio/append.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace async_start_test {

using namespace langexport::detail;
namespace asio = boost::asio;

namespace {

// An operation that completes at once with the number that the caller passes.
template <class Token>
auto start(Token&& token, int result) {
    const auto initiation = [](auto handler, int number) {
        std::move(handler)(std::exception_ptr(), number);
    };
    return async_start<int, Token>(token, initiation, result);
}

// A handler that owns something.
struct owning_handler {
    std::shared_ptr<int> result;
    void operator()(std::exception_ptr, int number) const { *result = number; }
};

// The same, which cannot be copied.
struct movable_handler {
    std::unique_ptr<int> owned;
    int* result;
    void operator()(std::exception_ptr, int number) const { *result = number; }
};

template <class Token>
using redirected = asio::redirect_error_t<Token>;
using awaitable_token = asio::use_awaitable_t<>;

} // namespace

TEST_CASE("redirect_error is found in a token, at any depth", "[async_start]") {
    using plain = void (*)(std::exception_ptr, int);
    CHECK(redirects_errors<redirected<awaitable_token>>);
    CHECK(redirects_errors<redirected<plain>>);
    CHECK(redirects_errors<asio::as_tuple_t<redirected<awaitable_token>>>);
    CHECK(redirects_errors<
          asio::cancellation_slot_binder<redirected<plain>, asio::cancellation_slot>>);
    CHECK(redirects_errors<
          asio::cancellation_slot_binder<const redirected<plain>&, asio::cancellation_slot>>);
    CHECK(redirects_errors<asio::append_t<asio::as_tuple_t<redirected<plain>>, std::string>>);
}

TEST_CASE("redirect_error is found in the handler that a deferred operation receives",
          "[async_start]") {
    using plain = void (*)(std::exception_ptr, int);
    using handler = asio::detail::redirect_error_handler<plain>;
    CHECK(redirects_errors<handler>);
    CHECK(redirects_errors<asio::cancellation_slot_binder<handler, asio::cancellation_slot>>);
}

TEST_CASE("other tokens do not redirect errors", "[async_start]") {
    CHECK_FALSE(redirects_errors<awaitable_token>);
    CHECK_FALSE(redirects_errors<asio::as_tuple_t<awaitable_token>>);
    CHECK_FALSE(redirects_errors<asio::deferred_t>);
    CHECK_FALSE(redirects_errors<asio::use_future_t<>>);
    CHECK_FALSE(redirects_errors<std::function<void(std::exception_ptr, int)>>);
    CHECK_FALSE(
        redirects_errors<asio::cancellation_slot_binder<owning_handler, asio::cancellation_slot>>);
}

#if defined(BOOST_ASIO_HAS_CONCEPTS)
TEST_CASE("a handler must be callable with an exception and a result", "[async_start]") {
    CHECK(is_token_for<awaitable_token, int>);
    CHECK(is_token_for<void (*)(std::exception_ptr, int), int>);
    CHECK(is_token_for<void (*)(const std::exception_ptr&, long), int>);
    CHECK_FALSE(is_token_for<void (*)(int), int>);
    CHECK_FALSE(is_token_for<void (*)(std::exception_ptr), int>);
    CHECK_FALSE(is_token_for<void (*)(std::exception_ptr, const std::string&), int>);
    CHECK_FALSE(is_token_for<void (*)(std::exception_ptr, int&), int>);
}
#endif

TEST_CASE("a handler that the caller keeps is copied, and a temporary one is moved",
          "[async_start]") {
    const auto result = std::make_shared<int>(0);
    owning_handler kept{result};
    start(kept, 7);
    CHECK(*result == 7);
    REQUIRE(kept.result);
    start(kept, 8);
    CHECK(*result == 8);
    const owning_handler fixed{result};
    start(fixed, 9);
    CHECK(*result == 9);

    int moved = 0;
    start(movable_handler{std::make_unique<int>(), &moved}, 10);
    CHECK(moved == 10);
}

TEST_CASE("an operation returns what its token promises", "[async_start]") {
    auto future = start(asio::use_future, 7);
    CHECK(future.get() == 7);
    auto later = start(asio::deferred, 8);
    int result = 0;
    std::move(later)([&](std::exception_ptr, int number) { result = number; });
    CHECK(result == 8);
}

} // namespace async_start_test
