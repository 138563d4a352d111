#include "integration/client_bench.hpp"
#include "integration/client_phases.hpp"
#include "support/catch.hpp"
#include <langexport/resume_export.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/cancellation_condition.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>

#include <boost/version.hpp>

#if BOOST_VERSION >= 108600
#include <boost/asio/cancel_after.hpp>
#endif

#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <future>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace client_tokens_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::errc;
using langexport::export_job;
using langexport::export_request;
using langexport::export_status;
using langexport::exported_project;
using langexport_tests::client_bench;
using langexport_tests::moment;
using langexport_tests::operation;
using langexport_tests::phase;
using langexport_tests::phase_bench;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;
using testing::occurrences;

constexpr phase waiting{moment::waiting, 1};

// Runs a coroutine until it completes. Fails the test if it hangs or throws.
void run(client_bench& b, asio::awaitable<void> task) {
    bool is_done = false;
    std::exception_ptr thrown;
    asio::co_spawn(b.context, std::move(task), [&](std::exception_ptr error) {
        is_done = true;
        thrown = error;
    });
    REQUIRE(b.run_dry());
    REQUIRE(is_done);
    if (thrown)
        std::rethrow_exception(thrown);
}

asio::awaitable<void> all_operations(client with, std::size_t& size) {
    export_request request("Demo");
    const exported_project whole = co_await export_project(with, request);
    const export_job job = co_await submit_export(with, request);
    const export_status first = co_await get_export_status(with, job);
    const export_status last = co_await wait_for_export(with, job);
    const exported_project fetched = co_await fetch_result(with, last);
    const exported_project resumed = co_await resume_export(with, job);
    if (first.job() == job && whole.document == fetched.document &&
        fetched.document == resumed.document)
        size = whole.document.size();
}

asio::awaitable<void> operations_on_sinks(client with, std::uint64_t& size) {
    export_request request("Demo");
    const auto first = std::make_shared<langexport::counting_sink>();
    const auto second = std::make_shared<langexport::counting_sink>();
    const auto third = std::make_shared<langexport::counting_sink>();
    const export_status ended = co_await export_project_to(with, request, first);
    const std::uint64_t fetched = co_await fetch_result_to(with, ended, second);
    const export_status resumed = co_await resume_export_to(with, ended.job(), third);
    if (resumed.job() == ended.job() && first->size() == fetched && second->size() == fetched &&
        third->size() == fetched)
        size = fetched;
}

asio::awaitable<void> one_that_fails(client with, langexport::error_code& code) {
    export_request request("Nobody");
    try {
        co_await export_project(with, request);
    } catch (const langexport::export_error& error) {
        code = error.code();
    }
}

asio::awaitable<void> one_as_tuple(client with, std::string name, langexport::error_code& code,
                                   std::size_t& size) {
    export_request request(name);
    auto done = co_await export_project(with, request, asio::as_tuple(asio::use_awaitable));
    code = langexport::code_of(std::get<0>(done));
    size = std::get<1>(done).document.size();
}

asio::awaitable<void> one_deferred_as_tuple(client with, langexport::error_code& code,
                                            std::size_t& size) {
    export_request request("Demo");
    auto operation = export_project(with, request, asio::as_tuple(asio::deferred));
    auto done = co_await std::move(operation);
    code = langexport::code_of(std::get<0>(done));
    size = std::get<1>(done).document.size();
}

asio::awaitable<void> hour() {
    asio::steady_timer timer(co_await asio::this_coro::executor, 1h);
    co_await timer.async_wait(asio::use_awaitable);
}

// Waits until the service has received a request to which it does not respond.
asio::awaitable<void> first_fault(client_bench& b) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (b->counters().faults == 0) {
        timer.expires_after(1ms);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> one_or_other(client with, asio::awaitable<void> other, std::size_t& winner) {
    using namespace asio::experimental::awaitable_operators;
    export_request request("Demo");
    auto result = co_await (export_project(with, request) || std::move(other));
    winner = result.index();
}

asio::awaitable<void> two_at_once(client with, std::size_t& size) {
    using namespace asio::experimental::awaitable_operators;
    export_request request("Demo");
    auto both = co_await (export_project(with, request) && export_project(with, request));
    size = std::get<0>(both).document.size() + std::get<1>(both).document.size();
}

asio::awaitable<void> cancelled_and_resumed(client with, langexport::error_code& first,
                                            langexport::error_code& second, bool& has_job) {
    export_request request("Demo");
    export_job job;
    try {
        co_await export_project(with, request);
    } catch (const langexport::export_error& error) {
        first = error.code();
        has_job = error.job() != nullptr;
        if (has_job)
            job = *error.job();
    }
    try {
        co_await get_export_status(with, job);
    } catch (const boost::system::system_error& error) {
        second = error.code();
    }
    // As the documentation shows.
    co_await asio::this_coro::reset_cancellation_state();
    co_await get_export_status(with, job);
}

} // namespace

TEST_CASE("operations are awaited without a token", "[client][tokens]") {
    client_bench b(GENERATE(false, true));
    std::size_t size = 0;
    run(b, all_operations(b.make_client(), size));
    CHECK(size > 0);
    std::uint64_t streamed = 0;
    run(b, operations_on_sinks(b.make_client(), streamed));
    CHECK(streamed == size);
    langexport::error_code code;
    run(b, one_that_fails(b.make_client(), code));
    CHECK(code == errc::project_not_found);
}

TEST_CASE("as_tuple gives the error as a value", "[client][tokens]") {
    client_bench b(false);
    langexport::error_code code;
    std::size_t size = 0;
    run(b, one_as_tuple(b.make_client(), "Demo", code, size));
    CHECK_FALSE(code);
    CHECK(size > 0);
    run(b, one_as_tuple(b.make_client(), "Nobody", code, size));
    CHECK(code == errc::project_not_found);
    run(b, one_deferred_as_tuple(b.make_client(), code, size));
    CHECK_FALSE(code);
    CHECK(size > 0);
}

TEST_CASE("of an export and another operation, the first to complete cancels the other",
          "[client][tokens]") {
    const bool tls = GENERATE(false, true);
    std::size_t winner = 9;
    SECTION("the export completes first") {
        client_bench b(tls);
        run(b, one_or_other(b.make_client(), hour(), winner));
        CHECK(winner == 0);
    }
    SECTION("the other operation completes first, in any phase of the export") {
        const auto kind = GENERATE(call_kind::submission, call_kind::status, call_kind::result);
        client_bench b(tls);
        b->on(kind, 1, canned_response::cut_after(0, early_end::stall));
        client_params params = b.params();
        if (kind == call_kind::submission)
            params.attempt_timeout = 1s; // the client awaits its response this long
        run(b, one_or_other(b.make_client(params), first_fault(b), winner));
        CHECK(winner == 1);
    }
}

TEST_CASE("two exports are awaited together", "[client][tokens]") {
    client_bench b(false);
    std::size_t size = 0;
    run(b, two_at_once(b.make_client(), size));
    CHECK(size > 0);
    CHECK(b->counters().jobs_created == 2);
}

TEST_CASE("a deferred operation begins when it is called", "[client][tokens]") {
    client_bench b(false);
    const client c = b.make_client();
    export_request request("Demo");
    auto operation = export_project(c, request, asio::deferred);
    request.project_name = "Nobody"; // it has its own
    REQUIRE(b.run_dry());
    CHECK(b.number_seen() == 0);
    const auto done =
        b.run<exported_project>([&](auto token) { std::move(operation)(std::move(token)); });
    CHECK(done.is_good());
}

TEST_CASE("detached operations complete", "[client][tokens]") {
    client_bench b(GENERATE(false, true));
    const client c = b.make_client();
    const auto status = b.status(c, b.submit(c).result).result;
    b->clear_requests();
    const export_request demo("Demo"), nobody("Nobody");
    const auto sink = std::make_shared<langexport::memory_sink>(1'000'000);
    std::vector<std::string> expected;
    SECTION("submit_export") {
        submit_export(c, demo, asio::detached);
        expected = {"POST export"};
    }
    SECTION("get_export_status") {
        get_export_status(c, status.job(), asio::detached);
        expected = {"GET status"};
    }
    SECTION("wait_for_export") {
        wait_for_export(c, status.job(), asio::detached);
        expected = {"GET status"};
    }
    SECTION("fetch_result") {
        fetch_result(c, status, asio::detached);
        expected = {"GET result"};
    }
    SECTION("fetch_result_to") {
        fetch_result_to(c, status, sink, asio::detached);
        expected = {"GET result"};
    }
    SECTION("export_project") {
        export_project(c, demo, asio::detached);
        expected = {"POST export", "GET status", "GET result"};
    }
    SECTION("export_project_to") {
        export_project_to(c, demo, sink, asio::detached);
        expected = {"POST export", "GET status", "GET result"};
    }
    SECTION("resume_export") {
        resume_export(c, status.job(), asio::detached);
        expected = {"GET status", "GET result"};
    }
    SECTION("resume_export_to") {
        resume_export_to(c, status.job(), sink, asio::detached);
        expected = {"GET status", "GET result"};
    }
    SECTION("export_projects") {
        export_projects(c, std::vector{demo}, langexport::batch_options(), asio::detached);
        expected = {"POST export", "GET status", "GET result"};
    }
    SECTION("list_projects") {
        list_projects(c, langexport::project_surface::analyze_text, asio::detached);
        expected = {"GET list"};
    }
    SECTION("an export that fails") {
        export_project(c, nobody, asio::detached);
        expected = {"POST export"};
    }
    SECTION("a drain") {
        c.drain(1h, asio::detached);
    }
    REQUIRE(b.run_dry());
    CHECK(b.seen() == expected);
}

#if BOOST_VERSION >= 108600

namespace {

// Its time is long enough for the submission, however slow the machine is.
asio::awaitable<void> export_for_a_while(client with, langexport::error_code& code, bool& has_job) {
    export_request request("Demo");
    try {
        co_await export_project(with, request, asio::cancel_after(2s, asio::use_awaitable));
    } catch (const langexport::export_error& error) {
        code = error.code();
        has_job = error.job() != nullptr;
    }
}

} // namespace

TEST_CASE("cancel_after ends any operation, and its error has the job's token",
          "[client][tokens][cancel]") {
    SECTION("awaited by a coroutine") {
        phase_bench s(operation::export_project, waiting, true);
        langexport::error_code code;
        bool has_job = false;
        run(s.b, export_for_a_while(*s.client, code, has_job));
        CHECK(code == asio::error::operation_aborted);
        CHECK(has_job);
    }
    SECTION("by callback, for each operation") {
        client_bench b(false);
        b->on(call_kind::any, occurrences::always(),
              canned_response::cut_after(0, early_end::stall));
        client_params params = b.params();
        params.attempt_timeout = 1s; // the client awaits responses to submissions this long
        const client c = b.make_client(params);
        const export_request demo("Demo");
        const std::string link = b->endpoint() + "/language/authoring/analyze-text/projects/Demo/"
                                                 "export/jobs/1?api-version=2022-05-01";
        const export_job job("Demo", link, {});
        export_status ended(job);
        ended.result_url = link;
        int aborted = 0;
        const auto token = [&aborted] {
            return asio::cancel_after(50ms, [&aborted](std::exception_ptr error, auto&&) {
                aborted += langexport::code_of(error) == asio::error::operation_aborted;
            });
        };
        const auto sink = [] { return std::make_shared<langexport::memory_sink>(1'000'000); };
        submit_export(c, demo, token());
        get_export_status(c, job, token());
        wait_for_export(c, job, token());
        fetch_result(c, ended, token());
        fetch_result_to(c, ended, sink(), token());
        export_project(c, demo, token());
        export_project_to(c, demo, sink(), token());
        resume_export(c, job, token());
        resume_export_to(c, job, sink(), token());
        export_projects(c, std::vector{demo}, langexport::batch_options(), token());
        list_projects(c, langexport::project_surface::analyze_text, token());
        REQUIRE(b.run_dry());
        CHECK(aborted == 11);
    }
    SECTION("an export that completes in time") {
        client_bench b(false);
        const client c = b.make_client();
        const auto done = b.run<exported_project>([&](auto token) {
            export_project(c, export_request("Demo"), asio::cancel_after(1h, std::move(token)));
        });
        CHECK(done.is_good());
    }
}

#endif

TEST_CASE("a future gets the result or the error", "[client][tokens]") {
    client_bench b(false);
    const client c = b.make_client();
    auto good = export_project(c, export_request("Demo"), asio::use_future);
    auto bad = export_project(c, export_request("Nobody"), asio::use_future);
    REQUIRE(b.run_dry());
    CHECK_FALSE(good.get().document.empty());
    CHECK_THROWS_AS(bad.get(), langexport::export_error);
    std::future<exported_project> broken;
    {
        client_bench other(false);
        broken = export_project(other.make_client(), export_request("Demo"), asio::use_future);
    }
    CHECK_THROWS_AS(broken.get(), std::future_error);
}

TEST_CASE("a parallel group starts operations and cancels the rest", "[client][tokens]") {
    client_bench b(false);
    b->add_project(langexport_tests::quick_project("Quick"));
    b->on(call_kind::status, occurrences::always(), canned_response::cut_after(0, early_end::stall),
          testing::for_project("Demo"));
    const client c = b.make_client();
    std::vector<langexport::error_code> codes;
    std::array<std::size_t, 2> order{9, 9};
    asio::experimental::make_parallel_group(
        export_project(c, export_request("Demo"), asio::deferred),
        export_project(c, export_request("Quick"), asio::deferred))
        .async_wait(asio::experimental::wait_for_one(),
                    [&](std::array<std::size_t, 2> in_order, std::exception_ptr first,
                        exported_project, std::exception_ptr second, exported_project) {
                        order = in_order;
                        codes = {langexport::code_of(first), langexport::code_of(second)};
                    });
    REQUIRE(b.run_dry());
    REQUIRE(codes.size() == 2);
    CHECK(order[0] == 1);
    CHECK(codes[0] == asio::error::operation_aborted);
    CHECK_FALSE(codes[1]);
}

TEST_CASE("a cancelled coroutine can continue with its job, as documented", "[client][tokens]") {
    phase_bench s(operation::export_project, waiting, GENERATE(false, true));
    asio::cancellation_signal stop;
    langexport::error_code first, second;
    bool has_job = false, is_done = false;
    asio::co_spawn(s.b.context, cancelled_and_resumed(*s.client, first, second, has_job),
                   asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr error) {
                       is_done = true;
                       CHECK_FALSE(error);
                   }));
    REQUIRE(s.reach());
    asio::post(s.b.context, [&] { stop.emit(asio::cancellation_type::terminal); });
    REQUIRE(s.b.run_dry());
    CHECK(is_done);
    CHECK(first == asio::error::operation_aborted);
    CHECK(has_job);
    CHECK(second == asio::error::operation_aborted);
}

} // namespace client_tokens_test
