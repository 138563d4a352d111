#include "unit/engine/parts_bench.hpp"

#include <langexport/export_job.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstdint>
#include <new>

namespace asio = boost::asio;
using namespace langexport;
using namespace langexport::detail;

namespace langexport_tests {

namespace {

// A connection owns it; the test owns the scripted stream, too.
class stream_handle final : public byte_stream {
public:
    explicit stream_handle(std::shared_ptr<scripted_stream> stream) : stream_(std::move(stream)) {}
    ~stream_handle() override { stream_->close(); }

    std::size_t read_now(asio::mutable_buffer into, error_code& ec) noexcept override {
        return stream_->read_now(into, ec);
    }
    std::size_t write_now(asio::const_buffer from, error_code& ec) noexcept override {
        return stream_->write_now(from, ec);
    }
    void wait(io_handler handler) override { stream_->wait(std::move(handler)); }
    bool read_ahead() override { return stream_->read_ahead(); }
    void wait_for_either(io_handler handler) override {
        stream_->wait_for_either(std::move(handler));
    }
    bool is_reading_ahead() const noexcept override { return stream_->is_reading_ahead(); }
    bool is_idle() noexcept override { return stream_->is_idle(); }
    void close() noexcept override { stream_->close(); }

private:
    std::shared_ptr<scripted_stream> stream_;
};

// The same numbers in every run.
void fill_numbers(random_source::page& numbers) noexcept {
    std::uint64_t state = 1;
    for (std::uint64_t& number : numbers)
        number = state = state * 6364136223846793005u + 1442695040888963407u;
}

} // namespace

task<void> scripted_opener::open(watchdog&, opening& result) {
    ++begun;
    result.stream.reset();
    result.failure.reset();
    result.is_cancelled = result.is_resumed = result.has_other_address = false;
    if (throws)
        throw std::bad_alloc();
    if (waits) {
        const io_step opens{
            this, {}, [](const io_step& self, io_handler handler) {
                static_cast<scripted_opener*>(self.object)->waiting_.emplace(std::move(handler));
            }};
        co_await async_io(opens);
    }
    if (result.is_cancelled)
        co_return;
    result.failure = failure;
    if (failure)
        co_return;
    streams.push_back(std::make_shared<scripted_stream>(strand_, stream_script()));
    result.stream = std::make_unique<stream_handle>(streams.back());
}

void scripted_opener::finish() {
    if (!waiting_)
        return;
    io_handler handler = std::move(*waiting_);
    waiting_.reset();
    asio::post(strand_,
               [handler = std::move(handler)]() mutable { std::move(handler)(error_code(), 0); });
}

std::size_t event_lines::number_of(std::string_view line) const {
    return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), line));
}
void event_lines::on_queued(const queued_event& event) noexcept {
    lines.push_back("queued " + std::string(event.project_name));
}
void event_lines::on_submitting(const submitting_event& event) noexcept {
    lines.push_back("submitting " + std::string(event.project_name));
}
void event_lines::on_submitted(const submitted_event& event) noexcept {
    lines.push_back((event.is_late ? "submitted late " : "submitted ") + event.job.project_name());
}
void event_lines::on_throttled(const throttled_event& event) noexcept {
    lines.push_back("throttled " + std::string(event.project_name));
}
void event_lines::on_retried(const retried_event& event) noexcept {
    lines.push_back("retried " + std::string(event.project_name) + ": " +
                    std::string(to_string(event.why)));
}
void event_lines::on_warning(const warning_event& event) noexcept {
    lines.push_back("warning " + std::string(event.code));
}
void event_lines::on_finished(const finished_event& event) noexcept {
    lines.push_back("finished " + std::string(event.project_name));
}
void event_lines::on_failed(const failed_event& event) noexcept {
    lines.push_back("failed " + event.error.diagnostics().project_name + ": " +
                    error_name(event.error.code()));
}
void event_lines::on_token_failed(const token_failed_event& event) noexcept {
    lines.push_back(event.has_token ? "token failed, another is valid" : "token failed");
}
void event_lines::on_connection_failed(const connection_failed_event& event) noexcept {
    lines.push_back("opening failed: " + std::string(to_string(event.why)));
}
void event_lines::on_connection_closed(const connection_closed_event& event) noexcept {
    lines.push_back("closed: " + std::string(to_string(event.why)));
}

client_params parts_bench::default_params() {
    return client_params("https://x.example", subscription_key("9f3c1d7a5b2e4860a1c3e5f708192b3d"));
}

parts_bench::parts_bench(const client_params& params)
    : params_([&] {
          client_params watched = params;
          watched.observer = events;
          return watched;
      }()),
      engine_(engine::make(executor_, strand_, params_, environment())),
      parts(*engine_, engine_->settings(), params_, environment()) {}

parts_bench::~parts_bench() {
    if (!parts.shutdown.is_shutting_down())
        parts.shutdown.close();
    run_ready();
    // Coroutines that still wait are destroyed before the parts, which they use.
    opener_->destroy_waiters();
    for (const auto& each : opener_->streams)
        each->destroy_waiter();
    run_ready(); // Asio posts the destruction of a coroutine
}

engine_environment parts_bench::environment() {
    engine_environment with;
    auto time = std::make_unique<manual_time>();
    auto opener = std::make_unique<scripted_opener>(strand_);
    time_ = time.get();
    opener_ = opener.get();
    with.time = std::move(time);
    with.opener = std::move(opener);
    with.budget = std::make_shared<request_budget>(params_.quota);
    with.random = random_source(&fill_numbers);
    return with;
}

void parts_bench::run_ready() {
    context.restart();
    context.poll();
}

void parts_bench::pass(manual_time::duration time) {
    time_->pass(time);
    parts.post([this] { parts.timers.on_timer(); });
    run_ready();
}

void parts_bench::pass_and_assign(manual_time::duration time) {
    pass(time);
    parts.assigner.assign_requests();
    run_ready();
}

void parts_bench::respond(std::size_t n, std::string response) {
    stream(n).add(std::move(response));
    run_ready();
}

part_operation parts_bench::make(const std::string& project, request_kind first,
                                 operation_kind kind) {
    part_operation made{nullptr, std::make_shared<part_outcome>()};
    made.operation = std::make_shared<export_operation>(&parts.operations,
                                                        [end = made.end](operation_result result) {
                                                            ++end->calls;
                                                            end->result = std::move(result);
                                                        });
    export_plan plan;
    plan.kind = kind;
    plan.first = first;
    plan.job_timeout = params_.job_timeout;
    made->state.prepare(plan);
    if (first == request_kind::submission) {
        made->parts().submission = std::make_unique<submission_parts>();
        made->submission()->project_name = project;
        made->submission()->target = "/projects/" + project + "/:export?api-version=2023-04-01";
        made->submission()->body = "{}";
        return made;
    }
    const std::string target = "/jobs/" + project + "?api-version=2023-04-01";
    made->set_job(export_job(project, "https://x.example" + target, manual_time::system_start));
    made->set_target(first == request_kind::result ? target + "&result" : target);
    return made;
}

part_operation parts_bench::admit(const std::string& project, request_kind first,
                                  operation_kind kind, manual_time::duration time_limit) {
    part_operation made = make(project, first, kind);
    admit(made, time_limit);
    return made;
}

void parts_bench::admit(const part_operation& made, manual_time::duration time_limit) {
    parts.operations.admit(made, time_limit, parts.shutdown.forks());
}

part_operation parts_bench::drain(manual_time::duration within) {
    part_operation made{nullptr, std::make_shared<part_outcome>()};
    made.operation = std::make_shared<export_operation>(&parts.operations,
                                                        [end = made.end](operation_result result) {
                                                            ++end->calls;
                                                            end->result = std::move(result);
                                                        });
    export_plan plan;
    plan.kind = operation_kind::drained;
    made->state.prepare(plan);
    admit(made, within);
    return made;
}

std::shared_ptr<connection> parts_bench::add_idle_connection() {
    auto c = std::make_shared<connection>(parts.timers.queue(), *opener_);
    opener_->streams.push_back(std::make_shared<scripted_stream>(strand_, stream_script()));
    c->open_result.stream = std::make_unique<stream_handle>(opener_->streams.back());
    c->last_used = c->opened_at = time_->now();
    c->was_used = c->has_been_idle = true;
    parts.pool.add(c);
    return c;
}

std::string parts_bench::response(const std::string& status, const std::string& body,
                                  const std::string& headers) {
    return "HTTP/1.1 " + status + "\r\n" + headers +
           "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

std::string parts_bench::accepted(const std::string& project) {
    return response("202 Accepted", {},
                    "operation-location: https://x.example/jobs/" + project +
                        "?api-version=2023-04-01\r\n");
}

} // namespace langexport_tests
