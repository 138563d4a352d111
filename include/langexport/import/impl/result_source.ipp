#ifndef LANGEXPORT_IMPORT_IMPL_RESULT_SOURCE_IPP
#define LANGEXPORT_IMPORT_IMPL_RESULT_SOURCE_IPP

#include <langexport/export_project.hpp>
#include <langexport/impl/completed_awaitable.hpp>
#include <langexport/import/result_source.hpp>
#include <langexport/result_sink.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// Passes the bytes of a result from the operation that fetches it to the reader of an import. All members except the
// constructor are used on its strand. At most one piece is here, which belongs to the fetching operation.
class result_pipe : public std::enable_shared_from_this<result_pipe> {
public:
    using strand_of_pipe = asio::strand<asio::any_io_executor>;

    result_pipe(const asio::any_io_executor& executor, client from, export_status status)
        : strand_(asio::make_strand(executor)), written_(strand_), taken_(strand_),
          from_(std::move(from)), status_(std::move(status)) {}

    const strand_of_pipe& strand() const noexcept { return strand_; }

    // For the fetching operation.
    LANGEXPORT_TEMPLATE_DECL static asio::awaitable<void> write(std::shared_ptr<result_pipe> self,
                                                                asio::const_buffer bytes);
    // The result is fetched again from its start. Its reader continues at the same byte.
    void restart() noexcept { position_ = 0; }
    void end(std::exception_ptr error) {
        stop_.slot().clear();
        has_ended_ = true;
        error_ = std::move(error);
        written_.cancel();
    }

    // For the reader.
    LANGEXPORT_TEMPLATE_DECL static asio::awaitable<std::size_t>
    read(std::shared_ptr<result_pipe> self, asio::mutable_buffer into);
    // The reader is gone.
    void close() {
        is_closed_ = true;
        taken_.cancel();
        stop_.emit(asio::cancellation_type::terminal);
    }

private:
    LANGEXPORT_TEMPLATE_DECL static void start(const std::shared_ptr<result_pipe>& self);

    strand_of_pipe strand_;
    asio::steady_timer written_, taken_; // cancelled when something was written, or taken
    std::optional<client> from_;         // until the result is fetched
    export_status status_;
    asio::cancellation_signal stop_;
    asio::const_buffer piece_;    // what the reader has not yet taken
    std::uint64_t position_ = 0;  // of the end of the last piece, in the result
    std::uint64_t delivered_ = 0; // to the reader
    bool has_ended_ = false, is_closed_ = false;
    std::exception_ptr error_;
};

// The end of a pipe that the fetching operation writes to.
class pipe_sink final : public result_sink {
public:
    using write_function = asio::awaitable<void> (*)(std::shared_ptr<result_pipe>,
                                                     asio::const_buffer);

    pipe_sink(std::shared_ptr<result_pipe> pipe, write_function writing) noexcept
        : pipe_(std::move(pipe)), write_(writing) {}

    asio::awaitable<void> write(asio::const_buffer bytes) override { return write_(pipe_, bytes); }
    asio::awaitable<void> commit() override { return completed_awaitable(); }
    void discard() noexcept override { pipe_->restart(); }

private:
    std::shared_ptr<result_pipe> pipe_;
    write_function write_;
};

LANGEXPORT_TEMPLATE_DECL void result_pipe::start(const std::shared_ptr<result_pipe>& self) {
    const pipe_sink::write_function writing = &result_pipe::write;
    auto sink = std::make_shared<pipe_sink>(self, writing);
    auto handler = [self](std::exception_ptr error, std::uint64_t) { self->end(std::move(error)); };
    fetch_result_to(
        *self->from_, self->status_, std::move(sink),
        asio::bind_cancellation_slot(self->stop_.slot(),
                                     asio::bind_executor(self->strand_, std::move(handler))));
    self->from_.reset(); // the reader has a handle
}

// The next two are templates of an argument, because GCC instantiates everything in a template without arguments that
// does not depend on one.

// Waits until the timer is cancelled.
template <class Timer>
asio::awaitable<void> wait_for_cancellation(Timer& timer) {
    timer.expires_at((Timer::time_point::max)());
    const auto token = asio::as_tuple(asio::use_awaitable);
    co_await timer.async_wait(token);
}

// Runs a coroutine on an executor and waits for its result.
template <class Executor>
asio::awaitable<std::size_t> run_on(Executor executor, asio::awaitable<std::size_t> reading) {
    co_return co_await asio::co_spawn(executor, std::move(reading), asio::use_awaitable);
}

LANGEXPORT_TEMPLATE_DECL asio::awaitable<void> result_pipe::write(std::shared_ptr<result_pipe> self,
                                                                  asio::const_buffer bytes) {
    // The reader has these bytes from an earlier attempt. That all passes are equal is checked by the import.
    const std::uint64_t known = self->delivered_ - (std::min)(self->delivered_, self->position_);
    self->position_ += bytes.size();
    bytes += static_cast<std::size_t>((std::min<std::uint64_t>)(known, bytes.size()));
    self->piece_ = bytes;
    self->written_.cancel();
    while (self->piece_.size() > 0 && !self->is_closed_)
        co_await wait_for_cancellation(self->taken_);
    self->piece_ = asio::const_buffer();
    if (self->is_closed_)
        throw std::runtime_error("the import no longer reads the result");
}

LANGEXPORT_TEMPLATE_DECL asio::awaitable<std::size_t>
result_pipe::read(std::shared_ptr<result_pipe> self, asio::mutable_buffer into) {
    if (self->from_)
        start(self);
    while (self->piece_.size() == 0 && !self->has_ended_)
        co_await wait_for_cancellation(self->written_);
    if (self->error_)
        std::rethrow_exception(self->error_);
    const std::size_t size = asio::buffer_copy(into, self->piece_);
    self->piece_ += size;
    self->delivered_ += size;
    if (self->piece_.size() == 0)
        self->taken_.cancel();
    co_return size;
}

// Reads a result once, from its first byte.
class result_reader final : public import_reader {
public:
    using read_function = asio::awaitable<std::size_t> (*)(result_reader&, asio::mutable_buffer);

    result_reader(client from, export_status status, read_function reading)
        : from_(std::move(from)), status_(std::move(status)), read_(reading) {}
    ~result_reader() override {
        if (!pipe_)
            return;
        try {
            asio::post(pipe_->strand(), [pipe = pipe_] { pipe->close(); });
        } catch (const std::exception&) {
            // Without memory the fetching operation ends at the time limit of its client.
        }
    }

    asio::awaitable<std::size_t> read(asio::mutable_buffer into) override {
        return read_(*this, into);
    }
    LANGEXPORT_TEMPLATE_DECL static asio::awaitable<std::size_t>
    read_piece(result_reader& self, asio::mutable_buffer into) {
        if (!self.pipe_) {
            const asio::any_io_executor executor = co_await asio::this_coro::executor;
            self.pipe_ = std::make_shared<result_pipe>(executor, self.from_, self.status_);
        }
        asio::awaitable<std::size_t> reading =
            run_on(self.pipe_->strand(), result_pipe::read(self.pipe_, into));
        co_return co_await std::move(reading);
    }

private:
    client from_;
    export_status status_;
    read_function read_;
    std::shared_ptr<result_pipe> pipe_; // null before the first piece
};

} // namespace detail

LANGEXPORT_TEMPLATE_DECL import_source result_source(client from, export_status status) {
    const detail::result_reader::read_function reading = &detail::result_reader::read_piece;
    return import_source::from_factory(
        [from = std::move(from), status = std::move(status), reading] {
            return std::make_unique<detail::result_reader>(from, status, reading);
        });
}

} // namespace v0
} // namespace langexport

#endif
