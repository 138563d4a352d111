// Stackful coroutines of Asio, which require Boost.Context.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/spawn.hpp>

#include <boost/version.hpp>

#include <exception>
#include <string>

namespace client_spawn_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using langexport::client;
using langexport::errc;
using langexport::export_request;
using langexport_tests::client_bench;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;
using testing::occurrences;

} // namespace

// Boost 1.81 cannot throw the error of an operation with a result: there errors are returned.
TEST_CASE("a stackful coroutine waits for operations", "[client][tokens][spawn]") {
    client_bench b(GENERATE(false, true));
    const client c = b.make_client();
    std::string whole, by_steps;
    boost::system::error_code failure;
    asio::spawn(
        b.context,
        [&](asio::yield_context yield) {
            const auto token = asio::as_tuple(yield);
            export_request demo("Demo"), nobody("Nobody");
            auto [none, done] = langexport::export_project(c, demo, token);
            whole = done.document;
            auto [no_failure, job] = langexport::submit_export(c, demo, token);
            auto [good, status] = langexport::wait_for_export(c, job, token);
            auto [fine, steps] = langexport::fetch_result(c, status, token);
            by_steps = steps.document;
            auto [error, nothing] = langexport::export_project(c, nobody, token);
            failure = langexport::code_of(error);
            CHECK_FALSE((none || no_failure || good || fine));
        },
        asio::detached);
    REQUIRE(b.run_dry());
    CHECK_FALSE(whole.empty());
    CHECK(by_steps == whole);
    CHECK(failure == errc::project_not_found);
}

TEST_CASE("a stackful coroutine can be cancelled while it waits", "[client][tokens][spawn]") {
    client_bench b(false);
    b->on(call_kind::status, occurrences::always(),
          canned_response::cut_after(0, early_end::stall));
    const client c = b.make_client();
    asio::cancellation_signal stop;
    std::exception_ptr end;
    asio::spawn(
        b.context,
        [&](asio::yield_context yield) {
            auto [error, nothing] =
                langexport::export_project(c, export_request("Demo"), asio::as_tuple(yield));
            end = error;
        },
        asio::bind_cancellation_slot(stop.slot(), asio::detached));
    REQUIRE(b.run_until_seen(2));
    stop.emit(asio::cancellation_type::terminal);
    REQUIRE(b.run_dry());
    REQUIRE(langexport::get_export_error(end));
    CHECK(langexport::code_of(end) == asio::error::operation_aborted);
    CHECK(langexport::get_export_error(end)->job());
}

#if BOOST_VERSION >= 108800
TEST_CASE("errors of operations are thrown in a stackful coroutine", "[client][tokens][spawn]") {
    client_bench b(false);
    const client c = b.make_client();
    std::string document;
    std::exception_ptr end;
    asio::spawn(
        b.context,
        [&](asio::yield_context yield) {
            document = langexport::export_project(c, export_request("Demo"), yield).document;
            langexport::export_project(c, export_request("Nobody"), yield);
        },
        [&](std::exception_ptr error) { end = error; });
    REQUIRE(b.run_dry());
    CHECK_FALSE(document.empty());
    CHECK(langexport::code_of(end) == errc::project_not_found);
}
#endif

} // namespace client_spawn_test
