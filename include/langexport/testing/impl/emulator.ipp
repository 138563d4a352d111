#ifndef LANGEXPORT_TESTING_IMPL_EMULATOR_IPP
#define LANGEXPORT_TESTING_IMPL_EMULATOR_IPP

#include <langexport/testing/emulator.hpp>
#include <langexport/testing/impl/emulator_address.hpp>
#include <langexport/testing/impl/emulator_state.hpp>
#include <langexport/testing/impl/listener.hpp>
#include <langexport/testing/impl/wire_format.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <cmath>
#include <stdexcept>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL void check_options(const emulator_options& options) {
    if (!std::isfinite(options.time_scale) || options.time_scale <= 0)
        throw std::invalid_argument("emulator_options::time_scale must be greater than 0");
    if (options.page_size == 0)
        throw std::invalid_argument("emulator_options::page_size must be at least 1");
    const std::string& prefix = options.path_prefix;
    if (!prefix.empty() && (prefix.front() != '/' || prefix.back() == '/'))
        throw std::invalid_argument(
            "emulator_options::path_prefix must begin and must not end with a slash");
}

} // namespace detail

LANGEXPORT_DECL emulator::emulator(asio::any_io_executor executor, emulator_options options) {
    detail::check_options(options);
    if (options.keys.empty())
        for (int i = 0; i < 2; ++i)
            options.keys.push_back(detail::id_source::made_up_key());
    state_ = std::make_shared<detail::emulator_state>(options);
    if (options.tls)
        state_->make_tls();
    const asio::ip::tcp::endpoint wanted = detail::wanted_endpoint(options);
    auto listener = std::make_shared<detail::listener>(std::move(executor), wanted, state_);
    const asio::ip::tcp::endpoint local = listener->local_endpoint();
    const std::string origin = detail::origin_of(local, options.tls);
    state_->port = local.port();
    state_->endpoint = origin + options.path_prefix;
    state_->acceptor = listener;
    state_->model = std::make_unique<service_model>(std::move(options), origin);
    detail::listener::start(std::move(listener));
}

LANGEXPORT_DECL emulator::~emulator() {
    state_->stop();
}

LANGEXPORT_DECL void emulator::stop() {
    state_->stop();
}

LANGEXPORT_DECL std::string emulator::endpoint() const {
    return state_->endpoint;
}

LANGEXPORT_DECL std::uint16_t emulator::port() const noexcept {
    return state_->port;
}

LANGEXPORT_DECL std::string emulator::key() const {
    const std::vector<std::string> all = keys();
    return all.empty() ? std::string() : all.front();
}

LANGEXPORT_DECL std::vector<std::string> emulator::keys() const {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    return state_->model->keys();
}

LANGEXPORT_DECL void emulator::set_keys(std::vector<std::string> keys) {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->model->set_keys(std::move(keys));
}

LANGEXPORT_DECL void emulator::set_keys_after(std::uint64_t requests,
                                              std::vector<std::string> keys) {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->model->set_keys_after(requests, std::move(keys));
}

LANGEXPORT_DECL void emulator::set_bearer_tokens(std::vector<std::string> tokens) {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->model->set_bearer_tokens(std::move(tokens));
}

LANGEXPORT_DECL std::string emulator::certificate_pem() const {
    return state_->certificate.authority_pem;
}

LANGEXPORT_DECL void emulator::write_certificate(const std::string& path) const {
    detail::write_pem(path, state_->certificate.authority_pem);
}

LANGEXPORT_DECL void emulator::add_project(project p) {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->model->add_project(std::move(p));
}

LANGEXPORT_DECL bool emulator::remove_project(const std::string& name) {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    return state_->model->remove_project(name);
}

LANGEXPORT_DECL void emulator::set_import_pattern(project pattern) {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->model->set_import_pattern(std::move(pattern));
}

LANGEXPORT_DECL void emulator::on(call_kind kind, occurrences selected, canned_response response,
                                  request_predicate predicate) {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->model->on(kind, selected, std::move(response), std::move(predicate));
}

LANGEXPORT_DECL void emulator::on_connection(occurrences selected, connection_fault fault) {
    state_->add(detail::connection_rule(selected, std::move(fault)));
}

LANGEXPORT_DECL void emulator::close_connections() {
    state_->close_sessions();
}

LANGEXPORT_DECL void emulator::clear_faults() {
    state_->clear_connection_rules();
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->model->clear_faults();
}

LANGEXPORT_DECL emulator_counters emulator::counters() const {
    return state_->counters();
}

LANGEXPORT_DECL std::vector<request_record> emulator::requests() const {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    return state_->model->requests();
}

LANGEXPORT_DECL void emulator::clear_requests() {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->model->clear_requests();
}

} // namespace testing
} // namespace v0
} // namespace langexport

#endif
