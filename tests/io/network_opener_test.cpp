#include <langexport/detail/policy/classify_status.hpp>
#include <langexport/testing/certificate.hpp>
#include <langexport/testing/emulator.hpp>

#include "io/opener_bench.hpp"
#include "support/catch.hpp"
#include "support/fake_names.hpp"
#include "support/scoped_environment.hpp"
#include "support/silent_listener.hpp"
#include "support/temporary_folder.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>

namespace network_opener_test {

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
using langexport_tests::peer_of;
using langexport_tests::scoped_environment;
using langexport_tests::silent_listener;
using langexport_tests::temporary_file;
using langexport_tests::temporary_folder;
using tcp = asio::ip::tcp;

namespace {

testing::emulator_options tls_options(testing::certificate_options certificate = {}) {
    testing::emulator_options options;
    options.tls = true;
    options.certificate = std::move(certificate);
    return options;
}

} // namespace

TEST_CASE("a connection is opened to an address or to a name", "[opener]") {
    const std::string host = GENERATE("127.0.0.1", "localhost");
    bench b(peer_of(host, 1, false));
    listening server(b.context);
    bench c(peer_of(host, server.port(), false));
    REQUIRE(c.open());
    CHECK_FALSE(c.result.failure);
    REQUIRE(c.result.stream);
    CHECK(c.result.stream->is_idle());
    // And again, for the next connection.
    REQUIRE(c.open());
    CHECK(c.result.stream);
}

TEST_CASE("if all addresses fail, the error names them all", "[opener]") {
    const std::uint16_t port = langexport_tests::closed_port();
    fake_name name("three.example", {"127.0.0.2", "127.0.0.3", "127.0.0.4"});
    SECTION("all addresses reject connections") {
        bench b(peer_of("three.example", port, false));
        REQUIRE(b.open());
        b.check_failure(errc::connection_failed);
        CHECK(b.result.failure->cause == asio::error::connection_refused);
        for (const char* word : {"three.example:", "127.0.0.2: Connection refused",
                                 "127.0.0.3: Connection refused", "127.0.0.4: Connection refused"})
            CHECK_THAT(b.detail(), contains_text(word));
    }
    SECTION("one address is silent, or all are") {
        silent_listener last(silent_listener::manner::full, "127.0.0.4", port);
        bench b(peer_of("three.example", port, false));
        b.begin();
        b.run_until([&] { return b.result.stream != nullptr; });
        b.settle();
        b.pass(9s);
        REQUIRE(b.run_until([&] { return b.calls > 0; }));
        b.check_failure(errc::connect_timeout);
        CHECK(b.result.failure->cause == errc::connect_timeout); // not our own cancellation
        CHECK_THAT(b.detail(), contains_text("127.0.0.2: Connection refused") &&
                                   contains_text("127.0.0.4: no response in time"));
    }
}

TEST_CASE("an opening that is no longer needed stops", "[opener]") {
    silent_listener first(silent_listener::manner::full, "127.0.0.2");
    silent_listener second(silent_listener::manner::full, "127.0.0.1", first.port());
    fake_name name("two.example", {"127.0.0.2", "127.0.0.1"});
    bench b(peer_of("two.example", first.port(), false));
    SECTION("while it connects") {
        b.begin();
        REQUIRE(b.run_until([&] { return b.result.stream != nullptr; }));
        b.settle();
        b.result.is_cancelled = true;
        b.result.stream->close();
    }
    SECTION("during the look-up") {
        name.hold();
        b.begin();
        REQUIRE(b.run_until([&] { return name.lookups() == 1; }));
        b.result.is_cancelled = true;
        b.opener.interrupt();
    }
    REQUIRE(b.run_until([&] { return b.calls > 0; }));
    CHECK_FALSE(b.result.stream);
    name.release();
}

TEST_CASE("a name that does not exist is reported", "[opener]") {
    fake_name name("none.example", {});
    bench b(peer_of("none.example", 443, false));
    REQUIRE(b.open());
    b.check_failure(errc::resolve_failed);
    CHECK(b.result.failure->cause == asio::error::host_not_found);
    CHECK_THAT(b.detail(), contains_text("'none.example'"));
}

TEST_CASE("a look-up that hangs times out, and the next opening waits for the same look-up",
          "[opener]") {
    asio::io_context servers;
    listening server(servers);
    fake_name name("slow.example", {"127.0.0.1"});
    name.hold();
    bench b(peer_of("slow.example", server.port(), false));
    b.begin();
    REQUIRE(b.run_until([&] { return name.lookups() == 1; }));
    b.pass(9s);
    CHECK(b.calls == 0);
    b.pass(11s);
    REQUIRE(b.run_until([&] { return b.calls > 0; }));
    b.check_failure(errc::resolve_timeout);
    CHECK_THAT(b.detail(), contains_text("'slow.example'"));

    b.begin();
    b.settle();
    CHECK(b.calls == 0);
    CHECK(name.lookups() == 1);
    name.release();
    REQUIRE(b.run_until([&] { return b.calls > 0; }));
    CHECK(b.result.stream);
    REQUIRE(b.open());
    CHECK(name.lookups() == 2); // each opening resolves the name again
}

TEST_CASE("a look-up is repeated after a fork, and its opening continues", "[opener][fork]") {
    asio::io_context servers;
    listening server(servers);
    fake_name name("slow.example", {"127.0.0.1"});
    name.hold();
    bench b(peer_of("slow.example", server.port(), false));
    b.begin();
    REQUIRE(b.run_until([&] { return name.lookups() == 1; }));
    const bool is_child = GENERATE(false, true);
    b.opener.forked(is_child);
    b.settle();
    CHECK(b.calls == (is_child ? 1 : 0)); // the child does not wait for the look-up of its parent
    name.release();
    REQUIRE(b.run_until([&] { return b.calls > 0 && name.lookups() == 2; }));
    CHECK(b.calls == 1);
    CHECK((b.result.stream != nullptr) == !is_child);
    b.result.stream.reset();
    REQUIRE(b.open());
    CHECK(b.result.stream);
}

TEST_CASE("TLS is accepted if the certificate names the host", "[opener][tls]") {
    const std::string host =
        GENERATE("localhost", "127.0.0.1", "service.example", "a.wild.example");
    fake_name one("service.example", {"127.0.0.1"}), two("a.wild.example", {"127.0.0.1"});
    testing::certificate_options certificate;
    certificate.host_names = {"localhost", "service.example", "*.wild.example"};
    asio::io_context unused;
    bench b(peer_of(host, 1, true));
    testing::emulator server(b.context.get_executor(), tls_options(certificate));
    bench c(peer_of(host, server.port(), true), context_of(server.certificate_pem()));
    c.begin();
    REQUIRE(c.run_until([&] {
        b.settle();
        return c.calls > 0;
    }));
    CHECK(c.detail() == "");
    CHECK(c.result.stream);
}

TEST_CASE("an invalid certificate is rejected with its reason", "[opener][tls]") {
    testing::certificate_options certificate;
    std::string host = "localhost", word;
    bool is_trusted = true;
    SECTION("for another host") {
        certificate.host_names = {"other.example"};
        word = "ostname mismatch";
    }
    SECTION("for other addresses") {
        certificate.ip_addresses = {"127.0.0.9"};
        host = "127.0.0.1";
        word = "IP address mismatch";
    }
    SECTION("a name that looks like the address") {
        certificate.ip_addresses.clear();
        certificate.host_names = {"127.0.0.1"};
        host = "127.0.0.1";
        word = "IP address mismatch";
    }
    SECTION("a wildcard for a part of a label") {
        certificate.host_names = {"local*"};
        word = "ostname mismatch";
    }
    SECTION("expired") {
        certificate.age = std::chrono::hours(48);
        certificate.remaining = -std::chrono::hours(1);
        word = "expired";
    }
    SECTION("not valid yet") {
        certificate.age = -std::chrono::hours(1);
        word = "not yet valid";
    }
    SECTION("of an untrusted authority") {
        is_trusted = false;
        word = "certificate"; // "unable to get local issuer certificate" and the like
    }
    bench b(peer_of(host, 1, true));
    testing::emulator server(b.context.get_executor(), tls_options(certificate));
    const std::string trusted =
        is_trusted ? server.certificate_pem() : testing::make_certificate({}).authority_pem;
    bench c(peer_of(host, server.port(), true), context_of(trusted));
    c.begin();
    REQUIRE(c.run_until([&] {
        b.settle();
        return c.calls > 0;
    }));
    c.check_failure(errc::tls_failed);
    CHECK_THAT(c.detail(), contains_text("the certificate of '" + host + "' was not accepted"));
    CHECK_THAT(c.detail(), contains_text(word));
    CHECK_FALSE(is_worth_another_try(c.result.failure->code));
}

namespace {

// Accepts one connection, sends some bytes and perhaps closes.
void say_once(tcp::acceptor& acceptor, std::string words, bool closes) {
    acceptor.async_accept([words, closes](error_code ec, tcp::socket socket) {
        if (ec)
            return;
        auto kept = std::make_shared<tcp::socket>(std::move(socket));
        auto text = std::make_shared<std::string>(words);
        asio::async_write(
            *kept, asio::buffer(*text), [kept, text, closes](error_code, std::size_t) {
                if (closes)
                    return;
                // Until the peer has closed.
                auto byte = std::make_shared<std::array<char, 4096>>();
                kept->async_read_some(asio::buffer(*byte), [kept, byte](error_code, std::size_t) {
                    kept->async_read_some(asio::buffer(*byte),
                                          [kept, byte](error_code, std::size_t) {});
                });
            });
    });
}

} // namespace

TEST_CASE("a server without TLS and a lost handshake have different errors", "[opener][tls]") {
    const auto tls = context_of(testing::make_certificate({}).authority_pem);
    asio::io_context unused;
    listening server(unused);
    bench b(peer_of("127.0.0.1", server.port(), true), tls);
    listening own(b.context);
    bench c(peer_of("127.0.0.1", own.port(), true), tls);
    const auto open = [&] {
        c.begin();
        return c.run_until([&] {
            b.settle();
            return c.calls > 0;
        });
    };
    SECTION("plain HTTP or other text") {
        say_once(own.acceptor,
                 GENERATE("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
                          "220 mail.example ESMTP\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
                          "<html><body>Bad Request</body></html>"),
                 false);
        REQUIRE(open());
        CHECK_THAT(c.detail(),
                   contains_text("its server does not speak TLS: check scheme and port"));
        c.check_failure(errc::tls_failed);
        CHECK_THAT(c.detail(), contains_text("127.0.0.1:" + std::to_string(own.port())));
        CHECK(c.result.failure->cause.category() == asio::error::get_ssl_category());
        CHECK_THAT(c.result.failure->cause.message(), contains_text("wrong version number"));
    }
    SECTION("the peer closes") {
        say_once(own.acceptor, "", true);
        REQUIRE(open());
        c.check_failure(errc::connection_failed);
        CHECK_THAT(c.detail(), contains_text("during the TLS handshake"));
    }
    SECTION("an alert") {
        say_once(own.acceptor, std::string("\x15\x03\x03\x00\x02\x02\x28", 7), false);
        REQUIRE(open());
        c.check_failure(errc::tls_failed);
        CHECK_THAT(c.detail(), !contains_text("does not speak TLS"));
    }
    SECTION("the peer sends nothing") {
        say_once(own.acceptor, "", false);
        c.begin();
        b.settle();
        c.run_until([&] { return c.result.stream != nullptr; });
        c.settle();
        c.pass(5900ms);
        CHECK(c.calls == 0);
        c.pass(6100ms);
        REQUIRE(c.run_until([&] { return c.calls > 0; }));
        c.check_failure(errc::handshake_timeout);
        CHECK_THAT(c.detail(), contains_text("127.0.0.1:" + std::to_string(own.port()) +
                                             ", which perhaps does not speak TLS"));
        INFO("a time limit of the caller's names it, too");
        CHECK(c.result.failure->cause == errc::handshake_timeout);
    }
}

// In this executable no code loads the system's certificates before this test, and only existing
// ones are remembered.
TEST_CASE("without trusted certificates nothing is opened, and a repair needs no new opener",
          "[opener][tls]") {
    const temporary_folder folder;
    const temporary_file authority(
        testing::make_certificate(testing::certificate_options()).authority_pem);
    const scoped_environment restored(
        {"SSL_CERT_FILE", "SSL_CERT_DIR"},
        {{"SSL_CERT_FILE", "/dev/null"}, {"SSL_CERT_DIR", folder.path().string()}});
    bench b(peer_of("127.0.0.1", 1, true));
    REQUIRE(b.open());
    b.check_failure(errc::tls_failed);
    CHECK_THAT(b.detail(), contains_text("no trust anchors") && contains_text("/dev/null") &&
                               contains_text(folder.path().string()));

    setenv("SSL_CERT_FILE", authority.path().c_str(), 1);
    REQUIRE(b.open());
    b.check_failure(errc::connection_failed); // there is no listener
}

} // namespace network_opener_test
