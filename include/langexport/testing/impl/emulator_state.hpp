#ifndef LANGEXPORT_TESTING_IMPL_EMULATOR_STATE_HPP
#define LANGEXPORT_TESTING_IMPL_EMULATOR_STATE_HPP

#include <langexport/testing/impl/server_state.hpp>
#include <langexport/testing/service_model.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// The state of an emulator of the export service.
class emulator_state final : public server_state {
public:
    using server_state::server_state;

    LANGEXPORT_DECL std::uint64_t body_limit(const service_request& header) const override;
    LANGEXPORT_DECL std::optional<early_response> begin(const service_request& header) override;
    LANGEXPORT_DECL service_response handle(service_request request) override;
    LANGEXPORT_DECL emulator_counters counters() const;

    std::unique_ptr<service_model> model; // guarded by the mutex
};

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/emulator_state.ipp>
#endif

#endif
