// The allowed values of each time limit. tests/integration/managed_identity_time_test.cpp checks their effect.

#include <langexport/identity/identity_timeouts.hpp>

#include <langexport/identity/entra_client_secret.hpp>
#include <langexport/identity/managed_identity.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <chrono>
#include <string>

namespace identity_timeouts_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::contains_text;
using langexport_tests::rejection;
using langexport_tests::rejection_of;

TEST_CASE("each time limit is from 1 ms to 24 h, and an error names it",
          "[identity][identity_timeouts]") {
    using duration = identity_timeouts::duration;
    constexpr struct {
        const char* name;
        duration identity_timeouts::*field;
    } fields[] = {
        {"resolve", &identity_timeouts::resolve},     {"connect", &identity_timeouts::connect},
        {"handshake", &identity_timeouts::handshake}, {"response", &identity_timeouts::response},
        {"read", &identity_timeouts::read},           {"whole", &identity_timeouts::whole},
    };
    for (const auto& each : fields) {
        INFO(each.name);
        const auto application = [&](duration value) {
            entra_options options("tenant", "app");
            options.timeouts.*each.field = value;
            return rejection_of([&] { entra_client_secret(options, "a-secret-5b1d"); });
        };
        const auto machine = [&](duration value) {
            managed_identity_options options;
            options.timeouts.*each.field = value;
            return rejection_of([&] { managed_identity(options); });
        };
        for (const duration good : {duration(1ms), duration(2s), duration(24h)}) {
            CHECK(application(good).what.empty());
            CHECK(machine(good).what.empty());
        }
        for (const duration bad : {duration(0), duration(1ms) - duration(1), duration(-1s),
                                   duration(24h) + duration(1), duration::max()}) {
            const rejection first = application(bad), second = machine(bad);
            CHECK(first.code == errc::invalid_configuration);
            CHECK(second.code == errc::invalid_configuration);
            CHECK_THAT(first.detail, contains_text(std::string("entra_options::timeouts.") +
                                                   each.name + " must be from 1 ms to 1 d"));
            CHECK_THAT(second.detail,
                       contains_text(std::string("managed_identity_options::timeouts.") +
                                     each.name + " must be from 1 ms to 1 d"));
        }
    }
}

} // namespace identity_timeouts_test
