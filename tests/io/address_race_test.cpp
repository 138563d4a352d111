// Several addresses of one host: in which order they are tried, and which one is skipped the next time.

#include <langexport/detail/policy/classify_status.hpp>
#include <langexport/testing/certificate.hpp>
#include <langexport/testing/emulator.hpp>

#include "io/opener_bench.hpp"
#include "support/catch.hpp"
#include "support/fake_names.hpp"
#include "support/few_descriptors.hpp"
#include "support/silent_listener.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace address_race_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;
using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::bench;
using langexport_tests::contains_text;
using langexport_tests::context_of;
using langexport_tests::fake_name;
using langexport_tests::listening;
using langexport_tests::no_descriptors;
using langexport_tests::open_descriptors;
using langexport_tests::peer_of;
using langexport_tests::silent_listener;
using tcp = asio::ip::tcp;

namespace {

constexpr auto full = silent_listener::manner::full;

std::string text_of(const tcp::acceptor& acceptor) {
    return acceptor.local_endpoint().address().to_string() + ":" +
           std::to_string(acceptor.local_endpoint().port());
}

} // namespace

TEST_CASE("a silent first address delays the connection by 250 ms and no more", "[opener][race]") {
    asio::io_context servers;
    listening server(servers, "127.0.0.1");
    const silent_listener dead(full, "127.0.0.2", server.port());
    const fake_name name("two.example", {"127.0.0.2", "127.0.0.1"});
    bench b(peer_of("two.example", server.port(), false));
    const auto before = langexport_tests::steady_now();
    b.begin();
    REQUIRE(b.run_until([&] { return b.result.stream != nullptr; }));
    CHECK(b.next_timer() >= before + 250ms);
    CHECK(b.next_timer() <= langexport_tests::steady_now() + 250ms);
    CHECK(b.calls == 0);
    b.pass(250ms);
    REQUIRE(b.run_until([&] { return b.calls > 0; }));
    REQUIRE(b.result.stream);
    CHECK(b.result.peer == text_of(server.acceptor));
    CHECK(b.next_timer() == steady_time::max()); // no timer is left

    // The next opening does not wait again, even if the name resolves in another order.
    b.result.stream.reset();
    REQUIRE(b.open());
    CHECK(b.result.stream);
}

TEST_CASE("each further silent address costs as much, and lost attempts are closed",
          "[opener][race]") {
    asio::io_context servers;
    listening server(servers, "127.0.0.1");
    const silent_listener one(full, "127.0.0.2", server.port());
    const silent_listener two(full, "127.0.0.3", server.port());
    const silent_listener three(full, "127.0.0.4", server.port());
    const fake_name name("four.example", {"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.1"});
    bench b(peer_of("four.example", server.port(), false));
    const listening ready(b.context); // Asio has its descriptors for waiting
    const std::size_t before = open_descriptors();
    b.begin();
    REQUIRE(b.run_until([&] { return b.result.stream != nullptr; }));
    for (int started = 1; started < 4; ++started) {
        CHECK(b.calls == 0);
        CHECK(open_descriptors() == before + static_cast<std::size_t>(started));
        b.pass(started * 250ms); // counted from now, which does not move
    }
    REQUIRE(b.run_until([&] { return b.calls > 0; }));
    REQUIRE(b.result.stream);
    CHECK(b.result.peer == text_of(server.acceptor));
    CHECK(open_descriptors() == before + 1);
}

TEST_CASE("an address that rejects connections causes no delay", "[opener][race]") {
    asio::io_context servers;
    listening server(servers, "127.0.0.1");
    const silent_listener dead(full, "127.0.0.3", server.port());
    // The first one has no listener.
    const fake_name name("three.example", {"127.0.0.2", "127.0.0.1", "127.0.0.3"});
    bench b(peer_of("three.example", server.port(), false));
    REQUIRE(b.open());
    REQUIRE(b.result.stream);
    CHECK(b.result.peer == text_of(server.acceptor));
}

TEST_CASE("with a short connect_timeout every address is still tried", "[opener][race]") {
    asio::io_context servers;
    listening server(servers, "127.0.0.1");
    const silent_listener dead(full, "127.0.0.2", server.port());
    const fake_name name("two.example", {"127.0.0.2", "127.0.0.1"});
    bench b(peer_of("two.example", server.port(), false), {}, 100ms);
    const auto before = langexport_tests::steady_now();
    b.begin();
    REQUIRE(b.run_until([&] { return b.result.stream != nullptr; }));
    CHECK(b.next_timer() >= before + 50ms);
    CHECK(b.next_timer() <= langexport_tests::steady_now() + 50ms);
}

TEST_CASE("connecting fails when the time for all addresses is over, and names each address",
          "[opener][race]") {
    const silent_listener one(full, "127.0.0.2");
    const silent_listener two(full, "127.0.0.3", one.port());
    const fake_name name("two.example", {"127.0.0.2", "127.0.0.3", "127.0.0.4"});
    bench b(peer_of("two.example", one.port(), false));
    const listening ready(b.context); // Asio has its descriptors for waiting
    const std::size_t before = open_descriptors();
    b.begin();
    REQUIRE(b.run_until([&] { return b.result.stream != nullptr; }));
    b.pass(250ms);
    b.pass(500ms);
    CHECK(b.calls == 0);
    b.pass(8s);
    REQUIRE(b.run_until([&] { return b.calls > 0; }));
    b.check_failure(errc::connect_timeout);
    CHECK(b.result.failure->cause == errc::connect_timeout); // not our own cancellation
    for (const char* part : {"127.0.0.2: no response in time", "127.0.0.3: no response in time",
                             "127.0.0.4: Connection refused"})
        CHECK_THAT(b.detail(), contains_text(part));
    CHECK(open_descriptors() == before);
    CHECK(b.next_timer() == steady_time::max());
}

TEST_CASE("connecting to several addresses stops at once when no operation needs it",
          "[opener][race]") {
    const silent_listener one(full, "127.0.0.2");
    const silent_listener two(full, "127.0.0.3", one.port());
    const fake_name name("two.example", {"127.0.0.2", "127.0.0.3"});
    bench b(peer_of("two.example", one.port(), false));
    const listening ready(b.context); // Asio has its descriptors for waiting
    const std::size_t before = open_descriptors();
    b.begin();
    REQUIRE(b.run_until([&] { return b.result.stream != nullptr; }));
    b.pass(250ms);
    CHECK(open_descriptors() == before + 2);
    b.result.is_cancelled = true;
    b.result.stream->close();
    CHECK(open_descriptors() == before);
    REQUIRE(b.run_until([&] { return b.calls > 0; }));
    CHECK_FALSE(b.result.stream);
    CHECK(b.calls == 1);
    CHECK_FALSE(b.thrown);

    // This failure does not concern an address: the next race starts with the first one.
    b.begin();
    REQUIRE(b.run_until([&] { return b.result.stream != nullptr; }));
    b.result.stream->close();
    REQUIRE(b.run_until([&] { return b.calls > 0; }));
    CHECK_THAT(b.detail(), contains_text("(127.0.0.2"));
}

TEST_CASE("destroying the context while connecting leaks nothing", "[opener][race]") {
    const std::size_t before = open_descriptors();
    {
        const silent_listener one(full, "127.0.0.2");
        const silent_listener two(full, "127.0.0.3", one.port());
        const fake_name name("two.example", {"127.0.0.2", "127.0.0.3"});
        bench b(peer_of("two.example", one.port(), false));
        b.begin();
        REQUIRE(b.run_until([&] { return b.result.stream != nullptr; }));
        b.pass(250ms);
    }
    CHECK(open_descriptors() == before);
}

namespace {

enum class manner { resets, stalls, talks_http, has_bad_certificate };

const char* const host = "two.example";

testing::emulator_options options_for(const std::vector<std::string>& names) {
    testing::emulator_options options;
    options.tls = true;
    testing::certificate_options certificate;
    certificate.host_names = names;
    options.identity = testing::make_certificate(certificate);
    return options;
}

// Serves at 127.0.0.2, where TLS always fails.
class bad_server {
public:
    bad_server(asio::io_context& context, std::uint16_t port, manner how)
        : how_(how), server_(context, "127.0.0.2", port) {
        accept();
    }
    int connections = 0;

private:
    void accept() {
        server_.acceptor.async_accept([this](error_code ec, tcp::socket socket) {
            if (ec)
                return;
            ++connections;
            if (how_ == manner::resets)
                socket.set_option(asio::socket_base::linger(true, 0));
            else {
                if (how_ == manner::talks_http)
                    asio::write(socket, asio::buffer(std::string("HTTP/1.1 400 No\r\n\r\n")));
                kept_.push_back(std::move(socket));
            }
            accept();
        });
    }

    manner how_;
    std::vector<tcp::socket> kept_;
    listening server_;
};

} // namespace

TEST_CASE("after a TLS failure at one address the next opening starts at another",
          "[opener][race][tls]") {
    const manner how =
        GENERATE(manner::resets, manner::stalls, manner::talks_http, manner::has_bad_certificate);
    CAPTURE(static_cast<int>(how));
    const auto options = options_for({host});
    fake_name name(host, {"127.0.0.2", "127.0.0.1"});
    bench servers(peer_of(host, 1, true));
    testing::emulator good(servers.context.get_executor(), options);
    std::optional<bad_server> bad;
    std::optional<testing::emulator> other;
    if (how == manner::has_bad_certificate) {
        auto with = options_for({"other.example"});
        with.address = "127.0.0.2";
        with.port = good.port();
        other.emplace(servers.context.get_executor(), with);
    } else
        bad.emplace(servers.context, good.port(), how);
    const auto bad_connections = [&] {
        return other ? static_cast<int>(other->counters().connections) : bad->connections;
    };
    const auto authority = [&] {
        return good.certificate_pem() + (other ? other->certificate_pem() : std::string());
    };
    bench b(peer_of(host, good.port(), true), context_of(authority()));
    const auto open = [&] {
        const int before = bad_connections();
        b.begin();
        REQUIRE(b.run_until([&] {
            servers.settle();
            return b.calls > 0 || (how == manner::stalls && bad_connections() > before);
        }));
        REQUIRE(b.run_until([&] {
            servers.settle();
            if (b.calls == 0)
                b.pass(7s); // a handshake may take 6 s, a connection 8 s
            return b.calls > 0;
        }));
    };
    open();
    REQUIRE(b.result.failure);
    CHECK_FALSE(b.result.stream);
    CHECK_THAT(b.detail(), contains_text("127.0.0.2"));
    const errc code = b.result.failure->code;
    CHECK(code == (how == manner::resets   ? errc::connection_failed
                   : how == manner::stalls ? errc::handshake_timeout
                                           : errc::tls_failed));
    CHECK(bad_connections() == 1);

    // The resolver's order may have changed meanwhile, or not.
    if (GENERATE(false, true))
        name.move_to({"127.0.0.1", "127.0.0.2"});
    for (int i = 0; i < 3; ++i) {
        open();
        CHECK(b.detail() == "");
        CHECK(b.result.peer == "127.0.0.1:" + std::to_string(good.port()));
    }
    CHECK(bad_connections() == 1);
}

TEST_CASE("an address that works again is treated like one that never failed",
          "[opener][race][tls]") {
    auto options = options_for({host});
    options.tls = GENERATE(false, true);
    fake_name name(host, {"127.0.0.2", "127.0.0.1"}); // the first one has no listener
    bench servers(peer_of(host, 1, true));
    std::optional<testing::emulator> first;
    std::optional<testing::emulator> second(std::in_place, servers.context.get_executor(), options);
    const std::uint16_t port = second->port();
    bench b(peer_of(host, port, options.tls),
            options.tls ? context_of(second->certificate_pem()) : nullptr);
    const auto opened_to = [&] {
        b.begin();
        b.run_until([&] {
            servers.settle();
            return b.calls > 0;
        });
        b.result.stream.reset();
        return b.result.peer;
    };
    REQUIRE(opened_to() == "127.0.0.1:" + std::to_string(port));
    options.address = "127.0.0.2";
    options.port = port;
    first.emplace(servers.context.get_executor(), options);
    second.reset();
    servers.settle();
    REQUIRE(opened_to() == "127.0.0.2:" + std::to_string(port));
    // It is tried before an address that was never tried, which would not respond.
    const silent_listener untried(full, "127.0.0.3", port);
    name.move_to({"127.0.0.2", "127.0.0.3"});
    CHECK(opened_to() == "127.0.0.2:" + std::to_string(port));
    CHECK(b.calls == 1);
}

TEST_CASE("a handshake that fails names the other addresses that were tried",
          "[opener][race][tls]") {
    bench servers(peer_of(host, 1, true));
    listening unused(servers.context, "127.0.0.1");
    bad_server bad(servers.context, unused.port(), manner::resets);
    const fake_name name(host, {"127.0.0.3", "127.0.0.2"}); // the first one has no listener
    bench b(peer_of(host, unused.port(), true),
            context_of(testing::make_certificate({}).authority_pem));
    b.begin();
    REQUIRE(b.run_until([&] {
        servers.settle();
        return b.calls > 0;
    }));
    b.check_failure(errc::connection_failed);
    CHECK_THAT(b.detail(), contains_text("(127.0.0.2; 127.0.0.3: Connection refused)"));
}

TEST_CASE("a lack of descriptors is transient and not attributed to an address", "[opener][race]") {
    bench servers(peer_of(host, 1, false));
    listening first(servers.context, "127.0.0.1");
    listening second(servers.context, "127.0.0.2", first.port());
    const fake_name name(host, {"127.0.0.1", "127.0.0.2"});
    bench b(peer_of(host, first.port(), false));
    const listening ready(b.context); // Asio has its descriptors for waiting
    {
        const no_descriptors none_left;
        REQUIRE(b.open());
        b.check_failure(errc::connection_failed);
        CHECK(b.result.failure->cause == boost::system::errc::too_many_files_open);
        CHECK_THAT(b.detail(), contains_text("Too many open files"));
        CHECK(is_worth_another_try(b.result.failure->code));
    }
    REQUIRE(b.open());
    REQUIRE(b.result.stream);
    CHECK(b.result.peer == text_of(first.acceptor));
}

TEST_CASE("a lookup that fails because no descriptor is free is retried", "[opener]") {
    bench b(peer_of("no-such-host.invalid", 443, false));
    const no_descriptors none_left;
    REQUIRE(b.open());
    REQUIRE(b.result.failure);
    CHECK(is_worth_another_try(b.result.failure->code));
}

} // namespace address_race_test
