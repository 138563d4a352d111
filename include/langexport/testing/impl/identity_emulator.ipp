#ifndef LANGEXPORT_TESTING_IMPL_IDENTITY_EMULATOR_IPP
#define LANGEXPORT_TESTING_IMPL_IDENTITY_EMULATOR_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/testing/identity_emulator.hpp>
#include <langexport/testing/impl/emulator_address.hpp>
#include <langexport/testing/impl/identity_state.hpp>
#include <langexport/testing/impl/listener.hpp>
#include <langexport/testing/impl/wire_format.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <mutex>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {

LANGEXPORT_DECL identity_emulator::identity_emulator(asio::any_io_executor executor,
                                                     identity_emulator_options options)
    : state_(std::make_shared<detail::identity_state>(std::move(options))) {
    if (state_->options.tls)
        state_->make_tls();
    auto listener = std::make_shared<detail::listener>(
        std::move(executor), detail::wanted_endpoint(state_->options), state_);
    const asio::ip::tcp::endpoint local = listener->local_endpoint();
    state_->port = local.port();
    state_->endpoint = detail::origin_of(local, state_->options.tls);
    state_->acceptor = listener;
    detail::listener::start(std::move(listener));
}

LANGEXPORT_DECL identity_emulator::~identity_emulator() {
    state_->stop();
}

LANGEXPORT_DECL void identity_emulator::stop() {
    state_->stop();
}

LANGEXPORT_DECL std::string identity_emulator::authority() const {
    return state_->endpoint;
}

LANGEXPORT_DECL std::string identity_emulator::identity_endpoint() const {
    return state_->endpoint + "/msi/token";
}

LANGEXPORT_DECL const identity_emulator_options& identity_emulator::options() const noexcept {
    return state_->identity;
}

LANGEXPORT_DECL void identity_emulator::write_certificate(const std::string& path) const {
    detail::write_pem(path, state_->certificate.authority_pem);
}

LANGEXPORT_DECL void identity_emulator::set_client_assertion(std::string assertion) {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->assertion = std::move(assertion);
}

LANGEXPORT_DECL void identity_emulator::on(issuer_call kind, occurrences selected,
                                           canned_response response) {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->rules.emplace_back(kind, selected, std::move(response));
}

LANGEXPORT_DECL void identity_emulator::clear_faults() {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->rules.clear();
}

LANGEXPORT_DECL std::vector<issuer_request> identity_emulator::requests() const {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    return state_->requests;
}

LANGEXPORT_DECL std::vector<std::string> identity_emulator::tokens() const {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    return state_->tokens;
}

LANGEXPORT_DECL canned_response issuer_error(unsigned http_status, const std::string& error,
                                             const std::string& description) {
    detail::id_source ids(0);
    const std::string trace = ids.guid();
    const std::string correlation = ids.guid();
    std::string now = detail::timestamp(std::chrono::system_clock::now());
    now.replace(now.find('T'), 1, " "); // in the authority's format
    boost::json::object body{{"error", error}};
    constexpr std::string_view prefix = "AADSTS";
    const std::size_t end = description.find(':');
    const std::string digits = description.starts_with(prefix)
                                   ? description.substr(prefix.size(), end - prefix.size())
                                   : std::string();
    const std::uint64_t code = langexport::detail::parse_decimal(digits).value_or(0);
    const std::string text = detail::utf8_text(description);
    body["error_description"] = text;
    if (code != 0) {
        body["error_description"] =
            text + " Trace ID: " + trace + " Correlation ID: " + correlation + " Timestamp: " + now;
        body["error_codes"] = boost::json::array{code};
        body["timestamp"] = now;
        body["trace_id"] = trace;
        body["correlation_id"] = correlation;
        body["error_uri"] = "https://login.microsoftonline.com/error?code=" + digits;
    }
    return canned_response(http_status, boost::json::serialize(body));
}

} // namespace testing
} // namespace v0
} // namespace langexport

#endif
