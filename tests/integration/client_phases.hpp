#ifndef LANGEXPORT_TESTS_INTEGRATION_CLIENT_PHASES_HPP
#define LANGEXPORT_TESTS_INTEGRATION_CLIENT_PHASES_HPP

#include "integration/client_bench.hpp"
#include "support/fake_names.hpp"
#include "support/silent_listener.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <memory>
#include <optional>

namespace langexport_tests {

/// Where an export can be when something happens to it.
enum class phase {
    queued,      ///< No connection is free for it.
    resolving,   ///< The host name is looked up, and that takes its time.
    connecting,  ///< Nobody answers the connection.
    handshaking, ///< Nobody answers the TLS handshake.
    posting,     ///< The submission was sent, its answer does not come.
    retrying,    ///< The submission was answered 503, it waits to try again.
    waiting,     ///< There is a job, it waits to poll.
    polling,     ///< The poll was sent, its answer does not come.
    fetching,    ///< The request for the result was sent, its answer does not come.
    half_fetched ///< The result stopped half-way.
};

const char* to_string(phase p);

/// What the error says of the submission in a phase.
langexport::submission_state submission_in(phase p);

/// An emulator, a client, and an export "Demo" that stays in a phase.
class phase_bench {
public:
    phase_bench(phase where, bool tls);

    /// Has others keep the only connection busy, where the phase asks for it. Before the export starts.
    void begin_others();
    /// Runs the context until an export that was started has come to the phase; false if it does not.
    bool reach();
    /// Ends the others.
    void end_others();
    /// Ends the look-up of the host name, which the end of the context would wait for.
    void end_lookup() { name_.reset(); }

    phase where;
    client_bench b;
    std::shared_ptr<event_list> events = std::make_shared<event_list>();
    std::optional<langexport::client> client;

private:
    std::optional<fake_name> name_;
    std::optional<silent_listener> listener_;
    boost::asio::cancellation_signal stop_others_;
    std::shared_ptr<outcome<langexport::export_status>> others_;
};

} // namespace langexport_tests

#endif
