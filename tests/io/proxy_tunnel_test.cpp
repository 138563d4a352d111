// A tunnel through a proxy, over scripted streams.

#include <langexport/detail/transport/proxy_tunnel.hpp>

#include "support/catch.hpp"
#include "support/exchange_bench.hpp"
#include "support/manual_time.hpp"
#include "support/scripted_stream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace proxy_tunnel_test {

using namespace langexport_tests;
using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;

namespace {

class tunnel_watchdog final : public watchdog {
public:
    using watchdog::watchdog;
    byte_stream* stream = nullptr;

private:
    void time_is_up() override { stream->close(); }
};

// One tunnel to service.example, with a clock that the test controls.
class tunnel_bench {
public:
    explicit tunnel_bench(stream_script script, const proxy_url& through = "http://proxy:3128")
        : stream(strand_, std::move(script)), proxy(through) {
        dog_.stream = &stream;
        dog_.begin_attempt(time_.now() + 10s, errc::connect_timeout);
        asio::co_spawn(strand_, open_tunnel(stream, dog_, proxy, to_, failure),
                       [this](std::exception_ptr error) {
                           ++calls;
                           thrown = static_cast<bool>(error);
                       });
        settle();
    }
    ~tunnel_bench() {
        stream.close();
        settle();
    }

    void settle() {
        context_.restart();
        context_.poll();
    }
    void pass(steady_duration time) {
        time_.pass(time);
        timers_.fire_due(time_.now());
        settle();
    }
    // The bytes of the peer that were not read.
    std::string rest() {
        std::string text(100, '\0');
        error_code ec;
        std::size_t size = stream.read_now(asio::buffer(text), ec);
        if (ec == asio::error::would_block) {
            stream.wait([](error_code, std::size_t) {});
            settle();
            size = stream.read_now(asio::buffer(text), ec);
        }
        text.resize(size);
        return text;
    }

private:
    asio::io_context context_;
    strand_type strand_ = asio::make_strand(asio::any_io_executor(context_.get_executor()));
    manual_time time_;
    timer_queue timers_{time_, [] {}};
    tunnel_watchdog dog_{timers_};
    const origin to_{true, "service.example", 443};

public:
    scripted_stream stream;
    proxy_url proxy;
    std::optional<exchange_failure> failure;
    int calls = 0;
    bool thrown = false;
};

const std::string good =
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n";

} // namespace

TEST_CASE("a tunnel starts after the header of the proxy's response, regardless of its fields",
          "[proxy tunnel]") {
    const std::string bytes = good + "hello";
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        CAPTURE(cut);
        stream_script script;
        script.pieces = {bytes.substr(0, cut), bytes.substr(cut)};
        script.write_limit = 1 + cut % 7;
        tunnel_bench b(script, "http://ada:s3cret-words@proxy:3128");
        REQUIRE(b.calls == 1);
        CHECK_FALSE(b.thrown);
        CHECK_FALSE(b.failure);
        CHECK(b.stream.written ==
              "CONNECT service.example:443 HTTP/1.1\r\nHost: service.example:443\r\n"
              "User-Agent: langexport/" LANGEXPORT_VERSION_STRING
              "\r\nProxy-Authorization: Basic YWRhOnMzY3JldC13b3Jkcw==\r\n\r\n");
        const std::string rest = b.rest(); // one piece of it
        CHECK_FALSE(rest.empty());
        CHECK(std::string("hello").starts_with(rest));
        CHECK_FALSE(b.stream.was_misused);
    }
}

TEST_CASE("provisional responses of the proxy are skipped", "[proxy tunnel]") {
    tunnel_bench b(
        script_of("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 x\r\nA: b\r\n\r\n" + good + "hi"));
    REQUIRE(b.calls == 1);
    CHECK_FALSE(b.failure);
    CHECK(b.rest() == "hi");

    std::string many;
    while (many.size() < 40'000)
        many += "HTTP/1.1 100 Continue\r\n\r\n";
    tunnel_bench flooded(script_of(many + good));
    REQUIRE(flooded.calls == 1);
    REQUIRE(flooded.failure);
    CHECK(flooded.failure->code == errc::proxy_failed);
}

TEST_CASE("each error of a proxy is described", "[proxy tunnel]") {
    struct row {
        std::string bytes;
        bool has_password;
        errc code;
        std::string_view words;
    };
    const row rows[] = {
        {"HTTP/1.1 407 Auth\r\nProxy-Authenticate: Basic realm=x\r\n\r\n", false,
         errc::proxy_failed,
         "the proxy http://proxy:3128 requires a user and a password (407 Auth)"},
        {"HTTP/1.1 407 Auth\r\n\r\n", true, errc::proxy_failed,
         "did not accept the user and password (407 Auth)"},
        {"HTTP/1.0 401 Unauthorized\r\n\r\n", true, errc::proxy_failed,
         "did not accept the user and password (401 Unauthorized)"},
        {"HTTP/1.1 407 Auth\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n",
         true, errc::proxy_failed, "accepts Negotiate, NTLM only"},
        {"HTTP/1.1 403 Forbidden\r\n\r\n<html>", false, errc::proxy_failed,
         "rejected the connection to service.example:443 with 403 Forbidden"},
        {"HTTP/1.1 502 Bad Gateway\r\n\r\n", false, errc::connection_failed,
         "rejected the connection to service.example:443 with 502 Bad Gateway"},
        {"HTTP/1.1 302 Found\r\nLocation: http://login\r\n\r\n", false, errc::proxy_failed,
         "with 302 Found"},
        {"HTTP/1.1 101 Switching\r\n\r\n", false, errc::proxy_failed, "with 101 Switching"},
        {"220 mail.example ESMTP\r\n\r\n", false, errc::proxy_failed, "not an HTTP/1.1"},
        {"HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'x'), false, errc::proxy_failed,
         "not an HTTP/1.1 header"},
        {std::string(40'000, 'x'), false, errc::proxy_failed, "not an HTTP/1.1"},
    };
    for (const row& each : rows) {
        CAPTURE(each.bytes.substr(0, 60));
        tunnel_bench b(script_of(each.bytes), each.has_password
                                                  ? "http://ada:s3cret-words@proxy:3128"
                                                  : "http://proxy:3128");
        REQUIRE(b.calls == 1);
        REQUIRE(b.failure);
        CHECK(to_string(b.failure->code) == to_string(each.code));
        CHECK_THAT(b.failure->detail, contains_text(std::string(each.words)));
        CHECK(b.failure->detail.find("s3cret") == std::string::npos);
    }
}

TEST_CASE("a proxy that closes or does not respond is reported", "[proxy tunnel]") {
    for (const std::size_t size : {std::size_t(0), std::size_t(1), good.size() - 1}) {
        CAPTURE(size);
        tunnel_bench closed(script_of(good.substr(0, size), asio::error::eof));
        REQUIRE(closed.calls == 1);
        REQUIRE(closed.failure);
        CHECK(closed.failure->code == errc::connection_failed);
        CHECK_THAT(
            closed.failure->detail,
            contains_text("closed the connection before it opened one to service.example:443"));

        tunnel_bench silent(script_of(good.substr(0, size)));
        CHECK(silent.calls == 0);
        silent.pass(9s);
        CHECK(silent.calls == 0);
        silent.pass(2s);
        REQUIRE(silent.calls == 1);
        REQUIRE(silent.failure);
        CHECK(silent.failure->code == errc::connect_timeout);
        CHECK_THAT(silent.failure->detail, contains_text("did not open a connection"));
    }
}

} // namespace proxy_tunnel_test
