// Tokens that cannot work. Each of them must cause one error message that names the solution.
// LANGEXPORT_REJECTED chooses the compiled part: 1 the redirections, 2 the handlers, 3 a coroutine with an executor of
// its own, 0 valid tokens.

#include <langexport.hpp>
#include <langexport/list_projects.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace asio = boost::asio;

asio::awaitable<void> use(const langexport::client& client) {
    const langexport::export_request request("p");
    const std::vector<langexport::export_request> requests;
    const langexport::batch_options options;
    const auto text = langexport::project_surface::analyze_text;
#if LANGEXPORT_REJECTED == 1
    boost::system::error_code ec;
    asio::cancellation_signal signal;
    auto token = asio::redirect_error(asio::use_awaitable, ec);
    co_await export_project(client, request, token);
    auto cancelled = asio::bind_cancellation_slot(signal.slot(), token);
    co_await export_project(client, request, cancelled);
    export_projects(client, requests, options, asio::redirect_error(asio::detached, ec));
    client.drain(std::chrono::seconds(1), asio::redirect_error(asio::deferred, ec));
    auto lazy = langexport::list_projects(client, text, asio::deferred);
    auto callback = [](std::exception_ptr, const auto&) {};
    std::move(lazy)(asio::redirect_error(callback, ec));
#elif LANGEXPORT_REJECTED == 2
    using projects = std::vector<langexport::project_info>;
    export_project(client, request, [](boost::system::error_code, langexport::exported_project) {});
    export_project(client, request, [](langexport::exported_project) {});
    submit_export(client, request, [](std::exception_ptr, const std::string&) {});
    langexport::list_projects(client, text, [](std::exception_ptr, projects&) {});
    export_projects(client, requests, options, [](std::exception_ptr) {});
#else
    export_project(client, request, [](const auto&, const auto&) {});
    langexport::list_projects(client, text, [](std::exception_ptr, const auto&) {});
    export_projects(client, requests, options, [](const auto&, langexport::batch_summary) {});
#endif
    co_return;
}

using strand = asio::strand<asio::io_context::executor_type>;

asio::awaitable<void, strand> use_on_strand(const langexport::client& client) {
    const langexport::export_request request("p");
#if LANGEXPORT_REJECTED == 3
    co_await export_project(client, request);
#else
    co_await export_project(client, request, asio::use_awaitable_t<strand>());
#endif
    co_return;
}

// An operation is an awaitable, wherever one is expected.
asio::awaitable<langexport::exported_project> pass_on(const langexport::client& client) {
    return export_project(client, langexport::export_request("p"));
}
