#ifndef LANGEXPORT_TESTING_IMPL_EMULATOR_STATE_IPP
#define LANGEXPORT_TESTING_IMPL_EMULATOR_STATE_IPP

#include <langexport/testing/impl/emulator_state.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL std::uint64_t emulator_state::add(const std::shared_ptr<stoppable>& s) {
    const std::lock_guard<std::mutex> lock(mutex);
    if (stopped_)
        return 0;
    sessions_.emplace(++last_number_, s);
    return last_number_;
}

LANGEXPORT_DECL void emulator_state::remove(std::uint64_t number) {
    const std::lock_guard<std::mutex> lock(mutex);
    sessions_.erase(number);
}

LANGEXPORT_DECL service_response emulator_state::handle(const service_request& request) {
    const std::lock_guard<std::mutex> lock(mutex);
    return model->handle(request, now());
}

LANGEXPORT_DECL std::optional<canned_response>
emulator_state::cut_off(const service_request& header) {
    const std::lock_guard<std::mutex> lock(mutex);
    return model->cut_off(header);
}

LANGEXPORT_DECL void emulator_state::add(connection_rule rule) {
    const std::lock_guard<std::mutex> lock(mutex);
    connection_rules_.push_back(std::move(rule));
}

LANGEXPORT_DECL void emulator_state::clear_connection_rules() {
    const std::lock_guard<std::mutex> lock(mutex);
    connection_rules_.clear();
}

LANGEXPORT_DECL std::optional<connection_fault> emulator_state::meet_connection() {
    const std::lock_guard<std::mutex> lock(mutex);
    std::optional<connection_fault> found;
    for (connection_rule& rule : connection_rules_)
        if (rule.which.contains(++rule.count) && !found)
            found = rule.fault;
    if (found)
        ++connection_faults_;
    return found;
}

LANGEXPORT_DECL void emulator_state::stop() {
    {
        const std::lock_guard<std::mutex> lock(mutex);
        stopped_ = true;
    }
    if (const std::shared_ptr<stoppable> l = acceptor.lock())
        asio::post(l->get_executor(), [l] { l->close(); });
    close_sessions();
}

LANGEXPORT_DECL void emulator_state::close_sessions() {
    std::vector<std::shared_ptr<stoppable>> open;
    {
        const std::lock_guard<std::mutex> lock(mutex);
        for (const auto& entry : sessions_)
            if (std::shared_ptr<stoppable> s = entry.second.lock())
                open.push_back(std::move(s));
    }
    for (const std::shared_ptr<stoppable>& s : open)
        asio::post(s->get_executor(), [s] { s->close(); });
}

LANGEXPORT_DECL void emulator_state::make_tls() {
    certificate = options.identity ? *options.identity : make_certificate(options.certificate);
    asio::ssl::context& context = tls_.emplace(asio::ssl::context::tls_server);
    context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    if (!options.tls_1_3)
        context.set_options(asio::ssl::context::no_tlsv1_3);
    context.use_certificate_chain(asio::buffer(certificate.certificate_pem));
    context.use_private_key(asio::buffer(certificate.private_key_pem), asio::ssl::context::pem);
    certificate.private_key_pem.clear();
}

LANGEXPORT_DECL emulator_counters emulator_state::counters() const {
    const std::lock_guard<std::mutex> lock(mutex);
    emulator_counters result = model->counters();
    result.connections = last_number_;
    result.open_connections = sessions_.size();
    result.handshakes_new = handshakes_new_;
    result.handshakes_resumed = handshakes_resumed_;
    result.handshakes_failed = handshakes_failed_;
    result.bytes_sent = bytes_sent_;
    result.malformed = malformed_;
    result.connection_faults = connection_faults_;
    return result;
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
