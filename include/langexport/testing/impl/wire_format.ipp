#ifndef LANGEXPORT_TESTING_IMPL_WIRE_FORMAT_IPP
#define LANGEXPORT_TESTING_IMPL_WIRE_FORMAT_IPP

#include <langexport/testing/impl/wire_format.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL std::string_view find_header(const header_list& headers, std::string_view name) {
    for (const auto& field : headers)
        if (equal_ignoring_case(field.first, name))
            return field.second;
    return std::string_view();
}

LANGEXPORT_DECL std::string timestamp(time_point t) {
    return langexport::detail::format_utc_seconds(t);
}

LANGEXPORT_DECL std::string whole_seconds(std::chrono::nanoseconds d) {
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(d).count());
}

LANGEXPORT_DECL std::string whole_milliseconds(std::chrono::nanoseconds d) {
    return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(d).count());
}

LANGEXPORT_DECL time_point next_whole_second(time_point t) {
    return std::chrono::ceil<std::chrono::seconds>(t);
}

LANGEXPORT_DECL time_point whole_second(time_point t) {
    return std::chrono::floor<std::chrono::seconds>(t);
}

LANGEXPORT_DECL std::uint64_t ticks_of_day(time_point t) {
    constexpr std::int64_t seconds_before_1970 = 62135596800;
    const auto day = std::chrono::floor<std::chrono::days>(t).time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(day).count();
    return static_cast<std::uint64_t>(seconds + seconds_before_1970) * 10'000'000U;
}

LANGEXPORT_DECL std::string utf8_text(std::string text) {
    if (langexport::detail::find_invalid_utf8(text) == std::string::npos)
        return text;
    return langexport::detail::one_printable_line(text, 16 + 3 * text.size());
}

LANGEXPORT_DECL std::optional<std::string> percent_decode(std::string_view text) {
    for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1))
        if (!langexport::detail::percent_value(text.substr(at)))
            return std::nullopt;
    return langexport::detail::percent_decode(text);
}

LANGEXPORT_DECL std::optional<std::string> query_value(std::string_view query,
                                                       std::string_view name) {
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        const std::size_t equals = pair.find('=');
        if (pair.substr(0, equals) != name)
            continue;
        return langexport::detail::percent_decode(
            equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    }
    return std::nullopt;
}

LANGEXPORT_DECL void append_chunk(std::string& out, std::string_view piece) {
    std::array<char, 32> size{};
    const int length = std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
    out.append(size.data(), static_cast<std::size_t>(length));
    out += piece;
    out += "\r\n";
}

LANGEXPORT_DECL std::string_view reason_phrase(unsigned status) noexcept {
    switch (status) {
    case 100:
        return "Continue";
    case 101:
        return "Switching Protocols";
    case 102:
        return "Processing";
    case 103:
        return "Early Hints";
    case 200:
        return "OK";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 301:
        return "Moved Permanently";
    case 302:
        return "Found";
    case 307:
        return "Temporary Redirect";
    case 308:
        return "Permanent Redirect";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 413:
        return "Payload Too Large";
    case 415:
        return "Unsupported Media Type";
    case 417:
        return "Expectation Failed";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    default:
        return "Unknown";
    }
}

LANGEXPORT_DECL std::string id_source::guid() {
    static constexpr std::string_view pattern = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    std::string result(pattern);
    std::uint64_t bits = 0;
    unsigned left = 0;
    for (char& c : result) {
        if (c != 'x' && c != 'y')
            continue;
        if (left == 0) {
            bits = engine_();
            left = 16;
        }
        const std::uint64_t nibble = bits & 15U;
        c = langexport::detail::hex_digits[c == 'x' ? nibble : (nibble & 3U) | 8U];
        bits >>= 4U;
        --left;
    }
    return result;
}

LANGEXPORT_DECL unsigned id_source::between(unsigned low, unsigned high) {
    return low + static_cast<unsigned>(engine_() % (high - low + 1));
}

LANGEXPORT_DECL std::string id_source::made_up_key() {
    std::random_device device;
    std::string key;
    for (int i = 0; i < 32; ++i)
        key += langexport::detail::hex_digits[device() & 15U];
    return key;
}

LANGEXPORT_DECL std::uint64_t id_source::fresh_seed() {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32U) | device() | 1U;
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
