#ifndef LANGEXPORT_DETAIL_POLICY_CLASSIFY_RESPONSE_HPP
#define LANGEXPORT_DETAIL_POLICY_CLASSIFY_RESPONSE_HPP

#include <langexport/client_params.hpp>
#include <langexport/detail/policy/export_state.hpp>
#include <langexport/detail/protocol/link.hpp>
#include <langexport/detail/protocol/project_listing.hpp>
#include <langexport/detail/protocol/response_message.hpp>
#include <langexport/detail/protocol/secret_hooks.hpp>
#include <langexport/proxy.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// The facts that are known before a response is read.
struct response_context {
    const endpoint& service_endpoint;
    const std::vector<origin>& backends;
    std::size_t max_json_depth;
    steady_duration max_retry_after;
    std::chrono::system_clock::time_point now;
    redact_hook redact = {};
    result_expectation expected = {}; // of a result
    // The version in the request; empty if the request follows a link of the service.
    std::string_view api_version = {};
    secret_check_hook has_secret =
        {}; // finds a secret in a link, which the client then neither follows nor keeps
    const proxy_url* proxy = nullptr; // for plain HTTP, where it may respond instead of the service
    job_kind job = job_kind::exporting; // of the operation
};

// An event for the state machine, and its data. `target` contains no whole secret; the texts contain no
// part of one.
struct classified_response {
    response_event event;
    std::string target;    // the target of the next request, if it changes
    std::string detail;    // describes a failure in the words of this library
    service_error service; // describes a failure in the words of the service
    service_error warning; // a problem that does not stop the operation
};

// `status` is the last known status of the job. An accepted status response replaces it, without the secrets that the
// response repeats. Warnings about a result are added to those of `status`. An accepted page of a list is added to
// `listing`, which may be null for requests of other kinds.
LANGEXPORT_DECL classified_response classify_response(request_kind kind,
                                                      const response_message& response,
                                                      const response_context& context,
                                                      export_status& status,
                                                      project_listing* listing = nullptr);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/policy/impl/classify_response.ipp>
#endif

#endif
