#ifndef LANGEXPORT_DETAIL_POLICY_TIMER_QUEUE_HPP
#define LANGEXPORT_DETAIL_POLICY_TIMER_QUEUE_HPP

#include <langexport/detail/policy/backoff.hpp>
#include <langexport/detail/policy/time_source.hpp>

#include <boost/intrusive/set.hpp>

#include <functional>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// A time at which an object is called. Leaves its queue on destruction.
class timer_entry : public boost::intrusive::set_base_hook<
                        boost::intrusive::link_mode<boost::intrusive::auto_unlink>,
                        boost::intrusive::optimize_size<true>> {
public:
    timer_entry() = default;
    timer_entry(const timer_entry&) = delete;
    timer_entry& operator=(const timer_entry&) = delete;
    virtual ~timer_entry() = default;

    virtual void fire(steady_time now) = 0;
    // Called when the entry's time is near and nothing before it can affect the entry, which may act now.
    virtual void fire_early(steady_time) {}

    steady_time fires_at() const noexcept { return at_; }
    bool is_set() const noexcept { return is_linked(); }
    void clear() noexcept { unlink(); }

private:
    friend class timer_queue;
    steady_time at_ = (steady_time::max)();
};

// An entry that calls a function of its owner.
template <class Owner, void (Owner::*OnTimer)(steady_time)>
class member_timer final : public timer_entry {
public:
    explicit member_timer(Owner& owner) noexcept : owner_(owner) {}
    void fire(steady_time now) override { (owner_.*OnTimer)(now); }

private:
    Owner& owner_;
};

// Entries in the order of their times, so that one timer is enough for a client. An entry that never fires is not in
// the queue.
class timer_queue {
public:
    // `time` outlives the queue. `on_earlier_first` is called when an entry is set that fires before all others.
    timer_queue(const time_source& time, std::function<void()> on_earlier_first)
        : time_(time), on_earlier_first_(std::move(on_earlier_first)) {}

    steady_time now() const noexcept { return time_.now(); }

    void set(timer_entry& entry, steady_time due) {
        entry.unlink();
        entry.at_ = due;
        if (due == (steady_time::max)())
            return;
        const auto place = entries_.insert(entry);
        if (place == entries_.begin() && !is_firing_)
            on_earlier_first_();
    }

    // When the first entry fires; max() if there is none.
    steady_time next() const noexcept {
        return entries_.empty() ? (steady_time::max)() : entries_.begin()->at_;
    }

    // Calls all entries that are due, the earliest first.
    void fire_due(steady_time now) {
        is_firing_ = true;
        while (next() <= now) {
            timer_entry& first = *entries_.begin();
            first.unlink();
            first.fire(now);
        }
        is_firing_ = false;
    }

    // Calls `fire_early` of all entries whose time is not after `until`.
    void fire_early(steady_time now, steady_time until) {
        for (auto it = entries_.begin(); it != entries_.end() && it->at_ <= until;)
            (it++)->fire_early(now);
    }

private:
    struct earlier {
        bool operator()(const timer_entry& a, const timer_entry& b) const noexcept {
            return a.at_ < b.at_;
        }
    };
    const time_source& time_;
    boost::intrusive::multiset<timer_entry, boost::intrusive::compare<earlier>,
                               boost::intrusive::constant_time_size<false>>
        entries_;
    std::function<void()> on_earlier_first_;
    bool is_firing_ = false;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
