#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_FIRST_BYTES_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_FIRST_BYTES_HPP

#include <langexport/version.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Whether a peer speaks a protocol, judged by its first bytes; there may be only one byte.
constexpr bool may_be_http(std::string_view bytes) noexcept {
    constexpr std::string_view name = "HTTP/1.";
    return name.starts_with(bytes.substr(0, name.size()));
}

// An alert or a handshake record.
constexpr bool may_be_tls(std::string_view bytes) noexcept {
    return bytes.starts_with('\x15') || bytes.starts_with('\x16');
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
