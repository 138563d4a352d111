#ifndef LANGEXPORT_LIST_PROJECTS_HPP
#define LANGEXPORT_LIST_PROJECTS_HPP

#include <langexport/client.hpp>
#include <langexport/export_project.hpp>
#include <langexport/project_info.hpp>
#include <langexport/project_surface.hpp>
#include <langexport/version.hpp>

#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

namespace detail {

LANGEXPORT_DECL void start_listing(const std::shared_ptr<engine>& owner, operation_handler handler,
                                   bound_target target, project_surface surface);

#if !defined(LANGEXPORT_HEADER_ONLY)
extern template class awaited_start<std::vector<project_info>, &start_listing, project_surface>;
#endif

} // namespace detail

/// Lists the projects of a resource.
///
/// The client reads all pages, one after the other. Each is a GET within the client's quota, with its
/// retries. A project that is created or deleted meanwhile may be missing or listed; no project is listed
/// twice. The observer receives the events of requests, but not those of an export's start and end.
///
/// @ingroup operations
/// @param client   The client that sends the requests. `client_params::deadline` limits the whole list.
/// @param surface  Which projects; default: those of text analysis. Each surface has a list of its own.
/// @param token    Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, std::vector<project_info>)`
/// @par Completion
/// When the client has read the last page. The projects are in the service's order.
/// @par Errors
/// Those of all @ref operations (`invalid_request` with nothing sent if there is no such surface), and
///   - `foreign_origin`: the `nextLink` of a page leads to another origin; it was not followed;
///   - `unexpected_response`: also for a 404 (the api-version does not have the surface or, if
///     `diagnostics::pages` is not 0, there is no such page), for pages that lead back to one that was read,
///     and for more than 1,000 pages or 100,000 projects.
///
/// An incomplete list is never returned.
/// @par Cancellation
/// terminal, partial, total: completes at once. The client may close the connection in use.
/// @par Executor
/// Completes on the associated executor of the token, else on that of the client; never inside the call.
/// @par Lifetime
/// The client may be destroyed right after the call: see @ref operations.
/// @par Source
/// The product's "list projects" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto list_projects(const client& client, project_surface surface = project_surface::analyze_text,
                   CompletionToken&& token = CompletionToken()) {
    return detail::initiate<std::vector<project_info>, &detail::start_listing>(
        client, std::forward<CompletionToken>(token), detail::operation_kind::projects, surface);
}

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/list_projects.ipp>
#endif

#endif
