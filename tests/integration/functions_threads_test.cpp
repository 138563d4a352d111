// The functions of requests on executors with several threads, while their exports are cancelled and listed.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace functions_threads_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::export_job;
using langexport::export_request;
using langexport::export_update;
using langexport::exported_project;
using langexport_tests::client_bench;

// An export whose handler runs on a pool, without a strand. Its functions use plain members: the thread sanitizer
// finds calls that overlap each other or the completion.
class function_export : public std::enable_shared_from_this<function_export> {
public:
    function_export(asio::any_io_executor executor, std::atomic<int>& open)
        : where_(std::move(executor)), strand_(asio::make_strand(where_)), timer_(strand_),
          open_(open) {}

    // `cancelled_after`: 0 for never. Only if it is cancelled, its handler runs on a strand: a signal is for one
    // thread at a time.
    void start(const client& with, std::chrono::microseconds cancelled_after, bool throws) {
        ++open_;
        export_request request("Demo");
        request.on_submitted = [self = this, throws](const export_job& job) {
            return self->store(job, throws);
        };
        request.on_update = [self = this](const export_update& update) { self->see(update); };
        auto done = [self = shared_from_this()](std::exception_ptr failure, exported_project) {
            self->timer_.cancel();
            self->error = failure;
            ++self->calls;
            --self->open_;
        };
        if (cancelled_after == 0us) {
            export_project(with, request, asio::bind_executor(where_, std::move(done)));
            return;
        }
        asio::dispatch(strand_, [self = shared_from_this(), with, request, cancelled_after,
                                 done = std::move(done)]() mutable {
            export_project(
                with, request,
                asio::bind_cancellation_slot(self->stop_.slot(),
                                             asio::bind_executor(self->strand_, std::move(done))));
            self->timer_.expires_after(cancelled_after);
            self->timer_.async_wait([self](const boost::system::error_code& ec) {
                if (!ec)
                    self->stop_.emit(asio::cancellation_type::terminal);
            });
        });
    }

    std::exception_ptr error;
    int calls = 0;
    int stored = 0;
    int updates = 0;
    bool was_late = false; // a function was called after the completion

private:
    asio::awaitable<void> store(const export_job& job, bool throws) {
        was_late = was_late || calls > 0;
        auto executor = co_await asio::this_coro::executor;
        asio::steady_timer timer(executor, 500us);
        co_await timer.async_wait(asio::use_awaitable);
        was_late = was_late || calls > 0;
        if (throws)
            throw std::runtime_error("no room for " + job.project_name());
        ++stored;
    }
    void see(const export_update& update) {
        was_late = was_late || calls > 0;
        ++updates;
        if (update.polls % 2 == 1)
            throw std::runtime_error("no page");
    }

    const asio::any_io_executor where_;
    asio::strand<asio::any_io_executor> strand_;
    asio::steady_timer timer_;
    asio::cancellation_signal stop_;
    std::atomic<int>& open_;
};

// Lists all operations again and again until nothing runs.
asio::awaitable<void> list_until_idle(client with, std::atomic<int>& open) {
    while (open > 0) {
        std::uint64_t last = 0;
        for (bool has_more = true; has_more;) {
            auto page = co_await langexport::list_operations(with, 7, last);
            for (const langexport::operation_info& each : page.operations) {
                CHECK(each.id > last);
                last = each.id;
            }
            has_more = page.has_more;
        }
        auto executor = co_await asio::this_coro::executor;
        asio::steady_timer timer(executor, 1ms);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

} // namespace

TEST_CASE("functions of requests keep their order with several threads",
          "[client][functions][threads]") {
    const bool has_own_context = GENERATE(false, true);
    client_bench b(false);
    b->add_project(langexport_tests::quick_project());
    constexpr int number = 60;
    asio::thread_pool pool(4), others(4); // they outlive the strands of the exports below
    std::vector<std::shared_ptr<function_export>> all;
    std::atomic<int> open = 0;
    {
        const client c(pool.get_executor(), b.params());
        std::mt19937 random(7);
        for (int i = 0; i < number; ++i) {
            const auto where = has_own_context ? others.get_executor() : pool.get_executor();
            all.push_back(std::make_shared<function_export>(where, open));
            const bool is_cancelled = i % 3 == 1;
            all.back()->start(c,
                              is_cancelled ? std::chrono::microseconds(1 + random() % 20'000) : 0us,
                              i % 5 == 4);
        }
        asio::co_spawn(pool, list_until_idle(c, open), asio::detached);
        others.join();
        pool.join();
    }
    CHECK(open == 0);
    int good = 0;
    for (const auto& one : all) {
        CHECK(one->calls == 1);
        CHECK_FALSE(one->was_late);
        CHECK(one->stored <= 1);
        if (one->error)
            continue;
        ++good;
        CHECK(one->stored == 1);
        CHECK(one->updates >= 1);
    }
    CHECK(good >= number / 3);
}

} // namespace functions_threads_test
