#ifndef LANGEXPORT_IMPL_RESUME_TOKEN_IPP
#define LANGEXPORT_IMPL_RESUME_TOKEN_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>
#include <langexport/export_job.hpp>
#include <langexport/impl/resume_token.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// <family><version>_<base64url of "nanoseconds LF operation-location LF project" and its checksum>
inline constexpr std::string_view token_version = "1_";
inline constexpr std::size_t checksum_size = 4;
inline constexpr std::size_t longest_token = 64 * 1024;

inline constexpr std::string_view family_of(job_kind kind) noexcept {
    return kind == job_kind::importing ? "lximport" : "lxjob";
}

inline std::string checksum_bytes(std::string_view payload) {
    const std::uint32_t sum = checksum(payload);
    std::string bytes;
    for (unsigned shift = 32; shift != 0; shift -= 8)
        bytes += static_cast<char>((sum >> (shift - 8)) & 0xFF);
    return bytes;
}

// Seconds and nanoseconds since the epoch, both of one sign. A clock may count in larger units than
// nanoseconds, and then up to more of them than an integer holds.
inline std::pair<std::int64_t, std::int64_t> split_time(export_job::time_point time) noexcept {
    using namespace std::chrono;
    const auto since_epoch = time.time_since_epoch();
    const auto whole = duration_cast<seconds>(since_epoch);
    return {whole.count(), duration_cast<nanoseconds>(since_epoch - whole).count()};
}

inline constexpr std::size_t fraction_digits = 9;

inline std::string to_nanoseconds(export_job::time_point time) {
    const auto [whole, rest] = split_time(time);
    const auto magnitude = [](std::int64_t number) {
        return std::to_string(number < 0 ? 0 - static_cast<std::uint64_t>(number)
                                         : static_cast<std::uint64_t>(number));
    };
    const std::string fraction = magnitude(rest);
    std::string digits = magnitude(whole);
    digits.append(fraction_digits - fraction.size(), '0').append(fraction);
    digits.erase(0, (std::min)(digits.find_first_not_of('0'), digits.size() - 1));
    return digits.insert(0, whole < 0 || rest < 0 ? "-" : "");
}

// Nothing if the text is not a number, or the clock cannot represent the time.
inline std::optional<export_job::time_point> from_nanoseconds(std::string_view text) noexcept {
    using time_point = export_job::time_point;
    const bool is_negative = text.starts_with('-');
    text.remove_prefix(is_negative ? 1 : 0);
    const std::size_t end = text.size() - (std::min)(text.size(), fraction_digits);
    const auto whole = parse_decimal(end == 0 ? "0" : text.substr(0, end));
    const auto rest = parse_decimal(text.substr(end));
    if (!whole || !rest || *whole > (std::numeric_limits<std::int64_t>::max)())
        return std::nullopt;
    const std::int64_t sign = is_negative ? -1 : 1;
    const std::pair found(sign * static_cast<std::int64_t>(*whole),
                          sign * static_cast<std::int64_t>(*rest));
    if (found < split_time((time_point::min)()) || found > split_time((time_point::max)()))
        return std::nullopt;
    using std::chrono::duration_cast, std::chrono::seconds, std::chrono::nanoseconds;
    return time_point(duration_cast<time_point::duration>(seconds(found.first)) +
                      duration_cast<time_point::duration>(nanoseconds(found.second)));
}

[[noreturn]] inline void throw_bad_token(std::string_view why) {
    throw_error(errc::invalid_request, "the resume token " + std::string(why));
}

LANGEXPORT_DECL std::string encode_resume_token(const export_job& job) {
    if (job.empty())
        throw_error(errc::invalid_request, "an empty export_job has no resume token");
    if (!is_job_link(job.operation_location()))
        throw_error(errc::invalid_request,
                    "the export_job has no resume token: its operation location is not a URL");
    if (job.project_name().size() > 16 * 1024)
        throw_error(errc::invalid_request,
                    "the export_job has no resume token: its project name is too long");
    std::string payload = to_nanoseconds(job.submitted());
    payload.append("\n").append(job.operation_location()).append("\n").append(job.project_name());
    payload += checksum_bytes(payload);
    return std::string(family_of(job.kind()))
        .append(token_version)
        .append(base64url_encode(payload));
}

// The token is not of the expected family.
[[noreturn]] inline void reject_family(std::string_view token, job_kind expected) {
    const bool imports = expected == job_kind::importing;
    const job_kind other = imports ? job_kind::exporting : job_kind::importing;
    if (token.starts_with(family_of(other)))
        throw_bad_token(imports ? "is that of an export job: read it with export_job::from_token"
                                : "is that of an import job: read it with import_job::from_token");
    throw_bad_token("is not valid: tokens start with '" + std::string(family_of(expected)) + "'");
}

LANGEXPORT_DECL export_job decode_resume_token(std::string_view token, job_kind expected) {
    token = trim(token);
    const std::string family(family_of(expected));
    const std::string prefix = family + std::string(token_version);
    if (token.empty())
        throw_bad_token("is empty");
    if (token.size() > longest_token)
        throw_bad_token("is not valid: it has " + std::to_string(token.size()) +
                        " characters, but a token has some hundreds");
    if (!token.starts_with(family))
        reject_family(token, expected);
    if (!token.starts_with(prefix)) {
        const std::string_view rest = token.substr(family.size());
        const std::size_t digits = rest.find_first_not_of("0123456789");
        if (digits == 0 || digits > 9 || rest[digits] != '_')
            throw_bad_token("is damaged: no version after '" + family + "'");
        throw_bad_token("has format version " + std::string(rest.substr(0, digits)) +
                        "; this library reads version 1: use a newer one");
    }
    const auto bytes = base64url_decode(token.substr(prefix.size()));
    if (!bytes)
        throw_bad_token("is damaged: it has characters that no token has, or was cut");
    if (bytes->size() <= checksum_size)
        throw_bad_token("was cut short");
    const std::string_view all = *bytes;
    const std::string_view payload = all.substr(0, all.size() - checksum_size);
    if (checksum_bytes(payload) != all.substr(payload.size()))
        throw_bad_token("is damaged or was cut short: its checksum is wrong");
    const std::size_t first = payload.find('\n');
    const std::size_t second =
        first == std::string_view::npos ? first : payload.find('\n', first + 1);
    if (second == std::string_view::npos)
        throw_bad_token("is damaged: a field is missing");
    const auto submitted = from_nanoseconds(payload.substr(0, first));
    if (!submitted)
        throw_bad_token("is damaged: its time cannot be read");
    const std::string_view link = payload.substr(first + 1, second - first - 1);
    if (!is_job_link(link))
        throw_bad_token("is damaged: its link is not a URL");
    return export_job(std::string(payload.substr(second + 1)), std::string(link), *submitted,
                      expected);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
