#ifndef LANGEXPORT_DETAIL_OPERATION_ASYNC_START_HPP
#define LANGEXPORT_DETAIL_OPERATION_ASYNC_START_HPP

#include <langexport/detail/operation/operation_awaitable.hpp>
#include <langexport/version.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <type_traits>
#include <utility>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

namespace detail {

// Whether a token, or a handler that was made from it, contains Asio's `redirect_error` at any depth. It compiles
// with a signature that begins with an exception pointer, and has no effect.
template <class Token>
inline constexpr bool redirects_errors = false;
template <class Token>
inline constexpr bool redirects_errors<asio::redirect_error_t<Token>> = true;
template <class Handler>
inline constexpr bool redirects_errors<asio::detail::redirect_error_handler<Handler>> = true;
template <template <class...> class Adapter, class... Parts>
inline constexpr bool
    redirects_errors<Adapter<Parts...>> = (redirects_errors<std::remove_cvref_t<Parts>> || ...);

#if defined(BOOST_ASIO_HAS_CONCEPTS)
template <class Token, class Result>
inline constexpr bool is_token_for =
    asio::completion_token_for<Token, void(std::exception_ptr, Result)>;
#else
template <class Token, class Result>
inline constexpr bool is_token_for = true;
#endif

template <class Token>
constexpr void check_redirection() {
    static_assert(
        !redirects_errors<std::remove_cvref_t<Token>>,
        "redirect_error does not work with langexport, because its operations complete with an "
        "exception pointer: use as_tuple(token) and check the first element");
}

template <class Token, class Result>
constexpr void check_handler() {
    static_assert(
        is_token_for<Token, Result>,
        "this is not a completion token for the operation: a completion handler must be callable "
        "with (std::exception_ptr, Result), where Result is the last type in the operation's "
        "Signature");
}

// Starts an operation of signature void(std::exception_ptr, Result). `Token` keeps its kind of reference: a token
// that the caller uses again is copied, not moved. For an unsuitable token, the compiler reports one sentence here,
// before it instantiates Asio's templates.
template <class Result, class Token, class Initiation, class... Arguments>
auto async_start(std::type_identity_t<Token>& token, Initiation&& initiation,
                 Arguments&&... arguments) {
    check_redirection<Token>();
    if constexpr (redirects_errors<std::remove_cvref_t<Token>>) {
        return asio::awaitable<Result>(); // so that the compiler reports that sentence only
    } else {
        check_handler<Token, Result>();
        if constexpr (std::is_same_v<std::remove_cvref_t<Token>, asio::use_awaitable_t<>>)
            return operation_awaitable<Result>(
                asio::async_initiate<Token, void(std::exception_ptr, Result)>(
                    std::forward<Initiation>(initiation), token,
                    std::forward<Arguments>(arguments)...));
        else if constexpr (is_token_for<Token, Result>)
            return asio::async_initiate<Token, void(std::exception_ptr, Result)>(
                std::forward<Initiation>(initiation), token, std::forward<Arguments>(arguments)...);
    }
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
