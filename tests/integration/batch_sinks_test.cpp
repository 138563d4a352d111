// Sinks of a batch that cannot be created because the process has no free descriptors.

#include "integration/client_bench.hpp"
#include "support/batch_ranges.hpp"
#include "support/catch.hpp"
#include "support/watched_sink.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace batch_sinks_test {

namespace asio = boost::asio;

namespace {

using langexport::batch_item;
using langexport::batch_options;
using langexport::batch_outcome;
using langexport::batch_summary;
using langexport::client;
using langexport::client_params;
using langexport::errc;
using langexport::export_projects;
using langexport::result_sink;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::kept_outcomes;
using langexport_tests::requests_of;
using langexport_tests::watched_sink;

[[noreturn]] void fail_with(int number) {
    throw std::system_error(number, std::generic_category(), "no place for it");
}

} // namespace

TEST_CASE("an export is not lost if no descriptor is free for its sink", "[batch][sinks]") {
    const int lack = GENERATE(EMFILE, ENFILE);
    CAPTURE(lack);
    client_bench b(false);
    client_params params = b.params();
    params.retry.max_attempts = 4;
    const client with = b.make_client(params);
    const auto sink = std::make_shared<watched_sink>();
    int failing = 3;
    int calls = 0;
    int failure_afterwards = 0;
    bool is_none_afterwards = false;
    kept_outcomes kept;
    batch_options options = kept.options();
    options.sink_for = [&](const batch_item& item) -> std::shared_ptr<result_sink> {
        CHECK(item.request.project_name == "Demo");
        if (++calls <= failing)
            fail_with(lack);
        if (failure_afterwards != 0)
            fail_with(failure_afterwards);
        if (is_none_afterwards)
            return nullptr;
        return sink;
    };
    const auto run = [&] {
        return b.run<batch_summary>([&](auto token) {
            export_projects(with, requests_of("Demo", 1), std::move(options), std::move(token));
        });
    };

    SECTION("it succeeds when descriptors are free again") {
        const auto done = run();
        REQUIRE(done.is_good());
        CHECK(done.result.exported == 1);
        CHECK(calls == 4);
        CHECK(sink->document.size() == kept.all().at(0).bytes);
        CHECK(sink->last_call() == "commit");
        CHECK(b->counters().jobs_created == 1);
        CHECK(b->counters().result_gets == 3);
    }
    SECTION("it can be resumed if no descriptor becomes free") {
        failing = 100;
        const auto done = run();
        CHECK(done.result.failed == 1);
        CHECK(calls == 5);
        const batch_outcome& one = kept.all().at(0);
        CHECK(langexport::code_of(one.error) == errc::sink_failed);
        CHECK_THAT(langexport::get_export_error(one.error)->what(),
                   contains_text("no place for it"));
        CHECK_FALSE(one.item.job.empty());
        CHECK(sink->calls.empty());
    }
    SECTION("it fails if the disk is full at the next attempt") {
        failing = 1;
        failure_afterwards = ENOSPC;
        CHECK(run().result.failed == 1);
        CHECK(calls == 2);
        CHECK(langexport::code_of(kept.all().at(0).error) == errc::sink_failed);
    }
    SECTION("it fails if sink_for then returns no sink") {
        failing = 1;
        is_none_afterwards = true;
        CHECK(run().result.failed == 1);
        CHECK_THAT(langexport::get_export_error(kept.all().at(0).error)->what(),
                   contains_text("sink_for returned no sink"));
    }
    CHECK_FALSE(sink->was_misused);
}

TEST_CASE("a batch calls its functions one at a time, also for sinks that are created late",
          "[batch][sinks]") {
    constexpr int number = 40;
    client_bench b(false);
    const client with = b.make_client();
    asio::thread_pool pool(3);
    std::atomic<int> inside = 0;
    std::atomic<bool> was_shared = false;
    const auto visit = [&] {
        if (++inside != 1)
            was_shared = true;
        std::this_thread::yield();
        --inside;
    };
    int calls = 0;
    batch_options options;
    options.sink_for = [&](const batch_item&) -> std::shared_ptr<result_sink> {
        visit();
        if (++calls <= number)
            fail_with(EMFILE);
        return std::make_shared<langexport::counting_sink>();
    };
    options.on_finished = [&](const batch_outcome&) { visit(); };
    auto summary = export_projects(with, requests_of("Demo", number), std::move(options),
                                   asio::bind_executor(pool.get_executor(), asio::use_future));
    REQUIRE(b.run_until(
        [&] { return summary.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }));
    CHECK(summary.get().exported == number);
    CHECK(calls == 2 * number);
    CHECK_FALSE(was_shared);
    pool.join();
}

} // namespace batch_sinks_test
