// Batches, in virtual time.

#include "support/batch_ranges.hpp"
#include "support/catch.hpp"
#include "support/virtual_bench.hpp"

#include <langexport/export_project.hpp>
#include <langexport/export_projects.hpp>
#include <langexport/resume_export.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::batch_item;
using langexport::batch_options;
using langexport::batch_outcome;
using langexport::batch_summary;
using langexport::client_params;
using langexport::drain_summary;
using langexport::errc;
using langexport::export_job;
using langexport::export_projects;
using langexport::export_request;
using langexport::failure_policy;
using langexport::request_priority;
using langexport_tests::generated_requests;
using langexport_tests::instant_project;
using langexport_tests::kept_outcomes;
using langexport_tests::outcome;
using langexport_tests::requests_of;
using langexport_tests::virtual_bench;
using testing::call_kind;

constexpr int without_end = -1; // requests_of never reaches this number

template <class Range>
std::shared_ptr<outcome<batch_summary>> begin(virtual_bench& b, Range range,
                                              batch_options options) {
    return b.begin<batch_summary>([&](auto token) {
        export_projects(b.client(), std::move(range), std::move(options), std::move(token));
    });
}

} // namespace

TEST_CASE("on_finished may start another batch, or operations of any kind", "[batch]") {
    virtual_bench b;
    const std::size_t width = GENERATE(1u, 8u);
    int single = 0;
    std::shared_ptr<outcome<batch_summary>> second;
    kept_outcomes kept;
    batch_options options;
    options.max_in_flight = width;
    options.on_finished = [&](const batch_outcome& one) {
        langexport::resume_export(
            b.client(), one.item.job,
            [&](std::exception_ptr error, const auto&) { single += error ? 0 : 1; });
        if (one.index == 2)
            second = begin(b, requests_of("Demo", 7), kept.options(width));
    };
    const auto first = begin(b, requests_of("Demo", 5), options);
    b.run();
    CHECK(first->result.exported == 5);
    CHECK(single == 5);
    REQUIRE(second);
    CHECK(second->is_good());
    CHECK(second->result.exported == 7);
    CHECK(kept.size() == 7);
}

TEST_CASE("a batch whose on_finished destroys the last handle reads no further item",
          "[batch][close]") {
    virtual_bench b;
    const std::size_t width = GENERATE(1u, 8u);
    int finished = 0;
    batch_options options;
    options.max_in_flight = width;
    options.on_finished = [&](const batch_outcome&) {
        if (++finished == 10)
            b.drop_client();
    };
    const auto done = begin(b, requests_of("Demo", without_end), options);
    b.run();
    CHECK(done->code() == errc::client_closed);
    CHECK_FALSE(done->result.is_exhausted);
    CHECK(done->result.exported >= 10);
    CHECK(done->result.exported + done->result.unfinished == done->result.taken);
    CHECK(static_cast<std::uint64_t>(finished) == done->result.taken);
}

TEST_CASE("a batch with an endless range stops when its client is drained", "[batch][drain]") {
    virtual_bench b;
    testing::project endless("Endless");
    endless.end = testing::job_end::never;
    b->add_project(endless);
    std::shared_ptr<outcome<drain_summary>> drained;
    int made = 0, finished = 0;
    generated_requests range(
        [&] { return export_request(++made % 3 == 0 && made < 10 ? "Endless" : "Demo"); });
    batch_options options;
    options.max_in_flight = 8;
    options.on_finished = [&](const batch_outcome&) {
        if (++finished == 20)
            drained = b.begin<drain_summary>([&](auto token) { b.client().drain(50ms, token); });
    };
    const auto done = begin(b, std::move(range), options);
    b.run();
    REQUIRE(drained);
    CHECK(drained->is_good());
    CHECK(done->code() == errc::client_closed);
    CHECK_FALSE(done->result.is_exhausted);
    CHECK(static_cast<std::uint64_t>(finished) == done->result.taken);
    CHECK(done->result.exported + done->result.unfinished == done->result.taken);
    CHECK(done->result.unfinished_jobs.size() == 3);
    CHECK(drained->result.unfinished.size() == 3);
}

TEST_CASE("sink_for failures fail only their exports, even many in a row", "[batch][sinks]") {
    virtual_bench b;
    batch_options options;
    options.max_in_flight = GENERATE(1u, 64u);
    options.policy = GENERATE(failure_policy::collect, failure_policy::stop_on_first);
    CAPTURE(options.max_in_flight);
    options.sink_for = [](const batch_item& item) -> std::shared_ptr<langexport::result_sink> {
        if (item.request.project_name == "None")
            throw std::runtime_error("no place for it");
        return nullptr; // into memory
    };
    std::uint64_t bytes = 0;
    options.on_finished = [&](const batch_outcome& one) {
        CHECK(one.bytes == one.document.size());
        bytes += one.bytes;
    };
    const bool goes_on = options.policy == failure_policy::collect;
    int made = 0;
    generated_requests range([&]() -> std::optional<export_request> {
        if (++made > 1000)
            return std::nullopt;
        return export_request(made % 100 == 0 ? "Demo" : "None");
    });
    const auto done = begin(b, std::move(range), options);
    b.run();
    REQUIRE(done->is_good());
    CHECK(done->result.exported == (goes_on ? 10u : 0u));
    CHECK(done->result.failed == (goes_on ? 990u : 1u));
    CHECK(done->result.is_exhausted == goes_on);
    CHECK(langexport::code_of(done->result.first_failure) == errc::sink_failed);
    CHECK(done->result.bytes == bytes);
}

TEST_CASE("a resumed job uses the deadline and priority of its request", "[batch]") {
    client_params params = virtual_bench::quick_params();
    params.max_connections = 1;
    virtual_bench b(params);
    for (const char* name : {"First", "High"})
        b->add_project(instant_project(name));
    const export_job low = b.submit_elsewhere();
    const export_job high = b.submit_elsewhere("High");
    SECTION("jobs with a higher priority are polled first") {
        export_request behind("Demo"), before("High");
        behind.priority = request_priority::low;
        before.priority = request_priority::high;
        // One is sent at a time: the others are queued behind the first one.
        const std::vector<batch_item> items = {
            batch_item(export_request("First"), b.submit_elsewhere("First")),
            batch_item(behind, low), batch_item(before, high)};
        const auto done = begin(b, items, batch_options());
        b.run();
        CHECK(done->result.exported == 3);
        std::vector<std::string> order;
        for (const auto& request : b->requests())
            if (request.kind == call_kind::status)
                order.push_back(request.project);
        CHECK(order == std::vector<std::string>{"First", "High", "Demo"});
    }
    SECTION("invalid deadlines and priorities are rejected") {
        export_request impatient("Demo"), unknown("Demo");
        impatient.deadline = -1s;
        unknown.priority = static_cast<request_priority>(3);
        const std::vector<batch_item> items = {batch_item(impatient, low),
                                               batch_item(unknown, low)};
        kept_outcomes kept;
        const auto done = begin(b, items, kept.options());
        b.run();
        CHECK(done->result.failed == 2);
        for (const batch_outcome& one : kept.all())
            CHECK(langexport::code_of(one.error) == errc::invalid_request);
        CHECK(b->counters().status_gets == 0);
    }
}
