#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_CONNECT_RESPONSE_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_CONNECT_RESPONSE_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/connect_response.hpp>

#include <algorithm>

namespace langexport {
inline namespace v0 {
namespace detail {

// Takes the next line from the front, without its end.
inline std::string_view next_line(std::string_view& text) noexcept {
    const std::size_t end = (std::min)(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix((std::min)(end + 1, text.size()));
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

// The number after `HTTP/1.x `; 0 if this is not a status line.
inline unsigned status_of_line(std::string_view line) noexcept {
    if (!(line.starts_with("HTTP/1.0 ") || line.starts_with("HTTP/1.1 ")) || line.size() < 12)
        return 0;
    const auto status = parse_decimal(line.substr(9, 3));
    const bool ends_there = line.size() == 12 || line[12] == ' ';
    return status && *status >= 100 && ends_there ? static_cast<unsigned>(*status) : 0;
}

LANGEXPORT_DECL connect_response read_connect_response(std::string_view header) {
    constexpr std::size_t most = 200;
    connect_response result;
    const std::string_view first = next_line(header);
    result.status = status_of_line(first);
    if (result.status == 0)
        return result;
    result.reason = one_printable_line(trim(first.substr(12)), most);
    while (!header.empty()) {
        const std::string_view line = next_line(header);
        const std::size_t colon = line.find(':');
        if (line.empty())
            break;
        if (colon == line.npos || !equal_ignoring_case(line.substr(0, colon), "Proxy-Authenticate"))
            continue;
        const std::string_view value = trim(line.substr(colon + 1));
        const std::string_view scheme = value.substr(0, value.find_first_of(" \t,"));
        if (!scheme.empty() && result.schemes.size() < most)
            result.schemes.append(result.schemes.empty() ? "" : ", ")
                .append(one_printable_line(scheme, 40));
    }
    return result;
}

LANGEXPORT_DECL std::string words_of_rejection(bool has_password, const std::string& status) {
    const std::string shown = status.empty() ? std::string() : " (" + status + ")";
    return has_password ? " did not accept the user and password" + shown
                        : " requires a user and a password" + shown +
                              "; add them to its address: http://user:password@host:port";
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
