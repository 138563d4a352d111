#include <langexport/detail/engine/request_budget.hpp>

#include "support/catch.hpp"
#include "support/quota_of.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <utility>
#include <vector>

namespace request_budget_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::quota_of;

namespace {

constexpr steady_time start_time{std::chrono::hours(1000)};

// Clients that share a budget in virtual time, each with requests of one kind that are all due, as the
// engine sends them: it takes a permit if one is free, else it waits in the queue and sets a timer.
class crowd {
public:
    crowd(unsigned seed, const quota_params& quota, std::size_t kept)
        : random_(seed), quota_(quota), budget_(std::make_shared<request_budget>(quota)) {
        budget_->add_waiting(static_cast<int>(kept));
    }

    void add(request_kind kind, std::size_t requests, std::size_t connections) {
        clients_.push_back(std::make_shared<client>(*this));
        clients_.back()->kind = kind;
        clients_.back()->due = requests;
        clients_.back()->connections = connections;
    }

    // Now and then a client cancels its requests, or the service throttles them.
    void disturb() { is_disturbed_ = true; }

    void run() {
        for (const client_ptr& each : clients_)
            assign(each);
        while (std::any_of(clients_.begin(), clients_.end(), [](const client_ptr& each) {
            return each->due > 0 || each->in_progress > 0;
        })) {
            if (!notified_.empty()) {
                const client_ptr next = notified_.front();
                notified_.pop_front();
                ++wake_ups;
                assign(next);
                continue;
            }
            if (events_.empty())
                FAIL("a client would wait forever");
            now = std::max(now, events_.begin()->first);
            const auto happens = std::move(events_.begin()->second);
            events_.erase(events_.begin());
            happens();
            if (is_disturbed_ && random_() % 20 == 0)
                disturb_one();
        }
    }

    std::vector<std::size_t> sent() const {
        std::vector<std::size_t> result;
        for (const client_ptr& each : clients_)
            result.push_back(each->sent);
        return result;
    }

    steady_time now = start_time;
    std::size_t wake_ups = 0;
    std::vector<steady_time> counted; // at the service
    std::size_t widest = 0; // between the clients that sent most and least, while all have requests

private:
    class client final : public budget_listener {
    public:
        explicit client(crowd& in) : in_(in) {}
        void budget_has_changed() override {
            for (const auto& each : in_.clients_)
                if (each.get() == this)
                    in_.notified_.push_back(each);
        }

        request_kind kind = request_kind::submission;
        std::size_t due = 0, in_progress = 0, connections = 1, sent = 0;
        std::size_t timer = 0; // its number; others are out of date
    private:
        crowd& in_;
    };
    using client_ptr = std::shared_ptr<client>;

    void at(steady_time when, std::function<void()> what) {
        events_.emplace(when, std::move(what));
    }

    void assign(const client_ptr& c) {
        while (c->due > 0 && c->in_progress < c->connections &&
               budget_->acquire(c->kind, now, c.get()))
            send(c);
        ++c->timer;
        if (c->due == 0 || budget_->free(c->kind, now) > 0)
            return budget_->leave(c->kind, c.get());
        const steady_time next = budget_->wait(c->kind, now, c);
        if (next == steady_time::max())
            return;
        at(round_up(next), [this, c, timer = c->timer] {
            if (c->timer != timer)
                return;
            ++wake_ups;
            assign(c);
        });
    }

    void send(const client_ptr& c) {
        --c->due;
        ++c->in_progress;
        ++c->sent;
        measure();
        const auto trip = std::chrono::milliseconds(1 + random_() % 300);
        counted.push_back(now + trip * (random_() % 101) / 100);
        at(now + trip, [this, c] {
            --c->in_progress;
            budget_->give_back(c->kind, now);
            assign(c);
        });
    }

    void measure() {
        const auto [least, most] = std::minmax_element(
            clients_.begin(), clients_.end(),
            [](const client_ptr& a, const client_ptr& b) { return a->sent < b->sent; });
        if ((*least)->due > 0)
            widest = std::max(widest, (*most)->sent - (*least)->sent);
    }

    void disturb_one() {
        const client_ptr& c = clients_[random_() % clients_.size()];
        if (random_() % 2 == 0) {
            c->due /= 2;
            assign(c);
        } else
            budget_->throttle_until(c->kind, now + std::chrono::milliseconds(random_() % 3000));
    }

    std::mt19937 random_;
    quota_params quota_;
    std::shared_ptr<request_budget> budget_;
    std::vector<client_ptr> clients_;
    std::deque<client_ptr> notified_;
    std::multimap<steady_time, std::function<void()>> events_;
    bool is_disturbed_ = false;
};

} // namespace

TEST_CASE("clients that share a quota keep within it together, and none waits forever",
          "[quota][property]") {
    const auto kind = GENERATE(request_kind::submission, request_kind::status);
    const bool is_disturbed = GENERATE(false, true);
    for (unsigned seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        const std::size_t limit = 1 + seed % 12;
        crowd all(seed, quota_of(limit, limit), seed % 7);
        const std::size_t clients = 1 + seed % 9;
        for (std::size_t i = 0; i < clients; ++i)
            all.add(kind, 5 + (seed * i) % 20, 1 + (seed + i) % 4);
        if (is_disturbed)
            all.disturb();
        all.run();
        std::vector<steady_time> counted = all.counted;
        std::sort(counted.begin(), counted.end());
        for (std::size_t i = limit; i < counted.size(); ++i)
            REQUIRE(counted[i] - counted[i - limit] >= 1s);
        // A client learns that a permit has a time, and wakes at that time, perhaps a little early: a
        // permit costs no more wake-ups, however many clients wait.
        if (!is_disturbed)
            CHECK(all.wake_ups <= 3 * counted.size() + clients);
    }
}

TEST_CASE("clients that share a quota have equal parts of it, and use all of it",
          "[quota][property]") {
    const std::size_t limit = GENERATE(1u, 3u, 10u);
    const std::size_t clients = GENERATE(2u, 5u, 15u);
    CAPTURE(limit, clients);
    crowd all(7, quota_of(limit, 100), 0);
    for (std::size_t i = 0; i < clients; ++i)
        all.add(request_kind::submission, 20, 8);
    all.run();
    CHECK(all.counted.size() == clients * 20);
    // The first client may take a whole window.
    CHECK(all.widest <= limit + 2);
    const auto windows = static_cast<steady_duration::rep>((clients * 20 + limit - 1) / limit);
    CHECK(all.now - start_time <= windows * (1s + 302ms));
}

} // namespace request_budget_test
