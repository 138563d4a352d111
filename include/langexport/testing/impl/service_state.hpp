#ifndef LANGEXPORT_TESTING_IMPL_SERVICE_STATE_HPP
#define LANGEXPORT_TESTING_IMPL_SERVICE_STATE_HPP

#include <langexport/testing/emulator_options.hpp>
#include <langexport/testing/fault.hpp>
#include <langexport/testing/impl/accepted_credentials.hpp>
#include <langexport/testing/impl/import_table.hpp>
#include <langexport/testing/impl/job_table.hpp>
#include <langexport/testing/impl/request_checks.hpp>
#include <langexport/testing/impl/response_maker.hpp>
#include <langexport/testing/impl/route.hpp>
#include <langexport/testing/impl/wire_format.hpp>
#include <langexport/testing/project.hpp>
#include <langexport/testing/request_record.hpp>
#include <langexport/testing/service_message.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

class fault_rule {
public:
    fault_rule(call_kind k, occurrences w, canned_response a, request_predicate p)
        : kind(k), which(w), canned(std::move(a)), predicate(std::move(p)) {}

    call_kind kind;
    occurrences which;
    canned_response canned;
    request_predicate predicate;
    std::uint64_t count = 0;
};

// Allows at most `limit` requests in any window. Stores the times of those that it allowed.
class quota_window {
public:
    quota_window(std::size_t limit, std::chrono::nanoseconds length)
        : limit_(limit), length_(length) {}

    // Returns 0 and counts the request if the quota allows it. Otherwise it returns how long the window stays
    // full.
    LANGEXPORT_DECL std::chrono::nanoseconds pass(time_point now);
    // Whether `pass` would not allow a request now.
    LANGEXPORT_DECL bool is_full(time_point now) const;

private:
    std::size_t limit_;
    std::chrono::nanoseconds length_;
    std::deque<time_point> passed_;
};

// The state of a service_model.
class service_state {
public:
    LANGEXPORT_DECL service_state(emulator_options o, std::string own_origin);

    LANGEXPORT_DECL std::optional<early_response> begin(const service_request& header,
                                                        time_point now);
    LANGEXPORT_DECL service_response handle(service_request request, time_point now);

    const emulator_options options;
    std::string origin;
    accepted_credentials credentials;
    project_map projects;
    import_table imports;
    std::vector<fault_rule> rules;
    emulator_counters counters;
    std::deque<request_record> log;

private:
    LANGEXPORT_DECL request_record describe(const call& c) const;
    // Finds a rule that ends requests early, or one that does not.
    LANGEXPORT_DECL const canned_response* find_rule(const request_record& seen, bool is_early);
    // Processes a request, and records it. `rule` may be null.
    LANGEXPORT_DECL service_response respond(call& c, request_record seen,
                                             const canned_response* rule);
    // Whether the service rejects a submission because of its header.
    LANGEXPORT_DECL bool is_rejected(const call& c) const;
    // Returns how long to wait for a place in the quota; 0 if the request has taken one.
    LANGEXPORT_DECL std::chrono::nanoseconds pass_quota(const call& c, credential_seen credential);
    LANGEXPORT_DECL service_response process(call& c, credential_seen credential,
                                             std::chrono::nanoseconds wait);
    LANGEXPORT_DECL service_response unauthorized(const call& c);
    LANGEXPORT_DECL service_response throttled(const call& c, std::chrono::nanoseconds wait);
    LANGEXPORT_DECL service_response submit(const call& c);
    LANGEXPORT_DECL service_response submit_import(call& c);
    // The response to a submission that started a job.
    LANGEXPORT_DECL service_response accepted(const call& c, const job_record& job);
    LANGEXPORT_DECL service_response report_status(const call& c);
    LANGEXPORT_DECL service_response send_result(const call& c);
    LANGEXPORT_DECL service_response list(const call& c);
    LANGEXPORT_DECL service_response report_metadata(const call& c);
    LANGEXPORT_DECL service_response reject(const call& c, const rejection& why);
    // Null if the surface has no project of that name.
    LANGEXPORT_DECL const std::shared_ptr<const project>* find_project(const call& c) const;
    LANGEXPORT_DECL service_response no_such_project(const call& c);
    LANGEXPORT_DECL service_response no_such_job(const call& c);

    // The beginning of a link, up to the path.
    LANGEXPORT_DECL std::string link_base(const call& c, const std::string& other_origin) const;
    LANGEXPORT_DECL std::string link(const call& c, const std::string& other_origin,
                                     const job_record& job, const char* tail) const;

    response_maker responses_;
    job_table jobs_;
    quota_window posts_;
    quota_window gets_;
};

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/import_calls.ipp>
#include <langexport/testing/impl/service_calls.ipp>
#include <langexport/testing/impl/service_state.ipp>
#endif

#endif
