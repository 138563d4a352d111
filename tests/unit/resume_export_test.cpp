// Jobs that were submitted before: from a token, with the settings of the client or of a request.

#include <langexport/resume_export.hpp>

#include "support/catch.hpp"
#include "support/virtual_bench.hpp"
#include "support/watched_sink.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace resume_export_test {

using namespace langexport;
using namespace std::chrono_literals;
using langexport_tests::bench_service;
using langexport_tests::contains_text;
using langexport_tests::engine_bench;
using langexport_tests::instant_project;
using langexport_tests::manual_time;
using langexport_tests::outcome;
using langexport_tests::virtual_bench;
using langexport_tests::watched_sink;
using testing::call_kind;
using testing::canned_response;
using testing::occurrences;

namespace {

std::shared_ptr<outcome<exported_project>> resume(virtual_bench& b, const export_job& job) {
    const auto end = b.begin<exported_project>(
        [&](auto done) { resume_export(b.client(), job, std::move(done)); });
    CHECK(end->calls == 0); // never inside the call
    b.run();
    return end;
}

std::shared_ptr<outcome<export_status>> resume_to(virtual_bench& b, const export_job& job,
                                                  std::shared_ptr<result_sink> sink) {
    const auto end = b.begin<export_status>(
        [&](auto done) { resume_export_to(b.client(), job, sink, std::move(done)); });
    b.run();
    return end;
}

} // namespace

TEST_CASE("a token is enough to wait for a job and fetch its result", "[resume_export]") {
    virtual_bench b;
    testing::project slow = instant_project("Slow");
    slow.job_duration = 10s;
    b->add_project(slow);
    const std::string token = b.submit_elsewhere("Slow").to_token();
    const auto end = resume(b, export_job::from_token(token));
    REQUIRE(end->is_good());
    CHECK_THAT(end->result.document, contains_text(R"("projectName":"Slow")"));
    CHECK(end->result.status.job().to_token() == token);
    CHECK(b.time().now() - manual_time::start >= 10s);
    CHECK(b->counters().submissions == 1); // that of the other program

    const auto sink = std::make_shared<watched_sink>();
    const auto written = resume_to(b, export_job::from_token(token), sink);
    REQUIRE(written->is_good());
    CHECK(sink->document == end->result.document);
    CHECK(written->result.status == job_status::succeeded);
}

TEST_CASE("a job that cannot be resumed is an error, and its sink is discarded",
          "[resume_export]") {
    virtual_bench b;
    const export_job known = b.submit_elsewhere();
    export_job job = known;
    errc code{};
    bool is_sent = false;
    SECTION("an empty one") {
        job = export_job();
        code = errc::invalid_request;
    }
    SECTION("one with a link to another origin") {
        job = export_job("Demo", "https://elsewhere.example/jobs/1", known.submitted());
        code = errc::foreign_origin;
    }
    SECTION("one that the service does not know") {
        b->on(call_kind::status, occurrences::always(), canned_response(404));
        code = errc::job_not_found;
        is_sent = true;
    }
    SECTION("one that the service has deleted") {
        b->on(call_kind::status, occurrences::always(), canned_response(410));
        code = errc::job_expired;
        is_sent = true;
    }
    CHECK(resume(b, job)->code() == code);
    const auto sink = std::make_shared<watched_sink>();
    CHECK(resume_to(b, job, sink)->code() == code);
    CHECK(sink->calls == std::vector<std::string>{"discard"});
    CHECK((b->counters().status_gets > 0) == is_sent);
}

TEST_CASE("a job is not resumed into a null sink", "[resume_export]") {
    virtual_bench b;
    const auto end = resume_to(b, b.submit_elsewhere(), nullptr);
    CHECK(end->code() == errc::invalid_request);
    CHECK_THAT(end->what(), contains_text("the sink is null"));
    CHECK(b->counters().status_gets == 0);
}

TEST_CASE("job_timeout counts from the start of the operation that resumes", "[resume_export]") {
    client_params params = virtual_bench::quick_params();
    params.job_timeout = 30s;
    params.polling.max_interval = 2s;
    virtual_bench b(params);
    testing::project slow = instant_project("Slow");
    slow.job_duration = 50s;
    b->add_project(slow);
    const export_job job = b.submit_elsewhere("Slow");
    CHECK(resume(b, job)->code() == errc::job_timed_out);
    CHECK(b.time().now() - manual_time::start == 30s);
    CHECK(resume(b, job)->is_good()); // within 30 s more
}

TEST_CASE("the settings decide whether a partially completed job has a result", "[resume_export]") {
    virtual_bench b;
    testing::project partial = instant_project("Part");
    partial.end = testing::job_end::partially_completed;
    b->add_project(partial);
    export_request request("Part");
    request.accept_partial = GENERATE(false, true);
    const export_job job = b.submit_elsewhere("Part");
    const auto end = b.begin<exported_project>(
        [&](auto done) { resume_export(b.client(), request, job, std::move(done)); });
    b.run();
    CHECK(end->is_good() == *request.accept_partial);
    CHECK(resume(b, job)->code() == errc::job_partially_completed); // the client's setting
}

TEST_CASE("a job is resumed with the settings of a request", "[resume_export]") {
    engine_bench bench(engine_bench::default_params());
    bench.service->run_time = 20s;
    export_request request("Claims");
    request.tag = "again";
    export_job job;
    submit_export(bench.client(), request,
                  [&](std::exception_ptr, export_job result) { job = std::move(result); });
    bench.run();
    std::vector<export_update> updates;
    std::exception_ptr error;
    int stored = 0;
    request.on_update = [&](const export_update& update) { updates.push_back(update); };
    request.on_submitted = [&](const export_job&) -> asio::awaitable<void> {
        ++stored;
        co_return;
    };
    std::string document;
    const auto resume = [&] {
        resume_export(bench.client(), request, job,
                      [&](std::exception_ptr thrown, exported_project result) {
                          error = std::move(thrown);
                          document = std::move(result.document);
                      });
        bench.run_ready();
    };
    SECTION("to its end, with updates") {
        resume();
        bench.run();
        CHECK_FALSE(error);
        CHECK(document == bench_service::document);
        REQUIRE(updates.size() >= 2);
        CHECK(updates.front().kind == update_kind::queued);
        CHECK(updates.front().job.to_token() == job.to_token());
        CHECK(updates.front().operation_id == 2);
        CHECK(updates.front().tag == "again");
        CHECK(stored == 0);
    }
    SECTION("into a sink") {
        auto sink = std::make_shared<memory_sink>(1'000'000);
        resume_export_to(
            bench.client(), request, job, sink,
            [&](std::exception_ptr thrown, const export_status&) { error = std::move(thrown); });
        bench.run();
        CHECK_FALSE(error);
        CHECK(sink->document() == bench_service::document);
        CHECK(updates.size() >= 2);
    }
    SECTION("with its deadline") {
        request.deadline = 5s;
        resume();
        bench.run();
        CHECK(code_of(error) == errc::deadline_exceeded);
        CHECK(get_export_error(error)->diagnostics().tag == "again");
    }
    SECTION("unless they are not valid") {
        request.tag = "a\nb";
        resume();
        bench.run();
        CHECK(code_of(error) == errc::invalid_request);
    }
    SECTION("unless the job is empty") {
        job = export_job();
        resume();
        bench.run();
        CHECK(code_of(error) == errc::invalid_request);
        CHECK(updates.empty());
    }
}

} // namespace resume_export_test
