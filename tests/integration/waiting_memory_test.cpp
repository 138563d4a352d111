#include "integration/emulator_process.hpp"
#include "support/catch.hpp"

#include <langexport.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <malloc.h>

namespace waiting_memory_test {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::export_request;

constexpr std::size_t number = 2'000;

// Each export has a project of its own, with a name of the usual length.
std::string project_name(std::size_t n) {
    return "Claims-of-" + std::to_string(100'000 + n);
}

std::vector<langexport::testing::project> endless_projects() {
    std::vector<langexport::testing::project> projects;
    for (std::size_t n = 0; n < number; ++n)
        projects.emplace_back(project_name(n)).job_duration = 24h;
    return projects;
}

// Stops the context after so many events.
class event_counter final : public langexport::observer {
public:
    explicit event_counter(asio::io_context& context) : context_(context) {}

    void stop_after(std::size_t submissions, std::size_t polls) {
        submissions_ = submissions;
        polls_ = polls;
    }

    void on_submitted(const langexport::submitted_event&) noexcept override {
        if (submissions_ > 0 && --submissions_ == 0)
            context_.stop();
    }
    void on_polled(const langexport::polled_event&) noexcept override {
        if (polls_ > 0 && --polls_ == 0)
            context_.stop();
    }

private:
    asio::io_context& context_;
    std::size_t submissions_ = 0;
    std::size_t polls_ = 0;
};

export_request patient_request(std::size_t n) {
    export_request request(project_name(n));
    request.deadline = 24h;
    return request;
}

asio::awaitable<void> export_once(client with, std::size_t n) {
    auto request = patient_request(n);
    co_await langexport::export_project(with, request);
}

void start(asio::io_context& context, const client& with, std::size_t n, bool awaits) {
    if (awaits)
        asio::co_spawn(context, export_once(with, n), [](const std::exception_ptr&) {});
    else
        export_project(with, patient_request(n), [](const std::exception_ptr&, const auto&) {});
}

} // namespace

TEST_CASE("the memory of an export that waits for its job", "[memory]") {
    const bool awaits = GENERATE(false, true);
    const bool was_polled = GENERATE(false, true);
    INFO((awaits ? "by co_await" : "by callback") << (was_polled ? ", polled once" : ""));
    langexport_tests::emulator_process service(endless_projects());
    langexport::client_params params(
        service.endpoint, langexport::subscription_key("e58b081006f7e3dfc967a64cb14028d5"));
    params.quota.submissions = params.quota.reads = 0;
    params.polling.first = was_polled ? 1ms : std::chrono::nanoseconds(1h);
    params.polling.min_interval = params.polling.max_interval = 1h;
    asio::io_context context;
    const auto counter = std::make_shared<event_counter>(context);
    params.observer = counter;
    const client with(context.get_executor(), params);
    const auto begin = [&](std::size_t from, std::size_t until) {
        if (was_polled)
            counter->stop_after(0, until - from);
        else
            counter->stop_after(until - from, 0);
        for (std::size_t n = from; n < until; ++n)
            start(context, with, n, awaits);
        context.restart();
        context.run();
        context.restart();
        context.poll(); // the last operation waits, too
    };
    constexpr std::size_t first = 200; // afterwards, connections are open and caches are filled
    begin(0, first);
    const std::size_t before = mallinfo2().uordblks;
    begin(first, number);
    const std::size_t each = (mallinfo2().uordblks - before) / (number - first);
#if defined(NDEBUG)
    constexpr std::size_t most_awaiting = 2'048;
#else
    constexpr std::size_t most_awaiting = 2'304; // the frames of coroutines are larger
#endif
    // With sanitizers, it is 0.
    CHECK(each <= (awaits ? most_awaiting : 512));
}

} // namespace waiting_memory_test
