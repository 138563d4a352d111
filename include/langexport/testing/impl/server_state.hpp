#ifndef LANGEXPORT_TESTING_IMPL_SERVER_STATE_HPP
#define LANGEXPORT_TESTING_IMPL_SERVER_STATE_HPP

#include <langexport/testing/certificate.hpp>
#include <langexport/testing/connection_fault.hpp>
#include <langexport/testing/emulator_options.hpp>
#include <langexport/testing/request_record.hpp>
#include <langexport/testing/service_message.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {

namespace asio = boost::asio;

namespace detail {

using error_code = boost::system::error_code;

// The listener or a session: something that can be closed.
class stoppable {
public:
    stoppable() = default;
    stoppable(const stoppable&) = delete;
    stoppable& operator=(const stoppable&) = delete;
    virtual ~stoppable() = default;

    // The strand of the object.
    virtual asio::any_io_executor get_executor() = 0;
    // Call this only on the strand.
    virtual void close() = 0;
};

// A fault rule for connections.
class connection_rule {
public:
    connection_rule(occurrences w, connection_fault f) : which(w), fault(std::move(f)) {}

    occurrences which;
    connection_fault fault;
    std::uint64_t count = 0;
};

// The state that the handle of a server, its listener and its sessions share. It uses only those options
// that concern sockets. It may outlive the execution context, because the handle may. So it owns neither
// an I/O object nor an executor: the coroutines own those, and the context destroys the coroutines.
class server_state {
public:
    explicit server_state(const emulator_options& o)
        : options(o), started_(std::chrono::steady_clock::now()),
          started_at_(std::chrono::system_clock::now()) {}
    server_state(const server_state&) = delete;
    server_state& operator=(const server_state&) = delete;
    virtual ~server_state() = default;

    // The limit on the body of the request with this header, in bytes.
    virtual std::uint64_t body_limit(const service_request&) const {
        return options.max_request_body;
    }
    // Returns the response to a request that ends after its header, or in its body.
    virtual std::optional<early_response> begin(const service_request&) { return std::nullopt; }
    virtual service_response handle(service_request request) = 0;

    // The time for the model: the system time at the start plus the steady time since then.
    std::chrono::system_clock::time_point now() const {
        return started_at_ + std::chrono::duration_cast<std::chrono::system_clock::duration>(
                                 std::chrono::steady_clock::now() - started_);
    }

    // Null if the server does not use TLS.
    asio::ssl::context* tls() noexcept { return tls_.has_value() ? &*tls_ : nullptr; }

    // Returns the number of the connection; 0 if the server has been stopped.
    LANGEXPORT_DECL std::uint64_t add(const std::shared_ptr<stoppable>& s);
    LANGEXPORT_DECL void remove(std::uint64_t number);
    LANGEXPORT_DECL void add(connection_rule rule);
    LANGEXPORT_DECL void clear_connection_rules();
    // Returns the fault of a new connection, if a rule matches it.
    LANGEXPORT_DECL std::optional<connection_fault> find_connection_fault();
    LANGEXPORT_DECL void close_sessions();
    LANGEXPORT_DECL void stop();

    LANGEXPORT_DECL void make_tls();

    void count_bytes(std::uint64_t bytes) {
        const std::lock_guard<std::mutex> lock(mutex);
        bytes_sent_ += bytes;
    }
    void count_malformed() {
        const std::lock_guard<std::mutex> lock(mutex);
        ++malformed_;
    }
    void count_handshake(bool good, bool resumed) {
        const std::lock_guard<std::mutex> lock(mutex);
        ++(good ? resumed ? handshakes_resumed_ : handshakes_new_ : handshakes_failed_);
    }
    // Adds the counts of connections and bytes. The caller holds the mutex.
    LANGEXPORT_DECL void add_counts(emulator_counters& counters) const;

    // Constant after construction.
    emulator_options options;
    server_certificate certificate;
    std::string endpoint;
    std::uint16_t port = 0;
    std::weak_ptr<stoppable> acceptor;

    // Guards all members below, and those of derived classes.
    mutable std::mutex mutex;

private:
    std::chrono::steady_clock::time_point started_;
    std::chrono::system_clock::time_point started_at_;
    std::optional<asio::ssl::context> tls_;
    std::map<std::uint64_t, std::weak_ptr<stoppable>> sessions_;
    std::uint64_t last_number_ = 0;
    bool stopped_ = false;
    std::uint64_t handshakes_new_ = 0;
    std::uint64_t handshakes_resumed_ = 0;
    std::uint64_t handshakes_failed_ = 0;
    std::uint64_t bytes_sent_ = 0;
    std::uint64_t malformed_ = 0;
    std::uint64_t connection_faults_ = 0;
    std::vector<connection_rule> connection_rules_;
};

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/server_state.ipp>
#endif

#endif
