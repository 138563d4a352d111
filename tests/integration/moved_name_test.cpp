// The DNS name of a service moves to another address, as in a failover.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/fake_names.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace moved_name_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::export_job;
using langexport::export_request;
using langexport::exported_project;
using langexport_tests::client_bench;
using langexport_tests::fake_name;
using langexport_tests::quick_project;
using langexport_tests::running_emulator;
using testing::call_kind;
using testing::canned_response;
using testing::occurrences;

constexpr const char* host = "moving.example";

testing::emulator_options first_options(bool tls) {
    testing::emulator_options options;
    if (tls) {
        testing::certificate_options wish;
        wish.host_names = {host};
        options.identity = testing::make_certificate(wish);
    }
    return options;
}

// Two services at the same port of two addresses, and a name with the address of the first one.
class moving_service {
public:
    explicit moving_service(bool tls) : moving_service(tls, first_options(tls)) {}

    client_params params() const {
        client_params params = bench.params();
        params.endpoint = origin();
        params.allow_insecure_http = true; // the name is not known for one of this machine
        params.max_idle_time = 24h;
        return params;
    }
    std::string origin() const {
        return (is_secure_ ? "https://" : "http://") + std::string(host) + ":" +
               std::to_string(second_->port());
    }
    testing::emulator& first() { return bench.service(); }
    testing::emulator& second() { return *second_; }
    void move() { name.move_to({"127.0.0.2"}); }

private:
    moving_service(bool tls, const testing::emulator_options& options)
        : bench(tls, options), is_secure_(tls), second_(second_options(options)) {
        second().add_project(quick_project());
    }
    testing::emulator_options second_options(testing::emulator_options options) {
        options.tls = is_secure_;
        options.address = "127.0.0.2";
        options.port = first().port();
        options.keys = first().keys();
        return options;
    }

public:
    client_bench bench;
    fake_name name{host, {"127.0.0.1"}};

private:
    const bool is_secure_;
    mutable running_emulator second_;
};

} // namespace

TEST_CASE("a client keeps its address until its connection is too old",
          "[client][connections][names]") {
    moving_service s(GENERATE(false, true));
    client_params params = s.params();
    params.max_connection_age = 24h;
    const client c = s.bench.make_client(params);
    REQUIRE(s.bench.export_project(c).is_good());
    s.move();
    for (int i = 0; i < 5; ++i)
        REQUIRE(s.bench.export_project(c).is_good());
    CHECK(s.first().counters().jobs_created == 6);
    CHECK(s.first().counters().connections == 1);
    CHECK(s.second().counters().connections == 0);
    CHECK(s.name.lookups() == 1);

    SECTION("a lost connection is reopened at the new address") {
        s.first().close_connections();
        REQUIRE(s.bench.run_until([&] { return s.first().counters().open_connections == 0; }));
        CHECK(s.bench.export_project(c).is_good());
        CHECK(s.second().counters().jobs_created == 1);
        CHECK(s.name.lookups() == 2);
    }
    SECTION("another client uses the new address at once") {
        CHECK(s.bench.export_project(s.bench.make_client(params)).is_good());
        CHECK(s.second().counters().jobs_created == 1);
        CHECK(s.bench.export_project(c).is_good());
        CHECK(s.first().counters().jobs_created == 7);
    }
}

TEST_CASE("a client uses a new address when its connection is too old, and nothing fails",
          "[client][connections][names]") {
    moving_service s(GENERATE(false, true));
    client_params params = s.params();
    params.max_connection_age = 100ms;
    const client c = s.bench.make_client(params);
    REQUIRE(s.bench.submit(c).is_good());
    s.move();
    // Those that were opened before are used until they are too old, but no other one is opened there.
    const auto connections = s.first().counters().connections;
    REQUIRE(s.bench.run_until([&] {
        if (s.second().counters().submissions == 0)
            REQUIRE(s.bench.submit(c).is_good());
        return s.second().counters().submissions > 0;
    }));
    CHECK(s.first().counters().connections == connections);
    const auto submissions = s.first().counters().submissions;
    for (int i = 0; i < 10; ++i)
        REQUIRE(s.bench.export_project(c).is_good());
    CHECK(s.first().counters().submissions == submissions);
    CHECK(s.second().counters().jobs_created == 11);
    REQUIRE(s.bench.run_until([&] { return s.first().counters().open_connections == 0; }));
}

TEST_CASE("a job continues at the new address of its service", "[client][connections][names]") {
    moving_service s(GENERATE(false, true));
    client_params params = s.params();
    params.max_connection_age = 1ms;
    // The connection reaches its age during the submission, and meanwhile the name moves.
    s.first().on(call_kind::submission, 1, canned_response::after(50ms));
    const std::string job = s.origin() + "/language/authoring/analyze-text/projects/Demo/export/"
                                         "jobs/1";
    s.second().on(call_kind::status, occurrences::always(),
                  canned_response(200, R"({"jobId":"1","status":"succeeded","resultUrl":")" + job +
                                           R"(/result?api-version=2022-05-01"})"));
    s.second().on(call_kind::result, occurrences::always(),
                  canned_response(200, R"({"assets":{}})"));
    const client c = s.bench.make_client(params);
    const auto done = s.bench.begin<exported_project>(
        [&](auto token) { export_project(c, export_request("Demo"), std::move(token)); });
    REQUIRE(s.bench.run_until([&] { return s.first().counters().connections == 1; }));
    s.move();
    REQUIRE(s.bench.run_dry());
    REQUIRE(done->is_good());
    CHECK(done->result.document == R"({"assets":{}})");
    CHECK(s.first().counters().requests == 1);
    CHECK(s.first().counters().jobs_created == 1);
    CHECK(s.second().counters().requests == 2);
}

} // namespace moved_name_test
