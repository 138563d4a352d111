// The check of a document as a part of its operation. More is in import/import_project_test.cpp.

#include <langexport/detail/engine/source_checker.hpp>

#include "support/catch.hpp"
#include "support/engine_bench.hpp"
#include "support/outcome.hpp"
#include "support/pause_point.hpp"
#include "unit/engine/document_input.hpp"
#include "unit/engine/parts_bench.hpp"
#include "unit/import/watched_source.hpp"

#include <langexport/import/import_project.hpp>
#include <langexport/list_operations.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace source_checker_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport_tests;

namespace {

// An import whose document is checked next.
struct checked_import {
    explicit checked_import(const std::string& text, const client_params& params,
                            manual_time::duration time_limit = (manual_time::duration::max)())
        : document(std::make_shared<watched_document>(text)), bench(params) {
        const auto operation = std::make_shared<detail::import_operation>(
            &bench.parts.operations, [end = made.end](detail::operation_result result) {
                ++end->calls;
                end->result = std::move(result);
            });
        operation->set_source(std::make_shared<detail::source_runner>(
            std::make_unique<document_input>(document),
            detail::import_check(project_surface::analyze_text, ""), bench.context.get_executor(),
            bench.context.get_executor(), bench.engine()->settings().strand,
            &detail::source_runner::start_call));
        const part_operation as_export = bench.make("Claims", request_kind::submission);
        operation->parts().submission = std::move(as_export->parts().submission);
        operation->submission()->body = "application/json";
        detail::export_plan plan = as_export->progress().plan;
        plan.kind = detail::operation_kind::end_status;
        plan.job = job_kind::importing;
        operation->state.prepare(plan);
        made.operation = operation;
        bench.admit(made, time_limit);
    }
    explicit checked_import(const std::string& text)
        : checked_import(text, parts_bench::default_params()) {}

    std::shared_ptr<watched_document> document;
    part_operation made{nullptr, std::make_shared<part_outcome>()};
    parts_bench bench;
};

} // namespace

TEST_CASE("an import is scheduled after its whole document was read", "[source_checker]") {
    checked_import i(text_document(50'000));
    CHECK_FALSE(i.made->is_waiting());
    CHECK_FALSE(i.made->is_set());  // it has no deadline
    CHECK(i.document->opened == 0); // the document is read outside of the call
    i.bench.context.restart();
    while (!i.made->active_connection && i.bench.context.poll_one() > 0)
        CHECK((i.made->source()->document().is_checked() || !i.made->is_waiting()));
    CHECK(i.document->opened == 1);
    CHECK(i.made->source()->document().size() == i.document->document.size());
    i.bench.run_ready();
    CHECK(i.bench.stream(0).written.find("POST /projects/Claims/") == 0);
    CHECK(i.document->opened == 2);
}

TEST_CASE("a document that cannot be imported fails its operation without a request",
          "[source_checker]") {
    errc expected = errc::malformed_document;
    std::string text = "{x";
    SECTION("it is malformed") {}
    SECTION("it cannot be read") {
        text = text_document();
        expected = errc::source_failed;
    }
    checked_import i(text);
    if (expected == errc::source_failed)
        i.document->at_open = [](std::size_t) { throw std::runtime_error("no such file"); };
    i.bench.run_ready();
    REQUIRE(i.made.end->calls == 1);
    CHECK(i.made.end->code() == expected);
    CHECK_FALSE(i.made.end->known().detail.empty());
    CHECK(i.bench.opener().begun == 0);
    CHECK(i.document->open == 0);
}

TEST_CASE("a document of another project causes a warning", "[source_checker]") {
    checked_import i(text_document(0, "Other"));
    i.bench.run_ready();
    CHECK(i.bench.events->number_of("warning ProjectNameDiffers") == 1);
    CHECK(i.made->active_connection);
}

TEST_CASE("the deadline ends an import while its document is checked", "[source_checker]") {
    checked_import i(text_document(400'000), parts_bench::default_params(), 10s);
    pause_point waits;
    i.document->in_read = [&](std::size_t, std::size_t) { return waits.wait(); };
    i.bench.run_ready();
    REQUIRE(waits.is_reached);
    CHECK(i.made->fires_at() == i.bench.time().now() + 10s);
    i.bench.pass(10s);
    CHECK(i.made.end->calls == 0); // a read is running
    waits.resume();
    i.bench.run_ready();
    CHECK(i.made.end->code() == errc::deadline_exceeded);
    CHECK(i.document->open == 0);
    CHECK(i.bench.opener().begun == 0);
}

TEST_CASE("an import that is being checked is listed as queued and takes no quota",
          "[import][source_checker]") {
    engine_bench bench(engine_bench::default_params());
    const auto document = std::make_shared<watched_document>(text_document(400'000));
    pause_point waits;
    document->in_read = [&](std::size_t, std::size_t offset) -> boost::asio::awaitable<void> {
        if (offset > 200'000 && !waits.is_reached)
            co_await waits.wait();
    };
    const auto end = std::make_shared<outcome<import_status>>();
    import_project(bench.client(), import_request("Claims", source_of(document)),
                   keep_in<import_status>(end));
    bench.run_until([&] { return waits.is_reached; });
    const auto page = std::make_shared<outcome<operation_page>>();
    list_operations(bench.client(), 10, 0, keep_in<operation_page>(page));
    bench.run_ready();
    REQUIRE(page->is_good());
    REQUIRE(page->result.operations.size() == 1);
    const operation_info& info = page->result.operations.front();
    CHECK(info.state == operation_state::queued);
    CHECK(info.kind == job_kind::importing);
    CHECK(info.project_name == "Claims");
    CHECK(bench.service->streams_opened == 0);
    waits.resume();
    bench.run();
    CHECK(end->is_good());
    CHECK(bench.service->number_of("POST") == 1);
}

TEST_CASE("the check of one import does not delay another", "[import][source_checker]") {
    engine_bench bench(engine_bench::default_params());
    const auto slow = std::make_shared<watched_document>(text_document(400'000));
    const auto fast = std::make_shared<watched_document>(text_document(400'000));
    pause_point waits;
    slow->in_read = [&](std::size_t, std::size_t) -> boost::asio::awaitable<void> {
        if (!waits.is_reached)
            co_await waits.wait();
    };
    const auto slow_end = std::make_shared<outcome<import_status>>();
    const auto fast_end = std::make_shared<outcome<import_status>>();
    import_project(bench.client(), import_request("Claims", source_of(slow)),
                   keep_in<import_status>(slow_end));
    import_project(bench.client(), import_request("Claims", source_of(fast)),
                   keep_in<import_status>(fast_end));
    bench.run();
    CHECK(fast_end->is_good());
    CHECK(slow_end->calls == 0);
    waits.resume();
    bench.run();
    CHECK(slow_end->is_good());
}

} // namespace source_checker_test
