#ifndef LANGEXPORT_DETAIL_POLICY_INTERPRET_HPP
#define LANGEXPORT_DETAIL_POLICY_INTERPRET_HPP

#include <langexport/client_params.hpp>
#include <langexport/detail/policy/export_state.hpp>
#include <langexport/detail/protocol/answer.hpp>
#include <langexport/detail/protocol/link.hpp>
#include <langexport/detail/protocol/project_listing.hpp>
#include <langexport/detail/protocol/redactor.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// What is known before an answer is read.
struct answer_context {
    const endpoint& at;
    const std::vector<origin>& backends;
    std::size_t max_json_depth;
    steady_duration max_gate;
    std::chrono::system_clock::time_point now;
    redactor redact = {};
    result_expectation expected = {}; // of a result
    // That this client put into the request; empty where the request follows a link of the service.
    std::string_view api_version = {};
    secret_check has_secret = {}; // of a link that is to be followed or kept
};

// What an answer means: the event for the machine, and what goes with it. The target has no whole secret in it;
// of the texts every part of a secret was removed.
struct interpretation {
    answered_event event;
    std::string target;    // where the next request goes, if there is a new place
    std::string detail;    // of a failure, in our words
    service_error service; // of a failure, in the service's
    service_error warning; // of what is odd, but no reason to fail
};

// `status` is the job's last known status; a status answer that was accepted replaces it, without the
// secrets that the answer echoes, and a result adds what is odd about it to its warnings. A page of a list that was accepted is added to `listing`, which may be
// null for requests of other kinds.
LANGEXPORT_DECL interpretation interpret(request_kind kind, const answer& reply,
                                         const answer_context& context, export_status& status,
                                         project_listing* listing = nullptr);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/policy/impl/interpret.ipp>
#endif

#endif
