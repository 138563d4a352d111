#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_SOURCE_RUNNER_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_SOURCE_RUNNER_IPP

#include <langexport/detail/engine/source_runner.hpp>
#include <langexport/error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The size of one piece. A piece is a call on the operation's executor.
inline constexpr std::size_t import_piece_size = 128 * 1024;

LANGEXPORT_DECL source_runner::source_runner(std::unique_ptr<import_input> input,
                                             import_check check, asio::any_io_executor executor,
                                             asio::any_io_executor home, strand_type strand,
                                             call_starter starter)
    : input_(std::move(input)), check_(std::move(check)), executor_(std::move(executor)),
      start_call_(starter) {
    calls_.open(std::move(home), std::move(strand));
}

LANGEXPORT_DECL void source_runner::check(on_checked then) {
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

// Reads one piece. After the last byte that is due, the document must end.
LANGEXPORT_TEMPLATE_DECL asio::awaitable<void>
source_runner::run(std::shared_ptr<source_runner> self) {
    if (self->is_disowned_)
        co_return; // the process has forked since this call was posted, and this is the child
    self->begin_pass();
    std::vector<char>& buffer = self->buffer_;
    while (!self->has_ended_ && self->filled_ < buffer.size()) {
        const asio::mutable_buffer rest(buffer.data() + self->filled_,
                                        buffer.size() - self->filled_);
        const std::size_t count = co_await self->input_->read(rest);
        if (count > rest.size())
            throw std::length_error("it returned more bytes than there was room for");
        self->filled_ += count;
        self->has_ended_ = count == 0;
        if (!self->is_checking_ && self->done_ + self->filled_ >= self->size_)
            break;
    }
    if (!self->is_checking_ && !self->has_ended_ && self->done_ + self->filled_ == self->size_) {
        char byte = 0;
        const asio::mutable_buffer spare(&byte, 1);
        const std::size_t more = co_await self->input_->read(spare);
        self->expect_end(more);
        self->has_ended_ = true;
    }
    self->take_piece();
}

LANGEXPORT_DECL void source_runner::begin_pass() {
    buffer_.resize(import_piece_size);
    filled_ = 0;
    if (!std::exchange(must_open_, false))
        return;
    input_->close();
    input_->open();
    digest_.restart();
    done_ = 0;
    has_ended_ = false;
}

[[noreturn]] inline void throw_changed(const std::string& how) {
    throw std::runtime_error("the document has changed since it was checked: " + how);
}

LANGEXPORT_DECL void source_runner::expect_end(std::size_t more) const {
    if (more > 0)
        throw_changed("it has more than " + std::to_string(size_) + " bytes");
}

// The piece is in the buffer. The last one is delivered only if the document is the one that was checked: otherwise
// the service would receive another one.
LANGEXPORT_DECL void source_runner::take_piece() {
    const std::string_view bytes = piece();
    digest_.add(bytes);
    done_ += bytes.size();
    if (is_checking_) {
        check_.take(bytes);
        if (!has_ended_)
            return;
        const auto expected = input_->size();
        if (expected && *expected != done_)
            throw std::runtime_error("it has " + std::to_string(done_) + " bytes instead of " +
                                     std::to_string(*expected));
        check_.finish();
        size_ = done_;
        sum_ = digest_.finish();
        is_checking_ = false;
        must_open_ = true;
        input_->close();
        return;
    }
    expect_end(done_ > size_ ? 1 : 0);
    if (!has_ended_)
        return;
    input_->close();
    if (done_ < size_)
        throw_changed("it has " + std::to_string(done_) + " instead of " + std::to_string(size_) +
                      " bytes");
    if (digest_.finish() != sum_)
        throw_changed("other bytes");
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
    else if (error || !is_checking_ || !check_.problem().empty())
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
        input_.reset();
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
