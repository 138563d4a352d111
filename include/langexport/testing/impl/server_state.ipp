#ifndef LANGEXPORT_TESTING_IMPL_SERVER_STATE_IPP
#define LANGEXPORT_TESTING_IMPL_SERVER_STATE_IPP

#include <langexport/testing/impl/server_state.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL std::uint64_t server_state::add(const std::shared_ptr<stoppable>& s) {
    const std::lock_guard<std::mutex> lock(mutex);
    if (stopped_)
        return 0;
    sessions_.emplace(++last_number_, s);
    return last_number_;
}

LANGEXPORT_DECL void server_state::remove(std::uint64_t number) {
    const std::lock_guard<std::mutex> lock(mutex);
    sessions_.erase(number);
}

LANGEXPORT_DECL void server_state::add(connection_rule rule) {
    const std::lock_guard<std::mutex> lock(mutex);
    connection_rules_.push_back(std::move(rule));
}

LANGEXPORT_DECL void server_state::clear_connection_rules() {
    const std::lock_guard<std::mutex> lock(mutex);
    connection_rules_.clear();
}

LANGEXPORT_DECL std::optional<connection_fault> server_state::find_connection_fault() {
    const std::lock_guard<std::mutex> lock(mutex);
    std::optional<connection_fault> found;
    for (connection_rule& rule : connection_rules_)
        if (rule.which.contains(++rule.count) && !found)
            found = rule.fault;
    if (found)
        ++connection_faults_;
    return found;
}

LANGEXPORT_DECL void server_state::stop() {
    {
        const std::lock_guard<std::mutex> lock(mutex);
        stopped_ = true;
    }
    if (const std::shared_ptr<stoppable> l = acceptor.lock())
        asio::post(l->get_executor(), [l] { l->close(); });
    close_sessions();
}

LANGEXPORT_DECL void server_state::close_sessions() {
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

LANGEXPORT_DECL void server_state::make_tls() {
    certificate = options.identity ? *options.identity : make_certificate(options.certificate);
    asio::ssl::context& context = tls_.emplace(asio::ssl::context::tls_server);
    context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    if (!options.tls_1_3)
        context.set_options(asio::ssl::context::no_tlsv1_3);
    if (!options.client_authority_pem.empty()) {
        context.add_certificate_authority(asio::buffer(options.client_authority_pem));
        context.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
        // Without it OpenSSL rejects resumed sessions of clients with a certificate.
        constexpr unsigned char name[] = "langexport emulator";
        SSL_CTX_set_session_id_context(context.native_handle(), name, sizeof(name) - 1);
    }
    context.use_certificate_chain(asio::buffer(certificate.certificate_pem));
    context.use_private_key(asio::buffer(certificate.private_key_pem), asio::ssl::context::pem);
    certificate.private_key_pem.clear();
}

LANGEXPORT_DECL void server_state::add_counts(emulator_counters& counters) const {
    counters.connections = last_number_;
    counters.open_connections = sessions_.size();
    counters.handshakes_new = handshakes_new_;
    counters.handshakes_resumed = handshakes_resumed_;
    counters.handshakes_failed = handshakes_failed_;
    counters.bytes_sent = bytes_sent_;
    counters.malformed = malformed_;
    counters.connection_faults = connection_faults_;
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
