#ifndef LANGEXPORT_LIST_OPERATIONS_HPP
#define LANGEXPORT_LIST_OPERATIONS_HPP

#include <langexport/client.hpp>
#include <langexport/client_stats.hpp>
#include <langexport/detail/operation/initiate.hpp>
#include <langexport/detail/operation/operation.hpp>
#include <langexport/version.hpp>

#include <boost/asio/use_awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace langexport {
inline namespace v0 {

namespace detail {

LANGEXPORT_DECL void start_listing_operations(const std::shared_ptr<engine>& owner,
                                              operation_handler handler, bound_target target,
                                              const operation_query& query);

#if !defined(LANGEXPORT_HEADER_ONLY)
extern template class awaited_start<operation_page, &start_listing_operations, operation_query>;
#endif

} // namespace detail

/// Lists the operations of a client that are in progress, page by page.
///
/// It sends nothing and waits for no quota, so it fits a status page. Between two pages operations may begin
/// and end; none is listed twice. It lists no drain, and no operation of its own kind. The counters of
/// `client::stats` do not count it.
///
/// @ingroup operations
/// @param client  The client. It may be draining; if it is closed, the page is empty.
/// @param limit   How many operations a page has at most. 1 to 10,000; another value counts as the nearest.
/// @param after   Lists the operations whose id is larger: 0 for the first page, then the last id of the
///                previous one. A page takes time for the operations before it, except when it follows the
///                page that was requested last.
/// @param token   Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, operation_page)`
/// @par Completion
/// As soon as the client's strand and the executor run. The page shows one moment.
/// @par Errors
/// `client_closed` in the child of a fork, if the call was made before the fork. There are no other errors.
/// @par Cancellation
/// Has no effect.
/// @par Executor
/// Completes on the associated executor of the token, else on that of the client; never inside the call.
/// @par Lifetime
/// The client may be destroyed right after the call: see @ref operations.
/// @par Source
/// The client itself: nothing is sent.
template <class CompletionToken = asio::use_awaitable_t<>>
auto list_operations(const client& client, std::size_t limit = 100, std::uint64_t after = 0,
                     CompletionToken&& token = CompletionToken()) {
    return detail::initiate<operation_page, &detail::start_listing_operations>(
        detail::client_state::engine_of(client), std::forward<CompletionToken>(token),
        detail::operation_kind::operations, detail::operation_query{limit, after});
}

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/list_operations.ipp>
#endif

#endif
