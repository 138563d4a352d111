// The check of a document as a part of its operation. More is in import/import_project_test.cpp.

#include <langexport/detail/engine/source_checker.hpp>

#include "support/catch.hpp"
#include "support/engine_bench.hpp"
#include "support/gate.hpp"
#include "support/outcome.hpp"
#include "unit/import/watched_source.hpp"

#include <langexport/import/import_project.hpp>
#include <langexport/list_operations.hpp>

#include <chrono>
#include <memory>

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport_tests;

TEST_CASE("an import that is being checked is listed as queued and takes no quota",
          "[import][source_checker]") {
    engine_bench bench(engine_bench::default_params());
    const auto document = std::make_shared<watched_document>(text_document(400'000));
    gate waits;
    document->in_read = [&](std::size_t, std::size_t at) -> boost::asio::awaitable<void> {
        if (at > 200'000 && !waits.is_reached)
            co_await waits.pass();
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
    waits.open();
    bench.run();
    CHECK(end->is_good());
    CHECK(bench.service->number_of("POST") == 1);
}

TEST_CASE("the check of one import does not delay another", "[import][source_checker]") {
    engine_bench bench(engine_bench::default_params());
    const auto slow = std::make_shared<watched_document>(text_document(400'000));
    const auto fast = std::make_shared<watched_document>(text_document(400'000));
    gate waits;
    slow->in_read = [&](std::size_t, std::size_t) -> boost::asio::awaitable<void> {
        if (!waits.is_reached)
            co_await waits.pass();
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
    waits.open();
    bench.run();
    CHECK(slow_end->is_good());
}
