#ifndef LANGEXPORT_TESTING_EMULATOR_HPP
#define LANGEXPORT_TESTING_EMULATOR_HPP

#include <langexport/testing/connection_fault.hpp>
#include <langexport/testing/emulator_options.hpp>
#include <langexport/testing/fault.hpp>
#include <langexport/testing/project.hpp>
#include <langexport/testing/request_record.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {

namespace asio = boost::asio;

namespace detail {
class emulator_state;
}

/// The export service in the caller's own process: for tests, demonstrations and programs that
/// shall run without an account.
///
/// It listens on a real socket and answers as the service does, on the caller's executor and with
/// no thread of its own. Projects, keys, the pace of jobs and misbehaviour are set by the caller.
/// The context may be run by several threads, and every member may be called from any thread.
///
/// @code
/// asio::io_context context;
/// testing::emulator service(context.get_executor());
/// service.add_project(testing::project("Demo"));
/// client_params params(service.endpoint(), subscription_key(service.key()));
/// @endcode
///
/// While it lives it has work to do: `io_context::run()` does not return. Destroying it, or
/// `stop()`, closes the listener and all connections. A context that is destroyed first takes
/// them with it.
class emulator {
public:
    /// Starts listening.
    ///
    /// @param executor  Where everything runs.
    /// @param options   Where to listen, whom to let in, how fast time passes.
    /// @throws boost::system::system_error  The address cannot be listened on, or no certificate
    ///                                      could be made.
    /// @throws std::invalid_argument        An option makes no sense; the text names it.
    LANGEXPORT_DECL explicit emulator(asio::any_io_executor executor,
                                      emulator_options options = emulator_options());

    /// Stops it.
    LANGEXPORT_DECL ~emulator();

    emulator(const emulator&) = delete;
    emulator& operator=(const emulator&) = delete;

    /// Closes the listener and all connections, on the executor and soon. It can be repeated; what
    /// was counted stays readable.
    LANGEXPORT_DECL void stop();

    /// The address for a client, such as `http://127.0.0.1:49152` or `https://localhost:49152`,
    /// with the path prefix.
    LANGEXPORT_DECL std::string endpoint() const;
    /// The port that it listens on.
    LANGEXPORT_DECL std::uint16_t port() const noexcept;

    /// The first valid key; empty when there is none.
    LANGEXPORT_DECL std::string key() const;
    /// The valid keys.
    LANGEXPORT_DECL std::vector<std::string> keys() const;
    /// Replaces the valid keys: the next request with another one is answered 401.
    LANGEXPORT_DECL void set_keys(std::vector<std::string> keys);
    /// The same, but only after so many further requests: keys that are changed half-way through
    /// something. An empty list revokes them all.
    LANGEXPORT_DECL void set_keys_after(std::uint64_t requests, std::vector<std::string> keys);
    /// Replaces the valid bearer tokens; their lifetime starts again.
    LANGEXPORT_DECL void set_bearer_tokens(std::vector<std::string> tokens);

    /// The certificate of the authority to be trusted, PEM; empty without TLS.
    LANGEXPORT_DECL std::string certificate_pem() const;
    /// Writes that certificate to a file.
    /// @throws boost::system::system_error  The file cannot be written.
    LANGEXPORT_DECL void write_certificate(const std::string& path) const;

    /// Adds a project, or replaces the one of that name for jobs that start from now on.
    LANGEXPORT_DECL void add_project(project p);
    /// Removes a project; its jobs go on. False when there is none of that name.
    LANGEXPORT_DECL bool remove_project(const std::string& name);

    /// Gives requests another answer than the service's own. The first rule that applies wins.
    ///
    /// @param kind       Which kind of request.
    /// @param which      Which of them: a number n (the n-th from now), or a range.
    /// @param answer     What they get.
    /// @param predicate  A further condition, such as `for_project("name")`; requests that fail it
    ///                   are not counted. Default: none.
    LANGEXPORT_DECL void on(call_kind kind, occurrences which, canned_answer answer,
                            request_predicate predicate = request_predicate());
    /// Has connections end before a request was read from them. The first rule that applies wins.
    ///
    /// @param which  Which connections, counted from now: a number n, or a range.
    /// @param fault  What befalls them.
    LANGEXPORT_DECL void on_connection(occurrences which, connection_fault fault);
    /// Closes all connections that are open, on the executor and soon; new ones are accepted. So does a
    /// service that drops idle connections, or fails over.
    LANGEXPORT_DECL void close_connections();
    /// Forgets all rules set by `on` and `on_connection`.
    LANGEXPORT_DECL void clear_faults();

    /// What it saw and did until now.
    LANGEXPORT_DECL emulator_counters counters() const;
    /// The requests that it received, oldest first, the last `emulator_options::log_limit`.
    LANGEXPORT_DECL std::vector<request_record> requests() const;
    /// Forgets the requests that were kept; counters stay.
    LANGEXPORT_DECL void clear_requests();

private:
    std::shared_ptr<detail::emulator_state> state_;
};

} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/emulator.ipp>
#endif

#endif
