// Proxy settings, and a proxy's response to CONNECT.

#include "fuzz/promise.hpp"
#include "fuzz/targets.hpp"
#include "support/manual_time.hpp"
#include "support/scripted_stream.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/connect_response.hpp>
#include <langexport/detail/transport/proxy_tunnel.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/impl/no_proxy.hpp>
#include <langexport/proxy.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace langexport_tests::fuzz {

using namespace langexport;

void read_proxy(std::string_view text) {
    if (const auto proxy = result_of([&] { return proxy_url(text); })) {
        const std::string shown = proxy->to_string();
        const proxy_url again{shown};
        promise(again.to_string() == shown, "an address is read the same again", shown);
        promise(!again.has_password(), "an address that is shown has no password", shown);
        const std::string line(detail::view(detail::authorization_line_of(*proxy)));
        promise(line.empty() || line.find("\r\n") == line.size() - 2, "one header line", line);
    }

    const auto response = detail::read_connect_response(text);
    promise(response.status == 0 || (response.status >= 100 && response.status <= 999),
            "a status has three digits");
    promise(response.reason.size() <= 200 && response.schemes.size() <= 300, "words are short");

    // The list, and a host behind its first line.
    const std::size_t line = text.find('\n');
    const std::string_view list = text.substr(0, line);
    const std::string_view host = line == text.npos ? "a.example" : text.substr(line + 1);
    const bool is_listed = detail::is_listed_in_no_proxy(list, host, 443);
    promise(!is_listed || !list.empty(), "an empty list has no host");
    promise(detail::is_listed_in_no_proxy("*", host, 443), "a star lists all hosts");
    // A star lists all hosts only if it is alone.
    promise(detail::is_listed_in_no_proxy("x, " + std::string(list), host, 443) || !is_listed ||
                list == "*",
            "one more entry takes no other away");
}

namespace {

class tunnel_watchdog final : public detail::watchdog {
public:
    using watchdog::watchdog;
    detail::byte_stream* stream = nullptr;

private:
    void time_is_up() override { stream->close(); }
};

// One tunnel through a proxy with these bytes: the failure, and the bytes that were not read.
std::string tunnel_through(stream_script script) {
    boost::asio::io_context context;
    const auto settle = [&context] {
        context.restart();
        context.poll();
    };
    const detail::strand_type strand =
        boost::asio::make_strand(boost::asio::any_io_executor(context.get_executor()));
    manual_time time;
    detail::timer_queue timers(time, [] {});
    scripted_stream stream(strand, std::move(script));
    tunnel_watchdog dog(timers);
    dog.stream = &stream;
    dog.begin_attempt(time.now() + std::chrono::seconds(10), errc::connect_timeout);
    const proxy_url proxy("http://proxy.example:3128");
    const origin to = endpoint::parse("https://name.example").origin();
    std::optional<detail::exchange_failure> failure;
    int calls = 0;
    boost::asio::co_spawn(strand, detail::open_tunnel(stream, dog, proxy, to, failure),
                          [&calls](std::exception_ptr thrown) { calls += thrown ? 100 : 1; });
    settle();
    promise(calls == 1, "a tunnel opens or fails, once");
    if (failure) {
        stream.close();
        settle();
        promise(!failure->detail.empty(), "a failure has a reason");
        promise_words(failure->detail, 1200);
        return failure->detail;
    }
    std::string rest;
    for (bool has_more = true; has_more;) {
        char piece[64];
        error_code ec;
        const std::size_t size = stream.read_now(boost::asio::buffer(piece), ec);
        rest.append(piece, size);
        if (ec == boost::asio::error::would_block) {
            stream.wait([](error_code, std::size_t) {});
            settle();
        } else
            has_more = !ec;
    }
    return "open, then: " + rest;
}

} // namespace

// The first byte is the size of the pieces.
void open_tunnel(std::string_view text) {
    if (text.empty())
        return;
    const std::size_t size = static_cast<unsigned char>(text.front()) % 16 + 1;
    const std::string bytes(text.substr(1));
    stream_script whole;
    if (!bytes.empty())
        whole.pieces.push_back(bytes);
    whole.end = error_code(boost::asio::error::eof);
    stream_script pieces;
    pieces.cut_into(bytes, size);
    pieces.end = whole.end;
    const std::string first = tunnel_through(std::move(whole));
    const std::string second = tunnel_through(std::move(pieces));
    promise(first == second, "pieces are taken as the whole is",
            first + "\n-- in pieces:\n" + second);
    // What follows the header is the origin's.
    const std::string_view before = "open, then: ";
    promise(!first.starts_with(before) || bytes.ends_with(first.substr(before.size())),
            "no byte behind the header is taken", first);
}

} // namespace langexport_tests::fuzz
