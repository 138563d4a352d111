#include "integration/client_bench.hpp"
#include "integration/client_phases.hpp"
#include "support/catch.hpp"
#include <langexport/resume_export.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/cancellation_condition.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <boost/version.hpp>

#if BOOST_VERSION >= 108600
#include <boost/asio/cancel_after.hpp>
#endif

#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace client_handlers_test {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;
using langexport::client;
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

constexpr phase waiting{moment::waiting, 1};

} // namespace

TEST_CASE("a move-only handler is accepted", "[client][tokens]") {
    client_bench b(false);
    const client c = b.make_client();
    auto held = std::make_unique<int>(0);
    const int* const where = held.get();
    bool is_same = false;
    export_project(
        c, export_request("Demo"),
        [held = std::move(held), where, &is_same](std::exception_ptr error, exported_project) {
            is_same = !error && held.get() == where;
        });
    REQUIRE(b.run_dry());
    CHECK(is_same);
}

TEST_CASE("a handler that the caller keeps is copied", "[client][tokens]") {
    client_bench b(false);
    const client c = b.make_client();
    int calls = 0;
    std::function<void(std::exception_ptr, exported_project)> callback =
        [&](std::exception_ptr, exported_project) { ++calls; };
    const auto constant = callback;
    export_project(c, export_request("Demo"), callback);
    CHECK(callback);
    export_project(c, export_request("Demo"), callback);
    export_project(c, export_request("Demo"), constant);
    REQUIRE(b.run_dry());
    CHECK(calls == 3);
}

TEST_CASE("no handler is called inside the call that starts its operation", "[client][tokens]") {
    client_bench b(false);
    const client c = b.make_client();
    bool is_starting = false;
    int calls = 0;
    const auto check = [&](std::exception_ptr, auto&&) {
        CHECK_FALSE(is_starting);
        ++calls;
    };
    // On the client's own context, where a dispatch could run it at once.
    asio::post(b.context, [&] {
        is_starting = true;
        export_project(c, export_request("Demo"), check);
        // A rejected operation could complete at once.
        export_project(c, export_request(""), check);
        export_project_to(c, export_request("Demo"), nullptr, check);
        submit_export(c, export_request(""), check);
        get_export_status(c, export_job(), check);
        wait_for_export(c, export_job(), check);
        fetch_result(c, export_status(), check);
        fetch_result_to(c, export_status(), nullptr, check);
        resume_export(c, export_job(), check);
        resume_export_to(c, export_job(), nullptr, check);
        list_projects(c, static_cast<langexport::project_surface>(7), check);
        export_projects(c, std::vector<export_request>(), langexport::batch_options(), check);
        c.drain(0ms, check);
        is_starting = false;
    });
    REQUIRE(b.run_dry());
    CHECK(calls == 13);
    CHECK(c.get_executor() == asio::any_io_executor(b.context.get_executor()));
}

TEST_CASE("a handler runs on its executor, whose context has work until then",
          "[client][executor]") {
    client_bench b(GENERATE(false, true));
    const client c = b.make_client();
    asio::io_context elsewhere;
    const auto request = GENERATE(export_request("Demo"), export_request(""));
    int calls = 0;
    bool is_elsewhere = false;
    export_project(c, request,
                   asio::bind_executor(elsewhere.get_executor(), [&](std::exception_ptr, auto&&) {
                       ++calls;
                       is_elsewhere = elsewhere.get_executor().running_in_this_thread();
                   }));
    CHECK(elsewhere.poll() == 0);
    CHECK_FALSE(elsewhere.stopped());
    REQUIRE(b.run_dry());
    CHECK(calls == 0);
    CHECK(elsewhere.run() > 0);
    CHECK(calls == 1);
    CHECK(is_elsewhere);
    CHECK(elsewhere.stopped());
}

TEST_CASE("a coroutine on another context resumes on that context", "[client][executor]") {
    client_bench b(false);
    asio::thread_pool pool(2);
    const client c = b.make_client();
    std::promise<bool> promise;
    auto is_there = promise.get_future();
    const auto go = [](client with, asio::thread_pool& home,
                       std::promise<bool>& response) -> asio::awaitable<void> {
        export_request wanted("Demo");
        const exported_project done = co_await export_project(with, wanted);
        response.set_value(home.get_executor().running_in_this_thread() && !done.document.empty());
    };
    asio::co_spawn(pool, go(c, pool, promise), asio::detached);
    REQUIRE(b.run_until([&] { return is_there.wait_for(0s) == std::future_status::ready; }));
    CHECK(is_there.get());
    pool.join();
}

TEST_CASE("a handler runs on its strand", "[client][executor]") {
    client_bench b(false);
    const client c = b.make_client();
    auto strand = asio::make_strand(b.context);
    bool is_inside = false;
    export_project(c, export_request("Demo"),
                   asio::bind_executor(strand, [&](std::exception_ptr, auto&&) {
                       is_inside = strand.running_in_this_thread();
                   }));
    REQUIRE(b.run_dry());
    CHECK(is_inside);
}

TEST_CASE("a handler may start operations, destroy clients and throw", "[client][tokens]") {
    client_bench b(false);
    auto c = std::make_unique<client>(b.make_client());
    SECTION("start one after the other") {
        int left = 5;
        std::function<void(std::exception_ptr, exported_project)> next;
        next = [&](std::exception_ptr error, exported_project) {
            CHECK_FALSE(error);
            if (--left > 0)
                export_project(*c, export_request("Demo"), next);
        };
        export_project(*c, export_request("Demo"), next);
        REQUIRE(b.run_dry());
        CHECK(left == 0);
    }
    SECTION("destroy the client") {
        export_project(*c, export_request("Demo"),
                       [&](std::exception_ptr, exported_project) { c.reset(); });
        REQUIRE(b.run_dry());
        CHECK_FALSE(c);
    }
    SECTION("throw") {
        export_project(*c, export_request("Demo"), [](std::exception_ptr, exported_project) {
            throw std::runtime_error("thrown by a handler");
        });
        CHECK_THROWS_WITH(b.run_dry(), "thrown by a handler");
        CHECK(b.run_dry());
        CHECK(b.export_project(*c).is_good());
    }
}

TEST_CASE("a cancellation slot can be reused for the next operation", "[client][cancel]") {
    phase_bench s(operation::export_project, waiting, false);
    asio::cancellation_signal stop;
    for (int i = 0; i < 3; ++i) {
        const auto done = s.b.begin<exported_project>([&](auto token) {
            export_project(*s.client, export_request("Demo"),
                           asio::bind_cancellation_slot(stop.slot(), std::move(token)));
        });
        REQUIRE(s.b.run_until([&] { return s.client->stats().waiting == 1; }));
        CHECK(done->calls == 0);
        stop.emit(asio::cancellation_type::terminal);
        REQUIRE(s.b.run_dry());
        CHECK(done->code() == asio::error::operation_aborted);
    }
}

TEST_CASE("clients that share a context can be destroyed one by one", "[client][close]") {
    client_bench b(GENERATE(false, true));
    std::vector<client> clients;
    std::vector<std::shared_ptr<langexport_tests::outcome<exported_project>>> all;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(b.make_client());
        all.push_back(b.begin<exported_project>([&](auto token) {
            export_project(clients.back(), export_request("Demo"), std::move(token));
        }));
    }
    clients.erase(clients.begin() + 1);
    REQUIRE(b.run_dry());
    for (std::size_t i = 0; i < all.size(); ++i)
        CHECK(all[i]->is_good() == (i != 1));
    CHECK(all[1]->code() == errc::client_closed);
    CHECK(b.export_project(clients.front()).is_good());
}

TEST_CASE("a client runs on a thread pool, and an idle client does not keep the pool running",
          "[client][executor]") {
    client_bench b(GENERATE(false, true));
    asio::thread_pool pool(3);
    const client c(pool.get_executor(), b.params());
    std::vector<std::future<exported_project>> all;
    for (int i = 0; i < 10; ++i)
        all.push_back(export_project(c, export_request("Demo"), asio::use_future));
    pool.join();
    for (auto& one : all)
        CHECK_FALSE(one.get().document.empty());
}

} // namespace client_handlers_test
