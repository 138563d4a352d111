#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_SINK_RUNNER_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_SINK_RUNNER_IPP

#include <langexport/detail/engine/sink_runner.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL sink_runner::sink_runner(std::shared_ptr<result_sink> sink,
                                         asio::any_io_executor executor, asio::any_io_executor home,
                                         strand_type strand, call_starter starter)
    : sink_(std::move(sink)), executor_(std::move(executor)), start_call_(starter) {
    calls_.open(std::move(home), std::move(strand));
}

LANGEXPORT_DECL void sink_runner::take(std::size_t size, io_handler handler) {
    size_ = size;
    exchange_.emplace(std::move(handler));
    begin(call::write);
}

LANGEXPORT_DECL void sink_runner::commit(std::function<void(std::exception_ptr)> then) {
    committed_ = std::move(then);
    begin(call::commit);
}

LANGEXPORT_DECL void sink_runner::begin(call kind) {
    calls_.begin();
    // The call is posted, because co_spawn would run the coroutine within this function if the executors are equal.
    task_function start = [self = shared_from_this(), kind] { self->start_call_(self, kind); };
    asio::post(executor_, std::move(start));
}

LANGEXPORT_TEMPLATE_DECL void sink_runner::start_call(const std::shared_ptr<sink_runner>& self,
                                                      call kind) {
    asio::co_spawn(self->executor_, run(self, kind),
                   [self](std::exception_ptr error) { self->returned(std::move(error)); });
}

LANGEXPORT_TEMPLATE_DECL asio::awaitable<void> sink_runner::run(std::shared_ptr<sink_runner> self,
                                                                call kind) {
    if (self->is_disowned_)
        co_return; // the process has forked since this call was posted, and this is the child
    if (self->must_discard_)
        self->sink_->discard();
    self->must_discard_ = false;
    self->was_called_ = true;
    if (std::exchange(self->is_new_attempt_, false)) {
        self->sink_->set_content_type(self->content_type_);
        if (self->expected_size_)
            self->sink_->set_expected_size(*self->expected_size_);
    }
    const asio::const_buffer piece(self->buffer_.data(), self->size_);
    if (kind == call::write)
        co_await self->sink_->write(piece);
    else
        co_await self->sink_->commit();
}

LANGEXPORT_DECL void sink_runner::returned(std::exception_ptr error) {
    task_function back = [self = shared_from_this(), error = std::move(error)] {
        self->on_sink_done(error);
    };
    calls_.post(std::move(back));
}

LANGEXPORT_DECL void sink_runner::on_sink_done(const std::exception_ptr& error) {
    calls_.end();
    if (exchange_) {
        thrown_ = error;
        io_handler handler = std::move(*exchange_);
        exchange_.reset();
        std::move(handler)(error ? make_error_code(errc::sink_failed) : error_code(), 0);
    } else if (committed_)
        std::exchange(committed_, nullptr)(error);
    else
        calls_.run_waiting();
}

LANGEXPORT_DECL void sink_runner::detach_sink() {
    if (!exchange_)
        return;
    task_function go_on = [then = ending(std::move(*exchange_))] {
        then(asio::error::operation_aborted);
    };
    exchange_.reset();
    calls_.post(std::move(go_on));
}

LANGEXPORT_DECL void sink_runner::end(bool has_failed) noexcept {
    if (has_failed && !is_disowned_)
        sink_->discard();
    sink_.reset();
}

LANGEXPORT_DECL void sink_runner::disown() {
    detach_sink();
    is_disowned_ = true;
    calls_.forget_call();
    abandon();
}

LANGEXPORT_DECL void sink_runner::abandon() noexcept {
    // Each of these may own this object, so they are destroyed at the end.
    std::optional<io_handler> exchange;
    if (exchange_)
        exchange.emplace(std::move(*exchange_));
    exchange_.reset();
    const auto committed = std::exchange(committed_, nullptr);
    calls_.close();
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
