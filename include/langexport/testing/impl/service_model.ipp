#ifndef LANGEXPORT_TESTING_IMPL_SERVICE_MODEL_IPP
#define LANGEXPORT_TESTING_IMPL_SERVICE_MODEL_IPP

#include <langexport/testing/impl/service_state.hpp>
#include <langexport/testing/service_model.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {

LANGEXPORT_DECL service_model::service_model(emulator_options options, std::string origin)
    : state_(std::make_unique<detail::service_state>(std::move(options), std::move(origin))) {}

LANGEXPORT_DECL service_model::~service_model() = default;

LANGEXPORT_DECL std::optional<early_response> service_model::begin(const service_request& header,
                                                                   time_point now) {
    return state_->begin(header, now);
}

LANGEXPORT_DECL service_response service_model::handle(service_request request, time_point now) {
    return state_->handle(std::move(request), now);
}

LANGEXPORT_DECL void service_model::add_project(project p) {
    auto shared = std::make_shared<const project>(std::move(p));
    state_->projects[shared->name] = shared;
}

LANGEXPORT_DECL bool service_model::remove_project(const std::string& name) {
    return state_->projects.erase(name) != 0;
}

LANGEXPORT_DECL void service_model::set_import_pattern(project pattern) {
    state_->imports.set_pattern(std::move(pattern));
}

LANGEXPORT_DECL void service_model::on(call_kind kind, occurrences selected,
                                       canned_response response, request_predicate predicate) {
    state_->rules.emplace_back(kind, selected, std::move(response), std::move(predicate));
}

LANGEXPORT_DECL void service_model::clear_faults() {
    state_->rules.clear();
}

LANGEXPORT_DECL void service_model::set_keys(std::vector<std::string> keys) {
    state_->credentials.set_keys(std::move(keys));
}

LANGEXPORT_DECL void service_model::set_keys_after(std::uint64_t requests,
                                                   std::vector<std::string> keys) {
    state_->credentials.set_keys_after(requests, std::move(keys));
}

LANGEXPORT_DECL void service_model::set_bearer_tokens(std::vector<std::string> tokens) {
    state_->credentials.set_tokens(std::move(tokens));
}

LANGEXPORT_DECL const std::vector<std::string>& service_model::keys() const noexcept {
    return state_->credentials.keys();
}

LANGEXPORT_DECL const emulator_counters& service_model::counters() const noexcept {
    return state_->counters;
}

LANGEXPORT_DECL std::vector<request_record> service_model::requests() const {
    return std::vector<request_record>(state_->log.begin(), state_->log.end());
}

LANGEXPORT_DECL void service_model::clear_requests() {
    state_->log.clear();
}

} // namespace testing
} // namespace v0
} // namespace langexport

#endif
