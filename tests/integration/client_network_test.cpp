#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/silent_listener.hpp"
#include <langexport/resume_export.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace client_network_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::condition;
using langexport::errc;
using langexport::export_job;
using langexport::export_request;
using langexport::export_status;
using langexport::exported_project;
using langexport::submission_state;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::silent_listener;
using testing::call_kind;
using testing::canned_response;
using testing::occurrences;

} // namespace

TEST_CASE("a rejected connection is reported after the last attempt", "[client][network]") {
    client_bench b(GENERATE(false, true));
    client_params params = b.params();
    const std::string host = GENERATE("127.0.0.1", "localhost");
    params.endpoint = (params.ca_file.empty() ? "http://" : "https://") + host + ":" +
                      std::to_string(langexport_tests::closed_port());
    params.retry.max_attempts = 3;
    const auto done = b.export_project(b.make_client(params));
    CHECK(done.code() == errc::connection_failed);
    CHECK(done.code() == condition::transient);
    CHECK(done.known().submission == submission_state::not_sent);
    CHECK(done.known().failures == 3);
    CHECK(done.known().submits == 0);
    CHECK(done.known().cause_code == boost::asio::error::connection_refused);
    CHECK_THAT(done.what(), contains_text("127.0.0.1: Connection refused"));
    CHECK_THAT(done.what(), contains_text("client_params::endpoint"));
}

TEST_CASE("connection timeouts and handshake timeouts have different errors", "[client][network]") {
    client_bench b(true);
    client_params params = b.params();
    params.retry.max_attempts = 2;
    const bool connects = GENERATE(false, true);
    (connects ? params.handshake_timeout : params.connect_timeout) = 40ms;
    silent_listener listener(connects ? silent_listener::manner::accepting
                                      : silent_listener::manner::full);
    params.endpoint = "https://127.0.0.1:" + std::to_string(listener.port());
    const auto done = b.export_project(b.make_client(params));
    CHECK(done.code() == (connects ? errc::handshake_timeout : errc::connect_timeout));
    CHECK(done.known().submission == submission_state::not_sent);
    CHECK(done.known().failures == 2);
    CHECK_THAT(done.what(), contains_text(std::to_string(listener.port())));
}

TEST_CASE("a failed connection counts as a failed attempt of all operations that wait for it",
          "[client][network]") {
    client_bench b(false);
    client_params params = b.params();
    params.endpoint = "http://127.0.0.1:" + std::to_string(langexport_tests::closed_port());
    params.retry.max_attempts = 2;
    const client c = b.make_client(params);
    std::vector<std::shared_ptr<langexport_tests::outcome<exported_project>>> all;
    for (int i = 0; i < 50; ++i)
        all.push_back(b.begin<exported_project>(
            [&](auto token) { export_project(c, export_request("Demo"), std::move(token)); }));
    REQUIRE(b.run_dry());
    for (const auto& one : all) {
        REQUIRE(one->calls == 1);
        CHECK(one->code() == errc::connection_failed);
        CHECK(one->known().failures == 2);
    }
}

TEST_CASE("stale connections are replaced one at a time", "[client][network]") {
    // The host has a name: openings share one look-up.
    client_bench b(true);
    client_params params = b.params();
    params.resolve_timeout = 1h; // a look-up that is lost stays lost
    const client c = b.make_client(params);
    // Slow enough for each to need a connection of its own, which then lies in the pool.
    canned_response closing_response = canned_response::after(500ms);
    closing_response.close_when_sent = true;
    b->on(call_kind::submission, occurrences::between(1, 8), closing_response);
    std::vector<std::shared_ptr<langexport_tests::outcome<export_job>>> first;
    for (int i = 0; i < 8; ++i)
        first.push_back(b.begin<export_job>(
            [&](auto token) { submit_export(c, export_request("Demo"), std::move(token)); }));
    REQUIRE(b.run_dry());
    CHECK(b->counters().connections == 8);
    REQUIRE(b.run_until([&] { return b->counters().open_connections == 0; }));

    std::vector<std::shared_ptr<langexport_tests::outcome<exported_project>>> second;
    for (const auto& one : first) {
        REQUIRE(one->is_good());
        second.push_back(b.begin<exported_project>(
            [&](auto token) { resume_export(c, one->result, std::move(token)); }));
    }
    REQUIRE(b.run_dry());
    for (const auto& one : second)
        CHECK(one->is_good());
    CHECK(b->counters().connections <= 16);
}

TEST_CASE("retries after stale connections stay within the retry budget", "[client][network]") {
    client_bench b(false);
    // Each response looks as if more could follow on its connection, and none does.
    b->on(call_kind::status, occurrences::always(), canned_response::then_close());
    client_params params = b.params();
    params.max_connections = 1;
    params.retry.burst = 2;
    params.retry.rate = 1e-3; // retries beyond the burst are too late for the deadline
    params.deadline = 1500ms;
    const client c = b.make_client(params);
    const auto job = b.submit(c);
    REQUIRE(job.is_good());
    std::vector<std::shared_ptr<langexport_tests::outcome<langexport::export_status>>> all;
    for (int i = 0; i < 5; ++i)
        all.push_back(b.begin<langexport::export_status>(
            [&](auto token) { get_export_status(c, job.result, std::move(token)); }));
    REQUIRE(b.run_dry());
    std::size_t late = 0;
    for (const auto& one : all) {
        CHECK((one->is_good() || one->code() == errc::deadline_exceeded));
        late += one->is_good() ? 0 : 1;
    }
    CHECK(late > 0);
    CHECK(c.stats().retries == 2 + late); // each late operation still waits for its retry
}

} // namespace client_network_test
