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

/// The service without a network: a request and a time in, an answer out.
///
/// It reads no clock and has no timers: a test that gives it the time runs a week in a
/// microsecond. Times must not go backwards. Not safe to share between threads without a lock.
class service_model {
public:
    /// The clock whose time points it is given.
    using time_point = std::chrono::system_clock::time_point;

    /// A service without projects. `options.keys` must not be empty for anyone to be let in.
    ///
    /// @param options  What it is like; address, port and certificate do not matter here.
    /// @param origin   Origin in links for requests without a `Host`, such as `http://127.0.0.1:1`.
    LANGEXPORT_DECL service_model(emulator_options options, std::string origin);
    LANGEXPORT_DECL ~service_model();
    service_model(const service_model&) = delete;
    service_model& operator=(const service_model&) = delete;

    /// Whether a rule cuts off a request of which nothing but the header has come. Then it is counted,
    /// and `handle` is not to be called for it.
    LANGEXPORT_DECL std::optional<canned_answer> cut_off(const service_request& header);
    /// Answers a request that was complete at `now`.
    LANGEXPORT_DECL service_response handle(const service_request& request, time_point now);

    /// Adds a project, or replaces the one of that name for jobs that start from now on.
    LANGEXPORT_DECL void add_project(project p);
    /// Removes a project; its jobs go on. False when there is none of that name.
    LANGEXPORT_DECL bool remove_project(const std::string& name);

    /// Sets a rule: matching requests get this answer. The first rule that applies wins.
    LANGEXPORT_DECL void on(call_kind kind, occurrences which, canned_answer answer,
                            request_predicate predicate = request_predicate());
    /// Forgets all rules.
    LANGEXPORT_DECL void clear_faults();

    /// Replaces the valid keys. Jobs go on.
    LANGEXPORT_DECL void set_keys(std::vector<std::string> keys);
    /// The same after so many further requests.
    LANGEXPORT_DECL void set_keys_after(std::uint64_t requests, std::vector<std::string> keys);
    /// Replaces the valid bearer tokens; their lifetime starts again.
    LANGEXPORT_DECL void set_bearer_tokens(std::vector<std::string> tokens);
    /// The valid keys.
    LANGEXPORT_DECL const std::vector<std::string>& keys() const noexcept;

    /// What was counted, connections and bytes excepted.
    LANGEXPORT_DECL const emulator_counters& counters() const noexcept;
    /// The requests that are still kept, oldest first.
    LANGEXPORT_DECL std::vector<request_record> requests() const;
    /// Forgets the requests that were kept.
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
