#ifndef LANGEXPORT_CLIENT_PARAMS_HPP
#define LANGEXPORT_CLIENT_PARAMS_HPP

#include <langexport/credential.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

class observer;
class request_quota;

/// When a job's status is asked for.
class poll_params {
public:
    using duration = std::chrono::steady_clock::duration;

    poll_params() noexcept {}

    /// From the 202 to the first question. Most exports end within a second. 1 ms to 1 h.
    duration first = std::chrono::milliseconds(500);
    /// The shortest gap between two questions about one job. 1 ms to 1 h.
    duration min_interval = std::chrono::milliseconds(500);
    /// The longest gap. At least `min_interval`, at most 1 h.
    duration max_interval = std::chrono::seconds(30);
    /// The gap grows with the job: it is this part of the job's age. So the end of a job is heard of late by
    /// half as much, whether it takes seconds or hours. 0 to 1.
    double growth = 0.06;
    /// Each gap is shortened by a random part of itself, up to this, so that many jobs do not ask in
    /// step. 0 to 1.
    ///
    /// Where many jobs share a quota the gap is at least what the quota allows each of them, and what is
    /// more waits for its turn. A `Retry-After` of the service is a floor under all of this.
    double jitter = 0.1;
};

/// How failures that may pass are met.
class retry_params {
public:
    using duration = std::chrono::steady_clock::duration;

    retry_params() noexcept {}

    /// Failures in a row of one step (submit, poll, fetch) after which its export fails. 1 = no
    /// second try. 1 to 1,000.
    std::uint32_t max_attempts = 8;
    /// The same for answers of 429, which only ask for patience. 1 to 1,000,000.
    std::uint32_t max_throttled = 100;
    /// The wait after a first failure is a random time up to this; it doubles with each further one.
    /// 1 ms to 1 h.
    duration first_backoff = std::chrono::milliseconds(500);
    /// The longest such wait. At least `first_backoff`, at most 1 h.
    duration max_backoff = std::chrono::seconds(30);
    /// The longest wait that a `Retry-After` may ask for; a longer one is cut to this. 1 s to 24 h.
    duration max_gate = std::chrono::minutes(10);
    /// Whether `Retry-After` counts at all. Without it only the random waits above do.
    bool honour_retry_after = true;
    /// Repetitions that all jobs of the client may make at once; what is more waits, so that jobs that
    /// failed together do not come back together. 1 to 1,000,000.
    std::uint32_t burst = 100;
    /// How many a second there may be when that is used up; every ten requests that succeed allow one
    /// more. None ever fails for want of this. 0: no such limit; at most 1,000,000; what is less than one
    /// a minute counts as that.
    double rate = 10;
    /// How often a job that failed for a reason that may pass (the service names TooManyRequests,
    /// ServiceUnavailable, Timeout or InternalServerError) is submitted anew. 0 to 1,000.
    std::uint32_t max_resubmissions = 0;
    /// A 404 to a status request is taken for "not known yet" so long after the 202. 0 to 1 h.
    duration not_found_grace = std::chrono::seconds(10);
};

/// How many requests the service allows on a resource. What exports need beyond it waits here, instead of
/// being refused there.
class quota_params {
public:
    using duration = std::chrono::steady_clock::duration;

    quota_params() noexcept {}

    /// Submissions (POST) in any window; 0: as many as come. At most 1,000,000. The service documents 10.
    std::size_t submissions = 10;
    /// Status requests and results (GET) in any window; 0: as many as come. At most 1,000,000. The
    /// service documents 100.
    std::size_t reads = 100;
    /// The window. 1 ms to 24 h.
    duration window = std::chrono::minutes(1);
};

/// Everything that can be set about a client. Checked once, by the constructor of `client`.
///
/// A plain value. Thread safety: as the standard library's types.
class client_params {
public:
    using duration = std::chrono::steady_clock::duration;

    /// @param service_endpoint  The resource, e.g. `https://name.cognitiveservices.azure.com`.
    /// @param proof             A `subscription_key`, two of them, or a `bearer_token_source`.
    client_params(std::string service_endpoint, langexport::credential proof)
        : endpoint(std::move(service_endpoint)), credential(std::move(proof)) {}

    /// The address of the resource, or of a gateway before it. See `endpoint::parse`.
    std::string endpoint;
    /// What the client proves itself with; sent to the endpoint's origin and to no other.
    langexport::credential credential;

    /// The service's version, as it is sent for every surface: letters, digits, `-`, `.`, `_`; at most 64
    /// of them. Empty: the newest stable version of the request's surface, see `usual_api_version`. Jobs
    /// that exist are polled at the version that their links name.
    std::string api_version;
    /// Accept an `http` endpoint that is not this machine. The key then travels in clear text.
    bool allow_insecure_http = false;
    /// Origins (`https://host[:port]`) that the endpoint, a gateway, stands for: links to them are
    /// followed through the endpoint, below its path prefix. Empty: such links are refused.
    std::vector<std::string> gateway_backends;
    /// A PEM file of certificates to trust instead of the system's. Empty: the system's. All other rules
    /// hold with it, too: the server's certificate names the host as a subject alternative name, and TLS is
    /// 1.3, or 1.2 with a forward-secret AEAD suite.
    std::string ca_file;
    /// Stands before `langexport/x.y` in the User-Agent. Visible ASCII, at most 128 characters.
    std::string application_id;

    /// The service's request quota. Clients of one origin on one execution context share one budget, also
    /// one after the other; the numbers of the first one count as long as what it spent does.
    quota_params quota;
    /// Use this budget instead, which other clients may use, too. Null: see `quota`.
    std::shared_ptr<request_quota> shared_quota;
    poll_params polling; ///< When a job's status is asked for.
    retry_params retry;  ///< How failures that may pass are met.

    /// The whole operation, waiting in queues included; none by default. 1 ms to 366 days.
    std::optional<duration> deadline;
    /// From the 202, or from the start of an operation on an older job, until the job has ended. 1 ms to
    /// 366 days.
    duration job_timeout = std::chrono::minutes(30);
    /// Take `partiallyCompleted` for a result instead of an error.
    bool accept_partial = false;
    /// Whether a result must have the structure that its surface and format document. JSON must be an
    /// object that has an object `assets` and no `error`; of the format `Luis`, a `luis_schema_version`.
    /// `tsv` must be neither JSON nor HTML, and `excel` must begin as a zip archive. An export whose
    /// result has another structure fails with errc::malformed_response before anything is replaced.
    /// Without this check a result must still be whole, and must not be empty or a page of HTML.
    bool check_result_structure = true;

    // The steps of one attempt; each 1 ms to 24 h.
    duration resolve_timeout = std::chrono::seconds(10); ///< Looking up the host name.
    /// TCP, to all addresses of the host together. The next address is tried, too, when one has not
    /// connected for 250 ms (or for its share of this time, if that is less).
    duration connect_timeout = std::chrono::seconds(10);
    duration handshake_timeout = std::chrono::seconds(10); ///< TLS.
    duration response_timeout = std::chrono::seconds(30);  ///< Sending, until the first byte comes.
    duration read_timeout = std::chrono::seconds(30);      ///< Between two pieces of an answer.
    duration attempt_timeout = std::chrono::seconds(60);   ///< A submission, poll or token in all.
    duration result_timeout = std::chrono::minutes(30);    ///< Fetching a result in all.
    /// Bytes a second, averaged over a minute, below which fetching a result fails with
    /// `errc::read_timeout` and is tried again. Time that is spent in a sink does not count. 0: no such
    /// limit. At most 1 TiB.
    std::uint64_t min_download_rate = 1024;

    /// Connections at the same time. 1 to 1,024. A few serve thousands of exports.
    std::size_t max_connections = 8;
    /// A connection that was idle for so long is closed and not used again. 1 ms to 24 h.
    ///
    /// It is closed in time as long as any operation of the client is under way. A client that has
    /// nothing to do keeps no timer, for that would be work, and `io_context::run()` would not return:
    /// what it still has open then (at most `max_connections`) is closed when its next operation
    /// starts, or with the client. See `watch_idle_connections`.
    duration max_idle_time = std::chrono::seconds(60);
    /// Close idle connections in time also while no operation is under way. For services, whose context
    /// runs anyway: `io_context::run()` returns only when they are closed, `max_idle_time` after the
    /// last operation.
    bool watch_idle_connections = false;
    /// A connection that was opened so long ago carries no further request; the one under way ends
    /// undisturbed. Each opening looks the host name up anew, so this is how long a fail-over in DNS
    /// goes unnoticed as long as the old address still answers. With TLS the new connection resumes
    /// the session, if the server agrees. 1 ms to 24 h.
    duration max_connection_age = std::chrono::minutes(10);
    /// Operations under way at the same time, waiting ones included. 1 to 10,000,000.
    std::size_t max_pending = 1'000'000;
    /// Status line and header fields of an answer. 1 KiB to 1 MiB.
    std::size_t max_header_size = 32 * 1024;
    /// Body of every answer that is no result. 1 KiB to 64 MiB.
    std::size_t max_message_size = 1024 * 1024;
    /// A result that is returned in memory. 1 KiB to 1 TiB.
    std::uint64_t max_result_size = 256 * 1024 * 1024;
    /// A result that goes to a sink. 1 KiB to 1 PiB.
    std::uint64_t max_streamed_size = 1024ull * 1024 * 1024 * 1024;
    /// Nesting of JSON in answers. 1 to 256.
    std::size_t max_json_depth = 32;

    /// Is told what happens; see observer.hpp. May be null.
    std::shared_ptr<langexport::observer> observer;
};

/// Checks every field.
///
/// @throws export_error (errc::invalid_configuration) naming the first field that is out of its range,
///         the range and the value; or that has a key of the credential in it, which is not shown.
LANGEXPORT_DECL void validate(const client_params& params);
/// The same for a quota alone.
LANGEXPORT_DECL void validate(const quota_params& params);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/client_params.ipp>
#endif

#endif
