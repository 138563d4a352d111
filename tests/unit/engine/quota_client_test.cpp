#include <langexport/detail/engine/quota_client.hpp>

#include "support/catch.hpp"
#include "support/manual_time.hpp"

#include <chrono>
#include <memory>
#include <vector>

namespace quota_client_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::manual_time;

namespace {

class counting_listener final : public budget_listener {
public:
    std::size_t calls = 0;
    void budget_has_changed() override { ++calls; }
};

class noting_entry final : public timer_entry {
public:
    std::size_t fired = 0;
    void fire(steady_time) override { ++fired; }
};

// One of the clients that share a quota.
struct quota_user {
    manual_time* time = new manual_time; // the timers own it
    timer_service timers{std::unique_ptr<time_source>(time)};
    std::shared_ptr<counting_listener> listener = std::make_shared<counting_listener>();
    noting_entry wake_up;
    request_scheduler scheduler;
    quota_client quota;

    explicit quota_user(std::shared_ptr<request_budget> budget)
        : quota(std::move(budget), *listener, timers, retry_params()) {}

    void wait() { quota.wait_for_permits(scheduler, listener, wake_up, time->now()); }
};

quota_params one_a_minute() {
    quota_params quota;
    quota.submissions = 1;
    quota.reads = 2;
    return quota;
}

std::shared_ptr<export_operation> make_operation() {
    return std::make_shared<export_operation>(nullptr, operation_handler());
}

response_event event_of(status_class category, std::optional<steady_duration> retry_after = {}) {
    response_event event{};
    event.outcome = status_outcome{category, errc::throttled};
    event.retry_after = retry_after;
    return event;
}

} // namespace

TEST_CASE("two clients share the permits of one quota", "[quota_client]") {
    const auto budget = std::make_shared<request_budget>(one_a_minute());
    quota_user first(budget), second(budget);
    const steady_time now = manual_time::start;
    auto permit = first.quota.acquire(request_kind::submission, now);
    REQUIRE(permit);
    CHECK_FALSE(second.quota.acquire(request_kind::submission, now));
    permit->release(now + 1s);
    CHECK_FALSE(second.quota.acquire(request_kind::submission, now + 60s));
    CHECK(second.quota.acquire(request_kind::submission, now + 61s));
}

TEST_CASE("a client that waits for a permit is woken when one is free", "[quota_client]") {
    const auto budget = std::make_shared<request_budget>(one_a_minute());
    quota_user user(budget);
    const auto operation = make_operation();
    user.scheduler.add(*operation, request_kind::submission);
    auto permit = user.quota.acquire(request_kind::submission, manual_time::start);
    REQUIRE(permit);
    permit->release(manual_time::start);
    user.wait();
    CHECK(user.wake_up.fires_at() == manual_time::start + 60s);
    CHECK(user.quota.holds_back(*operation, user.scheduler, manual_time::start));
    // Nothing waits any more.
    user.scheduler.remove(*operation);
    user.wait();
    CHECK_FALSE(user.wake_up.is_set());
    CHECK_FALSE(user.quota.holds_back(*operation, user.scheduler, manual_time::start));
}

TEST_CASE("a client that leaves the queue wakes the next one", "[quota_client]") {
    const auto budget = std::make_shared<request_budget>(one_a_minute());
    quota_user holder(budget), first(budget), second(budget);
    auto permit = holder.quota.acquire(request_kind::submission, manual_time::start);
    const auto one = make_operation(), other = make_operation();
    first.scheduler.add(*one, request_kind::submission);
    second.scheduler.add(*other, request_kind::submission);
    first.wait();
    second.wait();
    CHECK(second.listener->calls == 0);
    first.quota.leave_queues(first.wake_up);
    CHECK(second.listener->calls == 1);
    CHECK_FALSE(first.wake_up.is_set());
    permit->release(manual_time::start);
    second.quota.leave_queues(second.wake_up);
}

TEST_CASE("a 429 throttles its class of requests, a single 503 does not", "[quota_client]") {
    const auto budget = std::make_shared<request_budget>(quota_params());
    quota_user user(budget);
    const steady_time now = manual_time::start;
    const auto apply = [&](status_class category, std::optional<steady_duration> retry_after = {}) {
        return user.quota.apply_throttling(request_kind::status, now,
                                           event_of(category, retry_after), now, 1.0);
    };
    CHECK_FALSE(apply(status_class::accepted));
    CHECK_FALSE(apply(status_class::unavailable));
    CHECK(user.quota.free(request_kind::status, now) > 0);
    SECTION("429") {
        const auto pause = apply(status_class::throttled, 30s);
        REQUIRE(pause);
        CHECK(*pause == 30s);
        CHECK(user.quota.free(request_kind::status, now + 29s) == 0);
        CHECK(user.quota.free(request_kind::submission, now) > 0);
        CHECK(user.quota.free(request_kind::status, now + 31s) > 0);
    }
    SECTION("a second 503 in a row") {
        REQUIRE(apply(status_class::unavailable));
        CHECK(user.quota.free(request_kind::status, now) == 0);
    }
    SECTION("a 503 after another response") {
        apply(status_class::accepted);
        CHECK_FALSE(apply(status_class::unavailable));
    }
    SECTION("a 503 with a time") {
        apply(status_class::accepted);
        const auto pause = apply(status_class::unavailable, 5s);
        REQUIRE(pause);
        CHECK(*pause == 5s);
    }
}

TEST_CASE("polled jobs are counted once", "[quota_client]") {
    quota_params quota;
    quota.reads = 10;
    quota.submissions = 1;
    const auto budget = std::make_shared<request_budget>(quota);
    quota_user user(budget);
    const auto operation = make_operation();
    const std::size_t before = user.quota.free(request_kind::status, manual_time::start);
    user.quota.track_polling(*operation, true);
    user.quota.track_polling(*operation, true);
    // Polls leave one request alone: that for the result of the one job.
    CHECK(user.quota.free(request_kind::status, manual_time::start) == before - 1);
    user.quota.track_polling(*operation, false);
    user.quota.track_polling(*operation, false);
    CHECK(user.quota.free(request_kind::status, manual_time::start) == before);
}

} // namespace quota_client_test
