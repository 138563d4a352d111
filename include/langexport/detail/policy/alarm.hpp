#ifndef LANGEXPORT_DETAIL_POLICY_ALARM_HPP
#define LANGEXPORT_DETAIL_POLICY_ALARM_HPP

#include <langexport/detail/policy/backoff.hpp>

#include <boost/intrusive/set.hpp>

#include <functional>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// A time at which somebody wants to be woken. Leaves its set by itself when destroyed.
class alarm : public boost::intrusive::set_base_hook<
                  boost::intrusive::link_mode<boost::intrusive::auto_unlink>,
                  boost::intrusive::optimize_size<true>> {
public:
    alarm() = default;
    alarm(const alarm&) = delete;
    alarm& operator=(const alarm&) = delete;
    virtual ~alarm() = default;

    virtual void ring(steady_time now) = 0;
    // Its time is near, and until then nothing can come of it: it may do what it would do then.
    virtual void ring_early(steady_time) {}

    steady_time rings_at() const noexcept { return at_; }
    bool is_set() const noexcept { return is_linked(); }
    void clear() noexcept { unlink(); }

private:
    friend class alarm_set;
    steady_time at_ = (steady_time::max)();
};

// Alarms in the order of their times. What is never to ring is not in it.
class alarm_set {
public:
    // `on_earlier_first` is called when an alarm is set that rings before all others.
    explicit alarm_set(std::function<void()> on_earlier_first)
        : on_earlier_first_(std::move(on_earlier_first)) {}

    void set(alarm& which, steady_time at) {
        which.unlink();
        which.at_ = at;
        if (at == (steady_time::max)())
            return;
        const auto place = alarms_.insert(which);
        if (place == alarms_.begin() && !is_ringing_)
            on_earlier_first_();
    }

    // When the first one rings; max() if there is none.
    steady_time next() const noexcept {
        return alarms_.empty() ? (steady_time::max)() : alarms_.begin()->at_;
    }

    // Rings all that are due, the earliest first.
    void ring_due(steady_time now) {
        is_ringing_ = true;
        while (next() <= now) {
            alarm& first = *alarms_.begin();
            first.unlink();
            first.ring(now);
        }
        is_ringing_ = false;
    }

    // Tells all whose time comes until `until`.
    void ring_early(steady_time now, steady_time until) {
        for (auto it = alarms_.begin(); it != alarms_.end() && it->at_ <= until;)
            (it++)->ring_early(now);
    }

private:
    struct earlier {
        bool operator()(const alarm& a, const alarm& b) const noexcept { return a.at_ < b.at_; }
    };
    boost::intrusive::multiset<alarm, boost::intrusive::compare<earlier>,
                               boost::intrusive::constant_time_size<false>>
        alarms_;
    std::function<void()> on_earlier_first_;
    bool is_ringing_ = false;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
