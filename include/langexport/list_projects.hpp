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

LANGEXPORT_DECL void start(const std::shared_ptr<engine>& on, operation_handler handler,
                           placed_aim aim, project_surface surface);

} // namespace detail

/// Lists the projects of a resource: what there is to export.
///
/// All pages are read, one after the other, each as a GET within the client's quota and with its
/// retries. A project that is made or removed meanwhile may be missing or listed; none is listed twice.
/// The observer hears of the requests, but of no beginning and no end: a list is no export.
///
/// @param client   Where to ask; `client_params::deadline` is for the whole list.
/// @param surface  Which projects (default: those of text analysis). Each surface has a list of its own.
/// @param token    Completion token (default: asio::use_awaitable).
/// @par Signature      void(std::exception_ptr, std::vector<project_info>)
/// @par Completion     When the last page was read. In the service's order.
/// @par Errors         invalid_request (no such surface; nothing was sent, or a 400), foreign_origin (a
///                     page's `nextLink` leads elsewhere), unexpected_response (a 404: the api-version
///                     does not know the surface, or, if `diagnostics::pages` is not 0, there is no
///                     such page; pages that go round in circles; more than 1,000
///                     pages or 100,000 projects), malformed_response; and those common to all
///                     operations, see export_project.hpp. Nothing is returned of a list that is not whole.
/// @par Cancellation   terminal, partial, total: at once; the connection in use may be closed.
/// @par Executor, Lifetime  As all operations: see the head of export_project.hpp.
/// @par Source         The product's "list projects" page.
template <class CompletionToken = asio::use_awaitable_t<>>
auto list_projects(const client& client, project_surface surface = project_surface::analyze_text,
                   CompletionToken&& token = CompletionToken()) {
    return detail::initiate<std::vector<project_info>>(client, std::forward<CompletionToken>(token),
                                                       detail::goal::projects, surface);
}

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/list_projects.ipp>
#endif

#endif
