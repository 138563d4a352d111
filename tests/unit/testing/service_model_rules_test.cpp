// Requests that the emulator accepts or rejects, as the service does, and the effects of its options.

#include <langexport/project_surface.hpp>

#include "support/catch.hpp"
#include "unit/testing/model_bench.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace service_model_rules_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::project_surface;
using langexport_tests::contains_text;
using langexport_tests::model_bench;
using testing::emulator_options;
using testing::sample_kind;
using testing::service_response;

constexpr sample_kind text = sample_kind::entity_recognition;
constexpr sample_kind chat = sample_kind::conversation;
constexpr sample_kind base = sample_kind::question_answering;
const sample_kind all_kinds[] = {text, chat, base};

emulator_options lenient() {
    emulator_options options;
    options.lenient = true;
    return options;
}

emulator_options with_versions(std::vector<std::string> versions) {
    emulator_options options;
    options.api_versions = std::move(versions);
    return options;
}

// The path of the surface's projects, with the query at its end.
std::string projects(sample_kind kind, const std::string& version, const std::string& tail) {
    const bool is_old = kind == base && version == "2021-10-01";
    return (is_old ? "/language/" : "/language/authoring/") +
           std::string(to_string(surface_of(kind))) + "/projects" + tail +
           (tail.find('?') == std::string::npos ? "?" : "&") + "api-version=" + version;
}

service_response submit(model_bench& b, sample_kind kind, const std::string& version,
                        const std::string& query = "stringIndexType=Utf16CodeUnit") {
    return b.ask("POST",
                 projects(kind, version, "/Demo/:export" + (query.empty() ? "" : "?" + query)));
}

boost::json::object error_of(const service_response& response) {
    return boost::json::parse(response.body).at("error").as_object();
}

std::string member(const boost::json::object& object, const char* name) {
    const boost::json::value* const found = object.if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->get_string())
                                                  : std::string();
}

void check_argument_error(const service_response& response, const std::string& parameter) {
    CHECK(response.status == 400);
    const boost::json::object error = error_of(response);
    CHECK(member(error, "code") == "InvalidArgument");
    CHECK(member(error, "target") == parameter);
}

// The text of a finished export's result.
std::string result_of(model_bench& b, const service_response& accepted) {
    REQUIRE(accepted.status == 202);
    std::string target(accepted.header("operation-location"));
    target.erase(0, target.find('/', 8));
    target.insert(target.find('?'), "/result");
    b.now += 1min;
    const service_response result = b.ask("GET", target);
    REQUIRE(result.status == 200);
    std::string all(static_cast<std::size_t>(result.stream->size()), '\0');
    std::size_t size = 0;
    while (const std::size_t count = result.stream->read(all.data() + size, all.size() - size))
        size += count;
    REQUIRE(size == all.size());
    return all;
}

} // namespace

TEST_CASE("each surface has its own versions and rejects all others", "[emulator][rules]") {
    struct row {
        const char* version;
        bool has_text, has_chat, has_base;
    };
    const row rows[] = {
        {"2021-10-01", false, false, true},
        {"2022-05-01", true, false, false},
        {"2023-04-01", true, true, true},
        {"2025-05-15-preview", true, true, true},
        {"2025-11-01", false, true, false},
        {"2025-11-15-preview", false, true, false},
        {"2024-11-15-preview", false, false, false},
        {"2023-04-01-preview", false, false, false},
        {"2023-04-1", false, false, false},
        {"1", false, false, false},
        {"2025-11-01%20", false, false, false},
        {"2099-01-01", false, false, false},
    };
    for (const row& r : rows)
        for (const sample_kind kind : all_kinds) {
            CAPTURE(r.version, to_string(kind));
            model_bench b(kind);
            const bool is_served = kind == text   ? r.has_text
                                   : kind == chat ? r.has_chat
                                                  : r.has_base;
            const service_response submission = submit(b, kind, r.version);
            CHECK(b.model.counters().jobs_created == (is_served ? 1U : 0U));
            if (is_served) {
                CHECK(submission.status == 202);
                CHECK(b.ask("GET", projects(kind, r.version, "")).status == 200);
                CHECK(b.ask("GET", projects(kind, r.version, "/Demo")).status == 200);
                continue;
            }
            const std::string job = "/Demo/export/jobs/1";
            const std::string targets[] = {
                projects(kind, r.version, ""), projects(kind, r.version, "/Demo"),
                projects(kind, r.version, job), projects(kind, r.version, job + "/result")};
            for (const std::string& target : targets)
                CHECK(b.ask("GET", target).status == 400);
            CHECK(submission.status == 400);
            const boost::json::object error = error_of(submission);
            CHECK(member(error, "code") == "InvalidRequest");
            CHECK(member(error, "target") == "api-version");
            const boost::json::object& inner = error.at("innererror").as_object();
            CHECK(member(inner, "code") == "UnsupportedApiVersion");
        }
}

TEST_CASE("the default versions of the client are accepted", "[emulator][rules]") {
    for (const sample_kind kind : all_kinds) {
        model_bench b(kind);
        CHECK(submit(b, kind, std::string(usual_api_version(surface_of(kind)))).status == 202);
    }
}

TEST_CASE("if an option lists versions, only those are accepted, on every surface",
          "[emulator][rules]") {
    for (const sample_kind kind : all_kinds) {
        emulator_options options = with_versions({"2022-05-01", "v2"});
        options.lenient = GENERATE(false, true);
        model_bench b(kind, std::move(options));
        CHECK(submit(b, kind, "2022-05-01").status == 202);
        CHECK(submit(b, kind, "v2").status == 202);
        CHECK(submit(b, kind, "2023-04-01").status == 400);
    }
}

TEST_CASE("a lenient emulator accepts any version, but requires one", "[emulator][rules]") {
    for (const sample_kind kind : all_kinds) {
        model_bench b(kind, lenient());
        CHECK(submit(b, kind, "1").status == 202);
        CHECK(submit(b, kind, "2099-01-01").status == 202);
        const service_response missing = submit(b, kind, "");
        CHECK(missing.status == 400);
        CHECK_THAT(missing.body, contains_text("MissingApiVersionParameter"));
    }
}

TEST_CASE("a submission must name the string index type, except for knowledge bases",
          "[emulator][rules]") {
    struct row {
        sample_kind kind;
        const char* query;
        bool is_accepted;
    };
    const row rows[] = {
        {text, "stringIndexType=Utf16CodeUnit", true},
        {text, "stringIndexType=utf16codeunit", true},
        {text, "", false},
        {text, "stringIndexType=", false},
        {text, "stringIndexType", false},
        {text, "stringindextype=Utf16CodeUnit", false},
        {text, "stringIndexType=Utf8CodeUnit", false},
        {text, "stringIndexType=TextElements_v8", false},
        {chat, "stringIndexType=Utf16CodeUnit", true},
        {chat, "stringIndexType=Utf8CodeUnit", true},
        {chat, "stringIndexType=Utf32CodeUnit", true},
        {chat, "", false},
        {chat, "format=Luis", false},
        {chat, "stringIndexType=Utf16", false},
        {base, "", true},
        {base, "stringIndexType=anything", true},
    };
    for (const row& r : rows) {
        CAPTURE(to_string(r.kind), r.query);
        model_bench b(r.kind);
        const service_response response = submit(b, r.kind, "2023-04-01", r.query);
        CHECK(b.model.counters().jobs_created == (r.is_accepted ? 1U : 0U));
        if (r.is_accepted)
            CHECK(response.status == 202);
        else
            check_argument_error(response, "stringIndexType");
        model_bench tolerant(r.kind, lenient());
        CHECK(submit(tolerant, r.kind, "2023-04-01", r.query).status == 202);
    }
}

TEST_CASE("a submission can name only trained models of its project", "[emulator][rules]") {
    struct row {
        sample_kind kind;
        const char* version;
        const char* label;
        bool is_accepted;
    };
    const row rows[] = {
        {text, "2023-04-01", "m1", true},
        {text, "2023-04-01", "m%202", true},
        {text, "2023-04-01", "", true},
        {text, "2023-04-01", "M1", false},
        {text, "2023-04-01", "m3", false},
        {text, "2025-05-15-preview", "m3", false},
        {text, "2023-04-01", "%zz", false},
        {text, "2022-05-01", "m3", true}, // a parameter that this version does not know
        {chat, "2025-11-01", "m1", true},
        {chat, "2025-11-01", "m3", false},
        {base, "2023-04-01", "m3", true},
    };
    for (const row& r : rows) {
        CAPTURE(to_string(r.kind), r.version, r.label);
        testing::project p("Demo");
        p.kind = r.kind;
        p.trained_models = {"m1", "m 2"};
        const std::string query =
            "stringIndexType=Utf16CodeUnit&trainedModelLabel=" + std::string(r.label);
        model_bench b(r.kind);
        b.model.add_project(p);
        const service_response response = submit(b, r.kind, r.version, query);
        CHECK(b.model.counters().jobs_created == (r.is_accepted ? 1U : 0U));
        if (r.is_accepted)
            CHECK(response.status == 202);
        else
            check_argument_error(response, "trainedModelLabel");
        model_bench tolerant(r.kind, lenient());
        CHECK(submit(tolerant, r.kind, r.version, query).status == 202);
    }
}

TEST_CASE("a result has the fields that its version supports", "[emulator][rules]") {
    struct row {
        sample_kind kind;
        const char* version;
        const char* field;
        bool is_there;
    };
    const row rows[] = {
        {text, "2022-05-01", "\"description\":\"The", false},
        {text, "2023-04-01", "\"description\":\"The", false},
        {text, "2025-05-15-preview", "\"description\":\"The", true},
        {text, "2022-05-01", "storageInputContainerName", true},
        {chat, "2023-04-01", "associatedEntities", false},
        {chat, "2025-05-15-preview", "associatedEntities", true},
        {chat, "2025-11-01", "associatedEntities", true},
        {chat, "2023-04-01", "\"description\":\"The", false},
        {chat, "2025-11-01", "\"description\":\"The", true},
        {chat, "2023-04-01", "\"description\":\"A number\"", false},
        {chat, "2025-11-01", "\"description\":\"A number\"", true},
        {chat, "2023-04-01", "storageInputContainerName", false},
        {chat, "2025-11-15-preview", "storageInputContainerName", true},
        {sample_kind::orchestration, "2023-04-01", "\"description\":\"The", false},
        {sample_kind::orchestration, "2025-11-01", "\"description\":\"The", true},
        {base, "2021-10-01", "configureSemanticRanking", false},
        {base, "2023-04-01", "configureSemanticRanking", false},
        {base, "2025-05-15-preview", "configureSemanticRanking", true},
    };
    for (const row& r : rows) {
        CAPTURE(to_string(r.kind), r.version, r.field);
        model_bench b(r.kind);
        const std::string result = result_of(b, submit(b, r.kind, r.version));
        CHECK((result.find(r.field) != std::string::npos) == r.is_there);
        const boost::json::value file = boost::json::parse(result);
        if (r.kind != base)
            CHECK(member(file.as_object(), "projectFileVersion") == r.version);
    }
}

TEST_CASE("a project has metadata on its own surface", "[emulator][rules]") {
    for (const sample_kind kind : all_kinds) {
        CAPTURE(to_string(kind));
        model_bench b(kind);
        const service_response response = b.ask("GET", projects(kind, "2023-04-01", "/Demo"));
        CHECK(response.status == 200);
        CHECK(response.header("Content-Type") == "application/json; charset=utf-8");
        CHECK(response.body.starts_with(kind == base ? "{\n  \"" : "{\""));
        CHECK(member(boost::json::parse(response.body).as_object(), "projectName") == "Demo");

        const service_response unknown = b.ask("GET", projects(kind, "2023-04-01", "/demo"));
        CHECK(unknown.status == 404);
        CHECK(member(error_of(unknown), "code") == "ProjectNotFound");
        for (const sample_kind other : all_kinds)
            if (other != kind)
                CHECK(b.ask("GET", projects(other, "2023-04-01", "/Demo")).status == 404);
        for (const char* method : {"POST", "PATCH", "DELETE"})
            CHECK(b.ask(method, projects(kind, "2023-04-01", "/Demo")).status == 405);
        CHECK(b.model.counters().metadata_gets == 7);
        CHECK(b.model.counters().other == 0);
        CHECK(b.model.requests().at(0).kind == testing::call_kind::metadata);
        CHECK(b.model.requests().at(0).project == "Demo");
    }
}

TEST_CASE("the oldest version of question answering serves all formats on its own path",
          "[emulator][rules]") {
    struct row {
        const char* query;
        const char* part;
    };
    const row rows[] = {
        {"", "\"qnas\": ["},
        {"format=json", "\"synonyms\": ["},
        {"format=json&assetKind=synonyms", "\"synonyms\": ["},
        {"format=json&assetKind=qnas", "\"qnas\": ["},
        {"format=tsv", "Question\tAnswer\t"},
        {"format=tsv&assetKind=qnas", "Question\tAnswer\t"},
        {"format=tsv&assetKind=synonyms", "Word\tSynonym"},
        {"format=excel", "PK\x03\x04"},
        {"format=excel&assetKind=qnas", "PK\x03\x04"},
        {"format=excel&assetKind=synonyms", "PK\x03\x04"},
    };
    for (const row& r : rows) {
        CAPTURE(r.query);
        model_bench b(base);
        const service_response accepted = submit(b, base, "2021-10-01", r.query);
        const std::string location(accepted.header("operation-location"));
        CHECK(location.starts_with("https://service.example:443/language/query-knowledgebases/"
                                   "projects/Demo/export/jobs/"));
        CHECK(location.ends_with("?api-version=2021-10-01"));
        CHECK_THAT(result_of(b, accepted), contains_text(r.part));
    }
    model_bench b(base);
    CHECK(submit(b, base, "2021-10-01", "format=csv").status == 400);
    CHECK(b.ask("GET", "/language/query-knowledgebases/projects?api-version=2023-04-01").status ==
          404);
    CHECK(b.ask("GET", "/language/authoring/query-knowledgebases/projects?api-version=2021-10-01")
              .status == 404);
}

TEST_CASE("a bearer token expires a set time after its first use", "[emulator][rules]") {
    emulator_options options;
    options.keys = {"key"};
    options.bearer_tokens = {"one", "two"};
    options.bearer_token_lifetime = 1h;
    options.time_scale = GENERATE(1.0, 60.0);
    const std::chrono::system_clock::duration hour =
        std::chrono::duration_cast<std::chrono::seconds>(3600s / options.time_scale);
    testing::service_model model(options, "http://127.0.0.1:1");
    auto now =
        std::chrono::system_clock::time_point(std::chrono::sys_days(std::chrono::days(20000)));
    const auto status_with = [&](const std::string& token) {
        testing::service_request request;
        request.method = "GET";
        request.target = "/language/authoring/analyze-text/projects?api-version=2023-04-01";
        request.headers = {{"Authorization", "Bearer " + token}};
        return model.handle(request, now).status;
    };
    CHECK(status_with("three") == 401);
    CHECK(status_with("one") == 200);
    now += hour / 2;
    CHECK(status_with("one") == 200);
    CHECK(status_with("two") == 200);
    now += hour / 2;
    CHECK(status_with("one") == 401);
    CHECK(status_with("two") == 200);
    now += hour / 2;
    CHECK(status_with("two") == 401);
    model.set_bearer_tokens({"two"});
    CHECK(status_with("one") == 401);
    CHECK(status_with("two") == 200);
}

} // namespace service_model_rules_test
