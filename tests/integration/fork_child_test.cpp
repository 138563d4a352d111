// The client in the child of a fork, as far as one process can show it: its context receives the
// notifications of a child, and nothing forks.

#include "integration/client_bench.hpp"
#include "integration/slow_office.hpp"
#include "support/catch.hpp"
#include "support/watched_sink.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fork_child_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;
using namespace std::chrono_literals;
using langexport::bearer_token_source;
using langexport::client;
using langexport::client_params;
using langexport::drain_summary;
using langexport::errc;
using langexport::export_request;
using langexport::export_status;
using langexport::exported_project;
using langexport_tests::client_bench;
using langexport_tests::quick_project;
using langexport_tests::slow_office;
using langexport_tests::watched_sink;

namespace {

void become_child(client_bench& b) {
    b.context.notify_fork(asio::execution_context::fork_prepare);
    b.context.notify_fork(asio::execution_context::fork_child);
}

auto begin_export(client_bench& b, const client& c, const std::string& project = "Demo") {
    return b.begin<exported_project>(
        [&](auto token) { export_project(c, export_request(project), std::move(token)); });
}

// A sink whose first write waits until the test lets it return.
class held_sink {
public:
    explicit held_sink(client_bench& b)
        : door_(std::make_shared<asio::steady_timer>(b.context, 1h)),
          sink(std::make_shared<watched_sink>()) {
        sink->acts_at = 1;
        sink->act = [door = door_]() -> asio::awaitable<void> {
            boost::system::error_code ignored;
            co_await door->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        };
    }
    void let_return() { door_->cancel(); }

private:
    std::shared_ptr<asio::steady_timer> door_;

public:
    std::shared_ptr<watched_sink> sink;
};

} // namespace

TEST_CASE("after a fork the child requests a token of its own", "[client][fork]") {
    client_bench b(false);
    b->add_project(quick_project());
    b->set_bearer_tokens({"late"});
    slow_office office(b);
    client_params params = b.params();
    params.credential = bearer_token_source(office);
    const client c = b.make_client(params);
    const auto of_parent = begin_export(b, c);
    REQUIRE(b.run_until([&] { return office.asked() == 1; }));
    become_child(b);
    REQUIRE(b.run_until([&] { return of_parent->calls > 0; }));
    CHECK(of_parent->code() == errc::client_closed);
    // The parent receives the response to its request.
    const auto done = begin_export(b, c);
    REQUIRE(b.run_until([&] { return office.asked() == 2; }));
    office.response();
    REQUIRE(b.run_dry());
    CHECK(done->is_good());
    CHECK(of_parent->calls == 1);
}

TEST_CASE("a drain in the child of a fork counts the operations that the fork ends",
          "[client][fork][drain]") {
    client_bench b(false);
    testing::project endless("Endless");
    endless.end = testing::job_end::never;
    b->add_project(endless);
    const client c = b.make_client();
    const auto done = begin_export(b, c, "Endless");
    REQUIRE(b.run_until([&] { return c.stats().waiting == 1; }));
    const auto drained = b.begin<drain_summary>([&](auto token) { c.drain(1h, token); });
    b.context.poll();
    CHECK(drained->calls == 0);
    become_child(b);
    REQUIRE(b.run_dry());
    CHECK(done->code() == errc::client_closed);
    REQUIRE(drained->is_good());
    REQUIRE(drained->result.unfinished.size() == 1);
    CHECK(drained->result.unfinished[0] == *done->failure().job());
}

TEST_CASE("after a fork the child does not call the sinks of its parent", "[client][fork][sinks]") {
    client_bench b(false);
    testing::project large = quick_project();
    large.result_size = 600'000;
    b->add_project(large);
    const client c = b.make_client();
    held_sink held(b);
    asio::cancellation_signal signal;
    const auto done = b.begin<export_status>([&](auto token) {
        export_project_to(c, export_request("Demo"), held.sink,
                          asio::bind_cancellation_slot(signal.slot(), std::move(token)));
    });
    REQUIRE(b.run_until([&] { return held.sink->is_in_call.load(); }));
    // An operation that has ended waits for its sink before it calls its handler.
    const bool has_ended = GENERATE(false, true);
    CAPTURE(has_ended);
    if (has_ended)
        signal.emit(asio::cancellation_type::terminal);
    b.context.poll();
    CHECK(done->calls == 0);
    become_child(b);
    REQUIRE(b.run_until([&] { return done->calls > 0; }));
    CHECK(done->code() == (has_ended ? make_error_code(asio::error::operation_aborted)
                                     : make_error_code(errc::client_closed)));
    held.let_return();
    REQUIRE(b.run_dry());
    CHECK(done->calls == 1);
    CHECK(held.sink->calls == std::vector<std::string>{"write"});
}

} // namespace fork_child_test
