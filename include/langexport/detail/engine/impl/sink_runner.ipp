#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_SINK_RUNNER_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_SINK_RUNNER_IPP

#include <langexport/detail/engine/sink_runner.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL sink_runner::sink_runner(std::shared_ptr<result_sink> sink,
                                         asio::any_io_executor executor, asio::any_io_executor home,
                                         strand_type strand, call_starter starter)
    : sink_(std::move(sink)), executor_(std::move(executor)), start_call_(starter),
      strand_(std::move(strand)), home_(std::move(home)) {}

LANGEXPORT_DECL void sink_runner::take(std::size_t size, io_handler handler) {
    size_ = size;
    exchange_.emplace(std::move(handler));
    begin(call::write);
}

LANGEXPORT_DECL void sink_runner::commit(std::function<void(std::exception_ptr)> then) {
    committed_ = std::move(then);
    begin(call::commit);
}

LANGEXPORT_DECL void sink_runner::begin(call which) {
    is_busy_ = true;
    work_ = asio::prefer(home_, asio::execution::outstanding_work.tracked);
    // Posted, because co_spawn would run the coroutine immediately if the executors are equal.
    task_function start = [self = shared_from_this(), which] { self->start_call_(self, which); };
    asio::post(executor_, std::move(start));
}

LANGEXPORT_TEMPLATE_DECL void sink_runner::start_call(const std::shared_ptr<sink_runner>& self,
                                                      call which) {
    asio::co_spawn(self->executor_, run(self, which),
                   [self](std::exception_ptr error) { self->returned(std::move(error)); });
}

LANGEXPORT_TEMPLATE_DECL asio::awaitable<void> sink_runner::run(std::shared_ptr<sink_runner> self,
                                                                call which) {
    if (self->is_disowned_)
        co_return; // disowned after the post
    if (self->must_discard_)
        self->sink_->discard();
    self->must_discard_ = false;
    self->was_called_ = true;
    if (std::exchange(self->is_new_attempt_, false))
        self->sink_->set_content_type(self->content_type_);
    const asio::const_buffer piece(self->buffer_.data(), self->size_);
    if (which == call::write)
        co_await self->sink_->write(piece);
    else
        co_await self->sink_->commit();
}

LANGEXPORT_DECL void sink_runner::returned(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (is_abandoned_)
        return;
    task_function back = [self = shared_from_this(), error = std::move(error)] {
        self->on_sink_done(error);
    };
    asio::post(*strand_, std::move(back));
}

LANGEXPORT_DECL void sink_runner::on_sink_done(const std::exception_ptr& error) {
    is_busy_ = false;
    work_ = asio::any_io_executor();
    if (exchange_) {
        thrown_ = error;
        io_handler handler = std::move(*exchange_);
        exchange_.reset();
        std::move(handler)(error ? make_error_code(errc::sink_failed) : error_code(), 0);
    } else if (committed_)
        std::exchange(committed_, nullptr)(error);
    else if (free_)
        std::exchange(free_, nullptr)();
}

LANGEXPORT_DECL void sink_runner::detach_sink() {
    if (!exchange_)
        return;
    task_function go_on = [then = ending(std::move(*exchange_))] {
        then(asio::error::operation_aborted);
    };
    exchange_.reset();
    asio::post(*strand_, std::move(go_on));
}

LANGEXPORT_DECL void sink_runner::when_free(task_function then) {
    if (is_busy_)
        free_ = std::move(then);
    else
        then();
}

LANGEXPORT_DECL void sink_runner::end(bool has_failed) noexcept {
    if (has_failed && !is_disowned_)
        sink_->discard();
    sink_.reset();
}

LANGEXPORT_DECL void sink_runner::disown() {
    detach_sink();
    is_disowned_ = true;
    is_busy_ = false;
    abandon();
}

LANGEXPORT_DECL void sink_runner::abandon() noexcept {
    std::optional<io_handler> exchange;
    std::function<void(std::exception_ptr)> committed;
    task_function free;
    {
        const std::lock_guard lock(mutex_);
        is_abandoned_ = true;
        if (exchange_)
            exchange.emplace(std::move(*exchange_));
        exchange_.reset();
        committed.swap(committed_);
        free.swap(free_);
        strand_.reset();
        home_ = work_ = asio::any_io_executor();
    }
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
