#include <langexport/detail/operation/initiate.hpp>

#include "support/catch.hpp"

#include <langexport/request_functions.hpp>
#include <langexport/result_sink.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace initiate_test {

using namespace langexport;
using namespace langexport::detail;

namespace {

// The argument of an operation, with something that it owns.
struct request_argument {
    std::shared_ptr<int> owned = std::make_shared<int>();
    submitted_function on_submitted;
    update_function on_update;
};
struct wrapped_argument {
    request_argument request;
};

asio::awaitable<void> store(const export_job&) {
    co_return;
}

// The operation that was started last.
struct started_operation {
    int count = 0;
    std::optional<operation_handler> handler;
    std::optional<bound_target> target;
    long owners = 0; // of the argument's object
};
started_operation started;

// Starts an operation for these tests. None of them uses the engine.
void start(const std::shared_ptr<engine>&, operation_handler handler, bound_target target,
           const request_argument& argument) {
    ++started.count;
    started.handler.emplace(std::move(handler));
    started.target = std::move(target);
    started.owners = argument.owned.use_count();
}
void start_wrapped(const std::shared_ptr<engine>& owner, operation_handler handler,
                   bound_target target, const wrapped_argument& argument) {
    start(owner, std::move(handler), std::move(target), argument.request);
}

template <class Token>
auto begin(Token&& token, operation_target target, request_argument argument = {}) {
    started = started_operation();
    return initiate<std::uint64_t, &start>(nullptr, std::forward<Token>(token), std::move(target),
                                           std::move(argument));
}

void complete(operation_result result) {
    auto handler = std::move(*started.handler);
    started.handler.reset();
    std::move(handler)(std::move(result));
}

const auto ignore = [](std::exception_ptr, std::uint64_t) {};

} // namespace

TEST_CASE("a handler receives the selected part of the operation's result", "[initiate]") {
    int calls = 0;
    std::exception_ptr error;
    std::uint64_t bytes = 0;
    begin(
        [&](std::exception_ptr thrown, std::uint64_t size) {
            ++calls;
            error = std::move(thrown);
            bytes = size;
        },
        operation_kind::document);
    CHECK(started.count == 1);
    CHECK(calls == 0);
    operation_result result;
    result.bytes = 7;
    SECTION("after success") {
        complete(std::move(result));
        CHECK_FALSE(error);
        CHECK(bytes == 7);
    }
    SECTION("after a failure") {
        result.error = std::make_exception_ptr(std::runtime_error("it failed"));
        complete(std::move(result));
        CHECK(error);
        CHECK(bytes == 0);
    }
    CHECK(calls == 1);
}

TEST_CASE("a lazy operation starts when it receives its token", "[initiate]") {
    request_argument argument;
    const std::weak_ptr<int> owned = argument.owned;
    auto operation = begin(asio::deferred, operation_kind::job, std::move(argument));
    CHECK(started.count == 0);
    CHECK_FALSE(owned.expired());
    SECTION("once") {
        std::move(operation)(ignore);
        CHECK(started.count == 1);
        CHECK(started.target->kind == operation_kind::job);
        CHECK(owned.expired()); // also if the operation's object still exists
    }
    SECTION("again as a copy") {
        auto copy = operation;
        std::move(operation)(ignore);
        std::move(copy)(ignore);
        CHECK(started.count == 2);
        CHECK(started.owners == 1); // both have the same argument
    }
    SECTION("never") {
        { const auto dropped = std::move(operation); }
        CHECK(owned.expired());
        CHECK(started.count == 0);
    }
}

TEST_CASE("an operation with a sink streams its document", "[initiate]") {
    const auto sink = std::make_shared<counting_sink>();
    begin(ignore, operation_target(sink));
    CHECK(started.target->kind == operation_kind::document);
    CHECK(started.target->is_streamed);
    CHECK(started.target->sink == sink);
    begin(ignore, operation_kind::document);
    CHECK_FALSE(started.target->is_streamed);
    CHECK_FALSE(started.target->sink);
}

TEST_CASE("sinks and functions run on the handler's executor", "[initiate]") {
    asio::io_context context;
    const auto strand = asio::make_strand(context);
    auto handler = asio::bind_executor(strand, ignore);
    const asio::any_io_executor wanted(strand);
    request_argument argument;
    SECTION("a sink") {
        begin(handler, operation_target(std::make_shared<counting_sink>()));
        CHECK(started.target->executor == wanted);
    }
    SECTION("a missing sink, which the engine rejects") {
        begin(handler, operation_target(std::shared_ptr<result_sink>()));
        CHECK(started.target->executor == wanted);
    }
    SECTION("on_submitted") {
        argument.on_submitted = submitted_function(&store);
        begin(handler, operation_kind::document, argument);
        CHECK(started.target->executor == wanted);
    }
    SECTION("on_update") {
        argument.on_update = [](const export_update&) {};
        begin(handler, operation_kind::document, argument);
        CHECK(started.target->executor == wanted);
    }
    SECTION("a function of a request in the argument") {
        argument.on_update = [](const export_update&) {};
        started = started_operation();
        initiate<std::uint64_t, &start_wrapped>(nullptr, handler, operation_kind::document,
                                                wrapped_argument{argument});
        CHECK(started.target->executor == wanted);
    }
    SECTION("without them, no executor is kept") {
        begin(handler, operation_kind::document, argument);
        CHECK_FALSE(started.target->executor);
    }
    SECTION("without an executor of the handler, it is the client's") {
        argument.on_update = [](const export_update&) {};
        begin(ignore, operation_kind::document, argument);
        CHECK_FALSE(started.target->executor);
    }
    started = started_operation();
}

TEST_CASE("only arguments with functions have functions", "[initiate]") {
    request_argument argument;
    CHECK_FALSE(has_functions(argument));
    CHECK_FALSE(has_functions(wrapped_argument{argument}));
    CHECK_FALSE(has_functions(export_job()));
    argument.on_submitted = submitted_function(&store);
    CHECK(has_functions(argument));
    CHECK(has_functions(wrapped_argument{argument}));
}

} // namespace initiate_test
