#ifndef LANGEXPORT_DETAIL_PROTOCOL_SHORT_CHUNKED_BODY_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_SHORT_CHUNKED_BODY_HPP

#include <langexport/version.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Whether the first bytes of a body in chunks have to wait for more before the parser sees them. Beast
// before 1.86 asserts that it sees at least five bytes when it is called again after the line of a last
// chunk. Only where that is the first chunk, too, can there be fewer.
inline bool is_part_of_short_body(std::string_view first_bytes) noexcept {
    constexpr std::string_view least = "0\r\n\r\n";
    return first_bytes.size() < least.size() && first_bytes.starts_with('0') &&
           first_bytes.find("\r\n") != std::string_view::npos;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
