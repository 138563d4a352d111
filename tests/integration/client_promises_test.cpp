// Tokens of Asio that are experiments there: promises, and the other kind of coroutine.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/coro.hpp>
#include <boost/asio/experimental/promise.hpp>
#include <boost/asio/experimental/use_promise.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <utility>

namespace client_promises_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using asio::experimental::use_promise;
using langexport::client;
using langexport::errc;
using langexport::export_request;
using langexport::exported_project;
using langexport_tests::client_bench;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;
using testing::occurrences;

asio::experimental::coro<void, std::size_t> other_coroutine(client with) {
    export_request demo("Demo");
    const exported_project done = co_await export_project(with, demo, asio::deferred);
    co_return done.document.size();
}

} // namespace

// With Boost 1.81, a caller that awaits a promise before its operation ends receives a moved-from
// result: here all are awaited afterwards.
TEST_CASE("a promised export runs, and its result is available later",
          "[client][tokens][promises]") {
    client_bench b(GENERATE(false, true));
    const client c = b.make_client();
    auto good = export_project(c, export_request("Demo"), use_promise);
    auto bad = export_project(c, export_request("Nobody"), use_promise);
    CHECK_FALSE(good.completed());
    REQUIRE(b.run_dry());
    REQUIRE(good.completed());
    REQUIRE(bad.completed());
    const auto done = b.run<exported_project>([&](auto token) { good(std::move(token)); });
    CHECK(done.is_good());
    CHECK_FALSE(done.result.document.empty());
    CHECK(b.run<exported_project>([&](auto token) { bad(std::move(token)); }).code() ==
          errc::project_not_found);
    CHECK(b->counters().jobs_created == 1);
}

TEST_CASE("a destroyed promise cancels its export", "[client][tokens][promises]") {
    client_bench b(GENERATE(false, true));
    b->on(call_kind::status, occurrences::always(),
          canned_response::cut_after(0, early_end::stall));
    const client c = b.make_client();
    auto promise =
        std::make_unique<decltype(export_project(c, export_request("Demo"), use_promise))>(
            export_project(c, export_request("Demo"), use_promise));
    REQUIRE(b.run_until([&] { return b->counters().faults == 1; }));
    promise.reset();
    REQUIRE(b.run_dry());
    CHECK(c.stats().in_flight == 0);
    CHECK(b->counters().jobs_created == 1);
}

TEST_CASE("an experimental coroutine awaits a deferred operation", "[client][tokens]") {
    client_bench b(false);
    std::size_t size = 0;
    auto coroutine = other_coroutine(b.make_client());
    coroutine.async_resume([&](std::exception_ptr error, std::size_t result) {
        CHECK_FALSE(error);
        size = result;
    });
    REQUIRE(b.run_dry());
    CHECK(size > 0);
}

} // namespace client_promises_test
