// What a batch reports about the exports that it stopped.

#include <langexport/batch_summary.hpp>
#include <langexport/export_projects.hpp>

#include "support/catch.hpp"
#include "support/virtual_bench.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace batch_summary_test {

using namespace langexport;
using namespace std::chrono_literals;
using langexport_tests::instant_project;
using langexport_tests::manual_time;
using langexport_tests::virtual_bench;
namespace asio = boost::asio;

namespace {

batch_error made_error() {
    batch_summary summary;
    summary.taken = 7;
    summary.first_failed = "Claims";
    diagnostics known;
    known.detail = "on_finished threw";
    return batch_error(make_error_code(errc::callback_failed), known, summary);
}

// An earlier run exported "Done".
class one_done final : public batch_checkpoint {
public:
    std::optional<batch_item> taken(batch_item item) override {
        if (item.request.project_name == "Done")
            return std::nullopt;
        return item;
    }
    void submitted(const export_job&) override {}
    void finished(const batch_outcome&) override {}
};

} // namespace

TEST_CASE("a batch_error is an export_error whose copies share its summary", "[batch_summary]") {
    STATIC_REQUIRE(std::is_nothrow_copy_constructible_v<batch_error>);
    std::optional<batch_error> first(made_error());
    const batch_error second = *first;
    CHECK(&second.summary() == &first->summary());
    first.reset();
    CHECK(second.summary().taken == 7);
    CHECK(second.summary().first_failed == "Claims");
    const export_error& base = second;
    CHECK(base.code() == errc::callback_failed);
    CHECK(base.diagnostics().detail == "on_finished threw");
}

TEST_CASE("a batch_error that was moved from still has its summary", "[batch_summary]") {
    batch_error error = made_error();
    const batch_error moved = std::move(error);
    CHECK(&error.summary() == &moved.summary()); // NOLINT(bugprone-use-after-move)
}

TEST_CASE("get_batch_error finds a batch_error and nothing else", "[batch_summary]") {
    CHECK(get_batch_error(nullptr) == nullptr);
    CHECK(get_batch_error(std::make_exception_ptr(7)) == nullptr);
    CHECK(get_batch_error(std::make_exception_ptr(std::runtime_error("x"))) == nullptr);
    CHECK(get_batch_error(std::make_exception_ptr(
              export_error(make_error_code(errc::callback_failed), diagnostics()))) == nullptr);
    const std::exception_ptr error = std::make_exception_ptr(made_error());
    REQUIRE(get_batch_error(error));
    CHECK(get_batch_error(error)->summary().taken == 7);
    CHECK(get_batch_error(error) == get_batch_error(error)); // it lives in the exception
}

TEST_CASE("the summary of a cancelled batch counts each item once and has the jobs that continue",
          "[batch_summary]") {
    virtual_bench b;
    testing::project endless = instant_project("Endless");
    endless.end = testing::job_end::never;
    b->add_project(endless);
    testing::project partial = instant_project("Partial");
    partial.end = testing::job_end::partially_completed;
    b->add_project(partial);
    std::vector<export_request> requests;
    for (const char* project : {"Demo", "Missing", "Done", "Partial", "Endless", "Missing2"})
        requests.emplace_back(project).accept_partial = true;
    batch_options options;
    options.checkpoint = std::make_shared<one_done>();
    asio::cancellation_signal stop;
    std::exception_ptr error;
    export_projects(
        b.client(), requests, options,
        asio::bind_cancellation_slot(
            stop.slot(), [&](std::exception_ptr thrown, const batch_summary&) { error = thrown; }));
    b.at(manual_time::start + 10s, [&] { stop.emit(asio::cancellation_type::terminal); });
    b.run();

    CHECK(code_of(error) == errc::cancelled);
    const batch_error* const found = get_batch_error(error);
    REQUIRE(found);
    const batch_summary& summary = found->summary();
    CHECK(summary.taken == 6);
    CHECK(summary.exported == 1);
    CHECK(summary.partial == 1);
    CHECK(summary.failed == 2);
    CHECK(summary.unfinished == 1);
    CHECK(summary.skipped == 1);
    CHECK(summary.bytes > 0);
    CHECK(summary.first_failed == "Missing");
    CHECK(code_of(summary.first_failure) == errc::project_not_found);
    CHECK(summary.is_exhausted);
    CHECK(summary.elapsed == 10s);
    REQUIRE(summary.unfinished_jobs.size() == 1);
    const export_job& job = summary.unfinished_jobs[0];
    CHECK(job.project_name() == "Endless");
    CHECK(export_job::from_token(job.to_token()) == job);
}

} // namespace batch_summary_test
