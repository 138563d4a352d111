#include <langexport/detail/transport/exchange.hpp>
#include <langexport/detail/transport/record_meter.hpp>
#include <langexport/detail/transport/tls_channel.hpp>
#include <langexport/testing/certificate.hpp>

#include "io/opener_bench.hpp"
#include "support/catch.hpp"
#include "support/memory_tls.hpp"
#include "support/tls_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <future>
#include <string>
#include <vector>

namespace tls_channel_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;
using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::bench;
using langexport_tests::contains_text;
using langexport_tests::context_of;
using langexport_tests::memory_tls_server;
using langexport_tests::memory_transport;
using langexport_tests::openssl_ptr;
using langexport_tests::peer_of;
using langexport_tests::read_request;
using langexport_tests::read_to_end;
using langexport_tests::temporary_file;
using langexport_tests::tls_server;
using langexport_tests::wait_until_received;
using langexport_tests::write_all;

namespace {

// A channel and its server, in memory.
class memory_pair {
public:
    // `version` is the newest that the server speaks.
    explicit memory_pair(int version = TLS1_3_VERSION) : context_(make_context(version)) {}

    void connect() {
        REQUIRE(langexport_tests::handshake(server, [this] {
            error_code ec;
            channel.handshake(ec);
            return !ec;
        }));
        CHECK(read() == ""); // tickets
    }
    // What has arrived. Without data, `error` has the reason.
    std::string read() {
        std::string text(100'000, '\0');
        text.resize(channel.read(asio::buffer(text), error));
        return text;
    }

private:
    openssl_ptr<SSL_CTX> make_context(int version) const {
        auto made = langexport_tests::server_context(identity_);
        SSL_CTX_set_max_proto_version(made.get(), version);
        return made;
    }

    const testing::server_certificate identity_ = testing::make_certificate({});
    const openssl_ptr<SSL_CTX> context_;

public:
    memory_tls_server server{context_.get()};
    memory_transport transport{server};
    tls_channel channel{context_of(identity_.authority_pem), transport};
    error_code error;
};

} // namespace

TEST_CASE("a channel carries data in both directions", "[tls_channel]") {
    memory_pair tls;
    tls.connect();
    CHECK(tls.error == asio::error::would_block);
    CHECK(tls.channel.write(asio::buffer("request", 7), tls.error) == 7);
    CHECK_FALSE(tls.error);
    CHECK(tls.server.read() == "request");
    REQUIRE(tls.server.write("one, "));
    REQUIRE(tls.server.write("two"));
    CHECK(tls.read() == "one, two"); // several records at once
    CHECK_FALSE(tls.error);
    CHECK(tls.read() == "");
    CHECK(tls.error == asio::error::would_block);
}

TEST_CASE("a channel writes what its transport takes, and continues later", "[tls_channel]") {
    memory_pair tls;
    tls.connect();
    const std::string all(100'000, 'x');
    std::size_t written = 0;
    std::string arrived;
    int waits = 0;
    while (written < all.size()) {
        const auto rest = asio::buffer(all) + written;
        written += tls.channel.write(rest, tls.error);
        if (tls.error != asio::error::would_block)
            REQUIRE_FALSE(tls.error);
        else if (++waits > 100)
            break;
        else
            arrived += tls.server.read();
    }
    for (int i = 0; i < 10; ++i)
        arrived += tls.server.read();
    CHECK(waits > 0);
    CHECK(arrived == all);
}

TEST_CASE("the end of a stream is eof after a close_notify, and a truncation without one",
          "[tls_channel]") {
    memory_pair tls(GENERATE(TLS1_2_VERSION, TLS1_3_VERSION));
    tls.connect();
    REQUIRE(tls.server.write("the rest"));
    error_code expected = asio::ssl::error::stream_truncated;
    SECTION("with close_notify") {
        SSL_shutdown(tls.server.native());
        expected = asio::error::eof;
    }
    SECTION("without") {
        tls.server.hang_up();
    }
    CHECK(tls.read() == "the rest"); // the data comes before the end
    CHECK_FALSE(tls.error);
    for (int i = 0; i < 2; ++i) {
        CHECK(tls.read() == "");
        CHECK(tls.error == expected);
    }
}

TEST_CASE("an error of the transport is that of the channel", "[tls_channel]") {
    memory_pair tls;
    SECTION("during the handshake") {
        tls.transport.failure = asio::error::connection_reset;
        tls.channel.handshake(tls.error);
        CHECK(tls.error == asio::error::connection_reset);
    }
    SECTION("afterwards") {
        tls.connect();
        tls.transport.failure = asio::error::connection_reset;
        CHECK(tls.read() == "");
        CHECK(tls.error == asio::error::connection_reset);
        tls.channel.write(asio::buffer("x", 1), tls.error);
        CHECK(tls.error == asio::error::connection_reset);
        tls.channel.send_close_notify(); // has no effect
        CHECK(ERR_peek_error() == 0);
    }
}

TEST_CASE("a close_notify tells the server that the stream is complete", "[tls_channel]") {
    memory_pair tls;
    tls.connect();
    tls.channel.send_close_notify();
    CHECK(tls.server.read() == "");
    CHECK((SSL_get_shutdown(tls.server.native()) & SSL_RECEIVED_SHUTDOWN) != 0);
}

TEST_CASE("an old error of OpenSSL is not one of the channel", "[tls_channel]") {
    memory_pair tls;
    const auto fail = [] { ERR_raise(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER); };
    fail();
    tls.channel.handshake(tls.error);
    CHECK(tls.error == asio::error::would_block);
    tls.connect();
    fail();
    CHECK(tls.read() == "");
    CHECK(tls.error == asio::error::would_block);
    fail();
    CHECK(tls.channel.write(asio::buffer("x", 1), tls.error) == 1);
    CHECK_FALSE(tls.error);
}

namespace {

void only_tls12(SSL_CTX* context) {
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
}

void handshake_and_wait(SSL* tls) {
    SSL_accept(tls);
    read_to_end(tls); // also if it failed: a reset may discard the last bytes
}

// Reads the data of a server after the handshake, and counts the waits.
struct reading {
    std::string text;
    std::size_t most_at_once = 0;
    int waits = 0;
    error_code end;
};

task<void> read_all(byte_stream& stream, reading& into, std::size_t wanted) {
    std::array<char, 1000> piece;
    while (into.text.size() < wanted && !into.end) {
        error_code ec;
        const std::size_t count = stream.read_now(asio::buffer(piece), ec);
        into.text.append(piece.data(), count);
        into.most_at_once = (std::max)(into.most_at_once, count);
        if (ec == asio::error::would_block) {
            ++into.waits;
            auto waited = co_await async_io(stream.waiting());
            ec = std::get<0>(waited);
        }
        into.end = ec;
    }
}

reading read_from(bench& b, std::size_t wanted) {
    reading result;
    bool is_done = false;
    asio::co_spawn(asio::make_strand(asio::any_io_executor(b.context.get_executor())),
                   read_all(*b.result.stream, result, wanted),
                   [&](std::exception_ptr) { is_done = true; });
    b.run_until([&] { return is_done; });
    return result;
}

} // namespace

TEST_CASE("renegotiation is rejected", "[tls_channel]") {
    const auto identity = testing::make_certificate({});
    std::atomic<int> reason = 0;
    tls_server server(
        identity,
        [&](SSL* tls) {
            if (SSL_accept(tls) != 1)
                return;
            SSL_renegotiate(tls);
            SSL_do_handshake(tls);
            write_all(tls, "x");
            char byte = 0;
            std::size_t count = 0;
            SSL_read_ex(tls, &byte, 1, &count);
            reason = ERR_GET_REASON(ERR_peek_last_error());
        },
        only_tls12);
    bench b(peer_of("localhost", server.port(), true), context_of(identity.authority_pem));
    REQUIRE(b.open());
    REQUIRE(b.result.stream);
    const reading got = read_from(b, 1);
    CHECK(got.text == "x"); // the request to renegotiate disturbs nothing
    b.result.stream.reset();
    REQUIRE(b.run_until([&] { return server.served() == 1; }));
    CHECK(reason == SSL_R_NO_RENEGOTIATION);
}

namespace {

// A connection on which the server has sent messages without data, and then some data.
class after_messages {
public:
    after_messages(int messages, bool are_tickets, const std::string& data)
        : server_(identity_,
                  [this, messages, are_tickets, data](SSL* tls) {
                      if (SSL_accept(tls) != 1)
                          return;
                      for (int i = 0; i < messages; ++i) {
                          if (are_tickets)
                              SSL_new_session_ticket(tls);
                          else
                              SSL_key_update(tls, SSL_KEY_UPDATE_NOT_REQUESTED);
                          SSL_do_handshake(tls);
                      }
                      if (!data.empty())
                          write_all(tls, data);
                      wait_until_received(tls);
                      all_sent_.set_value();
                      read_to_end(tls);
                  }),
          b(peer_of("localhost", server_.port(), true), context_of(identity_.authority_pem)) {
        REQUIRE(b.open());
        REQUIRE(b.result.stream);
        auto sent = all_sent_.get_future();
        REQUIRE(b.run_until([&] { return sent.wait_for(0s) == std::future_status::ready; }));
    }

private:
    testing::server_certificate identity_ = testing::make_certificate({});
    std::promise<void> all_sent_;
    tls_server server_;

public:
    bench b;
};

} // namespace

TEST_CASE("a flood of TLS messages without data does not block other handlers", "[tls_channel]") {
    constexpr int messages = 80;
    const bool sends_tickets = GENERATE(false, true);
    CAPTURE(sends_tickets);
    after_messages connection(messages, sends_tickets, "data");
    const reading got = read_from(connection.b, 4);
    CHECK(got.text == "data");
    CHECK(got.waits >= messages / static_cast<int>(record_meter::most_records));
}

TEST_CASE("a flood of tiny records does not block other handlers", "[tls_channel]") {
    const auto identity = testing::make_certificate({});
    std::promise<void> all_sent;
    tls_server server(identity, [&](SSL* tls) {
        if (SSL_accept(tls) != 1)
            return;
        for (int i = 0; i < 500; ++i)
            write_all(tls, "x");
        all_sent.set_value();
        read_to_end(tls);
    });
    bench b(peer_of("localhost", server.port(), true), context_of(identity.authority_pem));
    REQUIRE(b.open());
    REQUIRE(b.result.stream);
    auto sent = all_sent.get_future();
    REQUIRE(b.run_until([&] { return sent.wait_for(0s) == std::future_status::ready; }));
    const reading got = read_from(b, 500);
    CHECK(got.text == std::string(500, 'x'));
    CHECK(got.most_at_once <= 64);
    b.result.stream.reset();
}

namespace {

// A peer that repeats the same bytes without an end.
class endless_transport final : public tls_transport {
public:
    explicit endless_transport(std::string bytes) : bytes_(std::move(bytes)) {}
    std::size_t given = 0;

private:
    std::size_t receive(asio::mutable_buffer into, error_code& ec) noexcept override {
        if (given > 10'000'000) { // or the test never ends
            ec = asio::error::eof;
            return 0;
        }
        const std::size_t count = asio::buffer_copy(into, asio::buffer(bytes_));
        given += count;
        return count;
    }
    std::size_t send(asio::const_buffer from, error_code&) noexcept override { return from.size(); }

    std::string bytes_;
};

} // namespace

TEST_CASE("a flood during the handshake does not block other handlers", "[tls_channel]") {
    // A client passes over each HelloRequest while it waits for the server's part.
    const std::string request(4, '\0');
    const auto requests = GENERATE(as<std::size_t>(), 1, 4000);
    std::string record("\x16\x03\x03", 3);
    record += static_cast<char>(4 * requests / 256);
    record += static_cast<char>(4 * requests % 256);
    for (std::size_t i = 0; i < requests; ++i)
        record += request;
    endless_transport transport(record);
    tls_channel channel(context_of(testing::make_certificate({}).authority_pem), transport);
    for (int turn = 0; turn < 3; ++turn) {
        const std::size_t before = transport.given;
        error_code ec;
        channel.handshake(ec);
        CHECK(ec == asio::error::would_block);
        CHECK(channel.has_held_back());
        CHECK(transport.given - before <= record_meter::most_bytes + 2 * record.size());
    }
}

TEST_CASE("a connection that received a few such messages still counts as idle", "[tls_channel]") {
    const bool has_data = GENERATE(false, true); // behind them
    after_messages connection(GENERATE(0, 5, 40), true, has_data ? "x" : "");
    CHECK(connection.b.result.stream->is_idle() == !has_data);
}

namespace {

exchange_limits some_limits() {
    return exchange_limits{30s, 20s, 8192, 100'000, "max_message_size", 100'000};
}

// One request over a connection that is open.
exchange exchange_over(bench& b) {
    exchange x;
    x.is_secure = true;
    append(x.request.bytes, "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
    bool is_done = false;
    asio::co_spawn(asio::make_strand(asio::any_io_executor(b.context.get_executor())),
                   run_exchange(*b.result.stream, b.watch, x, some_limits()),
                   [&](std::exception_ptr) { is_done = true; });
    b.run_until([&] { return is_done; });
    return x;
}

struct rejection {
    int verdict; // of the server on the client's certificate
    const char* alert;
    bool is_rejection;
};

} // namespace

TEST_CASE("a server that rejects the client after the handshake has not handled the request",
          "[tls_channel][exchange]") {
    // It may close at once, with the request unread: then writing fails, or a reset follows the received bytes.
    const bool waits = GENERATE(true, false);
    const auto identity = testing::make_certificate({});
    const auto talk = [waits](SSL* tls) {
        SSL_accept(tls);
        if (waits)
            read_to_end(tls);
    };
    tls_server server(identity, talk, [](SSL_CTX* context) {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    });
    bench b(peer_of("localhost", server.port(), true), context_of(identity.authority_pem));
    REQUIRE(b.open());
    REQUIRE(b.result.stream); // for the client the handshake is over
    const exchange x = exchange_over(b);
    REQUIRE(x.failure);
    CHECK(to_string(x.failure->code) == to_string(errc::tls_failed));
    CHECK_FALSE(x.was_written);
    CHECK_FALSE(x.can_continue);
    CHECK_THAT(x.failure->detail, contains_text("client certificate"));
    CHECK_THAT(x.failure->cause.message(), contains_text("certificate required"));
    b.result.stream.reset();
}

TEST_CASE("only alerts about certificates and access mean that the request was not handled",
          "[tls_channel][exchange]") {
    const rejection each =
        GENERATE(rejection{X509_V_ERR_CERT_HAS_EXPIRED, "certificate expired", true},
                 rejection{X509_V_ERR_CERT_REVOKED, "certificate revoked", true},
                 rejection{X509_V_ERR_INVALID_CA, "unknown ca", true},
                 rejection{X509_V_ERR_CERT_UNTRUSTED, "bad certificate", true},
                 rejection{X509_V_ERR_INVALID_PURPOSE, "unsupported certificate", true},
                 rejection{9999, "certificate unknown", true},
                 rejection{X509_V_ERR_APPLICATION_VERIFICATION, "handshake failure", false},
                 rejection{X509_V_ERR_OUT_OF_MEM, "internal error", false},
                 rejection{X509_V_ERR_CERT_SIGNATURE_FAILURE, "decrypt error", false});
    CAPTURE(each.alert);
    static std::atomic<int> verdict;
    verdict = each.verdict;
    const auto identity = testing::make_certificate({});
    tls_server server(identity, handshake_and_wait, [](SSL_CTX* context) {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, [](int, X509_STORE_CTX* checked) {
            X509_STORE_CTX_set_error(checked, verdict);
            return 0;
        });
    });
    // The client has some certificate.
    const auto context = context_of(identity.authority_pem);
    const temporary_file certificate(identity.certificate_pem), key(identity.private_key_pem);
    REQUIRE(SSL_CTX_use_certificate_chain_file(context->native.get(), certificate.path().c_str()) ==
            1);
    REQUIRE(SSL_CTX_use_PrivateKey_file(context->native.get(), key.path().c_str(),
                                        SSL_FILETYPE_PEM) == 1);
    bench b(peer_of("localhost", server.port(), true), context);
    REQUIRE(b.open());
    REQUIRE(b.result.stream);
    const exchange x = exchange_over(b);
    REQUIRE(x.failure);
    CHECK_THAT(x.failure->cause.message(), contains_text(each.alert));
    CHECK(x.was_written == !each.is_rejection);
    CHECK((x.failure->code == errc::tls_failed) == each.is_rejection);
    b.result.stream.reset();
}

TEST_CASE("the same alert after data does not show whether the request was handled",
          "[tls_channel][exchange]") {
    const auto identity = testing::make_certificate({});
    // The server speaks before it has seen the client's certificate.
    tls_server server(
        identity,
        [](SSL* tls) {
            std::array<char, 16> early;
            std::size_t count = 0;
            while (SSL_read_early_data(tls, early.data(), early.size(), &count) ==
                   SSL_READ_EARLY_DATA_SUCCESS) {
            }
            SSL_write_early_data(tls, "HTTP/1.1 ", 9, &count);
            handshake_and_wait(tls);
        },
        [](SSL_CTX* context) {
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        });
    bench b(peer_of("localhost", server.port(), true), context_of(identity.authority_pem));
    REQUIRE(b.open());
    REQUIRE(b.result.stream);
    const exchange x = exchange_over(b);
    REQUIRE(x.failure);
    CHECK(x.bytes_received == 9);
    CHECK(to_string(x.failure->code) == to_string(errc::response_truncated));
    CHECK(x.was_written);
    b.result.stream.reset();
}

TEST_CASE("an alert about access after a ticket does not show it either",
          "[tls_channel][exchange]") {
    // The server requests a certificate once it has accepted the connection.
    const auto identity = testing::make_certificate({});
    tls_server server(identity, [](SSL* tls) {
        if (SSL_accept(tls) == 1) {
            read_request(tls);
            SSL_set_verify(tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
            SSL_verify_client_post_handshake(tls);
            SSL_do_handshake(tls);
            char byte = 0;
            std::size_t count = 0;
            SSL_read_ex(tls, &byte, 1, &count);
        }
        read_to_end(tls);
    });
    const auto context = context_of(identity.authority_pem);
    SSL_CTX_set_post_handshake_auth(context->native.get(), 1);
    bench b(peer_of("localhost", server.port(), true), context);
    REQUIRE(b.open());
    REQUIRE(b.result.stream);
    const exchange x = exchange_over(b);
    REQUIRE(x.failure);
    CHECK_THAT(x.failure->cause.message(), contains_text("certificate required"));
    CHECK(x.bytes_received == 0);
    CHECK(to_string(x.failure->code) == to_string(errc::connection_failed));
    CHECK(x.was_written);
    b.result.stream.reset();
}

} // namespace tls_channel_test
