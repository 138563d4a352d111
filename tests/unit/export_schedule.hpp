#ifndef LANGEXPORT_TESTS_UNIT_EXPORT_SCHEDULE_HPP
#define LANGEXPORT_TESTS_UNIT_EXPORT_SCHEDULE_HPP

#include <langexport/detail/engine/request_budget.hpp>
#include <langexport/detail/policy/export_state.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <vector>

namespace langexport_tests {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;

inline constexpr steady_time schedule_start{std::chrono::hours(1000)};

// The service's side of one class of requests: it counts strictly, in a window that slides.
class strict_window {
public:
    strict_window(std::size_t limit, steady_duration length) : limit_(limit), length_(length) {}

    // Zero if it was let through, else how long the window stays full.
    steady_duration pass(steady_time when) {
        while (!passed_.empty() && passed_.front() <= when - length_)
            passed_.pop_front();
        if (passed_.size() >= limit_)
            return passed_.front() + length_ - when;
        passed_.push_back(when);
        return 0s;
    }

private:
    std::size_t limit_;
    steady_duration length_;
    std::deque<steady_time> passed_;
};

// Each response of the schedule makes it look at the budget again.
class only_client final : public budget_listener {
    void budget_has_changed() override {}
};

// Many exports under one quota, in virtual time: the machine, the budget and the order of requests as the
// engine puts them together, against a service that takes its time and counts strictly.
class schedule {
public:
    // Each job runs for a random part of `longest`.
    schedule(unsigned seed, const quota_params& quota, std::size_t jobs, steady_duration longest)
        : schedule(seed, quota, jobs) {
        for (job& each : jobs_)
            each.run_time = part(longest);
    }
    schedule(unsigned seed, const quota_params& quota, std::size_t jobs)
        : random_(seed), quota_(quota),
          budget_(quota), service_{strict_window(quota.reads, quota.window),
                                   strict_window(quota.submissions, quota.window)} {
        for (std::size_t i = 0; i < jobs; ++i) {
            jobs_.emplace_back();
            export_plan plan;
            plan.job_timeout = 24h * 365;
            jobs_.back().state.prepare(plan);
            ready_[index(request_kind::submission)].push_back(i);
        }
    }

    void set_run_time(steady_duration all) {
        for (job& each : jobs_)
            each.run_time = all;
    }
    // Of each request: a random part of it.
    void set_round_trip(steady_duration longest) { round_trip_ = longest; }
    void set_polling(const poll_params& polling) { polling_ = polling; }
    // The service rejects one poll at that time with 429.
    void reject_poll_at(steady_time when) { rejects_at_ = when; }

    // Other clients use the same quota: a number of requests in each window, in bursts at about an
    // even pace. They either drop a rejected request or repeat it until it is accepted.
    void add_others(request_kind kind, std::size_t a_window, std::size_t bursts, bool insist) {
        others_.push_back(others{kind, a_window / bursts, quota_.window / bursts, insist});
        at(now + part(others_.back().pause), event{what::others, others_.size() - 1});
    }
    void remove_others() { others_are_gone_ = true; }

    void run(steady_time until = steady_time::max()) {
        while (number_ended < jobs_.size() && now < until) {
            while (send_one()) {
            }
            if (events_.empty() || now > schedule_start + 10'000 * quota_.window)
                FAIL("a client would wait forever");
            now = std::max(now, events_.begin()->first);
            const auto due = events_.begin()->second;
            events_.erase(events_.begin());
            happen(due);
        }
    }

    std::size_t rate(request_kind kind) { return budget_.usage(kind, now).rate; }

    steady_time now = schedule_start;
    std::size_t number_ended = 0;
    std::size_t throttled = 0;
    std::size_t wake_ups = 0;
    std::array<std::size_t, 2> sent{};         // GETs, POSTs
    std::vector<steady_duration> lags;         // from the end of a job to the poll that reported it
    std::vector<steady_duration> result_waits; // of due results for the quota
    std::vector<steady_time> polls;            // when their responses came

private:
    struct job {
        export_state state;
        steady_duration run_time{};
        steady_time ends = steady_time::max();
        steady_time due{};    // its next request
        bool is_over = false; // and we know
    };
    struct others {
        request_kind kind;
        std::size_t at_once;
        steady_duration pause;
        bool insist;
    };
    enum class what : unsigned char { arrival, response, due, look, others, other };
    struct event {
        what kind;
        std::size_t which = 0;
        steady_time sent{};
        steady_time response_of{};
        steady_duration wait{}; // of a 429
    };

    static std::size_t index(request_kind kind) { return static_cast<std::size_t>(kind); }
    strict_window& service(request_kind kind) {
        return service_[kind == request_kind::submission ? 1 : 0];
    }
    double fraction() { return std::uniform_real_distribution<>(0, 1)(random_); }
    steady_duration part(steady_duration most) { return scaled(most, fraction()); }
    void at(steady_time when, event e) { events_.emplace(when, e); }

    bool send_one() {
        for (const auto kind :
             {request_kind::result, request_kind::submission, request_kind::status}) {
            auto& line = ready_[index(kind)];
            if (line.empty())
                continue;
            if (budget_.acquire(kind, now, client_.get())) {
                send(kind, line.front());
                line.pop_front();
                return true;
            }
            const steady_time next = budget_.wait(kind, now, client_);
            if (next < look_at_) {
                look_at_ = next;
                at(next, event{what::look, 0, next});
            }
        }
        return false;
    }

    void send(request_kind kind, std::size_t number) {
        if (kind == request_kind::status && jobs_[number].is_over)
            FAIL("a job that has ended is polled");
        ++sent[kind == request_kind::submission ? 1 : 0];
        const steady_duration trip = part(round_trip_);
        at(now + scaled(trip, fraction()), event{what::arrival, number, now, now + trip});
    }

    void happen(event e) {
        switch (e.kind) {
        case what::arrival:
            e.kind = what::response;
            e.wait = service(jobs_[e.which].state.progress().next).pass(now);
            if (now >= rejects_at_ &&
                jobs_[e.which].state.progress().next == request_kind::status) {
                rejects_at_ = steady_time::max();
                e.wait = 1s;
            }
            return at(e.response_of, e);
        case what::others:
            return others_send(e);
        case what::other:
            return others_send_one(e);
        case what::look:
            if (e.sent != look_at_)
                return; // this timer entry was set to another time
            ++wake_ups;
            look_at_ = steady_time::max();
            return;
        case what::due:
            ++wake_ups;
            return ready_[index(jobs_[e.which].state.progress().next)].push_back(e.which);
        case what::response:
            return response_of(e);
        }
    }

    void others_send(const event& e) {
        if (others_are_gone_)
            return;
        const others& who = others_[e.which];
        for (std::size_t i = 0; i < who.at_once; ++i)
            others_send_one(event{what::other, e.which});
        at(now + who.pause + part(100ms) - 50ms, e);
    }

    void others_send_one(const event& e) {
        const steady_duration wait = service(others_[e.which].kind).pass(now);
        if (wait > 0s && others_[e.which].insist)
            at(now + wait + part(100ms), e);
    }

    void response_of(const event& e) {
        job& j = jobs_[e.which];
        const request_kind kind = j.state.progress().next;
        budget_.give_back(kind, now);
        response_event response{};
        response.outcome = status_outcome{status_class::accepted, errc::unexpected_response};
        if (e.wait > 0s) {
            ++throttled;
            response.outcome = status_outcome{status_class::throttled, errc::throttled};
            response.retry_after = std::chrono::ceil<std::chrono::seconds>(e.wait);
            budget_.throttled(kind, e.sent, now, now + *response.retry_after);
        } else if (kind == request_kind::submission)
            j.ends = now + j.run_time;
        const bool is_end = kind == request_kind::status && e.sent >= j.ends && e.wait == 0s;
        response.status = is_end ? job_status::succeeded : job_status::running;
        response.supply = budget_.supply(now);
        response.supply.shortest_run_time = run_times_.shortest();
        if (kind == request_kind::status && e.wait == 0s)
            polls.push_back(now);
        const decision next = j.state.on(response, now, fraction(), polling_, retry_);
        if (is_end) {
            j.is_over = true;
            lags.push_back(now - j.ends);
            run_times_.add(now - j.state.progress().confirmed);
        }
        if (kind == request_kind::result && e.wait == 0s) {
            result_waits.push_back(e.sent - j.due);
        }
        track_polling(j, kind, next);
        if (next.what != action::send) {
            REQUIRE(next.what == action::succeed);
            ++number_ended;
        } else if (j.due = std::max(now, next.at); next.at <= now)
            ready_[index(j.state.progress().next)].push_back(e.which);
        else
            at(next.at, event{what::due, e.which});
    }

    void track_polling(const job& j, request_kind before, const decision& next) {
        const bool was = before == request_kind::status;
        const bool is =
            next.what == action::send && j.state.progress().next == request_kind::status;
        if (was != is)
            budget_.add_waiting(is ? 1 : -1);
    }

    std::mt19937 random_;
    quota_params quota_;
    request_budget budget_;
    std::shared_ptr<budget_listener> client_ = std::make_shared<only_client>();
    std::array<strict_window, 2> service_; // GETs, POSTs
    recent_run_times run_times_;
    poll_params polling_;
    steady_duration round_trip_ = 400ms;
    steady_time rejects_at_ = steady_time::max();
    retry_params retry_;
    std::vector<job> jobs_;
    std::vector<others> others_;
    bool others_are_gone_ = false;
    std::array<std::deque<std::size_t>, request_kinds> ready_;
    std::multimap<steady_time, event> events_;
    steady_time look_at_ = steady_time::max(); // the one timer for requests that wait for the quota
};

// The value below which this part of the values is.
inline steady_duration at_part(std::vector<steady_duration> values, double part) {
    const auto place = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + place, values.end());
    return values[static_cast<std::size_t>(place)];
}
inline steady_duration median(const std::vector<steady_duration>& values) {
    return at_part(values, 0.5);
}

} // namespace langexport_tests

#endif
