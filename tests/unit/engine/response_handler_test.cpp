#include <langexport/detail/engine/response_handler.hpp>

#include "support/catch.hpp"
#include "support/manual_time.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace response_handler_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::contains_text;
using langexport_tests::manual_time;

namespace {

const std::string key = "9f3c1d7a5b2e4860a1c3e5f708192b3d";
const std::string job_path = "/language/authoring/analyze-text/projects/Claims/export/jobs/1";
const std::string job_link = "https://h.example" + job_path + "?api-version=2023-04-01";

// The handler with its dependencies, and one operation.
struct fixture {
    client_params params{"https://h.example", subscription_key(key)};
    const class endpoint endpoint = endpoint::parse(params.endpoint, false);
    std::vector<origin> backends;
    token_manager tokens{subscription_key(key), retry_params()};
    response_handler handler{params, endpoint, backends, tokens};
    std::shared_ptr<export_operation> operation =
        std::make_shared<export_operation>(nullptr, operation_handler());
    detail::exchange exchange;
    decision_moment moment{manual_time::start, manual_time::system_start, 0.5};

    explicit fixture(request_kind next = request_kind::submission) {
        export_plan plan;
        plan.job_timeout = 30min;
        plan.first = next;
        operation->state.prepare(plan);
        if (next == request_kind::submission) {
            operation->parts().submission = std::make_unique<submission_parts>();
            operation->submission()->project_name = "Claims";
            operation->submission()->target = "/language/x?api-version=2023-04-01";
        } else {
            operation->set_job(export_job("Claims", job_link, {}));
            operation->set_target(job_path + "?api-version=2023-04-01");
        }
        operation->state.admit(moment.now, (steady_duration::max)(),
                               next == request_kind::submission ? std::nullopt : std::optional(0s));
        operation->started = operation->first_sent = moment.now;
    }
    response_effects respond(unsigned status, const std::string& body,
                             const std::string& operation_location = "") {
        exchange.reset();
        exchange.has_header = true;
        exchange.can_continue = true;
        exchange.response.status = status;
        exchange.response.content_type = "application/json";
        exchange.response.body = body;
        exchange.response.body_size = body.size();
        exchange.response.operation_location = operation_location;
        return handler.on_response(*operation, request(), poll_supply(), moment);
    }
    response_effects fail(errc code, bool was_written, bool connection_was_stale = false,
                          bool can_pass = false) {
        exchange.reset();
        exchange.was_written = was_written;
        exchange.failure = exchange_failure{code, "the peer is gone", {}};
        return handler.on_failure(*operation, request(), connection_was_stale, can_pass, moment);
    }
    sent_request request() { return {operation->progress().next, "client-id", exchange}; }
};

} // namespace

TEST_CASE("a 202 confirms the operation's job, which is polled next", "[response_handler]") {
    fixture f;
    const response_effects effects = f.respond(202, "", job_link);
    CHECK(effects.has_new_job);
    CHECK(effects.has_succeeded);
    CHECK_FALSE(effects.retry);
    CHECK_FALSE(effects.must_close);
    CHECK(effects.next.what == action::send);
    CHECK(effects.next.at > f.moment.now);
    CHECK(f.operation->job().operation_location() == job_link);
    CHECK(f.operation->target() == job_path + "?api-version=2023-04-01");
    CHECK(f.operation->progress().next == request_kind::status);
    CHECK_FALSE(f.operation->submission()); // its memory is free
}

TEST_CASE("a job with a link to another origin is reported, and its export fails",
          "[response_handler]") {
    fixture f;
    const response_effects effects =
        f.respond(202, "", "https://elsewhere.example" + job_path + "?api-version=2023-04-01");
    CHECK(effects.has_new_job);
    CHECK(effects.next.what == action::fail);
    CHECK(effects.next.code == errc::foreign_origin);
    CHECK(f.operation->progress().submission == submission_state::confirmed);
    CHECK_FALSE(f.operation->job().empty());
}

TEST_CASE("a link with a secret is not kept", "[response_handler]") {
    fixture f;
    const response_effects effects = f.respond(202, "", job_link + "&key=" + key);
    CHECK_FALSE(effects.has_new_job);
    CHECK(effects.next.what == action::fail);
    CHECK(f.operation->job().empty());
    CHECK(f.operation->progress().submission == submission_state::unconfirmed);
    CHECK(f.handler.describe(*f.operation, f.moment.now).detail.find(key) == std::string::npos);
}

TEST_CASE("a status leads to the next poll, to the result, or to an error", "[response_handler]") {
    fixture f(request_kind::status);
    response_effects effects = f.respond(200, R"({"status":"running"})");
    CHECK(effects.was_polled);
    CHECK(effects.next.what == action::send);
    CHECK(f.operation->progress().next == request_kind::status);

    effects = f.respond(200, R"({"status":"succeeded","resultUrl":"https://h.example)" + job_path +
                                 R"(/result?api-version=2023-04-01"})");
    CHECK(effects.was_polled);
    CHECK(f.operation->progress().next == request_kind::result);
    CHECK(f.operation->target() == job_path + "/result?api-version=2023-04-01");

    fixture g(request_kind::status);
    effects = g.respond(
        200, R"({"status":"failed","errors":[{"code":"Broken","message":"it is broken"}]})");
    CHECK(effects.next.what == action::fail);
    CHECK(effects.next.code == errc::job_failed);
    CHECK(g.operation->failure());
}

TEST_CASE("a result is moved to its operation", "[response_handler]") {
    fixture f(request_kind::result);
    const std::string document = R"({"metadata":{},"assets":{}})";
    const response_effects effects = f.respond(200, document);
    CHECK(effects.next.what == action::succeed);
    CHECK(f.operation->result().document == document);
    CHECK(f.operation->result().bytes == document.size());
}

TEST_CASE("an invalid response closes its connection", "[response_handler]") {
    fixture f(request_kind::status);
    const response_effects effects = f.respond(200, "<html>");
    CHECK(effects.must_close);
    CHECK(effects.next.what == action::fail);
    CHECK(effects.next.code == errc::malformed_response);
}

TEST_CASE("429 and 503 are retried, and the quota receives their event", "[response_handler]") {
    for (const unsigned status : {429U, 503U}) {
        fixture f(request_kind::status);
        const response_effects effects = f.respond(status, "{}");
        CHECK(effects.next.what == action::send);
        REQUIRE(effects.retry);
        CHECK(*effects.retry == (status == 429 ? errc::throttled : errc::service_unavailable));
        CHECK_FALSE(effects.has_succeeded);
    }
}

TEST_CASE("a failure before sending is retried; a submission that may have arrived is not",
          "[response_handler]") {
    fixture unsent;
    const response_effects again = unsent.fail(errc::connection_failed, false);
    CHECK(again.next.what == action::send);
    REQUIRE(again.retry);
    CHECK(*again.retry == errc::connection_failed);
    CHECK(unsent.operation->failure()->detail == "the peer is gone");

    fixture sent;
    const response_effects lost = sent.fail(errc::connection_failed, true);
    CHECK(lost.next.what == action::fail);
    CHECK(lost.next.code == errc::submit_unconfirmed);
    CHECK_FALSE(lost.retry);
}

TEST_CASE("a failure on a stale connection does not count against the service",
          "[response_handler]") {
    fixture f(request_kind::status);
    const response_effects effects = f.fail(errc::connection_failed, true, true);
    CHECK(effects.next.what == action::send);
    CHECK(effects.next.at == f.moment.now);
    CHECK_FALSE(f.operation->failure());
    CHECK(f.operation->progress().failures == 0);
}

TEST_CASE("the header of an incomplete response may confirm a job", "[response_handler]") {
    fixture f;
    f.exchange.has_header = true;
    f.exchange.response.status = 202;
    f.exchange.response.operation_location = job_link;
    CHECK(f.handler.adopt_early_job(*f.operation, f.request(), f.moment.system_now));
    CHECK(f.operation->job().operation_location() == job_link);
    CHECK(f.operation->progress().submission == submission_state::confirmed);
    // It is reported once.
    CHECK_FALSE(f.handler.adopt_early_job(*f.operation, f.request(), f.moment.system_now));
}

TEST_CASE("a submission that completes after its operation reports its job", "[response_handler]") {
    fixture f;
    f.exchange.has_header = true;
    f.exchange.response.status = 202;
    f.exchange.response.operation_location = job_link;
    const auto job = f.handler.late_job("Claims", f.exchange, f.moment.system_now);
    REQUIRE(job);
    CHECK(job->project_name() == "Claims");
    f.exchange.response.operation_location = job_link + "&key=" + key;
    CHECK_FALSE(f.handler.late_job("Claims", f.exchange, f.moment.system_now));
    f.exchange.response.operation_location = job_link;
    f.exchange.failure = exchange_failure{errc::response_truncated, "", {}};
    CHECK_FALSE(f.handler.late_job("Claims", f.exchange, f.moment.system_now));
}

TEST_CASE("a failure behind the header is disregarded if the header is sufficient",
          "[response_handler]") {
    detail::exchange x;
    x.has_header = true;
    x.response.status = 200;
    x.failure = exchange_failure{errc::response_truncated, "", {}};
    disregard_failure(x, request_kind::status);
    CHECK(x.failure);

    x.response.status = 503;
    disregard_failure(x, request_kind::status);
    CHECK_FALSE(x.failure);
}

TEST_CASE("diagnostics describe the operation without secrets", "[response_handler]") {
    fixture f(request_kind::status);
    f.respond(404, R"({"error":{"code":"NotFound","message":"no )" + key + R"("}})");
    const diagnostics known = f.handler.describe(*f.operation, f.moment.now + 5s);
    CHECK(known.project_name == "Claims");
    CHECK(known.http_status == 404);
    CHECK(known.polls == 1);
    CHECK(known.run_time == 5s);
    CHECK(known.client_request_id == "client-id");
    CHECK_THAT(known.service.message, contains_text("[redacted]"));
    REQUIRE(known.job);
}

} // namespace response_handler_test
