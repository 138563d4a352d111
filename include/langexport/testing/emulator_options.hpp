#ifndef LANGEXPORT_TESTING_EMULATOR_OPTIONS_HPP
#define LANGEXPORT_TESTING_EMULATOR_OPTIONS_HPP

#include <langexport/testing/certificate.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {

/// Where the emulator listens, and its behavior towards all clients.
class emulator_options {
public:
    /// Plain HTTP on 127.0.0.1, a free port, two generated keys, real time, no quota.
    emulator_options() {}

    /// IP address to listen on, such as 127.0.0.1 or ::1.
    std::string address = "127.0.0.1";
    /// Port to listen on; 0 (default) takes a free one.
    std::uint16_t port = 0;
    /// Whether to use TLS (1.2 and 1.3). Default: no.
    bool tls = false;
    /// Whether to offer TLS 1.3, too. Default: yes.
    bool tls_1_3 = true;
    /// The certificate that is created if `tls` is set.
    certificate_options certificate;
    /// An existing certificate from `make_certificate`, which several emulators can share. Default:
    /// none.
    std::optional<server_certificate> identity;
    /// PEM text of an authority. If it is set, a client must present a certificate of that authority
    /// (only with `tls`). Default: no certificate needed.
    std::string client_authority_pem;
    /// Path prefix before `/language`, like that of an API gateway: empty (default) or `/like/this`.
    std::string path_prefix;
    /// Origin in links, such as `https://name.example`. Default: the scheme, and the host that the
    /// request was sent to.
    std::string link_origin;

    /// The valid subscription keys. Default: two generated ones.
    std::vector<std::string> keys;
    /// Valid bearer tokens. Default: none.
    std::vector<std::string> bearer_tokens;
    /// How long a bearer token is valid after the first request with it; later requests receive a 401.
    /// Shrinks with the time scale. 0 (default): forever.
    std::chrono::nanoseconds bearer_token_lifetime = std::chrono::nanoseconds(0);

    /// The api-versions of every surface. Requests with another one receive a 400. Default: empty, which
    /// means the service's versions of each surface: 2022-05-01, 2023-04-01 and 2025-05-15-preview for
    /// text projects; the last two, 2025-11-01 and 2025-11-15-preview for conversations; 2021-10-01,
    /// 2023-04-01 and 2025-05-15-preview for knowledge bases.
    std::vector<std::string> api_versions;
    /// Whether the emulator accepts requests that the service rejects: any api-version (unless
    /// `api_versions` is set), a submission or an imported document without `stringIndexType` or with any
    /// value of it, any `trainedModelLabel`, and any name of a new project. Default: no.
    bool lenient = false;

    /// Factor by which all durations, windows and Retry-After shrink: with 60 a minute takes a second.
    /// Retry-After is rounded up to seconds; `retry-after-ms` has the exact value. Default: 1.
    double time_scale = 1.0;
    /// The lifetime of a job; shrinks with the time scale. Default: 7 days.
    std::chrono::nanoseconds job_lifetime = std::chrono::hours(24 * 7);
    /// The lifetime of a knowledge base's job; shrinks with the time scale. Default: 6 hours.
    std::chrono::nanoseconds knowledge_base_job_lifetime = std::chrono::hours(6);
    /// `Retry-After` in the status of a knowledge base's job that has not ended; 0: none. It shrinks
    /// with the time scale and is rounded up to seconds. Default: 5 s.
    std::chrono::nanoseconds knowledge_base_retry_after = std::chrono::seconds(5);
    /// Submissions of exports and imports allowed in any window; 0 (default): no limit. The service: 10.
    std::size_t quota_posts = 0;
    /// GETs allowed in any window; 0 (default): no limit. The service: 100.
    std::size_t quota_gets = 0;
    /// Length of the quota's window; shrinks with the time scale. Default: one minute.
    std::chrono::nanoseconds quota_window = std::chrono::minutes(1);

    /// Projects on a page of a list, unless the request sets a smaller number (`maxpagesize`). At least
    /// 1. Default: 100.
    std::size_t page_size = 100;

    /// The value of `x-ms-region`. Default: a region that does not exist.
    std::string region = "Emulated Region";
    /// Whether the emulator returns `x-ms-client-request-id` on request, as other services of Azure do.
    /// Default: no, like the service.
    bool echo_client_request_id = false;
    /// Seed of job and request ids; 0 (default): a different one each time.
    std::uint64_t seed = 0;
    /// Limit on the header of a request in bytes. Default: 32 KiB.
    std::uint32_t max_request_header = 32 * 1024;
    /// Limit on the body of a request in bytes, except of an import. Default: 1 MiB.
    std::uint64_t max_request_body = 1024 * 1024;
    /// Limit on the body of an import in bytes. The emulator keeps the body in memory. Default: 1 GiB.
    std::uint64_t max_import_body = 1024 * 1024 * 1024;
    /// How many requests are kept for `requests()`; the oldest are deleted. Default: 10,000.
    std::size_t log_limit = 10000;
};

} // namespace testing
} // namespace v0
} // namespace langexport

#endif
