// The surfaces of the service besides text projects.

#include <langexport/testing/service_model.hpp>

#include "support/catch.hpp"
#include "unit/testing/model_bench.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace service_model_surfaces_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport_tests::contains_text;
using langexport_tests::model_bench;
using testing::sample_kind;

} // namespace

TEST_CASE("a knowledge base's job follows the rules of its surface", "[surfaces]") {
    model_bench b(sample_kind::question_answering);
    const std::string job = b.begin("query-knowledgebases");
    const std::string path = "/language/authoring/query-knowledgebases/projects/Demo/export/jobs/";
    CHECK(job.starts_with(path));
    CHECK(job.find('?') == path.size() + 36); // a GUID and no more

    const auto pending = b.ask("GET", job);
    CHECK(pending.header("Retry-After") == "5");
    CHECK(pending.body.starts_with("{\n  \"createdDateTime\": \""));
    CHECK_THAT(pending.body, contains_text("\"createdDateTime\": \"2026-02-02T23:00:00+00:00\""));
    CHECK_THAT(pending.body,
               contains_text("\"expirationDateTime\": \"2026-02-03T05:00:00+00:00\""));

    b.now += 1s;
    const auto ended = b.ask("GET", job);
    CHECK(ended.header("Retry-After").empty());
    const boost::json::value status = boost::json::parse(ended.body);
    CHECK(std::string_view(status.at("status").as_string()) == "succeeded");
    const std::string_view result_url = status.at("resultUrl").as_string();
    CHECK(result_url.starts_with("https://service.example:443/language/"));

    b.now += 6h;
    CHECK(b.ask("GET", job).status == 404);
}

TEST_CASE("a conversation's job is like that of a text project", "[surfaces]") {
    model_bench b(sample_kind::conversation);
    const std::string job = b.begin("analyze-conversations");
    CHECK_THAT(job, contains_text("_639055872000000000?")); // ticks of the day
    const auto pending = b.ask("GET", job);
    CHECK(pending.header("Retry-After").empty());
    CHECK(pending.body.starts_with("{\"jobId\":\""));
    b.now += 24h;
    CHECK_THAT(b.ask("GET", job).body, contains_text("\"resultUrl\":\"https://service.example/"));
    b.now += 24h * 5;
    CHECK(b.ask("GET", job).status == 200);
}

TEST_CASE("the Retry-After of a knowledge base is shortened by the time scale", "[surfaces]") {
    model_bench b(sample_kind::question_answering, 2);
    CHECK(b.ask("GET", b.begin("query-knowledgebases")).header("Retry-After") == "3");
}

TEST_CASE("jobs of both lifetimes expire in time", "[surfaces]") {
    model_bench b(sample_kind::question_answering);
    testing::project text("Text");
    b.model.add_project(text);
    const auto accepted = b.ask("POST", "/language/authoring/analyze-text/projects/Text/:export"
                                        "?stringIndexType=Utf16CodeUnit&api-version=2023-04-01");
    const std::string url(accepted.header("operation-location"));
    const std::string long_lived = url.substr(url.find('/', 8));
    const std::string short_lived = b.begin("query-knowledgebases");
    b.now += 6h + 1s;
    CHECK(b.ask("GET", short_lived).status == 404);
    CHECK(b.ask("GET", long_lived).status == 200);
}

TEST_CASE("a project is found on its own surface only", "[surfaces]") {
    model_bench b(sample_kind::conversation);
    CHECK(b.submit("analyze-text").status == 404);
    CHECK(b.submit("query-knowledgebases").status == 404);
    CHECK(b.submit("query-texts").status == 404);
    std::string job = b.begin("analyze-conversations");
    CHECK(b.ask("GET", job).status == 200);
    job.replace(job.find("analyze-conversations"), 21, "analyze-text");
    CHECK(b.ask("GET", job).status == 404);
}

TEST_CASE("the service rejects a format that a surface does not have", "[surfaces]") {
    model_bench b(sample_kind::conversation);
    CHECK(b.submit("analyze-conversations", "&format=luis").status == 202);
    const auto rejected = b.submit("analyze-conversations", "&format=json");
    CHECK(rejected.status == 400);
    CHECK_THAT(rejected.body, contains_text("\"target\":\"format\""));
    model_bench k(sample_kind::question_answering);
    CHECK(k.submit("query-knowledgebases", "&format=json&assetKind=qnas").status == 202);
    CHECK(k.submit("query-knowledgebases", "&format=csv").status == 400);
    CHECK(k.submit("query-knowledgebases", "&assetKind=documents").status == 400);
    CHECK(model_bench(sample_kind::healthcare).submit("analyze-text", "&format=csv").status == 202);
}

TEST_CASE("the service serves each path at its own versions only", "[versions]") {
    model_bench b(sample_kind::question_answering);
    const auto ask = [&](const std::string& path, const std::string& version) {
        return b.ask("POST", path + "/projects/Demo/:export?api-version=" + version).status;
    };
    CHECK(ask("/language/query-knowledgebases", "2021-10-01") == 202);
    CHECK(ask("/language/authoring/query-knowledgebases", "2021-10-01") == 404);
    CHECK(ask("/language/query-knowledgebases", "2023-04-01") == 404);
    CHECK(ask("/language/authoring/query-knowledgebases", "2023-04-01") == 202);
    CHECK(ask("/language/query-knowledgebases", "") == 404);
    CHECK(ask("/language/authoring/query-knowledgebases", "") == 400);
    CHECK(ask("/language", "2021-10-01") == 404);
    model_bench text(sample_kind::healthcare);
    CHECK(text.ask("POST", "/language/analyze-text/projects/Demo/:export?api-version=2021-10-01")
              .status == 404);
}

} // namespace service_model_surfaces_test
