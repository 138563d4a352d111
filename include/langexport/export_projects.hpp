#ifndef LANGEXPORT_EXPORT_PROJECTS_HPP
#define LANGEXPORT_EXPORT_PROJECTS_HPP

#include <langexport/batch_options.hpp>
#include <langexport/batch_summary.hpp>
#include <langexport/client.hpp>
#include <langexport/detail/operation/async_start.hpp>
#include <langexport/detail/operation/coroutine_executor.hpp>
#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <concepts>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>

namespace langexport {
inline namespace v0 {

namespace detail {

using batch_handler = asio::any_completion_handler<void(std::exception_ptr, batch_summary)>;

// A range, whatever its type: one item after the other.
class batch_source {
public:
    virtual ~batch_source() = default;
    // The next one; nothing at the end. May throw whatever the range throws.
    virtual std::optional<batch_item> next() = 0;
};

template <class Range>
class range_source final : public batch_source {
public:
    explicit range_source(Range range) : range_(std::move(range)) {}

    std::optional<batch_item> next() override {
        // Not further than to what is asked for: what comes behind it may cost something.
        if (!at_)
            at_.emplace(std::ranges::begin(range_));
        else
            ++*at_;
        if (*at_ == std::ranges::end(range_))
            return std::nullopt;
        return batch_item(**at_);
    }

private:
    Range range_;
    std::optional<std::ranges::iterator_t<Range>> at_;
};

// Sinks are called on `sinks`, or on the client's executor if that is null.
LANGEXPORT_DECL void start_batch(const std::shared_ptr<engine>& on, batch_handler handler,
                                 asio::any_io_executor sinks, std::unique_ptr<batch_source> source,
                                 batch_options options);

// Owns the engine and no handle, as the initiation of one export does.
class batch_initiation {
public:
    using executor_type = asio::any_io_executor; // as that of one export

    explicit batch_initiation(const client& on) : engine_(client_state::engine_of(on)) {}

    executor_type get_executor() const noexcept { return executor_of(engine_); }

    template <class Handler, class Range>
    void operator()(Handler&& handler, Range range, batch_options options) {
        check_redirection<Handler>();
        auto sinks = coroutine_executor_of(handler);
        start_batch(engine_, batch_handler(std::forward<Handler>(handler)), std::move(sinks),
                    std::make_unique<range_source<Range>>(std::move(range)), std::move(options));
    }

private:
    std::shared_ptr<engine> engine_;
};

} // namespace detail

/// Exports many projects: those of a range, some of them at a time, each on its own terms.
///
/// The range is read as exports end, never more than `max_in_flight` ahead, so that it may be as long as
/// it likes, or without an end: memory does not grow with it. Each export is told to
/// `batch_options::on_finished` when it has ended, in the order in which they end, with its result or its
/// error; one that fails ends nothing but itself, unless `batch_options::policy` says so. Its `deadline`
/// begins when it is taken from the range, its `job_timeout` with its 202 (or when it is taken, if
/// there is a job already).
///
/// @param client   Where to ask. All exports share its connections and quota.
/// @param range    An input range of `export_request`, `export_job` or `batch_item`; iterators that can be
///                 moved only will do. Copied, or moved if it is an rvalue: pass a `std::span` or a view to
///                 refer to one that is kept elsewhere until the end.
/// @param options  See batch_options.
/// @param token    Completion token (default: asio::use_awaitable).
/// @par Signature      void(std::exception_ptr, batch_summary)
/// @par Completion     When the range has come to its end, or nothing more was to be taken from it, and all
///                     that was taken has ended. Failed exports are in the summary, and are no error.
/// @par Errors         `batch_error`: cancelled; client_closed (also if the client is drained);
///                     callback_failed (the range, `on_finished` or the checkpoint threw: what is under way goes on to its end, and the cause is kept);
///                     invalid_configuration (a field of the options). Its `summary()` has what was done;
///                     handlers that take the summary get it, too.
/// @par Cancellation   terminal: nothing more is taken, what is under way is cancelled at once. partial:
///                     nothing more is taken, what is under way goes on to its end; terminal may follow.
///                     total: until something was taken; then ignored. The jobs of what was cancelled are in
///                     the summary. A cancellation that comes when all was taken and ends well is none.
/// @par Executor       Completes on the token's associated executor, else on the client's, and there the
///                     range is read and the functions are called, one at a time; never inside the call.
///                     Sinks are called there, too: of one export one call at a time.
/// @par Lifetime       Arguments are copied or moved. The client may be destroyed at once after the call;
///                     the end of its last handle ends the operation with errc::client_closed. The range,
///                     `on_finished` and `sink_for` are destroyed before the operation completes; the
///                     checkpoint when the answer to each submission in the air has come, too.
/// @par Source         The product's "export project" page.
template <class Range, class CompletionToken = asio::use_awaitable_t<>>
requires std::ranges::input_range<std::decay_t<Range>> &&
    std::constructible_from<batch_item, std::ranges::range_reference_t<std::decay_t<Range>>>
auto export_projects(const client& client, Range&& range, batch_options options = batch_options(),
                     CompletionToken&& token = CompletionToken()) {
    static_assert(std::is_constructible_v<std::decay_t<Range>, Range>,
                  "this range cannot be copied: pass std::move(range)");
    return detail::async_start<batch_summary, CompletionToken>(
        token, detail::batch_initiation(client), std::decay_t<Range>(std::forward<Range>(range)),
        std::move(options));
}

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/export_projects.ipp>
#endif

#endif
