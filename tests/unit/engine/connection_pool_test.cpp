#include <langexport/detail/engine/connection_pool.hpp>

#include "support/catch.hpp"
#include "support/manual_time.hpp"

#include <boost/asio/error.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace connection_pool_test {

using namespace langexport;
using namespace std::chrono_literals;
using activity = detail::connection::activity;
using connection_ptr = detail::connection_pool::connection_ptr;
using detail::steady_time;

namespace {

namespace asio = boost::asio;

const steady_time start{24h};
constexpr steady_time never = (steady_time::max)();

// A stream without data, or one that its server has closed.
class idle_stream final : public detail::byte_stream {
public:
    explicit idle_stream(bool is_closed_by_peer) : is_closed_by_peer_(is_closed_by_peer) {}

    std::size_t read_now(asio::mutable_buffer, error_code& ec) noexcept override {
        ec = asio::error::would_block;
        return 0;
    }
    std::size_t write_now(asio::const_buffer, error_code& ec) noexcept override {
        ec = asio::error::would_block;
        return 0;
    }
    void wait(detail::io_handler) override {}
    bool is_idle() noexcept override { return !is_closed_by_peer_; }
    void close() noexcept override {}

private:
    bool is_closed_by_peer_;
};

class no_opener final : public detail::stream_opener {
public:
    detail::task<void> open(detail::watchdog&, detail::opening&) override { co_return; }
    void interrupt() override {}
    void rejected(detail::opening&, const detail::exchange_failure&, detail::steady_time) override {
    }
    void destroy_waiters() noexcept override {}
    void forked(bool) override {}
};

class closing_log final : public observer {
public:
    std::vector<close_reason> reasons;

    void on_connection_closed(const connection_closed_event& event) noexcept override {
        reasons.push_back(event.why);
    }
};

struct fixture {
    fixture() : fixture(make_params()) {}
    explicit fixture(const client_params& params)
        : pool(
              detail::connection_staleness(params, endpoint::parse(params.endpoint, true).origin()),
              notify) {}

    std::shared_ptr<closing_log> log = std::make_shared<closing_log>();
    detail::counters counts;
    detail::token_manager tokens{subscription_key("key"), retry_params()};
    detail::notifier notify{log, counts, tokens};
    langexport_tests::manual_time time;
    detail::timer_queue timers{time, [] {}};
    no_opener opener;
    detail::connection_pool pool;

    static client_params make_params() {
        client_params params("https://h", subscription_key("key"));
        params.max_idle_time = 60s;
        params.max_connection_age = 600s;
        return params;
    }

    // A connection that was opened at `start` and has been idle since then.
    connection_ptr add_idle(bool is_closed_by_peer = false) {
        auto c = std::make_shared<detail::connection>(timers, opener);
        c->open_result.stream = std::make_unique<idle_stream>(is_closed_by_peer);
        c->last_used = c->opened_at = start;
        c->was_used = c->has_been_idle = true;
        pool.add(c);
        return c;
    }
};

} // namespace

TEST_CASE("the most recently used idle connection is used next", "[connection_pool]") {
    fixture f;
    CHECK(f.pool.idle_connection() == nullptr);
    const connection_ptr first = f.add_idle(), second = f.add_idle();
    CHECK(f.pool.idle_connection() == second);
    second->doing = activity::busy;
    CHECK(f.pool.idle_connection() == first);
    first->doing = activity::busy;
    CHECK(f.pool.idle_connection() == nullptr);

    first->doing = second->doing = activity::idle;
    CHECK(f.pool.put_back(first, 4, start));
    CHECK(f.pool.idle_connection() == first);
}

TEST_CASE("connections are counted by their state", "[connection_pool]") {
    fixture f;
    f.add_idle();
    f.add_idle()->doing = activity::busy;
    f.add_idle()->doing = activity::starting;
    detail::pool_state state = f.pool.state();
    CHECK(state.connections == 3);
    CHECK(state.idle == 1);
    CHECK(state.starting == 1);
    CHECK_FALSE(state.is_opening);
    CHECK(f.pool.number_open() == 3);

    const connection_ptr opening = f.add_idle();
    opening->doing = activity::opening;
    opening->open_result.stream.reset();
    state = f.pool.state();
    CHECK(state.starting == 2);
    CHECK(state.is_opening);
    CHECK(f.pool.number_open() == 3);
    CHECK(f.pool.is_opening_other_than(nullptr));
    CHECK_FALSE(f.pool.is_opening_other_than(opening.get()));
}

TEST_CASE("a connection without a stream, or above the limit, leaves the pool",
          "[connection_pool]") {
    fixture f;
    const connection_ptr first = f.add_idle(), second = f.add_idle(), third = f.add_idle();
    first->open_result.stream.reset();
    CHECK_FALSE(f.pool.put_back(first, 4, start));
    CHECK_FALSE(f.pool.put_back(first, 4, start)); // it has left already
    CHECK(f.log->reasons.empty());
    CHECK_FALSE(f.pool.put_back(second, 1, start));
    CHECK(f.log->reasons == std::vector{close_reason::aged});
    CHECK(f.pool.all().size() == 1);
    CHECK(f.pool.put_back(third, 1, start));
}

TEST_CASE("stale connections are closed in time", "[connection_pool]") {
    fixture f;
    const connection_ptr idle = f.add_idle(), old = f.add_idle(), busy = f.add_idle();
    busy->doing = activity::busy;
    old->opened_at = start - 550s;
    CHECK(f.pool.stale_at(*idle) == start + 60s);
    CHECK(f.pool.stale_at(*old) == start + 50s);

    CHECK(f.pool.close_stale(start + 49s) == start + 50s);
    CHECK(f.log->reasons.empty());
    CHECK(f.pool.close_stale(start + 50s) == start + 60s);
    CHECK(f.log->reasons.size() == 1);
    CHECK(f.pool.close_stale(start + 60s) == never);
    CHECK(f.log->reasons == std::vector(2, close_reason::aged));
    CHECK(f.pool.all() == std::vector{busy});
}

TEST_CASE("a request uses a stream that is fresh and open", "[connection_pool]") {
    fixture f;
    const auto kind = GENERATE(request_kind::submission, request_kind::status, request_kind::result,
                               request_kind::listing);
    const bool submits = kind == request_kind::submission;

    CHECK(f.pool.is_usable_for(*f.add_idle(), kind, start + 1s));
    // A submission cannot be repeated: it needs a connection that was in use a second ago at most.
    CHECK(f.pool.is_usable_for(*f.add_idle(), kind, start + 1001ms) == !submits);
    CHECK_FALSE(f.pool.is_usable_for(*f.add_idle(), kind, start + 60s));
    CHECK_FALSE(f.pool.is_usable_for(*f.add_idle(true), kind, start));
    CHECK(f.log->reasons.back() == close_reason::by_peer);

    const connection_ptr empty = f.add_idle();
    empty->open_result.stream.reset();
    CHECK_FALSE(f.pool.is_usable_for(*empty, kind, start));
}

TEST_CASE("right after another request, only a submission checks whether the server has closed",
          "[connection_pool]") {
    fixture f;
    const connection_ptr c = f.add_idle(true);
    c->has_been_idle = false;
    CHECK(f.pool.is_usable_for(*c, request_kind::status, start));
    CHECK_FALSE(f.pool.is_usable_for(*c, request_kind::submission, start));
}

TEST_CASE("a new stream can be used for any request", "[connection_pool]") {
    fixture f;
    const connection_ptr c = f.add_idle(true);
    c->was_used = c->has_been_idle = false;
    CHECK(f.pool.is_usable_for(*c, request_kind::submission, start));
}

TEST_CASE("all idle connections can be closed", "[connection_pool]") {
    fixture f;
    f.add_idle();
    const connection_ptr busy = f.add_idle();
    busy->doing = activity::busy;
    f.pool.close_idle(close_reason::client_closed, start);
    CHECK(f.log->reasons == std::vector{close_reason::client_closed});
    CHECK(f.pool.all() == std::vector{busy});
}

TEST_CASE("a submission over plain HTTP through a proxy uses a new connection",
          "[connection_pool]") {
    client_params params = fixture::make_params();
    params.proxy = "http://proxy:3128";
    fixture tunnel(params);
    CHECK(tunnel.pool.is_usable_for(*tunnel.add_idle(), request_kind::submission, start));

    params.endpoint = "http://127.0.0.1";
    fixture plain(params);
    const connection_ptr used = plain.add_idle();
    CHECK_FALSE(plain.pool.is_usable_for(*used, request_kind::submission, start));
    CHECK(plain.pool.is_usable_for(*plain.add_idle(), request_kind::status, start));
    const connection_ptr fresh = plain.add_idle();
    fresh->was_used = false;
    CHECK(plain.pool.is_usable_for(*fresh, request_kind::submission, start));
}

} // namespace connection_pool_test
