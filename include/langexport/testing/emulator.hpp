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

/// @namespace langexport::v0::testing
/// An emulator of the service and other help for tests. Write `langexport::testing`.

namespace langexport {
inline namespace v0 {
namespace testing {

namespace asio = boost::asio;

namespace detail {
class emulator_state;
}

/// The authoring service in the caller's own process: for tests, demonstrations and programs that run
/// without an account. It lists, exports and imports projects.
///
/// It listens on a real socket and responds as the service does, on the caller's executor and without a
/// thread of its own. The caller sets projects, keys, the duration of jobs, and faults. Several threads
/// may run the context. Every member may be called on any thread.
///
/// @code
/// asio::io_context context;
/// testing::emulator service(context.get_executor());
/// service.add_project(testing::project("Demo"));
/// client_params params(service.endpoint(), subscription_key(service.key()));
/// @endcode
///
/// While it exists, `io_context::run()` does not return. Its destructor and `stop()` close the listener
/// and all connections. So does the destructor of the context.
class emulator {
public:
    /// Starts to listen.
    ///
    /// @param executor  Runs everything.
    /// @param options   Where to listen, the accepted credentials, the time scale.
    /// @throws boost::system::system_error  The emulator cannot listen on the address, or no certificate
    ///                                      could be created.
    /// @throws std::invalid_argument        An option has an invalid value; the text names it.
    LANGEXPORT_DECL explicit emulator(asio::any_io_executor executor,
                                      emulator_options options = emulator_options());

    /// Stops the emulator.
    LANGEXPORT_DECL ~emulator();

    /// Not copyable.
    emulator(const emulator&) = delete;
    /// Not copyable.
    emulator& operator=(const emulator&) = delete;

    /// Closes the listener and all connections. It returns at once; the executor does the work. It may
    /// be called again. Counters stay readable.
    LANGEXPORT_DECL void stop();

    /// The address for a client, such as `http://127.0.0.1:49152` or `https://localhost:49152`,
    /// with the path prefix.
    LANGEXPORT_DECL std::string endpoint() const;
    /// The port that it listens on.
    LANGEXPORT_DECL std::uint16_t port() const noexcept;

    /// The first valid key; empty if there is none.
    LANGEXPORT_DECL std::string key() const;
    /// The valid keys.
    LANGEXPORT_DECL std::vector<std::string> keys() const;
    /// Replaces the valid keys. The next request with another key receives a 401.
    LANGEXPORT_DECL void set_keys(std::vector<std::string> keys);
    /// Replaces the valid keys after this many more requests, so that they change during an operation.
    /// An empty list revokes all keys.
    LANGEXPORT_DECL void set_keys_after(std::uint64_t requests, std::vector<std::string> keys);
    /// Replaces the valid bearer tokens; their lifetime starts again.
    LANGEXPORT_DECL void set_bearer_tokens(std::vector<std::string> tokens);

    /// The certificate of the authority to trust, PEM; empty without TLS.
    LANGEXPORT_DECL std::string certificate_pem() const;
    /// Writes the certificate of the authority to a file.
    ///
    /// @param path  The file.
    /// @throws boost::system::system_error  The file cannot be written.
    LANGEXPORT_DECL void write_certificate(const std::string& path) const;

    /// Adds a project, or replaces the one of that name for jobs that start from now on.
    LANGEXPORT_DECL void add_project(project p);
    /// Removes a project; its jobs continue.
    ///
    /// @return  False if there is no project of that name.
    LANGEXPORT_DECL bool remove_project(const std::string& name);
    /// Sets how imports into the project of the pattern's name behave from now on. An empty name is for all
    /// imports without a pattern of their own.
    ///
    /// The job of an import has the run time, creation lag, status words, end, errors and warnings of the
    /// pattern. The project is created or replaced when the job ends as `succeeded` or
    /// `partially_completed`. A new project has the settings of the pattern; an existing one keeps its own.
    /// Kind, language, description, container and document are always those of the import.
    ///
    /// @param pattern  The settings. Default: those of `project("")`.
    LANGEXPORT_DECL void set_import_pattern(project pattern);

    /// Sets a rule: matching requests receive this response instead of the service's own. The first
    /// matching rule applies.
    ///
    /// @param kind       The kind of request.
    /// @param selected   Which of them: a number n (the n-th from now), or a range.
    /// @param response   The response.
    /// @param predicate  A further condition, such as `for_project("name")`; requests that do not fulfill it
    ///                   are not counted. Default: none.
    LANGEXPORT_DECL void on(call_kind kind, occurrences selected, canned_response response,
                            request_predicate predicate = request_predicate());
    /// Sets a rule: matching connections end before a request was read from them. The first matching rule
    /// applies.
    ///
    /// @param selected  Which connections, counted from now: a number n, or a range.
    /// @param fault     The fault.
    LANGEXPORT_DECL void on_connection(occurrences selected, connection_fault fault);
    /// Closes all open connections and accepts new ones, like a service that drops idle connections or
    /// fails over. It returns at once; the executor does the work.
    LANGEXPORT_DECL void close_connections();
    /// Removes all rules of `on` and `on_connection`.
    LANGEXPORT_DECL void clear_faults();

    /// The current counts.
    LANGEXPORT_DECL emulator_counters counters() const;
    /// The last `emulator_options::log_limit` requests, oldest first.
    LANGEXPORT_DECL std::vector<request_record> requests() const;
    /// Deletes the kept requests; counters stay.
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
