#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_SOURCE_RUNNER_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_SOURCE_RUNNER_IPP

#include <langexport/detail/engine/source_runner.hpp>
#include <langexport/error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL source_runner::source_runner(std::unique_ptr<import_input> input,
                                             import_check check, asio::any_io_executor executor,
                                             asio::any_io_executor home, strand_type strand,
                                             call_starter starter)
    : document_(std::move(input), std::move(check)), executor_(std::move(executor)),
      start_call_(starter) {
    calls_.open(std::move(home), std::move(strand));
}

LANGEXPORT_DECL void source_runner::begin_check(on_checked then) {
    checked_ = std::move(then);
    begin();
}

LANGEXPORT_DECL void source_runner::prepare(io_handler handler) {
    exchange_.emplace(std::move(handler));
    begin();
}

LANGEXPORT_DECL void source_runner::begin() {
    calls_.begin();
    // The call is posted, because co_spawn would run the coroutine within this function if the executors are equal.
    task_function start = [self = shared_from_this()] { self->start_call_(self); };
    asio::post(executor_, std::move(start));
}

LANGEXPORT_TEMPLATE_DECL void
source_runner::start_call(const std::shared_ptr<source_runner>& self) {
    asio::co_spawn(self->executor_, run(self),
                   [self](std::exception_ptr error) { self->returned(std::move(error)); });
}

LANGEXPORT_TEMPLATE_DECL asio::awaitable<void>
source_runner::run(std::shared_ptr<source_runner> self) {
    if (self->is_disowned_)
        co_return; // the process has forked since this call was posted, and this is the child
    checked_document& document = self->document_;
    document.begin_piece();
    while (!self->is_stopped_ && document.wants_more()) {
        const asio::mutable_buffer space = document.space();
        const std::size_t count = co_await document.input().read(space);
        document.add(count);
    }
    if (!self->is_stopped_)
        document.end_piece();
}

LANGEXPORT_DECL void source_runner::returned(std::exception_ptr error) {
    task_function back = [self = shared_from_this(), error = std::move(error)] {
        self->on_returned(error);
    };
    calls_.post(std::move(back));
}

LANGEXPORT_DECL void source_runner::on_returned(const std::exception_ptr& error) {
    calls_.end();
    if (exchange_) {
        thrown_ = error;
        io_handler handler = std::move(*exchange_);
        exchange_.reset();
        std::move(handler)(error ? make_error_code(errc::source_failed) : error_code(), 0);
    } else if (!checked_)
        calls_.run_waiting();
    else if (error || document_.is_checked() || !document_.findings().problem().empty())
        std::exchange(checked_, nullptr)(error);
    else
        begin();
}

LANGEXPORT_DECL void source_runner::detach_source() {
    if (!exchange_)
        return;
    task_function go_on = [then = ending(std::move(*exchange_))] {
        then(asio::error::operation_aborted);
    };
    exchange_.reset();
    calls_.post(std::move(go_on));
}

LANGEXPORT_DECL void source_runner::end() noexcept {
    if (!is_disowned_)
        document_.release();
}

LANGEXPORT_DECL void source_runner::disown() {
    detach_source();
    is_disowned_ = true;
    calls_.forget_call();
    abandon();
}

LANGEXPORT_DECL void source_runner::abandon() noexcept {
    // Each of these may own this object, so they are destroyed at the end.
    std::optional<io_handler> exchange;
    if (exchange_)
        exchange.emplace(std::move(*exchange_));
    exchange_.reset();
    const on_checked checked = std::exchange(checked_, nullptr);
    calls_.close();
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
