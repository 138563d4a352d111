#ifndef LANGEXPORT_TESTS_INTEGRATION_CLIENT_PHASES_HPP
#define LANGEXPORT_TESTS_INTEGRATION_CLIENT_PHASES_HPP

#include "integration/client_bench.hpp"
#include "integration/operations.hpp"
#include "support/fake_names.hpp"
#include "support/pause_point.hpp"
#include "support/silent_listener.hpp"
#include "support/watched_sink.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace langexport_tests {

/// The progress of one request of an operation.
enum class moment {
    authorizing, ///< The source of access tokens does not respond.
    held_back,   ///< The quota is used up.
    queued,      ///< No connection is free for it.
    resolving,   ///< The host name is being resolved.
    connecting,  ///< The peer does not accept the connection.
    handshaking, ///< The peer does not respond to the TLS handshake.
    writing,     ///< The peer reads only a part of it.
    sent,        ///< It was sent, no response arrives.
    half_header, ///< Half of the header of its response was received.
    half_body,   ///< The header of its response and a part of the body were received.
    retrying,    ///< It failed, and its retry is not due yet.
    waiting,     ///< There is a job, and its next poll is not due yet.
    sinking,     ///< The sink writes a piece of the result.
    committing   ///< The sink commits.
};

inline constexpr std::array all_moments = {
    moment::authorizing, moment::held_back,   moment::queued,   moment::resolving,
    moment::connecting,  moment::handshaking, moment::writing,  moment::sent,
    moment::half_header, moment::half_body,   moment::retrying, moment::waiting,
    moment::sinking,     moment::committing};

const char* to_string(moment when);

/// The progress of an operation: one of its requests, and the progress of that.
class phase {
public:
    moment when;
    std::size_t request =
        0; ///< Its index among those of the operation; of a list, the index of the page.
};

/// The request of a phase.
langexport::testing::call_kind kind_of(operation op, phase p);
/// "held back, status" and so on.
std::string to_string(operation op, phase p);

/// Every request of an operation at every moment, including impossible combinations.
std::vector<phase> all_phases(operation op);
/// Why an operation cannot be in a phase; empty if it can be.
std::string why_never(operation op, phase p, bool tls);
/// All phases that an operation can reach.
std::vector<phase> phases_of(operation op, bool tls);

/// A phase, and whether there is TLS.
class place {
public:
    bool tls;
    phase where;
};

/// The phases without TLS, then those with it.
std::vector<place> places_of(operation op);

/// The submission state that an error in this phase reports.
langexport::submission_state submission_in(operation op, phase p);
/// How many requests the service has received completely.
std::size_t seen_in(operation op, phase p);
/// Whether a submission was sent whose response is read, regardless of the operation.
bool is_in_flight(operation op, phase p);

/// An emulator, a client, and an operation that stays in a phase.
class phase_bench {
public:
    /// The body of a submission that is larger than the buffers of a narrow listener.
    static constexpr std::size_t large_request = 200'000;

    /// `deadline` is that of the client's operations.
    phase_bench(operation kind, phase p, bool tls,
                std::optional<langexport::client_params::duration> deadline = std::nullopt);

    /// Starts the operation.
    std::shared_ptr<ending> begin(boost::asio::cancellation_slot stop,
                                  std::shared_ptr<void> life = nullptr);
    /// Whether it has reached its phase.
    bool is_there();
    /// Runs the context until it has; false if it does not, or has ended.
    bool reach();
    /// Runs all that can be run without waiting for anything.
    void settle();
    /// The requests of the operation that the service has received completely.
    std::vector<std::string> seen();
    /// Lets the sink continue.
    void resume_sink() { sink_pause_.resume(); }
    /// Ends work that outlives the operation: others that keep a connection busy, a look-up, a source of
    /// tokens, and the connection of a submission in flight.
    void release();
    /// Ends the look-up, which the end of the context would wait for.
    void end_lookup() { name_.reset(); }
    /// Whether an operation on the same client can succeed now.
    bool can_succeed_now() const;

    operation op;
    phase where;

private:
    // What the context holds may point to these.
    pause_point sink_pause_;
    pause_point token_pause_;
    boost::asio::cancellation_signal stop_others_;

public:
    client_bench b;
    std::shared_ptr<event_list>
        events; ///< All, except failures of operations that keep a connection busy.
    std::shared_ptr<watched_sink> sink = std::make_shared<watched_sink>();
    std::optional<strand_type> strand; ///< Where its handler runs.
    std::optional<langexport::client> client;
    std::size_t exports = 2; ///< Of a batch.

private:
    void prepare_service();
    void set(langexport::client_params& params);
    bool is_never_at_service() const;
    bool is_renamed() const;
    langexport::client_params first_params() const;
    langexport::credential held_tokens();
    template <class Start>
    void begin_others(Start start) {
        others_ = b.begin<langexport::exported_project>([&](auto token) {
            start(boost::asio::bind_cancellation_slot(stop_others_.slot(), std::move(token)));
        });
    }
    void keep_connection_busy();
    void take_next_connection();
    void set_next_fault();

    const std::string host_; // known as long as there is a fake_name

    langexport::export_request request_{"Demo"};
    langexport::export_status of_;
    std::size_t seen_before_ = 0;
    std::uint64_t bytes_before_ = 0;
    std::optional<fake_name> name_;
    int lookups_before_ = 0;
    std::unique_ptr<silent_listener> listener_;
    int accepted_ = 0;
    std::shared_ptr<ending> begun_;
    langexport::export_status others_of_;
    std::shared_ptr<outcome<langexport::exported_project>> others_;
};

} // namespace langexport_tests

#endif
