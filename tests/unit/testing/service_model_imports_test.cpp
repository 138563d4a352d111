// Imports: what the emulator accepts and rejects, the states of their jobs, and what they change.

#include <langexport/testing/service_model.hpp>

#include "support/catch.hpp"
#include "unit/testing/service_model_bench.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace service_model_imports_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::project_surface;
using langexport_tests::contains_text;
using langexport_tests::error_code_of;
using langexport_tests::options_with_key;
using langexport_tests::service_model_bench;
using langexport_tests::text;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;
using testing::job_end;
using testing::sample_kind;
using testing::service_response;

constexpr std::string_view version = "api-version=2023-04-01";
const std::string small_document =
    R"({"projectFileVersion":"2023-04-01","stringIndexType":"Utf16CodeUnit","metadata":{)"
    R"("projectKind":"CustomSingleLabelClassification","projectName":"New","language":"fr",)"
    R"("storageInputContainerName":"texts","multilingual":true,"description":"Mine"},)"
    R"("assets":{"classes":[],"documents":[],"projectKind":"CustomSingleLabelClassification"}})";

std::string projects(project_surface surface) {
    return "/language/authoring/" + std::string(to_string(surface)) + "/projects";
}

class import_bench : public service_model_bench {
public:
    explicit import_bench(testing::emulator_options options = options_with_key())
        : service_model_bench(std::move(options)) {}

    service_response submit_import(const std::string& name, const std::string& document,
                                   project_surface surface = project_surface::analyze_text,
                                   const std::string& query = "") {
        return ask("POST",
                   projects(surface) + "/" + name + "/:import?" + query + std::string(version),
                   document, {{"Content-Type", "application/json"}});
    }
    // Imports and waits until the job ended; returns the last status.
    std::string end_of_import(const std::string& name, const std::string& document,
                              project_surface surface = project_surface::analyze_text,
                              const std::string& query = "") {
        const service_response accepted = submit_import(name, document, surface, query);
        REQUIRE(accepted.status == 202);
        now += 1min;
        return word(path_of(std::string(accepted.header("operation-location"))));
    }
    service_response submit_export(const std::string& name, project_surface surface,
                                   const std::string& query = "") {
        return ask("POST", projects(surface) + "/" + name + "/:export?" + query +
                               (surface == project_surface::query_knowledgebases
                                    ? ""
                                    : "stringIndexType=Utf16CodeUnit&") +
                               std::string(version));
    }
    std::string exported(const std::string& name, project_surface surface,
                         const std::string& query = "") {
        const service_response accepted = submit_export(name, surface, query);
        REQUIRE(accepted.status == 202);
        std::string target = path_of(std::string(accepted.header("operation-location")));
        target.insert(target.find('?'), "/result");
        now += 1min;
        const service_response result = ask("GET", target);
        REQUIRE(result.status == 200);
        return langexport_tests::read_all(*result.stream);
    }
    service_response properties(const std::string& name,
                                project_surface surface = project_surface::analyze_text) {
        return ask("GET", projects(surface) + "/" + name + "?" + std::string(version));
    }
    std::vector<std::string> listed(project_surface surface = project_surface::analyze_text) {
        const auto page =
            boost::json::parse(ask("GET", projects(surface) + "?" + std::string(version)).body);
        std::vector<std::string> names;
        for (const auto& each : page.at("value").as_array())
            names.push_back(text(each.at("projectName")));
        return names;
    }
};

std::string replaced(std::string text, const std::string& old_part, const std::string& new_part) {
    const std::size_t at = text.find(old_part);
    REQUIRE(at != std::string::npos);
    return text.replace(at, old_part.size(), new_part);
}

testing::project pattern(job_end end, std::string name = "") {
    testing::project p(std::move(name));
    p.end = end;
    return p;
}

} // namespace

TEST_CASE("an exported document of every kind can be imported and exported again",
          "[emulator][imports]") {
    struct row {
        sample_kind kind;
        std::string query;
    };
    std::vector<row> rows;
    for (const sample_kind kind : testing::sample_kinds())
        rows.push_back({kind, ""});
    for (const char* const format : {"json", "tsv", "excel"})
        rows.push_back({sample_kind::question_answering, std::string("format=") + format + "&"});
    for (const char* const format : {"Luis", "Conversation"})
        rows.push_back({sample_kind::conversation, std::string("format=") + format + "&"});
    for (const row& r : rows) {
        CAPTURE(to_string(r.kind), r.query);
        const project_surface surface = surface_of(r.kind);
        import_bench from;
        testing::project original("New");
        original.kind = r.kind;
        original.documents = 7;
        original.language = "fr";
        original.description = R"(a "b" \ c)";
        original.storage_container = "texts";
        original.is_multilingual = true;
        from.model.add_project(original);
        const std::string document = from.exported("New", surface, r.query);
        import_bench to;
        CHECK(to.end_of_import("New", document, surface, r.query) == "succeeded");
        CHECK(to.exported("New", surface, r.query) == document);
        CHECK(to.listed(surface) == std::vector<std::string>{"New"});
        const bool is_table = r.query == "format=tsv&" || r.query == "format=excel&";
        if (is_table)
            continue;
        const auto properties = boost::json::parse(to.properties("New", surface).body).as_object();
        const auto expected = boost::json::parse(from.properties("New", surface).body).as_object();
        for (const auto& member : expected) {
            const std::string_view name = member.key();
            CAPTURE(std::string(name));
            if (name.find("DateTime") == name.npos && r.query != "format=Luis&")
                CHECK(properties.at(name) == member.value());
        }
        CHECK(text(properties.at("language")) == "fr");
        CHECK(text(properties.at("description")) == original.description);
    }
}

TEST_CASE("the job of an import has the states of an export's job and no result",
          "[emulator][imports]") {
    import_bench b;
    const service_response accepted = b.submit_import("New", small_document);
    REQUIRE(accepted.status == 202);
    CHECK(accepted.body.empty());
    const std::string job = b.path_of(std::string(accepted.header("operation-location")));
    CHECK(job.starts_with(projects(project_surface::analyze_text) + "/New/import/jobs/"));
    CHECK(b.word(job) == "notStarted");
    b.now += 300ms;
    CHECK(b.word(job) == "running");
    CHECK(b.properties("New").status == 404);
    CHECK(b.listed().empty());
    b.now += 700ms;
    CHECK(b.listed() == std::vector<std::string>{"New"});
    const auto status = b.poll(job);
    CHECK(text(status.at("status")) == "succeeded");
    CHECK_FALSE(status.contains("resultUrl"));
    CHECK(text(status.at("createdDateTime")) == "2026-02-02T23:14:59Z");
    CHECK(text(status.at("lastUpdatedDateTime")) == "2026-02-02T23:15:00Z");
    const auto properties = boost::json::parse(b.properties("New").body).as_object();
    CHECK(text(properties.at("createdDateTime")) == "2026-02-02T23:15:00Z");
    CHECK(text(properties.at("lastModifiedDateTime")) == "2026-02-02T23:15:00Z");
    CHECK(text(properties.at("storageInputContainerName")) == "texts");
    CHECK(properties.at("multilingual").as_bool());
    b.now += 24h * 7;
    CHECK(b.ask("GET", job).status == 404);
    CHECK(b.properties("New").status == 200);
}

TEST_CASE("a job is found only under the action that started it", "[emulator][imports]") {
    import_bench b;
    b.model.add_project(testing::project("Demo"));
    const std::string exporting = b.begin();
    const std::string importing = b.path_of(
        std::string(b.submit_import("Demo", small_document).header("operation-location")));
    b.now += 1min;
    CHECK(b.word(exporting) == "succeeded");
    CHECK(b.word(importing) == "succeeded");
    CHECK(b.ask("GET", replaced(exporting, "/export/", "/import/")).status == 404);
    CHECK(b.ask("GET", replaced(importing, "/import/", "/export/")).status == 404);
    CHECK(b.ask("GET", replaced(importing, "?", "/result?")).status == 404);
    CHECK(b.ask("GET", replaced(exporting, "/jobs/", "/job/")).status == 404);
    CHECK(b.ask("GET",
                projects(project_surface::analyze_text) + "/Demo/:import?" + std::string(version))
              .status == 405);
}

TEST_CASE("only a job that succeeds changes the project", "[emulator][imports]") {
    const job_end end = GENERATE(job_end::succeeded, job_end::partially_completed, job_end::failed,
                                 job_end::cancelled, job_end::never);
    const bool is_success = end == job_end::succeeded || end == job_end::partially_completed;
    CAPTURE(to_string(end));
    import_bench b;
    testing::project original("Demo");
    original.trained_models = {"model"};
    b.model.add_project(original);
    const std::string before = b.exported("Demo", project_surface::analyze_text);
    testing::project p = pattern(end);
    p.errors = {testing::error_entry("InvalidArgument", "The container does not exist.")};
    b.model.set_import_pattern(p);
    for (const char* const name : {"Demo", "New"}) {
        const service_response accepted = b.submit_import(name, small_document);
        REQUIRE(accepted.status == 202);
        b.now += 1min;
        const auto status = b.poll(b.path_of(std::string(accepted.header("operation-location"))));
        CHECK(text(status.at("status")) == (end == job_end::never ? "running" : to_string(end)));
        CHECK(status.contains("errors") == (end != job_end::never));
    }
    CHECK(b.exported("Demo", project_surface::analyze_text) ==
          (is_success ? small_document : before));
    CHECK(b.listed().size() == (is_success ? 2 : 1));
    // The existing project keeps its settings; the jobs of its exports still succeed.
    CHECK(
        b.submit_export("Demo", project_surface::analyze_text, "trainedModelLabel=model&").status ==
        202);
    if (is_success) {
        const auto properties = boost::json::parse(b.properties("Demo").body).as_object();
        CHECK(text(properties.at("createdDateTime")) == "2024-01-01T00:00:00Z");
        CHECK(text(properties.at("lastModifiedDateTime")).starts_with("2026-02-02T23:1"));
    }
}

TEST_CASE("a pattern applies to the imports of its name", "[emulator][imports]") {
    import_bench b;
    testing::project slow = pattern(job_end::succeeded, "Slow");
    slow.job_duration = 1h;
    slow.trained_models = {"model"};
    b.model.set_import_pattern(slow);
    b.model.set_import_pattern(pattern(job_end::failed));
    CHECK(b.end_of_import("Other", small_document) == "failed");
    CHECK(b.end_of_import("Slow", small_document) == "notStarted");
    b.now += 1h;
    CHECK(b.listed() == std::vector<std::string>{"Slow"});
    CHECK(
        b.submit_export("Slow", project_surface::analyze_text, "trainedModelLabel=model&").status ==
        202);
}

TEST_CASE("the service rejects documents that it cannot import", "[emulator][imports]") {
    struct row {
        project_surface surface;
        std::string query;
        std::string document;
        std::string target;
    };
    constexpr auto texts = project_surface::analyze_text;
    constexpr auto chats = project_surface::analyze_conversations;
    constexpr auto bases = project_surface::query_knowledgebases;
    const std::string kind = "CustomSingleLabelClassification";
    const std::string with_kind = "\"projectKind\":\"" + kind + "\"";
    const row rows[] = {
        {texts, "", "", "body"},
        {texts, "", "{", "body"},
        {texts, "", "[]", "body"},
        {texts, "", small_document + "x", "body"},
        {texts, "", "{}", "metadata.projectKind"},
        {texts, "", replaced(small_document, "Utf16CodeUnit", "Utf8CodeUnit"), "stringIndexType"},
        {texts, "", replaced(small_document, "Utf16CodeUnit", ""), "stringIndexType"},
        {texts, "", replaced(small_document, "stringIndexType", "x"), "stringIndexType"},
        {texts, "", replaced(small_document, with_kind, "\"x\":1"), "metadata.projectKind"},
        {texts, "", replaced(small_document, kind, "Conversation"), "metadata.projectKind"},
        {texts, "", replaced(small_document, kind, "Unheard"), "metadata.projectKind"},
        {texts, "", replaced(small_document, kind, "CustomHealthcare"), "assets.projectKind"},
        {texts, "", replaced(small_document, "[]," + with_kind, "[]"), "assets.projectKind"},
        {chats, "", small_document, "metadata.projectKind"},
        {chats, "format=Luis&", small_document, "luis_schema_version"},
        {chats, "format=tsv&", small_document, "format"},
        {bases, "", small_document, "assets"},
        {bases, "", R"({"metadata":{}})", "assets"},
        {bases, "", R"({"luis_schema_version":"7","assets":{}})", "assets"},
        {bases, "assetKind=qnas&", R"({"assets":{}})", "assetKind"},
        {bases, "format=tsv&", "", "body"},
        {bases, "format=csv&", "x", "format"},
    };
    for (const row& r : rows) {
        CAPTURE(r.query, r.document, r.target);
        import_bench b;
        const service_response rejected = b.submit_import("New", r.document, r.surface, r.query);
        CHECK(rejected.status == 400);
        CHECK(text(boost::json::parse(rejected.body).at("error").at("target")) == r.target);
        CHECK(b.model.counters().jobs_created == 0);
        CHECK(b.model.counters().imports == 1);
        b.now += 1min;
        CHECK(b.listed(r.surface).empty());
    }
}

TEST_CASE("members of a document may come in any order, and others are ignored",
          "[emulator][imports]") {
    const std::string kind = "\"projectKind\":\"Conversation\"";
    const std::string nested = R"("x":{"assets":{"projectKind":"a"},"stringIndexType":[{}]},)";
    import_bench b;
    CHECK(b.end_of_import("New",
                          "{" + nested + R"("assets":{"utterances":[{"projectKind":"b"}],)" +
                              nested + kind + R"(},"metadata":{"settings":{"language":"c"},)" +
                              R"("n":-1e400000000000000000000,"description":"\ud800",)" + kind +
                              R"(},"stringIndexType":"utf8codeunit"})",
                          project_surface::analyze_conversations) == "succeeded");
    const std::string metadata = b.properties("New", project_surface::analyze_conversations).body;
    CHECK_THAT(metadata, contains_text("\"language\":\"en-us\""));
}

TEST_CASE("an import needs a JSON content type, except for a table", "[emulator][imports]") {
    import_bench b;
    const auto status_of = [&](project_surface surface, const std::string& query,
                               const std::string& type) {
        return b
            .ask("POST", projects(surface) + "/New/:import?" + query + std::string(version),
                 surface == project_surface::analyze_text ? small_document : "a\tb\n",
                 {{"Content-Type", type}})
            .status;
    };
    CHECK(status_of(project_surface::analyze_text, "", "application/json; charset=utf-8") == 202);
    CHECK(status_of(project_surface::analyze_text, "", "text/plain") == 415);
    CHECK(status_of(project_surface::query_knowledgebases, "format=tsv&", "text/plain") == 202);
    CHECK(status_of(project_surface::query_knowledgebases, "", "text/plain") == 415);
}

TEST_CASE("a name belongs to one surface", "[emulator][imports]") {
    import_bench b;
    testing::project chat("Demo");
    chat.kind = sample_kind::conversation;
    b.model.add_project(chat);
    const service_response rejected = b.submit_import("Demo", small_document);
    CHECK(rejected.status == 409);
    CHECK(error_code_of(rejected) == "Conflict");
}

TEST_CASE("a new project has a valid name", "[emulator][imports]") {
    import_bench b;
    b.model.add_project(testing::project("a b"));
    CHECK(b.submit_import("a%20b", small_document).status == 202);
    CHECK(b.submit_import("Aa.0_9-", small_document).status == 202);
    CHECK(b.submit_import(std::string(100, 'a'), small_document).status == 202);
    for (const std::string& name :
         {std::string("b%20c"), std::string(101, 'a'), std::string("%2F")}) {
        const service_response rejected = b.submit_import(name, small_document);
        CHECK(rejected.status == 400);
        CHECK_THAT(rejected.body, contains_text("\"target\":\"projectName\""));
    }
    testing::emulator_options options = options_with_key();
    options.lenient = true;
    import_bench lenient(options);
    CHECK(lenient.submit_import("b%20c", replaced(small_document, "stringIndexType", "x")).status ==
          202);
}

TEST_CASE("an imported document is exported in its own format only", "[emulator][imports]") {
    constexpr auto bases = project_surface::query_knowledgebases;
    constexpr auto chats = project_surface::analyze_conversations;
    import_bench b;
    CHECK(b.end_of_import("Base", "a\tb\n", bases, "format=TSV&") == "succeeded");
    CHECK_THAT(b.properties("Base", bases).body, contains_text("\"description\": \"Made up\""));
    CHECK(b.exported("Base", bases, "format=tsv&") == "a\tb\n");
    for (const char* const query : {"", "format=json&", "format=excel&"}) {
        const service_response rejected = b.submit_export("Base", bases, query);
        CHECK(rejected.status == 400);
        CHECK_THAT(rejected.body, contains_text("\"target\": \"format\""));
    }
    CHECK(b.end_of_import("Luis", R"({"luis_schema_version":"7.0.0","culture":"de"})", chats,
                          "format=Luis&") == "succeeded");
    CHECK(b.submit_export("Luis", chats).status == 400);
    CHECK(b.submit_export("Luis", chats, "format=luis&").status == 202);
    CHECK_THAT(b.properties("Luis", chats).body, contains_text("\"language\":\"de\""));
}

TEST_CASE("the oldest path of knowledge bases accepts imports", "[emulator][imports]") {
    import_bench b;
    const service_response accepted =
        b.ask("POST", "/language/query-knowledgebases/projects/Faq/:import?api-version=2021-10-01",
              R"({"assets":{"qnas":[]}})", {{"Content-Type", "application/json"}});
    CHECK(accepted.status == 202);
    const std::string job = b.path_of(std::string(accepted.header("operation-location")));
    CHECK(job.starts_with("/language/query-knowledgebases/projects/Faq/import/jobs/"));
    CHECK(b.ask("GET", job).header("Retry-After") == "5");
    b.now += 1min;
    CHECK(b.word(job) == "succeeded");
}

TEST_CASE("imports are counted", "[emulator][imports]") {
    import_bench b;
    CHECK(b.end_of_import("New", small_document) == "succeeded");
    CHECK(b.end_of_import("New", small_document) == "succeeded");
    CHECK(b.submit_import("New", "{}").status == 400);
    CHECK(b.submit_import("Other", "{}").status == 400);
    const testing::emulator_counters& counters = b.model.counters();
    CHECK(counters.imports == 4);
    CHECK(counters.submissions == 0);
    CHECK(counters.jobs_created == 2);
    CHECK(counters.status_gets == 2);
    REQUIRE(counters.projects.size() == 1);
    CHECK(counters.projects.at("New").imports == 2);
    CHECK(counters.projects.at("New").jobs_created == 2);
    CHECK(b.model.requests().front().kind == call_kind::import_submission);
    CHECK(b.model.requests().front().project == "New");
}

} // namespace service_model_imports_test
