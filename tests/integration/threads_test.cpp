#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include <langexport/resume_export.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace threads_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::errc;
using langexport::export_job;
using langexport::export_request;
using langexport::export_status;
using langexport::exported_project;
using langexport_tests::client_bench;
using langexport_tests::event_list;
using langexport_tests::quick_project;

// The ends of many exports.
class tally {
public:
    void count(const std::exception_ptr& error) {
        if (!error)
            ++good;
        else if (langexport::code_of(error) == asio::error::operation_aborted)
            ++cancelled;
        else if (langexport::code_of(error) == errc::client_closed)
            ++closed;
        else
            ++others;
    }
    int all() const { return good + cancelled + closed + others; }

    std::atomic<int> good = 0, cancelled = 0, closed = 0, others = 0;
};

// An export on a strand of its own, which is cancelled after a while. A signal is for one thread at a
// time: everything about it happens on that strand.
class strand_export : public std::enable_shared_from_this<strand_export> {
public:
    strand_export(asio::any_io_executor executor, tally& results)
        : strand_(asio::make_strand(std::move(executor))), timer_(strand_), results_(results) {}

    void start(client with, std::optional<std::chrono::microseconds> cancel_after) {
        asio::dispatch(strand_, [self = shared_from_this(), with = std::move(with), cancel_after] {
            export_project(with, export_request("Demo"),
                           asio::bind_cancellation_slot(
                               self->stop_.slot(),
                               asio::bind_executor(self->strand_, [self](std::exception_ptr error,
                                                                         exported_project) {
                                   self->timer_.cancel();
                                   self->results_.count(error);
                               })));
            if (!cancel_after)
                return;
            self->timer_.expires_after(*cancel_after);
            self->timer_.async_wait([self](const boost::system::error_code& ec) {
                if (!ec)
                    self->stop_.emit(asio::cancellation_type::terminal);
            });
        });
    }

private:
    asio::strand<asio::any_io_executor> strand_;
    asio::steady_timer timer_;
    asio::cancellation_signal stop_;
    tally& results_;
};

std::optional<std::chrono::microseconds> random_delay(std::mt19937& random) {
    if (random() % 2 == 0)
        return std::nullopt;
    return std::chrono::microseconds(random() % 5'000);
}

// Several threads run the context as long as there is work.
class crew {
public:
    explicit crew(int size) {
        for (int i = 0; i < size; ++i)
            threads_.emplace_back([this] { context.run(); });
    }
    ~crew() { finish(); }

    void finish() {
        guard_.reset();
        for (std::thread& thread : threads_)
            if (thread.joinable())
                thread.join();
    }

    asio::io_context context;

private:
    asio::executor_work_guard<asio::io_context::executor_type> guard_{context.get_executor()};
    std::vector<std::thread> threads_;
};

} // namespace

TEST_CASE("threads that share a client start, cancel, copy and read counters", "[threads]") {
    const bool tls = GENERATE(false, true);
    constexpr int starters = 4, each = 40;
    client_bench b(tls);
    tally results;
    {
        crew workers(4);
        client_params params = b.params();
        params.max_connections = 4;
        const client shared(workers.context.get_executor(), params);
        std::vector<std::thread> threads;
        for (int i = 0; i < starters; ++i)
            threads.emplace_back([&, i] {
                std::mt19937 random(static_cast<unsigned>(i) + 1);
                for (int n = 0; n < each; ++n) {
                    client copy = shared;
                    copy.set_observer(random() % 2 == 0 ? std::make_shared<event_list>() : nullptr);
                    std::make_shared<strand_export>(workers.context.get_executor(), results)
                        ->start(copy, random_delay(random));
                    if (random() % 4 == 0)
                        copy = client(shared);
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        workers.finish();
    }
    CHECK(results.all() == starters * each);
    CHECK(results.good > 0);
    CHECK(results.closed == 0);
    CHECK(results.others == 0);
}

TEST_CASE("handlers of a client on a pool run on contexts of their own", "[threads]") {
    const bool tls = GENERATE(false, true);
    constexpr int number = 100;
    client_bench b(tls);
    tally results;
    asio::thread_pool pool(4);
    {
        crew one(2), other(1);
        const client shared(pool.get_executor(), b.params());
        std::mt19937 random(7);
        for (int i = 0; i < number; ++i)
            std::make_shared<strand_export>(
                i % 2 == 0 ? one.context.get_executor() : other.context.get_executor(), results)
                ->start(shared, random_delay(random));
        // The work of their handlers keeps the contexts from ending before it.
        one.finish();
        other.finish();
    }
    pool.join();
    CHECK(results.all() == number);
    CHECK(results.others == 0);
    CHECK(results.closed == 0);
}

TEST_CASE("clients are made and destroyed on many threads while their exports run", "[threads]") {
    const bool tls = GENERATE(false, true);
    constexpr int starters = 4, each = 15, exports = 3;
    client_bench b(tls);
    tally results;
    {
        crew workers(4);
        std::vector<std::thread> threads;
        for (int i = 0; i < starters; ++i)
            threads.emplace_back([&, i] {
                std::mt19937 random(static_cast<unsigned>(i) + 1);
                for (int n = 0; n < each; ++n) {
                    std::optional<client> mine(std::in_place, workers.context.get_executor(),
                                               b.params());
                    for (int k = 0; k < exports; ++k)
                        std::make_shared<strand_export>(workers.context.get_executor(), results)
                            ->start(*mine, random_delay(random));
                    if (random() % 2 == 0)
                        std::this_thread::yield();
                    mine.reset();
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        workers.finish();
    }
    CHECK(results.all() == starters * each * exports);
    CHECK(results.others == 0);
}

TEST_CASE("futures complete on the threads that wait for them", "[threads]") {
    client_bench b(GENERATE(false, true));
    b->add_project(quick_project("Other"));
    crew workers(2);
    const client shared(workers.context.get_executor(), b.params());
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&, i] {
            for (int n = 0; n < 10; ++n) {
                auto job = submit_export(shared, export_request(i % 2 == 0 ? "Demo" : "Other"),
                                         asio::use_future);
                auto done = resume_export(shared, job.get(), asio::use_future);
                good += done.get().document.empty() ? 0 : 1;
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    CHECK(good == 40);
}

TEST_CASE("a context that several threads ran can be destroyed with exports in progress",
          "[threads]") {
    const bool tls = GENERATE(false, true);
    client_bench b(tls);
    for (int round = 0; round < 5; ++round) {
        auto workers = std::make_unique<asio::io_context>();
        std::optional<client> shared(std::in_place, workers->get_executor(), b.params());
        std::vector<std::thread> threads;
        std::atomic<int> ended = 0;
        for (int n = 0; n < 30; ++n)
            export_project(*shared, export_request("Demo"),
                           [&ended](std::exception_ptr, exported_project) { ++ended; });
        for (int i = 0; i < 3; ++i)
            threads.emplace_back([&] { workers->run(); });
        while (ended < 5)
            std::this_thread::yield();
        workers->stop();
        for (std::thread& thread : threads)
            thread.join();
        shared.reset();
        workers.reset();
        CHECK(ended <= 30);
    }
}

TEST_CASE("four threads complete ten thousand exports over eight connections", "[threads]") {
    client_bench b(false);
    constexpr int all = 10'000;
    tally results;
    {
        crew workers(4);
        client_params params = b.params();
        params.max_connections = 8;
        const client shared(workers.context.get_executor(), params);
        for (int i = 0; i < all; ++i)
            export_project(
                shared, export_request("Demo"),
                [&](std::exception_ptr error, exported_project) { results.count(error); });
        while (results.all() < all) {
            const auto stats = shared.stats();
            CHECK(stats.connections_open <= 8);
            CHECK(stats.in_flight <= 8);
            std::this_thread::sleep_for(20ms);
        }
        workers.finish();
        CHECK(shared.stats().finished == all);
    }
    CHECK(results.good == all);
}

} // namespace threads_test
