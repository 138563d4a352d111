#ifndef LANGEXPORT_DETAIL_PROTOCOL_SHORT_CHUNKED_BODY_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_SHORT_CHUNKED_BODY_HPP

#include <langexport/version.hpp>

#include <cstddef>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Whether the first bytes of a chunked body must wait for more bytes before the parser receives them. Beast before
// 1.86 asserts that it receives at least five bytes in the call after the line of the last chunk. Fewer are possible
// only if the last chunk is also the first one.
inline bool is_part_of_short_body(std::string_view first_bytes) noexcept {
    constexpr std::string_view least = "0\r\n\r\n";
    if (first_bytes.size() >= least.size() || !first_bytes.starts_with('0'))
        return false;
    // After a carriage return without a line feed, the parser rejects the line.
    const std::size_t end = first_bytes.find('\r');
    return end != std::string_view::npos && first_bytes.substr(end, 2) == "\r\n";
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
