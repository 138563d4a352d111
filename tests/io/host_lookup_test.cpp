#include <langexport/detail/transport/host_lookup.hpp>

#include "support/catch.hpp"
#include "support/fake_names.hpp"
#include "support/manual_time.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace host_lookup_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::fake_name;
using langexport_tests::steady_now;

namespace {

// The end of a wait.
struct waited {
    int calls = 0;
    error_code code;
};

// The look-ups of one host.
class lookup_bench {
public:
    explicit lookup_bench(const std::string& host = "some.example")
        : lookup(std::make_shared<host_lookup>(strand, host, 8443)) {}

    void begin(waited& result, std::shared_ptr<int> owned = nullptr) {
        const io_step step = lookup->waiting();
        step.begin(step, io_handler([this, &result, owned](error_code ec, std::size_t) {
                       CHECK(strand.running_in_this_thread());
                       ++result.calls;
                       result.code = ec;
                   }));
    }
    void run_ready() {
        context.restart();
        context.poll();
    }
    // The system's look-ups run on a thread of Asio.
    bool run_until(const std::function<bool()>& is_so) {
        for (const auto end = steady_now() + 30s; !is_so() && steady_now() < end;) {
            context.restart();
            context.run_for(1ms);
        }
        return is_so();
    }
    // One look-up from its beginning to its end.
    error_code look_up() {
        waited result;
        begin(result);
        CHECK(result.calls == 0); // not within the call
        REQUIRE(run_until([&] { return result.calls > 0; }));
        CHECK(result.calls == 1);
        return result.code;
    }
    std::vector<std::string> found() const {
        std::vector<std::string> all;
        for (const auto& each : lookup->found()) {
            CHECK(each.port() == 8443);
            all.push_back(each.address().to_string());
        }
        return all;
    }

    asio::io_context context;
    strand_type strand = asio::make_strand(asio::any_io_executor(context.get_executor()));
    std::shared_ptr<host_lookup> lookup;
};

using names = std::vector<std::string>;

} // namespace

TEST_CASE("a look-up finds the addresses of its host in the order of the system", "[host_lookup]") {
    fake_name name("some.example", {"127.0.0.3", "127.0.0.2", "127.0.0.4"});
    lookup_bench b;
    CHECK_FALSE(b.look_up());
    CHECK(b.found() == names{"127.0.0.3", "127.0.0.2", "127.0.0.4"});
}

TEST_CASE("each look-up asks the system again", "[host_lookup]") {
    fake_name name("some.example", {"127.0.0.2"});
    lookup_bench b;
    CHECK_FALSE(b.look_up());
    name.move_to({"127.0.0.3"});
    CHECK_FALSE(b.look_up());
    CHECK(b.found() == names{"127.0.0.3"});
    name.move_to({});
    CHECK(b.look_up() == asio::error::host_not_found);
    CHECK(b.found().empty()); // not the addresses of before
    CHECK(name.lookups() == 3);
}

TEST_CASE("an address as the host is its own result", "[host_lookup]") {
    lookup_bench b("127.0.0.9");
    CHECK_FALSE(b.look_up());
    CHECK(b.found() == names{"127.0.0.9"});
}

TEST_CASE("a dismissed waiter leaves its look-up, and the next one joins it", "[host_lookup]") {
    fake_name name("some.example", {"127.0.0.2"});
    name.hold();
    lookup_bench b;
    waited first, second;
    b.begin(first);
    REQUIRE(b.run_until([&] { return name.lookups() == 1; }));
    b.lookup->dismiss_waiter();
    CHECK(first.calls == 0); // not within the call
    b.run_ready();
    CHECK(first.calls == 1);
    CHECK(first.code == asio::error::operation_aborted);
    b.lookup->dismiss_waiter(); // there is none

    b.begin(second);
    b.run_ready();
    CHECK(second.calls == 0);
    name.release();
    REQUIRE(b.run_until([&] { return second.calls > 0; }));
    CHECK_FALSE(second.code);
    CHECK(b.found() == names{"127.0.0.2"});
    CHECK(name.lookups() == 1);
    CHECK(first.calls == 1);
}

TEST_CASE("a destroyed waiter is not called, and what it owned is released", "[host_lookup]") {
    fake_name name("some.example", {"127.0.0.2"});
    name.hold();
    lookup_bench b;
    waited result;
    const auto owned = std::make_shared<int>();
    b.begin(result, owned);
    REQUIRE(b.run_until([&] { return name.lookups() == 1; }));
    CHECK(owned.use_count() > 1);
    b.lookup->destroy_waiter();
    CHECK(owned.use_count() == 1);
    name.release();
    REQUIRE(b.run_until([&] { return !b.lookup->found().empty(); }));
    CHECK(result.calls == 0);
}

TEST_CASE("after a fork the lookup in progress starts again, and its waiter is called once",
          "[host_lookup][fork]") {
    fake_name name("some.example", {"127.0.0.2"});
    lookup_bench b;
    b.lookup->forked(); // there is none
    waited result;
    name.hold();
    b.begin(result);
    REQUIRE(b.run_until([&] { return name.lookups() == 1; }));
    b.lookup->forked();
    name.release();
    REQUIRE(b.run_until([&] { return name.lookups() == 2 && b.context.stopped(); }));
    CHECK(result.calls == 1);
    CHECK_FALSE(result.code);
    // Both have ended: the next wait begins a new one.
    CHECK_FALSE(b.look_up());
    CHECK(name.lookups() == 3);
}

} // namespace host_lookup_test
