// Rules for each TLS connection: versions, suites, certificates, and messages after the handshake.

#include <langexport/detail/transport/exchange.hpp>
#include <langexport/detail/transport/network_stream.hpp>
#include <langexport/detail/transport/openssl_error.hpp>
#include <langexport/detail/transport/record_meter.hpp>
#include <langexport/testing/certificate.hpp>

#include "io/opener_bench.hpp"
#include "support/catch.hpp"
#include "support/few_descriptors.hpp"
#include "support/tls_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace asio = boost::asio;
namespace testing = langexport::testing;
using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::bench;
using langexport_tests::certificate_without_names;
using langexport_tests::contains_text;
using langexport_tests::context_of;
using langexport_tests::no_descriptors;
using langexport_tests::peer_of;
using langexport_tests::read_request;
using langexport_tests::read_to_end;
using langexport_tests::temporary_file;
using langexport_tests::tls_server;
using langexport_tests::wait_until_received;
using langexport_tests::write_all;

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

TEST_CASE("a certificate with only a common name is rejected", "[tls]") {
    const std::string host = GENERATE("localhost", "127.0.0.1");
    const auto identity = certificate_without_names(host);
    tls_server server(identity, handshake_and_wait);
    bench b(peer_of(host, server.port(), true), context_of(identity.authority_pem));
    REQUIRE(b.open());
    b.check_failure(errc::tls_failed);
    CHECK_THAT(b.detail(), contains_text("the certificate of '" + host + "' was not accepted") &&
                               contains_text("subject alternative name"));
}

TEST_CASE("a certificate for another purpose is rejected, regardless of prepare_context", "[tls]") {
    for (const char* usage : {"clientAuth", "serverAuth"}) {
        CAPTURE(usage);
        const auto identity = langexport_tests::certificate_for_usage(usage);
        tls_server server(identity, handshake_and_wait);
        tls_settings settings;
        settings.more.ca_pem = identity.authority_pem;
        settings.more.prepare_context = [](ssl_ctx_st* context) {
            SSL_CTX_set_purpose(context, X509_PURPOSE_ANY);
            SSL_CTX_set_trust(context, X509_TRUST_OBJECT_SIGN);
        };
        tls_problem problem;
        bench b(peer_of("localhost", server.port(), true), make_tls_context(settings, problem));
        REQUIRE(b.open());
        if (std::string_view(usage) == "serverAuth") {
            INFO(b.detail());
            CHECK_FALSE(b.result.failure);
            continue;
        }
        b.check_failure(errc::tls_failed);
        CHECK_THAT(b.detail(), contains_text("purpose"));
    }
}

TEST_CASE("prepare_context does not change the strictness of OpenSSL", "[tls]") {
    tls_settings settings;
    settings.more.ca_pem = testing::make_certificate({}).authority_pem;
    tls_problem problem;
    const auto usual = make_tls_context(settings, problem);
    settings.more.prepare_context = [](ssl_ctx_st* context) {
        SSL_CTX_set_security_level(context, 0);
        SSL_CTX_set_security_callback(
            context, [](const SSL*, const SSL_CTX*, int, int, int, void*, void*) { return 1; });
    };
    const auto prepared = make_tls_context(settings, problem);
    REQUIRE((usual && prepared));
    CHECK(SSL_CTX_get_security_level(prepared->native.get()) ==
          SSL_CTX_get_security_level(usual->native.get()));
    CHECK(SSL_CTX_get_security_callback(prepared->native.get()) ==
          SSL_CTX_get_security_callback(usual->native.get()));
}

TEST_CASE("TLS 1.2 uses only suites with forward secrecy and authenticated encryption", "[tls]") {
    SECTION("no other suite is offered") {
        const auto context = context_of(testing::make_certificate({}).authority_pem);
        const std::unique_ptr<SSL, free_tls> tls(SSL_new(context->native.get()));
        STACK_OF(SSL_CIPHER)* const offered = SSL_get1_supported_ciphers(tls.get());
        REQUIRE(offered != nullptr);
        int old_ones = 0;
        for (int i = 0; i < sk_SSL_CIPHER_num(offered); ++i) {
            const SSL_CIPHER* const suite = sk_SSL_CIPHER_value(offered, i);
            INFO(SSL_CIPHER_get_name(suite));
            CHECK(SSL_CIPHER_is_aead(suite) == 1);
            const int exchange = SSL_CIPHER_get_kx_nid(suite);
            old_ones += exchange != NID_kx_any;
            CHECK((exchange == NID_kx_ecdhe || exchange == NID_kx_dhe || exchange == NID_kx_any));
            CHECK(SSL_CIPHER_get_auth_nid(suite) != NID_auth_null);
        }
        CHECK(old_ones > 2);
        sk_SSL_CIPHER_free(offered);
    }
    SECTION("a server with such a suite is reached, a server without one is not") {
        const bool is_good = GENERATE(false, true);
        const auto identity = testing::make_certificate({});
        tls_server server(identity, handshake_and_wait, [is_good](SSL_CTX* context) {
            only_tls12(context);
            SSL_CTX_set_cipher_list(context, is_good ? "ECDHE-ECDSA-AES128-GCM-SHA256"
                                                     : "ECDHE-ECDSA-AES128-SHA256");
        });
        bench b(peer_of("localhost", server.port(), true), context_of(identity.authority_pem));
        REQUIRE(b.open());
        if (is_good)
            CHECK(b.detail() == "");
        else
            b.check_failure(errc::tls_failed);
        b.result.stream.reset();
    }
}

TEST_CASE("renegotiation is rejected", "[tls]") {
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

TEST_CASE("a flood of TLS messages without data does not block other handlers", "[tls]") {
    constexpr int messages = 80;
    const bool sends_tickets = GENERATE(false, true);
    CAPTURE(sends_tickets);
    after_messages connection(messages, sends_tickets, "data");
    const reading got = read_from(connection.b, 4);
    CHECK(got.text == "data");
    CHECK(got.waits >= messages / static_cast<int>(record_meter::most_records));
}

TEST_CASE("a flood of tiny records does not block other handlers", "[tls]") {
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

TEST_CASE("a flood during the handshake does not block other handlers", "[tls]") {
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

TEST_CASE("a connection that received a few such messages still counts as idle", "[tls]") {
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
    bool is_refusal;
};

} // namespace

TEST_CASE("a server that rejects the client after the handshake has not handled the request",
          "[tls][exchange]") {
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
          "[tls][exchange]") {
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
    CHECK(x.was_written == !each.is_refusal);
    CHECK((x.failure->code == errc::tls_failed) == each.is_refusal);
    b.result.stream.reset();
}

TEST_CASE("the same alert after data does not show whether the request was handled",
          "[tls][exchange]") {
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

TEST_CASE("an alert about access after a ticket does not show it either", "[tls][exchange]") {
    // The server asks for a certificate once it has accepted the connection.
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

TEST_CASE("a lack of descriptors is not reported as invalid trusted certificates", "[tls]") {
    const temporary_file file(testing::make_certificate({}).authority_pem);
    tls_problem problem;
    {
        const no_descriptors none_left;
        CHECK_FALSE(make_tls_context(tls_settings{file.path()}, problem));
    }
    CHECK(problem.shortage == boost::system::errc::too_many_files_open);
    CHECK_THAT(problem.why, contains_text(file.path()) && contains_text("Too many open files"));
    problem = {};
    CHECK(make_tls_context(tls_settings{file.path()}, problem));
    CHECK_FALSE(make_tls_context(tls_settings{"/nowhere/ca.pem"}, problem));
    CHECK_FALSE(problem.shortage);
    CHECK_THAT(problem.why, contains_text("No such file or directory"));
}

TEST_CASE("among OpenSSL's errors, a lack of descriptors or memory is reported first", "[tls]") {
    ERR_clear_error();
    ERR_raise(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED);
    ERR_raise(ERR_LIB_SYS, ENOENT);
    const error_code plain = take_openssl_error();
    CHECK(plain.category() == asio::error::get_ssl_category());
    CHECK(ERR_peek_error() == 0);
    for (const int number : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
        ERR_raise(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED);
        ERR_raise(ERR_LIB_SYS, number);
        ERR_raise(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED);
        const error_code found = take_openssl_error();
        CHECK(found == error_code(number, boost::system::system_category()));
        CHECK(is_shortage(found));
        CHECK(ERR_peek_error() == 0);
    }
}
