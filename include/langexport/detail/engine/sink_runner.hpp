#ifndef LANGEXPORT_DETAIL_ENGINE_SINK_RUNNER_HPP
#define LANGEXPORT_DETAIL_ENGINE_SINK_RUNNER_HPP

#include <langexport/detail/engine/user_calls.hpp>
#include <langexport/detail/transport/body_consumer.hpp>
#include <langexport/result_sink.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// Calls the sink of one operation on the operation's executor, one call at a time. Its members are used on the strand,
// unless their comments say otherwise. While a call is running, only the call uses the buffer.
class sink_runner final : public body_consumer, public std::enable_shared_from_this<sink_runner> {
public:
    enum class call : unsigned char { write, commit };
    using call_starter = void (*)(const std::shared_ptr<sink_runner>&, call);

    // Starts the coroutine of a call. Runs on the operation's executor.
    LANGEXPORT_TEMPLATE_DECL static void start_call(const std::shared_ptr<sink_runner>& self,
                                                    call kind);

    // `home` is the executor of the client, `strand` its strand, `starter` the function `start_call`.
    LANGEXPORT_DECL sink_runner(std::shared_ptr<result_sink> sink, asio::any_io_executor executor,
                                asio::any_io_executor home, strand_type strand,
                                call_starter starter);

    const asio::any_io_executor& executor() const noexcept { return executor_; }
    bool is_busy() const noexcept { return calls_.is_busy(); }

    // Called before the result is fetched. The next call first discards bytes that an earlier attempt has written.
    void begin_attempt() noexcept {
        must_discard_ = was_called_;
        is_new_attempt_ = true;
    }
    LANGEXPORT_DECL void take(std::size_t size, io_handler handler) override;
    // Lets the exchange end without waiting for the running call, which keeps the buffer.
    LANGEXPORT_DECL void detach_sink();
    // Commits the sink, because all bytes were written. Then calls `then` on the strand with the exception of the sink;
    // null if it threw none.
    LANGEXPORT_DECL void commit(std::function<void(std::exception_ptr)> then);
    // Calls `then` on the strand as soon as no call is running.
    void when_free(task_function then) { calls_.when_free(std::move(then)); }

    // Releases the sink; if `has_failed`, calls its `discard` before. Runs on the sink's executor, after the last call.
    LANGEXPORT_DECL void end(bool has_failed) noexcept;

    // Called in the child of a fork. The sink belongs to the parent, so the child never calls it, not even `discard`,
    // and calls no handler.
    LANGEXPORT_DECL void disown();

    // Destroys the handlers that wait. After this, it calls no handler and uses nothing of the client, whose
    // execution context may be destroyed.
    LANGEXPORT_DECL void abandon() noexcept;

private:
    void begin(call kind);
    LANGEXPORT_TEMPLATE_DECL static asio::awaitable<void> run(std::shared_ptr<sink_runner> self,
                                                              call kind);
    void returned(std::exception_ptr error); // runs on the operation's executor
    void on_sink_done(const std::exception_ptr& error);

    std::shared_ptr<result_sink> sink_; // used on `executor_` only
    const asio::any_io_executor executor_;
    const call_starter start_call_;
    user_calls calls_;

    bool is_disowned_ = false;   // changes only in the child of a fork, which has one thread
    std::size_t size_ = 0;       // the size of the piece in the buffer
    bool was_called_ = false;    // the sink may have bytes
    bool must_discard_ = false;  // the sink may have bytes of an earlier attempt
    bool is_new_attempt_ = true; // the sink does not know its content type yet
    std::optional<io_handler> exchange_;
    std::function<void(std::exception_ptr)> committed_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/sink_runner.ipp>
#endif

#endif
