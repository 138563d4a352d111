#ifndef LANGEXPORT_DETAIL_POLICY_REQUEST_SCHEDULER_HPP
#define LANGEXPORT_DETAIL_POLICY_REQUEST_SCHEDULER_HPP

#include <langexport/detail/policy/backoff.hpp>
#include <langexport/detail/policy/weighted_priority.hpp>
#include <langexport/request_kind.hpp>
#include <langexport/version.hpp>

#include <boost/intrusive/list.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace detail {

// In the order of precedence.
inline constexpr std::array<request_kind, request_kinds> every_request_kind{
    request_kind::result, request_kind::submission, request_kind::listing, request_kind::status};

// The next request of an operation, as its scheduler sees it: a part of the operation. It leaves its scheduler only
// by `remove` or `start`, because the scheduler counts its requests.
class scheduled_request : public boost::intrusive::list_base_hook<
                              boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    steady_time due = (steady_time::max)(); // when it may be sent
    request_priority priority = request_priority::normal;

    // Whether a scheduler has it.
    bool is_waiting() const noexcept { return is_linked(); }

protected:
    ~scheduled_request() = default;

private:
    friend class request_scheduler;
    request_kind kind_ = request_kind::status;
};

// Requests that wait for a connection and the quota. Results go first, then submissions, lists and polls, in the
// order of `request_kind`. Within a kind, the priority decides, but no priority waits forever. Within a priority, the
// order is first in, first out.
class request_scheduler {
public:
    void add(scheduled_request& r, request_kind kind) noexcept {
        r.kind_ = kind;
        queue& to = queue_of(kind);
        to.lines[line_of(r)].push_back(r);
        ++to.sizes[line_of(r)];
        ++to.size;
    }
    // Has no effect if the request does not wait.
    void remove(scheduled_request& r) noexcept {
        if (!r.is_waiting())
            return;
        r.unlink();
        queue& from = queue_of(r.kind_);
        --from.sizes[line_of(r)];
        --from.size;
    }
    // Called when the request, which waits here, is sent.
    void start(scheduled_request& r) noexcept {
        queue& from = queue_of(r.kind_);
        from.order.on_sent(line_of(r), from.waiting());
        remove(r);
    }

    // The request to send next; null if there is none. `most` returns how many requests of a kind could be sent now.
    template <class Most>
    scheduled_request* next(Most most) {
        for (const request_kind kind : every_request_kind)
            if (size(kind) > 0 && most(kind) > 0)
                return first(kind);
        return nullptr;
    }
    // Returns how many requests could be sent now.
    template <class Most>
    std::size_t number_sendable(Most most) const {
        std::size_t number = 0;
        for (const request_kind kind : every_request_kind)
            if (size(kind) > 0)
                number += (std::min)(size(kind), most(kind));
        return number;
    }

    std::size_t size(request_kind kind) const noexcept {
        return queues_[static_cast<std::size_t>(kind)].size;
    }
    // The same by priority.
    const std::array<std::size_t, request_priorities>& sizes(request_kind kind) const noexcept {
        return queues_[static_cast<std::size_t>(kind)].sizes;
    }
    bool empty() const noexcept {
        return std::all_of(queues_.begin(), queues_.end(),
                           [](const queue& each) { return each.size == 0; });
    }
    // The request of that kind to send next; null if there is none.
    scheduled_request* first(request_kind kind) noexcept {
        queue& from = queue_of(kind);
        return from.size == 0 ? nullptr : &from.front();
    }
    // The request of that kind that has been due for longest, regardless of its priority; null if there is none.
    scheduled_request* oldest(request_kind kind) noexcept {
        scheduled_request* found = nullptr;
        for (line& each : queue_of(kind).lines)
            if (!each.empty() && (!found || each.front().due < found->due))
                found = &each.front();
        return found;
    }

private:
    static_assert(weighted_priority::lines == request_priorities);
    using line =
        boost::intrusive::list<scheduled_request, boost::intrusive::constant_time_size<false>>;

    // The requests of one kind.
    struct queue {
        std::array<line, weighted_priority::lines> lines; // by priority
        weighted_priority order;
        std::array<std::size_t, request_priorities> sizes{}; // by priority
        std::size_t size = 0;

        weighted_priority::line_set waiting() const noexcept {
            weighted_priority::line_set result{};
            for (std::size_t i = 0; i < lines.size(); ++i)
                result[i] = !lines[i].empty();
            return result;
        }
        scheduled_request& front() noexcept { return lines[order.next(waiting())].front(); }
    };

    static std::size_t line_of(const scheduled_request& r) noexcept {
        return static_cast<std::size_t>(r.priority);
    }
    queue& queue_of(request_kind kind) noexcept { return queues_[static_cast<std::size_t>(kind)]; }

    std::array<queue, request_kinds> queues_; // by request_kind
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
