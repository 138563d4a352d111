#include "integration/client_bench.hpp"
#include "support/batch_ranges.hpp"
#include "support/catch.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace batch_tokens_test {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;
using langexport::batch_options;
using langexport::batch_outcome;
using langexport::batch_summary;
using langexport::client;
using langexport::export_projects;
using langexport::export_request;
using langexport_tests::client_bench;
using langexport_tests::generated_requests;
using langexport_tests::outcome;
using langexport_tests::requests_of;

asio::awaitable<void> wait_for_batch(client with, std::uint64_t& exported) {
    std::vector<export_request> requests(3, export_request("Demo"));
    const batch_summary sum = co_await export_projects(with, requests);
    exported = sum.exported;
}

asio::awaitable<void> wait_for_failing_batch(client with, std::uint64_t& exported) {
    generated_requests range([n = 0]() mutable -> std::optional<export_request> {
        if (n++ == 2)
            throw std::runtime_error("no more");
        return export_request("Demo");
    });
    batch_options options;
    try {
        co_await export_projects(with, std::move(range), options);
    } catch (const langexport::batch_error& error) {
        exported = error.summary().exported;
    }
}

asio::awaitable<void> batch_or_timer(client with, bool& timer_won) {
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer timer(with.get_executor(), 50ms);
    batch_options options;
    auto winner = co_await (
        export_projects(with, requests_of("Demo", 1'000'000), options, asio::use_awaitable) ||
        timer.async_wait(asio::use_awaitable));
    timer_won = winner.index() == 1;
}

} // namespace

TEST_CASE("a batch supports the usual completion tokens", "[batch][tokens]") {
    client_bench b(false);
    SECTION("co_await, the default") {
        std::uint64_t exported = 0;
        asio::co_spawn(b.context, wait_for_batch(b.make_client(), exported), asio::detached);
        REQUIRE(b.run_dry());
        CHECK(exported == 3);
    }
    SECTION("co_await, which throws an error with the summary") {
        std::uint64_t exported = 0;
        asio::co_spawn(b.context, wait_for_failing_batch(b.make_client(), exported),
                       asio::detached);
        REQUIRE(b.run_dry());
        CHECK(exported == 2);
    }
    SECTION("co_await together with a timer") {
        bool timer_won = false;
        asio::co_spawn(b.context, batch_or_timer(b.make_client(), timer_won), asio::detached);
        REQUIRE(b.run_dry());
        CHECK(timer_won);
    }
    SECTION("use_future") {
        auto sum = export_projects(b.make_client(), requests_of("Demo", 1), batch_options(),
                                   asio::use_future);
        // The client is destroyed: the batch fails with an error.
        REQUIRE(b.run_dry());
        CHECK_THROWS_AS(sum.get(), langexport::batch_error);
        const client with = b.make_client();
        auto good =
            export_projects(with, requests_of("Demo", 2), batch_options(), asio::use_future);
        REQUIRE(b.run_dry());
        CHECK(good.get().exported == 2);
    }
}

TEST_CASE("a batch calls its functions on its own executor, one at a time", "[batch][tokens]") {
    client_bench b(false);
    asio::thread_pool pool(4);
    std::atomic<int> inside = 0, finished = 0, elsewhere = 0;
    const auto me = std::this_thread::get_id();
    const auto note = [&] {
        if (++inside != 1 || std::this_thread::get_id() == me)
            ++elsewhere;
        --inside;
    };
    batch_options options;
    options.on_finished = [&](const batch_outcome&) {
        note();
        ++finished;
    };
    int left = 200;
    generated_requests range([&]() -> std::optional<export_request> {
        note();
        if (left-- == 0)
            return std::nullopt;
        return export_request("Demo");
    });
    const auto done = std::make_shared<outcome<batch_summary>>();
    const client with = b.make_client();
    const auto end = [&, keep = langexport_tests::keep_in<batch_summary>(done)](
                         std::exception_ptr error, batch_summary sum) mutable {
        note();
        keep(error, std::move(sum));
    };
    export_projects(with, std::move(range), options, asio::bind_executor(pool, end));
    REQUIRE(b.run_dry());
    pool.join();
    CHECK(done->is_good());
    CHECK(done->result.exported == 200);
    CHECK(finished == 200);
    CHECK(elsewhere == 0);
}

} // namespace batch_tokens_test
