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

// Delivers the items of a range, whose type is erased.
class batch_source {
public:
    virtual ~batch_source() = default;
    // Returns the next item; nothing at the end. Throws what the range throws.
    virtual std::optional<batch_item> next() = 0;
};

template <class Range>
class range_source final : public batch_source {
public:
    explicit range_source(Range range) : range_(std::move(range)) {}

    std::optional<batch_item> next() override {
        // Advances only when the next element is requested: computing it may be expensive.
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

// Sinks and functions of requests are called on `calls`, or on the client's executor if that is null.
LANGEXPORT_DECL void start_batch(const std::shared_ptr<engine>& owner, batch_handler handler,
                                 asio::any_io_executor calls, std::unique_ptr<batch_source> source,
                                 batch_options options);

// Owns the engine and no handle, like the initiation of a single export.
class batch_initiation {
public:
    using executor_type = asio::any_io_executor; // like that of a single export

    explicit batch_initiation(const client& owner) : engine_(client_state::engine_of(owner)) {}

    executor_type get_executor() const noexcept { return executor_of(engine_); }

    template <class Handler, class Range>
    void operator()(Handler&& handler, Range range, batch_options options) {
        check_redirection<Handler>();
        auto calls = coroutine_executor_of(handler);
        start_batch(engine_, batch_handler(std::forward<Handler>(handler)), std::move(calls),
                    std::make_unique<range_source<Range>>(std::move(range)), std::move(options));
    }

private:
    std::shared_ptr<engine> engine_;
};

} // namespace detail

/// Exports many projects: those of a range, several at a time, each with its own settings.
///
/// The batch reads the range as exports end, never more than `batch_options::max_in_flight` ahead. So the
/// range may be of any length, or endless: memory does not grow with it. `batch_options::on_finished`
/// receives each export when it ends, in that order, with its result or its error. A failed export does not
/// affect the others unless `batch_options::policy` says so. The `deadline` of an export begins when it is
/// taken from the range, its `job_timeout` with its 202 (or when it is taken, if it has a job already).
///
/// @ingroup operations
/// @param client   The client that sends the requests. All exports share its connections and quota.
/// @param range    An input range of `export_request`, `export_job` or `batch_item`. Its iterators may be
///                 move-only. An lvalue is copied, an rvalue moved: pass a `std::span` or a view to refer to
///                 elements that live elsewhere until the completion.
/// @param options  See batch_options for the fields and their ranges.
/// @param token    Completion token; default: `asio::use_awaitable`.
/// @par Signature
/// `void(std::exception_ptr, batch_summary)`
/// @par Completion
/// When the range has ended, or the batch takes nothing more from it, and all exports that were taken have
/// ended. Failed exports are in the summary and are no error.
/// @par Errors
/// A `batch_error`, whose `summary()` says what was done; handlers that take the summary receive it, too:
///   - `asio::error::operation_aborted`: the caller cancelled the batch;
///   - `client_closed`: the client was closed or drained;
///   - `callback_failed`: the range, `on_finished` or the checkpoint threw. Exports in progress still finish,
///     and `diagnostics::cause` holds the exception;
///   - `invalid_configuration`: a field of the options is out of its range.
/// @par Cancellation
/// terminal: takes nothing more, and cancels exports in progress at once. partial: takes nothing more, and
/// lets exports in progress finish; terminal may follow. total: ends the batch while no export was taken,
/// ignored afterwards. The jobs of cancelled exports are in the summary. A cancellation after the last export
/// was taken has no effect on a batch without an error.
/// @par Executor
/// Completes on the associated executor of the token, else on that of the client; never inside the call.
/// There the batch reads the range and calls the functions of its options, one at a time. It calls sinks and
/// the functions of requests there, too, those of one export one at a time.
/// @par Lifetime
/// Arguments are copied or moved. The client may be destroyed right after the call: see @ref operations. The
/// range, `on_finished` and `sink_for` are destroyed before the completion. The checkpoint lives until the
/// response to each submission in flight has been received.
/// @par Source
/// The product's "export project" page.
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
