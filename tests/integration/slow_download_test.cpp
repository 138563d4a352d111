// client_params::min_download_rate: whole exports, with a clock that the test controls.

#include <langexport.hpp>
#include <langexport/testing/emulator.hpp>

#include "support/catch.hpp"
#include "support/virtual_time.hpp"
#include "support/watched_sink.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>

namespace slow_download_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;
using namespace std::chrono_literals;
using langexport::client_params;
using langexport::errc;
using langexport::export_request;
using langexport_tests::contains_text;
using langexport_tests::virtual_time;
using langexport_tests::watched_sink;

namespace {

// A client and the service, on one thread. Nothing waits for real time.
class bench {
public:
    bench() {
        testing::project project("Demo");
        project.job_duration = 1ms;
        project.result_size = 150'000;
        service.add_project(project);
    }
    ~bench() {
        service.stop();
        settle();
    }
    bench(const bench&) = delete;
    bench& operator=(const bench&) = delete;

    client_params params() const {
        client_params params(service.endpoint(), langexport::subscription_key(service.key()));
        params.retry.max_attempts = 1;
        return params;
    }
    // The result arrives in pieces of this size, ten of them a second.
    void drip(std::size_t bytes) {
        testing::canned_response slow;
        slow.drip_bytes = bytes;
        slow.drip_pause = 100ms;
        service.on(testing::call_kind::result, testing::occurrences::always(), slow);
    }
    void keep(std::exception_ptr failure) {
        ++calls;
        error = failure;
    }
    // Lets the time pass until the operation has ended; how long that took.
    virtual_time::duration run_to_end() {
        const auto start = time.now();
        for (settle(); calls == 0 && time.now() - start < 3h; settle())
            time.advance(time.now() + 50ms, context);
        REQUIRE(calls == 1);
        return time.now() - start;
    }

    virtual_time time;
    asio::io_context context;
    testing::emulator service{context.get_executor(), testing::emulator_options()};
    int calls = 0;
    std::exception_ptr error;

private:
    void settle() {
        do
            context.restart();
        while (context.poll() > 0);
    }
};

} // namespace

TEST_CASE("a result that arrives below min_download_rate fails after a minute", "[client][slow]") {
    struct row {
        std::size_t bytes_a_second;
        std::uint64_t least; // client_params::min_download_rate
        bool is_good;
    };
    const std::uint64_t usual =
        client_params("https://x.example", {langexport::subscription_key("any")}).min_download_rate;
    for (const row& r : {row{500, usual, false}, row{1000, usual, false}, row{2000, usual, true},
                         row{500, 0, true}, row{2000, 4096, false}, row{500, 400, true}}) {
        CAPTURE(r.bytes_a_second, r.least);
        bench b;
        b.drip(r.bytes_a_second / 10);
        client_params params = b.params();
        params.min_download_rate = r.least;
        const langexport::client client(b.context.get_executor(), params);
        std::string document;
        export_project(client, export_request("Demo"),
                       [&](std::exception_ptr error, langexport::exported_project result) {
                           document = result.document;
                           b.keep(error);
                       });
        const auto elapsed = b.run_to_end();
        INFO(langexport::message_of(b.error));
        CHECK(document.size() == (r.is_good ? 150'000 : 0));
        if (r.is_good)
            continue;
        CHECK(langexport::code_of(b.error) == errc::read_timeout);
        CHECK_THAT(langexport::message_of(b.error),
                   contains_text("slower than " + std::to_string(r.least) +
                                 " bytes a second for a minute"));
        CHECK(elapsed >= 60s);
        CHECK(elapsed < 70s);
    }
}

TEST_CASE("the time that a sink uses does not make a download slow", "[client][slow]") {
    bench b;
    b.drip(1000);
    const langexport::client client(b.context.get_executor(), b.params());
    const auto sink = std::make_shared<watched_sink>();
    sink->acts_at = 1;
    sink->act = [&]() -> asio::awaitable<void> {
        asio::steady_timer timer(b.context, 5min);
        co_await timer.async_wait(asio::use_awaitable);
    };
    export_project_to(client, export_request("Demo"), sink,
                      [&](std::exception_ptr error, langexport::export_status) { b.keep(error); });
    CHECK(b.run_to_end() > 5min);
    INFO(langexport::message_of(b.error));
    CHECK_FALSE(b.error);
    CHECK(sink->document.size() == 150'000);
}

} // namespace slow_download_test
