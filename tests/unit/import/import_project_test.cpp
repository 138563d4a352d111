// Whole imports over scripted streams, with a clock that stands still between events.

#include <langexport/import/import_project.hpp>

#include "support/catch.hpp"
#include "unit/import/import_bench.hpp"

#include <langexport/export_project.hpp>
#include <langexport/resume_export.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace import_project_test {

using namespace langexport_tests;

namespace {

const std::string accepted_early = "HTTP/1.1 100 Continue\r\n\r\n";

std::string body_of(const seen_request& request) {
    return request.bytes.substr(request.bytes.find("\r\n\r\n") + 4);
}

bench_response rejection_with(const std::string& status, const std::string& headers = "") {
    return bench_service::response(status, R"({"error":{"code":"X","message":"no"}})", headers);
}

} // namespace

TEST_CASE("a project is checked, sent as a whole, and its job awaited", "[import][engine]") {
    import_bench bench;
    const auto end = bench.import();
    REQUIRE(end->is_good());
    CHECK(end->result.status == job_status::succeeded);
    CHECK(end->result.job().project_name() == "Claims");
    const auto& requests = bench.service->requests;
    REQUIRE(bench.service->number_of("POST") == 1);
    const seen_request& sent = requests.front();
    CHECK(sent.target ==
          "/language/authoring/analyze-text/projects/Claims/:import?api-version=2023-04-01");
    CHECK(body_of(sent) == bench.document->document);
    CHECK_THAT(sent.bytes, contains_text("\r\nContent-Type: application/json\r\nContent-Length: " +
                                         std::to_string(bench.document->document.size()) + "\r\n"));
    CHECK(bench.document->opened == 2);
    CHECK(bench.document->largest_read <= 128 * 1024);
    CHECK(bench.service->number_of("GET") > 1);
    for (const seen_request& each : requests)
        CHECK_THAT(each.target, !contains_text("/result"));

    const import_events& events = *bench.events;
    CHECK(events.submitting == 1);
    REQUIRE(events.jobs.size() == 1);
    CHECK(import_job(events.jobs.front()) == end->result.job());
    CHECK(events.polled > 1);
    CHECK(events.finished == 1);
    CHECK(events.bytes == bench.document->document.size());
    CHECK(events.warnings.empty());
    CHECK(bench.client().stats().pending == 0);
    CHECK(bench.client().stats().finished == 1);
}

TEST_CASE("the other surfaces and formats have their own paths", "[import][engine]") {
    import_bench bench("a\tb\n");
    import_request request = bench.request();
    request.project_name = "A b";
    request.surface = project_surface::query_knowledgebases;
    request.format = "tsv";
    const auto end = bench.begin(request);
    bench.run();
    REQUIRE(end->is_good());
    const seen_request& sent = bench.service->requests.front();
    CHECK_THAT(sent.target, contains_text("/query-knowledgebases/projects/A%20b/"
                                          ":import?format=tsv&api-version="));
    CHECK_THAT(sent.bytes, contains_text("Content-Type: text/tab-separated-values\r\n"));
}

TEST_CASE("nothing is sent if the document cannot be imported", "[import][engine]") {
    struct row {
        std::string document;
        const char* why;
    };
    const std::string good = text_document();
    for (const row& r : {row{good.substr(0, good.size() - 1), "but its JSON is incomplete"},
                         row{"{}", "it has no object 'assets'"}, row{"", "it is empty"},
                         row{good + "x", "byte "}}) {
        INFO(r.document);
        import_bench bench(r.document);
        const auto end = bench.import();
        CHECK(end->code() == errc::malformed_document);
        CHECK_THAT(end->what(), contains_text(r.why));
        CHECK_THAT(end->what(),
                   contains_text("submitting the import of project 'Claims' failed: the document "
                                 "cannot be read: "));
        CHECK(end->known().submission == submission_state::not_sent);
        CHECK(end->known().kind == job_kind::importing);
        CHECK(end->known().tag == "nightly");
        CHECK(bench.service->requests.empty());
        CHECK(bench.service->streams_opened == 0);
        CHECK(bench.events->failed == 1);
    }
}

TEST_CASE("a request that is not valid sends and reads nothing", "[import][engine]") {
    import_bench bench;
    import_request request = bench.request();
    request.format = "Luis";
    const auto end = bench.begin(request);
    bench.run();
    CHECK(end->code() == errc::invalid_request);
    CHECK_THAT(end->what(), contains_text("import_request::format"));
    CHECK_THAT(end->what(), contains_text("nothing was imported"));
    CHECK(bench.document->opened == 0);
}

TEST_CASE("a document with another name is imported with a warning", "[import][engine]") {
    import_bench bench(text_document(0, "Other"));
    CHECK(bench.import()->is_good());
    CHECK(bench.events->warnings ==
          std::vector<std::string>{"ProjectNameDiffers: the document names its project 'Other'"});
}

TEST_CASE("a source that throws ends the import, and nothing or no end is sent",
          "[import][engine]") {
    const std::size_t reader = GENERATE(1u, 2u);
    const bool is_opening = GENERATE(true, false);
    import_bench bench;
    if (is_opening)
        bench.document->at_open = [=](std::size_t number) {
            if (number == reader)
                throw std::runtime_error("no document");
        };
    else
        bench.document->in_read = [=](std::size_t number,
                                      std::size_t offset) -> boost::asio::awaitable<void> {
            if (number == reader && offset > 300'000)
                throw std::runtime_error("no document");
            co_return;
        };
    const auto end = bench.import();
    CHECK(end->code() == errc::source_failed);
    CHECK_THAT(end->what(), contains_text("no document"));
    CHECK(message_of(end->known().cause) == "no document");
    CHECK(end->known().submission == submission_state::not_sent);
    CHECK(bench.service->requests.empty());
    CHECK((bench.service->streams_opened == 0) == (reader == 1));
    CHECK(bench.service->streams_open == 0);
}

TEST_CASE("a document that changes is not sent to its end", "[import][engine]") {
    import_bench bench;
    const std::string before = bench.document->document;
    std::string after = before;
    const char* why = "other bytes";
    SECTION("other bytes") {
        after[1000] = ' ';
    }
    SECTION("shorter") {
        after.pop_back();
        why = "it has 400";
    }
    SECTION("much shorter") {
        after.resize(10);
        why = "it has 10 instead of 400";
    }
    SECTION("longer") {
        after += ' ';
        why = "it has more than 400";
    }
    SECTION("much longer") {
        after += before;
        why = "it has more than 400";
    }
    bench.document->at_open = [&](std::size_t number) {
        if (number == 2)
            bench.document->document = after;
    };
    const auto end = bench.import();
    CHECK(end->code() == errc::source_failed);
    CHECK_THAT(end->what(), contains_text("the document has changed since it was checked: "));
    CHECK_THAT(end->what(), contains_text(why));
    CHECK(bench.service->requests.empty());
    CHECK(end->known().submission == submission_state::not_sent);
}

TEST_CASE("a document of another size than announced is not sent", "[import][engine]") {
    import_bench bench;
    import_request request("Claims", import_source::from_factory(
                                         [&] { return source_of(bench.document).open(); }, 17));
    const auto end = bench.begin(request);
    bench.run();
    CHECK(end->code() == errc::source_failed);
    CHECK_THAT(end->what(), contains_text("bytes instead of 17"));
    CHECK(bench.service->requests.empty());
    import_request without("Claims", import_source::from_factory(
                                         []() -> std::unique_ptr<import_reader> { return {}; }));
    const auto null_end = bench.begin(without);
    bench.run();
    CHECK(null_end->code() == errc::source_failed);
    CHECK_THAT(null_end->what(), contains_text("returned no reader"));
}

TEST_CASE("a final response before the end of the document ends the sending", "[import][engine]") {
    import_bench bench;
    SECTION("413") {
        bench.respond_after(200'000, rejection_with("413 Content Too Large"));
        const auto end = bench.import();
        CHECK(end->code() == errc::invalid_request);
        CHECK(end->known().http_status == 413);
        CHECK(end->known().submission == submission_state::not_sent);
        CHECK(bench.service->requests.empty());
    }
    SECTION("401") {
        bench.respond_after(200'000, rejection_with("401 Unauthorized"));
        CHECK(bench.import()->code() == errc::unauthorized);
        CHECK(bench.service->requests.empty());
    }
    SECTION("404 does not mean that the project is missing") {
        bench.respond_after(200'000, rejection_with("404 Not Found"));
        const auto end = bench.import();
        CHECK(end->code() == errc::unexpected_response);
        CHECK_THAT(end->what(), contains_text("perhaps the service does not support api-version"));
    }
    SECTION("429 is repeated when the throttling is over") {
        bench.respond_after(200'000,
                            rejection_with("429 Too Many Requests", "Retry-After: 30\r\n"));
        CHECK(bench.import()->is_good());
        CHECK(bench.document->opened == 3);
        CHECK(bench.service->number_of("POST") == 1);
        CHECK(bench.service->requests.front().at - manual_time::start >= 30s);
        CHECK(bench.events->retried == std::vector<errc>{errc::throttled});
    }
    SECTION("500 is repeated, because the service cannot have executed the request") {
        bench.respond_after(200'000, rejection_with("500 Internal Server Error"));
        CHECK(bench.import()->is_good());
        CHECK(bench.service->number_of("POST") == 1);
    }
    // The connection was not used again.
    CHECK(bench.events->closed >= 1);
    CHECK(bench.service->streams_opened ==
          bench.service->requests.size() / 100 + 1 + (bench.service->requests.empty() ? 0 : 1));
}

TEST_CASE("a provisional response does not end the sending", "[import][engine]") {
    import_bench bench;
    bench.respond_after(200'000, bench_response(accepted_early));
    CHECK(bench.import()->is_good());
    CHECK(bench.service->number_of("POST") == 1);
}

TEST_CASE("a submission that broke off before its last byte is repeated", "[import][engine]") {
    import_bench bench;
    bench_response reset;
    reset.is_reset = true;
    bench.respond_after(200'000, reset);
    const auto end = bench.import();
    CHECK(end->is_good());
    CHECK(bench.document->opened == 3);
    REQUIRE(bench.service->number_of("POST") == 1);
    CHECK(body_of(bench.service->requests.front()) == bench.document->document);
    CHECK(bench.events->retried == std::vector<errc>{errc::connection_failed});
    CHECK(bench.events->jobs.size() == 1);
}

TEST_CASE("a submission that was sent to its end is not repeated", "[import][engine]") {
    const bool allows_duplicates = GENERATE(false, true);
    const bool is_reset = GENERATE(false, true);
    import_bench bench;
    const auto usual = bench.service->respond;
    std::size_t posts = 0;
    bench.service->respond = [&](const seen_request& request) -> bench_response {
        if (request.method != "POST" || ++posts > 1)
            return usual(request);
        bench_response lost = is_reset ? bench_response() : rejection_with("502 Bad Gateway");
        lost.is_reset = is_reset;
        return lost;
    };
    import_request request = bench.request();
    request.allow_duplicates = allows_duplicates;
    const auto end = bench.begin(request);
    bench.run();
    CHECK(posts == (allows_duplicates ? 2u : 1u));
    if (allows_duplicates) {
        CHECK(end->is_good());
        return;
    }
    CHECK(end->code() == errc::submit_unconfirmed);
    CHECK(end->known().submission == submission_state::unconfirmed);
}

TEST_CASE("429 to a whole submission repeats all of it", "[import][engine]") {
    import_bench bench;
    const auto usual = bench.service->respond;
    std::size_t posts = 0;
    bench.service->respond = [&](const seen_request& request) -> bench_response {
        if (request.method == "POST" && ++posts == 1)
            return rejection_with("429 Too Many Requests", "Retry-After: 1\r\n");
        return usual(request);
    };
    CHECK(bench.import()->is_good());
    CHECK(posts == 2);
    CHECK(bench.document->opened == 3);
    CHECK(body_of(bench.service->requests[1]) == bench.document->document);
}

TEST_CASE("exports and imports share the quota of submissions", "[import][engine][schedule]") {
    client_params params = engine_bench::default_params();
    import_bench bench(text_document(), params);
    std::vector<std::shared_ptr<outcome<import_status>>> imports;
    std::vector<std::shared_ptr<outcome<exported_project>>> exports;
    for (int i = 0; i < 8; ++i) {
        imports.push_back(bench.begin(bench.request()));
        exports.push_back(std::make_shared<outcome<exported_project>>());
        export_project(bench.client(), export_request("E"),
                       keep_in<exported_project>(exports.back()));
    }
    bench.run();
    for (int i = 0; i < 8; ++i)
        CHECK((imports[std::size_t(i)]->is_good() && exports[std::size_t(i)]->is_good()));
    std::size_t in_first_minute = 0;
    for (const seen_request& each : bench.service->requests)
        in_first_minute += each.method == "POST" && each.at - manual_time::start < 60s;
    CHECK(in_first_minute == 10);
    CHECK(bench.service->number_of("POST") == 16);
}

TEST_CASE("the source runs on the executor of the operation", "[import][engine]") {
    import_bench bench;
    const auto strand = boost::asio::make_strand(bench.context());
    const auto end = std::make_shared<outcome<import_status>>();
    import_project(bench.client(), bench.request(),
                   boost::asio::bind_executor(strand, keep_in<import_status>(end)));
    bench.run();
    CHECK(end->is_good());
    CHECK(bench.document->read_on == boost::asio::any_io_executor(strand));
}

TEST_CASE("an import job is submitted here and awaited elsewhere", "[import][engine]") {
    import_bench bench;
    const auto submitted = bench.begin<import_job>(bench.request());
    bench.run();
    REQUIRE(submitted->is_good());
    const std::string token = submitted->result.to_token();
    const auto end = std::make_shared<outcome<import_status>>();
    wait_for_import(bench.client(), import_job::from_token(token), keep_in<import_status>(end));
    bench.run();
    REQUIRE(end->is_good());
    CHECK(end->result.status == job_status::succeeded);
    CHECK(end->result.job() == submitted->result);
    CHECK(bench.service->number_of("POST") == 1);
}

TEST_CASE("operations reject jobs of the other kind", "[import][engine]") {
    import_bench bench;
    const export_job job("p", "https://bench.example/x/import/jobs/1", {}, job_kind::importing);
    const auto waited = std::make_shared<outcome<export_status>>();
    wait_for_export(bench.client(), job, keep_in<export_status>(waited));
    const auto resumed = std::make_shared<outcome<exported_project>>();
    resume_export(bench.client(), job, keep_in<exported_project>(resumed));
    export_status status(job);
    status.result_url = "https://bench.example/x/result";
    const auto fetched = std::make_shared<outcome<exported_project>>();
    fetch_result(bench.client(), status, keep_in<exported_project>(fetched));
    const auto empty = std::make_shared<outcome<import_status>>();
    wait_for_import(bench.client(), import_job(), keep_in<import_status>(empty));
    const auto foreign = std::make_shared<outcome<import_status>>();
    wait_for_import(bench.client(), import_job("p", "https://other.example/j", {}),
                    keep_in<import_status>(foreign));
    bench.run();
    CHECK(waited->code() == errc::invalid_request);
    CHECK_THAT(waited->what(), contains_text("it is an import job"));
    CHECK(resumed->code() == errc::invalid_request);
    CHECK(fetched->code() == errc::invalid_request);
    CHECK(empty->code() == errc::invalid_request);
    CHECK_THAT(empty->what(), contains_text("the import_job is empty"));
    CHECK(foreign->code() == errc::foreign_origin);
    CHECK(bench.service->requests.empty());
}

TEST_CASE("a failed import says so", "[import][engine]") {
    import_bench bench;
    const auto usual = bench.service->respond;
    const std::string word = GENERATE("failed", "partiallyCompleted", "cancelled");
    bench.service->respond = [&](const seen_request& request) -> bench_response {
        if (request.method == "POST")
            return usual(request);
        return bench_service::response("200 OK",
                                       R"({"status":")" + word +
                                           R"(","errors":[{"code":"InvalidArgument",)"
                                           R"("message":"bad label","target":"assets"}]})");
    };
    const auto end = bench.import();
    CHECK_THAT(end->what(), contains_text("waiting for the import of project 'Claims' failed: the "
                                          "import job "));
    CHECK_THAT(end->what(), !contains_text("export"));
    CHECK_THAT(end->what(), contains_text("bad label"));
    REQUIRE(end->known().status);
    REQUIRE(end->known().status->errors.size() == 1);
    CHECK(end->known().status->errors.front().target == "assets");
    CHECK(end->known().job->kind() == job_kind::importing);
    CHECK(end->failure().job()->to_token().starts_with("lximport1_"));
}

} // namespace import_project_test
