#include <langexport/detail/engine/token_requester.hpp>

#include "support/catch.hpp"
#include "support/pause_point.hpp"
#include "unit/engine/ending.hpp"
#include "unit/engine/parts_bench.hpp"

#include <langexport/export_project.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace token_requester_test {

using namespace std::chrono_literals;
using namespace langexport;
using detail::operation_kind;
using langexport_tests::ending;
using langexport_tests::engine_bench;
using langexport_tests::into;
using langexport_tests::manual_time;
using langexport_tests::part_operation;
using langexport_tests::parts_bench;
using langexport_tests::pause_point;
using langexport_tests::seen_request;
namespace asio = boost::asio;

namespace {

const std::string first_token = "first-4b7d2e9f61a80c53";

// A source whose responses the test decides.
struct scripted_source {
    std::size_t asked = 0;
    bool waits = false; // it responds when the test resumes it
    pause_point responds;
    std::string token = first_token; // empty: it throws
    manual_time::duration life = 1h;

    asio::awaitable<access_token> make(const parts_bench& b) {
        ++asked;
        if (waits)
            co_await responds.wait();
        if (token.empty())
            throw std::runtime_error("no token");
        const access_token made(token, b.parts.timers.system_now() + life);
        co_return made;
    }
};

// Exists before the bench.
struct with_source {
    scripted_source source;
};

struct token_bench : with_source, parts_bench {
    token_bench() : parts_bench(params_with(*this)) {}

    static client_params params_with(token_bench& bench) {
        client_params params = default_params();
        params.credential =
            credential(bearer_token_source([&bench] { return bench.source.make(bench); }));
        return params;
    }
    part_operation poll(const std::string& name) {
        part_operation made = admit(name, request_kind::status, operation_kind::one_status);
        run_ready();
        return made;
    }
    bool was_sent(const std::string& token) {
        for (const auto& each : opener().streams)
            if (each->written.find("\r\nAuthorization: Bearer " + token + "\r\n") !=
                std::string::npos)
                return true;
        return false;
    }
};

} // namespace

TEST_CASE("a token is requested when a request is due, once for all requests",
          "[token_requester]") {
    token_bench b;
    b.source.waits = true;
    b.parts.token_requester.request_token_if_needed();
    b.run_ready();
    CHECK(b.source.asked == 0); // no request needs one
    CHECK_FALSE(b.parts.token_requester.has_credential());
    const long owners = b.engine().use_count();
    const part_operation first = b.poll("First"), second = b.poll("Second");
    CHECK(b.source.asked == 1);
    CHECK(b.engine().use_count() == owners); // a source may never respond
    CHECK(b.opener().begun == 0);
    b.source.responds.resume();
    b.run_ready();
    CHECK(b.parts.token_requester.has_credential());
    CHECK(first->active_connection);
    CHECK(second->active_connection);
    CHECK(b.was_sent(first_token));
    CHECK(b.source.asked == 1);
}

TEST_CASE("after a failure requests wait, and the source is asked again after a pause",
          "[token_requester]") {
    token_bench b;
    b.source.token.clear();
    const part_operation waiting = b.poll("Claims");
    CHECK(b.source.asked == 1);
    CHECK(b.events->number_of("token failed") == 1);
    CHECK(b.events->number_of("retried Claims: credential_unavailable") == 1);
    CHECK(waiting->lacked_secret);
    b.parts.token_requester.request_token_if_needed();
    b.run_ready();
    CHECK(b.source.asked == 1);
    b.source.token = first_token;
    b.pass_and_assign(1s);
    CHECK(b.source.asked == 2);
    CHECK(b.was_sent(first_token));
    CHECK(waiting->active_connection);
}

TEST_CASE("a request that comes after a failure waits for the same pause", "[token_requester]") {
    token_bench b;
    b.source.token.clear();
    const part_operation first = b.poll("First");
    const part_operation second = b.poll("Second");
    CHECK(b.source.asked == 1);
    b.source.token = first_token;
    b.pass(1s); // the timer of this part asks again
    CHECK(b.source.asked == 2);
    CHECK(second->active_connection);
}

TEST_CASE("a request that has waited for a token for attempt_timeout has failed once",
          "[token_requester]") {
    token_bench b;
    b.source.waits = true;
    const part_operation early = b.poll("Early");
    b.pass(10s);
    const part_operation late = b.poll("Late");
    const manual_time::duration timeout = b.params().attempt_timeout;
    b.pass(timeout - 11s);
    CHECK(b.events->number_of("token failed") == 0);
    b.pass(1s);
    CHECK(b.events->number_of("retried Early: credential_unavailable") == 1);
    CHECK(b.events->number_of("retried Late: credential_unavailable") == 0);
    CHECK(early->failure()->cause == asio::error::timed_out);
    b.pass(10s);
    CHECK(b.events->number_of("retried Late: credential_unavailable") == 1);
    // The token is used when it arrives.
    b.source.responds.resume();
    b.run_ready();
    b.pass_and_assign(1s);
    CHECK(b.source.asked == 1);
    CHECK(early->active_connection);
    CHECK(late->active_connection);
}

TEST_CASE("while the previous token is valid, a failed refresh affects no request",
          "[token_requester]") {
    token_bench b;
    const part_operation first = b.poll("First");
    b.respond(0, parts_bench::response("200 OK", R"({"status":"running"})"));
    CHECK(first.end->calls == 1);
    b.pass(56min); // a token is refreshed five minutes before it expires
    b.source.token.clear();
    const part_operation second = b.poll("Second");
    CHECK(b.source.asked == 2);
    CHECK(b.events->number_of("token failed, another is valid") == 1);
    CHECK(b.events->number_of("retried Second: credential_unavailable") == 0);
    CHECK(second->active_connection);
}

TEST_CASE("a new credential is used at once, and the response of the old source is ignored",
          "[token_requester]") {
    token_bench b;
    b.source.waits = true;
    const part_operation waiting = b.poll("Claims");
    b.parts.token_requester.replace(subscription_key("7c1e0b9d4f2a4c58b6e3d1f09a8c7b65"));
    b.run_ready();
    CHECK(waiting->active_connection);
    b.source.responds.resume();
    b.run_ready();
    CHECK_FALSE(b.was_sent(first_token));
    b.pass(10min); // no request counts as overdue
    CHECK(b.events->number_of("token failed") == 0);
}

TEST_CASE("a new credential wakes the operations that lacked a token", "[token_requester]") {
    token_bench b;
    b.source.token.clear();
    const part_operation waiting = b.poll("Claims");
    REQUIRE(waiting->lacked_secret);
    REQUIRE_FALSE(waiting->active_connection);
    b.parts.token_requester.replace(subscription_key("7c1e0b9d4f2a4c58b6e3d1f09a8c7b65"));
    b.run_ready();
    CHECK(waiting->active_connection);
}

TEST_CASE("the child of a fork asks the source itself", "[token_requester][fork]") {
    token_bench b;
    b.source.waits = true;
    const part_operation first = b.poll("First");
    CHECK(b.source.asked == 1);
    b.parts.token_requester.on_fork();
    b.source.waits = false;
    const part_operation second = b.poll("Second");
    CHECK(b.source.asked == 2);
    CHECK(second->active_connection);
}

TEST_CASE("without operations the source is not asked again", "[token_requester]") {
    token_bench b;
    b.source.token.clear();
    const part_operation waiting = b.poll("Claims");
    b.parts.operations.remove(waiting);
    b.parts.token_requester.stop_timers();
    CHECK(b.parts.timers.next() == (manual_time::time_point::max)());
}

TEST_CASE("a request that contains a secret of the client is rejected, and its texts hide it",
          "[token_requester]") {
    parts_bench b;
    const std::string key = "9f3c1d7a5b2e4860a1c3e5f708192b3d";
    part_operation made = b.make("Claims", request_kind::submission);
    SECTION("nowhere") {
        b.parts.token_requester.reject_secrets_in_request(*made);
        CHECK_FALSE(made->failure());
        CHECK(made->submission()->body == "{}");
        return;
    }
    SECTION("in the project's name") {
        made = b.make(key, request_kind::submission);
    }
    SECTION("in the body") {
        made->submission()->body = "{\"a\":\"" + key + "\"}";
    }
    SECTION("in the tag") {
        made->extras().tag = key;
    }
    SECTION("in the job's link") {
        made = b.make("Claims", request_kind::status);
        made->set_job(
            export_job("Claims", "https://x.example/jobs/" + key, export_job::time_point()));
    }
    b.parts.token_requester.reject_secrets_in_request(*made);
    REQUIRE(made->failure());
    CHECK(made->failure()->rejected == errc::invalid_request);
    CHECK(made->project_name().find(key) == std::string::npos);
    CHECK(made->tag().find(key) == std::string::npos);
    CHECK(made->job().empty());
    CHECK(made->submission()->body.empty());
}

TEST_CASE("tokens are refreshed before they expire, and requests wait for the first one",
          "[engine][tokens]") {
    client_params params = engine_bench::default_params();
    std::size_t asked = 0;
    engine_bench* running = nullptr;
    params.credential = credential(bearer_token_source([&]() -> asio::awaitable<access_token> {
        ++asked;
        const access_token token("token-" + std::to_string(asked) + "-4b7d2e9f61",
                                 running->time().system_now() + 10min);
        co_return token;
    }));
    params.job_timeout = 2h;
    engine_bench bench(params);
    running = &bench;
    bench.service->run_time = 1h;
    ending end;
    export_project(bench.client(), export_request("Claims"), into(bench, end));
    bench.run();
    CHECK_FALSE(end.error);
    CHECK(asked >= 6);
    CHECK(asked <= 15);
    for (const seen_request& each : bench.service->requests)
        CHECK(each.bytes.find("\r\nAuthorization: Bearer token-") != std::string::npos);
}

} // namespace token_requester_test
