// The runner by itself. on_submitted_test.cpp and on_update_test.cpp show what programs observe.

#include <langexport/detail/engine/function_runner.hpp>

#include "support/catch.hpp"
#include "support/manual_event.hpp"
#include "unit/engine/parts_bench.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace function_runner_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::manual_event;
using langexport_tests::parts_bench;

namespace {

using notes = std::vector<std::string>;

// A runner whose functions run on a context of their own. Each context runs only when the test says so.
class scene {
public:
    scene() {
        functions.executor = asio::any_io_executor(own.get_executor());
        functions.on_submitted = [this, owned = guard](const export_job& job) {
            return store(job);
        };
        functions.on_update = [this, owned = guard](const export_update& update) {
            seen.push_back("update " + std::string(to_string(update.kind)));
        };
    }
    ~scene() { runner->abandon(); }

    void begin() {
        runner->set_functions(std::exchange(functions, request_functions()),
                              bench.engine()->settings().executor,
                              bench.engine()->settings().strand);
        operation.set_job(
            export_job("Claims", "https://x.example/jobs/1", export_job::time_point()));
        runner->begin(operation, bench.parts);
    }
    void store_job() {
        runner->store([this](std::exception_ptr error) {
            CHECK(bench.engine()->settings().strand.running_in_this_thread());
            seen.push_back(error ? "failed: " + message_of(error) : "stored");
        });
    }
    void update(update_kind kind) {
        runner->update(kind, [](export_update&) {});
    }
    void run_own() {
        own.restart();
        own.poll();
    }
    void run() {
        for (int i = 0; i < 3; ++i) {
            run_own();
            bench.run_ready();
        }
    }

    std::shared_ptr<int> guard = std::make_shared<int>();
    request_functions functions;
    notes seen;
    bool waits = false; // on_submitted waits for the event
    asio::io_context own;
    manual_event release{own};
    parts_bench bench;
    export_operation operation{nullptr, [](operation_result) {}};
    boost::intrusive_ptr<function_runner> runner{new function_runner};

private:
    asio::awaitable<void> store(const export_job& job) {
        seen.push_back("store " + job.project_name());
        if (!waits)
            co_return;
        try {
            co_await release.wait();
        } catch (const boost::system::system_error&) {
            seen.push_back("cancelled");
            throw;
        }
        seen.push_back("returned");
    }
};

} // namespace

TEST_CASE("functions are called on their executor, one at a time", "[function_runner]") {
    scene s;
    s.waits = true;
    s.begin();
    s.update(update_kind::queued);
    s.store_job();
    s.bench.run_ready();
    CHECK(s.seen.empty()); // their executor has not run yet
    CHECK(s.runner->is_busy());
    s.run_own();
    CHECK(s.seen == notes{"update queued"});
    CHECK(s.runner->is_storing());
    s.run();
    CHECK(s.seen == notes{"update queued", "store Claims"});
    s.update(update_kind::status);
    s.bench.pass(1h);
    s.run();
    CHECK(s.seen.size() == 2);
    s.release.set();
    s.run();
    CHECK(s.seen == notes{"update queued", "store Claims", "returned", "stored"});
    CHECK_FALSE(s.runner->is_storing());
    s.update(update_kind::submitted);
    s.run();
    CHECK(s.seen.back() == "update submitted");
    CHECK_FALSE(s.runner->is_busy());
}

TEST_CASE("an update waits 100 ms after the last one, and the newest replaces it",
          "[function_runner]") {
    scene s;
    s.begin();
    s.update(update_kind::queued);
    s.run();
    s.update(update_kind::submitted);
    s.update(update_kind::status);
    s.bench.pass(50ms);
    s.run();
    CHECK(s.seen == notes{"update queued"});
    s.bench.pass(100ms);
    s.run();
    CHECK(s.seen == notes{"update queued", "update status"});
    s.bench.pass(1h);
    s.run();
    CHECK(s.seen.size() == 2);
}

TEST_CASE("without on_update there are no updates to call", "[function_runner]") {
    scene s;
    s.functions.on_update = nullptr;
    s.begin();
    s.update(update_kind::queued);
    CHECK_FALSE(s.runner->is_busy());
    s.bench.pass(1h);
    s.run();
    CHECK(s.seen.empty());
}

TEST_CASE("the exception of on_submitted reaches the receiver", "[function_runner]") {
    scene s;
    SECTION("of a coroutine") {
        s.functions.on_submitted = [](const export_job&) -> asio::awaitable<void> {
            throw std::runtime_error("the disk is full");
            co_return;
        };
    }
    SECTION("of a function that is no coroutine") {
        s.functions.on_submitted = [](const export_job&) -> asio::awaitable<void> {
            throw std::runtime_error("the disk is full");
        };
    }
    s.begin();
    s.store_job();
    s.run();
    CHECK(s.seen == notes{"failed: the disk is full"});
    CHECK_FALSE(s.runner->is_busy());
}

TEST_CASE("the end of an operation cancels on_submitted and ignores its result",
          "[function_runner]") {
    scene s;
    s.waits = true;
    s.begin();
    s.store_job();
    bool is_free = false;
    SECTION("before the call has begun") {
        s.runner->end();
        s.runner->when_free([&] { is_free = true; });
        s.run();
        CHECK(s.seen.empty());
    }
    SECTION("while it runs") {
        s.run_own();
        s.runner->end();
        s.runner->when_free([&] { is_free = true; });
        s.bench.run_ready();
        CHECK_FALSE(is_free);
        s.run();
        CHECK(s.seen == notes{"store Claims", "cancelled"});
    }
    SECTION("after it has returned, and before the client knows") {
        s.release.set();
        s.run_own();
        s.runner->end();
        s.run_own();
        s.runner->when_free([&] { is_free = true; });
        s.run();
        CHECK(s.seen == notes{"store Claims", "returned"});
    }
    CHECK(is_free);
    CHECK_FALSE(s.runner->is_busy());
}

TEST_CASE("after the end of an operation no update is called", "[function_runner]") {
    scene s;
    s.begin();
    s.update(update_kind::queued);
    s.run();
    s.update(update_kind::submitted); // waits for its time
    s.runner->end();
    s.update(update_kind::status);
    s.bench.pass(1h);
    s.run();
    CHECK(s.seen == notes{"update queued"});
}

TEST_CASE("a runner without a call is free at once", "[function_runner]") {
    scene s;
    s.begin();
    bool is_free = false;
    s.runner->when_free([&] { is_free = true; });
    CHECK(is_free);
}

TEST_CASE("during a call the client's context has work, and its engine exists",
          "[function_runner]") {
    scene s;
    const long owners = s.bench.engine().use_count();
    s.begin();
    s.update(update_kind::queued);
    s.bench.run_ready();
    CHECK_FALSE(s.bench.context.stopped());
    CHECK(s.bench.engine().use_count() > owners);
    s.run();
    CHECK(s.bench.context.stopped());
    CHECK(s.bench.engine().use_count() == owners);
}

TEST_CASE("the child of a fork calls and destroys no function of its parent",
          "[function_runner][fork]") {
    scene s;
    s.waits = true;
    s.begin();
    SECTION("a call that has not begun") {
        if (GENERATE(false, true))
            s.store_job();
        else
            s.update(update_kind::queued);
        s.runner->disown();
        s.run();
        CHECK(s.seen.empty());
    }
    SECTION("a call that runs") {
        s.store_job();
        s.run_own();
        s.runner->disown();
        s.runner->end();
        s.release.set();
        s.run();
        CHECK(s.seen == notes{"store Claims", "returned"}); // the coroutine, but not the receiver
    }
    CHECK_FALSE(s.runner->is_busy());
    s.runner->release();
    CHECK(s.guard.use_count() > 1);
}

TEST_CASE("released functions are destroyed", "[function_runner]") {
    scene s;
    s.begin();
    s.store_job();
    s.run();
    CHECK(s.guard.use_count() == 3);
    s.runner->end();
    s.runner->release();
    CHECK(s.guard.use_count() == 1);
}

TEST_CASE("a call may return after its runner was abandoned", "[function_runner]") {
    scene s;
    const long owners = s.bench.engine().use_count();
    s.waits = true;
    s.begin();
    s.store_job();
    s.run_own();
    s.runner->abandon();
    CHECK(s.bench.engine().use_count() == owners);
    s.bench.run_ready();
    CHECK(s.bench.context.stopped());
    s.release.set();
    s.run();
    CHECK(s.seen == notes{"store Claims", "returned"});
}

} // namespace function_runner_test
