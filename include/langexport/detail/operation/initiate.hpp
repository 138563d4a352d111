#ifndef LANGEXPORT_DETAIL_OPERATION_INITIATE_HPP
#define LANGEXPORT_DETAIL_OPERATION_INITIATE_HPP

#include <langexport/detail/operation/async_start.hpp>
#include <langexport/detail/operation/coroutine_executor.hpp>
#include <langexport/detail/operation/operation.hpp>
#include <langexport/detail/policy/operation_kind.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

namespace langexport {
inline namespace v0 {

class result_sink;

namespace detail {

class engine;

// The point at which an operation ends, and the sink of its result if the result is not returned.
class operation_target {
public:
    operation_target(operation_kind end) noexcept : kind(end) {}
    explicit operation_target(std::shared_ptr<result_sink> destination)
        : kind(operation_kind::document), is_streamed(true), sink(std::move(destination)) {}

    operation_kind kind;
    bool is_streamed = false;
    std::shared_ptr<result_sink> sink;
};

// The target of an operation that starts, with the executor of its calls. A lazy operation has no executor before it
// starts.
class bound_target : public operation_target {
public:
    bound_target(operation_kind end) noexcept : operation_target(end) {}
    explicit bound_target(operation_target target) : operation_target(std::move(target)) {}

    asio::any_io_executor
        executor; // for calls of the sink and of functions; null: that of the client
};

// Whether the operation calls functions of the caller, or reads a source of it.
template <class Argument>
bool has_functions([[maybe_unused]] const Argument& argument) {
    if constexpr (requires { argument.request.source; })
        return true; // of an import
    else if constexpr (requires { argument.on_submitted; })
        return argument.on_submitted || argument.on_update;
    else if constexpr (requires { argument.request.on_update; })
        return has_functions(argument.request);
    else
        return false;
}

LANGEXPORT_DECL asio::any_io_executor executor_of(const std::shared_ptr<engine>& owner) noexcept;

// The state of a lazy operation until it starts. It owns the engine and no handle: it neither keeps a client open nor
// needs one.
template <class Argument>
struct beginning : boost::intrusive_ref_counter<beginning<Argument>> {
    beginning(std::shared_ptr<engine> with, operation_target end, Argument given)
        : owner(std::move(with)), target(std::move(end)), argument(std::move(given)) {}

    std::shared_ptr<engine> owner;
    operation_target target;
    Argument argument;
};

// The initiation of an operation with a Result. In a coroutine, it stays in the operation's frame until the operation
// ends. Therefore it only holds a pointer, which is null after the start.
template <class Result, auto Start, class Argument>
class initiation {
public:
    // For tokens that need the executor of the operation itself before it has started, such as `cancel_after`.
    using executor_type = asio::any_io_executor;

    explicit initiation(beginning<Argument> with)
        : with_(new beginning<Argument>(std::move(with))) {}

    executor_type get_executor() const noexcept { return executor_of(with_->owner); }

    template <class Handler>
    void operator()(Handler&& handler) {
        check_redirection<Handler>(); // a deferred operation receives its token late
        using picking = picking_handler<Result, std::decay_t<Handler>>;
        const auto with = std::exchange(with_, nullptr);
        bound_target target(with->target);
        if (target.is_streamed || has_functions(with->argument))
            target.executor = coroutine_executor_of(handler);
        Start(with->owner, operation_handler(picking(std::forward<Handler>(handler))),
              std::move(target), with->argument);
    }

private:
    boost::intrusive_ptr<const beginning<Argument>> with_;
};

// An operation with the default token. A program that compiles separately has the code of all operations once:
// their headers declare these functions `extern template`.
template <class Result, auto Start, class Argument>
class awaited_start {
public:
    static operation_awaitable<Result> start(const std::shared_ptr<engine>& owner,
                                             asio::use_awaitable_t<> token,
                                             operation_target&& target, Argument&& argument);
};

template <class Result, auto Start, class Argument>
operation_awaitable<Result>
awaited_start<Result, Start, Argument>::start(const std::shared_ptr<engine>& owner,
                                              asio::use_awaitable_t<> token,
                                              operation_target&& target, Argument&& argument) {
    return async_start<Result, asio::use_awaitable_t<>&>(
        token,
        initiation<Result, Start, Argument>({owner, std::move(target), std::move(argument)}));
}

// `Start` is the function that starts the operation.
template <class Result, auto Start, class Token, class Argument>
auto initiate(const std::shared_ptr<engine>& owner, Token&& token, operation_target target,
              Argument argument) {
    if constexpr (std::is_same_v<std::remove_cvref_t<Token>, asio::use_awaitable_t<>>)
        return awaited_start<Result, Start, Argument>::start(owner, token, std::move(target),
                                                             std::move(argument));
    else
        return async_start<Result, Token>(
            token,
            initiation<Result, Start, Argument>({owner, std::move(target), std::move(argument)}));
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
