#include <langexport/detail/policy/request_scheduler.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>

namespace request_scheduler_test {

using namespace std::chrono_literals;
using langexport::request_kind;
using langexport::request_priority;
using langexport::detail::every_request_kind;
using langexport::detail::request_scheduler;
using langexport::detail::scheduled_request;
using langexport::detail::steady_time;

namespace {

const steady_time now{24h};

struct named_request final : scheduled_request {
    std::string name;
};

struct fixture {
    std::deque<named_request> requests; // they are linked: they never move
    request_scheduler scheduler;

    named_request& add(std::string name, request_kind kind,
                       request_priority priority = request_priority::normal,
                       steady_time due = now) {
        named_request& r = requests.emplace_back();
        r.name = std::move(name);
        r.priority = priority;
        r.due = due;
        scheduler.add(r, kind);
        return r;
    }
    // Starts the next request; "none" if there is none.
    template <class Most>
    std::string start(Most most) {
        scheduled_request* next = scheduler.next(most);
        if (!next)
            return "none";
        scheduler.start(*next);
        return static_cast<named_request&>(*next).name;
    }
    std::string start() {
        return start([](request_kind) { return std::size_t{1}; });
    }
};

} // namespace

TEST_CASE("the requests of a kind are counted by priority", "[request_scheduler]") {
    fixture f;
    named_request& high = f.add("high", request_kind::submission, request_priority::high);
    f.add("normal", request_kind::submission);
    f.add("normal too", request_kind::submission);
    const auto& sizes = f.scheduler.sizes(request_kind::submission);
    CHECK((sizes[0] == 1 && sizes[1] == 2 && sizes[2] == 0));
    f.scheduler.remove(high);
    f.scheduler.remove(high); // no longer there
    CHECK(f.start() == "normal");
    CHECK((sizes[0] == 0 && sizes[1] == 1));
    CHECK(f.scheduler.size(request_kind::submission) == 1);
}

TEST_CASE("results go first, then submissions, lists and polls", "[request_scheduler]") {
    fixture f;
    f.add("poll", request_kind::status);
    f.add("list", request_kind::listing);
    f.add("post", request_kind::submission);
    f.add("result", request_kind::result);
    CHECK(f.start() == "result");
    CHECK(f.start() == "post");
    CHECK(f.start() == "list");
    CHECK(f.start() == "poll");
    CHECK(f.start() == "none");
}

TEST_CASE("a kind of request that cannot be sent does not block others", "[request_scheduler]") {
    fixture f;
    f.add("post", request_kind::submission);
    f.add("poll", request_kind::status);
    const auto no_post = [](request_kind kind) {
        return kind == request_kind::submission ? std::size_t{0} : std::size_t{1};
    };
    CHECK(f.start(no_post) == "poll");
    CHECK(f.start(no_post) == "none");
    CHECK(f.scheduler.size(request_kind::submission) == 1);
    CHECK(f.start() == "post");
}

TEST_CASE("requests of one priority keep their order", "[request_scheduler]") {
    fixture f;
    for (int i = 0; i < 5; ++i)
        f.add(std::to_string(i), request_kind::status);
    for (int i = 0; i < 5; ++i)
        CHECK(f.start() == std::to_string(i));
}

TEST_CASE("a high priority goes first, and the others are still served", "[request_scheduler]") {
    fixture f;
    f.add("low", request_kind::status, request_priority::low);
    f.add("normal", request_kind::status, request_priority::normal);
    for (int i = 0; i < 100; ++i)
        f.add("high", request_kind::status, request_priority::high);
    std::string order;
    for (int i = 0; i < 102; ++i)
        order += f.start()[0];
    CHECK(order.substr(0, 9) == std::string(9, 'h'));
    CHECK(order.find('n') == 9);
    CHECK(order.find('l') < 21);
    CHECK(f.scheduler.empty());
}

TEST_CASE("a request can be removed once, from any position", "[request_scheduler]") {
    fixture f;
    f.add("first", request_kind::status);
    named_request& second = f.add("second", request_kind::status);
    f.add("third", request_kind::status);
    CHECK(second.is_waiting());
    f.scheduler.remove(second);
    f.scheduler.remove(second);
    CHECK_FALSE(second.is_waiting());
    CHECK(f.scheduler.size(request_kind::status) == 2);
    CHECK(f.start() == "first");
    CHECK(f.start() == "third");
    CHECK(f.scheduler.empty());
    f.scheduler.add(second, request_kind::result); // as a request of another kind
    CHECK(f.scheduler.size(request_kind::result) == 1);
    CHECK(f.scheduler.size(request_kind::status) == 0);
}

TEST_CASE("the number of sendable requests of each kind is at most the number waiting",
          "[request_scheduler]") {
    fixture f;
    f.add("a", request_kind::status);
    f.add("b", request_kind::status);
    f.add("c", request_kind::status);
    f.add("d", request_kind::submission);
    const auto each = [](std::size_t most) { return [most](request_kind) { return most; }; };
    CHECK(f.scheduler.number_sendable(each(0)) == 0);
    CHECK(f.scheduler.number_sendable(each(2)) == 3);
    CHECK(f.scheduler.number_sendable(each(9)) == 4);
}

TEST_CASE("the oldest request is the one that was due first, regardless of its priority",
          "[request_scheduler]") {
    fixture f;
    CHECK(f.scheduler.oldest(request_kind::status) == nullptr);
    CHECK(f.scheduler.first(request_kind::status) == nullptr);
    named_request& high = f.add("high", request_kind::status, request_priority::high, now);
    named_request& low = f.add("low", request_kind::status, request_priority::low, now - 1s);
    CHECK(f.scheduler.oldest(request_kind::status) == &low);
    CHECK(f.scheduler.first(request_kind::status) == &high);
}

TEST_CASE("an empty scheduler has no request of any kind", "[request_scheduler]") {
    fixture f;
    CHECK(f.scheduler.empty());
    for (const request_kind kind : every_request_kind)
        CHECK(f.scheduler.size(kind) == 0);
    CHECK(f.start() == "none");
}

} // namespace request_scheduler_test
