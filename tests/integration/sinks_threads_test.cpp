// Sinks that are called by several threads' executors, while their exports are cancelled, and break.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/watched_sink.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace sinks_threads_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::export_request;
using langexport::export_status;
using langexport_tests::client_bench;
using langexport_tests::watched_sink;

asio::awaitable<void> pause(std::chrono::microseconds time) {
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

// An export on a strand of its own, whose sink pauses; it is cancelled after a while, or not.
class sink_export : public std::enable_shared_from_this<sink_export> {
public:
    sink_export(asio::any_io_executor executor, std::atomic<int>& open)
        : strand_(asio::make_strand(std::move(executor))), timer_(strand_), open_(open) {
        sink->acts_at = 2;
        sink->act = [] { return pause(300us); };
        sink->at_commit = sink->act;
    }

    void start(client with, std::chrono::microseconds cancel_after) {
        ++open_;
        asio::dispatch(strand_, [self = shared_from_this(), with = std::move(with), cancel_after] {
            auto done = [self](std::exception_ptr failure, export_status) {
                self->timer_.cancel();
                self->error = failure;
                ++self->calls;
                --self->open_;
            };
            export_project_to(
                with, export_request("Demo"), self->sink,
                asio::bind_cancellation_slot(self->stop_.slot(),
                                             asio::bind_executor(self->strand_, std::move(done))));
            self->timer_.expires_after(cancel_after);
            self->timer_.async_wait([self](const boost::system::error_code& ec) {
                if (!ec)
                    self->stop_.emit(asio::cancellation_type::terminal);
            });
        });
    }

    std::shared_ptr<watched_sink> sink = std::make_shared<watched_sink>();
    std::exception_ptr error;
    int calls = 0;

private:
    asio::strand<asio::any_io_executor> strand_;
    asio::steady_timer timer_;
    asio::cancellation_signal stop_;
    std::atomic<int>& open_;
};

} // namespace

TEST_CASE("sink calls keep their order with several threads", "[client][sinks][threads]") {
    const bool tls = GENERATE(false, true);
    const bool has_own_context = GENERATE(false, true);
    client_bench b(tls);
    testing::project p = langexport_tests::quick_project();
    p.result_size = 1'000'000;
    b->add_project(p);
    b->on(testing::call_kind::result, testing::occurrences::one_in(5),
          testing::canned_response::cut_body_after(600'000, testing::early_end::close));
    constexpr int number = 80;
    asio::thread_pool pool(4), sinks(4); // they outlive the strands of the exports below
    std::vector<std::shared_ptr<sink_export>> all;
    std::atomic<int> open = 0;
    {
        const client c(pool.get_executor(), b.params());
        std::mt19937 random(7);
        for (int i = 0; i < number; ++i) {
            const auto where = has_own_context ? sinks.get_executor() : pool.get_executor();
            all.push_back(std::make_shared<sink_export>(where, open));
            const bool is_patient = i % 2 == 0;
            all.back()->start(c, is_patient ? 1h : std::chrono::microseconds(random() % 60'000));
        }
        sinks.join();
        pool.join();
    }
    CHECK(open == 0);
    int good = 0;
    for (const auto& one : all) {
        CHECK(one->calls == 1);
        const watched_sink& sink = *one->sink;
        CHECK_FALSE(sink.was_misused);
        CHECK_FALSE(sink.is_in_call);
        CHECK(one->sink.use_count() == 1);
        if (one->error)
            CHECK(sink.last_call() == "discard");
        else {
            CHECK(sink.last_call() == "commit");
            CHECK(sink.document.size() == 1'000'000);
            ++good;
        }
    }
    CHECK(good >= number / 2);
}

} // namespace sinks_threads_test
