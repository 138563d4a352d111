// An operation ends while the response to its submission is on its way.

#include "support/catch.hpp"
#include "support/virtual_bench.hpp"

#include <langexport/export_project.hpp>
#include <langexport/observer.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace late_response_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::bench_service;
using langexport_tests::contains_text;
using langexport_tests::manual_time;
using langexport_tests::outcome;
using langexport_tests::virtual_bench;

std::string job_link() {
    return "https://" + bench_service::host +
           "/language/authoring/analyze-text/projects/Demo/export/jobs/1?api-version=2022-05-01";
}

// The response to a submission that names a job and has a truncated body.
testing::canned_response half_response(unsigned status) {
    testing::canned_response response(status, std::string(50'000, ' '));
    response.header("operation-location", job_link());
    response.cut = 20'000;
    response.cut_in_body = true;
    response.ending = testing::early_end::stall;
    return response;
}

class job_events final : public observer {
public:
    export_job last_job;
    int submissions = 0, ends = 0, polls = 0;

    void on_submitted(const submitted_event& event) noexcept override {
        ++submissions;
        last_job = event.job;
    }
    void on_polled(const polled_event&) noexcept override { ++polls; }
    void on_finished(const finished_event&) noexcept override { ++ends; }
    void on_failed(const failed_event&) noexcept override { ++ends; }
};

} // namespace

TEST_CASE("a job is not lost if only a part of its response arrived, regardless of the end",
          "[engine][cancellation][close][drain]") {
    const unsigned status = GENERATE(202u, 201u);
    const auto ends = GENERATE(as<std::string>(), "cancelled", "deadline", "closed", "drained");
    CAPTURE(status, ends);
    const auto events = std::make_shared<job_events>();
    client_params params = virtual_bench::quick_params();
    params.observer = events;
    params.attempt_timeout = params.read_timeout = 60s;
    virtual_bench b(params);
    b->on(testing::call_kind::submission, 1, half_response(status));
    export_request request("Demo");
    if (ends == "deadline")
        request.deadline = 2s;
    asio::cancellation_signal stop;
    const auto done = b.begin<exported_project>([&](auto token) {
        export_project(b.client(), request,
                       asio::bind_cancellation_slot(stop.slot(), std::move(token)));
    });
    b.run(manual_time::start + 1s);
    REQUIRE(done->calls == 0);
    std::shared_ptr<outcome<drain_summary>> drained;
    if (ends == "cancelled")
        stop.emit(asio::cancellation_type::terminal);
    else if (ends == "drained")
        drained =
            b.begin<drain_summary>([&](auto token) { b.client().drain(0ms, std::move(token)); });
    else if (ends == "closed")
        b.drop_client();
    b.run();
    REQUIRE(done->calls == 1);
    INFO(done->what());
    CHECK(done->code() == (ends == "cancelled"  ? make_error_code(errc::cancelled)
                           : ends == "deadline" ? make_error_code(errc::deadline_exceeded)
                                                : make_error_code(errc::client_closed)));
    CHECK(done->known().submission == submission_state::confirmed);
    CHECK(done->known().submits == 1);
    REQUIRE(done->failure().job());
    CHECK(done->failure().job()->operation_location() == job_link());
    CHECK_THAT(done->what(), contains_text("'Demo'") && contains_text("resume token is kept"));
    CHECK(events->last_job == *done->failure().job());
    // Submitted and failed, and nothing late.
    CHECK(events->submissions == 1);
    CHECK(events->ends == 1);
    CHECK(events->polls == 0);
    if (drained) {
        REQUIRE(drained->result.unfinished.size() == 1);
        CHECK(drained->result.unfinished[0].operation_location() == job_link());
        CHECK(drained->result.unconfirmed == 0);
    }
}

} // namespace late_response_test
