// The surfaces of the service besides text projects: the behavior of the emulator, and exports of
// each of them in each of its formats.

#include <langexport/document/project_file.hpp>
#include <langexport/document/project_summary.hpp>

#include "integration/surface_bench.hpp"
#include "support/catch.hpp"
#include "unit/document/project_fixtures.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::errc;
using langexport::export_request;
using langexport::project_surface;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::model_bench;
using langexport_tests::quick_project_of;
using langexport_tests::request_to;
using testing::sample_kind;

using lines = std::vector<std::string>;

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
    const auto refused = b.submit("analyze-conversations", "&format=json");
    CHECK(refused.status == 400);
    CHECK_THAT(refused.body, contains_text("\"target\":\"format\""));
    model_bench k(sample_kind::question_answering);
    CHECK(k.submit("query-knowledgebases", "&format=json&assetKind=qnas").status == 202);
    CHECK(k.submit("query-knowledgebases", "&format=csv").status == 400);
    CHECK(k.submit("query-knowledgebases", "&assetKind=documents").status == 400);
    CHECK(model_bench(sample_kind::healthcare).submit("analyze-text", "&format=csv").status == 202);
}

TEST_CASE("a conversation project is exported in each of its formats", "[surfaces]") {
    client_bench b(GENERATE(false, true));
    const auto kind = GENERATE(sample_kind::conversation, sample_kind::orchestration);
    b->add_project(quick_project_of(kind));
    const client c = b.make_client();
    auto done = b.export_project(c, request_to(project_surface::analyze_conversations));
    REQUIRE(done.is_good());
    CHECK(done.result.content_type == "application/json; charset=utf-8");
    const boost::json::value file = boost::json::parse(done.result.document);
    CHECK(std::string_view(file.at("metadata").at("projectKind").as_string()) == to_string(kind));
    CHECK(file.at("assets").at("utterances").as_array().size() == 7);
    CHECK(b.seen() == lines{"POST export", "GET status", "GET result"});
    CHECK_THAT(b->requests()[0].target, contains_text("/analyze-conversations/projects/Demo/"));
    CHECK(b->requests()[0].body == R"({"assetsToExport":["*"]})");

    if (kind != sample_kind::conversation)
        return;
    done = b.export_project(c, request_to(project_surface::analyze_conversations, "Luis"));
    REQUIRE(done.is_good());
    const boost::json::value luis = boost::json::parse(done.result.document);
    CHECK(std::string_view(luis.at("luis_schema_version").as_string()) == "7.0.0");
    CHECK(luis.at("utterances").as_array().size() == 7);
}

TEST_CASE("a knowledge base is exported in each of its formats", "[surfaces]") {
    client_bench b(GENERATE(false, true));
    b->add_project(quick_project_of(sample_kind::question_answering));
    const client c = b.make_client();
    const auto surface = project_surface::query_knowledgebases;

    auto done = b.export_project(c, request_to(surface));
    REQUIRE(done.is_good());
    CHECK(done.result.content_type == "application/json; charset=utf-8");
    const boost::json::value file = boost::json::parse(done.result.document);
    CHECK(file.at("assets").at("qnas").as_array().size() == 7);
    CHECK(file.at("assets").at("synonyms").as_array().size() == 1);
    const auto sent = b->requests()[0];
    CHECK(sent.target ==
          "/language/authoring/query-knowledgebases/projects/Demo/:export?api-version=2023-04-01");
    CHECK(sent.body.empty());
    CHECK_FALSE(sent.has_header("Content-Type"));

    export_request synonyms = request_to(surface, "json");
    synonyms.asset_kind = "synonyms";
    done = b.export_project(c, synonyms);
    REQUIRE(done.is_good());
    const boost::json::value words = boost::json::parse(done.result.document);
    CHECK(words.at("assets").at("synonyms").as_array().size() == 7);
    CHECK_FALSE(words.at("assets").as_object().contains("qnas"));

    done = b.export_project(c, request_to(surface, "tsv"));
    REQUIRE(done.is_good());
    CHECK(done.result.content_type == "text/tab-separated-values; charset=utf-8");
    CHECK(done.result.document.starts_with("Question\tAnswer\t"));
    CHECK_THAT(done.result.document, contains_text("\nWhat is number 000000007?\tThe answer is "));

    done = b.export_project(c, request_to(surface, "excel"));
    REQUIRE(done.is_good());
    CHECK(done.result.content_type ==
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    CHECK(done.result.document.starts_with("PK\x03\x04"));
    CHECK_THAT(done.result.document, contains_text("<t>What is number 000000007?</t>"));
}

TEST_CASE("a knowledge base's tables may arrive as an archive", "[surfaces]") {
    client_bench b(false);
    testing::project faq = quick_project_of(sample_kind::question_answering);
    faq.zips_tables = true;
    b->add_project(faq);
    const client c = b.make_client();
    const auto surface = project_surface::query_knowledgebases;
    for (const std::string format : {"tsv", "excel"}) {
        const auto done = b.export_project(c, request_to(surface, format));
        REQUIRE(done.is_good());
        CHECK(done.result.content_type == "application/zip");
        CHECK(done.result.document.starts_with("PK\x03\x04"));
        CHECK_THAT(done.result.document, contains_text(format == "tsv" ? "Demo.tsv" : "Demo.xlsx"));
    }
    CHECK(b.export_project(c, request_to(surface)).result.content_type ==
          "application/json; charset=utf-8");
}

TEST_CASE("a generated project of every kind is exported, parsed and written again", "[surfaces]") {
    struct row {
        sample_kind kind;
        const char* format;
    };
    const auto r = GENERATE(
        row{sample_kind::single_label_classification, ""},
        row{sample_kind::multi_label_classification, ""}, row{sample_kind::entity_recognition, ""},
        row{sample_kind::healthcare, ""}, row{sample_kind::text_sentiment, ""},
        row{sample_kind::abstractive_summarization, ""},
        row{sample_kind::conversation, "Conversation"}, row{sample_kind::conversation, "Luis"},
        row{sample_kind::orchestration, ""}, row{sample_kind::question_answering, "json"});
    CAPTURE(to_string(r.kind), r.format);
    client_bench b(false);
    b->add_project(quick_project_of(r.kind));
    const auto done = b.export_project(b.make_client(), request_to(surface_of(r.kind), r.format));
    REQUIRE(done.is_good());
    const auto file = langexport::parse_project_file(done.result.document);
    CHECK(to_string(file.kind()) == to_string(r.kind));
    const auto counts = langexport::count_labels(file);
    CHECK(counts.items == 7);
    CHECK(counts.unlabeled == 0);
    CHECK(boost::json::parse(to_json(file)) == boost::json::parse(done.result.document));
    for (const auto& utterance : file.assets.utterances)
        for (const auto& label : utterance.entities)
            CHECK(text_at(utterance.text, label.span(), *file.unit()).starts_with("00000000"));
    for (const auto& utterance : file.luis.utterances)
        for (const auto& label : utterance.entities)
            CHECK(text_at(utterance.text, label.span(), *file.unit()).starts_with("00000000"));
}

TEST_CASE("an export contains the configured content, for any kind of project", "[surfaces]") {
    client_bench b(GENERATE(false, true));
    langexport::client_params params = b.params();
    const client strict = b.make_client(params);
    params.check_result_structure = false;
    const client lenient = b.make_client(params);
    for (const auto& fixture : langexport_tests::project_fixtures()) {
        CAPTURE(fixture.text);
        testing::project p = testing::project::with_document("Demo", fixture.text);
        p.job_duration = 0s;
        for (const auto kind : {sample_kind::conversation, sample_kind::orchestration,
                                sample_kind::question_answering})
            if (to_string(kind) == to_string(fixture.kind))
                p.kind = kind;
        b->add_project(p);
        // Some of these are only parts of what a service sends.
        const bool is_part = fixture.text.find(R"("assets":{)") == std::string::npos;
        const auto done =
            b.export_project(is_part ? lenient : strict, request_to(surface_of(p.kind)));
        REQUIRE(done.is_good());
        CHECK(done.result.document == fixture.text);
        const auto file = langexport::parse_project_file(done.result.document);
        CHECK(file.kind() == fixture.kind);
        CHECK(to_json(langexport::parse_project_file(to_json(file))) == to_json(file));
    }
}

TEST_CASE("a format that a surface does not have is rejected before anything is sent",
          "[surfaces]") {
    client_bench b(false);
    const auto done =
        b.export_project(b.make_client(), request_to(project_surface::analyze_text, "json"));
    CHECK(done.code() == errc::invalid_request);
    CHECK_THAT(done.what(), contains_text("export_request::format is not known to analyze-text"));
    CHECK(b.number_seen() == 0);
}

TEST_CASE("a generated file of any surface has exactly the configured size", "[surfaces]") {
    struct row {
        sample_kind kind;
        const char* format;
        const char* assets;
    };
    const auto r = GENERATE(
        row{sample_kind::conversation, "", ""}, row{sample_kind::conversation, "Luis", ""},
        row{sample_kind::orchestration, "", ""}, row{sample_kind::question_answering, "", ""},
        row{sample_kind::question_answering, "json", "qnas"},
        row{sample_kind::question_answering, "json", "synonyms"},
        row{sample_kind::question_answering, "tsv", ""},
        row{sample_kind::question_answering, "tsv", "synonyms"});
    CAPTURE(static_cast<int>(r.kind), r.format, r.assets);
    testing::export_wish wish;
    wish.format = r.format;
    wish.asset_kind = r.assets;
    testing::project p("Demo");
    p.kind = r.kind;
    for (const std::uint64_t size : {0U, 3000U, 3001U, 54321U}) {
        p.result_size = size;
        p.documents = 23;
        const auto source = testing::open_result(p, wish);
        std::string all(source->size(), '\0');
        std::size_t read = 0;
        while (const std::size_t count = source->read(all.data() + read, all.size() - read))
            read += count;
        CHECK(read == all.size());
        if (size != 0)
            CHECK(read == size);
        if (std::string_view(r.format) != "tsv")
            CHECK(boost::json::parse(all).is_object());
    }
}
