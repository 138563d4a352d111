#ifndef LANGEXPORT_DETAIL_ENGINE_CONNECTION_HPP
#define LANGEXPORT_DETAIL_ENGINE_CONNECTION_HPP

#include <langexport/detail/engine/record.hpp>
#include <langexport/detail/engine/shared_budget.hpp>
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

// A place in the pool: a stream, if one is open, and the exchange that it carries.
class connection final : public watchdog {
public:
    enum class activity : unsigned char { idle, woken, opening, busy };

    connection(alarm_set& alarms, stream_opener& opener) : watchdog(alarms), opener_(opener) {}

    // The record whose request is under way; null once nobody waits for the answer.
    std::shared_ptr<record> work;
    std::string late_project; // whose submission is under way though nobody waits for it
    std::shared_ptr<record_group> late_group; // … and what it belonged to
    request_kind kind = request_kind::status; // of the request that is under way
    activity doing = activity::idle;
    opening link;
    exchange x;
    bool was_used = false;   // its stream carried an exchange before
    bool has_rested = false; // … and then lay in the pool
    steady_time last_used{};
    steady_time opened_at{};
    std::uint64_t number = 0;       // of its stream, as the observer knows it
    std::uint64_t exchanges = 0;    // that its stream has carried
    std::string client_request_id;  // of the request that is under way
    budget_slot slot;               // of the request that is under way
    std::uint32_t secret_shown = 0; // … the generation of its credential

    void drop_stream() noexcept {
        link.stream.reset();
        was_used = has_rested = false;
    }

    // Nobody needs what it is at any more.
    void give_up() noexcept {
        link.is_given_up = true;
        abort();
    }

private:
    // Ends whatever is pending; its coroutine comes back with an error.
    void abort() noexcept {
        if (link.stream)
            link.stream->close();
        else if (doing == activity::opening)
            opener_.interrupt();
    }

    void time_is_up() override { abort(); }

    stream_opener& opener_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
