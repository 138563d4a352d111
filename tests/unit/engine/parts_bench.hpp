#ifndef LANGEXPORT_TESTS_UNIT_ENGINE_PARTS_BENCH_HPP
#define LANGEXPORT_TESTS_UNIT_ENGINE_PARTS_BENCH_HPP

#include "support/manual_time.hpp"

#include <langexport/detail/engine/engine.hpp>
#include <langexport/detail/transport/stream_opener.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <memory>
#include <utility>

namespace langexport_tests {

/// An opener that opens nothing.
class no_opener final : public langexport::detail::stream_opener {
public:
    langexport::detail::task<void> open(langexport::detail::watchdog&,
                                        langexport::detail::opening&) override {
        co_return;
    }
    void interrupt() override {}
    void refused(langexport::detail::opening&, const langexport::detail::exchange_failure&,
                 langexport::detail::steady_time) override {}
    void destroy_waiters() noexcept override {}
    void forked(bool) override {}
};

/// The parts of an engine, to be called one by one. Their time passes only when the test says so.
class parts_bench {
public:
    boost::asio::io_context context;

private:
    static langexport::detail::engine_environment environment(std::unique_ptr<manual_time> time) {
        langexport::detail::engine_environment with;
        with.time = std::move(time);
        with.opener = std::make_unique<no_opener>();
        with.budget =
            std::make_shared<langexport::detail::request_budget>(langexport::quota_params());
        return with;
    }

    const langexport::client_params params_{"https://x.example",
                                            langexport::subscription_key("key")};
    const boost::asio::any_io_executor executor_{context.get_executor()};
    // The engine has parts of its own; these stay unused.
    std::shared_ptr<langexport::detail::engine> engine_ =
        langexport::detail::engine::make(executor_, boost::asio::make_strand(executor_), params_,
                                         environment(std::make_unique<manual_time>()));
    std::unique_ptr<manual_time> next_time_ = std::make_unique<manual_time>();
    manual_time* const time_ = next_time_.get();

public:
    langexport::detail::engine_parts parts{*engine_, engine_->settings(), params_,
                                           environment(std::move(next_time_))};

    const std::shared_ptr<langexport::detail::engine>& engine() const { return engine_; }
    /// Runs the handlers that are ready now.
    void run_ready() {
        context.restart();
        context.poll();
    }
    /// Lets so much time pass.
    void pass(manual_time::duration time) {
        time_->pass(time);
        parts.post([this] { parts.timers.on_timer(); });
        run_ready();
    }
};

} // namespace langexport_tests

#endif
