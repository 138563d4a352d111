#ifndef LANGEXPORT_TESTING_IMPL_EMULATOR_STATE_IPP
#define LANGEXPORT_TESTING_IMPL_EMULATOR_STATE_IPP

#include <langexport/testing/impl/emulator_state.hpp>
#include <langexport/testing/impl/route.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL std::uint64_t emulator_state::body_limit(const service_request& header) const {
    const bool is_import =
        parse_route(header.target, options.path_prefix).kind == call_kind::import_submission;
    return is_import ? options.max_import_body : options.max_request_body;
}

LANGEXPORT_DECL std::optional<early_response> emulator_state::begin(const service_request& header) {
    const std::lock_guard<std::mutex> lock(mutex);
    return model->begin(header, now());
}

LANGEXPORT_DECL service_response emulator_state::handle(service_request request) {
    const std::lock_guard<std::mutex> lock(mutex);
    return model->handle(std::move(request), now());
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
