#include <langexport/detail/transport/network_opener.hpp>
#include <langexport/detail/transport/tls_context.hpp>

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/manual_time.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/strand.hpp>

#include <openssl/ssl.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace connections_test {

namespace asio = boost::asio;
namespace detail = langexport::detail;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::errc;
using langexport::export_job;
using langexport::export_request;
using langexport::export_status;
using langexport::exported_project;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::event_list;
using langexport_tests::quick_project;
using langexport_tests::running_emulator;
using langexport_tests::temporary_path;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;
using testing::occurrences;

testing::emulator_options speaking(bool tls_1_3) {
    testing::emulator_options options;
    options.tls_1_3 = tls_1_3;
    return options;
}

canned_response closing() {
    return canned_response().header("Connection", "close");
}

/// The first bytes of a response; the rest never arrives.
canned_response stalled() {
    return canned_response::cut_after(200, early_end::stall);
}

/// A file that is removed with the object.
class written_file {
public:
    explicit written_file(const std::string& text) : path(temporary_path(".pem")) {
        std::ofstream(path) << text;
    }
    ~written_file() { std::remove(path.c_str()); }
    written_file(const written_file&) = delete;
    written_file& operator=(const written_file&) = delete;

    const std::string path;
};

/// A service that can be replaced by another one at the same address, and one client of it.
class replaced_service {
public:
    replaced_service(bool tls_1_3, testing::server_certificate certificate,
                     const std::vector<std::string>& trusted)
        : bench_(true, identified_by(std::move(certificate), tls_1_3, 0)), tls_1_3_(tls_1_3),
          authorities_(joined(trusted)) {
        client_params params = bench_.params();
        params.ca_file = authorities_.path;
        params.retry.max_attempts = 1;
        client_.emplace(bench_.make_client(params));
    }

    /// One export, each request of it on a connection of its own.
    langexport_tests::outcome<exported_project> export_project() {
        current().on(call_kind::any, occurrences::always(), closing());
        return bench_.export_project(*client_);
    }

    /// The previous service ends, and its sessions with it.
    bool replace(testing::server_certificate certificate) {
        current().stop();
        auto options = identified_by(std::move(certificate), tls_1_3_, bench_->port());
        options.keys = bench_->keys();
        return bench_.run_until([&] {
            try {
                other_ = std::make_unique<running_emulator>(options);
            } catch (const boost::system::system_error&) {
                return false; // the other one still listens
            }
            current().add_project(quick_project());
            return true;
        });
    }

    testing::emulator& current() { return other_ ? **other_ : bench_.service(); }

private:
    static testing::emulator_options identified_by(testing::server_certificate certificate,
                                                   bool tls_1_3, std::uint16_t port) {
        testing::emulator_options options = speaking(tls_1_3);
        options.tls = true;
        options.identity = std::move(certificate);
        options.port = port;
        return options;
    }

    static std::string joined(const std::vector<std::string>& texts) {
        std::string all;
        for (const std::string& text : texts)
            all += text;
        return all;
    }

    client_bench bench_;
    bool tls_1_3_;
    written_file authorities_;
    std::optional<client> client_;
    std::unique_ptr<running_emulator> other_;
};

} // namespace

TEST_CASE("a client makes one full handshake; its later connections resume the session",
          "[client][sessions]") {
    client_bench b(true, speaking(GENERATE(false, true)));
    bool is_kept = false; // the last connection
    int exports = 10;
    SECTION("when the server announces the close") {
        b->on(call_kind::any, occurrences::always(), closing());
    }
    SECTION("when it closes idle connections without notice") {
        canned_response gone = canned_response::then_close();
        gone.without_goodbye = GENERATE(false, true);
        exports = 4; // the emulator waits a second for the end of each connection
        b->on(call_kind::any, occurrences::always(), gone);
    }
    SECTION("when it resets connections during a response") {
        const auto reset = canned_response::cut_after(150, early_end::reset);
        b->on(call_kind::submission, occurrences::always(), closing());
        b->on(call_kind::status, occurrences(1), reset);
        b->on(call_kind::result, occurrences(1), reset);
        is_kept = true;
    }
    const client c = b.make_client();
    for (int i = 0; i < exports; ++i) {
        REQUIRE(b.export_project(c).is_good());
        // A submission must not cross the end of a connection on its way.
        REQUIRE(b.run_until([&] { return b->counters().open_connections <= (is_kept ? 1U : 0U); }));
    }
    const auto counted = b->counters();
    CHECK(counted.connections >= 12);
    CHECK(counted.handshakes_new == 1);
    CHECK(counted.handshakes_resumed == counted.connections - 1);
    CHECK(counted.handshakes_failed == 0);
}

TEST_CASE("the session of a failed connection stays usable", "[client][sessions]") {
    client_bench b(true, speaking(GENERATE(false, true)));
    const auto kind = GENERATE(call_kind::submission, call_kind::status, call_kind::result);
    client_params params = b.params();
    SECTION("when a time limit passes") {
        b->on(kind, 1, stalled());
        params.read_timeout = 1s;
        const client c = b.make_client(params);
        const auto first = b.export_project(c);
        CHECK(first.is_good() == (kind != call_kind::submission));
        CHECK(b.export_project(c).is_good());
    }
    SECTION("when its operation is cancelled") {
        b->on(kind, 1, stalled());
        if (kind == call_kind::submission)
            params.attempt_timeout = 1s; // the client awaits its response this long
        const client c = b.make_client(params);
        asio::cancellation_signal signal;
        const auto first = b.begin<exported_project>([&](auto token) {
            export_project(c, export_request("Demo"),
                           asio::bind_cancellation_slot(signal.slot(), std::move(token)));
        });
        REQUIRE(b.run_until([&] { return b->counters().faults == 1; }));
        signal.emit(asio::cancellation_type::terminal);
        REQUIRE(b.run_dry());
        CHECK(first->code() == asio::error::operation_aborted);
        CHECK(b.export_project(c).is_good());
    }
    CHECK(b->counters().connections == 2);
    CHECK(b->counters().handshakes_new == 1);
    CHECK(b->counters().handshakes_resumed == 1);
}

TEST_CASE("a client makes a full handshake with a server that no longer knows its session",
          "[client][sessions]") {
    const auto certificate = testing::make_certificate(testing::certificate_options());
    replaced_service s(GENERATE(false, true), certificate, {certificate.authority_pem});
    REQUIRE(s.export_project().is_good());
    CHECK(s.current().counters().handshakes_resumed == 2);
    for (int i = 0; i < 3; ++i) {
        REQUIRE(s.replace(certificate));
        REQUIRE(s.export_project().is_good());
        CHECK(s.current().counters().handshakes_failed == 0);
        // The remaining tickets of the old service are used first.
        CHECK(s.current().counters().handshakes_new >= 1);
        CHECK(s.current().counters().connections == 3);
    }
}

TEST_CASE("a changed certificate is verified even if the client has a session",
          "[client][sessions]") {
    const auto old = testing::make_certificate(testing::certificate_options());
    testing::certificate_options wish;
    SECTION("a valid certificate is accepted in a full handshake") {
        const auto renewed = testing::make_certificate(wish);
        replaced_service s(GENERATE(false, true), old, {old.authority_pem, renewed.authority_pem});
        REQUIRE(s.export_project().is_good());
        REQUIRE(s.replace(renewed));
        REQUIRE(s.export_project().is_good());
        CHECK(s.current().counters().handshakes_failed == 0);
        CHECK(s.current().counters().handshakes_new >= 1);
    }
    SECTION("a certificate for another host is rejected") {
        wish.host_names = {"elsewhere.example"};
        wish.ip_addresses.clear();
        const auto other = testing::make_certificate(wish);
        replaced_service s(GENERATE(false, true), old, {old.authority_pem, other.authority_pem});
        REQUIRE(s.export_project().is_good());
        REQUIRE(s.replace(other));
        const auto done = s.export_project();
        CHECK(done.code() == errc::tls_failed);
        CHECK_THAT(done.what(), contains_text("certificate"));
        CHECK(s.current().counters().requests == 0);
    }
    SECTION("a certificate of an untrusted authority is rejected") {
        const auto other = testing::make_certificate(wish);
        replaced_service s(GENERATE(false, true), old, {old.authority_pem});
        REQUIRE(s.export_project().is_good());
        REQUIRE(s.replace(other));
        CHECK(s.export_project().code() == errc::tls_failed);
        CHECK(s.current().counters().requests == 0);
    }
}

TEST_CASE("clients share no sessions", "[client][sessions]") {
    client_bench b(true, speaking(GENERATE(false, true)));
    b->on(call_kind::any, occurrences::always(), closing());
    const client first = b.make_client();
    const client second = b.make_client();
    REQUIRE(b.export_project(first).is_good());
    REQUIRE(b.export_project(second).is_good());
    CHECK(b->counters().handshakes_new == 2);
    CHECK(b->counters().handshakes_resumed == 4);

    const written_file unrelated(
        testing::make_certificate(testing::certificate_options()).authority_pem);
    client_params params = b.params();
    params.ca_file = unrelated.path;
    params.retry.max_attempts = 1;
    CHECK(b.export_project(b.make_client(params)).code() == errc::tls_failed);
}

namespace {

class idle_watchdog final : public detail::watchdog {
public:
    using watchdog::watchdog;
    void time_is_up() override {}
};

} // namespace

TEST_CASE("session tickets that arrive on an unused connection are stored, and it stays usable",
          "[transport][sessions]") {
    testing::emulator_options options;
    options.tls = true;
    running_emulator service(options);
    const written_file authority(service->certificate_pem());
    detail::tls_problem problem;
    const auto tls = detail::make_tls_context(detail::tls_settings{authority.path}, problem);
    REQUIRE(tls);
    langexport::origin peer;
    peer.host = "127.0.0.1";
    peer.port = service->port();
    asio::io_context context;
    const auto strand = asio::make_strand(asio::any_io_executor(context.get_executor()));
    detail::network_opener opener(strand, peer, detail::opening_timeouts{10s, 10s, 10s}, tls);
    langexport_tests::clock_only clock;
    detail::timer_queue timers(clock, [] {});
    idle_watchdog watch(timers);
    std::vector<detail::opening> links(2);
    for (detail::opening& link : links) {
        asio::co_spawn(strand, opener.open(watch, link), [](std::exception_ptr) {});
        context.restart();
        context.run();
        REQUIRE(link.stream);
        REQUIRE_FALSE(link.failure);
        SSL* const native = static_cast<detail::network_stream&>(*link.stream).tls();
        CHECK(SSL_version(native) == TLS1_3_VERSION);
        CHECK(SSL_session_reused(native) == (&link == &links[0] ? 0 : 1));
        const auto end = std::chrono::steady_clock::now() + 30s;
        bool is_idle = true;
        while (is_idle && SSL_SESSION_is_resumable(SSL_get_session(native)) == 0 &&
               std::chrono::steady_clock::now() < end)
            is_idle = link.stream->is_idle();
        CHECK(is_idle);
        CHECK(SSL_SESSION_is_resumable(SSL_get_session(native)) == 1);
    }
}

TEST_CASE("a connection that is too old closes after the current exchange",
          "[client][connections]") {
    client_bench b(GENERATE(false, true));
    client_params params = b.params();
    params.max_connection_age = 1ms;
    // Each exchange takes longer than that: the connection reaches the age during an exchange.
    b->on(call_kind::any, occurrences::always(), canned_response::after(10ms));
    const client c = b.make_client(params);
    REQUIRE(b.export_project(c).is_good());
    CHECK(b->counters().requests == 3);
    CHECK(b->counters().connections == 3);
    REQUIRE(b.run_until([&] { return b->counters().open_connections <= 1; }));
}

TEST_CASE("a connection that was idle for too long is not used again", "[client][connections]") {
    client_bench b(GENERATE(false, true));
    client_params params = b.params();
    params.max_idle_time = 1ms;
    params.polling.first = 5ms;
    REQUIRE(b.export_project(b.make_client(params)).is_good());
    const auto seen = b->requests();
    REQUIRE(seen.size() == 3);
    CHECK(seen[0].connection != seen[1].connection);
}

TEST_CASE("idle connections are closed in time while an operation is in progress",
          "[client][connections]") {
    client_bench b(GENERATE(false, true));
    client_params params = b.params();
    if (GENERATE(false, true))
        params.max_idle_time = 20ms;
    else
        params.max_connection_age = 20ms;
    params.polling.first = 1h;
    const client c = b.make_client(params);
    const auto waiting = b.begin<exported_project>(
        [&](auto token) { export_project(c, export_request("Demo"), std::move(token)); });
    REQUIRE(b.run_until_seen(1));
    REQUIRE(b.run_until([&] { return b->counters().open_connections == 0; }));
    CHECK(waiting->calls == 0);
    CHECK(b->counters().connections == 1);
}

TEST_CASE("an idle client keeps its connections without keeping its context running",
          "[client][connections]") {
    client_bench b(GENERATE(false, true));
    client_params params = b.params();
    params.max_idle_time = 500ms;
    const client c = b.make_client(params);
    // Two at a time, so that two connections are left.
    b->on(call_kind::submission, occurrences::between(1, 2), canned_response::after(100ms));
    std::vector<std::shared_ptr<langexport_tests::outcome<export_job>>> all;
    for (int i = 0; i < 2; ++i)
        all.push_back(b.begin<export_job>(
            [&](auto token) { submit_export(c, export_request("Demo"), std::move(token)); }));
    REQUIRE(b.run_dry());
    REQUIRE(b->counters().connections == 2);
    CHECK(b->counters().open_connections == 2);
    SECTION("the next operation closes all stale connections, not only the one that it uses") {
        // The time passes in an operation of another client: this one does not run meanwhile.
        b->on(call_kind::submission, 1, canned_response::after(600ms));
        {
            const client other = b.make_client();
            REQUIRE(b.submit(other).is_good());
        }
        REQUIRE(b.run_until([&] { return b->counters().open_connections == 2; }));
        REQUIRE(b.submit(c).is_good());
        REQUIRE(b.run_until([&] { return b->counters().open_connections == 1; }));
        CHECK(b->counters().connections == 4);
    }
    SECTION("with watch_idle_connections it closes them") {
        params.watch_idle_connections = true;
        const client watchful = b.make_client(params);
        REQUIRE(b.export_project(watchful).is_good()); // runs the context dry
        REQUIRE(b.run_until([&] { return b->counters().open_connections == 2; }));
    }
}

TEST_CASE("a client that watches its idle connections ends like any other",
          "[client][connections]") {
    client_bench b(GENERATE(false, true));
    client_params params = b.params();
    params.watch_idle_connections = true;
    params.max_idle_time = 24h;
    std::shared_ptr<langexport_tests::outcome<exported_project>> done;
    {
        const client c = b.make_client(params);
        done = b.begin<exported_project>(
            [&](auto token) { export_project(c, export_request("Demo"), std::move(token)); });
        REQUIRE(b.run_until([&] { return done->calls == 1; }));
        CHECK(b->counters().open_connections == 1);
    }
    REQUIRE(b.run_dry());
    CHECK(done->is_good());
    REQUIRE(b.run_until([&] { return b->counters().open_connections == 0; }));
}

TEST_CASE("a client that ends closes idle connections while a submission awaits its response",
          "[client][connections]") {
    client_bench b(GENERATE(false, true));
    client_params params = b.params();
    params.polling.first = 1h;
    auto events = std::make_shared<event_list>();
    params.observer = events;
    {
        const client c = b.make_client(params);
        b->on(call_kind::submission, 1, stalled());
        for (std::size_t i = 1; i <= 2; ++i) {
            b.begin<exported_project>(
                [&](auto token) { export_project(c, export_request("Demo"), std::move(token)); });
            REQUIRE(b.run_until_seen(i));
        }
        REQUIRE(b.run_until([&] { return events->lines().size() == 1; })); // the second's 202
        CHECK(b->counters().open_connections == 2);
    }
    REQUIRE(b.run_until([&] { return b->counters().open_connections == 1; }));
}

TEST_CASE("long downloads leave a connection to other requests", "[client][connections]") {
    client_bench b(GENERATE(false, true));
    const std::size_t most = GENERATE(2U, 3U, 5U);
    client_params params = b.params();
    params.max_connections = most;
    b->on(call_kind::result, occurrences::always(), stalled());
    std::vector<std::shared_ptr<langexport_tests::outcome<exported_project>>> long_ones;
    {
        const client c = b.make_client(params);
        for (std::size_t i = 0; i < most + 2; ++i)
            long_ones.push_back(b.begin<exported_project>(
                [&](auto token) { export_project(c, export_request("Demo"), std::move(token)); }));
        REQUIRE(b.run_until([&] {
            const auto counted = b->counters();
            return counted.status_gets == most + 2 && counted.result_gets == most - 1;
        }));
        const auto submitted = b.begin<export_job>(
            [&](auto token) { submit_export(c, export_request("Demo"), std::move(token)); });
        REQUIRE(b.run_until([&] { return submitted->calls == 1; }));
        REQUIRE(submitted->is_good());
        const auto status = b.begin<export_status>(
            [&](auto token) { wait_for_export(c, submitted->result, std::move(token)); });
        REQUIRE(b.run_until([&] { return status->calls == 1; }));
        CHECK(status->is_good());
        CHECK(b->counters().result_gets == most - 1);
        CHECK(b->counters().connections == most);
    }
    REQUIRE(b.run_dry());
    for (const auto& one : long_ones)
        CHECK(one->code() == errc::client_closed);
}

TEST_CASE("a client with a single connection downloads results, too", "[client][connections]") {
    client_bench b(GENERATE(false, true));
    client_params params = b.params();
    params.max_connections = 1;
    CHECK(b.export_project(b.make_client(params)).is_good());
    CHECK(b->counters().connections == 1);
}

TEST_CASE("a failed opening costs no attempt while another connection is open",
          "[client][connections]") {
    client_bench b(true);
    b->on_connection(occurrences::from(2),
                     testing::connection_fault::in_handshake(testing::early_end::reset));
    client_params params = b.params();
    params.retry.max_attempts = 2;
    const client c = b.make_client(params);
    std::vector<std::shared_ptr<langexport_tests::outcome<exported_project>>> all;
    for (int i = 0; i < 50; ++i)
        all.push_back(b.begin<exported_project>(
            [&](auto token) { export_project(c, export_request("Demo"), std::move(token)); }));
    REQUIRE(b.run_dry());
    CHECK(c.stats().connections_failed >= 2);
    for (const auto& one : all)
        CHECK(one->is_good());
}

} // namespace connections_test
