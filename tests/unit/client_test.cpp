// A client's handles and settings. tests/unit/engine shows the work of its engine.

#include <langexport/client.hpp>

#include "support/catch.hpp"
#include "support/engine_bench.hpp"
#include "support/outcome.hpp"
#include "unit/rejection.hpp"

#include <langexport/export_project.hpp>
#include <langexport/observer.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace client_test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::client_stats;
using langexport::drain_summary;
using langexport::errc;
using langexport::export_request;
using langexport::exported_project;
using langexport::subscription_key;
using langexport_tests::bench_service;
using langexport_tests::contains_text;
using langexport_tests::engine_bench;
using langexport_tests::keep_in;
using langexport_tests::manual_time;
using langexport_tests::outcome;
using langexport_tests::rejection_of;
using langexport_tests::seen_request;

namespace {

const std::string first_key = "9f3c1d7a5b2e4860a1c3e5f708192b3d"; // that of engine_bench
const std::string second_key = "0123456789abcdef0123456789abcdee";

std::shared_ptr<outcome<exported_project>> begin(const client& with,
                                                 const std::string& project = "Demo") {
    auto where = std::make_shared<outcome<exported_project>>();
    export_project(with, export_request(project), keep_in<exported_project>(where));
    return where;
}

bool has_key(const seen_request& request, const std::string& key) {
    return request.bytes.find("Ocp-Apim-Subscription-Key: " + key + "\r\n") != std::string::npos;
}

// Counts the operations that were admitted.
class admissions final : public langexport::observer {
public:
    int number = 0;

    void on_queued(const langexport::queued_event&) noexcept override { ++number; }
};

} // namespace

TEST_CASE("a client that sends nothing holds no work", "[client]") {
    asio::io_context context;
    const client one(context, engine_bench::default_params());
    const client other(context.get_executor(), engine_bench::default_params());
    CHECK(context.run() == 0);
    CHECK(one.get_executor() == context.get_executor());
    CHECK(other.get_executor() == context.get_executor());

    asio::thread_pool pool(1);
    const client third(pool, engine_bench::default_params());
    CHECK(third.get_executor() == pool.get_executor());
    pool.join();
}

TEST_CASE("a client rejects parameters with the name of the field", "[client]") {
    asio::io_context context;
    client_params params = engine_bench::default_params();
    std::string field;
    SECTION("a number out of range") {
        params.max_connections = 0;
        field = "max_connections";
    }
    SECTION("an endpoint that is not a URL") {
        params.endpoint = "demo";
        field = "endpoint";
    }
    SECTION("a file of certificates that does not exist") {
        params.ca_file = "/none/ca.pem";
        field = "ca_file";
    }
    const auto rejected = rejection_of([&] { const client made(context, params); });
    CHECK(rejected.code == errc::invalid_configuration);
    CHECK_THAT(rejected.detail, contains_text(field));
}

TEST_CASE("operations continue until the last copy of their client is destroyed", "[client]") {
    engine_bench b(engine_bench::default_params());
    b.service->run_time = 1h;
    std::optional<client> copy(b.client());
    const auto done = begin(b.client());
    b.run(manual_time::start + 1min);
    b.drop_client();
    b.run(manual_time::start + 2min);
    CHECK(done->calls == 0);
    CHECK(copy->stats().pending == 1);
    copy.reset();
    CHECK(done->calls == 0); // never inside the destructor
    b.run_ready();
    REQUIRE(done->calls == 1);
    CHECK(done->code() == errc::client_closed);
    REQUIRE(done->failure().job());
    CHECK(done->failure().job()->project_name() == "Demo");
    b.run();
    CHECK(b.service->streams_open == 0);
}

TEST_CASE("an assigned handle closes its old client and shares the new one", "[client]") {
    engine_bench b(engine_bench::default_params()), other(engine_bench::default_params());
    client handle = other.client();
    const auto closed = begin(handle);
    other.drop_client();
    handle = b.client();
    other.run();
    CHECK(closed->code() == errc::client_closed);
    const auto done = begin(handle);
    b.run();
    CHECK(done->is_good());
    CHECK(b.client().stats().finished == 1);
    CHECK(b.service->number_of("POST") == 1);
    CHECK(other.service->streams_open == 0);
}

TEST_CASE("a new credential is used from the next request on", "[client]") {
    engine_bench b(engine_bench::default_params());
    b.service->run_time = 1min;
    const auto done = begin(b.client());
    b.run(manual_time::start + 10s);
    const std::size_t before = b.service->requests.size();
    client(b.client()).update_credential(subscription_key(second_key)); // a copy is enough
    b.run();
    CHECK(done->is_good());
    REQUIRE(before > 0);
    REQUIRE(b.service->requests.size() > before);
    for (std::size_t i = 0; i < b.service->requests.size(); ++i) {
        CAPTURE(i);
        CHECK(has_key(b.service->requests[i], i < before ? first_key : second_key));
    }
}

TEST_CASE("a request in flight that receives a 401 is sent again with the new credential",
          "[client]") {
    engine_bench b(engine_bench::default_params());
    b.service->latency = 1s;
    const auto usual = b.service->respond;
    b.service->respond = [&](const seen_request& request) -> langexport_tests::bench_response {
        return has_key(request, second_key) ? usual(request)
                                            : bench_service::response("401 Unauthorized", "{}");
    };
    const auto done = begin(b.client());
    b.at(manual_time::start + 500ms,
         [&] { client(b.client()).update_credential(subscription_key(second_key)); });
    b.run();
    CHECK(done->is_good());
    REQUIRE(b.service->requests.size() >= 2);
    CHECK(has_key(b.service->requests[0], first_key));
    CHECK(has_key(b.service->requests[1], second_key));
}

TEST_CASE("a 401 without a new credential fails the operation", "[client]") {
    engine_bench b(engine_bench::default_params());
    b.service->respond = [](const seen_request&) {
        return bench_service::response("401 Unauthorized", "{}");
    };
    const auto done = begin(b.client());
    b.run();
    CHECK(done->code() == errc::unauthorized);
    CHECK(b.service->requests.size() == 1);
}

TEST_CASE("the observer of a client can be replaced and removed", "[client]") {
    const auto first = std::make_shared<admissions>(), second = std::make_shared<admissions>();
    client_params params = engine_bench::default_params();
    params.observer = first;
    engine_bench b(params);
    begin(b.client());
    b.run();
    CHECK(first->number == 1);
    client(b.client()).set_observer(second);
    begin(b.client());
    b.run();
    client(b.client()).set_observer(nullptr);
    begin(b.client());
    b.run();
    CHECK(first->number == 1);
    CHECK(second->number == 1);
    CHECK(second.use_count() == 1); // the client has released it
    CHECK(b.client().stats().finished == 3);
}

TEST_CASE("the counters of a client show what its operations are doing", "[client]") {
    engine_bench b(engine_bench::default_params());
    b.service->run_time = 1h;
    CHECK(b.client().stats().started == 0);
    for (int i = 0; i < 12; ++i) // two more than the quota allows in a minute
        begin(b.client());
    b.run(manual_time::start + 1s);
    const client_stats stats = b.client().stats();
    CHECK(stats.started == 12);
    CHECK(stats.pending == 12);
    CHECK(stats.queued_submissions == 2);
    CHECK(stats.waiting == 10);
    CHECK(stats.in_flight == 0);
    CHECK(stats.submissions.left == std::optional<std::size_t>(0));
    CHECK(stats.submissions.rate == 10);
    CHECK(stats.submissions_sent == b.service->number_of("POST"));
    CHECK(stats.polls_sent == b.service->number_of("GET"));
    CHECK(stats.connections_open == b.service->streams_open);
}

TEST_CASE("a drain returns the jobs that do not finish in time, and closes the client",
          "[client][drain]") {
    engine_bench b(engine_bench::default_params());
    b.service->run_time = 30s;
    const auto short_job = begin(b.client(), "Short");
    std::shared_ptr<outcome<exported_project>> long_job, rejected;
    auto drained = std::make_shared<outcome<drain_summary>>();
    manual_time::time_point completed;
    b.at(manual_time::start + 1s, [&] {
        b.service->run_time = 1h;
        long_job = begin(b.client(), "Long");
    });
    b.at(manual_time::start + 2s, [&] {
        b.client().drain(5min, [&, keep = keep_in<drain_summary>(drained)](
                                   std::exception_ptr error, drain_summary summary) mutable {
            completed = b.time().now();
            keep(std::move(error), std::move(summary));
        });
        rejected = begin(b.client(), "Late");
    });
    b.run();
    REQUIRE(drained->is_good());
    CHECK(drained->result.finished == 1);
    REQUIRE(drained->result.unfinished.size() == 1);
    CHECK(drained->result.unfinished[0].project_name() == "Long");
    CHECK(completed == manual_time::start + 2s + 5min);
    CHECK(short_job->is_good());
    CHECK(long_job->code() == errc::client_closed);
    CHECK(rejected->code() == errc::client_closed);
    CHECK(b.service->number_of("POST") == 2);
}

} // namespace client_test
