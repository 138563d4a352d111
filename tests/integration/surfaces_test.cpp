// Exports of each surface besides text projects, in each of its formats.

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

namespace surfaces_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::errc;
using langexport::export_request;
using langexport::project_surface;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::quick_project_of;
using langexport_tests::request_to;
using testing::sample_kind;

using lines = std::vector<std::string>;

} // namespace

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

} // namespace surfaces_test
