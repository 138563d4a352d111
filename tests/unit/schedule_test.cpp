#include <langexport/detail/engine/shared_budget.hpp>
#include <langexport/detail/policy/export_machine.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <vector>

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;

namespace {

constexpr steady_time start_time{std::chrono::hours(1000)};

// Many exports under one quota, in virtual time: the machine, the budget and the order of requests as the
// engine puts them together, against a service that takes its time and counts strictly.
class schedule {
public:
    schedule(unsigned seed, const quota_params& quota, std::size_t jobs, steady_duration longest)
        : random_(seed), quota_(quota), budget_(quota) {
        for (std::size_t i = 0; i < jobs; ++i) {
            jobs_.emplace_back();
            jobs_.back().run_time = part(longest);
            jobs_.back().progress.job_timeout = 24h;
            ready_[index(request_kind::submission)].push_back(i);
        }
    }

    // Others who spend the same quota at the service.
    std::size_t foreign_posts = 0;

    void run() {
        while (number_ended < jobs_.size()) {
            while (send_one()) {
            }
            REQUIRE(!events_.empty()); // else somebody would wait for ever
            now = std::max(now, events_.begin()->first);
            const auto due = events_.begin()->second;
            events_.erase(events_.begin());
            happen(due);
        }
    }

    steady_time now = start_time;
    std::size_t number_ended = 0;
    std::size_t throttled = 0;
    std::size_t wake_ups = 0;
    std::array<std::vector<steady_time>, 2> counted; // at the service: GETs, POSTs
    std::vector<steady_duration> lags; // from the end of a job to the poll that told it

private:
    struct job {
        export_progress progress;
        steady_duration run_time{};
        steady_time ends = steady_time::max();
        bool is_over = false; // and we know
    };
    enum class what : unsigned char { answer, due, look };
    struct event {
        what kind;
        std::size_t which = 0;
        steady_time sent{};
        bool is_refused = false;
    };

    static std::size_t index(request_kind kind) { return static_cast<std::size_t>(kind); }
    double fraction() { return std::uniform_real_distribution<>(0, 1)(random_); }
    steady_duration part(steady_duration most) { return scaled(most, fraction()); }
    void at(steady_time when, event e) { events_.emplace(when, e); }

    bool send_one() {
        for (const auto kind :
             {request_kind::result, request_kind::submission, request_kind::status}) {
            auto& line = ready_[index(kind)];
            if (line.empty())
                continue;
            if (budget_.take(kind, now)) {
                send(kind, line.front());
                line.pop_front();
                return true;
            }
            const steady_time next = budget_.next_free(kind, now);
            if (next < look_at_) {
                look_at_ = next;
                at(next, event{what::look, 0, next});
            }
        }
        return false;
    }

    void send(request_kind kind, std::size_t which) {
        if (kind == request_kind::status) {
            REQUIRE(!jobs_[which].is_over);
            REQUIRE(ready_[index(request_kind::result)].empty());
        }
        const steady_duration trip = part(400ms);
        const steady_time counted_at = now + scaled(trip, fraction());
        auto& seen = counted[kind == request_kind::submission ? 1 : 0];
        const bool is_refused =
            kind == request_kind::submission && foreign_posts > 0 && is_too_many(seen, counted_at);
        if (!is_refused)
            seen.push_back(counted_at);
        at(now + trip, event{what::answer, which, now, is_refused});
    }

    // What others leave, in a window that slides.
    bool is_too_many(const std::vector<steady_time>& seen, steady_time when) const {
        const auto recent = std::count_if(seen.begin(), seen.end(), [&](steady_time t) {
            return t > when - quota_.window && t <= when;
        });
        return static_cast<std::size_t>(recent) >= quota_.submissions - foreign_posts;
    }

    void happen(const event& e) {
        if (e.kind == what::look && e.sent != look_at_)
            return; // that alarm was moved
        wake_ups += e.kind == what::answer ? 0 : 1;
        if (e.kind == what::look) {
            look_at_ = steady_time::max();
            return;
        }
        job& j = jobs_[e.which];
        if (e.kind == what::due)
            return ready_[index(j.progress.next)].push_back(e.which);
        const request_kind kind = j.progress.next;
        budget_.give_back(kind, now);
        answered_event answer{};
        answer.judged = judgement{meaning::accepted, errc::unexpected_response};
        if (e.is_refused) {
            ++throttled;
            answer.judged = judgement{meaning::throttled, errc::throttled};
            answer.retry_after = 1s;
            budget_.throttled(kind, e.sent, now, now + 1s);
        } else if (kind == request_kind::submission)
            j.ends = now + j.run_time;
        const bool is_end = kind == request_kind::status && e.sent >= j.ends;
        answer.status = is_end ? job_status::succeeded : job_status::running;
        answer.pace = budget_.pace(now);
        const decision next = step(j.progress, answer, now, fraction(), polling_, retry_);
        if (is_end) {
            j.is_over = true;
            lags.push_back(now - j.ends);
        }
        count_waiting(j, kind, next);
        if (next.what != action::send) {
            REQUIRE(next.what == action::succeed);
            ++number_ended;
        } else if (next.at <= now)
            ready_[index(j.progress.next)].push_back(e.which);
        else
            at(next.at, event{what::due, e.which});
    }

    void count_waiting(const job& j, request_kind before, const decision& next) {
        const bool was = before == request_kind::status;
        const bool is = next.what == action::send && j.progress.next == request_kind::status;
        if (was != is)
            budget_.add_waiting(is ? 1 : -1);
    }

    std::mt19937 random_;
    quota_params quota_;
    shared_budget budget_;
    poll_params polling_;
    retry_params retry_;
    std::vector<job> jobs_;
    std::array<std::deque<std::size_t>, request_kinds> ready_;
    std::multimap<steady_time, event> events_;
    steady_time look_at_ = steady_time::max(); // the one alarm for what the budget holds back
};

void check_windows(std::vector<steady_time> counted, std::size_t limit, steady_duration window) {
    std::sort(counted.begin(), counted.end());
    for (std::size_t i = limit; i < counted.size(); ++i)
        REQUIRE(counted[i] - counted[i - limit] >= window);
}

steady_duration median(std::vector<steady_duration> of) {
    std::nth_element(of.begin(), of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2), of.end());
    return of[of.size() / 2];
}

} // namespace

TEST_CASE("no window of the service ever holds more than the quota, and every export ends",
          "[schedule][property]") {
    for (unsigned seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        quota_params quota;
        quota.submissions = 1 + seed % 12;
        quota.reads = 2 + (seed * 7) % 100;
        schedule all(seed, quota, 60, std::chrono::seconds(1 + seed * seed));
        all.run();
        check_windows(all.counted[1], quota.submissions, quota.window);
        check_windows(all.counted[0], quota.reads, quota.window);
        CHECK(all.counted[1].size() == 60); // not one submission too many
    }
}

TEST_CASE("a thousand exports take as long as the quota says, and little longer",
          "[schedule][property]") {
    const steady_duration run_time = GENERATE(0s, 30s, 300s);
    quota_params quota;
    schedule all(3, quota, 1000, run_time);
    all.run();
    const steady_duration bound = 99 * (quota.window + 400ms) + run_time;
    CAPTURE(run_time.count(), (all.now - start_time).count());
    CHECK(all.now - start_time <= scaled(bound, 1.02));
    CHECK(all.throttled == 0);
    const std::size_t requests = all.counted[0].size() + all.counted[1].size();
    CHECK(all.wake_ups <= 2 * requests);
    if (run_time > quota.window)
        CHECK(median(all.lags) <= scaled(run_time / 2, 0.1));
}

TEST_CASE("others who take half of the quota slow all down, and nobody starves",
          "[schedule][property]") {
    quota_params quota;
    schedule all(9, quota, 100, 20s);
    all.foreign_posts = 5;
    all.run();
    CHECK(all.throttled > 0);
    // Half the rate, and what it costs to find that out again and again.
    CHECK(all.now - start_time <= scaled(20 * quota.window, 1.5));
}
