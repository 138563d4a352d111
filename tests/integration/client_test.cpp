#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace client_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::errc;
using langexport::export_job;
using langexport::export_request;
using langexport::export_status;
using langexport::exported_project;
using langexport::job_status;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::event_list;
using langexport_tests::quick_project;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;
using testing::occurrences;

using lines = std::vector<std::string>;

std::string text_of(std::size_t size) {
    std::string text = R"({"assets":{"":")";
    text.append(size - text.size() - 3, 'x');
    return text += "\"}}";
}

} // namespace

TEST_CASE("an export is submitted, waited for and fetched", "[client]") {
    client_bench b(GENERATE(false, true));
    testing::project slow = quick_project();
    slow.states = {"notStarted", "running"};
    slow.warnings.emplace_back("Warning", "one document has no text");
    b->add_project(slow);
    const client c = b.make_client();
    const auto done = b.export_project(c);
    REQUIRE(done.is_good());
    CHECK(done.result.status.status == job_status::succeeded);
    CHECK(done.result.status.status_text == "succeeded");
    REQUIRE(done.result.status.warnings.size() == 1);
    CHECK(done.result.status.warnings[0].message == "one document has no text");
    CHECK(done.result.status.created.has_value());
    CHECK(done.result.status.job().project_name() == "Demo");
    CHECK(done.result.content_type == "application/json; charset=utf-8");
    CHECK_THAT(done.result.document, contains_text("\"projectName\":\"Demo\""));
    CHECK(b.seen() == lines{"POST export", "GET status", "GET status", "GET status", "GET result"});
    CHECK(b->counters().connections == 1);
}

TEST_CASE("every request has the key, the User-Agent and an id", "[client]") {
    client_bench b(GENERATE(false, true));
    client_params params = b.params();
    params.application_id = "tests/1";
    const std::string version = GENERATE("", "2022-05-01", "2025-05-15-preview");
    params.api_version = version;
    export_request request("Demo");
    request.asset_kind = "documents";
    const auto done = b.export_project(b.make_client(params), request);
    REQUIRE(done.is_good());
    const auto seen = b->requests();
    REQUIRE(seen.size() == 3);
    std::set<std::string> ids;
    for (const auto& r : seen) {
        CHECK(r.credential == testing::credential_seen::first_key);
        CHECK_THAT(std::string(r.header("User-Agent")), contains_text("tests/1 langexport/"));
        CHECK(r.header("Accept-Encoding") == "identity");
        CHECK(r.header("Host").substr(0, 4) == (b->certificate_pem().empty() ? "127." : "loca"));
        CHECK(r.header("x-ms-client-request-id").size() == 36);
        ids.emplace(r.header("x-ms-client-request-id"));
    }
    CHECK(ids.size() == 3);
    CHECK(seen[0].target == "/language/authoring/analyze-text/projects/Demo/:export"
                            "?stringIndexType=Utf16CodeUnit&assetKind=documents"
                            "&api-version=" +
                                (version.empty() ? std::string("2023-04-01") : version));
    CHECK_THAT(done.result.document, contains_text("\"projectFileVersion\":\"" +
                                                   (version.empty() ? "2023-04-01" : version)));
    CHECK(seen[0].header("Content-Type") == "application/json");
    CHECK(seen[0].body == R"({"assetsToExport":["*"]})");
    CHECK_FALSE(seen[1].has_header("Content-Length"));
}

TEST_CASE("a request without assets has no body and no content type", "[client]") {
    client_bench b(false);
    export_request request("Demo");
    request.assets_to_export.clear();
    const auto job = b.submit(b.make_client(), request);
    REQUIRE(job.is_good());
    const auto seen = b->requests();
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].body.empty());
    CHECK(seen[0].header("Content-Length") == "0");
    CHECK_FALSE(seen[0].has_header("Content-Type"));
}

TEST_CASE("each operation sends only its own requests", "[client]") {
    client_bench b(GENERATE(false, true));
    const client c = b.make_client();

    const auto job = b.submit(c);
    REQUIRE(job.is_good());
    CHECK(job.result.project_name() == "Demo");
    CHECK_FALSE(job.result.operation_location().empty());
    CHECK(b.seen() == lines{"POST export"});

    b->clear_requests();
    const auto status = b.status(c, job.result);
    REQUIRE(status.is_good());
    CHECK(status.result.status == job_status::succeeded);
    CHECK(status.result.job() == job.result);
    CHECK(b.seen() == lines{"GET status"});

    b->clear_requests();
    const auto waited = b.wait(c, job.result);
    REQUIRE(waited.is_good());
    CHECK_FALSE(waited.result.result_url.empty());
    CHECK(b.seen() == lines{"GET status"});

    b->clear_requests();
    const auto fetched = b.fetch(c, waited.result);
    REQUIRE(fetched.is_good());
    CHECK_FALSE(fetched.result.document.empty());
    CHECK(fetched.result.status.status == job_status::succeeded);
    CHECK(b.seen() == lines{"GET result"});

    b->clear_requests();
    const auto resumed = b.resume(c, job.result);
    REQUIRE(resumed.is_good());
    CHECK(resumed.result.document == fetched.result.document);
    CHECK(b.seen() == lines{"GET status", "GET result"});
    CHECK(b->counters().connections == 1);
}

TEST_CASE("a resume token transfers a job from one client to another", "[client]") {
    client_bench b(GENERATE(false, true));
    std::string token;
    {
        const auto job = b.submit(b.make_client());
        REQUIRE(job.is_good());
        token = job.result.to_token();
    }
    const auto resumed = b.resume(b.make_client(), export_job::from_token(token));
    REQUIRE(resumed.is_good());
    CHECK(resumed.result.status.job().project_name() == "Demo");
    CHECK(b->counters().jobs_created == 1);
}

TEST_CASE("an old job is polled even if it was submitted longer than job_timeout ago", "[client]") {
    client_bench b(false);
    const client c = b.make_client();
    const auto job = b.submit(c);
    REQUIRE(job.is_good());
    const export_job old("Demo", job.result.operation_location(),
                         std::chrono::system_clock::now() - 24h);
    CHECK(b.resume(c, old).is_good());
    const export_job timeless("Demo", job.result.operation_location(), {});
    CHECK(b.resume(c, timeless).is_good());
    using time_point = export_job::time_point;
    for (const time_point when : {time_point::min(), time_point::max()})
        CHECK(b.resume(c, export_job("Demo", job.result.operation_location(), when)).is_good());
}

TEST_CASE("get_export_status returns a failed job, and wait_for_export fails", "[client]") {
    client_bench b(false);
    testing::project p = quick_project();
    p.end = testing::job_end::failed;
    p.errors.emplace_back("InvalidArgument", "the container is gone");
    b->add_project(p);
    const client c = b.make_client();
    const auto job = b.submit(c);
    const auto status = b.status(c, job.result);
    REQUIRE(status.is_good());
    CHECK(status.result.status == job_status::failed);
    REQUIRE(status.result.errors.size() == 1);
    CHECK(status.result.errors[0].code == "InvalidArgument");
    const auto waited = b.wait(c, job.result);
    CHECK(waited.code() == errc::job_failed);
    CHECK_THAT(waited.what(), contains_text("the container is gone"));
}

TEST_CASE("a partially completed job is an error, and its result can still be fetched",
          "[client]") {
    client_bench b(false);
    testing::project p = quick_project();
    p.end = testing::job_end::partially_completed;
    p.errors.emplace_back("Warning", "two assets are missing");
    b->add_project(p);
    const client c = b.make_client();
    const auto rejected = b.export_project(c);
    CHECK(rejected.code() == errc::job_partially_completed);
    REQUIRE(rejected.known().status);
    CHECK(rejected.known().status->status == job_status::partially_completed);
    const auto fetched = b.fetch(c, *rejected.known().status);
    REQUIRE(fetched.is_good());
    CHECK_FALSE(fetched.result.document.empty());

    client_params params = b.params();
    params.accept_partial = true;
    const client generous = b.make_client(params);
    const auto taken = b.export_project(generous);
    REQUIRE(taken.is_good());
    CHECK(taken.result.status.status == job_status::partially_completed);
    CHECK_FALSE(taken.result.document.empty());
    export_request strict("Demo");
    strict.accept_partial = false;
    CHECK(b.export_project(generous, strict).code() == errc::job_partially_completed);
    export_request lenient("Demo");
    lenient.accept_partial = true;
    CHECK(b.export_project(c, lenient).is_good());
}

TEST_CASE("a partially completed job without a result fails, even if accept_partial is set",
          "[client]") {
    client_bench b(false);
    b->on(call_kind::status, occurrences::always(),
          canned_response(200, R"({"jobId":"1","status":"partiallyCompleted"})"));
    client_params params = b.params();
    params.accept_partial = true;
    const auto done = b.export_project(b.make_client(params));
    CHECK(done.code() == errc::unexpected_response);
    CHECK_THAT(done.what(), contains_text("resultUrl"));
    REQUIRE(done.failure().job());
    CHECK(b.seen() == lines{"POST export", "GET status"});
}

TEST_CASE("results arrive complete with every framing", "[client]") {
    const bool tls = GENERATE(false, true);
    client_bench b(tls);
    const client c = b.make_client();
    using testing::body_framing;
    for (const auto framing :
         {body_framing::content_length, body_framing::chunked, body_framing::until_close})
        for (const std::size_t size : {18UL, 1000UL, 16384UL, 300000UL, 3000000UL}) {
            CAPTURE(static_cast<int>(framing), size);
            testing::project p = testing::project::with_document("Demo", text_of(size));
            p.job_duration = 0s;
            p.framing = framing;
            b->add_project(p);
            const auto done = b.export_project(c);
            REQUIRE(done.is_good());
            CHECK(done.result.document == text_of(size));
        }
}

TEST_CASE("a response that arrives byte by byte is read like any other", "[client]") {
    client_bench b(GENERATE(false, true));
    canned_response drip;
    drip.drip_bytes = 1;
    b->on(call_kind::any, occurrences::always(), drip);
    const auto done = b.export_project(b.make_client());
    CHECK(done.is_good());
}

TEST_CASE("a result does not have to be JSON if the request names another format", "[client]") {
    client_bench b(false);
    testing::project p = quick_project();
    p.kind = testing::sample_kind::question_answering;
    b->add_project(p);
    b->on(call_kind::result, 1,
          canned_response(200, "id\tquestion\n1\twhy?\n")
              .header("Content-Type", "text/tab-separated-values"));
    export_request request("Demo");
    request.surface = langexport::project_surface::query_knowledgebases;
    request.format = "tsv";
    const auto done = b.export_project(b.make_client(), request);
    REQUIRE(done.is_good());
    CHECK(done.result.document == "id\tquestion\n1\twhy?\n");
    CHECK(done.result.content_type == "text/tab-separated-values");
}

TEST_CASE("a client can be made from any execution context", "[client]") {
    client_bench b(false);
    b->add_project(quick_project());
    const auto begin_export = [&](auto& context) {
        const client c(context, b.params());
        return std::pair(
            c, langexport::export_project(c, export_request("Demo"), boost::asio::use_future));
    };
    SECTION("io_context") {
        boost::asio::io_context context;
        auto [c, result] = begin_export(context);
        context.run();
        CHECK_THAT(result.get().document, contains_text("\"projectName\":\"Demo\""));
    }
    SECTION("thread_pool") {
        boost::asio::thread_pool pool(2);
        auto [c, result] = begin_export(pool);
        CHECK_THAT(result.get().document, contains_text("\"projectName\":\"Demo\""));
        pool.join();
    }
    SECTION("a class of the program") {
        struct own_context : boost::asio::io_context {};
        own_context context;
        auto [c, result] = begin_export(context);
        context.run();
        CHECK_THAT(result.get().document, contains_text("\"projectName\":\"Demo\""));
    }
}

TEST_CASE("a client needs an executor", "[client]") {
    client_bench b(false);
    try {
        client(boost::asio::any_io_executor(), b.params());
        FAIL("it was made");
    } catch (const langexport::export_error& error) {
        CHECK(error.code() == errc::invalid_configuration);
        CHECK_THAT(error.what(), contains_text("executor"));
    }
}

TEST_CASE("wait_for_export succeeds even if the link to the result is missing or rejected",
          "[client]") {
    client_bench b(GENERATE(false, true));
    const client c = b.make_client();
    const auto job = b.submit(c).result;
    const auto check_link = [&](const std::string& link, errc expected, const std::string& word) {
        const canned_response good(200, "{\"status\":\"succeeded\"" + link + "}");
        b->clear_faults();
        b->on(call_kind::status, occurrences::always(), good);
        const auto asked = b.status(c, job);
        CHECK(asked.is_good());
        const auto waited = b.wait(c, job);
        REQUIRE(waited.is_good());
        CHECK(waited.result.status == langexport::job_status::succeeded);
        // A caller that fetches the result receives an error, in one operation or in two.
        CHECK(b.fetch(c, waited.result).failure().job() != nullptr);
        const auto resumed = b.resume(c, job);
        CHECK(resumed.code() == expected);
        CHECK_THAT(resumed.what(), contains_text(word));
    };
    check_link("", errc::unexpected_response, "it has no resultUrl");
    check_link(",\"resultUrl\":\"https://evil.example/\"", errc::foreign_origin,
               "resultUrl leads to https://evil.example");
    check_link(",\"resultUrl\":\"results/1\"", errc::malformed_response,
               "resultUrl 'results/1' does not start with https://");
}

TEST_CASE("a provisional response before the final one is skipped", "[client]") {
    client_bench b(false);
    canned_response early;
    early.prefix = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    b->on(call_kind::any, occurrences::always(), early);
    CHECK(b.export_project(b.make_client()).is_good());
    CHECK(b->counters().connections == 1);
}

TEST_CASE("twenty exports in a row use one connection", "[client]") {
    client_bench b(GENERATE(false, true));
    const client c = b.make_client();
    for (int i = 0; i < 20; ++i)
        REQUIRE(b.export_project(c).is_good());
    CHECK(b->counters().connections == 1);
    CHECK(b->counters().requests == 60);
}

TEST_CASE("twenty concurrent exports use no more connections than allowed", "[client]") {
    client_bench b(GENERATE(false, true));
    const std::size_t most = GENERATE(std::size_t(1), std::size_t(2), std::size_t(8));
    client_params params = b.params();
    params.max_connections = most;
    const client c = b.make_client(params);
    std::vector<std::shared_ptr<langexport_tests::outcome<exported_project>>> all;
    for (int i = 0; i < 20; ++i) {
        testing::project p = quick_project("P" + std::to_string(i));
        p.result_size = 50000;
        b->add_project(p);
        all.push_back(b.begin<exported_project>([&](auto token) {
            export_project(c, export_request("P" + std::to_string(i)), std::move(token));
        }));
    }
    REQUIRE(b.run_dry());
    for (int i = 0; i < 20; ++i) {
        const auto& one = *all[static_cast<std::size_t>(i)];
        REQUIRE(one.is_good());
        CHECK_THAT(one.result.document,
                   contains_text("\"projectName\":\"P" + std::to_string(i) + "\""));
        CHECK(one.result.document.size() == 50000);
    }
    CHECK(b->counters().connections <= most);
    CHECK(b->counters().requests == 60);
}

TEST_CASE("no connection is opened for a request that an idle one can send", "[client]") {
    client_bench b(false);
    client_params params = b.params();
    params.polling.first = 20ms;
    const client c = b.make_client(params);
    REQUIRE(b.export_project(c).is_good());
    REQUIRE(b.export_project(c).is_good());
    CHECK(b->counters().connections == 1);
}

TEST_CASE("the connection closes if the response requests it or is HTTP/1.0", "[client]") {
    client_bench b(GENERATE(false, true));
    canned_response last;
    if (GENERATE(false, true))
        last.header("Connection", "close");
    else
        last.http_version = "HTTP/1.0";
    b->on(call_kind::any, occurrences::always(), last);
    CHECK(b.export_project(b.make_client()).is_good());
    CHECK(b->counters().connections == 3);
}

TEST_CASE("a GET on a connection that was closed while idle is retried and not counted",
          "[client]") {
    client_bench b(GENERATE(false, true));
    canned_response gone = canned_response::then_close();
    gone.without_goodbye = GENERATE(false, true);
    b->on(call_kind::any, occurrences::always(), gone);
    auto events = std::make_shared<event_list>();
    client_params params = b.params();
    params.retry.max_attempts = 1;
    params.observer = events;
    const auto done = b.export_project(b.make_client(params));
    REQUIRE(done.is_good());
    CHECK(b->counters().jobs_created == 1);
    CHECK(b.seen() == lines{"POST export", "GET status", "GET result"});
}

TEST_CASE("a submission does not use a connection that the server has closed", "[client]") {
    client_bench b(GENERATE(false, true));
    b->on(call_kind::result, occurrences::always(), canned_response::then_close());
    const client c = b.make_client();
    for (std::size_t i = 1; i <= 2; ++i) {
        REQUIRE(b.export_project(c).is_good());
        // Until the server has closed its side for good.
        REQUIRE(b.run_until([&] { return b->counters().open_connections == 0; }));
        CHECK(b->counters().connections == i);
    }
    CHECK(b->counters().jobs_created == 2);
}

TEST_CASE("a gateway's prefix precedes every path, and links to its backends use the gateway",
          "[client]") {
    testing::emulator_options options;
    options.path_prefix = "/gateway/eu";
    options.link_origin = "https://backend.example";
    const bool tls = GENERATE(false, true);
    client_bench b(tls, options);
    client_params params = b.params();
    SECTION("the backend is configured") {
        params.gateway_backends.push_back("https://backend.example");
        // The service behind the gateway knows nothing of its prefix.
        b->on(call_kind::submission, 1, [] {
            canned_response response(202);
            response.header("operation-location", "https://backend.example/language/authoring/"
                                                  "analyze-text/projects/Demo/export/jobs/1"
                                                  "?api-version=2022-05-01");
            return response;
        }());
        b->on(call_kind::status, 1,
              canned_response(200, R"({"status":"succeeded","resultUrl":"https://backend.example)"
                                   R"(/language/authoring/analyze-text/projects/Demo/export/jobs/1)"
                                   R"(/result?api-version=2022-05-01"})"));
        b->on(call_kind::result, 1, canned_response(200, R"({"assets":{}})"));
        const auto done = b.export_project(b.make_client(params));
        REQUIRE(done.is_good());
        CHECK(done.result.document == R"({"assets":{}})");
        const auto seen = b->requests();
        REQUIRE(seen.size() == 3);
        for (const auto& r : seen)
            CHECK(r.target.substr(0, 21) == "/gateway/eu/language/");
    }
    SECTION("the backend is not configured") {
        const auto done = b.export_project(b.make_client(params));
        CHECK(done.code() == errc::foreign_origin);
        CHECK_THAT(done.what(), contains_text("https://backend.example"));
        CHECK(b.number_seen() == 1);
    }
}

TEST_CASE("exports from an emulator behind a path prefix succeed", "[client]") {
    testing::emulator_options options;
    options.path_prefix = "/gateway/eu";
    client_bench b(GENERATE(false, true), options);
    client_params params = b.params();
    SECTION("the endpoint without a final slash") {}
    SECTION("the endpoint with final slashes") {
        params.endpoint += "//";
    }
    CHECK(b.export_project(b.make_client(params)).is_good());
}

TEST_CASE("the observer receives each event in order", "[client][observer]") {
    client_bench b(GENERATE(false, true));
    testing::project p = testing::project::with_document("Demo", R"({"assets":{}})");
    p.job_duration = 0s;
    p.states = {"notStarted", "running"};
    b->add_project(p);
    auto events = std::make_shared<event_list>();
    client_params params = b.params();
    params.observer = events;
    const client c = b.make_client(params);
    SECTION("of a successful export") {
        REQUIRE(b.export_project(c).is_good());
        CHECK(events->lines() == lines{"submitted Demo", "polled notStarted", "polled running",
                                       "polled succeeded", "finished Demo 13"});
        CHECK(events->last_job().project_name() == "Demo");
    }
    SECTION("of an export that fails") {
        const auto done = b.export_project(c, export_request("Nobody"));
        CHECK(events->lines() == lines{"failed project_not_found"});
        REQUIRE(events->last_failure());
        CHECK(events->last_failure()->what() == done.what());
    }
    SECTION("of a request that is rejected before anything is sent") {
        const auto done = b.export_project(c, export_request(""));
        CHECK(done.code() == errc::invalid_request);
        CHECK(events->lines() == lines{"failed invalid_request"});
        CHECK(b.number_seen() == 0);
    }
    SECTION("by the new observer, after it was replaced") {
        auto other = std::make_shared<event_list>();
        client changed = c;
        changed.set_observer(other);
        REQUIRE(b.export_project(c).is_good());
        CHECK(events->lines().empty());
        CHECK(other->lines().size() == 5);
        changed.set_observer(nullptr);
        REQUIRE(b.export_project(c).is_good());
        CHECK(other->lines().size() == 5);
        // A replaced observer is released.
        params.observer.reset();
        CHECK(events.use_count() == 1);
        CHECK(other.use_count() == 1);
    }
}

TEST_CASE("an observer may start operations, cancel them and replace itself",
          "[client][observer]") {
    class chain : public langexport::observer {
    public:
        void on_finished(const langexport::finished_event&) noexcept override {
            if (--left == 0) {
                with->set_observer(nullptr);
                return;
            }
            export_project(
                *with, export_request("Demo"),
                [this](std::exception_ptr error, exported_project) { good = good && !error; });
        }
        const client* stays = nullptr;
        std::unique_ptr<client> with;
        int left = 5;
        bool good = true;
    };
    client_bench b(false);
    auto who = std::make_shared<chain>();
    client_params params = b.params();
    params.observer = who;
    who->with = std::make_unique<client>(b.make_client(params));
    REQUIRE(b.export_project(*who->with).is_good());
    CHECK(who->left == 0);
    CHECK(who->good);
    CHECK(b->counters().jobs_created == 5);
    params.observer.reset();
    const std::weak_ptr<chain> detach_sink = who;
    who.reset();
    CHECK(detach_sink.expired());
}

} // namespace client_test
