// Batches in virtual time. tests/integration/batch_test.cpp runs them over real sockets.

#include <langexport/export_projects.hpp>

#include "support/batch_ranges.hpp"
#include "support/catch.hpp"
#include "support/virtual_bench.hpp"

#include <langexport/export_project.hpp>
#include <langexport/resume_export.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace export_projects_test {

namespace asio = boost::asio;
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
using langexport_tests::keep_in;
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

// A batch that a test can cancel.
class cancellable_batch {
public:
    asio::cancellation_signal signal;
    const std::shared_ptr<outcome<batch_summary>> done = std::make_shared<outcome<batch_summary>>();

    template <class Range>
    void begin(virtual_bench& b, Range range, batch_options options) {
        export_projects(b.client(), std::move(range), std::move(options),
                        asio::bind_cancellation_slot(signal.slot(), keep_in<batch_summary>(done)));
    }
};

// Polls a second apart, for jobs that take seconds.
client_params calm_params() {
    client_params made = virtual_bench::quick_params();
    made.polling.first = made.polling.min_interval = made.polling.max_interval = 1s;
    return made;
}

testing::project project_with(const std::string& name, testing::job_end end,
                              std::chrono::nanoseconds duration = 0s) {
    testing::project made(name);
    made.end = end;
    made.job_duration = duration;
    return made;
}

std::vector<export_request> requests_for(std::initializer_list<const char*> projects) {
    std::vector<export_request> all;
    for (const char* const name : projects)
        all.emplace_back(name);
    return all;
}

} // namespace

TEST_CASE("a batch of an empty range completes, and sends nothing", "[batch]") {
    virtual_bench b(calm_params());
    kept_outcomes kept;
    const auto done = begin(b, std::vector<export_request>(), kept.options());
    CHECK(done->calls == 0); // never inside the call
    b.run();
    CHECK(done->is_good());
    CHECK(done->result.is_exhausted);
    CHECK(done->result.taken == 0);
    CHECK(kept.size() == 0);
    CHECK(b.service->requests.empty());
}

TEST_CASE("a batch reports its exports in the order in which they end", "[batch]") {
    virtual_bench b(calm_params());
    b->add_project(project_with("Slow", testing::job_end::succeeded, 20s));
    b->add_project(project_with("Middle", testing::job_end::succeeded, 10s));
    kept_outcomes kept;
    std::vector<std::uint64_t> order;
    const std::size_t width = GENERATE(1u, 64u);
    const auto done = begin(b, requests_for({"Slow", "Middle", "Demo"}), kept.options(width));
    b.run();
    CHECK(done->is_good());
    for (const batch_outcome& one : kept.all())
        order.push_back(one.index);
    CHECK(order ==
          (width == 1 ? std::vector<std::uint64_t>{0, 1, 2} : std::vector<std::uint64_t>{2, 1, 0}));
}

TEST_CASE("the outcome of each export has its item and its result or error", "[batch]") {
    virtual_bench b(calm_params());
    b->add_project(project_with("Broken", testing::job_end::failed));
    kept_outcomes kept;
    std::vector<export_request> requests = requests_for({"Demo", "Broken", "None"});
    requests[0].tag = "monday";
    const auto done = begin(b, requests, kept.options(1));
    b.run();
    REQUIRE(done->is_good());
    REQUIRE(kept.size() == 3);
    const batch_outcome& good = kept.all()[0];
    CHECK(good.is_exported());
    CHECK(good.item.request.tag == "monday");
    CHECK(good.item.job.project_name() == "Demo");
    CHECK_FALSE(good.document.empty());
    CHECK(good.bytes == good.document.size());
    CHECK(good.submits == 1);
    CHECK(good.polls == 1);
    CHECK(good.operation_id == 1);
    const batch_outcome& broken = kept.all()[1];
    CHECK(langexport::code_of(broken.error) == errc::job_failed);
    CHECK_FALSE(broken.is_unfinished());
    CHECK_FALSE(broken.item.job.empty());
    CHECK(broken.document.empty());
    const batch_outcome& missing = kept.all()[2];
    CHECK(langexport::code_of(missing.error) == errc::project_not_found);
    CHECK(missing.item.job.empty());
    CHECK(missing.index == 2);
    CHECK(done->result.taken == 3);
    CHECK(done->result.exported == 1);
    CHECK(done->result.failed == 2);
    CHECK(done->result.first_failed == "Broken");
    CHECK(done->result.bytes == good.bytes);
}

TEST_CASE("a batch has at most max_in_flight exports in progress, and reads no further",
          "[batch]") {
    virtual_bench b(calm_params());
    const int width = GENERATE(1, 3, 8);
    CAPTURE(width);
    b->add_project(project_with("Slow", testing::job_end::succeeded, 10s));
    int made = 0, finished = 0;
    std::size_t most = 0;
    bool is_ahead = false;
    generated_requests range([&]() -> std::optional<export_request> {
        if (made == 50)
            return std::nullopt;
        ++made;
        is_ahead = is_ahead || made - finished > width;
        most = (std::max)(most, b.client().stats().pending);
        return export_request("Slow");
    });
    batch_options options;
    options.max_in_flight = static_cast<std::size_t>(width);
    options.on_finished = [&](const batch_outcome&) {
        ++finished;
        most = (std::max)(most, b.client().stats().pending);
    };
    const auto done = begin(b, std::move(range), options);
    b.run();
    CHECK(done->result.exported == 50);
    CHECK_FALSE(is_ahead);
    CHECK(most <= options.max_in_flight);
    CHECK(most + 1 >= options.max_in_flight); // the width is used
}

TEST_CASE("an exception of the range stops the batch, and exports in progress finish", "[batch]") {
    virtual_bench b(calm_params());
    b->add_project(project_with("Slow", testing::job_end::succeeded, 10s));
    const int good = GENERATE(0, 1, 5);
    CAPTURE(good);
    int made = 0;
    generated_requests range([&]() -> std::optional<export_request> {
        if (made++ == good)
            throw std::runtime_error("the list is damaged");
        return export_request("Slow");
    });
    kept_outcomes kept;
    const auto done = begin(b, std::move(range), kept.options());
    b.run();
    REQUIRE(done->calls == 1);
    CHECK(done->code() == errc::callback_failed);
    CHECK(made == good + 1); // it is not read again
    const langexport::batch_error* const error = langexport::get_batch_error(done->error);
    REQUIRE(error);
    CHECK_THROWS_WITH(std::rethrow_exception(error->diagnostics().cause), "the list is damaged");
    for (const batch_summary* summary :
         std::vector<const batch_summary*>{&error->summary(), &done->result}) {
        CHECK(summary->exported == static_cast<std::uint64_t>(good));
        CHECK(summary->taken == static_cast<std::uint64_t>(good));
        CHECK_FALSE(summary->is_exhausted);
    }
    CHECK(kept.size() == static_cast<std::size_t>(good));
    CHECK(b.service->number_of("POST") == static_cast<std::size_t>(good));
}

TEST_CASE("an invalid option is rejected before the range is read", "[batch]") {
    virtual_bench b(calm_params());
    const auto made = std::make_shared<int>(0);
    batch_options options;
    options.max_in_flight = GENERATE(0u, 1'000'001u);
    const auto done = begin(b, requests_of("Demo", 3, made), options);
    b.run();
    CHECK(done->code() == errc::invalid_configuration);
    CHECK_THAT(done->what(), langexport_tests::contains_text("max_in_flight"));
    CHECK(*made == 0);
}

TEST_CASE("terminal cancellation ends the exports in progress, whose jobs are in the summary",
          "[batch][cancel]") {
    virtual_bench b(calm_params());
    b->add_project(project_with("Endless", testing::job_end::never));
    const auto made = std::make_shared<int>(0);
    cancellable_batch batch;
    kept_outcomes kept;
    batch.begin(b, requests_of("Endless", without_end, made), kept.options(3));
    const auto start = b.time().now();
    b.at(start + 10s, [&] {
        CHECK(batch.done->calls == 0);
        batch.signal.emit(asio::cancellation_type::terminal);
    });
    b.run(start + 11s);
    REQUIRE(batch.done->calls == 1);
    CHECK(batch.done->code() == asio::error::operation_aborted);
    CHECK(batch.done->result.taken == 3);
    CHECK(batch.done->result.unfinished == 3);
    CHECK(batch.done->result.unfinished_jobs.size() == 3);
    CHECK(*made == 3);
    REQUIRE(kept.size() == 3);
    for (const batch_outcome& one : kept.all())
        CHECK(one.is_unfinished());
    CHECK(b.client().stats().pending == 0);
}

TEST_CASE("after partial cancellation the exports in progress finish, and no other one starts",
          "[batch][cancel]") {
    virtual_bench b(calm_params());
    b->add_project(project_with("Slow", testing::job_end::succeeded, 20s));
    const auto made = std::make_shared<int>(0);
    cancellable_batch batch;
    kept_outcomes kept;
    batch.begin(b, requests_of("Slow", without_end, made), kept.options(3));
    const auto start = b.time().now();
    b.at(start + 10s, [&] { batch.signal.emit(asio::cancellation_type::partial); });
    SECTION("all of them") {
        b.run();
        CHECK(batch.done->result.exported == 3);
        CHECK(batch.done->result.unfinished == 0);
        CHECK(b.time().now() >= start + 20s);
    }
    SECTION("unless terminal cancellation follows") {
        b.at(start + 15s, [&] { batch.signal.emit(asio::cancellation_type::terminal); });
        b.run();
        CHECK(batch.done->result.exported == 0);
        CHECK(batch.done->result.unfinished == 3);
    }
    CHECK(batch.done->calls == 1);
    CHECK(batch.done->code() == asio::error::operation_aborted);
    CHECK(*made == 3);
    CHECK(kept.size() == 3);
}

TEST_CASE("total cancellation has an effect only before the first export was taken",
          "[batch][cancel]") {
    virtual_bench b(calm_params());
    const auto made = std::make_shared<int>(0);
    cancellable_batch batch;
    batch.begin(b, requests_of("Demo", 5, made), batch_options());
    SECTION("before") {
        batch.signal.emit(asio::cancellation_type::total);
        b.run();
        CHECK(batch.done->code() == asio::error::operation_aborted);
        CHECK(*made == 0);
        CHECK(b.service->requests.empty());
    }
    SECTION("afterwards") {
        b.run_ready();
        CHECK(*made == 5);
        batch.signal.emit(asio::cancellation_type::total);
        b.run();
        CHECK(batch.done->is_good());
        CHECK(batch.done->result.exported == 5);
    }
}

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

} // namespace export_projects_test
