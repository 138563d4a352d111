#ifndef LANGEXPORT_TESTS_UNIT_ENGINE_FAULT_SCENARIO_HPP
#define LANGEXPORT_TESTS_UNIT_ENGINE_FAULT_SCENARIO_HPP

#include "support/engine_bench.hpp"
#include "unit/import/watched_source.hpp"

#include <langexport/batch_summary.hpp>
#include <langexport/client_stats.hpp>
#include <langexport/credential.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_request.hpp>
#include <langexport/result_sink.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace langexport_tests {

/// Keeps its data, and throws if its call is the chosen one.
class counted_sink final : public langexport::result_sink {
public:
    explicit counted_sink(call_counter& faults) : faults_(faults) {}

    boost::asio::awaitable<void> write(boost::asio::const_buffer piece) override;
    boost::asio::awaitable<void> commit() override;
    void discard() noexcept override;

    std::string document;
    int commits = 0;
    bool is_over = false;
    bool was_misused = false;

private:
    call_counter& faults_;
};

/// The operations that run together.
enum class fault_load {
    exports, ///< An export into a sink with functions, another export, and a list of projects.
    batch_and_import, ///< A batch of three exports, two at a time, and an import.
    drained           ///< An export and an import, and a drain that begins while their jobs run.
};

/// What happens at the chosen call.
enum class fault_effect {
    none,
    failure, ///< It fails. A timer fires at once; an opening gets no response, or fails at its end.
    lateness,     ///< The timer, armed for the n-th time, fires late. Other calls are not counted.
    cancellation, ///< All operations are cancelled; of a drained load, only the drain.
    destruction   ///< The context is destroyed.
};

/// One run of a load, with a disturbance at one call of an opener, a stream, the timer, the token source, a sink, a
/// document or a function of the caller.
class fault_scenario {
public:
    /// An operation, and how it ended.
    struct operation {
        explicit operation(std::string own_name) : name(std::move(own_name)) {}

        std::string name; ///< Its project; "list", "batch" and "drain" have none.
        boost::asio::cancellation_signal signal;
        bool was_started = false;
        bool was_cancelled = false; ///< Before its end.
        int calls = 0;              ///< Of its handler.
        std::exception_ptr error;
        manual_time::time_point ended_at{};

        langexport::error_code code() const { return langexport::code_of(error); }
    };

    /// `hit_at` is the number of the call, from 1; 0: none.
    fault_scenario(fault_load load, fault_effect effect, std::size_t hit_at = 0,
                   boost::asio::cancellation_type type = boost::asio::cancellation_type::terminal);

    /// Starts the operations and runs until nothing is left, or the context was stopped.
    void play();

    /// The one of that name; it must exist.
    const operation& find(const std::string& name) const;
    /// The POSTs for a project that arrived whole.
    std::size_t posts_for(const std::string& project) const;
    static constexpr manual_time::duration lateness = std::chrono::minutes(1);

    call_counter faults;
    call_counter timers;
    manual_time::time_point hit_at{};                     ///< When the chosen call was made.
    bool was_opening_at_hit = false;                      ///< A connection was being opened then.
    std::shared_ptr<int> guard = std::make_shared<int>(); ///< Owned by all handlers and functions.
    std::deque<operation> operations;
    int stored = 0;        ///< Jobs of the first export.
    bool was_late = false; ///< An update came after the end of its operation.
    std::size_t taken = 0; ///< Items of the range.
    manual_time::time_point last_taken{};
    std::optional<langexport::batch_summary> batched;
    std::optional<langexport::drain_summary> drained;
    std::shared_ptr<counted_sink> sink = std::make_shared<counted_sink>(faults);
    std::shared_ptr<watched_document> document =
        std::make_shared<watched_document>(text_document(15'000, "Import"));
    std::optional<engine_bench> bench; // members are destroyed after it

private:
    friend class counted_range;

    void disturb();
    manual_time::time_point time_of_timer(manual_time::time_point due);
    bench_response respond(const seen_request& request);
    void start_exports();
    void start_batch();
    void start_import();
    void start_other(const std::string& project);
    void start_drain();
    langexport::export_request take(std::size_t index);
    boost::asio::awaitable<void> store(const langexport::export_job& job);
    boost::asio::awaitable<langexport::access_token> make_token();

    // A handler that notes how the operation has ended. It owns a handle of the client, as many programs' handlers do.
    template <class Result>
    auto handler_of(operation& ends) {
        ends.was_started = true;
        return boost::asio::bind_cancellation_slot(
            ends.signal.slot(), [this, &ends, owned = guard, client = bench->client()](
                                    std::exception_ptr error, Result result) {
                ++ends.calls;
                ends.error = std::move(error);
                ends.ended_at = bench->time().now();
                if constexpr (std::is_same_v<Result, langexport::batch_summary>)
                    batched = std::move(result);
                if constexpr (std::is_same_v<Result, langexport::drain_summary>)
                    drained = std::move(result);
            });
    }

    fault_load load_;
    fault_effect effect_;
    boost::asio::cancellation_type type_;
    std::function<bench_response(const seen_request&)> respond_as_usual_;
};

} // namespace langexport_tests

#endif
