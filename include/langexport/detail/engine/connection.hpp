#ifndef LANGEXPORT_DETAIL_ENGINE_CONNECTION_HPP
#define LANGEXPORT_DETAIL_ENGINE_CONNECTION_HPP

#include <langexport/detail/engine/export_operation.hpp>
#include <langexport/detail/engine/request_budget.hpp>
#include <langexport/detail/transport/exchange.hpp>
#include <langexport/detail/transport/stream_opener.hpp>
#include <langexport/detail/transport/watchdog.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The data for reporting the job of a submission whose operation ended before the response was received.
struct late_submission {
    std::string project_name;
    std::shared_ptr<operation_group> group;
    std::uint64_t operation_id = 0;
    std::string tag;
    job_kind kind = job_kind::exporting;
};

// A connection of the pool: its stream, if one is open, and the exchange that is in progress on it.
class connection final : public watchdog {
public:
    enum class activity : unsigned char { idle, starting, opening, busy };

    connection(timer_queue& timers, stream_opener& opener) : watchdog(timers), opener_(opener) {}

    // The operation whose request is in progress; null if that operation has ended.
    std::shared_ptr<export_operation> active_operation;
    late_submission late;                     // set if the operation of a submission has ended
    request_kind kind = request_kind::status; // the kind of the request that is in progress
    activity doing = activity::idle;
    opening open_result;
    detail::exchange exchange;
    bool was_used = false;      // the stream has carried an exchange
    bool has_been_idle = false; // the stream has been idle in the pool since its last exchange
    steady_time last_used{};
    steady_time opened_at{};
    std::uint64_t number = 0;       // the stream's number in events of the observer
    std::uint64_t exchanges = 0;    // how many exchanges the stream has carried
    std::string client_request_id;  // the id of the request that is in progress
    quota_permit permit;            // the permit of the request that is in progress
    std::uint32_t secret_shown = 0; // the generation of the credential in that request

    void drop_stream() noexcept {
        open_result.stream.reset();
        was_used = has_been_idle = false;
    }

    // Cancels the opening or the exchange, because no operation needs its result.
    void cancel_work() noexcept {
        open_result.is_cancelled = true;
        abort();
    }

private:
    // Cancels the pending I/O operation. The connection's coroutine then continues with an error.
    void abort() noexcept {
        if (open_result.stream)
            open_result.stream->close();
        else if (doing == activity::opening)
            opener_.interrupt();
    }

    void time_is_up() override { abort(); }

    stream_opener& opener_;
};

// Whether the service may have the submission of an operation: it was sent, or is being sent and the service may have
// its end.
inline bool may_be_submitted(const export_operation& operation) noexcept {
    const export_progress& progress = operation.progress();
    if (progress.submission != submission_state::not_sent)
        return true;
    const connection* const c = operation.active_connection;
    return progress.next == request_kind::submission && c && !c->exchange.is_uploading();
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
