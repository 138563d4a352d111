// Exports that wait for their jobs: the memory that each holds, and the cost of waiting.
//
//   --endpoint URL  --exports N  --by callback|co_await  --idle SECONDS
//   --with-quota 1   the defaults instead: few have been submitted, and polls are counted
//
// The server must accept submissions. Memory is measured when all have been accepted and none is polled yet;
// then the program measures the time while nothing is due.

#include "support/options.hpp"
#include "support/target.hpp"
#include "support/usage.hpp"

#include <langexport.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

#include <malloc.h>

namespace asio = boost::asio;
using namespace langexport_benchmarks;

namespace {

// Has the context stop after so many further submissions.
class submission_counter final : public langexport::observer {
public:
    explicit submission_counter(asio::io_context& context) : context_(context) {}

    void stop_after(std::uint64_t submissions) { left_ = submissions; }

    void on_submitted(const langexport::submitted_event&) noexcept override {
        if (--left_ == 0)
            context_.stop();
    }

private:
    asio::io_context& context_;
    std::uint64_t left_ = 0;
};

langexport::export_request patient_request() {
    langexport::export_request request("Project");
    request.deadline = std::chrono::hours(24);
    return request;
}

asio::awaitable<void> export_once(langexport::client client) {
    auto request = patient_request();
    co_await langexport::export_project(client, request);
}

void start(asio::io_context& context, const langexport::client& client, std::uint64_t count,
           bool awaits) {
    const auto failed = [](const std::exception_ptr& error) {
        if (error && langexport::code_of(error) != langexport::errc::client_closed)
            std::rethrow_exception(error);
    };
    for (std::uint64_t i = 0; i < count; ++i)
        if (awaits)
            asio::co_spawn(context, export_once(client), failed);
        else
            export_project(
                client, patient_request(),
                [failed](const std::exception_ptr& error, const auto&) { failed(error); });
}

usage idle_for(asio::io_context& context, std::chrono::nanoseconds time) {
    const usage before = usage::of_process();
    context.restart();
    context.run_for(time);
    return usage::of_process() - before;
}

// All are submitted, none is polled.
void measure_memory(const options& given, asio::io_context& context) {
    const std::uint64_t count = given.number("exports", 1000);
    const bool awaits = given.text("by", "callback") == "co_await";
    const auto counter = std::make_shared<submission_counter>(context);
    langexport::client_params params = bare_params(given);
    params.polling.first = std::chrono::hours(1);
    params.observer = counter;
    const langexport::client client(context.get_executor(), params);
    const auto submit = [&](std::uint64_t number) {
        counter->stop_after(number);
        start(context, client, number, awaits);
        context.restart();
        context.run();
    };

    submit(100); // connections are open
    malloc_trim(0);
    const std::uint64_t allocated_before = allocated_bytes();
    const std::uint64_t resident_before = resident_bytes();
    const usage before = usage::of_process();
    submit(count);
    const usage to_submit = usage::of_process() - before;
    const std::uint64_t allocated = allocated_bytes() - allocated_before;
    const std::uint64_t resident = resident_bytes() - resident_before;
    const usage idle = idle_for(context, given.seconds("idle", 1));
    print_result({{"exports", count},
                  {"allocated", allocated},
                  {"resident", resident},
                  {"cpu_to_submit", to_submit.cpu},
                  {"idle", to_json(idle)}});
}

void measure_quiet(const options& given, asio::io_context& context) {
    langexport::client_params params = bare_params(given);
    params.quota = langexport::quota_params();
    params.polling = langexport::poll_params();
    const langexport::client client(context.get_executor(), params);
    start(context, client, given.number("exports", 1000), false);
    idle_for(context, std::chrono::seconds(2)); // the first submissions all leave at once
    const langexport::client_stats before = client.stats();
    const usage idle = idle_for(context, given.seconds("idle", 10));
    const langexport::client_stats after = client.stats();
    const std::uint64_t requests =
        after.submissions_sent - before.submissions_sent + after.polls_sent - before.polls_sent;
    print_result({{"requests", requests},
                  {"timer_wake_ups", after.wake_ups - before.wake_ups},
                  {"idle", to_json(idle)}});
}

void run(const options& given) {
    asio::io_context context(1);
    if (given.has("with-quota"))
        measure_quiet(given, context);
    else
        measure_memory(given, context);
}

} // namespace

int main(int count, char** arguments) {
    return run_program(count, arguments, run);
}
