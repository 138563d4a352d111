#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace client_secrets_test {

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
using langexport::submission_state;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::quick_project;
using testing::call_kind;
using testing::canned_response;
using testing::occurrences;

using lines = std::vector<std::string>;

// Everything that observers and callers receive.
class event_text final : public langexport::observer {
public:
    std::string text;

    void on_submitted(const langexport::submitted_event& event) noexcept override {
        text += event.job.operation_location() + event.job.project_name();
        text += event.request_id;
    }
    void on_polled(const langexport::polled_event& event) noexcept override { add(event.status); }
    void on_failed(const langexport::failed_event& event) noexcept override {
        const langexport::diagnostics& known = event.error.diagnostics();
        text += event.error.what() + known.detail + known.request_id + known.project_name;
        add(known.service);
        if (known.status)
            add(*known.status);
        if (known.job)
            text += known.job->operation_location();
    }
    void add(const export_status& status) {
        text += status.status_text + status.result_url + status.job().operation_location();
        for (const auto* list : {&status.errors, &status.warnings})
            for (const auto& one : *list)
                add(one);
    }
    void add(const langexport::service_error& said) {
        text += said.code + said.message + said.target;
        for (const auto& [name, value] : said.properties)
            text += name + value;
        for (const auto* list : {&said.details, &said.inner})
            for (const auto& one : *list)
                add(one);
    }
};

} // namespace

TEST_CASE("an echoed key is never shown, in any place where the service echoes it",
          "[client][secrets]") {
    client_bench b(GENERATE(false, true));
    const std::string key = b->key();
    const auto events = std::make_shared<event_text>();
    client_params params = b.params();
    params.observer = events;
    std::optional<client> c(b.make_client(params));
    const canned_response with_id = canned_response().header("apim-request-id", key);
    bool is_followed = true; // whether the export succeeds
    SECTION("in the request ids") {
        b->on(call_kind::any, occurrences::always(), with_id);
    }
    SECTION("in the link of the job") {
        b->on(call_kind::submission, 1,
              canned_response(202).header("operation-location", b->endpoint() + "/jobs/" + key));
        b->on(call_kind::other, 1,
              canned_response(200, R"({"status":"failed"})").header("apim-request-id", key));
        is_followed = false;
    }
    SECTION("in a link that leads elsewhere") {
        b->on(call_kind::submission, 1,
              canned_response(202).header("operation-location",
                                          "https://" + key + ".example/" + key));
        is_followed = false;
    }
    SECTION("in the status of the job") {
        const std::string words = R"([{"code":")" + key + R"(","message":")" +
                                  std::string(1990, 'x') + key + R"(","target":")" + key + "\"}]";
        b->on(call_kind::status, 1,
              canned_response(200, R"({"status":"failed","errors":)" + words + R"(,"warnings":)" +
                                       words + R"(,"resultUrl":"/)" + key + "\"}"));
        is_followed = false;
    }
    SECTION("in a page, at the position where text is cut") {
        b->on(call_kind::submission, 1, canned_response(400, std::string(185, 'x') + key));
        is_followed = false;
    }
    SECTION("after the key was replaced") {
        canned_response late(400, "not " + key + "!");
        late.delay = 50ms;
        b->on(call_kind::submission, 1, late);
        const auto done = b.begin<exported_project>(
            [&](auto token) { export_project(*c, export_request("Demo"), std::move(token)); });
        REQUIRE(b.run_until_seen(1));
        b.context.restart();
        c->update_credential(langexport::subscription_key("another"));
        REQUIRE(b.run_dry());
        CHECK_THAT(done->what(), contains_text("not [redacted]!"));
        is_followed = false;
    }
    const auto done = b.export_project(*c, export_request("Demo"));
    if (is_followed)
        CHECK(done.is_good());
    if (done.error)
        events->on_failed({done.failure()});
    INFO(events->text);
    CHECK_FALSE(events->text.empty());
    // Not even half of it.
    CHECK(events->text.find(key.substr(0, key.size() / 2)) == std::string::npos);
}

TEST_CASE("the key is sent to the endpoint's origin only", "[client][origin]") {
    const bool tls = GENERATE(false, true);
    client_bench b(tls), elsewhere(tls);
    const std::string other = elsewhere->endpoint();
    SECTION("by operation-location") {
        testing::project p = quick_project();
        p.operation_origin = other;
        b->add_project(p);
        const auto done = b.export_project(b.make_client());
        CHECK(done.code() == errc::foreign_origin);
        CHECK_THAT(done.what(), contains_text(other));
        CHECK_THAT(done.what(), contains_text("gateway_backends"));
        REQUIRE(done.failure().job());
        CHECK(b.seen() == lines{"POST export"});
    }
    SECTION("by resultUrl") {
        testing::project p = quick_project();
        p.result_origin = other;
        b->add_project(p);
        CHECK(b.export_project(b.make_client()).code() == errc::foreign_origin);
        CHECK(b.seen() == lines{"POST export", "GET status"});
    }
    SECTION("by a redirect") {
        b->on(GENERATE(call_kind::status, call_kind::result), occurrences::always(),
              canned_response(307).header("Location", other + "/x"));
        CHECK(b.export_project(b.make_client()).code() == errc::foreign_origin);
    }
    SECTION("by a token") {
        const auto job = elsewhere.submit(elsewhere.make_client());
        REQUIRE(job.is_good());
        elsewhere->clear_requests();
        const client c = b.make_client();
        const auto resumed = b.resume(c, export_job::from_token(job.result.to_token()));
        CHECK(resumed.code() == errc::foreign_origin);
        CHECK_THAT(resumed.what(), contains_text(other) && contains_text(b->endpoint()));
        CHECK_THAT(resumed.what(), contains_text("'Demo'"));
        REQUIRE(resumed.failure().job());
        CHECK(*resumed.failure().job() == job.result);
        CHECK(resumed.known().submission == submission_state::confirmed);
        CHECK(b.status(c, job.result).code() == errc::foreign_origin);
        CHECK(b.wait(c, job.result).code() == errc::foreign_origin);
        CHECK(b.number_seen() == 0);
    }
    SECTION("by a status") {
        export_status status(export_job("Demo", b->endpoint() + "/job", {}));
        status.result_url = other + "/result";
        CHECK(b.fetch(b.make_client(), status).code() == errc::foreign_origin);
        CHECK(b.number_seen() == 0);
    }
    CHECK(elsewhere.number_seen() == 0);
}

TEST_CASE("an error does not contain the key that a server echoes", "[client][origin]") {
    client_bench b(false);
    const std::string key = b->key();
    const std::string body = "{\"error\":{\"code\":\"" + key + "\",\"message\":\"" + key +
                             "\",\"target\":\"" + key + "\",\"details\":[{\"code\":\"" + key +
                             "\",\"message\":\"" + key + "\"}],\"innererror\":{\"code\":\"" + key +
                             "\",\"message\":\"" + key + "\",\"details\":{\"" + key + "\":\"" +
                             key + "\"}}}}";
    canned_response echo(400, body);
    SECTION("in a body") {}
    SECTION("as text") {
        echo.body = "Your key is " + key;
    }
    SECTION("in a header") {
        echo = canned_response(307).header("Location", "https://x.example/?key=" + key);
    }
    b->on(call_kind::submission, 1, echo);
    const auto done = b.export_project(b.make_client());
    CHECK(done.what().find(key) == std::string::npos);
    CHECK(done.known().detail.find(key) == std::string::npos);
    const auto& said = done.known().service;
    CHECK(said.code != key);
    CHECK(said.target != key);
    for (const auto& nested : {said.details, said.inner})
        for (const auto& one : nested) {
            CHECK(one.code != key);
            CHECK(one.message != key);
            for (const auto& [name, value] : one.properties) {
                CHECK(name != key);
                CHECK(value != key);
            }
        }
}

} // namespace client_secrets_test
