#ifndef LANGEXPORT_TESTS_SUPPORT_EXCHANGE_BENCH_HPP
#define LANGEXPORT_TESTS_SUPPORT_EXCHANGE_BENCH_HPP

#include "support/manual_time.hpp"
#include "support/scripted_stream.hpp"

#include <langexport/detail/transport/exchange.hpp>

#include <langexport/detail/transport/request_body.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport_tests {

inline const std::string exchange_request = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";

/// A stream that delivers these bytes and then this end; without an end it waits.
inline stream_script script_of(const std::string& bytes,
                               std::optional<langexport::error_code> end = {}) {
    stream_script script;
    if (!bytes.empty())
        script.pieces.push_back(bytes);
    script.end = end;
    return script;
}

/// Consumes pieces at once, or on demand.
class test_consumer final : public langexport::detail::body_consumer {
public:
    void take(std::size_t size, langexport::detail::io_handler handler) override {
        pieces.push_back(size);
        body.append(buffer_.data(), size);
        waiting.emplace(std::move(handler));
        if (!is_slow)
            go_on({});
    }
    void go_on(langexport::error_code ec) {
        auto handler = std::move(*waiting);
        waiting.reset();
        std::move(handler)(ec, 0);
    }

    bool is_slow = false;
    std::vector<std::size_t> pieces;
    std::string body;
    std::optional<langexport::detail::io_handler> waiting;
};

/// Delivers a body in pieces of a size, at once or on demand.
class test_source final : public langexport::detail::request_body {
public:
    explicit test_source(std::string all, std::size_t piece_size = 1000)
        : body(std::move(all)), piece_size_(piece_size) {}

    void prepare(langexport::detail::io_handler handler) override {
        begin_ = end_;
        end_ = std::min(begin_ + piece_size_, body.size());
        waiting.emplace(std::move(handler));
        if (!is_slow)
            go_on({});
    }
    std::string_view piece() const noexcept override {
        return std::string_view(body).substr(begin_, end_ - begin_);
    }
    bool is_last() const noexcept override { return end_ == body.size(); }
    void go_on(langexport::error_code ec) {
        auto handler = std::move(*waiting);
        waiting.reset();
        std::move(handler)(ec, 0);
    }
    void fail(std::exception_ptr error) {
        thrown_ = std::move(error);
        go_on(make_error_code(langexport::errc::source_failed));
    }

    const std::string body;
    bool is_slow = false;
    std::optional<langexport::detail::io_handler> waiting;

private:
    std::size_t piece_size_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

/// One exchange after the other over scripted streams, with a clock that the test controls.
class exchange_bench {
public:
    exchange_bench() = default;
    exchange_bench(const exchange_bench&) = delete;
    exchange_bench& operator=(const exchange_bench&) = delete;
    // A waiting exchange belongs to the handler in its source, and has a share of the source.
    ~exchange_bench() {
        if (source)
            source->waiting.reset();
    }

    /// Begins an exchange and runs it as far as possible.
    void begin(stream_script script) {
        stream = std::make_unique<scripted_stream>(strand_, std::move(script));
        watch.stream = stream.get();
        x.reset();
        x.is_secure = is_secure;
        x.is_abandoned = is_abandoned;
        x.consumer = consumer;
        x.source = source;
        append(x.request.bytes, exchange_request);
        calls = 0;
        watch.begin_attempt(clock_.now() + attempt, langexport::errc::attempt_timeout);
        boost::asio::co_spawn(strand_, run_exchange(*stream, watch, x, limits),
                              [this](std::exception_ptr error) {
                                  ++calls;
                                  thrown = thrown || error;
                              });
        go_on();
    }
    void go_on() {
        context_.restart();
        context_.poll(); // run() would wait for an exchange that waits for us
    }
    /// Lets so much time pass.
    void pass(langexport::detail::steady_duration time) {
        clock_.pass(time);
        timers_.fire_due(clock_.now());
        go_on();
    }
    bool is_done() const { return calls == 1 && !thrown && !stream->was_misused; }
    bool is_good() const { return is_done() && !x.failure; }
    /// The outcome as text, to compare with the outcome of the same bytes in other pieces.
    std::string outcome() const;
    bool has_failed(langexport::errc code) const {
        return is_done() && x.failure && x.failure->code == code && !x.can_continue;
    }

private:
    class closing_watchdog final : public langexport::detail::watchdog {
    public:
        using watchdog::watchdog;
        langexport::detail::byte_stream* stream = nullptr;

    private:
        void time_is_up() override { stream->close(); }
    };

    boost::asio::io_context context_;
    langexport::detail::strand_type strand_ =
        boost::asio::make_strand(boost::asio::any_io_executor(context_.get_executor()));
    manual_time clock_;
    langexport::detail::timer_queue timers_{clock_, [] {}};

public:
    closing_watchdog watch{timers_};
    langexport::detail::exchange_limits limits{std::chrono::seconds(30),
                                               std::chrono::seconds(20),
                                               8192,
                                               100'000,
                                               "max_message_size",
                                               100'000};
    langexport::detail::steady_duration attempt = std::chrono::seconds(60);
    bool is_secure = false;
    bool is_abandoned = false;
    std::shared_ptr<langexport::detail::body_consumer> consumer;
    std::shared_ptr<test_source> source;
    langexport::detail::exchange x;
    std::unique_ptr<scripted_stream> stream;
    int calls = 0;
    bool thrown = false;
};

inline std::string exchange_bench::outcome() const {
    std::string text = is_done() ? "" : "(not done)\n";
    const auto tell = [&text](const char* name, const std::string& value) {
        text.append(name).append(": ").append(value).append("\n");
    };
    const auto& response = x.response;
    if (x.failure) {
        tell("failure", make_error_code(x.failure->code).message());
        tell("detail", x.failure->detail);
        tell("cause", x.failure->cause ? x.failure->cause.message() : "none");
    }
    tell("header", x.has_header ? "whole" : "none");
    tell("status", std::to_string(response.status));
    for (const std::string* field :
         {&response.operation_location, &response.location, &response.content_type,
          &response.content_encoding, &response.request_id, &response.date, &response.retry_after,
          &response.retry_after_ms, &response.x_ms_retry_after_ms})
        tell("field", *field);
    // A failed body may have been received to any extent.
    if (x.failure)
        return text;
    tell("body", response.body);
    tell("size", std::to_string(response.body_size));
    tell("end", response.may_be_cut ? "doubtful" : "certain");
    if (const auto* taken = dynamic_cast<const test_consumer*>(x.consumer.get()))
        tell("taken", taken->body);
    return text;
}

} // namespace langexport_tests

#endif
