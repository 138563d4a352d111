// A fetch keeps the old file if the new document is not a result.

#include <langexport/file/read_file.hpp>
#include <langexport/resume_export.hpp>
#include <langexport/sink/file_sink.hpp>
#include <langexport/sink/normalizing_sink.hpp>

#include "integration/client_bench.hpp"
#include "integration/operations.hpp"
#include "support/batch_ranges.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/watched_sink.hpp"

#include <boost/asio/strand.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace result_structure_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport_tests;
using langexport::testing::canned_response;
using langexport::testing::occurrences;
namespace service = langexport::testing;

namespace {

constexpr std::string_view good = R"({"metadata":{"projectName":"Demo"},"assets":{}})";

// All operations that fetch a result.
constexpr std::array fetching = {operation::export_project, operation::export_project_to,
                                 operation::fetch_result,   operation::fetch_result_to,
                                 operation::resume_export,  operation::resume_export_to,
                                 operation::export_projects};

class warning_list : public observer {
public:
    std::vector<std::string> lines;
    void on_warning(const warning_event& event) noexcept override {
        lines.push_back(std::string(event.project_name) + ' ' + std::string(event.code) +
                        (event.is_in_status ? " kept: " : ": ") + std::string(event.message));
    }
};

class result_bench : public client_bench {
public:
    result_bench() : client_bench(false) {}

    void respond_to_results_with(std::string body, std::string type = "application/json") {
        service().clear_faults();
        service().on(service::call_kind::result, occurrences::always(),
                     canned_response(200, std::move(body)).header("Content-Type", std::move(type)));
    }
    // How one operation ends; a job that it needs is made before.
    std::shared_ptr<ending> run_one(const client& with, operation kind, export_request request,
                                    std::shared_ptr<result_sink> sink) {
        operation_arguments how{kind, boost::asio::make_strand(context), std::move(request)};
        if (kind == operation::fetch_result || kind == operation::fetch_result_to ||
            kind == operation::resume_export || kind == operation::resume_export_to) {
            const auto job = submit(with, how.request);
            how.of = wait(with, job.result).result;
        }
        if (goes_to_sink(kind) || kind == operation::export_projects)
            how.sink = std::move(sink);
        auto ended = langexport_tests::begin(with, how);
        REQUIRE(run_dry());
        REQUIRE(ended->calls == 1);
        return ended;
    }
};

} // namespace

TEST_CASE("a document that is not a project fails every fetch and is not committed",
          "[client][result structure]") {
    result_bench b;
    const operation what = GENERATE(from_range(fetching));
    CAPTURE(to_string(what));
    const client c = b.make_client();
    for (const std::string body :
         {R"({"error":{"code":"InternalServerError","message":"oops"}})", "{}", "[]",
          R"({"status":"succeeded","jobId":"1"})", R"({"statusCode":500,"message":"no"})"}) {
        CAPTURE(body);
        b.respond_to_results_with(body);
        const auto sink = std::make_shared<watched_sink>();
        const auto ended = b.run_one(c, what, export_request("Demo"), sink);
        CHECK(code_of(ended->of_export) == errc::malformed_response);
        CHECK_THAT(message_of(ended->of_export),
                   contains_text("the result is JSON, but not a project"));
        CHECK(sink->number_of("commit") == 0);
        CHECK_FALSE(sink->was_misused);
    }
    b.respond_to_results_with(std::string(good));
    const auto sink = std::make_shared<watched_sink>();
    CHECK_FALSE(b.run_one(c, what, export_request("Demo"), sink)->of_export);
    if (goes_to_sink(what) || what == operation::export_projects) {
        CHECK(sink->document == good);
        CHECK(sink->number_of("commit") == 1);
    }
}

TEST_CASE("without the check any complete JSON is a result", "[client][result structure]") {
    result_bench b;
    const operation what = GENERATE(from_range(fetching));
    CAPTURE(to_string(what));
    client_params params = b.params();
    params.check_result_structure = false;
    const client c = b.make_client(params);
    b.respond_to_results_with(R"({"error":{}})");
    const auto sink = std::make_shared<watched_sink>();
    CHECK_FALSE(b.run_one(c, what, export_request("Demo"), sink)->of_export);
}

TEST_CASE("an invalid result does not replace an old file, normalized or not",
          "[client][result structure]") {
    result_bench b;
    const bool is_normalized = GENERATE(false, true);
    // A small document, or one so large that the file was started before its end shows the error.
    const std::string filler(GENERATE(0u, 600'000u), 'x');
    const temporary_folder folder;
    const auto path = folder.path() / "Demo.json";
    const client c = b.make_client();
    const auto export_it = [&] {
        std::shared_ptr<result_sink> sink = std::make_shared<file_sink>(path);
        if (is_normalized)
            sink = std::make_shared<normalizing_sink>(sink);
        return b.export_to(c, sink);
    };
    b.respond_to_results_with(std::string(good));
    REQUIRE(export_it().is_good());
    const std::string before = read_file(path);
    b.respond_to_results_with("{\"x\":\"" + filler + R"(","error":{"code":"X"}})");
    CHECK(export_it().code() == errc::malformed_response);
    CHECK(read_file(path) == before);
    b.respond_to_results_with("{\"x\":\"" + filler + R"(","assets":{}})");
    CHECK(export_it().is_good());
    CHECK(read_file(path) != before);
}

TEST_CASE("each format has a structure of its own", "[client][result structure]") {
    result_bench b;
    for (const bool is_chat : {false, true}) {
        service::project one = quick_project(is_chat ? "Chat" : "Kb");
        one.kind =
            is_chat ? service::sample_kind::conversation : service::sample_kind::question_answering;
        b->add_project(one);
    }
    client_params params = b.params();
    params.api_version = "2023-04-01";
    const client c = b.make_client(params);
    struct {
        const char* project;
        project_surface surface;
        const char* format;
        std::string body, type;
        bool is_good;
    } const rows[] = {
        {"Chat", project_surface::analyze_conversations, "Luis",
         R"({"luis_schema_version":"7.0.0"})", "application/json", true},
        {"Chat", project_surface::analyze_conversations, "Luis", std::string(good),
         "application/json", false},
        {"Chat", project_surface::analyze_conversations, "", R"({"luis_schema_version":"7.0.0"})",
         "application/json", false},
        {"Kb", project_surface::query_knowledgebases, "tsv", "Question\tAnswer\n", "text/plain",
         true},
        {"Kb", project_surface::query_knowledgebases, "tsv", "PK\x03\x04...", "application/zip",
         true},
        {"Kb", project_surface::query_knowledgebases, "tsv", "{}", "application/octet-stream",
         false},
        {"Kb", project_surface::query_knowledgebases, "tsv", "<html>", "", false},
        {"Kb", project_surface::query_knowledgebases, "excel", "PK\x03\x04...",
         "application/octet-stream", true},
        {"Kb", project_surface::query_knowledgebases, "excel", "Question\tAnswer\n",
         "application/octet-stream", false},
        {"Kb", project_surface::query_knowledgebases, "excel", R"({"error":{}})",
         "application/json", false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.project, row.format, row.body);
        b.respond_to_results_with(row.body, row.type);
        export_request request(row.project);
        request.surface = row.surface;
        request.format = row.format;
        if (row.surface == project_surface::query_knowledgebases)
            request.assets_to_export.clear();
        for (const operation what : {operation::export_project, operation::export_project_to}) {
            const auto ended = b.run_one(c, what, request, std::make_shared<watched_sink>());
            CHECK(code_of(ended->of_export) ==
                  (row.is_good ? error_code() : make_error_code(errc::malformed_response)));
        }
        // A job does not tell the format: every format of the surface is accepted.
        const auto resumed = b.run_one(c, operation::resume_export, request, nullptr);
        const bool may_be = row.is_good || (row.format[0] != 'e' && row.project[0] == 'C') ||
                            row.body.starts_with("Question");
        CHECK(code_of(resumed->of_export) ==
              (may_be ? error_code() : make_error_code(errc::malformed_response)));
    }
}

TEST_CASE("a result under another name is kept, with a warning", "[client][result structure]") {
    result_bench b;
    const auto warnings = std::make_shared<warning_list>();
    client_params params = b.params();
    params.observer = warnings;
    const client c = b.make_client(params);
    b.respond_to_results_with(R"({"assets":{},"metadata":{"projectName":"Other"}})");
    const auto done = b.export_project(c);
    REQUIRE(done.is_good());
    REQUIRE(done.result.status.warnings.size() == 1);
    CHECK(done.result.status.warnings[0].code == "ProjectNameDiffers");
    const auto sent = b.export_to(c, std::make_shared<watched_sink>());
    REQUIRE(sent.is_good());
    CHECK(sent.result.warnings.size() == 1);
    const std::string line = "Demo ProjectNameDiffers kept: the result names its project 'Other'";
    CHECK(warnings->lines == std::vector<std::string>{line, line});
}

TEST_CASE("an unknown status causes one warning, and the timeout error names it",
          "[client][result structure]") {
    result_bench b;
    const auto warnings = std::make_shared<warning_list>();
    client_params params = b.params();
    params.observer = warnings;
    params.job_timeout = 100ms;
    params.polling.first = params.polling.min_interval = 5ms;
    params.polling.max_interval = 5ms;
    b->on(service::call_kind::status, occurrences::always(),
          canned_response(200, R"({"status":"expired"})"));
    const bool has_deadline = GENERATE(false, true);
    if (has_deadline) {
        params.job_timeout = 1h;
        params.deadline = 100ms;
    }
    const auto done = b.export_project(b.make_client(params));
    CHECK(done.code() == (has_deadline ? errc::deadline_exceeded : errc::job_timed_out));
    CHECK_THAT(done.what(), contains_text("its last status was 'expired'"));
    CHECK(done.known().polls > 2);
    REQUIRE(warnings->lines.size() == 1);
    CHECK_THAT(warnings->lines[0],
               contains_text("Demo UnknownStatus: ") && contains_text("'expired'"));
}

TEST_CASE("a terminal status is recognized in upper and lower case", "[client][result structure]") {
    result_bench b;
    struct {
        const char* word;
        errc code;
    } const rows[] = {
        {"Failed", errc::job_failed},
        {"CANCELED", errc::job_cancelled},
        {"Cancelled", errc::job_cancelled},
        {"PartiallyCompleted", errc::job_partially_completed},
    };
    for (const auto& row : rows) {
        b->clear_faults();
        b->on(service::call_kind::status, occurrences::always(),
              canned_response(200, "{\"status\":\"" + std::string(row.word) + "\"}"));
        CAPTURE(row.word);
        const auto done = b.export_project(b.make_client());
        CHECK(done.code() == row.code);
        CHECK(done.known().polls == 1);
    }
}

TEST_CASE("the result of a completed job is fetched, regardless of unimportant fields",
          "[client][result structure]") {
    result_bench b;
    const client c = b.make_client();
    const auto job = b.submit(c);
    REQUIRE(job.is_good());
    const std::string url = b.wait(c, job.result).result.result_url;
    REQUIRE_FALSE(url.empty());
    for (const std::string odd :
         {R"("warnings":{})", R"("errors":"")", R"("warnings":7,"errors":false,"error":null)",
          R"("jobId":7,"createdDateTime":{},"expirationDateTime":[1],"lastUpdatedDateTime":true)",
          R"("warnings":[{"message":"\ud83d"}])"}) {
        CAPTURE(odd);
        b->clear_faults();
        b->on(service::call_kind::status, occurrences::always(),
              canned_response(200, "\xEF\xBB\xBF{\"status\":\"Succeeded\",\"resultUrl\":\"" + url +
                                       "\"," + odd + "}"));
        CHECK(b.resume(c, job.result).is_good());
    }
}

} // namespace result_structure_test
