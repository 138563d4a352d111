// The functions of a request, as an operation calls them. tests/unit/engine has the tests of when it does.

#include <langexport/request_functions.hpp>

#include "support/catch.hpp"
#include "support/manual_event.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace request_functions_test {

using namespace langexport;
using langexport_tests::manual_event;
namespace asio = boost::asio;

namespace {

const export_job known("Claims", "https://name.example/jobs/1?api-version=2022-05-01", {});

// A call of a function, which lives as long as its coroutine, and how it ended.
class call {
public:
    void start(submitted_function called) {
        function = std::move(called);
        function.start(context.get_executor(), stop.slot(), known,
                       [this](std::exception_ptr thrown) {
                           ++ends;
                           is_on_executor = context.get_executor().running_in_this_thread();
                           error = std::move(thrown);
                       });
    }
    void run() {
        context.restart();
        context.poll();
    }

    submitted_function function;
    asio::cancellation_signal stop;
    asio::io_context context;
    int ends = 0;
    bool is_on_executor = false;
    std::exception_ptr error;
};

struct move_only {
    std::unique_ptr<int> owned;
    asio::awaitable<void> operator()(const export_job&) { co_return; }
};

} // namespace

TEST_CASE("each kind of update has a name of its own", "[request_functions]") {
    std::set<std::string_view> names;
    for (int kind = 0; kind < 5; ++kind)
        names.insert(to_string(static_cast<update_kind>(kind)));
    CHECK(names ==
          std::set<std::string_view>{"queued", "submitted", "status", "downloading", "retrying"});
    CHECK(to_string(static_cast<update_kind>(5)) == "unknown");
}

TEST_CASE("a submitted_function holds a copyable function of a job, or is empty",
          "[request_functions]") {
    CHECK_FALSE(submitted_function());
    CHECK_FALSE(submitted_function(nullptr));
    const auto good = [](const export_job&) -> asio::awaitable<void> { co_return; };
    CHECK(submitted_function(good));
    STATIC_REQUIRE_FALSE(std::is_constructible_v<submitted_function, move_only>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<submitted_function, void (*)(const export_job&)>);
    STATIC_REQUIRE_FALSE(
        std::is_constructible_v<submitted_function, asio::awaitable<void> (*)(int)>);
    submitted_function copy = submitted_function(good);
    copy = nullptr;
    CHECK_FALSE(copy);
}

TEST_CASE("a submitted_function runs on the executor, never inside the call",
          "[request_functions]") {
    call c;
    std::string project;
    c.start([&](const export_job& job) -> asio::awaitable<void> {
        project = job.project_name();
        co_return;
    });
    CHECK(c.ends == 0);
    c.run();
    CHECK(project == "Claims");
    CHECK(c.ends == 1);
    CHECK(c.is_on_executor);
    CHECK_FALSE(c.error);
}

TEST_CASE("a coroutine uses the captures of its function and refers to the job",
          "[request_functions]") {
    call c;
    manual_event release(c.context);
    const auto owned = std::make_shared<std::string>("captured");
    std::string seen;
    const auto wait = [&release, &seen, owned](const export_job& job) -> asio::awaitable<void> {
        co_await release.wait();
        seen = *owned + " " + job.project_name();
    };
    c.start(wait);
    CHECK(owned.use_count() == 3); // the function has a copy of its own
    c.run();
    CHECK(release.is_waited_for());
    CHECK(c.ends == 0);
    release.set();
    c.run();
    CHECK(seen == "captured Claims");
    CHECK(c.ends == 1);
    c.function = nullptr;
    CHECK(owned.use_count() == 2); // nothing else keeps it
}

TEST_CASE("the exception of a submitted_function is passed on", "[request_functions]") {
    call c;
    const auto fail = [](const export_job&) -> asio::awaitable<void> {
        throw std::runtime_error("the disk is full");
        co_return;
    };
    c.start(fail);
    c.run();
    CHECK(c.ends == 1);
    CHECK(message_of(c.error) == "the disk is full");
}

TEST_CASE("a cancelled submitted_function completes with an error", "[request_functions]") {
    call c;
    manual_event release(c.context);
    c.start([&release](const export_job&) -> asio::awaitable<void> { co_await release.wait(); });
    c.run();
    CHECK(c.ends == 0);
    c.stop.emit(asio::cancellation_type::terminal);
    c.run();
    CHECK(c.ends == 1);
    CHECK(code_of(c.error) == errc::cancelled);
}

} // namespace request_functions_test
