#ifndef LANGEXPORT_TESTING_IMPL_IDENTITY_STATE_HPP
#define LANGEXPORT_TESTING_IMPL_IDENTITY_STATE_HPP

#include <langexport/testing/identity_emulator.hpp>
#include <langexport/testing/impl/server_state.hpp>
#include <langexport/testing/impl/wire_format.hpp>
#include <langexport/testing/service_message.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

class issuer_rule {
public:
    issuer_rule(issuer_call k, occurrences w, canned_response a)
        : kind(k), which(w), response(std::move(a)) {}

    issuer_call kind;
    occurrences which;
    canned_response response;
    std::uint64_t count = 0;
};

// The state of an emulator of issuers. The mutex guards all members that are not constant.
class identity_state final : public server_state {
public:
    LANGEXPORT_DECL explicit identity_state(identity_emulator_options identity_options);

    LANGEXPORT_DECL service_response handle(service_request request) override;

    identity_emulator_options identity; // constant after construction, except the assertion
    std::string assertion;
    std::vector<issuer_rule> rules;
    std::vector<issuer_request> requests;
    std::vector<std::string> tokens;

private:
    LANGEXPORT_DECL const canned_response* find_rule(issuer_call kind);
    LANGEXPORT_DECL service_response respond(issuer_request& seen, const service_request& request);
    LANGEXPORT_DECL service_response respond_as_authority(issuer_request& seen,
                                                          const service_request& request);
    LANGEXPORT_DECL service_response respond_as_machine(issuer_request& seen,
                                                        const service_request& request);
    LANGEXPORT_DECL service_response respond_as_app(issuer_request& seen,
                                                    const service_request& request);
    LANGEXPORT_DECL service_response describe_tenant(const service_request& request) const;
    LANGEXPORT_DECL std::optional<canned_response> objection_to(std::string_view form) const;
    LANGEXPORT_DECL service_response issue(issuer_call kind, const std::string& scope);
    LANGEXPORT_DECL service_response good(std::string body) const;
    LANGEXPORT_DECL service_response error_response(const canned_response& why) const;
    // By the issuer's clock.
    time_point issuer_now() const { return now() + identity.clock_offset; }
};

LANGEXPORT_DECL issuer_call kind_of_target(std::string_view method, std::string_view target);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/identity_state.ipp>
#endif

#endif
