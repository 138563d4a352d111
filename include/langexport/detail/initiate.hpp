#ifndef LANGEXPORT_DETAIL_INITIATE_HPP
#define LANGEXPORT_DETAIL_INITIATE_HPP

#include <langexport/detail/goal.hpp>
#include <langexport/detail/operation.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

class engine;

// The initiation of an operation whose outcome is a Result. It owns the engine and no handle: a lazy
// operation neither keeps a client alive nor needs one.
template <class Result>
class initiation {
public:
    explicit initiation(std::shared_ptr<engine> on) noexcept : engine_(std::move(on)) {}

    template <class Handler, class Argument>
    void operator()(Handler&& handler, goal aim, Argument argument) {
        using picking = picking_handler<Result, std::decay_t<Handler>>;
        start(engine_, operation_handler(picking(std::forward<Handler>(handler))), aim,
              std::move(argument));
    }

private:
    std::shared_ptr<engine> engine_;
};

// The token's kind of reference is kept: one that the caller goes on using is copied, not emptied.
template <class Result, class Token, class Argument>
auto initiate(const std::shared_ptr<engine>& on, Token&& token, goal aim, Argument argument) {
    return asio::async_initiate<Token, void(std::exception_ptr, Result)>(
        initiation<Result>(on), token, aim, std::move(argument));
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
