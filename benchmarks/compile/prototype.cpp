// The smallest client with the purpose and the design of langexport: exports are queued, a few connections take them,
// plain or with TLS. It handles no errors, no quota, no retries, no deadlines and no cancellation, and does not use
// langexport. Its costs are a reference: what the design takes without all that a user needs.
//
//   bench_prototype PORT TLS(0|1) CONNECTIONS EXPORTS CONCURRENT

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using endpoints = tcp::resolver::results_type;

// Bytes of one connection. The protocol is behind this interface, so everything above it is compiled once.
class byte_stream {
public:
    virtual ~byte_stream() = default;
    virtual asio::awaitable<void> open(const endpoints& addresses) = 0;
    virtual asio::awaitable<std::size_t> read(asio::mutable_buffer into) = 0;
    virtual asio::awaitable<void> write(asio::const_buffer bytes) = 0;
};

class plain_stream final : public byte_stream {
public:
    explicit plain_stream(const asio::any_io_executor& executor) : socket_(executor) {}

    asio::awaitable<void> open(const endpoints& addresses) override {
        co_await asio::async_connect(socket_, addresses, asio::use_awaitable);
        socket_.set_option(tcp::no_delay(true));
    }
    asio::awaitable<std::size_t> read(asio::mutable_buffer into) override {
        return socket_.async_read_some(into, asio::use_awaitable);
    }
    asio::awaitable<void> write(asio::const_buffer bytes) override {
        co_await asio::async_write(socket_, bytes, asio::use_awaitable);
    }

private:
    tcp::socket socket_;
};

class tls_stream final : public byte_stream {
public:
    tls_stream(const asio::any_io_executor& executor, asio::ssl::context& context)
        : stream_(executor, context) {}

    asio::awaitable<void> open(const endpoints& addresses) override {
        co_await asio::async_connect(stream_.next_layer(), addresses, asio::use_awaitable);
        stream_.next_layer().set_option(tcp::no_delay(true));
        co_await stream_.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
    }
    asio::awaitable<std::size_t> read(asio::mutable_buffer into) override {
        return stream_.async_read_some(into, asio::use_awaitable);
    }
    asio::awaitable<void> write(asio::const_buffer bytes) override {
        co_await asio::async_write(stream_, bytes, asio::use_awaitable);
    }

private:
    asio::ssl::stream<tcp::socket> stream_;
};

using response = http::response<http::string_body>;

// One request and its response. The buffer holds the header and whatever of the body arrives with it.
asio::awaitable<response> send_request(byte_stream& stream, const std::string& request) {
    co_await stream.write(asio::buffer(request));
    http::response_parser<http::string_body> parser;
    parser.eager(true);
    std::array<char, 4096> buffer;
    std::size_t filled = 0;
    while (!parser.is_done()) {
        const auto free = asio::buffer(buffer) + filled;
        filled += co_await stream.read(free);
        boost::system::error_code error;
        const std::size_t parsed = parser.put(asio::buffer(buffer.data(), filled), error);
        filled -= parsed;
        std::copy_n(buffer.data() + parsed, filled, buffer.data());
    }
    co_return parser.release();
}

// The part of a URL after its host.
std::string target_of(std::string_view url) {
    return std::string(url.substr(url.find('/', url.find("//") + 2)));
}

using document_handler = asio::any_completion_handler<void(std::exception_ptr, std::string)>;

struct queued_export {
    std::string project;
    document_handler on_done;
};

class export_client {
public:
    export_client(const asio::any_io_executor& executor, std::string port, bool with_tls)
        : executor_(executor), wake_up_(executor, asio::steady_timer::time_point::max()),
          port_(std::move(port)), with_tls_(with_tls) {
        context_.set_verify_mode(asio::ssl::verify_none);
    }

    void add(queued_export added) {
        queue_.push_back(std::move(added));
        wake_up_.cancel_one();
    }

    // Takes exports from the queue, one after the other. Does not end.
    asio::awaitable<void> run_connection() {
        tcp::resolver resolver(executor_);
        const auto addresses =
            co_await resolver.async_resolve("127.0.0.1", port_, asio::use_awaitable);
        const auto stream = make_stream();
        co_await stream->open(addresses);
        for (;;) {
            co_await wait_for_export();
            queued_export next = std::move(queue_.front());
            queue_.pop_front();
            std::string document = co_await fetch(*stream, next.project);
            std::move(next.on_done)(nullptr, std::move(document));
        }
    }

private:
    std::unique_ptr<byte_stream> make_stream() {
        if (with_tls_)
            return std::make_unique<tls_stream>(executor_, context_);
        return std::make_unique<plain_stream>(executor_);
    }

    asio::awaitable<void> wait_for_export() {
        while (queue_.empty())
            co_await wake_up_.async_wait(asio::as_tuple(asio::use_awaitable));
    }

    std::string request(std::string_view method, std::string_view target) const {
        std::string text(method);
        text.append(" ").append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1:").append(port_);
        return text.append("\r\nOcp-Apim-Subscription-Key: e58b081006f7e3dfc967a64cb14028d5\r\n");
    }

    asio::awaitable<std::string> fetch(byte_stream& stream, const std::string& project) {
        const std::string path = "/done/language/authoring/analyze-text/projects/" + project +
                                 "/:export?stringIndexType=Utf16CodeUnit&api-version=2023-04-01";
        std::string text = request("POST", path);
        text += "Content-Type: application/json\r\nContent-Length: 24\r\n\r\n";
        text += "{\"assetsToExport\":[\"*\"]}";
        response received = co_await send_request(stream, text);
        text = request("GET", target_of(received["operation-location"])) + "\r\n";
        received = co_await send_request(stream, text);
        const boost::json::value status = boost::json::parse(received.body());
        text = request("GET", target_of(status.at("resultUrl").as_string())) + "\r\n";
        received = co_await send_request(stream, text);
        co_return std::move(received.body());
    }

    asio::any_io_executor executor_;
    asio::ssl::context context_{asio::ssl::context::tls_client};
    asio::steady_timer wake_up_; // never expires; add() cancels a wait
    std::deque<queued_export> queue_;
    std::string port_;
    bool with_tls_;
};

// void(std::exception_ptr, std::string)
template <class Token>
auto export_project(export_client& client, std::string project, Token&& token) {
    return asio::async_initiate<Token, void(std::exception_ptr, std::string)>(
        [&client](auto handler, std::string name) {
            client.add({std::move(name), std::move(handler)});
        },
        token, std::move(project));
}

asio::awaitable<void> export_many(export_client& client, long& left, asio::io_context& context) {
    while (left-- > 0) {
        const std::string document =
            co_await export_project(client, "Project", asio::use_awaitable);
        if (document.empty())
            std::abort();
    }
    context.stop();
}

void rethrow(const std::exception_ptr& error) {
    if (error)
        std::rethrow_exception(error);
}

} // namespace

int main(int count, char** arguments) {
    if (count != 6)
        return 2;
    asio::io_context context(1);
    export_client client(context.get_executor(), arguments[1], std::atoi(arguments[2]) != 0);
    for (int n = std::atoi(arguments[3]); n > 0; --n)
        asio::co_spawn(context, client.run_connection(), rethrow);
    long left = std::atol(arguments[4]);
    for (int n = std::atoi(arguments[5]); n > 0; --n)
        asio::co_spawn(context, export_many(client, left, context), rethrow);
    context.run();
}
