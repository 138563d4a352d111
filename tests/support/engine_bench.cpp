#include "support/engine_bench.hpp"

#include <langexport/request_quota.hpp>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

namespace asio = boost::asio;
using langexport::error_code;
using langexport::detail::io_handler;

namespace langexport_tests {

namespace {

// Waits until a response has arrived, or it is closed.
class bench_stream final : public langexport::detail::byte_stream {
public:
    bench_stream(engine_bench& bench, langexport::detail::strand_type strand)
        : bench_(bench), strand_(std::move(strand)), waiting_(strand_) {
        ++bench_.service->streams_open;
        ++bench_.service->streams_opened;
    }
    ~bench_stream() override { --bench_.service->streams_open; }

    std::size_t read_now(asio::mutable_buffer into, error_code& ec) noexcept override {
        is_read_ = true;
        if (has_failed(ec))
            return 0;
        if (arrived_.empty()) {
            is_reset_ = is_reset_behind_arrived_;
            ec = is_reset_ ? asio::error::connection_reset : asio::error::would_block;
            return 0;
        }
        ec.clear();
        const std::size_t count = std::min(into.size(), arrived_.size());
        std::copy_n(arrived_.data(), count, static_cast<char*>(into.data()));
        arrived_.erase(0, count);
        return count;
    }

    std::size_t write_now(asio::const_buffer from, error_code& ec) noexcept override {
        is_read_ = false;
        if (has_failed(ec))
            return 0;
        ec.clear();
        request_.append(static_cast<const char*>(from.data()), from.size());
        respond_if_whole();
        return from.size();
    }

    void wait(io_handler handler) override {
        if (is_closed_ || !is_read_ || has_arrived() || fails("stream"))
            return finish(std::move(handler), {});
        // A timer that never fires by itself: a waiting handler belongs to the context, as with a socket.
        wait_result_ = std::make_shared<error_code>();
        waiting_.expires_at((std::chrono::steady_clock::time_point::max)());
        waiting_.async_wait([handler = std::move(handler), result = wait_result_](
                                error_code) mutable { std::move(handler)(*result, 0); });
    }

    bool read_ahead() override { return !has_arrived() && !is_closed_ && !is_reset_; }

    bool is_idle() noexcept override { return !has_arrived() && !is_closed_; }

    void close() noexcept override {
        is_closed_ = true;
        end_wait(asio::error::operation_aborted);
    }

private:
    bool has_arrived() const noexcept { return !arrived_.empty() || is_reset_behind_arrived_; }
    bool fails(const char* callee) const { return bench_.service->fails(callee); }

    bool has_failed(error_code& ec) noexcept {
        if (fails("stream"))
            is_reset_ = true;
        if (is_closed_)
            ec = asio::error::bad_descriptor;
        else if (is_reset_)
            ec = asio::error::connection_reset;
        return is_closed_ || is_reset_;
    }

    void finish(io_handler handler, error_code ec) {
        asio::post(strand_,
                   [handler = std::move(handler), ec]() mutable { std::move(handler)(ec, 0); });
    }

    void end_wait(error_code ec) {
        if (const auto result = std::exchange(wait_result_, nullptr)) {
            *result = ec;
            waiting_.cancel();
        }
    }

    void respond_if_whole() {
        const std::size_t end = request_.find("\r\n\r\n");
        if (end == std::string::npos)
            return;
        std::size_t size = end + 4;
        if (const std::size_t at = request_.find("Content-Length: "); at < end)
            size += std::stoul(request_.substr(at + 16));
        if (request_.size() < size)
            return respond_early();
        seen_request seen;
        seen.bytes = request_.substr(0, size);
        request_.erase(0, size);
        const std::size_t method_end = seen.bytes.find(' ');
        seen.method = seen.bytes.substr(0, method_end);
        seen.target = seen.bytes.substr(method_end + 1,
                                        seen.bytes.find(' ', method_end + 1) - method_end - 1);
        seen.at = bench_.time().now();
        bench_service& service = *bench_.service;
        service.requests.push_back(seen);
        const bench_response response = service.respond(seen);
        send(response);
    }

    void respond_early() {
        if (bench_.service->respond_early && !has_responded_early_) {
            const bench_response response = bench_.service->respond_early(request_);
            has_responded_early_ = !response.bytes.empty() || response.is_reset;
            send(response);
        }
    }

    void send(const bench_response& response) {
        if (response.bytes.empty() && !response.is_reset)
            return;
        bench_service& service = *bench_.service;
        auto at = bench_.time().now() + service.latency + response.delay;
        const std::string& bytes = response.bytes;
        const std::size_t piece = service.piece_size == 0 ? bytes.size() : service.piece_size;
        for (std::size_t from = 0; from + piece < bytes.size(); from += piece) {
            arrive_at(at, bytes.substr(from, piece));
            at += service.piece_interval;
        }
        bench_response last = response;
        last.bytes = bytes.substr(bytes.empty() ? 0 : (bytes.size() - 1) / piece * piece);
        arrive_at(at, last);
    }

    void arrive_at(manual_time::time_point due, const bench_response& piece) {
        if (due == bench_.time().now())
            return arrive(piece);
        bench_.at(due, [weak = std::weak_ptr(self_), piece] {
            if (const auto self = weak.lock())
                (*self)->arrive(piece);
        });
    }

    void arrive(const bench_response& response) {
        arrived_ += response.bytes;
        is_reset_behind_arrived_ = response.is_reset;
        end_wait({});
    }

    engine_bench& bench_;
    langexport::detail::strand_type strand_;
    std::string request_;
    bool has_responded_early_ = false;
    std::string arrived_;
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>,
                               langexport::detail::strand_type>
        waiting_;
    std::shared_ptr<error_code> wait_result_; // null: nothing waits
    bool is_read_ = false;                    // the operation that blocked last
    bool is_closed_ = false;
    bool is_reset_ = false;
    bool is_reset_behind_arrived_ = false;
    // So that a late event does not access a destroyed stream.
    std::shared_ptr<bench_stream*> self_ = std::make_shared<bench_stream*>(this);
};

class bench_opener final : public langexport::detail::stream_opener {
public:
    bench_opener(engine_bench& bench, langexport::detail::strand_type strand)
        : bench_(bench), strand_(std::move(strand)) {}

    langexport::detail::task<void> open(langexport::detail::watchdog& watch,
                                        langexport::detail::opening& result) override {
        bench_service& service = *bench_.service;
        result.stream.reset();
        result.failure.reset();
        result.is_cancelled = result.is_resumed = result.has_other_address = false;
        const bool gets_no_response = service.fails("opener");
        std::optional<langexport::errc> expired;
        if (service.opening_time > manual_time::duration::zero()) {
            const langexport::detail::io_step opens = begin(watch, gets_no_response);
            co_await langexport::detail::async_io(opens);
            watch.disarm();
            expired = watch.expired();
        }
        if (result.is_cancelled)
            co_return;
        const bool fails = service.fails("opener");
        if (expired)
            result.failure = langexport::detail::exchange_failure{*expired, "no response",
                                                                  make_error_code(*expired)};
        else if (fails || gets_no_response || service.rejects_connections)
            result.failure = langexport::detail::exchange_failure{
                langexport::errc::connection_failed, "no peer", asio::error::connection_refused};
        else
            result.stream = std::make_unique<bench_stream>(bench_, strand_);
    }
    void interrupt() override { end_wait(); }
    void rejected(langexport::detail::opening&, const langexport::detail::exchange_failure&,
                  langexport::detail::steady_time) override {}
    void destroy_waiters() noexcept override {
        if (waiting_)
            --bench_.service->openings_pending;
        waiting_.reset();
    }
    void forked(bool is_child) override {
        if (is_child)
            end_wait();
    }

private:
    langexport::detail::io_step begin(langexport::detail::watchdog& watch, bool gets_no_response) {
        using langexport::detail::io_step;
        watch.begin_attempt(watch.now() + bench_service::opening_limit,
                            langexport::errc::connect_timeout);
        const std::size_t number = ++openings_;
        if (!gets_no_response)
            bench_.at(watch.now() + bench_.service->opening_time, [this, number] {
                if (number == openings_)
                    end_wait();
            });
        return io_step{this, {}, [](const io_step& self, io_handler handler) {
                           auto& opener = *static_cast<bench_opener*>(self.object);
                           ++opener.bench_.service->openings_pending;
                           opener.waiting_.emplace(std::move(handler));
                       }};
    }

    void end_wait() {
        if (!waiting_)
            return;
        --bench_.service->openings_pending;
        io_handler handler = std::move(*waiting_);
        waiting_.reset();
        asio::post(strand_, [handler = std::move(handler)]() mutable {
            std::move(handler)(error_code(), 0);
        });
    }

    engine_bench& bench_;
    langexport::detail::strand_type strand_;
    std::size_t openings_ = 0;
    std::optional<io_handler> waiting_;
};

// Numbers that differ, and are the same in every run.
void fill_page(langexport::detail::random_source::page& numbers) noexcept {
    std::uint64_t state = numbers.back() + 1;
    for (std::uint64_t& number : numbers) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        number = state ^ (state >> 29);
    }
}

} // namespace

const std::string bench_service::host = "bench.example";
const std::string bench_service::document =
    R"({"projectFileVersion":"2022-05-01","metadata":{"projectName":"x"},"assets":{}})";

bench_service::bench_service(const manual_time& time) : time_(time) {
    respond = [this](const seen_request& request) { return respond_as_usual(request); };
}

bool bench_service::fails(std::string_view callee) const {
    return faults && faults->fails(callee);
}

std::size_t bench_service::number_of(std::string_view method) const {
    return static_cast<std::size_t>(
        std::count_if(requests.begin(), requests.end(),
                      [method](const seen_request& each) { return each.method == method; }));
}

std::string bench_service::response(const std::string& status, const std::string& body,
                                    const std::string& headers) {
    return "HTTP/1.1 " + status + "\r\n" + headers +
           "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

std::string bench_service::respond_as_usual(const seen_request& request) {
    const std::string path = request.target.substr(0, request.target.find('?'));
    const std::string query = request.target.substr(path.size());
    if (request.method == "POST") {
        const std::string action = path.ends_with("/:import") ? "import" : "export";
        const std::string job = path.substr(0, path.find("/:")) + "/" + action + "/jobs/" +
                                std::to_string(jobs_.size() + 1);
        jobs_[job] = time_.now() + run_time;
        return response("202 Accepted", "",
                        "operation-location: https://" + host + job + query + "\r\n");
    }
    if (path.ends_with("/result"))
        return response("200 OK", document);
    const auto found = jobs_.find(path);
    if (found == jobs_.end())
        return response("404 Not Found",
                        R"({"error":{"code":"NotFound","message":"no such job"}})");
    const bool has_ended = time_.now() >= found->second;
    if (has_ended && path.find("/import/jobs/") != std::string::npos)
        return response("200 OK", R"({"status":"succeeded"})");
    return response("200 OK", has_ended ? R"({"status":"succeeded","resultUrl":"https://)" + host +
                                              path + "/result" + query + "\"}"
                                        : std::string(R"({"status":"running"})"));
}

langexport::client_params engine_bench::default_params() {
    return langexport::client_params(
        "https://" + bench_service::host,
        langexport::subscription_key("9f3c1d7a5b2e4860a1c3e5f708192b3d"));
}

engine_bench::engine_bench(const langexport::client_params& params)
    : context_(std::make_unique<asio::io_context>()) {
    const asio::any_io_executor executor(context_->get_executor());
    const auto strand = asio::make_strand(executor);
    auto time = std::make_unique<manual_time>();
    time_ = time.get();
    service = std::make_unique<bench_service>(*time_);
    langexport::detail::engine_environment with;
    with.time = std::move(time);
    with.opener = std::make_unique<bench_opener>(*this, strand);
    with.budget = params.shared_quota
                      ? langexport::detail::budget_of(*params.shared_quota)
                      : std::make_shared<langexport::detail::request_budget>(params.quota);
    with.random = langexport::detail::random_source(&fill_page);
    engine_ = langexport::detail::engine::make(executor, strand, params, std::move(with));
    client_.emplace(langexport::detail::client_state::make_client(engine_));
}

engine_bench::~engine_bench() {
    destroy_context(); // handlers that still wait are not invoked
}

void engine_bench::destroy_context() {
    client_.reset();
    engine_.reset(); // it must not outlive its context
    context_.reset();
    events_.clear();
}

void engine_bench::at(manual_time::time_point when, std::function<void()> function) {
    events_.emplace(when, std::move(function));
}

void engine_bench::stop() {
    is_stopped_ = true;
    context_->stop();
}

void engine_bench::run_ready() {
    context_->restart();
    context_->poll();
}

bool engine_bench::move_to_next_event(manual_time::time_point until) {
    const auto first = events_.empty() ? (manual_time::time_point::max)() : events_.begin()->first;
    const auto next = std::min(time_->armed_for(), first);
    if (next == (manual_time::time_point::max)() || next > until)
        return false;
    // As every event of the engine, on its strand.
    asio::post(engine_->settings().strand, [this, next] {
        time_->advance(next);
        while (!events_.empty() && events_.begin()->first <= time_->now()) {
            const auto function = std::move(events_.begin()->second);
            events_.erase(events_.begin());
            function();
        }
    });
    return true;
}

void engine_bench::run(manual_time::time_point until) {
    is_stopped_ = false;
    do
        run_ready();
    while (!is_stopped_ && move_to_next_event(until));
}

bool engine_bench::run_until(const std::function<bool()>& is_so) {
    for (run_ready(); !is_so(); run_ready())
        if (!move_to_next_event((manual_time::time_point::max)()))
            return false;
    return true;
}

} // namespace langexport_tests
