#include <langexport/detail/transport/strand_time_source.hpp>

#include "support/catch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <memory>

namespace strand_time_source_test {

using namespace langexport::detail;
namespace asio = boost::asio;

namespace {

constexpr steady_time past{};
constexpr steady_time never = (steady_time::max)();

struct fixture {
    asio::io_context context;
    strand_type strand = asio::make_strand(asio::any_io_executor(context.get_executor()));
    strand_time_source time{strand};
};

class listener final : public timer_listener {
public:
    explicit listener(fixture& owner) : of_(owner) {}
    void on_timer() override {
        ++calls;
        CHECK(of_.strand.running_in_this_thread());
        if (arms_again)
            of_.time.arm(past, again);
        arms_again = false;
    }

    int calls = 0;
    bool arms_again = false;
    std::weak_ptr<listener> again;

private:
    fixture& of_;
};

} // namespace

TEST_CASE("an armed timer calls its listener once, on the strand", "[strand_time_source]") {
    fixture f;
    const auto events = std::make_shared<listener>(f);
    f.time.arm(past, events);
    CHECK(events->calls == 0); // not within the call
    f.context.run();
    CHECK(events->calls == 1);
}

TEST_CASE("a listener can arm the timer again", "[strand_time_source]") {
    fixture f;
    const auto events = std::make_shared<listener>(f);
    events->again = events;
    events->arms_again = true;
    f.time.arm(past, events);
    f.context.run();
    CHECK(events->calls == 2);
}

TEST_CASE("arming a timer replaces its time and its listener", "[strand_time_source]") {
    fixture f;
    const auto first = std::make_shared<listener>(f), second = std::make_shared<listener>(f);
    SECTION("by an earlier time") {
        f.time.arm(never, first);
        f.time.arm(past, second);
        f.context.run();
        CHECK(second->calls == 1);
    }
    SECTION("by a later time") {
        f.time.arm(past, first);
        f.time.arm(never, second);
        f.context.poll();
        CHECK(second->calls == 0);
    }
    CHECK(first->calls == 0);
}

TEST_CASE("a disarmed timer calls nothing and leaves no work", "[strand_time_source]") {
    fixture f;
    const auto events = std::make_shared<listener>(f);
    f.time.arm(GENERATE(past, never), events);
    f.time.disarm();
    f.context.poll();
    CHECK(events->calls == 0);
    CHECK(f.context.stopped());
}

TEST_CASE("an armed timer does not keep its listener alive", "[strand_time_source]") {
    fixture f;
    auto events = std::make_shared<listener>(f);
    const std::weak_ptr<listener> seen = events;
    f.time.arm(past, events);
    events.reset();
    CHECK(seen.expired());
    f.context.run(); // the event has no effect
}

} // namespace strand_time_source_test
