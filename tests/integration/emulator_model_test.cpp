#include <langexport/testing/service_model.hpp>

#include "support/catch.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using testing::call_kind;
using testing::canned_answer;
using testing::occurrences;
using testing::project;
using testing::service_request;
using testing::service_response;

constexpr std::string_view export_query = "?stringIndexType=Utf16CodeUnit&api-version=2022-05-01";
const std::string base = "/language/authoring/analyze-text/projects/";

// 2026-02-02T23:14:59.400Z
std::chrono::system_clock::time_point evening() {
    return std::chrono::sys_days(std::chrono::year(2026) / 2 / 2) + 23h + 14min + 59s + 400ms;
}

testing::emulator_options options_with_key() {
    testing::emulator_options options;
    options.keys = {"first", "second"};
    options.seed = 1;
    return options;
}

// A model, the time, and requests with the right key.
class bench {
public:
    explicit bench(testing::emulator_options options = options_with_key())
        : model(std::move(options), "http://127.0.0.1:80"), now(evening()) {}

    service_response ask(std::string method, std::string target, std::string body = "",
                         std::vector<std::pair<std::string, std::string>> headers = {}) {
        service_request request;
        request.method = std::move(method);
        request.target = std::move(target);
        request.body = std::move(body);
        request.headers = {{"Host", "service.example"}, {"Ocp-Apim-Subscription-Key", key}};
        for (auto& field : headers)
            request.headers.push_back(std::move(field));
        return model.handle(request, now);
    }

    service_response submit(const std::string& name = "Demo") {
        return ask("POST", base + name + "/:export" + std::string(export_query));
    }

    // The path of the job that a submission began.
    std::string begin(const std::string& name = "Demo") {
        const service_response accepted = submit(name);
        REQUIRE(accepted.status == 202);
        return path_of(std::string(accepted.header("operation-location")));
    }

    static std::string path_of(const std::string& url) { return url.substr(url.find('/', 8)); }

    boost::json::object poll(const std::string& job) {
        const service_response response = ask("GET", job);
        REQUIRE(response.status == 200);
        return boost::json::parse(response.body).as_object();
    }

    std::string word(const std::string& job) {
        return std::string(poll(job).at("status").as_string());
    }

    testing::service_model model;
    std::chrono::system_clock::time_point now;
    std::string key = "first";
};

std::string read_all(testing::body_source& source, std::size_t piece = 1000) {
    std::string all;
    std::string part(piece, '\0');
    while (const std::size_t count = source.read(part.data(), part.size()))
        all.append(part, 0, count);
    return all;
}

std::string text(const boost::json::value& value) {
    return std::string(value.as_string());
}

std::string error_code_of(const service_response& response) {
    return text(boost::json::parse(response.body).at("error").at("code"));
}

} // namespace

TEST_CASE("a submission is accepted with the headers of the service and no body", "[emulator]") {
    bench b;
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
    const std::string before = "http://service.example" + base + "Demo/export/jobs/";
    CHECK(location.substr(0, before.size()) == before);
    CHECK_THAT(location,
               langexport_tests::contains_text("_639055872000000000?api-version=2022-05-01"));
}

TEST_CASE("a job goes from notStarted through running to succeeded as its time passes",
          "[emulator]") {
    bench b;
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
          "{\"resultUrl\":\"http://service.example" + base + "Demo/export/jobs/" + id +
              "/result?api-version=2022-05-01\",\"jobId\":\"" + id +
              "\",\"createdDateTime\":\"2026-02-02T23:15:00Z\","
              "\"lastUpdatedDateTime\":\"2026-02-02T23:15:10Z\","
              "\"expirationDateTime\":\"2026-02-09T23:15:00Z\",\"status\":\"succeeded\"}");
}

TEST_CASE("a job is forgotten after seven days", "[emulator]") {
    bench b;
    b.model.add_project(project("Demo"));
    const std::string job = b.begin();
    b.now += 24h * 7;
    CHECK(b.word(job) == "succeeded");
    b.now += 1s;
    const service_response gone = b.ask("GET", job);
    CHECK(gone.status == 404);
    CHECK(error_code_of(gone) == "OperationNotFound");
}

TEST_CASE("the time scale shrinks run time, lag, life and waits", "[emulator]") {
    testing::emulator_options options = options_with_key();
    options.time_scale = 60;
    bench b(options);
    project p("Demo");
    p.job_duration = 1min;
    p.creation_lag = 30s;
    b.model.add_project(p);
    canned_answer busy(429);
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

    const service_response refused = b.ask("GET", "/");
    CHECK(refused.header("Retry-After") == "3");
    CHECK(refused.header("retry-after-ms") == "2500");
    CHECK(refused.fault->delay == 100ms);
}

TEST_CASE("no time is too long for any time scale", "[emulator]") {
    testing::emulator_options options = options_with_key();
    options.time_scale = GENERATE(1e-300, 1e-9, 1e300);
    bench b(options);
    project p("Demo");
    p.job_duration = std::chrono::nanoseconds::max();
    b.model.add_project(p);
    const std::string job = b.begin();
    b.now += 1s;
    CHECK(b.ask("GET", job).status == (options.time_scale > 1 ? 404U : 200U));
}

TEST_CASE("the words of a project are shown one a poll, and then the job ends", "[emulator]") {
    bench b;
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

TEST_CASE("a job ends as the project says", "[emulator]") {
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
    bench b;
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

TEST_CASE("a made-up result is JSON of the project's kind and as long as it says", "[emulator]") {
    using testing::sample_kind;
    const auto kind =
        GENERATE(sample_kind::single_label_classification, sample_kind::multi_label_classification,
                 sample_kind::entity_recognition, sample_kind::healthcare,
                 sample_kind::text_sentiment, sample_kind::abstractive_summarization);
    const auto documents = GENERATE(0U, 1U, 4U, 5U, 6U, 10U, 1234U);
    project p("De\"mo\xC3\xA9");
    p.kind = kind;
    p.documents = documents;
    p.kind_comes_last = documents % 2 == 0;
    const auto source = testing::open_result(p, testing::export_wish());
    const std::uint64_t size = source->size();
    const std::string all = read_all(*source, documents == 10U ? 7 : 5000);

    CHECK(all.size() == size);
    const boost::json::value v = boost::json::parse(all);
    CHECK(text(v.at("metadata").at("projectKind")) == std::string(to_string(kind)));
    CHECK(text(v.at("metadata").at("projectName")) == p.name);
    CHECK(text(v.at("assets").at("projectKind")) == std::string(to_string(kind)));
    CHECK(v.at("assets").at("documents").as_array().size() == documents);
}

TEST_CASE("a made-up result has the size asked for to the byte", "[emulator]") {
    const auto size = GENERATE(600U, 1000U, 1001U, 1100U, 65536U, 1000000U);
    project p("Demo");
    p.kind = testing::sample_kind::entity_recognition;
    p.result_size = size;
    const auto source = testing::open_result(p, testing::export_wish());
    CHECK(source->size() == size);
    const std::string all = read_all(*source);
    CHECK(all.size() == size);
    CHECK(boost::json::parse(all).is_object());
}

TEST_CASE("a file that cannot be read is no shorter result", "[emulator]") {
    project p("Demo");
    p.document_file = "/proc/self/mem"; // can be opened, but not read at its beginning
    const auto source = testing::open_result(p, testing::export_wish());
    REQUIRE(source);
    CHECK_THROWS_AS(read_all(*source), boost::system::system_error);
}

TEST_CASE("a made-up result repeats what the requests chose", "[emulator]") {
    bench b;
    project p("Demo");
    p.kind = testing::sample_kind::conversation;
    p.trained_models = {"m1"};
    b.model.add_project(p);
    const service_response accepted =
        b.ask("POST", "/language/authoring/analyze-conversations/projects/Demo/:export"
                      "?api-version=2025-05-15-preview&stringIndexType=Utf8CodeUnit&"
                      "trainedModelLabel=m1&assetKind=x");
    b.now += 1s;
    std::string result = bench::path_of(std::string(accepted.header("operation-location")));
    result.insert(result.find('?'), "/result");
    const service_response response = b.ask("GET", result);
    REQUIRE(response.stream != nullptr);
    const boost::json::value v = boost::json::parse(read_all(*response.stream));
    CHECK(text(v.at("projectFileVersion")) == "2025-05-15-preview");
    CHECK(text(v.at("stringIndexType")) == "Utf8CodeUnit");
}

TEST_CASE("the gateway refuses whoever brings no valid key", "[emulator]") {
    bench b;
    b.model.add_project(project("Demo"));
    b.key = GENERATE("", "firs", "first ", "FIRST");
    const service_response refused = b.submit();
    CHECK(refused.status == 401);
    std::vector<std::string> names;
    for (const auto& field : refused.headers)
        names.push_back(field.first);
    CHECK(names == std::vector<std::string>{"Content-Type", "apim-request-id", "Date"});
    CHECK(refused.header("Content-Type") == "application/json");
    CHECK(refused.body ==
          R"({"error":{"code":"401","message":"Access denied due to invalid subscription key or )"
          R"(wrong API endpoint. Make sure to provide a valid key for an active subscription and )"
          R"(use a correct regional API endpoint for your resource."}})");
    CHECK(refused.body.size() == 224);
    CHECK(b.model.counters().unauthorized == 1);
}

TEST_CASE("both keys are valid until they are replaced", "[emulator]") {
    bench b;
    b.model.add_project(project("Demo"));
    CHECK(b.submit().status == 202);
    b.key = "second";
    CHECK(b.submit().status == 202);
    b.model.set_keys({"third"});
    CHECK(b.submit().status == 401);
    b.key = "third";
    CHECK(b.submit().status == 202);
    const auto seen = b.model.requests();
    REQUIRE(seen.size() == 4);
    CHECK(seen[0].credential == testing::credential_seen::first_key);
    CHECK(seen[1].credential == testing::credential_seen::second_key);
    CHECK(seen[2].credential == testing::credential_seen::invalid);
}

TEST_CASE("a bearer token is judged in place of a key", "[emulator]") {
    bench b;
    b.key = "";
    b.model.add_project(project("Demo"));
    b.model.set_bearer_tokens({"token"});
    const auto with = [&](const std::string& value) {
        return b.ask("POST", base + "Demo/:export" + std::string(export_query), "",
                     {{"authorization", value}});
    };
    CHECK(with("Bearer token").status == 202);
    CHECK(with("bearer token").status == 202);
    CHECK(with("Bearer toke").status == 401);
    CHECK(with("Basic token").status == 401);
    CHECK_THAT(with("Bearer other").body, langexport_tests::contains_text("access token"));
}

TEST_CASE("no record of a request holds a credential", "[emulator]") {
    bench b;
    b.ask("GET", "/", "", {{"Authorization", "Bearer hush"}, {"COOKIE", "hush"}, {"X-Other", "1"}});
    const auto seen = b.model.requests();
    REQUIRE(seen.size() == 1);
    for (const auto& field : seen[0].headers) {
        CHECK_THAT(field.second, !langexport_tests::contains_text("hush"));
        CHECK_THAT(field.second, !langexport_tests::contains_text("first"));
    }
    CHECK(seen[0].has_header("ocp-apim-subscription-key"));
    CHECK(seen[0].header("x-other") == "1");
}

TEST_CASE("a target is understood as the service understands it", "[emulator]") {
    struct row {
        const char* target;
        unsigned status;
    };
    const auto r = GENERATE(
        row{"/language/authoring/analyze-text/projects/My%20Demo/:export", 202},
        row{"//language/authoring/analyze-text/projects/My%20Demo/:export", 202},
        row{"/language/authoring/analyze-text/projects/My%20Demo/%3Aexport", 202},
        row{"/language/authoring/analyze-text/projects/%4Dy%20Demo/%3aexport", 202},
        row{"http://x/language/authoring/analyze-text/projects/My%20Demo/:export", 202},
        row{"/language/authoring/analyze-text/projects/my%20demo/:export", 404},
        row{"/language/authoring/analyze-text/projects/My+Demo/:export", 404},
        row{"/language/authoring/analyze-text/projects/My%2/:export", 404},
        row{"/language/authoring/analyze-text/projects/My%20Demo:export", 405},
        row{"/language/authoring/analyze-text/projects//:export", 404},
        row{"/language/authoring/analyze-text/projects/My%20Demo/:export?", 400},
        row{"/language/authoring/analyze-text/projects/My%20Demo/:export?api-version=", 400},
        row{"/language/authoring/analyze-text/projects/My%20Demo/:export?api-version=%zz", 400},
        row{"/", 404}, row{"", 404}, row{"*", 404}, row{"?", 404}, row{"//////", 404},
        row{"http://", 404});
    bench b;
    b.model.add_project(project("My Demo"));
    INFO(r.target);
    const std::string target = r.target;
    const bool has_query = target.find('?') != std::string::npos;
    CHECK(b.ask("POST", has_query ? target : target + std::string(export_query)).status ==
          r.status);
}

TEST_CASE("the body of a submission is the documented one or none", "[emulator]") {
    struct row {
        const char* body;
        const char* type;
        unsigned status;
    };
    const auto r = GENERATE(row{"", "", 202}, row{"", "text/plain", 202},
                            row{R"({"assetsToExport":["*"]})", "application/json", 202},
                            row{R"({"assetsToExport":["*"]})", "Application/JSON; charset=x", 202},
                            row{"{}", "application/json", 202},
                            row{R"({"assetsToExport":["*"]})", "text/plain", 415},
                            row{R"({"assetsToExport":["*"]})", "", 415},
                            row{R"({"assetsToExport":["*")", "application/json", 400},
                            row{R"({"assetsToExport":"*"})", "application/json", 400},
                            row{R"({"assetsToExport":[1]})", "application/json", 400},
                            row{"[]", "application/json", 400});
    bench b;
    b.model.add_project(project("Demo"));
    INFO(r.body << " as " << r.type);
    const service_response response =
        b.ask("POST", base + "Demo/:export" + std::string(export_query), r.body,
              {{"Content-Type", r.type}});
    CHECK(response.status == r.status);
    CHECK(b.model.counters().jobs_created == (r.status == 202 ? 1U : 0U));
}

TEST_CASE("a refusal by the service is an error tree, chunked and without charset", "[emulator]") {
    bench b;
    const service_response refused = b.submit("Nope");
    CHECK(refused.status == 404);
    CHECK(refused.header("Content-Type") == "application/json");
    CHECK(refused.framing == testing::body_framing::chunked);
    CHECK(refused.header("Cache-Control") ==
          "no-store, proxy-revalidate, no-cache, max-age=0, private");
    CHECK(refused.header("request-id") == refused.header("apim-request-id"));
    CHECK(error_code_of(refused) == "ProjectNotFound");
}

TEST_CASE("another method than the right one is not allowed", "[emulator]") {
    bench b;
    b.model.add_project(project("Demo"));
    const std::string job = b.begin();
    CHECK(b.ask("POST", job).status == 405);
    CHECK(b.ask("DELETE", job).status == 405);
    CHECK(b.ask("GET", base + "Demo/:export" + std::string(export_query)).status == 405);
    CHECK(b.ask("PUT", base + "Demo/:export" + std::string(export_query)).status == 405);
}

TEST_CASE("a job is only found in its own project", "[emulator]") {
    bench b;
    b.model.add_project(project("Demo"));
    b.model.add_project(project("Other"));
    std::string job = b.begin();
    CHECK(b.ask("GET", job).status == 200);
    job.replace(job.find("Demo"), 4, "Other");
    CHECK(b.ask("GET", job).status == 404);
}

TEST_CASE("links lead to where the request came, or to where they are told to lead", "[emulator]") {
    testing::emulator_options options = options_with_key();
    options.path_prefix = "/gate/way";
    options.lenient = true; // of versions, for one that has to be encoded
    bench b(options);
    project p("A/b c");
    p.job_duration = 0s;
    b.model.add_project(p);
    const std::string target = "/gate/way" + base + "A%2Fb%20c/:export?api-version=x%20y";
    std::string location(b.ask("POST", target).header("operation-location"));
    const std::string before = "http://service.example/gate/way" + base + "A%2Fb%20c/export/jobs/";
    CHECK(location.substr(0, before.size()) == before);
    CHECK_THAT(location, langexport_tests::contains_text("?api-version=x%20y"));
    CHECK(b.ask("POST", base + "A%2Fb%20c/:export?api-version=1").status == 404);

    p.operation_origin = "https://elsewhere.example:443";
    p.result_origin = "http://evil.example";
    b.model.add_project(p);
    location = std::string(b.ask("POST", target).header("operation-location"));
    CHECK(location.substr(0, 30) == "https://elsewhere.example:443/");
    const boost::json::object status = b.poll(location.substr(location.find('/', 8)));
    CHECK(text(status.at("resultUrl")).substr(0, 20) == "http://evil.example/");
}

TEST_CASE("a Host that is none is not printed in a link", "[emulator]") {
    bench b;
    b.model.add_project(project("Demo"));
    service_request request;
    request.method = "POST";
    request.target = base + "Demo/:export" + std::string(export_query);
    request.headers = {{"Host", "evil\r\nX: y"}, {"Ocp-Apim-Subscription-Key", "first"}};
    const service_response response = b.model.handle(request, b.now);
    CHECK(response.header("operation-location").substr(0, 20) == "http://127.0.0.1:80/");
}

TEST_CASE("a client's request id comes back if the emulator is set to, and when asked",
          "[emulator]") {
    testing::emulator_options options = options_with_key();
    options.echo_client_request_id = true;
    bench b(options);
    b.model.add_project(project("Demo"));
    const std::string target = base + "Demo/:export" + std::string(export_query);
    CHECK(b.ask("POST", target, "", {{"x-ms-client-request-id", "abc"}})
              .header("x-ms-client-request-id")
              .empty());
    CHECK(b.ask("POST", target, "",
                {{"x-ms-client-request-id", "abc"}, {"x-ms-return-client-request-id", "true"}})
              .header("x-ms-client-request-id") == "abc");
}

TEST_CASE("no window of time holds more requests than the quota", "[emulator]") {
    testing::emulator_options options = options_with_key();
    options.quota_posts = 2;
    options.quota_gets = 3;
    bench b(options);
    b.model.add_project(project("Demo"));
    const std::string job = b.begin();
    b.now += 20s;
    b.begin();
    b.now += 10s;
    const service_response refused = b.submit();
    CHECK(refused.status == 429);
    CHECK(refused.header("Retry-After") == "30");
    CHECK(refused.header("retry-after-ms").empty());
    CHECK(error_code_of(refused) == "429");
    b.now += 30s;
    CHECK(b.submit().status == 202);
    CHECK(b.submit().status == 429);

    for (int i = 0; i < 3; ++i)
        CHECK(b.ask("GET", job).status == 200);
    CHECK(b.ask("GET", job).status == 429);
    CHECK(b.model.counters().throttled == 3);
}

TEST_CASE("a rule answers the n-th request of its kind", "[emulator]") {
    struct row {
        occurrences which;
        std::string answered; // x: by the rule
    };
    const auto r =
        GENERATE(row{2, ".x...."}, row{occurrences::between(2, 4), ".xxx.."},
                 row{occurrences::from(3), "..xxxx"}, row{occurrences::always(), "xxxxxx"},
                 row{occurrences::one_in(3), "..x..x"}, row{0, "......"});
    bench b;
    b.model.add_project(project("Demo"));
    b.model.on(call_kind::submission, r.which,
               canned_answer(503, "busy").header("Content-Type", "text/plain"));
    std::string answered;
    for (int i = 0; i < 6; ++i) {
        b.ask("GET", "/");
        const service_response response = b.submit();
        answered += response.status == 503 ? 'x' : '.';
        if (response.status == 503) {
            CHECK(response.body == "busy");
            CHECK(response.header("content-type") == "text/plain");
        }
    }
    CHECK(answered == r.answered);
    const auto faults =
        static_cast<std::uint64_t>(std::count(answered.begin(), answered.end(), 'x'));
    CHECK(b.model.counters().faults == faults);
    CHECK(b.model.counters().jobs_created == 6 - faults);
}

TEST_CASE("a rule can be for one project, and the first that applies wins", "[emulator]") {
    bench b;
    b.model.add_project(project("Demo"));
    b.model.add_project(project("Other"));
    b.model.on(call_kind::submission, 1, canned_answer(500), testing::for_project("Other"));
    b.model.on(call_kind::any, occurrences::always(), canned_answer(502),
               testing::for_project("Other"));
    CHECK(b.submit("Demo").status == 202);
    CHECK(b.submit("Other").status == 500);
    CHECK(b.submit("Other").status == 502);
    CHECK(b.submit("Demo").status == 202);
    b.model.clear_faults();
    CHECK(b.submit("Other").status == 202);
}

TEST_CASE("an answer that is lost can belong to a job that began", "[emulator]") {
    const bool processed = GENERATE(true, false);
    bench b;
    b.model.add_project(project("Demo"));
    b.model.on(call_kind::submission, 1, canned_answer::no_answer(processed));
    b.submit();
    CHECK(b.model.counters().jobs_created == (processed ? 1U : 0U));
    CHECK(b.model.requests().at(0).status == 0);
}

TEST_CASE("headers of the service's own answer can be changed, added and removed", "[emulator]") {
    bench b;
    canned_answer changed;
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

TEST_CASE("what was seen is counted, and only so many requests are kept", "[emulator]") {
    testing::emulator_options options = options_with_key();
    options.log_limit = 3;
    bench b(options);
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

TEST_CASE("ids repeat with a seed and differ without", "[emulator]") {
    const auto first_id = [](std::uint64_t seed) {
        testing::emulator_options options = options_with_key();
        options.seed = seed;
        bench b(options);
        b.model.add_project(project("Demo"));
        return b.begin();
    };
    CHECK(first_id(7) == first_id(7));
    CHECK(first_id(7) != first_id(8));
    CHECK(first_id(0) != first_id(0));
}

TEST_CASE("a result that cannot be read is the service's fault", "[emulator]") {
    bench b;
    project p("Demo");
    p.job_duration = 0s;
    p.document_file = GENERATE("/does/not/exist", "/proc");
    b.model.add_project(p);
    std::string job = b.begin();
    job.insert(job.find('?'), "/result");
    CHECK(b.ask("GET", job).status == 500);
}
