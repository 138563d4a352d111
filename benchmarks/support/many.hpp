#ifndef LANGEXPORT_BENCHMARKS_SUPPORT_MANY_HPP
#define LANGEXPORT_BENCHMARKS_SUPPORT_MANY_HPP

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <utility>

namespace langexport_benchmarks {

namespace asio = boost::asio;

/// Runs operations, this many at a time, until the total number is reached. The first that
/// fails ends it.
class repetition {
public:
    repetition(asio::io_context& context, std::uint64_t total, std::uint64_t at_a_time)
        : context_(context), left_(total), at_a_time_(std::min(total, at_a_time)) {}

    /// By callback. `begin(handler)` starts an operation.
    /// @throws the error of a failed operation.
    template <class Begin>
    void run(const Begin& begin) {
        for (std::uint64_t i = 0; i < at_a_time_; ++i)
            next(begin);
        finish();
    }

    /// By coroutines. `make()` returns an awaitable that awaits one operation.
    /// @throws the error of a failed operation.
    template <class Make>
    void run_awaiting(const Make& make) {
        for (std::uint64_t i = 0; i < at_a_time_; ++i)
            asio::co_spawn(context_, await_many(*this, make),
                           [this](const std::exception_ptr& error) { ended(error); });
        finish();
    }

private:
    template <class Begin>
    void next(const Begin& begin) {
        if (left_ == 0)
            return;
        --left_;
        begin([this, &begin](const std::exception_ptr& error, const auto&) {
            ended(error);
            next(begin);
        });
    }

    template <class Make>
    static asio::awaitable<void> await_many(repetition& self, const Make& make) {
        while (self.left_ > 0) {
            --self.left_;
            co_await make();
        }
    }

    void ended(const std::exception_ptr& error) {
        if (!error)
            return;
        failure_ = error;
        context_.stop();
    }

    void finish() {
        context_.restart();
        context_.run();
        if (failure_)
            std::rethrow_exception(failure_);
    }

    asio::io_context& context_;
    std::uint64_t left_;
    std::uint64_t at_a_time_;
    std::exception_ptr failure_;
};

} // namespace langexport_benchmarks

#endif
