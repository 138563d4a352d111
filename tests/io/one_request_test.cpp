#include <langexport/detail/operation/one_request.hpp>
#include <langexport/testing/emulator.hpp>

#include "io/opener_bench.hpp"
#include "support/catch.hpp"
#include "support/fake_names.hpp"
#include "support/silent_listener.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace one_request_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;
using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::contains_text;
using langexport_tests::fake_name;
using langexport_tests::peer_of;
using langexport_tests::silent_listener;
using langexport_tests::temporary_file;
using tcp = asio::ip::tcp;

namespace {

request_message get(const std::string& target) {
    request_message message;
    append(message.bytes, "GET " + target + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    return message;
}

request_route route_to(std::uint16_t port, bool is_secure = false) {
    request_route route;
    route.peer = peer_of("localhost", port, is_secure);
    return route;
}

// The outcome of a request.
struct outcome {
    int calls = 0;
    unsigned status = 0;
    std::string body;
    std::optional<exchange_failure> failure;

    one_request::handler handler() {
        return
            [this](const response_message& response, const std::optional<exchange_failure>& why) {
                ++calls;
                status = response.status;
                body = response.body;
                failure = why;
            };
    }
};

// Sends these bytes as the response on each connection.
class canned_server {
public:
    canned_server(asio::io_context& context, std::string response)
        : acceptor_(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          response_(std::move(response)) {
        asio::co_spawn(context, serve(), asio::detached);
    }
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    int accepted() const { return accepted_; }
    const std::string& request() const { return request_; }
    void close() { acceptor_.close(); }

private:
    asio::awaitable<void> serve() {
        for (;;) {
            tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
            ++accepted_;
            request_.clear();
            co_await asio::async_read_until(socket, asio::dynamic_buffer(request_), "\r\n\r\n",
                                            asio::use_awaitable);
            co_await asio::async_write(socket, asio::buffer(response_), asio::use_awaitable);
        }
    }

    tcp::acceptor acceptor_;
    std::string response_;
    std::string request_;
    int accepted_ = 0;
};

std::string response_of(const std::string& status, const std::string& body) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

template <class Condition>
bool run_until(asio::io_context& context, Condition is_so) {
    for (const auto end = std::chrono::steady_clock::now() + 30s;
         !is_so() && std::chrono::steady_clock::now() < end;) {
        context.restart();
        context.run_for(1ms);
    }
    return is_so();
}

} // namespace

TEST_CASE("one request receives its response and leaves no work in the context", "[one_request]") {
    asio::io_context context;
    canned_server server(context, response_of("200 OK", "hello"));
    outcome end;
    one_request::start(context.get_executor(), route_to(server.port()), get("/x"), end.handler());
    CHECK(end.calls == 0);
    REQUIRE(run_until(context, [&] { return end.calls > 0; }));
    CHECK_FALSE(end.failure);
    CHECK(end.status == 200);
    CHECK(end.body == "hello");
    CHECK(server.request().starts_with("GET /x HTTP/1.1\r\n"));
    server.close();
    context.restart();
    context.run(); // returns: nothing waits
    CHECK(end.calls == 1);
    CHECK(server.accepted() == 1);
}

TEST_CASE("a redirect is returned like any other response", "[one_request]") {
    asio::io_context context;
    canned_server server(context, "HTTP/1.1 307 Temporary Redirect\r\nLocation: "
                                  "https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n");
    outcome end;
    one_request::start(context.get_executor(), route_to(server.port()), get("/"), end.handler());
    REQUIRE(run_until(context, [&] { return end.calls > 0; }));
    CHECK_FALSE(end.failure);
    CHECK(end.status == 307);
    CHECK(server.accepted() == 1);
}

TEST_CASE("one request over TLS trusts its own certificates and no others", "[one_request]") {
    asio::io_context context;
    testing::emulator_options options;
    options.tls = true;
    testing::emulator service(context.get_executor(), options);
    const temporary_file authority(service.certificate_pem());
    outcome end;
    request_route route = route_to(service.port(), true);
    const bool is_trusted = GENERATE(true, false);
    if (is_trusted)
        route.tls.ca_file = authority.path();
    one_request::start(context.get_executor(), route, get("/nothing"), end.handler());
    REQUIRE(run_until(context, [&] { return end.calls > 0; }));
    CHECK(end.failure.has_value() != is_trusted);
    CHECK(end.status == (is_trusted ? 401u : 0u));
    if (!is_trusted)
        CHECK(end.failure->code == errc::tls_failed);
}

TEST_CASE("a response that is too large, truncated or not HTTP is an error", "[one_request]") {
    struct row {
        std::string bytes;
        errc code;
    };
    const row each =
        GENERATE(row{response_of("200 OK", std::string(1001, 'x')), errc::response_too_large},
                 row{"HTTP/1.1 200 OK\r\nX: " + std::string(40000, 'x'), errc::response_too_large},
                 row{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", errc::response_truncated},
                 row{"220 mail.example ESMTP\r\n\r\n", errc::malformed_response},
                 row{"", errc::connection_failed});
    asio::io_context context;
    canned_server server(context, each.bytes);
    request_route route = route_to(server.port());
    route.max_body_size = 1000;
    outcome end;
    one_request::start(context.get_executor(), route, get("/"), end.handler());
    REQUIRE(run_until(context, [&] { return end.calls > 0; }));
    REQUIRE(end.failure);
    CHECK(to_string(end.failure->code) == to_string(each.code));
    CHECK(end.failure->detail.find("client_params") == std::string::npos);
}

TEST_CASE("a request to a silent peer fails at its time limit", "[one_request]") {
    const auto manner = GENERATE(silent_listener::manner::accepting, silent_listener::manner::full);
    const silent_listener server(manner);
    asio::io_context context;
    request_route route = route_to(server.port());
    route.peer.host = "127.0.0.1";
    SECTION("the limit for the whole request") {
        route.attempt_timeout = 20ms;
    }
    SECTION("the limit for a phase") {
        route.opening.connect = route.response_timeout = 20ms;
    }
    outcome end;
    one_request::start(context.get_executor(), route, get("/"), end.handler());
    context.run(); // returns
    REQUIRE(end.calls == 1);
    REQUIRE(end.failure);
    const errc code = end.failure->code;
    CHECK((code == errc::attempt_timeout || code == errc::connect_timeout ||
           code == errc::response_timeout));
}

TEST_CASE("one request can be cancelled in each phase, and completes once", "[one_request]") {
    const silent_listener server(silent_listener::manner::accepting);
    asio::io_context context;
    outcome end;
    const auto request = one_request::start(context.get_executor(), route_to(server.port()),
                                            get("/"), end.handler());
    const std::size_t steps = GENERATE(range<std::size_t>(0, 8));
    for (std::size_t i = 0; i < steps; ++i)
        context.run_for(1ms);
    context.restart();
    CHECK(end.calls == 0);
    request->cancel();
    request->cancel();
    context.run();
    REQUIRE(end.calls == 1);
    REQUIRE(end.failure);
    CHECK(end.failure->code == errc::cancelled);
    request->cancel(); // too late
    context.restart();
    context.run();
    CHECK(end.calls == 1);
}

TEST_CASE("destroying the context also destroys the request", "[one_request]") {
    const silent_listener server(silent_listener::manner::accepting);
    const std::size_t steps = GENERATE(range<std::size_t>(0, 6));
    const fake_name unknown("unknown.example", {});
    const char* const host = GENERATE("127.0.0.1", "unknown.example");
    auto context = std::make_unique<asio::io_context>();
    outcome end;
    auto held = std::make_shared<int>(1);
    request_route route = route_to(server.port());
    route.peer.host = host;
    const std::weak_ptr<one_request> request = one_request::start(
        context->get_executor(), route, get("/"),
        [held, call = end.handler()](const response_message& response,
                                     const std::optional<exchange_failure>& why) {
            call(response, why);
        });
    for (std::size_t i = 0; i < steps; ++i)
        context->poll_one();
    CHECK(end.calls == 0);
    context.reset();
    CHECK(end.calls == 0);
    CHECK(held.use_count() == 1);
    CHECK(request.expired());
}

TEST_CASE("after a fork the parent receives the response, and the child nothing", "[one_request]") {
    const silent_listener server(silent_listener::manner::accepting);
    asio::io_context context;
    outcome end;
    request_route route = route_to(server.port());
    route.peer.host = "127.0.0.1";
    const auto request = one_request::start(context.get_executor(), route, get("/"), end.handler());
    const std::size_t steps = GENERATE(range<std::size_t>(0, 6));
    for (std::size_t i = 0; i < steps; ++i)
        context.poll_one();
    context.notify_fork(asio::execution_context::fork_prepare);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        alarm(20); // nothing may wait in the child
        context.notify_fork(asio::execution_context::fork_child);
        context.restart();
        context.run();
        _exit(end.calls == 0 ? 0 : 1);
    }
    context.notify_fork(asio::execution_context::fork_parent);
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(end.calls == 0);
    request->cancel();
    context.restart();
    context.run();
    CHECK(end.calls == 1);
}

} // namespace one_request_test
