#ifndef LANGEXPORT_IMPL_EXPORT_JOB_IPP
#define LANGEXPORT_IMPL_EXPORT_JOB_IPP

#include <langexport/detail/text.hpp>
#include <langexport/error.hpp>
#include <langexport/export_job.hpp>

#include <charconv>
#include <cstdint>

namespace langexport {
inline namespace v0 {
namespace detail {

// lxjob<version>_<base64url of "nanoseconds LF operation-location LF project" and its checksum>
inline constexpr std::string_view token_family = "lxjob";
inline constexpr std::string_view token_prefix = "lxjob1_";
inline constexpr std::size_t checksum_size = 4;
inline constexpr std::size_t longest_token = 64 * 1024;

inline std::string checksum_bytes(std::string_view payload) {
    const std::uint32_t sum = checksum(payload);
    std::string bytes;
    for (unsigned shift = 32; shift != 0; shift -= 8)
        bytes += static_cast<char>((sum >> (shift - 8)) & 0xFF);
    return bytes;
}

// Both ways: what cannot be read back is not written either.
LANGEXPORT_DECL bool is_job_link(std::string_view link) noexcept {
    return !link.empty() && link.size() <= longest_job_link &&
           find_invisible(link) == std::string_view::npos;
}

[[noreturn]] inline void throw_bad_token(std::string_view why) {
    throw_error(errc::invalid_request, "the resume token " + std::string(why));
}

} // namespace detail

LANGEXPORT_DECL std::string export_job::to_token() const {
    if (empty())
        detail::throw_error(errc::invalid_request, "an empty export_job has no resume token");
    if (!detail::is_job_link(operation_location_))
        detail::throw_error(errc::invalid_request,
                            "the export_job has no resume token: its operation location is no URL");
    if (project_name_.size() > 16 * 1024)
        detail::throw_error(errc::invalid_request,
                            "the export_job has no resume token: its project name is too long");
    const auto since_epoch =
        std::chrono::duration_cast<std::chrono::nanoseconds>(submitted_.time_since_epoch());
    std::string payload = std::to_string(since_epoch.count());
    payload.append("\n").append(operation_location_).append("\n").append(project_name_);
    payload += detail::checksum_bytes(payload);
    return std::string(detail::token_prefix) + detail::base64url_encode(payload);
}

LANGEXPORT_DECL export_job export_job::from_token(std::string_view token) {
    token = detail::trim(token);
    if (token.empty())
        detail::throw_bad_token("is empty");
    if (token.size() > detail::longest_token)
        detail::throw_bad_token("is none: it has " + std::to_string(token.size()) +
                                " characters, tokens have some hundreds");
    if (!token.starts_with(detail::token_family))
        detail::throw_bad_token("is none: tokens start with 'lxjob'");
    if (!token.starts_with(detail::token_prefix)) {
        const std::string_view rest = token.substr(detail::token_family.size());
        const std::size_t digits = rest.find_first_not_of("0123456789");
        if (digits == 0 || digits > 9 || rest[digits] != '_')
            detail::throw_bad_token("is damaged: no version behind 'lxjob'");
        detail::throw_bad_token("has format version " + std::string(rest.substr(0, digits)) +
                                "; this library reads version 1: use a newer one");
    }
    const auto bytes = detail::base64url_decode(token.substr(detail::token_prefix.size()));
    if (!bytes)
        detail::throw_bad_token("is damaged: it has characters that no token has, or was cut");
    if (bytes->size() <= detail::checksum_size)
        detail::throw_bad_token("was cut short");
    const std::string_view all = *bytes;
    const std::string_view payload = all.substr(0, all.size() - detail::checksum_size);
    if (detail::checksum_bytes(payload) != all.substr(payload.size()))
        detail::throw_bad_token("is damaged or was cut short: its checksum is wrong");
    const std::size_t first = payload.find('\n');
    const std::size_t second =
        first == std::string_view::npos ? first : payload.find('\n', first + 1);
    if (second == std::string_view::npos)
        detail::throw_bad_token("is damaged: a field is missing");
    std::int64_t since_epoch = 0;
    const auto read = std::from_chars(payload.data(), payload.data() + first, since_epoch);
    if (read.ec != std::errc() || read.ptr != payload.data() + first)
        detail::throw_bad_token("is damaged: its time is no time");
    const std::string_view link = payload.substr(first + 1, second - first - 1);
    if (!detail::is_job_link(link))
        detail::throw_bad_token("is damaged: its link is no URL");
    const auto submitted =
        std::chrono::duration_cast<time_point::duration>(std::chrono::nanoseconds(since_epoch));
    return export_job(std::string(payload.substr(second + 1)), std::string(link),
                      time_point(submitted));
}

} // namespace v0
} // namespace langexport

#endif
