#ifndef LANGEXPORT_IMPL_CLIENT_PARAMS_IPP
#define LANGEXPORT_IMPL_CLIENT_PARAMS_IPP

#include <langexport/client_params.hpp>
#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>
#include <langexport/project_surface.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string_view>
#include <type_traits>

namespace langexport {
inline namespace v0 {
namespace detail {

[[noreturn]] inline void reject_field(std::string_view field, std::string_view why) {
    throw_error(errc::invalid_configuration,
                "client_params::" + std::string(field) + " " + std::string(why));
}

// Shows the full value, so that one just outside of its range does not look like the limit.
inline std::string describe(double value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
    return std::string(text, end);
}
inline std::string describe(std::chrono::steady_clock::duration value) {
    return format_duration(value);
}
inline std::string describe(std::uint64_t value) {
    return std::to_string(value);
}

template <class T>
void check_range(std::string_view field, T value, T least, T most) {
    // Written so that a NaN is rejected, too.
    if (value >= least && value <= most)
        return;
    std::string shown = describe(value);
    if constexpr (std::is_same_v<T, std::chrono::steady_clock::duration>)
        if (shown == describe(least) || shown == describe(most))
            shown = format_seconds(value);
    reject_field(field,
                 "must be from " + describe(least) + " to " + describe(most) + ", it is " + shown);
}

inline void check_version(std::string_view version) {
    const std::string why = version.empty() ? std::string() : what_is_wrong_with_version(version);
    if (!why.empty())
        reject_field("api_version", why);
}

inline void check_backends(const std::vector<std::string>& backends) {
    for (std::size_t i = 0; i < backends.size(); ++i) {
        split_url parts;
        std::string why;
        // The message does not contain the text, which may be anything.
        const std::string entry =
            "[" + std::to_string(i) + "] (" + count_of(backends[i].size(), "character") + ")";
        if (!parse_url(backends[i], parts, why))
            reject_field("gateway_backends" + entry, why);
        if (parts.target != "/")
            reject_field("gateway_backends" + entry, "has a path; an origin has none");
    }
}

inline void check_tls(const tls_params& tls) {
    const auto check_path = [](std::string_view field, const std::string& path) {
        if (path.find('\0') != std::string::npos)
            reject_field(field, "has a zero byte");
    };
    check_path("tls.ca_folder", tls.ca_folder);
    check_path("tls.certificate_file", tls.certificate_file);
    check_path("tls.key_file", tls.key_file);
    if (!tls.certificate_file.empty() && !tls.certificate_pem.empty())
        reject_field("tls.certificate_pem",
                     "is set, and so is a file with the certificate: set one of them");
    if (!tls.key_file.empty() && !tls.key_pem.empty())
        reject_field("tls.key_pem", "is set, and so is a file with the key: set one of them");
    const bool has_key = !tls.key_file.empty() || !tls.key_pem.empty();
    if (has_key && tls.certificate_file.empty() && tls.certificate_pem.empty())
        reject_field(tls.key_file.empty() ? "tls.key_pem" : "tls.key_file",
                     "is set without a client certificate: set that, too");
}

// A key in another field would be sent, or shown in messages, which contain the endpoint.
inline void check_for_keys(const client_params& params) {
    const auto reject_keys_in = [&params](std::string_view field, std::string_view text) {
        for (const subscription_key& key : params.credential.keys())
            if (key.is_in(text))
                reject_field(field, "has a key of this client in it");
    };
    reject_keys_in("endpoint", params.endpoint);
    reject_keys_in("api_version", params.api_version);
    reject_keys_in("ca_file", params.ca_file);
    reject_keys_in("tls.ca_folder", params.tls.ca_folder);
    reject_keys_in("tls.certificate_file", params.tls.certificate_file);
    reject_keys_in("tls.key_file", params.tls.key_file);
    reject_keys_in("proxy", params.proxy.host());
    reject_keys_in("application_id", params.application_id);
    for (const std::string& backend : params.gateway_backends)
        reject_keys_in("gateway_backends", backend);
}

} // namespace detail

LANGEXPORT_DECL client_params::client_params(std::string service_endpoint,
                                             langexport::credential its_credential)
    : endpoint(std::move(service_endpoint)), credential(std::move(its_credential)) {}
LANGEXPORT_DECL client_params::client_params(const client_params&) = default;
LANGEXPORT_DECL client_params::client_params(client_params&&) = default;
LANGEXPORT_DECL client_params& client_params::operator=(const client_params&) = default;
LANGEXPORT_DECL client_params& client_params::operator=(client_params&&) = default;
LANGEXPORT_DECL client_params::~client_params() = default;

LANGEXPORT_DECL void validate(const quota_params& params) {
    using namespace std::chrono_literals;
    constexpr std::uint64_t most = 1'000'000;
    const std::uint64_t submissions = params.submissions, reads = params.reads;
    detail::check_range<std::uint64_t>("quota.submissions", submissions, 0, most);
    detail::check_range<std::uint64_t>("quota.reads", reads, 0, most);
    detail::check_range<quota_params::duration>("quota.window", params.window, 1ms, 24h);
}

LANGEXPORT_DECL void validate(const client_params& params) {
    using namespace std::chrono_literals;
    using duration = client_params::duration;
    const auto check_time = [](std::string_view field, duration value, duration least,
                               duration most) { detail::check_range(field, value, least, most); };
    const auto check_count = [](std::string_view field, std::uint64_t value, std::uint64_t least,
                                std::uint64_t most) {
        detail::check_range(field, value, least, most);
    };

    detail::check_for_keys(params);
    endpoint::parse(params.endpoint, params.allow_insecure_http);
    detail::check_version(params.api_version);
    detail::check_backends(params.gateway_backends);
    if (params.ca_file.find('\0') != std::string::npos)
        detail::reject_field("ca_file", "has a zero byte");
    detail::check_tls(params.tls);
    if (params.application_id.size() > 128 ||
        detail::find_invisible(params.application_id) != std::string::npos)
        detail::reject_field("application_id",
                             "must be at most 128 visible ASCII characters without spaces");

    const poll_params& polling = params.polling;
    validate(params.quota);
    check_time("polling.first", polling.first, 1ms, 1h);
    check_time("polling.min_interval", polling.min_interval, 1ms, 1h);
    check_time("polling.max_interval", polling.max_interval, polling.min_interval, 1h);
    detail::check_range("polling.growth", polling.growth, 0.0, 1.0);
    detail::check_range("polling.quota_share", polling.quota_share, 0.0, 0.5);
    detail::check_range("polling.jitter", polling.jitter, 0.0, 1.0);

    const retry_params& retry = params.retry;
    check_count("retry.max_attempts", retry.max_attempts, 1, 1'000);
    check_count("retry.max_throttled", retry.max_throttled, 1, 1'000'000);
    check_time("retry.first_backoff", retry.first_backoff, 1ms, 1h);
    check_time("retry.max_backoff", retry.max_backoff, retry.first_backoff, 1h);
    check_time("retry.max_retry_after", retry.max_retry_after, 1s, 24h);
    check_count("retry.burst", retry.burst, 1, 1'000'000);
    detail::check_range("retry.rate", retry.rate, 0.0, 1e6);
    check_count("retry.max_resubmissions", retry.max_resubmissions, 0, 1'000);
    check_time("retry.not_found_grace", retry.not_found_grace, 0s, 1h);

    constexpr duration year = 24h * 366;
    if (params.deadline)
        check_time("deadline", *params.deadline, 1ms, year);
    check_time("job_timeout", params.job_timeout, 1ms, year);
    check_time("resolve_timeout", params.resolve_timeout, 1ms, 24h);
    check_time("connect_timeout", params.connect_timeout, 1ms, 24h);
    check_time("proxy_timeout", params.proxy_timeout, 1ms, 24h);
    check_time("handshake_timeout", params.handshake_timeout, 1ms, 24h);
    check_time("response_timeout", params.response_timeout, 1ms, 24h);
    check_time("read_timeout", params.read_timeout, 1ms, 24h);
    check_time("attempt_timeout", params.attempt_timeout, 1ms, 24h);
    check_time("result_timeout", params.result_timeout, 1ms, 24h);
    check_time("upload_timeout", params.upload_timeout, 1ms, 24h);
    check_time("max_idle_time", params.max_idle_time, 1ms, 24h);
    check_time("max_connection_age", params.max_connection_age, 1ms, 24h);

    constexpr std::uint64_t kib = 1024, mib = kib * 1024, tib = mib * mib;
    check_count("min_download_rate", params.min_download_rate, 0, tib);
    check_count("min_upload_rate", params.min_upload_rate, 0, tib);
    check_count("max_connections", params.max_connections, 1, 1024);
    check_count("max_pending", params.max_pending, 1, 10'000'000);
    check_count("max_header_size", params.max_header_size, kib, mib);
    check_count("max_message_size", params.max_message_size, kib, 64 * mib);
    check_count("max_result_size", params.max_result_size, kib, tib);
    check_count("max_streamed_size", params.max_streamed_size, kib, 1024 * tib);
    check_count("max_json_depth", params.max_json_depth, 1, 256);
}

} // namespace v0
} // namespace langexport

#endif
