// The operations of one export: what each one sends, completes with and rejects.

#include <langexport/export_project.hpp>
#include <langexport/result_sink.hpp>

#include "support/catch.hpp"
#include "support/virtual_bench.hpp"
#include "support/watched_sink.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace export_project_test {

using namespace langexport;
using namespace std::chrono_literals;
using langexport_tests::contains_text;
using langexport_tests::instant_project;
using langexport_tests::manual_time;
using langexport_tests::outcome;
using langexport_tests::virtual_bench;
using langexport_tests::watched_sink;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;
using testing::occurrences;

namespace {

using strings = std::vector<std::string>;

template <class Result>
using outcome_ptr = std::shared_ptr<outcome<Result>>;

// The operations by name, each run until it completes.
class bench : public virtual_bench {
public:
    explicit bench(const client_params& params = quick_params()) : virtual_bench(params) {}

    template <class Result, class Start>
    outcome_ptr<Result> run_one(Start start) {
        const auto where = begin<Result>(std::move(start));
        CHECK(where->calls == 0); // never inside the call
        run();
        CHECK(where->calls == 1);
        return where;
    }
    outcome_ptr<exported_project> whole(const export_request& request) {
        return run_one<exported_project>(
            [&](auto done) { export_project(client(), request, std::move(done)); });
    }
    outcome_ptr<exported_project> whole(const std::string& project = "Demo") {
        return whole(export_request(project));
    }
    outcome_ptr<export_status> whole_to(std::shared_ptr<result_sink> sink,
                                        const std::string& project = "Demo") {
        return run_one<export_status>([&](auto done) {
            export_project_to(client(), export_request(project), sink, std::move(done));
        });
    }
    outcome_ptr<export_job> submit(const export_request& request) {
        return run_one<export_job>(
            [&](auto done) { submit_export(client(), request, std::move(done)); });
    }
    outcome_ptr<export_status> status(const export_job& job) {
        return run_one<export_status>(
            [&](auto done) { get_export_status(client(), job, std::move(done)); });
    }
    outcome_ptr<export_status> wait(const export_job& job) {
        return run_one<export_status>(
            [&](auto done) { wait_for_export(client(), job, std::move(done)); });
    }
    outcome_ptr<exported_project> fetch(const export_status& status) {
        return run_one<exported_project>(
            [&](auto done) { fetch_result(client(), status, std::move(done)); });
    }
    outcome_ptr<std::uint64_t> fetch_to(const export_status& status,
                                        std::shared_ptr<result_sink> sink) {
        return run_one<std::uint64_t>(
            [&](auto done) { fetch_result_to(client(), status, sink, std::move(done)); });
    }

    // The requests since the last call, repetitions left out.
    strings sent() {
        strings kinds;
        for (; seen_ < service->requests.size(); ++seen_) {
            const auto& request = service->requests[seen_];
            const bool is_result = request.target.find("/result?") != std::string::npos;
            std::string kind = request.method == "POST" ? "submission"
                               : is_result              ? "result"
                                                        : "status";
            if (kinds.empty() || kinds.back() != kind)
                kinds.push_back(std::move(kind));
        }
        return kinds;
    }
    void add(const std::string& name, testing::job_end end) {
        testing::project made = instant_project(name);
        made.end = end;
        made.errors.emplace_back("InternalError", "the disk is full");
        (*this)->add_project(made);
    }

private:
    std::size_t seen_ = 0;
};

} // namespace

TEST_CASE("each step of an export sends its own requests and returns what the next one needs",
          "[export_project]") {
    bench b;
    testing::project slow = instant_project("Slow");
    slow.job_duration = 50ms;
    b->add_project(slow);

    const auto job = b.submit(export_request("Slow"));
    REQUIRE(job->is_good());
    CHECK(b.sent() == strings{"submission"});
    CHECK(job->result.project_name() == "Slow");

    const auto before = b.status(job->result);
    REQUIRE(before->is_good());
    CHECK(b.sent() == strings{"status"});
    CHECK_FALSE(is_terminal(before->result.status));
    CHECK(before->result.result_url.empty());
    CHECK(before->result.job() == job->result);

    const auto ended = b.wait(job->result);
    REQUIRE(ended->is_good());
    CHECK(b.sent() == strings{"status"});
    CHECK(ended->result.status == job_status::succeeded);

    const auto fetched = b.fetch(ended->result);
    REQUIRE(fetched->is_good());
    CHECK(b.sent() == strings{"result"});
    CHECK(fetched->result.content_type == "application/json; charset=utf-8");

    const auto whole = b.whole("Slow");
    REQUIRE(whole->is_good());
    CHECK(b.sent() == strings{"submission", "status", "result"});
    CHECK(whole->result.document == fetched->result.document);
    CHECK(whole->result.content_type == fetched->result.content_type);
    CHECK(whole->result.status.status == job_status::succeeded);
}

TEST_CASE("a failed job is a result of get_export_status, and an error if a result is wanted",
          "[export_project]") {
    const auto end = GENERATE(testing::job_end::failed, testing::job_end::cancelled);
    const errc code = end == testing::job_end::failed ? errc::job_failed : errc::job_cancelled;
    bench b;
    b.add("Broken", end);
    const export_job job = b.submit(export_request("Broken"))->result;
    const auto status = b.status(job);
    REQUIRE(status->is_good());
    CHECK(status->result.status_text == to_string(end));
    REQUIRE(status->result.errors.size() == 1);
    CHECK(status->result.errors[0].message == "the disk is full");
    CHECK(b.wait(job)->code() == code);

    const auto whole = b.whole("Broken");
    CHECK(whole->code() == code);
    CHECK(whole->known().submission == submission_state::confirmed);
    REQUIRE(whole->failure().job());
    CHECK(whole->failure().job()->project_name() == "Broken");
    CHECK_THAT(whole->what(), contains_text("the disk is full"));

    b.sent();
    const auto fetched = b.fetch(status->result);
    CHECK(fetched->code() == errc::invalid_request);
    CHECK_THAT(fetched->what(),
               contains_text("has no result_url: its job is '" + status->result.status_text));
    CHECK(b.sent().empty());
}

TEST_CASE("a partially completed job is a result if the request or the client accepts it",
          "[export_project]") {
    client_params params = virtual_bench::quick_params();
    params.accept_partial = GENERATE(false, true);
    bench b(params);
    b.add("Part", testing::job_end::partially_completed);
    export_request request("Part");

    const auto usual = b.whole(request);
    CHECK(usual->is_good() == params.accept_partial);
    if (!params.accept_partial) {
        CHECK(usual->code() == errc::job_partially_completed);
        REQUIRE(usual->known().status); // from which the result can be fetched
        CHECK(b.fetch(*usual->known().status)->is_good());
    }
    request.accept_partial = !params.accept_partial;
    const auto other = b.whole(request);
    CHECK(other->is_good() == !params.accept_partial);

    const auto waited = b.wait(b.submit(request)->result); // which knows nothing of the request
    CHECK(waited->is_good() == params.accept_partial);
}

TEST_CASE("get_export_status does not repeat a request that received a response",
          "[export_project]") {
    const auto [status, code] =
        GENERATE(std::pair(429U, errc::throttled), std::pair(503U, errc::service_unavailable));
    bench b;
    const export_job job = b.submit_elsewhere();
    b->on(call_kind::status, 1, canned_response(status));
    CHECK(b.status(job)->code() == code);
    CHECK(b->counters().status_gets == 1);
    CHECK(b.status(job)->is_good());

    INFO("but it repeats one without a response");
    b->clear_faults();
    b->on(call_kind::status, 1, canned_response::no_response(false));
    CHECK(b.status(job)->is_good());
    INFO("and other operations repeat both");
    b->clear_faults();
    b->on(call_kind::status, 1, canned_response(status));
    CHECK(b.wait(job)->is_good());
}

TEST_CASE("what cannot be sent is rejected through the handler, and nothing is sent",
          "[export_project]") {
    bench b;
    const export_job elsewhere("Demo", "https://elsewhere.example/jobs/hush", {});
    const export_job no_url("Demo", "hush", {});
    export_status linked{b.submit_elsewhere()};
    const auto with_result = [&linked](const char* url) {
        linked.result_url = url;
        return linked;
    };
    const auto check_rejected = [](const auto& end, errc code, const char* why) {
        CHECK(end->code() == code);
        CHECK_THAT(end->what(), contains_text(why) && !contains_text("hush"));
    };
    export_request tagged("Demo");
    tagged.tag = "two\nlines";
    check_rejected(b.whole(""), errc::invalid_request, "project_name");
    check_rejected(b.submit(export_request("")), errc::invalid_request, "project_name");
    check_rejected(b.submit(tagged), errc::invalid_request, "tag");
    check_rejected(b.whole_to(nullptr), errc::invalid_request, "the sink is null");
    check_rejected(b.status(export_job()), errc::invalid_request, "the export_job is empty");
    check_rejected(b.status(elsewhere), errc::foreign_origin, "the operation location of the job");
    check_rejected(b.wait(export_job()), errc::invalid_request, "the export_job is empty");
    check_rejected(b.wait(no_url), errc::invalid_request, "the operation location of the job");
    check_rejected(b.fetch(export_status()), errc::invalid_request, "has no result_url");
    check_rejected(b.fetch(with_result("https://elsewhere.example/hush")), errc::foreign_origin,
                   "the result_url of the status");
    check_rejected(b.fetch_to(with_result("https://bench.example/r"), nullptr),
                   errc::invalid_request, "the sink is null");
    CHECK(b.sent().empty());
}

TEST_CASE("a project or job that the service does not have is an error of its own",
          "[export_project]") {
    struct row {
        call_kind kind;
        unsigned status;
        errc code;
        submission_state submission;
    };
    const auto r = GENERATE(
        row{call_kind::submission, 404, errc::project_not_found, submission_state::not_sent},
        row{call_kind::submission, 410, errc::project_not_found, submission_state::not_sent},
        row{call_kind::status, 404, errc::job_not_found, submission_state::confirmed},
        row{call_kind::status, 410, errc::job_expired, submission_state::confirmed},
        row{call_kind::result, 404, errc::job_not_found, submission_state::confirmed},
        row{call_kind::result, 410, errc::job_expired, submission_state::confirmed});
    CAPTURE(static_cast<int>(r.kind), r.status);
    bench b;
    b->on(r.kind, occurrences::always(), canned_response(r.status));
    const auto end = b.whole();
    CHECK(end->code() == r.code);
    CHECK(end->known().submission == r.submission);
    CHECK((end->failure().job() != nullptr) == (r.submission == submission_state::confirmed));
    CHECK(b->counters().submissions == 1);
}

TEST_CASE("a submission without a response is repeated only if duplicates are allowed",
          "[export_project]") {
    bench b;
    b->on(call_kind::submission, occurrences::between(1, 2), canned_response::no_response(true));
    export_request request("Demo");
    const auto once = b.whole(request);
    CHECK(once->code() == errc::submit_unconfirmed);
    CHECK(once->known().submission == submission_state::unconfirmed);
    CHECK(once->failure().job() == nullptr);
    CHECK(b->counters().jobs_created == 1);

    request.allow_duplicates = true;
    CHECK(b.whole(request)->is_good());
    CHECK(b->counters().jobs_created == 3);
}

TEST_CASE("job_timeout counts from the acceptance of the job", "[export_project]") {
    client_params params = virtual_bench::quick_params();
    params.job_timeout = 10s;
    params.polling.max_interval = 2s;
    bench b(params);
    b.add("Endless", testing::job_end::never);
    b->on(call_kind::submission, occurrences::always(), canned_response::after(7s));
    const auto end = b.whole("Endless");
    CHECK(end->code() == errc::job_timed_out);
    CHECK(b.time().now() - manual_time::start == 17s + b.service->latency);
    REQUIRE(end->failure().job());
    CHECK_FALSE(end->failure().job()->empty());

    export_request brief("Endless");
    brief.job_timeout = 1s;
    const auto started = b.time().now();
    CHECK(b.whole(brief)->code() == errc::job_timed_out);
    CHECK(b.time().now() - started == 8s + b.service->latency);
}

TEST_CASE("a sink receives the result of both operations, and is released before the handler",
          "[export_project]") {
    bench b;
    const std::string document = b.whole()->result.document;
    auto sink = std::make_shared<watched_sink>();
    const std::weak_ptr<watched_sink> watched = sink;
    std::string written;
    sink->at_commit = [&written, &of = *sink]() -> asio::awaitable<void> {
        written = of.document;
        co_return;
    };
    bool is_released = false;
    export_status status;
    export_project_to(b.client(), export_request("Demo"), std::move(sink),
                      [&](std::exception_ptr error, export_status result) {
                          CHECK_FALSE(error);
                          is_released = watched.expired();
                          status = std::move(result);
                      });
    b.run();
    CHECK(is_released);
    CHECK(written == document);
    CHECK(status.status == job_status::succeeded);

    const auto again = std::make_shared<watched_sink>();
    const auto size = b.fetch_to(status, again);
    REQUIRE(size->is_good());
    CHECK(size->result == document.size());
    CHECK(again->document == document);
    CHECK(again->calls == strings{"write", "commit"});
}

TEST_CASE("a result that breaks off is written again from its start", "[export_project]") {
    bench b;
    testing::project large = instant_project("Large");
    large.result_size = 700'000;
    b->add_project(large);
    b->on(call_kind::result, 1, canned_response::cut_body_after(500'000, early_end::reset));
    const auto sink = std::make_shared<watched_sink>();
    CHECK(b.whole_to(sink, "Large")->is_good());
    CHECK(sink->calls == strings{"write", "discard", "write", "commit"});
    CHECK(sink->document.size() == 700'000);
    CHECK(sink->received > 700'000);
}

TEST_CASE("the sink of an operation that fails has been discarded", "[export_project]") {
    bench b;
    const auto sink = std::make_shared<watched_sink>();
    SECTION("before there is a job") {
        CHECK(b.whole_to(sink, "Missing")->calls == 1);
    }
    SECTION("because there is no result") {
        b->on(call_kind::result, occurrences::always(), canned_response(404));
        CHECK(b.whole_to(sink)->code() == errc::job_not_found);
    }
    SECTION("because its link cannot be used") {
        CHECK(b.fetch_to(export_status(), sink)->code() == errc::invalid_request);
    }
    CHECK(sink->calls == strings{"discard"});
    CHECK_FALSE(sink->was_misused);
}

} // namespace export_project_test
