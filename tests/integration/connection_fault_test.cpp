// Connections that fail before a request is read from them.

#include <langexport/testing/connection_fault.hpp>

#include "integration/emulator_bench.hpp"
#include "integration/emulator_peer.hpp"
#include "support/catch.hpp"

#include <boost/system/system_error.hpp>

#include <chrono>
#include <string>
#include <thread>

namespace connection_fault_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport_tests::emulator_bench;
using testing::connection_fault;
using testing::early_end;
using testing::occurrences;

} // namespace

TEST_CASE("a connection can be closed right after it was accepted",
          "[emulator][faults][connection_fault]") {
    const bool tls = GENERATE(false, true);
    const bool in_handshake = GENERATE(false, true);
    const auto ending = GENERATE(early_end::close, early_end::reset);
    CAPTURE(tls, in_handshake, ending);
    emulator_bench b(tls);
    b.service->on_connection(1, in_handshake ? connection_fault::in_handshake(ending)
                                             : connection_fault::at_accept(ending));
    std::string received;
    if (tls) {
        CHECK_THROWS_AS(b.connect(), boost::system::system_error);
    } else {
        const auto peer = b.connect();
        peer->send(b.json_submission());
        CHECK(peer->receive_all().empty());
    }
    CHECK(b.service->counters().connection_faults == 1);
    CHECK(b.service->counters().requests == 0);
    CHECK(b.works());
    CHECK(b.service->counters().connection_faults == 1);
}

TEST_CASE("a connection can stay without any response", "[emulator][faults][connection_fault]") {
    const bool in_handshake = GENERATE(false, true);
    emulator_bench b(false);
    b.service->on_connection(1, in_handshake ? connection_fault::in_handshake(early_end::stall)
                                             : connection_fault::at_accept(early_end::stall));
    {
        const auto peer = b.connect();
        peer->send(b.json_submission());
        CHECK(b.works());
        while (b.service->counters().open_connections != 1)
            std::this_thread::sleep_for(1ms);
        CHECK(b.service->counters().submissions == 1);
    }
    b.wait_until_closed();
}

TEST_CASE("a connection can start with bytes of another protocol",
          "[emulator][faults][connection_fault]") {
    const bool tls = GENERATE(false, true);
    emulator_bench b(tls);
    b.service->on_connection(1, connection_fault::greeting("SSH-2.0-OpenSSH_9.2\r\n"));
    if (tls) {
        CHECK_THROWS_AS(b.connect(), boost::system::system_error);
    } else {
        const auto peer = b.connect();
        CHECK(peer->receive_all() == "SSH-2.0-OpenSSH_9.2\r\n");
    }
    CHECK(b.works());
}

TEST_CASE("clear_faults removes the rules for connections",
          "[emulator][faults][connection_fault]") {
    emulator_bench b(false);
    b.service->on_connection(occurrences::always(), connection_fault::at_accept(early_end::close));
    b.service->clear_faults();
    CHECK(b.works());
}

} // namespace connection_fault_test
