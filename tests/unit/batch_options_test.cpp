// Items, outcomes and the limits of the options. tests/integration/batch_test.cpp runs batches.

#include <langexport/batch_options.hpp>
#include <langexport/error.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <limits>
#include <stdexcept>
#include <string>

namespace batch_options_test {

using namespace langexport;
using namespace std::chrono_literals;
using langexport_tests::rejection_of;

namespace {

const export_job known("Claims", "https://name.example/jobs/1?api-version=2022-05-01",
                       export_job::time_point(1'770'000'000s));

std::exception_ptr failure(errc code) {
    return std::make_exception_ptr(export_error(make_error_code(code), diagnostics()));
}

} // namespace

TEST_CASE("an item resumes its job, or submits its request", "[batch_options]") {
    export_request request("Claims");
    request.priority = request_priority::high;
    request.deadline = 5min;

    const batch_item to_submit = request;
    CHECK(to_submit.job.empty());
    CHECK(to_submit.request.deadline == 5min);

    const batch_item resumed(request, known);
    CHECK(resumed.job == known);
    CHECK(resumed.request.priority == request_priority::high);
    CHECK(resumed.request.deadline == 5min);

    const batch_item job_only = known;
    CHECK(job_only.job == known);
    CHECK(job_only.request.project_name == "Claims"); // it is submitted again if it is unknown
    CHECK(job_only.request.priority == request_priority::normal);
    CHECK_FALSE(job_only.request.deadline);
}

TEST_CASE("an outcome is exported, failed or unfinished", "[batch_options]") {
    batch_outcome outcome(batch_item(known), 7);
    CHECK(outcome.index == 7);
    CHECK(outcome.is_exported());
    CHECK_FALSE(outcome.is_unfinished());

    const std::exception_ptr stopped[] = {
        failure(errc::cancelled), failure(errc::client_closed),
        std::make_exception_ptr(
            boost::system::system_error(make_error_code(boost::asio::error::operation_aborted)))};
    for (const std::exception_ptr& error : stopped) {
        outcome.error = error;
        CHECK_FALSE(outcome.is_exported());
        CHECK(outcome.is_unfinished());
    }
    const std::exception_ptr failed[] = {failure(errc::job_failed),
                                         failure(errc::job_cancelled),
                                         failure(errc::deadline_exceeded),
                                         failure(errc::job_timed_out),
                                         std::make_exception_ptr(std::runtime_error("no code")),
                                         std::make_exception_ptr(7)};
    for (const std::exception_ptr& error : failed) {
        outcome.error = error;
        CHECK_FALSE(outcome.is_exported());
        CHECK_FALSE(outcome.is_unfinished());
    }
}

TEST_CASE("options are valid within their range, and an error names field, value and range",
          "[batch_options]") {
    batch_options options;
    const auto reject = [&options](std::size_t max_in_flight) {
        options.max_in_flight = max_in_flight;
        return rejection_of([&] { validate(options); });
    };
    CHECK_NOTHROW(validate(options));
    CHECK(reject(1).what.empty());
    CHECK(reject(1'000'000).what.empty());
    for (const std::size_t bad :
         {std::size_t(0), std::size_t(1'000'001), std::numeric_limits<std::size_t>::max()}) {
        const auto rejected = reject(bad);
        CHECK(rejected.code == errc::invalid_configuration);
        CHECK(rejected.detail == "batch_options::max_in_flight is " + std::to_string(bad) +
                                     "; it must be from 1 to 1000000");
    }
}

} // namespace batch_options_test
