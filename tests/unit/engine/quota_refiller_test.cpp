#include <langexport/detail/engine/quota_refiller.hpp>

#include "support/catch.hpp"
#include "support/fake_quota_source.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>

namespace quota_refiller_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::fake_quota_source;
using langexport_tests::grant_of;

namespace {

constexpr steady_time start{1000h};
constexpr steady_time never = (steady_time::max)();

class counting_listener final : public budget_listener {
public:
    std::size_t calls = 0;
    void budget_has_changed() override { ++calls; }
};

// One process with a source and some clients.
struct refill_bench {
    std::shared_ptr<fake_quota_source> source = std::make_shared<fake_quota_source>();
    std::shared_ptr<counting_listener> first = std::make_shared<counting_listener>();
    std::shared_ptr<counting_listener> second = std::make_shared<counting_listener>();
    std::shared_ptr<quota_refiller> refiller;

    explicit refill_bench(const quota_params& quota = {})
        : refiller(std::make_shared<quota_refiller>(quota, source)) {
        source->keeps_receivers = true;
    }

    static due_requests due(std::size_t posts, std::size_t polls) {
        due_requests made{};
        made[static_cast<std::size_t>(request_kind::submission)][1] = posts;
        made[static_cast<std::size_t>(request_kind::status)][2] = polls;
        return made;
    }
    // The first client says what it needs, and starts a refill if it must.
    refill_step need(std::size_t posts, std::size_t polls, steady_time now) {
        const refill_step step = refiller->update(first, due(posts, polls), now);
        if (step.must_start)
            refiller->start(now, 0.5);
        return step;
    }
    void respond(const quota_grant& given) {
        REQUIRE_FALSE(source->receivers.empty());
        const auto done = source->receivers.back();
        source->receivers.pop_back();
        source->respond(done, given);
    }
};

} // namespace

TEST_CASE("a demand has the due requests of all clients, by kind and priority",
          "[quota_refiller]") {
    refill_bench b;
    CHECK_FALSE(b.refiller->update(b.second, refill_bench::due(0, 0), start).must_start);
    b.refiller->add_waiting(5);
    CHECK(b.need(3, 2, start).must_start);
    REQUIRE(b.source->demands.size() == 1);
    const quota_demand& demand = b.source->demands[0];
    CHECK(demand.due_of(quota_class::submissions) == 3);
    CHECK(demand.due[static_cast<std::size_t>(request_kind::submission)][1] == 3);
    CHECK(demand.due[static_cast<std::size_t>(request_kind::status)][2] == 2);
    CHECK(demand.due_of(request_kind::result) == 5); // will be due soon
    CHECK(demand.waiting_jobs == 5);
    CHECK(demand.quota.submissions == 10);
    b.respond(quota_grant());
    CHECK(b.refiller->update(b.second, refill_bench::due(4, 0), start + 1s).must_start);
    b.refiller->start(start + 1s, 0.5);
    REQUIRE(b.source->demands.size() == 2);
    CHECK(b.source->demands[1].due_of(quota_class::submissions) == 7);
}

TEST_CASE("one refill is in progress at a time, and its response reaches all clients",
          "[quota_refiller]") {
    refill_bench b;
    b.refiller->update(b.second, refill_bench::due(0, 0), start);
    CHECK(b.need(1, 0, start).must_start);
    const refill_step second = b.need(2, 0, start);
    CHECK_FALSE(second.must_start);
    CHECK(second.call_again == never);
    b.refiller->start(start, 0); // another client was told to start it as well
    CHECK(b.source->demands.size() == 1);
    b.respond(grant_of(1, 2, 0, 30s));
    CHECK(b.first->calls == 1);
    CHECK(b.second->calls == 1);
    CHECK(b.refiller->free(request_kind::submission, start) == 2);
    CHECK(b.refiller->free(request_kind::status, start) == 0);
    CHECK(b.refiller->usage(request_kind::submission, start).left == 2);
    CHECK(b.refiller->usage(request_kind::submission, start).rate == 10);
}

TEST_CASE("permits are valid from the moment the demand was sent", "[quota_refiller]") {
    refill_bench b;
    b.need(1, 0, start);
    b.respond(grant_of(1, 1, 0, 10s));
    CHECK(b.refiller->free(request_kind::submission, start + 9s) == 1);
    CHECK(b.refiller->free(request_kind::submission, start + 10s) == 0);
}

TEST_CASE("requests that wait for a connection do not lose their permits for good",
          "[quota_refiller]") {
    refill_bench b;
    b.need(1, 0, start);
    b.respond(grant_of(1, 1, 0, 10s));
    CHECK(b.need(1, 0, start + 1s).call_again == start + 10s);
    CHECK(b.need(1, 0, start + 10s).must_start);
    REQUIRE(b.source->demands.size() == 2);
    CHECK(b.source->demands[1].returned.size() == 1);
}

TEST_CASE("a client that was told to start a refill, and does not, is replaced",
          "[quota_refiller]") {
    refill_bench b;
    CHECK(b.refiller->update(b.first, refill_bench::due(1, 0), start).must_start);
    const refill_step second = b.refiller->update(b.second, refill_bench::due(1, 0), start + 1s);
    CHECK_FALSE(second.must_start);
    CHECK(second.call_again == start + 60s);
    CHECK(b.refiller->update(b.second, refill_bench::due(1, 0), start + 60s).must_start);
}

TEST_CASE("the next refill waits as long as the source says", "[quota_refiller]") {
    refill_bench b;
    b.need(5, 0, start);
    quota_grant given = grant_of(1, 2, 0, 30s);
    given.submissions.more_after = 20s;
    b.respond(given);
    CHECK(b.refiller->acquire(request_kind::submission, start));
    CHECK(b.refiller->acquire(request_kind::submission, start));
    CHECK(b.need(3, 0, start + 1s).call_again == start + 20s);
    CHECK(b.need(3, 0, start + 20s).must_start);
}

TEST_CASE("a source that gives nothing and no time is asked a hundred times a window",
          "[quota_refiller]") {
    refill_bench b;
    b.need(5, 0, start);
    b.respond(quota_grant());
    CHECK(b.need(5, 0, start).call_again == start + 600ms);
}

TEST_CASE("a permit goes back with the time at which its request ended", "[quota_refiller]") {
    refill_bench b;
    b.need(1, 0, start);
    b.respond(grant_of(9, 1, 0, 30s));
    const auto permit = b.refiller->acquire(request_kind::submission, start);
    REQUIRE(permit);
    b.refiller->give_back(request_kind::submission, *permit, start + 2s);
    b.need(0, 1, start + 5s);
    REQUIRE(b.source->demands.size() == 2);
    REQUIRE(b.source->demands[1].returned.size() == 1);
    CHECK(b.source->demands[1].returned[0].id == permit_id(9, 0));
    CHECK(b.source->demands[1].returned[0].ended == 3s);
    CHECK(b.source->demands[1].returned[0].request == quota_class::submissions);
}

TEST_CASE("after a failure the permits go back once more, and the next refill waits",
          "[quota_refiller]") {
    refill_bench b;
    b.need(1, 0, start);
    b.respond(grant_of(9, 1, 0, 30s));
    b.refiller->give_back(request_kind::submission,
                          *b.refiller->acquire(request_kind::submission, start), start);
    CHECK_FALSE(b.refiller->problem());
    b.source->problem = std::make_exception_ptr(std::runtime_error("no state"));
    b.need(0, 1, start + 1s);
    b.respond(quota_grant());
    REQUIRE(b.refiller->problem());
    CHECK(b.refiller->problem()->failures == 1);
    CHECK(b.refiller->problem()->why == b.source->problem);
    const steady_time next = b.refiller->problem()->next;
    CHECK(next > start + 1s);
    CHECK(b.need(0, 1, start + 1s).call_again == next);
    b.need(0, 1, next);
    REQUIRE(b.source->demands.size() == 3);
    CHECK(b.source->demands[2].returned.size() == 1);
    b.respond(quota_grant());
    CHECK(b.refiller->problem()->failures == 2);
    CHECK(b.refiller->problem()->next - next > next - start - 1s); // the wait doubles
    b.source->problem = nullptr;
    b.need(0, 1, start + 30s);
    b.respond(grant_of(10, 0, 1, 30s));
    CHECK_FALSE(b.refiller->problem());
    CHECK(b.refiller->free(request_kind::status, start + 30s) == 1);
}

TEST_CASE("a source may fail and grant permits nevertheless, and choose the next time",
          "[quota_refiller]") {
    refill_bench b;
    b.source->problem = std::make_exception_ptr(std::runtime_error("no state"));
    b.need(1, 0, start);
    quota_grant own = grant_of(1, 1, 0, 30s);
    own.submissions.more_after = 7s;
    b.respond(own);
    CHECK(b.refiller->free(request_kind::submission, start) == 1);
    CHECK(b.refiller->problem()->next == start + 7s);
}

TEST_CASE("a source that destroys its receiver has failed", "[quota_refiller]") {
    refill_bench b;
    b.need(1, 0, start);
    b.source->receivers.clear();
    REQUIRE(b.refiller->problem());
    CHECK_FALSE(b.refiller->problem()->why);
    CHECK(b.first->calls == 1);
    b.source->running = 0;
    CHECK(b.need(1, 0, start + 10s).must_start);
}

TEST_CASE("the second call of a receiver has no effect", "[quota_refiller]") {
    refill_bench b;
    b.need(5, 0, start);
    const auto done = b.source->receivers.back();
    b.respond(grant_of(1, 1, 0, 30s));
    done(nullptr, grant_of(2, 1, 0, 30s));
    CHECK(b.refiller->free(request_kind::submission, start) == 1);
}

TEST_CASE("a response after the last client was destroyed has no effect", "[quota_refiller]") {
    refill_bench b;
    b.need(1, 0, start);
    b.refiller.reset();
    b.respond(grant_of(1, 1, 0, 30s));
    CHECK(b.first->calls == 0);
}

TEST_CASE("a 429 is reported at once, again after a failure, and a grant throttles too",
          "[quota_refiller]") {
    refill_bench b;
    b.need(0, 0, start);
    b.refiller->throttle_until(request_kind::submission, start + 20s);
    CHECK(b.need(0, 0, start + 5s).must_start);
    REQUIRE(b.source->demands.size() == 1);
    CHECK(b.source->demands[0].throttled_for[0] == 15s);
    CHECK(b.source->demands[0].throttled_for[1] == 0s);
    b.source->problem = std::make_exception_ptr(std::runtime_error("no state"));
    b.respond(quota_grant());
    b.source->problem = nullptr;
    CHECK(b.need(0, 0, start + 10s).must_start);
    quota_grant given = grant_of(1, 0, 5, 30s);
    given.reads.throttled_for = 4s;
    b.respond(given);
    CHECK(b.need(0, 0, start + 11s).call_again > start + 12s);
    CHECK(b.refiller->free(request_kind::status, start + 13s) == 0);
    CHECK(b.refiller->free(request_kind::status, start + 14s) == 5);
    CHECK(b.refiller->usage(request_kind::status, start + 13s).throttled_for == 1s);
}

TEST_CASE("when the last client has left, everything goes back once", "[quota_refiller]") {
    refill_bench b;
    b.refiller->update(b.second, refill_bench::due(0, 0), start);
    b.need(2, 0, start);
    b.respond(grant_of(1, 2, 0, 30s));
    b.refiller->give_back(request_kind::submission,
                          *b.refiller->acquire(request_kind::submission, start), start);
    b.refiller->leave(b.first.get());
    CHECK_FALSE(b.refiller->must_rest());
    b.refiller->leave(b.second.get());
    CHECK(b.refiller->must_rest());
    CHECK_FALSE(b.refiller->must_rest());
    b.refiller->rest(start + 1s);
    REQUIRE(b.source->rests.size() == 1);
    REQUIRE(b.source->rests[0].size() == 2);
    CHECK(b.source->rests[0][0].ended == 1s);
    CHECK_FALSE(b.source->rests[0][1].ended);
    CHECK(b.refiller->free(request_kind::submission, start + 1s) == 0);
    b.refiller->start(start + 1s, 0); // a call that was posted before
    CHECK(b.source->demands.size() == 1);
}

TEST_CASE("a client that begins an operation before the rest keeps the source at work",
          "[quota_refiller]") {
    refill_bench b;
    b.need(1, 0, start);
    b.refiller->leave(b.first.get());
    REQUIRE(b.refiller->must_rest());
    b.refiller->update(b.second, refill_bench::due(1, 0), start);
    b.refiller->rest(start);
    CHECK(b.source->rests.empty());
}

TEST_CASE("polls share the quota of the whole resource", "[quota_refiller]") {
    quota_params quota;
    quota.submissions = 10;
    quota.reads = 100;
    refill_bench b(quota);
    b.refiller->add_waiting(90);
    b.need(0, 1, start);
    quota_grant given = grant_of(1, 0, 0, 30s);
    given.waiting_jobs = 180; // as many in other processes
    b.respond(given);
    CHECK(b.refiller->supply(start).jobs == 180);
    CHECK(b.refiller->supply(start).gets == 100);
    b.refiller->add_waiting(-90);
    CHECK(b.refiller->supply(start).jobs == 90);
    b.need(0, 1, start + 10s);
    given.reads.rate = 50; // less than the quota
    given.waiting_jobs = 90;
    given.reads.left = 25; // half of the window's requests are left
    b.respond(given);
    const poll_supply supply = b.refiller->supply(start + 10s);
    CHECK(supply.gets == 50);
    CHECK(supply.posts == 10);
    CHECK(supply.left == 25);
    CHECK(supply.soon == 8);
    CHECK_FALSE(supply.was_throttled);
}

TEST_CASE("a source that gave all that was due is asked again soon", "[quota_refiller]") {
    refill_bench b;
    b.need(1, 0, start);
    quota_grant given = grant_of(1, 1, 0, 30s);
    given.submissions.more_after = 20s; // for those that get less than they need
    b.respond(given);
    CHECK(b.need(2, 0, start + 1ms).call_again == start + 60ms);
}

TEST_CASE("a result does not wait as long as polls, for which the source keeps its permit",
          "[quota_refiller]") {
    refill_bench b;
    b.need(0, 9, start);
    quota_grant given = grant_of(1, 0, 0, 30s);
    given.reads.more_after = 20s;
    given.reads.left = 3;
    b.respond(given);
    CHECK(b.need(0, 9, start + 1s).call_again == start + 20s);
    due_requests due = refill_bench::due(0, 9);
    due[static_cast<std::size_t>(request_kind::result)][1] = 1;
    CHECK(b.refiller->update(b.first, due, start + 2s).must_start);
}

TEST_CASE("a client is called again when throttling ends", "[quota_refiller]") {
    refill_bench b;
    b.need(1, 0, start);
    quota_grant given = grant_of(1, 1, 0, 50s);
    given.submissions.throttled_for = 20s;
    b.respond(given);
    CHECK(b.need(1, 0, start + 1s).call_again == start + 20s);
    CHECK(b.refiller->free(request_kind::submission, start + 20s) == 1);
}

} // namespace quota_refiller_test
