// The operations of a client, page by page.

#include <langexport/list_operations.hpp>

#include "support/catch.hpp"
#include "support/engine_bench.hpp"
#include "support/manual_event.hpp"

#include <langexport/export_project.hpp>
#include <langexport/list_projects.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace list_operations_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::bench_service;
using langexport_tests::engine_bench;
using langexport_tests::manual_event;
using langexport_tests::manual_time;
using langexport_tests::seen_request;

namespace {

const auto ignore = [](std::exception_ptr, const auto&) {};

operation_page page_of(engine_bench& bench, std::size_t limit = 100, std::uint64_t after = 0) {
    operation_page page;
    int calls = 0;
    list_operations(bench.client(), limit, after,
                    [&](std::exception_ptr error, operation_page result) {
                        CHECK_FALSE(error);
                        ++calls;
                        page = std::move(result);
                    });
    CHECK(calls == 0); // never inside the call
    bench.run_ready();
    CHECK(calls == 1);
    return page;
}

std::vector<std::uint64_t> ids_of(const operation_page& page) {
    std::vector<std::uint64_t> ids;
    for (const operation_info& each : page.operations)
        ids.push_back(each.id);
    return ids;
}

using ids = std::vector<std::uint64_t>;

} // namespace

TEST_CASE("a list of operations has what each one is doing", "[engine][list_operations]") {
    engine_bench bench(engine_bench::default_params());
    manual_event release(bench.context());
    bench.service->run_time = 1h;
    const auto usual = bench.service->respond;
    bench.service->respond = [&](const seen_request& request) -> langexport_tests::bench_response {
        const bool is_held = request.target.find("Held") != std::string::npos ||
                             request.target.find("/result") != std::string::npos;
        if (is_held)
            return std::string();
        if (request.target.find("Quick/export/jobs") != std::string::npos)
            return bench_service::response(
                "200 OK", R"({"status":"succeeded","resultUrl":"https://)" + bench_service::host +
                              R"(/language/authoring/analyze-text/projects/Quick/result"})");
        return request.target.find("Quick") != std::string::npos || request.method == "POST"
                   ? usual(request)
                   : bench_service::response("200 OK", R"({"status":"running"})");
    };
    export_request running("Claims");
    running.tag = "monday";
    export_project(bench.client(), running, ignore);
    export_project(bench.client(), export_request("Quick"), ignore);
    export_request storing("Storing");
    storing.on_submitted = [&](const export_job&) { return release.wait(); };
    submit_export(bench.client(), storing, ignore);
    bench.run(manual_time::start + 20s);
    export_project(bench.client(), export_request("Held"), ignore);
    for (int i = 0; i < 7; ++i) // the quota is used up
        export_project(bench.client(), export_request("Queued"), ignore);
    bench.run_ready();

    const operation_page page = page_of(bench);
    CHECK_FALSE(page.has_more);
    REQUIRE(page.operations.size() == 11);
    const auto& all = page.operations;
    CHECK(all[0].id == 1);
    CHECK(all[0].tag == "monday");
    CHECK(all[0].project_name == "Claims");
    CHECK(all[0].state == operation_state::running);
    CHECK(all[0].job.project_name() == "Claims");
    CHECK(all[0].age >= 15s);
    CHECK(all[0].age <= 20s);
    CHECK(all[1].state == operation_state::downloading);
    CHECK(all[2].state == operation_state::storing);
    CHECK_FALSE(all[2].job.empty());
    CHECK(all[3].state == operation_state::submitting);
    CHECK(all[3].job.empty());
    CHECK(all[3].age == 0s);
    CHECK(all[10].state == operation_state::queued);
    CHECK(all[10].tag.empty());
    const client_stats stats = bench.client().stats();
    CHECK(stats.started == 11);
    CHECK(stats.pending == 11);
}

TEST_CASE("pages follow each other while operations end", "[engine][list_operations]") {
    engine_bench bench(engine_bench::default_params());
    bench.service->run_time = 1h;
    CHECK(page_of(bench).operations.empty());
    std::vector<std::uint64_t> ended;
    for (int i = 1; i <= 7; ++i) {
        export_request request("Claims");
        if (i % 3 == 0)
            request.deadline = 10s;
        export_project(bench.client(), request, ignore);
    }
    bench.run_ready();
    operation_page page = page_of(bench, 3);
    CHECK(ids_of(page) == ids{1, 2, 3});
    CHECK(page.has_more);
    page = page_of(bench, 3, 3);
    CHECK(ids_of(page) == ids{4, 5, 6});
    CHECK(page.has_more);
    bench.run(manual_time::start + 11s); // 3 and 6 have ended
    page = page_of(bench, 3, 6);
    CHECK(ids_of(page) == ids{7});
    CHECK_FALSE(page.has_more);
    CHECK(ids_of(page_of(bench, 4)) == ids{1, 2, 4, 5});
    CHECK(ids_of(page_of(bench, 4, 1)) == ids{2, 4, 5, 7}); // back again
    CHECK_FALSE(page_of(bench, 5).has_more);
    CHECK(ids_of(page_of(bench, 0)) == ids{1});
    CHECK(page_of(bench, 10, 7).operations.empty());
    CHECK(page_of(bench, 10, UINT64_MAX).operations.empty());
}

TEST_CASE("a client that drains can be listed", "[engine][list_operations][drain]") {
    engine_bench bench(engine_bench::default_params());
    bench.service->run_time = 30s;
    export_project(bench.client(), export_request("Claims"), ignore);
    list_projects(bench.client(), project_surface::analyze_text, ignore);
    bench.run(manual_time::start + 1s);
    bool is_drained = false;
    bench.client().drain(10min,
                         [&](std::exception_ptr, const drain_summary&) { is_drained = true; });
    bench.run_ready();
    CHECK(ids_of(page_of(bench, 1)) == ids{1});
    CHECK_FALSE(page_of(bench, 1).has_more);
    bench.run();
    CHECK(is_drained);
    CHECK(page_of(bench).operations.empty());
}

TEST_CASE("if the context is destroyed, a list is not completed", "[engine][list_operations]") {
    engine_bench bench(engine_bench::default_params());
    auto guard = std::make_shared<int>();
    list_operations(bench.client(), 10, 0,
                    [owned = guard, client = bench.client()](std::exception_ptr,
                                                             const operation_page&) { FAIL(); });
    SECTION("before it began") {}
    SECTION("before its handler was invoked") {
        bench.context().restart();
        bench.context().poll_one();
    }
    bench.destroy_context();
    CHECK(guard.use_count() == 1);
}

TEST_CASE("in the child of a fork a list from before fails", "[engine][list_operations][fork]") {
    engine_bench bench(engine_bench::default_params());
    error_code code;
    list_operations(bench.client(), 10, 0, [&](std::exception_ptr error, const operation_page&) {
        code = code_of(error);
    });
    bench.engine()->context_has_forked(true);
    bench.run_ready();
    CHECK(code == errc::client_closed);
    CHECK(page_of(bench).operations.empty());
}

} // namespace list_operations_test
