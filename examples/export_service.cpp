// A small HTTP service that exports projects for other programs and for people.
//
//   export_service --listen 127.0.0.1:8080 --state-dir state
//   curl -H 'Content-Type: application/json' -d '{"project": "Claims"}' http://127.0.0.1:8080/exports
//
//   POST   /exports            {"project", "surface"?, "tag"?}: begins an export; 201 with Location
//   GET    /exports            all exports
//   GET    /exports/ID         one of them
//   GET    /exports/ID/events  its changes, as server-sent events, until it has ended
//   GET    /exports/ID/result  the result
//   DELETE /exports/ID         cancels it if it is in progress, removes it if it has ended
//   GET    /metrics, /healthz  for Prometheus, and for a supervisor
//   GET    /                   a page for people
//
// What it shows: one client for many coroutines on a thread pool; `on_submitted`, which stores the token of a job
// before the first poll; `on_update` for progress; an observer; draining; and how a service that was killed resumes
// its jobs. The parts are in service/.

#include "service/exporter.hpp"
#include "service/session.hpp"
#include "tool/stop_signals.hpp"

#include <langexport/file/standard_streams.hpp>
#include <langexport/identity/identity_from_environment.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <charconv>
#include <chrono>
#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr const char* help =
    "usage: export_service [--listen HOST:PORT] [--state-dir DIR]\n"
    "                      [--quota-posts N] [--quota-gets N]\n"
    "\n"
    "Exports projects for HTTP clients. The first line that it prints is its URL.\n"
    "\n"
    "  --listen HOST:PORT  where it listens; port 0: a free one\n"
    "                      (default: 127.0.0.1:8080)\n"
    "  --state-dir DIR     where it keeps exports and results\n"
    "                      (default: export_service_state)\n"
    "  --quota-posts N     submissions in a minute; 0: no limit (default: 10)\n"
    "  --quota-gets N      other requests in a minute; 0: no limit (default: 100)\n"
    "\n"
    "The environment names the resource:\n"
    "  AZURE_LANGUAGE_ENDPOINT  such as https://NAME.cognitiveservices.azure.com\n"
    "  AZURE_LANGUAGE_KEY       one of the resource's two keys; without it the\n"
    "                           identity of AZURE_TENANT_ID, AZURE_CLIENT_ID and\n"
    "                           AZURE_CLIENT_SECRET, or IDENTITY_ENDPOINT\n"
    "  https_proxy, no_proxy, SSL_CERT_FILE and SSL_CERT_DIR as for curl\n"
    "\n"
    "It has no access control: anyone who can reach the address can export.\n"
    "SIGTERM and SIGINT stop it; exports continue when it is started on the same\n"
    "folder again.\n"
    "\n"
    "Exit status: 0 stopped by a signal, 1 failed, 2 wrong usage.\n";

struct settings {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string state_folder = "export_service_state";
    langexport::quota_params quota;
    bool wants_help = false;
};

void read_address(const std::string& text, settings& result) {
    const std::size_t colon = text.rfind(':');
    const char* const end = text.data() + text.size();
    const bool has_port = colon != text.npos && colon > 0 && colon + 1 < text.size() &&
                          std::from_chars(text.data() + colon + 1, end, result.port).ptr == end;
    if (!has_port)
        throw std::invalid_argument("--listen needs HOST:PORT, such as 127.0.0.1:8080; it has '" +
                                    text + "'");
    result.host = text.substr(0, colon);
    if (result.host.starts_with('[') && result.host.ends_with(']'))
        result.host = result.host.substr(1, result.host.size() - 2);
}

std::size_t number_of(const std::string& option, const std::string& text) {
    std::size_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data(), end, number);
    if (failed != std::errc() || stop != end)
        throw std::invalid_argument(option + " needs a number; it has '" + text + "'");
    return number;
}

settings read_arguments(int argc, char** argv) {
    settings result;
    for (int i = 1; i < argc; ++i) {
        std::string option = argv[i];
        if (option == "--help" || option == "-h") {
            result.wants_help = true;
            return result;
        }
        std::string value;
        const std::size_t equals = option.find('=');
        if (equals != option.npos) {
            value = option.substr(equals + 1);
            option.resize(equals);
        } else if (i + 1 < argc) {
            value = argv[++i];
        }
        const bool is_known = option == "--listen" || option == "--state-dir" ||
                              option == "--quota-posts" || option == "--quota-gets";
        if (!is_known)
            throw std::invalid_argument( // a long one may be a key in the wrong place
                (option.size() < 24 ? "'" + option + "'" : "a long argument") +
                " is not an option of this program");
        if (value.empty())
            throw std::invalid_argument(option + " needs a value");
        if (option == "--listen")
            read_address(value, result);
        else if (option == "--state-dir")
            result.state_folder = value;
        else if (option == "--quota-posts")
            result.quota.submissions = number_of(option, value);
        else
            result.quota.reads = number_of(option, value);
    }
    return result;
}

langexport::client_params params_of_environment(const settings& wanted) {
    const std::string endpoint = langexport::environment_text("AZURE_LANGUAGE_ENDPOINT");
    const std::string key = langexport::environment_text("AZURE_LANGUAGE_KEY");
    if (endpoint.empty())
        throw std::invalid_argument("AZURE_LANGUAGE_ENDPOINT is not set");
    langexport::credential credential =
        key.empty() ? langexport::credential(langexport::identity_from_environment())
                    : langexport::credential(langexport::subscription_key(key));
    langexport::client_params params(endpoint, credential);
    params.proxy = langexport::proxy_from_environment(endpoint);
    params.application_id = "export_service";
    params.quota = wanted.quota;
    return params;
}

asio::awaitable<void> accept(std::shared_ptr<const service::site> site, tcp::acceptor& acceptor,
                             asio::any_io_executor pool) {
    for (;;) {
        auto strand = asio::make_strand(pool);
        boost::system::error_code failed;
        auto socket = co_await acceptor.async_accept(
            strand, asio::redirect_error(asio::use_awaitable, failed));
        if (failed == asio::error::operation_aborted)
            co_return;
        if (failed) { // descriptors may be free again later
            asio::steady_timer timer(acceptor.get_executor(), std::chrono::milliseconds(100));
            co_await timer.async_wait(asio::use_awaitable);
            continue;
        }
        auto connection =
            std::make_shared<service::session>(site, boost::beast::tcp_stream(std::move(socket)));
        asio::co_spawn(strand, connection->run(), [connection](std::exception_ptr) {});
    }
}

tcp::acceptor listen(const asio::any_io_executor& executor, const settings& wanted) {
    tcp::resolver resolver(executor);
    const auto found =
        resolver.resolve(wanted.host, std::to_string(wanted.port), tcp::resolver::passive);
    tcp::acceptor acceptor(executor);
    const tcp::endpoint address = found.begin()->endpoint();
    acceptor.open(address.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(address);
    acceptor.listen();
    return acceptor;
}

asio::awaitable<void> wait_for_stop(asio::signal_set& signals, tcp::acceptor& acceptor,
                                    std::shared_ptr<service::exporter> exports) {
    co_await signals.async_wait(asio::use_awaitable);
    acceptor.close();
    co_await exports->drain(std::chrono::seconds(2));
}

void serve(const settings& wanted, langexport::client_params params) {
    asio::thread_pool pool; // outlives the client, which `shared` has
    auto shared = std::make_shared<service::site>();
    shared->resource = langexport::endpoint::parse(params.endpoint).origin().to_string();
    auto strand = asio::make_strand(pool);
    tcp::acceptor acceptor = listen(strand, wanted);
    shared->address = service::listening_address(wanted.host, acceptor.local_endpoint().port());
    shared->exports = std::make_shared<service::exporter>(pool.get_executor(), std::move(params),
                                                          wanted.state_folder);
    asio::signal_set signals(strand);
    tool::add_stop_signals(signals);
    shared->exports->start();
    if (!(std::cout << shared->address.url() << std::endl))
        throw std::runtime_error("standard output cannot be written");
    asio::co_spawn(strand, accept(shared, acceptor, pool.get_executor()), asio::detached);
    asio::co_spawn(strand, wait_for_stop(signals, acceptor, shared->exports),
                   [&](std::exception_ptr) { pool.stop(); });
    pool.join();
}

} // namespace

int main(int argc, char** argv) {
    langexport::open_standard_streams();
#if defined(SIGPIPE)
    std::signal(SIGPIPE, SIG_IGN);
#endif
    try {
        const settings wanted = read_arguments(argc, argv);
        if (wanted.wants_help) {
            std::cout << help << std::flush;
            return std::cout ? 0 : 1;
        }
        auto params = params_of_environment(wanted);
        serve(wanted, std::move(params));
    } catch (const std::invalid_argument& error) {
        std::cerr << "export_service: " << error.what() << "\n" << help;
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "export_service: " << error.what() << "\n";
        return 1;
    }
}
