#ifndef LANGEXPORT_DETAIL_ENGINE_SOURCE_RUNNER_HPP
#define LANGEXPORT_DETAIL_ENGINE_SOURCE_RUNNER_HPP

#include <langexport/detail/engine/checked_document.hpp>
#include <langexport/detail/engine/user_calls.hpp>
#include <langexport/detail/transport/byte_stream.hpp>
#include <langexport/detail/transport/request_body.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Reads the document of one import on the operation's executor, one piece for each call. First it checks the whole
// document, then it delivers it as the body of each submission and compares it with the one that was checked. Its
// members are used on the strand, unless their comments say otherwise. While a call is running, only the call uses the
// document and the buffer.
class source_runner final : public request_body,
                            public std::enable_shared_from_this<source_runner> {
public:
    using call_starter = void (*)(const std::shared_ptr<source_runner>&);
    using on_checked = std::function<void(std::exception_ptr)>;

    // Starts the coroutine of a call. Runs on the operation's executor.
    LANGEXPORT_TEMPLATE_DECL static void start_call(const std::shared_ptr<source_runner>& self);

    // `home` is the executor of the client, `strand` its strand, `starter` the function `start_call`.
    LANGEXPORT_DECL source_runner(std::unique_ptr<import_input> input, import_check check,
                                  asio::any_io_executor executor, asio::any_io_executor home,
                                  strand_type strand, call_starter starter);

    const asio::any_io_executor& executor() const noexcept { return executor_; }
    bool is_busy() const noexcept { return calls_.is_busy(); }

    // Reads the whole document once. Then calls `then` on the strand with the exception of the source; null if it threw
    // none.
    LANGEXPORT_DECL void begin_check(on_checked then);
    // What the check has found; while no call is running.
    const checked_document& document() const noexcept { return document_; }

    // Called before each submission, which begins at the first byte.
    void begin_attempt() noexcept { document_.begin_pass(); }
    LANGEXPORT_DECL void prepare(io_handler handler) override;
    std::string_view piece() const noexcept override { return document_.piece(); }
    bool is_last() const noexcept override { return document_.is_last(); }
    // Lets the exchange end without waiting for the running call.
    LANGEXPORT_DECL void detach_source();
    // Calls `then` on the strand as soon as no call is running.
    void when_free(task_function then) { calls_.when_free(std::move(then)); }
    // The operation has ended: the check is not continued, and a running call ends with the current read.
    void stop() noexcept {
        is_stopped_ = true;
        checked_ = nullptr;
    }

    // Releases the document. Runs on the operation's executor, after the last call.
    LANGEXPORT_DECL void end() noexcept;
    // Called in the child of a fork. The document belongs to the parent and is not used any more.
    LANGEXPORT_DECL void disown();
    // Calls no handler any more, destroys those that wait, and uses nothing of the client, whose execution context may
    // be destroyed.
    LANGEXPORT_DECL void abandon() noexcept;

private:
    void begin();
    LANGEXPORT_TEMPLATE_DECL static asio::awaitable<void> run(std::shared_ptr<source_runner> self);
    void returned(std::exception_ptr error); // runs on the operation's executor
    void on_returned(const std::exception_ptr& error);

    checked_document document_; // used by the running call only
    const asio::any_io_executor executor_;
    const call_starter start_call_;
    user_calls calls_;

    std::atomic<bool> is_stopped_ = false;
    bool is_disowned_ = false; // changes only in the child of a fork, which has one thread
    std::optional<io_handler> exchange_;
    on_checked checked_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/source_runner.ipp>
#endif

#endif
