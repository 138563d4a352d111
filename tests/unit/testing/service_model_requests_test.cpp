#include <langexport/testing/service_model.hpp>

#include "support/catch.hpp"
#include "unit/testing/service_model_bench.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace service_model_requests_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport_tests::error_code_of;
using langexport_tests::export_query;
using langexport_tests::options_with_key;
using langexport_tests::projects_path;
using langexport_tests::service_model_bench;
using langexport_tests::text;
using testing::project;
using testing::service_request;
using testing::service_response;

} // namespace

TEST_CASE("the gateway rejects requests without a valid key", "[emulator]") {
    service_model_bench b;
    b.model.add_project(project("Demo"));
    b.key = GENERATE("", "firs", "first ", "FIRST");
    const service_response rejected = b.submit();
    CHECK(rejected.status == 401);
    std::vector<std::string> names;
    for (const auto& field : rejected.headers)
        names.push_back(field.first);
    CHECK(names == std::vector<std::string>{"Content-Type", "apim-request-id", "Date"});
    CHECK(rejected.header("Content-Type") == "application/json");
    CHECK(rejected.body ==
          R"({"error":{"code":"401","message":"Access denied due to invalid subscription key or )"
          R"(wrong API endpoint. Make sure to provide a valid key for an active subscription and )"
          R"(use a correct regional API endpoint for your resource."}})");
    CHECK(rejected.body.size() == 224);
    CHECK(b.model.counters().unauthorized == 1);
}

TEST_CASE("both keys are valid until they are replaced", "[emulator]") {
    service_model_bench b;
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

TEST_CASE("a bearer token is checked instead of a key", "[emulator]") {
    service_model_bench b;
    b.key = "";
    b.model.add_project(project("Demo"));
    b.model.set_bearer_tokens({"token"});
    const auto with = [&](const std::string& value) {
        return b.ask("POST", projects_path + "Demo/:export" + std::string(export_query), "",
                     {{"authorization", value}});
    };
    CHECK(with("Bearer token").status == 202);
    CHECK(with("bearer token").status == 202);
    CHECK(with("Bearer toke").status == 401);
    CHECK(with("Basic token").status == 401);
    CHECK_THAT(with("Bearer other").body, langexport_tests::contains_text("access token"));
}

TEST_CASE("no record of a request contains a credential", "[emulator]") {
    service_model_bench b;
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

TEST_CASE("a request target is parsed as the service parses it", "[emulator]") {
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
    service_model_bench b;
    b.model.add_project(project("My Demo"));
    INFO(r.target);
    const std::string target = r.target;
    const bool has_query = target.find('?') != std::string::npos;
    CHECK(b.ask("POST", has_query ? target : target + std::string(export_query)).status ==
          r.status);
}

TEST_CASE("a submission is accepted with the documented body or without one", "[emulator]") {
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
    service_model_bench b;
    b.model.add_project(project("Demo"));
    INFO(r.body << " as " << r.type);
    const service_response response =
        b.ask("POST", projects_path + "Demo/:export" + std::string(export_query), r.body,
              {{"Content-Type", r.type}});
    CHECK(response.status == r.status);
    CHECK(b.model.counters().jobs_created == (r.status == 202 ? 1U : 0U));
}

TEST_CASE("an error of the service is an error tree, chunked and without charset", "[emulator]") {
    service_model_bench b;
    const service_response rejected = b.submit("Nope");
    CHECK(rejected.status == 404);
    CHECK(rejected.header("Content-Type") == "application/json");
    CHECK(rejected.framing == testing::body_framing::chunked);
    CHECK(rejected.header("Cache-Control") ==
          "no-store, proxy-revalidate, no-cache, max-age=0, private");
    CHECK(rejected.header("request-id") == rejected.header("apim-request-id"));
    CHECK(error_code_of(rejected) == "ProjectNotFound");
}

TEST_CASE("a wrong method is not allowed", "[emulator]") {
    service_model_bench b;
    b.model.add_project(project("Demo"));
    const std::string job = b.begin();
    CHECK(b.ask("POST", job).status == 405);
    CHECK(b.ask("DELETE", job).status == 405);
    CHECK(b.ask("GET", projects_path + "Demo/:export" + std::string(export_query)).status == 405);
    CHECK(b.ask("PUT", projects_path + "Demo/:export" + std::string(export_query)).status == 405);
}

TEST_CASE("a job is found only in its own project", "[emulator]") {
    service_model_bench b;
    b.model.add_project(project("Demo"));
    b.model.add_project(project("Other"));
    std::string job = b.begin();
    CHECK(b.ask("GET", job).status == 200);
    job.replace(job.find("Demo"), 4, "Other");
    CHECK(b.ask("GET", job).status == 404);
}

TEST_CASE("links use the address of the request, or a configured address", "[emulator]") {
    testing::emulator_options options = options_with_key();
    options.path_prefix = "/gate/way";
    options.lenient = true; // of versions, for one that has to be encoded
    service_model_bench b(options);
    project p("A/b c");
    p.job_duration = 0s;
    b.model.add_project(p);
    const std::string target = "/gate/way" + projects_path + "A%2Fb%20c/:export?api-version=x%20y";
    std::string location(b.ask("POST", target).header("operation-location"));
    const std::string before =
        "http://service.example/gate/way" + projects_path + "A%2Fb%20c/export/jobs/";
    CHECK(location.substr(0, before.size()) == before);
    CHECK_THAT(location, langexport_tests::contains_text("?api-version=x%20y"));
    CHECK(b.ask("POST", projects_path + "A%2Fb%20c/:export?api-version=1").status == 404);

    p.operation_origin = "https://elsewhere.example:443";
    p.result_origin = "http://evil.example";
    b.model.add_project(p);
    location = std::string(b.ask("POST", target).header("operation-location"));
    CHECK(location.substr(0, 30) == "https://elsewhere.example:443/");
    const boost::json::object status = b.poll(location.substr(location.find('/', 8)));
    CHECK(text(status.at("resultUrl")).substr(0, 20) == "http://evil.example/");
}

TEST_CASE("an invalid Host is not copied into a link", "[emulator]") {
    service_model_bench b;
    b.model.add_project(project("Demo"));
    service_request request;
    request.method = "POST";
    request.target = projects_path + "Demo/:export" + std::string(export_query);
    request.headers = {{"Host", "evil\r\nX: y"}, {"Ocp-Apim-Subscription-Key", "first"}};
    const service_response response = b.model.handle(request, b.now);
    CHECK(response.header("operation-location").substr(0, 20) == "http://127.0.0.1:80/");
}

TEST_CASE("the emulator returns a client's request id if it is set to, and the request asks",
          "[emulator]") {
    testing::emulator_options options = options_with_key();
    options.echo_client_request_id = true;
    service_model_bench b(options);
    b.model.add_project(project("Demo"));
    const std::string target = projects_path + "Demo/:export" + std::string(export_query);
    CHECK(b.ask("POST", target, "", {{"x-ms-client-request-id", "abc"}})
              .header("x-ms-client-request-id")
              .empty());
    CHECK(b.ask("POST", target, "",
                {{"x-ms-client-request-id", "abc"}, {"x-ms-return-client-request-id", "true"}})
              .header("x-ms-client-request-id") == "abc");
}

} // namespace service_model_requests_test
