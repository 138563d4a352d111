#include <langexport/detail/transport/connect_race.hpp>

#include "io/opener_bench.hpp"
#include "support/catch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

namespace connect_race_test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace langexport::detail;
using langexport::error_code;
using langexport_tests::listening;

namespace {

task<void> run(connect_race& race, error_code& ec) {
    const io_step running = race.running();
    auto waited = co_await async_io(running);
    ec = std::get<0>(waited);
}

} // namespace

TEST_CASE("a closed connection attempt connects to no address, at any step", "[opener][race]") {
    asio::io_context servers;
    const listening server(servers);
    bool has_won = false;
    // One step more each time, until it is over before it is closed.
    for (int steps = 0; !has_won; ++steps) {
        CAPTURE(steps);
        REQUIRE(steps < 1000);
        asio::io_context context;
        const strand_type strand = asio::make_strand(asio::any_io_executor(context.get_executor()));
        langexport_tests::clock_only clock;
        timer_queue timers(clock, [] {});
        connect_race race(strand, timers, {server.acceptor.local_endpoint()}, 250ms);
        error_code ec;
        bool is_over = false;
        asio::co_spawn(strand, run(race, ec), [&](std::exception_ptr) { is_over = true; });
        for (int i = 0; i < steps && !race.winner(); ++i)
            context.run_one_for(10ms);
        has_won = race.winner().has_value();
        race.close();
        context.restart();
        context.run_for(30s);
        REQUIRE(is_over);
        CHECK(race.winner().has_value() == has_won);
        CHECK(ec == (has_won ? error_code() : make_error_code(asio::error::operation_aborted)));
    }
}

} // namespace connect_race_test
