#include <langexport/detail/transport/network_stream.hpp>
#include <langexport/testing/certificate.hpp>

#include "support/catch.hpp"
#include "support/manual_time.hpp"
#include "support/silent_listener.hpp"
#include "support/tls_server.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>

#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace network_stream_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::steady_now;
using langexport_tests::tls_server;
using tcp = asio::ip::tcp;

namespace {

tcp::endpoint local(std::uint16_t port) {
    return tcp::endpoint(asio::ip::address_v4::loopback(), port);
}

// One stream, which the test drives step by step.
class stream_bench {
public:
    // The result of connecting.
    error_code connect(std::uint16_t port) {
        stream = std::make_unique<network_stream>(strand_);
        std::optional<error_code> result;
        stream->connect(local(port), [&](error_code ec) { result = ec; });
        REQUIRE(run_until([&] { return result.has_value(); }));
        return *result;
    }
    // What can be read now.
    std::string read(std::size_t most = 100'000) {
        std::string text(most, '\0');
        text.resize(stream->read_now(asio::buffer(text), error));
        return text;
    }
    std::size_t write(const std::string& text) {
        return stream->write_now(asio::buffer(text), error);
    }
    void begin_wait() {
        waited.reset();
        stream->wait(io_handler([this](error_code ec, std::size_t) {
            CHECK(strand_.running_in_this_thread());
            waited = ec;
        }));
    }
    error_code wait() {
        begin_wait();
        CHECK_FALSE(waited); // not within the call
        REQUIRE(run_until([&] { return waited.has_value(); }));
        return *waited;
    }
    // Waits until there is something to read, and reads it.
    std::string wait_and_read() {
        for (;;) {
            const std::string text = read();
            if (error != asio::error::would_block)
                return text;
            REQUIRE_FALSE(wait());
        }
    }
    bool run_until(const std::function<bool()>& is_so) {
        for (const auto end = steady_now() + 30s; !is_so() && steady_now() < end;) {
            context.restart();
            context.run_for(1ms);
        }
        return is_so();
    }

    asio::io_context context;

private:
    strand_type strand_ = asio::make_strand(asio::any_io_executor(context.get_executor()));

public:
    std::unique_ptr<network_stream> stream;
    error_code error;
    std::optional<error_code> waited;
};

// A stream and its peer, a plain socket.
class connected_bench : public stream_bench {
public:
    connected_bench() : peer(context) {
        tcp::acceptor acceptor(context, local(0));
        REQUIRE_FALSE(connect(acceptor.local_endpoint().port()));
        acceptor.accept(peer);
    }
    void send(const std::string& text) { asio::write(peer, asio::buffer(text)); }
    void reset() {
        peer.set_option(asio::socket_base::linger(true, 0));
        peer.close();
    }

    tcp::socket peer;
};

std::shared_ptr<tls_context> context_of(const testing::server_certificate& identity) {
    tls_settings settings;
    settings.more.ca_pem = identity.authority_pem;
    tls_problem problem;
    auto made = make_tls_context(settings, problem);
    REQUIRE(made);
    return made;
}

// A stream of TLS to a server that reads to the end and notes how the stream ended.
class tls_bench : public stream_bench {
public:
    tls_bench() { REQUIRE_FALSE(connect(server_.port())); }
    ~tls_bench() { stream.reset(); } // the server waits for the end of the connection

    error_code handshake() {
        stream->begin_tls(context_of(identity_));
        for (;;) {
            stream->handshake(error);
            if (error != asio::error::would_block)
                return error;
            REQUIRE_FALSE(wait());
        }
    }
    // After the end of the stream: whether the server has received a close_notify.
    bool has_ended_well() {
        REQUIRE(run_until([&] { return server_.served() == 1; }));
        return got_close_notify_;
    }

private:
    // Sends each byte back.
    void talk(SSL* tls) {
        char byte = 0;
        std::size_t count = 0;
        if (SSL_accept(tls) != 1)
            return;
        while (SSL_read_ex(tls, &byte, 1, &count) == 1)
            SSL_write_ex(tls, &byte, 1, &count);
        got_close_notify_ = (SSL_get_shutdown(tls) & SSL_RECEIVED_SHUTDOWN) != 0;
    }

    testing::server_certificate identity_ =
        testing::make_certificate(testing::certificate_options());
    std::atomic<bool> got_close_notify_ = false;
    tls_server server_{identity_, [this](SSL* tls) { talk(tls); }};
};

} // namespace

TEST_CASE("a stream connects, or reports why it cannot", "[network_stream]") {
    stream_bench b;
    CHECK(b.connect(langexport_tests::closed_port()) == asio::error::connection_refused);
    connected_bench c;
    CHECK(c.stream->is_idle());
    CHECK(c.stream->tls() == nullptr);
    CHECK(c.write("request") == 7);
    CHECK_FALSE(c.error);
    std::string arrived(7, '\0');
    asio::read(c.peer, asio::buffer(arrived));
    CHECK(arrived == "request");
}

TEST_CASE("a read without data would block, and succeeds after a wait", "[network_stream]") {
    connected_bench b;
    CHECK(b.read() == "");
    CHECK(b.error == asio::error::would_block);
    b.send("hello");
    CHECK_FALSE(b.wait());
    CHECK(b.read(2) == "he");
    CHECK(b.read() == "llo");
    CHECK_FALSE(b.error);
    CHECK(b.read() == "");
    CHECK(b.error == asio::error::would_block);
}

TEST_CASE("the end of a stream follows the data that was sent before it", "[network_stream]") {
    connected_bench b;
    b.send("the rest");
    b.peer.close();
    CHECK(b.wait_and_read() == "the rest");
    CHECK_FALSE(b.error);
    for (int i = 0; i < 2; ++i) {
        CHECK(b.wait_and_read() == "");
        CHECK(b.error == asio::error::eof);
    }
}

TEST_CASE("a reset is the error of the next read", "[network_stream]") {
    connected_bench b;
    b.reset();
    CHECK(b.wait_and_read() == "");
    CHECK(b.error == asio::error::connection_reset);
}

TEST_CASE("more data than fits in one piece arrives completely and in order", "[network_stream]") {
    connected_bench b;
    std::string all;
    while (all.size() < 50'000)
        all += std::to_string(all.size()) + ' ';
    b.send(all);
    std::string arrived;
    while (arrived.size() < all.size()) {
        arrived += b.wait_and_read();
        REQUIRE_FALSE(b.error);
    }
    CHECK(arrived == all);
}

TEST_CASE("a write without room would block, and succeeds after a wait", "[network_stream]") {
    connected_bench b;
    const std::string piece(100'000, 'x');
    std::size_t written = 0;
    while (written < 100'000'000) {
        const std::size_t count = b.write(piece);
        if (b.error)
            break;
        written += count;
    }
    CHECK(b.error == asio::error::would_block);
    b.begin_wait();
    b.context.restart();
    b.context.poll();
    CHECK_FALSE(b.waited);
    std::string arrived(written, '\0');
    asio::read(b.peer, asio::buffer(arrived));
    REQUIRE(b.run_until([&] { return b.waited.has_value(); }));
    CHECK_FALSE(*b.waited);
    CHECK(b.write("x") == 1);
}

TEST_CASE("closing a stream ends its wait", "[network_stream]") {
    connected_bench b;
    SECTION("while nothing has arrived") {
        b.begin_wait();
        b.stream->close();
    }
    SECTION("after bytes have arrived") {
        b.send("hello");
        REQUIRE(b.run_until([&] { return !b.stream->is_idle(); }));
        b.begin_wait();
        b.stream->close();
    }
    REQUIRE(b.run_until([&] { return b.waited.has_value(); }));
    CHECK(b.waited == error_code(asio::error::operation_aborted));
    CHECK(b.read() == "");
    CHECK(b.error == asio::error::operation_aborted);
    CHECK(b.write("x") == 0);
    CHECK(b.error == asio::error::operation_aborted);
    CHECK_FALSE(b.stream->is_idle());
    b.stream->close(); // has no effect
}

TEST_CASE("a stream reports whether anything has arrived since the last read", "[network_stream]") {
    connected_bench b;
    CHECK(b.stream->is_idle());
    SECTION("the peer closes") {
        b.peer.close();
    }
    SECTION("a byte arrives") {
        b.send("x");
    }
    SECTION("the peer resets") {
        b.reset();
    }
    SECTION("a byte ended the wait, and was not read") {
        b.send("x");
        CHECK_FALSE(b.wait());
    }
    SECTION("the end has ended the wait") {
        b.peer.close();
        CHECK_FALSE(b.wait());
    }
    CHECK(b.run_until([&] { return !b.stream->is_idle(); }));
}

TEST_CASE("a stream that has read everything is idle again", "[network_stream]") {
    connected_bench b;
    b.send("x");
    CHECK(b.wait_and_read() == "x");
    CHECK(b.stream->is_idle());
}

TEST_CASE("after begin_tls all bytes use TLS", "[network_stream][tls]") {
    tls_bench b;
    REQUIRE_FALSE(b.handshake());
    REQUIRE(b.stream->tls() != nullptr);
    CHECK(SSL_is_init_finished(b.stream->tls()) == 1);
    CHECK(b.write("ping") == 4);
    std::string arrived;
    while (arrived.size() < 4) {
        arrived += b.wait_and_read();
        REQUIRE_FALSE(b.error);
    }
    CHECK(arrived == "ping");
    CHECK(b.stream->is_idle()); // perhaps with tickets
}

TEST_CASE("a TLS peer receives a close_notify, unless the stream was closed before",
          "[network_stream][tls]") {
    tls_bench b;
    REQUIRE_FALSE(b.handshake());
    const bool was_closed = GENERATE(false, true);
    if (was_closed)
        b.stream->close();
    b.stream.reset();
    CHECK(b.has_ended_well() == !was_closed);
}

TEST_CASE("a closed stream does not continue its handshake", "[network_stream][tls]") {
    tls_bench b;
    b.stream->begin_tls(context_of(testing::make_certificate(testing::certificate_options())));
    b.stream->close();
    b.stream->handshake(b.error);
    CHECK(b.error == asio::error::operation_aborted);
    b.stream.reset();
    CHECK_FALSE(b.has_ended_well());
}

namespace {

// Writes until the stream takes no more. Returns how many bytes it took.
std::size_t fill(connected_bench& b) {
    const std::string much(256 * 1024, 'w');
    std::size_t all = 0;
    do
        all += b.write(much);
    while (!b.error);
    CHECK(b.error == asio::error::would_block);
    return all;
}

// Waits for either. Returns whether the wait has ended at once.
bool begin_wait_for_either(connected_bench& b) {
    b.waited.reset();
    b.stream->wait_for_either(io_handler([&b](error_code ec, std::size_t) { b.waited = ec; }));
    b.context.restart();
    b.context.poll();
    return b.waited.has_value();
}

} // namespace

TEST_CASE("data that arrives beside writes is noticed", "[network_stream][ahead]") {
    connected_bench b;
    CHECK_FALSE(b.stream->is_reading_ahead());
    REQUIRE(b.stream->read_ahead());
    CHECK(b.stream->is_reading_ahead());
    CHECK(b.stream->read_ahead()); // has no further effect
    CHECK(b.read() == "");
    CHECK(b.error == asio::error::would_block);
    CHECK(b.write("request") == 7);
    b.send("response");
    REQUIRE(b.run_until([&] { return !b.stream->is_reading_ahead(); }));
    CHECK_FALSE(b.stream->read_ahead());
    CHECK(b.read() == "response");
    CHECK(b.read() == "");
    CHECK(b.error == asio::error::would_block);
    CHECK_FALSE(b.stream->is_reading_ahead());
}

TEST_CASE("data ends the wait of a write that blocked", "[network_stream][ahead]") {
    connected_bench b;
    fill(b);
    REQUIRE(b.stream->read_ahead());
    CHECK_FALSE(begin_wait_for_either(b));
    b.send("early");
    REQUIRE(b.run_until([&] { return b.waited.has_value(); }));
    CHECK_FALSE(*b.waited);
    CHECK(b.read() == "early");
    // The wait for room is still pending.
    CHECK(b.stream->is_reading_ahead());
}

TEST_CASE("room ends the wait of a write that blocked", "[network_stream][ahead]") {
    connected_bench b;
    const std::size_t sent = fill(b);
    REQUIRE(b.stream->read_ahead());
    CHECK_FALSE(begin_wait_for_either(b));
    std::string arrived(sent, '\0');
    asio::read(b.peer, asio::buffer(arrived));
    REQUIRE(b.run_until([&] { return b.waited.has_value(); }));
    CHECK_FALSE(*b.waited);
    CHECK(b.write("more") == 4);
    // A wait for data takes over the pending read.
    CHECK(b.read() == "");
    b.begin_wait();
    b.send("response");
    REQUIRE(b.run_until([&] { return b.waited.has_value(); }));
    CHECK(b.read() == "response");
    CHECK_FALSE(b.stream->is_reading_ahead());
}

TEST_CASE("an end or a reset beside writes is noticed", "[network_stream][ahead]") {
    connected_bench b;
    fill(b);
    REQUIRE(b.stream->read_ahead());
    CHECK_FALSE(begin_wait_for_either(b));
    b.reset();
    REQUIRE(b.run_until([&] { return b.waited.has_value(); }));
    CHECK_FALSE(b.stream->read_ahead());
    b.read();
    CHECK((b.error && b.error != asio::error::would_block));
}

TEST_CASE("a stream may be closed and destroyed while it reads ahead", "[network_stream][ahead]") {
    connected_bench b;
    fill(b);
    REQUIRE(b.stream->read_ahead());
    CHECK_FALSE(begin_wait_for_either(b));
    SECTION("closed") {
        b.stream->close();
        REQUIRE(b.run_until([&] { return b.waited.has_value(); }));
        CHECK(*b.waited == asio::error::operation_aborted);
        CHECK_FALSE(b.stream->read_ahead());
        b.read();
        CHECK(b.error == asio::error::operation_aborted);
    }
    b.stream.reset();
    b.context.restart();
    b.context.run_for(10ms);
}

TEST_CASE("a context destroys the wait of a stream that reads ahead", "[network_stream][ahead]") {
    auto owner = std::make_shared<int>();
    {
        connected_bench b;
        fill(b);
        REQUIRE(b.stream->read_ahead());
        b.stream->wait_for_either(io_handler([owner](error_code, std::size_t) {}));
        CHECK(owner.use_count() == 2);
    }
    CHECK(owner.use_count() == 1);
}

} // namespace network_stream_test
