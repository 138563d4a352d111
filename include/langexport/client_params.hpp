#ifndef LANGEXPORT_CLIENT_PARAMS_HPP
#define LANGEXPORT_CLIENT_PARAMS_HPP

#include <langexport/credential.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/proxy.hpp>
#include <langexport/tls_params.hpp>
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

/// When the client polls a job.
///
/// The interval between two polls follows from the first of these rules that demands a longer one than the
/// previous:
/// 1. `min_interval`.
/// 2. `growth`, a part of the job's age. `quota_share` shortens this interval as long as few jobs wait.
/// 3. The quota. If many jobs share it, each is polled as often as it allows; excess polls wait in a queue.
///    If it is scarce and the last jobs took longer than this one has taken yet, the client saves polls for
///    the time in which the end of the job is probable.
///
/// `max_interval` limits the result. A `Retry-After` of the service is a lower limit for all of this.
class poll_params {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    /// The defaults.
    poll_params() noexcept {}

    /// From the 202 to the first poll. Most exports end within a second. 1 ms to 1 h.
    duration first = std::chrono::milliseconds(500);
    /// The shortest interval between two polls of one job. 1 ms to 1 h.
    duration min_interval = std::chrono::milliseconds(500);
    /// The longest interval. At least `min_interval`, at most 1 h.
    duration max_interval = std::chrono::seconds(30);
    /// The interval grows with the job: it is at most this part of the job's age. So the client notices
    /// the end of a job late by half of this part at most on average, whether the job takes seconds or hours.
    /// 0 to 1.
    double growth = 0.05;
    /// The part of the GETs of `client_params::quota` that waiting jobs use together, even if `growth` alone
    /// would poll them less often. 0 to 0.5, because results and lists need the other half; 0: `growth` alone
    /// decides.
    ///
    /// The jobs may use more than this part, but never more than half of the quota: one poll in 2.7 times
    /// `min_interval`, 1.35 s by default. The reason: a quarter of the service's quota is one poll in 2.4 s,
    /// too few to notice the end of a single job within 1.5 s. Without a limit in `quota` this is the only
    /// rate. For one window after a GET was answered with 429, the jobs use half as much.
    double quota_share = 0.25;
    /// Each interval is shortened by a random part of itself, up to this, so that many jobs are not polled at
    /// the same moment. 0 to 1.
    double jitter = 0.1;
};

/// Retry policy for transient failures.
class retry_params {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    /// The defaults.
    retry_params() noexcept {}

    /// Consecutive failures of one step (submit, poll, fetch) after which its export fails. 1: no
    /// retry. 1 to 1,000.
    std::uint32_t max_attempts = 8;
    /// The same for responses with 429, which only ask to wait. 1 to 1,000,000.
    std::uint32_t max_throttled = 100;
    /// The wait after a first failure is a random time up to this; it doubles with each further failure.
    /// 1 ms to 1 h.
    duration first_backoff = std::chrono::milliseconds(500);
    /// The longest such wait. At least `first_backoff`, at most 1 h.
    duration max_backoff = std::chrono::seconds(30);
    /// The longest wait that a `Retry-After` may request; a longer one is cut to this. 1 s to 24 h.
    duration max_retry_after = std::chrono::minutes(10);
    /// Whether the client respects `Retry-After`. Without it only the random waits above count.
    bool honor_retry_after = true;
    /// Retries that all jobs of the client may make at once. Excess retries wait, so that jobs that
    /// failed together do not return together. 1 to 1,000,000.
    std::uint32_t burst = 100;
    /// Retries a second when `burst` is used up. Every ten requests that succeed allow one more. No operation
    /// fails because of this limit. 0: no limit; at most 1,000,000; less than one a minute counts as one a
    /// minute.
    double rate = 10;
    /// How often the client submits a job again that failed for a transient reason (the service names
    /// TooManyRequests, ServiceUnavailable, Timeout or InternalServerError). 0 to 1,000.
    std::uint32_t max_resubmissions = 0;
    /// For this long after the 202, a 404 to a status request means "not known yet". 0 to 1 h.
    duration not_found_grace = std::chrono::seconds(10);
};

/// How many requests the service allows on a resource. Excess requests are queued locally instead of being
/// rejected by the service.
class quota_params {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    /// The defaults, which are the documented limits of the service.
    quota_params() noexcept {}

    /// Submissions (POST) in any window; 0: no limit. At most 1,000,000. The service documents 10.
    std::size_t submissions = 10;
    /// Status requests and results (GET) in any window; 0: no limit. At most 1,000,000. The
    /// service documents 100.
    std::size_t reads = 100;
    /// The window. 1 ms to 24 h.
    duration window = std::chrono::minutes(1);
};

/// All settings of a client. The constructor of `client` validates them once.
///
/// A plain value. Thread safety: as the standard library's types.
class client_params {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    /// @param service_endpoint  The resource, e.g. `https://name.cognitiveservices.azure.com`.
    /// @param its_credential    A `subscription_key`, two of them, or a `bearer_token_source`.
    LANGEXPORT_DECL client_params(std::string service_endpoint,
                                  langexport::credential its_credential);
    /// Copies all members.
    LANGEXPORT_DECL client_params(const client_params&);
    /// Moves all members.
    LANGEXPORT_DECL client_params(client_params&&);
    /// Copies all members.
    LANGEXPORT_DECL client_params& operator=(const client_params&);
    /// Moves all members.
    LANGEXPORT_DECL client_params& operator=(client_params&&);
    LANGEXPORT_DECL ~client_params();

    /// The address of the resource, or of a gateway in front of it. See `endpoint::parse`.
    std::string endpoint;
    /// The client's credentials; sent to the endpoint's origin and to no other.
    langexport::credential credential;

    /// The api-version of requests on every surface: at most 64 letters, digits, hyphens, dots and
    /// underscores. Empty: the newest stable version of the request's surface, see `usual_api_version`.
    /// Existing jobs are polled with the version that their links name.
    std::string api_version;
    /// Accept an `http` endpoint that is not this machine. The key then travels in clear text.
    bool allow_insecure_http = false;
    /// Origins behind the endpoint, if that is a gateway: `https://host[:port]`. Links to them are
    /// followed through the endpoint, below its path prefix. Empty: such links are rejected.
    std::vector<std::string> gateway_backends;
    /// A PEM file of certificates to trust. Empty: those of `SSL_CERT_FILE` and `SSL_CERT_DIR`, or the
    /// system's. (A variable that names nothing is an error, an empty one counts as unset.) All other rules
    /// hold, too: the server's certificate names the host as a subject alternative name, and TLS is 1.3, or
    /// 1.2 with a forward-secret AEAD suite.
    std::string ca_file;
    /// More settings of TLS: other trusted certificates, a client certificate, the lowest version.
    tls_params tls;
    /// An HTTP proxy: `http://[user:password@]host[:port]`. Empty: none. All requests go through it; see
    /// `proxy_from_environment` for the proxy that the environment names for the endpoint. The proxy resolves
    /// the endpoint's name. An https endpoint is reached through a tunnel (CONNECT): the proxy sees its name
    /// and port only. A failure before the tunnel is there means that nothing was sent.
    proxy_url proxy;
    /// Precedes `langexport/x.y` in the User-Agent. Visible ASCII, at most 128 characters.
    std::string application_id;

    /// The service's request quota. Clients of one origin on one execution context share one budget, even if
    /// they do not exist at the same time. The numbers of the first client count until the requests that it
    /// counted leave the window.
    quota_params quota;
    /// Use this budget instead, which other clients may use, too. Null: see `quota`.
    std::shared_ptr<request_quota> shared_quota;
    poll_params polling; ///< When the client polls a job.
    retry_params retry;  ///< Retry policy for transient failures.

    /// Limit of the whole operation, waiting in queues included; none by default. 1 ms to 366 days.
    std::optional<duration> deadline;
    /// From the 202, or from the start of an operation on an older job, until the job has ended. 1 ms to
    /// 366 days.
    duration job_timeout = std::chrono::minutes(30);
    /// Accept `partiallyCompleted` as a result of an export instead of an error.
    bool accept_partial = false;
    /// Whether a result must have the structure that its surface and format document. JSON must be an
    /// object that has an object `assets` and no `error`; with the format `Luis`, a `luis_schema_version`.
    /// `tsv` must be neither JSON nor HTML, and `excel` must begin as a zip archive. An export whose
    /// result has another structure fails with errc::malformed_response before anything is replaced.
    /// Without this check a result must still be complete, JSON must have the right syntax, and the
    /// result must not be empty or a page of HTML.
    bool check_result_structure = true;

    duration resolve_timeout = std::chrono::seconds(10); ///< Resolving the host name. 1 ms to 24 h.
    /// TCP, to all addresses of the host together. 1 ms to 24 h. If an address has not connected for 250 ms
    /// (or for its share of this time, if that is less), the client tries the next one at the same time.
    duration connect_timeout = std::chrono::seconds(10);
    /// The proxy's response to CONNECT. 1 ms to 24 h.
    duration proxy_timeout = std::chrono::seconds(10);
    duration handshake_timeout = std::chrono::seconds(10); ///< The TLS handshake. 1 ms to 24 h.
    /// Sending the request, until the first byte of the response. 1 ms to 24 h.
    duration response_timeout = std::chrono::seconds(30);
    duration read_timeout =
        std::chrono::seconds(30); ///< Between two reads of a response. 1 ms to 24 h.
    /// A whole submission of an export or poll, or obtaining a token. 1 ms to 24 h.
    duration attempt_timeout = std::chrono::seconds(60);
    duration result_timeout = std::chrono::minutes(30); ///< Fetching a whole result. 1 ms to 24 h.
    /// Bytes a second, averaged over a minute, below which fetching a result fails with
    /// `errc::read_timeout` and is retried. Time that is spent in a sink does not count. 0: no
    /// limit. At most 1 TiB.
    std::uint64_t min_download_rate = 1024;
    duration upload_timeout =
        std::chrono::minutes(30); ///< A whole submission of an import. 1 ms to 24 h.
    /// The same as `min_download_rate` for the body of an import, with `errc::write_timeout`. Time that is
    /// spent in its source does not count. 0: no limit. At most 1 TiB.
    std::uint64_t min_upload_rate = 1024;

    /// Connections at the same time. 1 to 1,024. A few serve thousands of exports.
    std::size_t max_connections = 8;
    /// A connection that was idle for this long is closed and not used again. 1 ms to 24 h.
    ///
    /// The client closes it in time while any of its operations is in progress. An idle client keeps no
    /// timer, because that is work, and `io_context::run()` would not return. It closes its
    /// remaining connections (at most `max_connections`) when its next operation starts, or with its last
    /// handle. See `watch_idle_connections`.
    duration max_idle_time = std::chrono::seconds(60);
    /// Close idle connections in time also while no operation is in progress. For services, whose context
    /// runs anyway: `io_context::run()` returns only when they are closed, `max_idle_time` after the
    /// last operation.
    bool watch_idle_connections = false;
    /// A connection that was opened this long ago carries no further request; the current one finishes
    /// undisturbed. Each new connection resolves the host name again, so this limits how long a fail-over in
    /// DNS stays unnoticed while the old address still responds. With TLS the new connection resumes
    /// the session, if the server agrees. 1 ms to 24 h.
    duration max_connection_age = std::chrono::minutes(10);
    /// Operations in progress at the same time, waiting ones included. 1 to 10,000,000.
    std::size_t max_pending = 1'000'000;
    /// Status line and header fields of a response in bytes. 1 KiB to 1 MiB.
    std::size_t max_header_size = 32 * 1024;
    /// Body in bytes of every response that is not a result. 1 KiB to 64 MiB.
    std::size_t max_message_size = 1024 * 1024;
    /// Size in bytes of a result that is returned in memory. 1 KiB to 1 TiB.
    std::uint64_t max_result_size = 256 * 1024 * 1024;
    /// Size in bytes of a result that is written to a sink. 1 KiB to 1 PiB.
    std::uint64_t max_streamed_size = 1024ull * 1024 * 1024 * 1024;
    /// Nesting of JSON in responses. 1 to 256.
    std::size_t max_json_depth = 32;

    /// Receives events; see langexport::observer. May be null.
    std::shared_ptr<langexport::observer> observer;
};

/// Validates every field.
///
/// @param params  The settings.
/// @throws export_error (errc::invalid_configuration) naming the first field that is out of its range,
///         the range and the value; or the first field that contains a key of the credential, which is not
///         shown.
LANGEXPORT_DECL void validate(const client_params& params);
/// Validates every field of a quota.
///
/// @param params  The quota.
/// @throws export_error (errc::invalid_configuration) naming the first field that is out of its range.
LANGEXPORT_DECL void validate(const quota_params& params);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/client_params.ipp>
#endif

#endif
