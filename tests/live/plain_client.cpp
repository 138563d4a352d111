#include "live/plain_client.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <openssl/ssl.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace langexport_tests {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;

using request_message = http::request<http::string_body>;

template <class Stream>
asio::awaitable<exchange_seen> send_and_read(Stream& stream, const request_message& request) {
    co_await http::async_write(stream, request, asio::use_awaitable);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(std::uint64_t{256} * 1024 * 1024);
    co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
    exchange_seen seen;
    seen.status = parser.get().result_int();
    for (const auto& field : parser.get())
        seen.headers.emplace_back(field.name_string(), field.value());
    seen.body = parser.get().body();
    co_return seen;
}

// One connection.
class call {
public:
    std::string host;
    std::string port;
    std::chrono::seconds limit{};
    const request_message& request;
    asio::ssl::context* tls = nullptr; // null: without

    asio::awaitable<exchange_seen> run() {
        const auto executor = co_await asio::this_coro::executor;
        asio::ip::tcp::resolver resolver(executor);
        const auto addresses = co_await resolver.async_resolve(host, port, asio::use_awaitable);
        beast::tcp_stream tcp(executor);
        tcp.expires_after(limit);
        co_await tcp.async_connect(addresses, asio::use_awaitable);
        exchange_seen seen;
        if (tls == nullptr) {
            seen = co_await send_and_read(tcp, request);
            co_return seen;
        }
        asio::ssl::stream<beast::tcp_stream&> stream(tcp, *tls);
        stream.set_verify_mode(asio::ssl::verify_peer);
        stream.set_verify_callback(asio::ssl::host_name_verification(host));
        ::SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());
        co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
        seen = co_await send_and_read(stream, request);
        co_return seen;
    }
};

} // namespace

plain_client::plain_client(const std::string& endpoint, std::string key, std::string ca_file,
                           std::chrono::seconds limit)
    : key_(std::move(key)), ca_file_(std::move(ca_file)), limit_(limit) {
    std::string rest = endpoint;
    while (!rest.empty() && rest.back() == '/')
        rest.pop_back();
    origin_ = rest;
    is_secure_ = rest.rfind("https://", 0) == 0;
    const bool is_plain = rest.rfind("http://", 0) == 0;
    if (!is_secure_ && !is_plain)
        throw std::runtime_error("the endpoint does not begin with https://");
    rest.erase(0, is_secure_ ? 8 : 7);
    const std::size_t colon = rest.find(':');
    host_ = rest.substr(0, colon);
    port_ = colon == std::string::npos ? (is_secure_ ? "443" : "80") : rest.substr(colon + 1);
    if (host_.empty() || host_.find('/') != std::string::npos)
        throw std::runtime_error("the endpoint is no https://host");
    if (is_plain && host_ != "127.0.0.1" && host_ != "localhost")
        throw std::runtime_error("the key does not travel in clear text: use https");
}

const exchange_seen& plain_client::send(const std::string& method, const std::string& url,
                                        const std::string& body) {
    std::string target = url;
    for (const std::string& origin : {origin_ + ":443", origin_})
        if (is_same_in_any_case(std::string_view(url).substr(0, origin.size()), origin)) {
            target = url.substr(origin.size());
            break;
        }
    if (target.empty() || target.front() != '/')
        throw std::runtime_error("a link leads to another origin, where the key does not go");

    http::request<http::string_body> request(http::string_to_verb(method), target, 11);
    request.set(http::field::host, origin_.substr(origin_.find("//") + 2));
    request.set("Ocp-Apim-Subscription-Key", key_);
    request.set(http::field::user_agent, "langexport-live-test");
    if (!body.empty())
        request.set(http::field::content_type, "application/json");
    request.body() = body;
    request.prepare_payload();

    asio::ssl::context tls(asio::ssl::context::tls_client);
    if (is_secure_ && ca_file_.empty())
        tls.set_default_verify_paths();
    else if (is_secure_)
        tls.load_verify_file(ca_file_);
    asio::io_context context;
    call one{host_, port_, limit_, request, is_secure_ ? &tls : nullptr};
    auto result = asio::co_spawn(context, one.run(), asio::use_future);
    context.run();
    exchange_seen seen = result.get();
    seen.method = method;
    seen.target = target;
    seen.request_body = body;
    seen_.push_back(std::move(seen));
    return seen_.back();
}

json::object plain_client::recording() const {
    return recording_of(seen_, private_words{key_, host_, projects_});
}

std::size_t plain_client::count_of(std::string_view method) const {
    return static_cast<std::size_t>(
        std::count_if(seen_.begin(), seen_.end(),
                      [&](const exchange_seen& one) { return one.method == method; }));
}

} // namespace langexport_tests
