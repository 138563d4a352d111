#ifndef LANGEXPORT_DETAIL_ENGINE_READY_QUEUE_HPP
#define LANGEXPORT_DETAIL_ENGINE_READY_QUEUE_HPP

#include <langexport/detail/engine/record.hpp>
#include <langexport/detail/policy/turns.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace detail {

// Records whose next request, all of one kind, is due: by priority, then as they came.
class ready_queue {
public:
    bool empty() const noexcept { return size_ == 0; }
    std::size_t size() const noexcept { return size_; }

    void push(record& r) {
        lines_[line_of(r)].push_back(r);
        ++size_;
    }
    // It has to be in here.
    void remove(record& r) noexcept {
        r.ready_hook.unlink();
        --size_;
    }

    // Whose turn it is; there has to be one.
    record& front() noexcept { return lines_[turns_.next(who_waits())].front(); }
    // What has been due for longest, whosever turn it is; null if there is nothing.
    record* oldest() noexcept {
        record* found = nullptr;
        for (line& each : lines_)
            if (!each.empty() && (!found || each.front().due < found->due))
                found = &each.front();
        return found;
    }
    // It was its turn; it leaves.
    void serve(record& r) noexcept {
        turns_.served(line_of(r), who_waits());
        remove(r);
    }

private:
    using line = boost::intrusive::list<
        record, boost::intrusive::member_hook<record, list_hook, &record::ready_hook>,
        boost::intrusive::constant_time_size<false>>;

    static std::size_t line_of(const record& r) noexcept {
        return static_cast<std::size_t>(r.priority);
    }

    turns::waiting who_waits() const noexcept {
        turns::waiting result{};
        for (std::size_t i = 0; i < lines_.size(); ++i)
            result[i] = !lines_[i].empty();
        return result;
    }

    std::array<line, turns::lines> lines_;
    turns turns_;
    std::size_t size_ = 0;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
