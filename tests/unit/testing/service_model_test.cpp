#include <langexport/testing/service_model.hpp>

#include "support/catch.hpp"
#include "unit/testing/service_model_bench.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace service_model_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport_tests::error_code_of;
using langexport_tests::options_with_key;
using langexport_tests::projects_path;
using langexport_tests::read_all;
using langexport_tests::service_model_bench;
using langexport_tests::text;
using testing::call_kind;
using testing::canned_response;
using testing::occurrences;
using testing::project;
using testing::service_response;

} // namespace

TEST_CASE("a submission is accepted with the headers of the service and no body", "[emulator]") {
    service_model_bench b;
    b.model.add_project(project("Demo"));
    const service_response accepted = b.submit();

    CHECK(accepted.status == 202);
    CHECK(accepted.body.empty());
    CHECK(accepted.stream == nullptr);
    std::vector<std::string> names;
    for (const auto& field : accepted.headers)
        names.push_back(field.first);
    std::sort(names.begin(), names.end());
    CHECK(names == std::vector<std::string>{"Access-Control-Expose-Headers", "Date",
                                            "Strict-Transport-Security", "X-Content-Type-Options",
                                            "apim-request-id", "operation-location", "request-id",
                                            "x-envoy-upstream-service-time", "x-ms-region"});
    CHECK(accepted.header("apim-request-id") == accepted.header("request-id"));
    CHECK(accepted.header("request-id").size() == 36);
    CHECK(accepted.header("Date") == "Mon, 02 Feb 2026 23:14:59 GMT");
    const std::string location(accepted.header("operation-location"));
    const std::string before = "http://service.example" + projects_path + "Demo/export/jobs/";
    CHECK(location.substr(0, before.size()) == before);
    CHECK_THAT(location,
               langexport_tests::contains_text("_639055872000000000?api-version=2022-05-01"));
}

TEST_CASE("a job goes from notStarted through running to succeeded as its time passes",
          "[emulator]") {
    service_model_bench b;
    project p("Demo");
    p.job_duration = 10s;
    b.model.add_project(p);
    const std::string job = b.begin();

    const service_response first = b.ask("GET", job);
    CHECK(first.header("Content-Type") == "application/json; charset=utf-8");
    const std::string id = job.substr(job.find("jobs/") + 5, 36 + 1 + 18);
    CHECK(first.body == "{\"jobId\":\"" + id +
                            "\",\"createdDateTime\":\"2026-02-02T23:15:00Z\","
                            "\"lastUpdatedDateTime\":\"2026-02-02T23:15:00Z\","
                            "\"expirationDateTime\":\"2026-02-09T23:15:00Z\","
                            "\"status\":\"notStarted\"}");
    b.now += 5s;
    CHECK(b.word(job) == "running");
    b.now += 4999ms;
    CHECK(b.word(job) == "running");
    b.now += 1ms;
    CHECK(b.ask("GET", job).body ==
          "{\"resultUrl\":\"http://service.example" + projects_path + "Demo/export/jobs/" + id +
              "/result?api-version=2022-05-01\",\"jobId\":\"" + id +
              "\",\"createdDateTime\":\"2026-02-02T23:15:00Z\","
              "\"lastUpdatedDateTime\":\"2026-02-02T23:15:10Z\","
              "\"expirationDateTime\":\"2026-02-09T23:15:00Z\",\"status\":\"succeeded\"}");
}

TEST_CASE("a job expires after seven days", "[emulator]") {
    service_model_bench b;
    b.model.add_project(project("Demo"));
    const std::string job = b.begin();
    b.now += 24h * 7;
    CHECK(b.word(job) == "succeeded");
    b.now += 1s;
    const service_response gone = b.ask("GET", job);
    CHECK(gone.status == 404);
    CHECK(error_code_of(gone) == "OperationNotFound");
}

TEST_CASE("the time scale shortens run time, lag, lifetime and waits", "[emulator]") {
    testing::emulator_options options = options_with_key();
    options.time_scale = 60;
    service_model_bench b(options);
    project p("Demo");
    p.job_duration = 1min;
    p.creation_lag = 30s;
    b.model.add_project(p);
    canned_response busy(429);
    busy.retry_after = 150s;
    busy.delay = 6s;
    b.model.on(call_kind::other, 1, busy);

    const std::string job = b.begin();
    CHECK(b.ask("GET", job).status == 404);
    b.now += 500ms;
    CHECK(b.word(job) == "running");
    b.now += 500ms;
    CHECK(b.word(job) == "succeeded");
    b.now += 3h;
    CHECK(b.ask("GET", job).status == 404);

    const service_response rejected = b.ask("GET", "/");
    CHECK(rejected.header("Retry-After") == "3");
    CHECK(rejected.header("retry-after-ms") == "2500");
    CHECK(rejected.fault->delay == 100ms);
}

TEST_CASE("any duration works with any time scale", "[emulator]") {
    testing::emulator_options options = options_with_key();
    options.time_scale = GENERATE(1e-300, 1e-9, 1e300);
    service_model_bench b(options);
    project p("Demo");
    p.job_duration = std::chrono::nanoseconds::max();
    b.model.add_project(p);
    const std::string job = b.begin();
    b.now += 1s;
    CHECK(b.ask("GET", job).status == (options.time_scale > 1 ? 404U : 200U));
}

TEST_CASE("each poll shows the next configured status, and then the job ends", "[emulator]") {
    service_model_bench b;
    project p("Demo");
    p.job_duration = 0s;
    p.states = {"notStarted", "unknown", "cancelling"};
    p.end = testing::job_end::cancelled;
    b.model.add_project(p);
    const std::string job = b.begin();
    std::vector<std::string> words;
    for (int i = 0; i < 5; ++i)
        words.push_back(b.word(job));
    CHECK(words == std::vector<std::string>{"notStarted", "unknown", "cancelling", "cancelled",
                                            "cancelled"});
}

TEST_CASE("a job ends as its project is configured", "[emulator]") {
    struct row {
        testing::job_end end;
        const char* word;
        bool has_result;
    };
    const auto r = GENERATE(row{testing::job_end::succeeded, "succeeded", true},
                            row{testing::job_end::failed, "failed", false},
                            row{testing::job_end::cancelled, "cancelled", false},
                            row{testing::job_end::partially_completed, "partiallyCompleted", true},
                            row{testing::job_end::never, "running", false});
    service_model_bench b;
    project p("Demo");
    p.end = r.end;
    testing::error_entry error("InvalidRequest", "No.");
    error.target = "documents";
    error.details.emplace_back("Warning", "Nor that.");
    error.inner_code = "Deep";
    p.errors.push_back(error);
    p.warnings.emplace_back("Warning", "Careful.");
    b.model.add_project(p);
    const std::string job = b.begin();
    b.now += 1h;
    const boost::json::object status = b.poll(job);

    CHECK(text(status.at("status")) == r.word);
    CHECK(status.contains("resultUrl") == r.has_result);
    const bool ended = r.end != testing::job_end::never;
    CHECK(status.contains("errors") == ended);
    if (ended) {
        CHECK(status.at("errors") ==
              boost::json::parse(R"([{"code":"InvalidRequest","message":"No.","target":"documents",
                  "details":[{"code":"Warning","message":"Nor that."}],
                  "innererror":{"code":"Deep"}}])"));
        CHECK(status.at("warnings").as_array().size() == 1);
    }
    const std::string result = job.substr(0, job.find('?')) + "/result" + job.substr(job.find('?'));
    CHECK(b.ask("GET", result).status == (r.has_result ? 200U : 404U));
}

TEST_CASE("a generated result contains the request's parameters", "[emulator]") {
    service_model_bench b;
    project p("Demo");
    p.kind = testing::sample_kind::conversation;
    p.trained_models = {"m1"};
    b.model.add_project(p);
    const service_response accepted =
        b.ask("POST", "/language/authoring/analyze-conversations/projects/Demo/:export"
                      "?api-version=2025-05-15-preview&stringIndexType=Utf8CodeUnit&"
                      "trainedModelLabel=m1&assetKind=x");
    b.now += 1s;
    std::string result =
        service_model_bench::path_of(std::string(accepted.header("operation-location")));
    result.insert(result.find('?'), "/result");
    const service_response response = b.ask("GET", result);
    REQUIRE(response.stream != nullptr);
    const boost::json::value v = boost::json::parse(read_all(*response.stream));
    CHECK(text(v.at("projectFileVersion")) == "2025-05-15-preview");
    CHECK(text(v.at("stringIndexType")) == "Utf8CodeUnit");
}

TEST_CASE("no time window contains more requests than the quota", "[emulator]") {
    testing::emulator_options options = options_with_key();
    options.quota_posts = 2;
    options.quota_gets = 3;
    service_model_bench b(options);
    b.model.add_project(project("Demo"));
    const std::string job = b.begin();
    b.now += 20s;
    b.begin();
    b.now += 10s;
    const service_response rejected = b.submit();
    CHECK(rejected.status == 429);
    CHECK(rejected.header("Retry-After") == "30");
    CHECK(rejected.header("retry-after-ms").empty());
    CHECK(error_code_of(rejected) == "429");
    b.now += 30s;
    CHECK(b.submit().status == 202);
    CHECK(b.submit().status == 429);

    for (int i = 0; i < 3; ++i)
        CHECK(b.ask("GET", job).status == 200);
    CHECK(b.ask("GET", job).status == 429);
    CHECK(b.model.counters().throttled == 3);
}

TEST_CASE("a rule applies to the n-th request of its kind", "[emulator]") {
    struct row {
        occurrences which;
        std::string responses; // x: by the rule
    };
    const auto r =
        GENERATE(row{2, ".x...."}, row{occurrences::between(2, 4), ".xxx.."},
                 row{occurrences::from(3), "..xxxx"}, row{occurrences::always(), "xxxxxx"},
                 row{occurrences::one_in(3), "..x..x"}, row{0, "......"});
    service_model_bench b;
    b.model.add_project(project("Demo"));
    b.model.on(call_kind::submission, r.which,
               canned_response(503, "busy").header("Content-Type", "text/plain"));
    std::string responses;
    for (int i = 0; i < 6; ++i) {
        b.ask("GET", "/");
        const service_response response = b.submit();
        responses += response.status == 503 ? 'x' : '.';
        if (response.status == 503) {
            CHECK(response.body == "busy");
            CHECK(response.header("content-type") == "text/plain");
        }
    }
    CHECK(responses == r.responses);
    const auto faults =
        static_cast<std::uint64_t>(std::count(responses.begin(), responses.end(), 'x'));
    CHECK(b.model.counters().faults == faults);
    CHECK(b.model.counters().jobs_created == 6 - faults);
}

TEST_CASE("a rule can apply to one project, and the first matching rule wins", "[emulator]") {
    service_model_bench b;
    b.model.add_project(project("Demo"));
    b.model.add_project(project("Other"));
    b.model.on(call_kind::submission, 1, canned_response(500), testing::for_project("Other"));
    b.model.on(call_kind::any, occurrences::always(), canned_response(502),
               testing::for_project("Other"));
    CHECK(b.submit("Demo").status == 202);
    CHECK(b.submit("Other").status == 500);
    CHECK(b.submit("Other").status == 502);
    CHECK(b.submit("Demo").status == 202);
    b.model.clear_faults();
    CHECK(b.submit("Other").status == 202);
}

TEST_CASE("a lost response can belong to a job that started", "[emulator]") {
    const bool processed = GENERATE(true, false);
    service_model_bench b;
    b.model.add_project(project("Demo"));
    b.model.on(call_kind::submission, 1, canned_response::no_response(processed));
    b.submit();
    CHECK(b.model.counters().jobs_created == (processed ? 1U : 0U));
    CHECK(b.model.requests().at(0).status == 0);
}

TEST_CASE("a fault has request-id except on the surface of knowledge bases", "[emulator]") {
    service_model_bench b;
    b.model.on(call_kind::any, occurrences::always(), canned_response(503));
    for (const std::string surface :
         {"analyze-text", "analyze-conversations", "query-knowledgebases"}) {
        CAPTURE(surface);
        const service_response response =
            b.ask("GET", "/language/authoring/" + surface + "/projects?api-version=2023-04-01");
        CHECK(response.status == 503);
        CHECK(response.header("apim-request-id").size() == 36);
        CHECK(response.header("request-id").empty() == (surface == "query-knowledgebases"));
    }
}

TEST_CASE("headers of the service's own response can be changed, added and removed", "[emulator]") {
    service_model_bench b;
    canned_response changed;
    changed.header("X-MS-REGION", "Nowhere").header("Retry-After", "7").header("request-id", "");
    b.model.on(call_kind::any, occurrences::always(), changed);
    b.model.add_project(project("Demo"));
    const service_response response = b.submit();
    CHECK(response.status == 202);
    CHECK(response.header("x-ms-region") == "Nowhere");
    CHECK(response.header("Retry-After") == "7");
    CHECK(response.header("request-id").empty());
    CHECK_FALSE(response.header("apim-request-id").empty());
}

TEST_CASE("requests are counted, and a limited number is kept", "[emulator]") {
    testing::emulator_options options = options_with_key();
    options.log_limit = 3;
    service_model_bench b(options);
    project p("Demo");
    p.job_duration = 0s;
    b.model.add_project(p);
    std::string job = b.begin();
    b.ask("GET", job);
    b.ask("GET", job);
    job.insert(job.find('?'), "/result");
    b.ask("GET", job);
    b.submit("Nope");
    b.ask("GET", "/elsewhere");

    const testing::emulator_counters& c = b.model.counters();
    CHECK(c.requests == 6);
    CHECK(c.submissions == 2);
    CHECK(c.status_gets == 2);
    CHECK(c.result_gets == 1);
    CHECK(c.other == 1);
    CHECK(c.not_found == 2);
    REQUIRE(c.projects.size() == 1);
    CHECK(c.projects.at("Demo").submissions == 1);
    CHECK(c.projects.at("Demo").jobs_created == 1);
    CHECK(c.projects.at("Demo").status_gets == 2);
    CHECK(c.projects.at("Demo").result_gets == 1);

    const auto seen = b.model.requests();
    REQUIRE(seen.size() == 3);
    CHECK(seen[0].kind == call_kind::result);
    CHECK(seen[0].status == 200);
    CHECK(seen[1].project == "Nope");
    CHECK(seen[1].status == 404);
}

TEST_CASE("ids are the same with a seed and differ without", "[emulator]") {
    const auto first_id = [](std::uint64_t seed) {
        testing::emulator_options options = options_with_key();
        options.seed = seed;
        service_model_bench b(options);
        b.model.add_project(project("Demo"));
        return b.begin();
    };
    CHECK(first_id(7) == first_id(7));
    CHECK(first_id(7) != first_id(8));
    CHECK(first_id(0) != first_id(0));
}

TEST_CASE("an unreadable result is a server error", "[emulator]") {
    service_model_bench b;
    project p("Demo");
    p.job_duration = 0s;
    p.document_file = GENERATE("/does/not/exist", "/proc");
    b.model.add_project(p);
    std::string job = b.begin();
    job.insert(job.find('?'), "/result");
    CHECK(b.ask("GET", job).status == 500);
}

} // namespace service_model_test
