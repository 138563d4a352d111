#ifndef LANGEXPORT_TESTING_REQUEST_RECORD_HPP
#define LANGEXPORT_TESTING_REQUEST_RECORD_HPP

#include <langexport/version.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {

/// The kinds of requests that the emulator receives.
enum class call_kind {
    any,               ///< Every kind; for selecting requests only.
    submission,        ///< A request for `…/:export`, which starts a job.
    import_submission, ///< A request for `…/:import`, which starts a job.
    status,            ///< A request for the status of a job, of an export or an import.
    result,            ///< A request for a job's result.
    listing,           ///< A request for a page of a surface's projects.
    metadata,          ///< A request for the properties of one project.
    other              ///< Everything else.
};

/// The credential of a request. The value itself is never kept.
enum class credential_seen {
    none,       ///< Neither a key nor a token.
    first_key,  ///< The first of the valid keys.
    second_key, ///< The second of the valid keys (or a later one).
    bearer,     ///< A valid bearer token.
    invalid     ///< A key or token that is not valid.
};

/// A request that the emulator received, for inspection by a test.
class request_record {
public:
    /// An empty request.
    request_record() : kind(call_kind::other), credential(credential_seen::none) {}

    /// The value of the first header field of that name in any letter case; empty if absent.
    LANGEXPORT_DECL std::string_view header(std::string_view name) const;

    /// Whether a header field of that name was sent.
    LANGEXPORT_DECL bool has_header(std::string_view name) const;

    /// The kind of the request.
    call_kind kind;
    /// The method, as received.
    std::string method;
    /// The target, as received: path and query.
    std::string target;
    /// The decoded project name; empty if the path names none.
    std::string project;
    /// The header fields in the order and letter case received. The values of `Authorization`,
    /// `Ocp-Apim-Subscription-Key` and `Cookie` are replaced by `<hidden>`.
    std::vector<std::pair<std::string, std::string>> headers;
    /// The credential, checked but not kept.
    credential_seen credential;
    /// The first 4 KiB of the body.
    std::string body;
    /// The number of the connection, counted from 1.
    std::uint64_t connection = 0;
    /// When the request was complete.
    std::chrono::system_clock::time_point time;
    /// The status of the response; 0 if a rule prevented an HTTP response.
    unsigned status = 0;
};

/// Counts of one project.
class project_counters {
public:
    /// All zero.
    project_counters() {}

    /// Requests for an export, whatever the response.
    std::uint64_t submissions = 0;
    /// Imports that were accepted.
    std::uint64_t imports = 0;
    /// Jobs that were started, of exports and imports.
    std::uint64_t jobs_created = 0;
    /// Requests for the status of a job.
    std::uint64_t status_gets = 0;
    /// Requests for the result of a job.
    std::uint64_t result_gets = 0;
};

/// Counts of the emulator since its construction.
class emulator_counters {
public:
    /// All zero.
    emulator_counters() {}

    /// TCP connections accepted.
    std::uint64_t connections = 0;
    /// Connections that are open now.
    std::uint64_t open_connections = 0;
    /// TLS handshakes that began a new session.
    std::uint64_t handshakes_new = 0;
    /// TLS handshakes that resumed a session.
    std::uint64_t handshakes_resumed = 0;
    /// TLS handshakes that failed.
    std::uint64_t handshakes_failed = 0;
    /// Bytes of responses written (before encryption).
    std::uint64_t bytes_sent = 0;
    /// Complete requests of all kinds, and those with a response before their end.
    std::uint64_t requests = 0;
    /// Input that was not HTTP, or exceeded a limit: response 4xx, connection closed.
    std::uint64_t malformed = 0;
    /// Requests for an export.
    std::uint64_t submissions = 0;
    /// Requests for an import, whatever the response.
    std::uint64_t imports = 0;
    /// Requests for a status.
    std::uint64_t status_gets = 0;
    /// Requests for a result.
    std::uint64_t result_gets = 0;
    /// Requests for a page of projects.
    std::uint64_t listings = 0;
    /// Requests for the properties of one project.
    std::uint64_t metadata_gets = 0;
    /// Requests of another kind.
    std::uint64_t other = 0;
    /// Jobs that were started, of exports and imports.
    std::uint64_t jobs_created = 0;
    /// Responses with 401.
    std::uint64_t unauthorized = 0;
    /// Responses with 404.
    std::uint64_t not_found = 0;
    /// Responses with 429.
    std::uint64_t throttled = 0;
    /// Requests that matched a rule set by `on`.
    std::uint64_t faults = 0;
    /// Requests that a rule cut off. Of the other counters only `faults` includes them.
    std::uint64_t requests_cut = 0;
    /// Connections that matched a rule set by `on_connection`.
    std::uint64_t connection_faults = 0;
    /// The counts of every existing project that a request named.
    std::map<std::string, project_counters> projects;
};

} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/request_record.ipp>
#endif

#endif
