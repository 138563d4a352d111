#ifndef LANGEXPORT_DETAIL_OPERATION_INITIATE_HPP
#define LANGEXPORT_DETAIL_OPERATION_INITIATE_HPP

#include <langexport/detail/operation/async_start.hpp>
#include <langexport/detail/operation/coroutine_executor.hpp>
#include <langexport/detail/operation/operation.hpp>
#include <langexport/detail/policy/goal.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

namespace langexport {
inline namespace v0 {

class result_sink;

namespace detail {

class engine;

// What an operation aims at: how far it goes, and where the result goes, if not into memory.
class operation_aim {
public:
    operation_aim(goal end) noexcept : how_far(end) {}
    explicit operation_aim(std::shared_ptr<result_sink> to)
        : how_far(goal::document), is_streamed(true), sink(std::move(to)) {}

    goal how_far;
    bool is_streamed = false;
    std::shared_ptr<result_sink> sink;
};

// The same when it begins: a lazy operation does not have to keep it before.
class placed_aim : public operation_aim {
public:
    placed_aim(goal end) noexcept : operation_aim(end) {}
    explicit placed_aim(operation_aim aim) : operation_aim(std::move(aim)) {}

    asio::any_io_executor sink_executor; // null: the client's
};

LANGEXPORT_DECL asio::any_io_executor executor_of(const std::shared_ptr<engine>& on) noexcept;

// What a lazy operation keeps until it begins. It owns the engine and no handle: it neither keeps a client
// alive nor needs one.
template <class Argument>
struct beginning {
    std::shared_ptr<engine> on;
    operation_aim aim;
    Argument argument;
};

// The initiation of an operation whose outcome is a Result. In a coroutine it stays in the operation's frame
// to its end, so it is a pointer, null once the operation has begun.
template <class Result, class Argument>
class initiation {
public:
    // For tokens that need an executor of the operation's own, such as `cancel_after`; before it has begun.
    using executor_type = asio::any_io_executor;

    explicit initiation(beginning<Argument> with)
        : with_(std::make_shared<const beginning<Argument>>(std::move(with))) {}

    executor_type get_executor() const noexcept { return executor_of(with_->on); }

    template <class Handler>
    void operator()(Handler&& handler) {
        check_redirection<Handler>(); // a deferred operation is given its token late
        using picking = picking_handler<Result, std::decay_t<Handler>>;
        const auto with = std::exchange(with_, nullptr);
        placed_aim placed(with->aim);
        if (placed.is_streamed)
            placed.sink_executor = coroutine_executor_of(handler);
        start(with->on, operation_handler(picking(std::forward<Handler>(handler))),
              std::move(placed), with->argument);
    }

private:
    std::shared_ptr<const beginning<Argument>> with_;
};

template <class Result, class Token, class Argument>
auto initiate(const std::shared_ptr<engine>& on, Token&& token, operation_aim aim,
              Argument argument) {
    return async_start<Result, Token>(
        token, initiation<Result, Argument>({on, std::move(aim), std::move(argument)}));
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
