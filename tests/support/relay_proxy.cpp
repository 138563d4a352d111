#include "support/relay_proxy.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <tuple>
#include <utility>

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace langexport_tests {

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
using socket_ptr = std::shared_ptr<tcp::socket>;

// A reset at one end becomes one at the other.
void reset(tcp::socket& socket) {
    boost::system::error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
}

asio::awaitable<void> pass_on(socket_ptr from, socket_ptr target) {
    std::array<char, 16 * 1024> bytes;
    boost::system::error_code ec;
    while (!ec) {
        auto read = co_await from->async_read_some(asio::buffer(bytes), as_values);
        ec = std::get<0>(read);
        if (ec)
            break;
        auto written = co_await asio::async_write(
            *target, asio::buffer(bytes.data(), std::get<1>(read)), as_values);
        ec = std::get<0>(written);
    }
    boost::system::error_code ignored;
    if (ec == asio::error::eof)
        target->shutdown(tcp::socket::shutdown_send, ignored);
    else
        reset(*target);
}

// `host:port` of `CONNECT host:port HTTP/1.1`, or of `GET http://host:port/path HTTP/1.1`.
std::string authority_of(const std::string& header) {
    const std::size_t begin = header.find(' ') + 1;
    const std::size_t scheme_end = header.find("://");
    const std::size_t host = scheme_end < header.find("\r\n") ? scheme_end + 3 : begin;
    return header.substr(host, header.find_first_of(" /", host) - host);
}
std::uint16_t port_of(const std::string& authority) {
    return static_cast<std::uint16_t>(std::stoi(authority.substr(authority.rfind(':') + 1)));
}

// The request for the origin: with a path instead of the URL, without what is for the proxy, and the last one of its
// connection.
void make_direct(std::string& request) {
    const std::size_t begin = request.find(' ') + 1;
    request.erase(begin, request.find('/', request.find("://") + 3) - begin);
    const std::size_t secret = request.find("Proxy-Authorization:");
    if (secret != std::string::npos)
        request.erase(secret, request.find("\r\n", secret) + 2 - secret);
    request.insert(request.find("\r\n") + 2, "Connection: close\r\n");
}

asio::awaitable<void> serve(socket_ptr client) {
    std::string header;
    auto read = co_await asio::async_read_until(*client, asio::dynamic_buffer(header), "\r\n\r\n",
                                                as_values);
    if (std::get<0>(read))
        co_return;
    const auto service = std::make_shared<tcp::socket>(client->get_executor());
    const tcp::endpoint to(asio::ip::address_v4::loopback(), port_of(authority_of(header)));
    auto connected = co_await service->async_connect(to, as_values);
    const bool is_open = !std::get<0>(connected), is_tunnel = header.starts_with("CONNECT ");
    std::string first = is_open ? "HTTP/1.1 200 OK\r\n\r\n" : "HTTP/1.1 502 Bad Gateway\r\n\r\n";
    const socket_ptr receiver = is_open && !is_tunnel ? service : client;
    if (is_open && !is_tunnel) {
        first = std::move(header);
        make_direct(first);
    }
    auto written = co_await asio::async_write(*receiver, asio::buffer(first), as_values);
    if (!is_open || std::get<0>(written))
        co_return;
    boost::system::error_code ignored;
    client->set_option(tcp::no_delay(true), ignored);
    service->set_option(tcp::no_delay(true), ignored);
    asio::co_spawn(client->get_executor(), pass_on(service, client), asio::detached);
    co_await pass_on(client, service);
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor,
                                 std::atomic<std::size_t>& accepted_count) {
    for (;;) {
        auto accepted = co_await acceptor.async_accept(as_values);
        if (std::get<0>(accepted))
            co_return;
        ++accepted_count;
        auto client = std::make_shared<tcp::socket>(std::move(std::get<1>(accepted)));
        asio::co_spawn(acceptor.get_executor(), serve(std::move(client)), asio::detached);
    }
}

} // namespace

relay_proxy::relay_proxy()
    : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    asio::co_spawn(context_, accept_all(acceptor_, connections_), asio::detached);
    runner_ = std::thread([this] { context_.run(); });
}

relay_proxy::~relay_proxy() {
    context_.stop();
    runner_.join();
}

std::string relay_proxy::url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
}

} // namespace langexport_tests
