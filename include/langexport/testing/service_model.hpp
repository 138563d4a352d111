#ifndef LANGEXPORT_TESTING_SERVICE_MODEL_HPP
#define LANGEXPORT_TESTING_SERVICE_MODEL_HPP

#include <langexport/testing/emulator_options.hpp>
#include <langexport/testing/fault.hpp>
#include <langexport/testing/project.hpp>
#include <langexport/testing/request_record.hpp>
#include <langexport/testing/service_message.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {

namespace detail {
class service_state;
}

/// The service without a network. It takes a request and a time, and returns a response.
///
/// It reads no clock and has no timers, because the test passes the time: a simulated week takes a
/// microsecond. Times must not decrease. Thread safety: none; several threads need a lock.
class service_model {
public:
    /// The type of the time points.
    using time_point = std::chrono::system_clock::time_point;

    /// Creates a service without projects. Without a key or token in `options` it rejects every request.
    ///
    /// @param options  Its behavior. Address, port and certificate are ignored.
    /// @param origin   Origin in links for requests without a `Host`, such as `http://127.0.0.1:1`.
    LANGEXPORT_DECL service_model(emulator_options options, std::string origin);
    /// Deletes projects and jobs.
    LANGEXPORT_DECL ~service_model();
    /// Not copyable.
    service_model(const service_model&) = delete;
    /// Not copyable.
    service_model& operator=(const service_model&) = delete;

    /// Checks a request of which only the header was received at `now`. A rule can end it early. An import
    /// is rejected early if the service can do so without its body: because of its credential, the quota,
    /// its version or its parameters.
    ///
    /// @param header  The header of the request.
    /// @param now     The current time.
    /// @return        The response to a request that ends early. It is counted, and `handle` must not be
    ///                called for it. Nothing if the request must be received completely.
    LANGEXPORT_DECL std::optional<early_response> begin(const service_request& header,
                                                        time_point now);
    /// Processes a request that was completely received at `now`, and returns the response.
    LANGEXPORT_DECL service_response handle(service_request request, time_point now);

    /// Adds a project, or replaces the one of that name for jobs that start from now on.
    LANGEXPORT_DECL void add_project(project p);
    /// Removes a project; its jobs continue.
    ///
    /// @return  False if there is no project of that name.
    LANGEXPORT_DECL bool remove_project(const std::string& name);
    /// Sets how imports behave. See `emulator::set_import_pattern`.
    LANGEXPORT_DECL void set_import_pattern(project pattern);

    /// Sets a rule for requests. See `emulator::on`.
    LANGEXPORT_DECL void on(call_kind kind, occurrences selected, canned_response response,
                            request_predicate predicate = request_predicate());
    /// Removes all rules.
    LANGEXPORT_DECL void clear_faults();

    /// Replaces the valid keys. Jobs continue.
    LANGEXPORT_DECL void set_keys(std::vector<std::string> keys);
    /// Replaces the valid keys after this many more requests.
    LANGEXPORT_DECL void set_keys_after(std::uint64_t requests, std::vector<std::string> keys);
    /// Replaces the valid bearer tokens; their lifetime starts again.
    LANGEXPORT_DECL void set_bearer_tokens(std::vector<std::string> tokens);
    /// The valid keys.
    LANGEXPORT_DECL const std::vector<std::string>& keys() const noexcept;

    /// The counts, except those of connections and bytes.
    LANGEXPORT_DECL const emulator_counters& counters() const noexcept;
    /// The requests that are still kept, oldest first.
    LANGEXPORT_DECL std::vector<request_record> requests() const;
    /// Deletes the kept requests.
    LANGEXPORT_DECL void clear_requests();

private:
    std::unique_ptr<detail::service_state> state_;
};

} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/service_model.ipp>
#endif

#endif
