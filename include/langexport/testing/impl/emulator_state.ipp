#ifndef LANGEXPORT_TESTING_IMPL_EMULATOR_STATE_IPP
#define LANGEXPORT_TESTING_IMPL_EMULATOR_STATE_IPP

#include <langexport/testing/impl/emulator_state.hpp>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL service_response emulator_state::handle(const service_request& request) {
    const std::lock_guard<std::mutex> lock(mutex);
    return model->handle(request, now());
}

LANGEXPORT_DECL std::optional<canned_response>
emulator_state::cut_off(const service_request& header) {
    const std::lock_guard<std::mutex> lock(mutex);
    return model->cut_off(header);
}

LANGEXPORT_DECL emulator_counters emulator_state::counters() const {
    const std::lock_guard<std::mutex> lock(mutex);
    emulator_counters result = model->counters();
    add_counts(result);
    return result;
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
